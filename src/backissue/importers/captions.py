"""Whether a line below a headline captions a photo that plain text has lost."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_CAPTION = 160
"""Characters that a caption has at most."""

_PICTURED = re.compile(
    r"\b(?:photos?|photograph(?:ed|er|s)?|images?|pictured?|screenshots?|screengrab|credits?|getty|shutterstock"
    r"|wikimedia|flickr|handout|illustration|seen here|(?:is|are|was|were) (?:seen|shown|pictured)|foto|bild)\b"
    r"|©|\((?:AP|AFP|Reuters|EPA|UPI)[ /)]|\((?:left|right|centre|center|l|r|c)\)",
    re.IGNORECASE,
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|am|has|have|had|will|would|can|could|shall|should|must|may|might|do|does|did|said|says"
    r"|isn|aren|wasn|weren|ist|sind|war|waren|hat|haben|wird|wurden?|est|sont|était|étaient|ont|es|son|fue|fueron)\b"
)
_OPENS_SENTENCE = re.compile(
    r"(?:but|and|it|its|this|that|these|those|there|we|they|he|she|i|you|if|when|while|whether|because|although|so"
    r"|yet|now|then|what|why|how)\b",
    re.IGNORECASE,
)


def is_caption(paragraphs: Sequence[str], *, syndicated: bool) -> bool:
    """Whether the first of the paragraphs below a headline captions a photo: short, and above a much longer one.

    A line that speaks of a photo does. In a syndicated post, where a photo's caption usually stands there, so does a
    line that names what is seen without saying anything of it: it has no finite verb.
    """
    if len(paragraphs) < 2 or len(paragraphs[0]) > MAX_CAPTION:
        return False
    first, following = paragraphs[0], paragraphs[1]
    if len(following) < max(60, 1.5 * len(first)) or not any(char.isalpha() for char in first):
        return False
    if first.endswith((":", "?", "!", ",", ";", "”", '"')):
        return False
    if _PICTURED.search(first):
        return True
    if first[0] in "“„«\"‘'—–-([*#•" or _FINITE.search(first) or _OPENS_SENTENCE.match(first):
        return False
    return syndicated and 2 <= len(first.split()) <= 25
