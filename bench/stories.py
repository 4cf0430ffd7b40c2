"""How well copies are found: precision and recall on pairs that are known, and what is found in real archives.

    python -m bench.stories ../shared/data/corpus/dated-articles.jsonl.gz [--sample 1500] [--show 20]

Real articles are copied as newspapers and sites copy them: cut at the end, a paragraph rewritten, framed by words of
the house, with another headline, words changed here and there. All the articles and all such copies are then grouped
together, as an import would. A copy that is grouped with the article it was made from (or with what that one is itself
a copy of) is found; one that is grouped with anything else is wrong. Pairs of real articles that come out as copies are
counted by themselves, with `--show` for reading: nobody has said of those what they are, so people must judge.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from backissue.config import StorySettings
from backissue.importing.stories import Text, group, words

Words = list[str]


def cut(share: float) -> Callable[[Words, random.Random], Words]:
    """The first so much of a text."""
    return lambda text, _chance: text[: int(len(text) * share)]


def rewritten(share: float) -> Callable[[Words, random.Random], Words]:
    """So much of a text, in one piece, replaced by its own words in another order."""

    def make(text: Words, chance: random.Random) -> Words:
        length = int(len(text) * share)
        start = chance.randrange(len(text) - length)
        piece = text[start : start + length]
        chance.shuffle(piece)
        return text[:start] + piece + text[start + length :]

    return make


def framed(before: int, after: int) -> Callable[[Words, random.Random], Words]:
    """A text with so many words of the house before and after it, the same ones in every copy."""
    house = [f"house{number}" for number in range(before + after)]
    return lambda text, _chance: house[:before] + text + house[before:]


def touched(share: float) -> Callable[[Words, random.Random], Words]:
    """Single words changed, here and there."""
    return lambda text, chance: [f"{word}x" if chance.random() < share else word for word in text]


KINDS: dict[str, Callable[[Words, random.Random], Words]] = {
    "exact": lambda text, _chance: text,
    "cut to 3/4": cut(0.75),
    "cut to 1/2": cut(0.5),
    "cut to 1/3": cut(0.34),
    "a tenth rewritten": rewritten(0.1),
    "a fifth rewritten": rewritten(0.2),
    "framed by 40 words": framed(20, 20),
    "framed by 120 words": framed(40, 80),
    "1 word in 100 changed": touched(0.01),
    "1 word in 50 changed": touched(0.02),
}


def articles(path: Path) -> Iterator[dict[str, str]]:
    """The articles of a corpus, JSON Lines with title and body."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sample", type=int, default=1500, help="articles that are copied, each in every way")
    parser.add_argument("--show", type=int, default=0, help="pairs of real articles to print")
    parser.add_argument("--threshold", type=float, default=StorySettings().threshold)
    options = parser.parse_args()
    chance = random.Random(20)
    real = list(articles(options.corpus))
    texts = [Text(one["title"] or "", one["body"]) for one in real]
    long = [number for number, text in enumerate(texts) if len(words(text.body)) >= 60]
    made: list[tuple[str, int]] = []
    for number in sorted(chance.sample(long, min(options.sample, len(long)))):
        for kind, make in KINDS.items():
            texts.append(Text(f"Copied: {number}", " ".join(make(texts[number].body.split(), chance))))
            made.append((kind, number))
    started = time.perf_counter()
    told = group(texts, StorySettings(threshold=options.threshold))
    seconds = time.perf_counter() - started
    print(f"{len(real)} articles, {len(made)} copies made of {len(made) // len(KINDS)}; grouped in {seconds:.1f} s")
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for copy, (kind, original) in enumerate(made, len(real)):
        if copy in told:
            (right if told.get(original, original) == told[copy] else wrong)[kind] += 1
    count = len(made) // len(KINDS)
    print("| copy | recall | precision |\n| --- | --- | --- |")
    for kind in KINDS:
        found = right[kind] + wrong[kind]
        print(f"| {kind} | {right[kind] / count:.3f} | {right[kind] / found if found else 1:.4f} |")
    found = right.total() + wrong.total()
    print(f"| all | {right.total() / len(made):.3f} | {right.total() / found:.4f} |")
    in_wild = [(copy, story) for copy, story in told.items() if copy < len(real)]
    titles = defaultdict(list)
    for number, one in enumerate(real):
        titles[(one["title"] or "").casefold()].append(number)
    same_title = sum(len(one) for title, one in titles.items() if title and len(one) > 1)
    with_title = sum(real[copy]["title"] == real[story]["title"] for copy, story in in_wild)
    print(f"{len(in_wild)} real articles are copies of others, {with_title} of them under the same headline;")
    print(f"{same_title} real articles share a headline with another.")
    for copy, story in chance.sample(in_wild, min(options.show, len(in_wild))):
        one, other = real[copy], real[story]
        ratio = difflib.SequenceMatcher(None, words(one["body"]), words(other["body"]), autojunk=False).ratio()
        print(f"\n== {ratio:.2f}  {one['date']} {one['title']}  |  {other['date']} {other['title']}")
        print("   ", " ".join(one["body"].split())[:300])
        print("   ", " ".join(other["body"].split())[:300])


if __name__ == "__main__":
    main()
