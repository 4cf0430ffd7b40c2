"""The article's lead picture: its address, what stands under it, and whose it is."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from ...article import Image
from ..fragments import image_source
from .blocks import Block, caption_of
from .furniture import words_of
from .structured import each, text_of

_CREDIT_NAMES = frozenset(
    "credit credits copyright source photographer fotograf photocredit rights byline author".split()
)
_CREDIT = re.compile(
    r"\s*(?P<mark>[(\[|•·–—-]?\s*)(?P<credit>(?:(?:photo(?:graph|graphy)?s?|foto(?:graf)?s?|image|images|picture|"
    r"bild|illustration|"
    r"credits?|crédit(?:s| photo)?|quelle|source|copyright|fot\.|foto di|foto de)(?:\s*(?:credit|by|von))?\s*[:/©]|"
    r"©|\(c\)|"
    r"photographs? by|photo by|foto von)\s*.{2,120})$",
    re.IGNORECASE | re.DOTALL,
)
_AGENCY = re.compile(
    r"[(\[](?P<credit>[^()\[\]]{0,60}\b(?:AP|AFP|Reuters|Getty|dpa|EPA|EFE|ANSA|PAP|APA|Keystone|Shutterstock|"
    r"Bloomberg|Imago|Alamy|PA|Wire|Photo|Images|Unsplash)\b[^()\[\]]{0,60})[)\]]\.?\s*$"
)
_SIZES = re.compile(
    r"[-_]?(?:\d{2,5}x\d{2,5}|\d{2,5}w|w\d{2,5}|scaled|large|medium|small|thumb(?:nail)?|crop|original)", re.IGNORECASE
)
_LABEL = re.compile(
    r"^(?:image|photo|foto|bild|picture)?\s*(?:caption|legende|bildunterschrift|legend)\s*:?\s*", re.IGNORECASE
)


def lead_picture(address: str, record: dict[str, Any], blocks: list[Block], base: str) -> Image | None:
    """The lead picture that a page states, with the caption of the figure on the page that shows it.

    `record` is what JSON-LD says of it; `blocks` are those of the page down to the beginning of the text.
    """
    if not address:
        return None
    caption, credit = text_of(record.get("caption") or record.get("description")), ""
    for key in ("creditText", "copyrightNotice", "creator", "author", "copyrightHolder"):
        credit = credit or next((text for value in each(record.get(key)) if (text := text_of(value))), "")
    alt = ""
    wanted = _stem(address)
    for block in blocks:
        picture = block.picture
        if picture is None:
            continue
        image = next(picture.iter("img", "amp-img"), None)
        if image is not None and wanted and _stem(urljoin(base, image_source(image))) == wanted:
            alt = " ".join((image.get("alt") or "").split())
            found, owner = caption_and_credit(picture)
            caption, credit = found or caption, owner or credit
            break
    return Image(address, alt if alt != caption else "", caption, credit)


def caption_and_credit(figure: HtmlElement) -> tuple[str, str]:
    """What stands under a picture, and the credit that goes with it, as the markup or the words tell them apart."""
    text = _LABEL.sub("", caption_of(figure))
    for element in figure.iterdescendants():
        if isinstance(element.tag, str) and not _CREDIT_NAMES.isdisjoint(words_of(element)):
            credit = " ".join("".join(element.itertext()).split())
            if credit and len(credit) < 200 and credit in text:
                return text.replace(credit, " ", 1).strip(" |,–—-·"), _bare(credit)
    if match := _AGENCY.search(text):
        return text[: match.start()].strip(), match["credit"].strip()
    if match := _CREDIT.search(text):
        return text[: match.start()].strip(" (|,–—-·"), _bare(match["credit"])
    return text, ""


def _bare(credit: str) -> str:
    credit = re.sub(
        r"^[(\[]?\s*(?:(?:photo(?:graph|graphy)?s?|foto(?:graf)?|image|picture|bild|credits?|crédits?|quelle|source|"
        r"copyright|fot\.)"
        r"(?:\s*(?:credit|by|von))?\s*[:/]?\s*)+",
        "",
        credit,
        flags=re.IGNORECASE,
    )
    return credit.strip(" ()[]|,")


def _stem(address: str) -> str:
    """What tells a picture from others whatever its size: the name of its file."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return ""
    name = path.rstrip("/").rpartition("/")[2].rpartition(".")[0] or path.rpartition("/")[2]
    return _SIZES.sub("", name.lower())
