"""What on a page is not its article: navigation, advertisements, share bars, newsletters, related articles, comments.

Pages name such parts in their classes and ids. The names are read as whole words (`adSlot` is `ad`, `slot`), so that
`ad` is not found in `shadow` or `header`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

from .blocks import Block, key_of

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAMES = frozenset(
    "ad ads adslot adunit advert advertisement advertising advertorial adbox dfp sponsor sponsored sponsorship anzeige "
    "werbung publicidad reklama reklam outbrain taboola "
    "related relateds recommended recommendation recommendations recirc recirculation readmore morefrom trending "
    "popular mostread teaser teasers upnext readnext suggested similar linkbox crosslink crosslinks "
    "newsletter newsletters subscribe subscription signup optin promo promos promotion promobox cta donate donation "
    "share shares sharing sharebar sharer social socials follow addtoany addthis whatsapp telegram "
    "comment comments disqus livefyre respond commentlist reactions "
    "nav navi navigation navbar menu breadcrumb breadcrumbs pagination pager toolbar skip skiplink sidebar rail footer "
    "byline bylines author authors authorbio bio biography dateline timestamp pubdate datetime postmeta "
    "tag tags taglist topics keywords categories kicker eyebrow "
    "cookie cookies consent gdpr captcha login register "
    "rating ratings poll quiz copyright legal disclaimer correction print printonly toc "
    "caption captions credit credits figcaption photocredit "
    "carousel slideshow gallery slider lightbox widget widgets banner leaderboard modal popup tooltip overlay "
    "screenreader visuallyhidden sr audioplayer".split()
)
_TAGS = frozenset(("nav", "footer", "aside", "form", "figcaption", "address", "menu"))
_LABELS = frozenset(
    key_of(text)
    for text in (
        "advertisement|advertisements|advertising|sponsored|sponsored content|promoted|ad|ads|anzeige|werbung|"
        "publicité|"
        "publicidad|publicidade|pubblicità|reklama|reklam|annonse|annons|annonce|advertentie|mainos|реклама|广告|広告|광고|"
        "article continues below|article continues below advertisement|story continues below|advertisement - story "
        "continues below|continue reading|continue reading the main story|read more|read more:|read also|see also|"
        "related|related articles|related stories|related:|more on this story|you may also like|recommended|most read|"
        "don't miss|share|share this|share this article|share this story|tweet|print|email|comments|comment|"
        "show comments|view comments|leave a comment|save|copy link|follow us|sign up|subscribe|log in|lire aussi|"
        "à lire aussi|lees ook|lesen sie auch|mehr zum thema|zum thema|leia também|leia mais|lee también|leggi anche|"
        "czytaj także|czytaj też|zobacz też|läs också|les også|læs også|lue myös|читайте также|"
        "関連記事|相关阅读|관련기사|"
        "loading|loading...|enlarge image|image caption|back to top|top|video|play|watch|listen|scroll to continue"
    ).split("|")
)
_POINTER = re.compile(
    r"(?:read|see|also|watch|listen|more|related|don'?t miss|lire|à lire|lesen sie|mehr|lees|leia|lee|leggi|czytaj|"
    r"zobacz|läs|les|læs|lue|читайте|funda)\b[^.!?]{0,40}?[:|»>]",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"^(?:sign up (?:for|to|here)|subscribe (?:to|now|here)|get (?:the|our) .{0,60}(?:inbox|newsletter)|"
    r"follow .{2,60} on (?:twitter|x|facebook|instagram|google|linkedin|whatsapp|bluesky|threads)|"
    r"join our|download (?:the|our) .{0,30}app|have a (?:news )?tip|click here to|if you (?:buy|purchase|click)|"
    r"(?:this|our) (?:article|site|post|page) (?:contains|may contain|may earn)|we may (?:earn|receive)|"
    r"thanks for signing up|by (?:signing|clicking|submitting)|you must confirm your|please log ?(?:in|out)|"
    r"il vous reste [\d.,]+ ?% de|la suite est réservée|copyright ©|©|all rights reserved|alle rechte vorbehalten|"
    r"this material may not be published)",
    re.IGNORECASE,
)


def words_of(element: HtmlElement) -> frozenset[str]:
    """The words of an element's class and id, in lower case."""
    return _words(f"{element.get('class') or ''} {element.get('id') or ''}")


@lru_cache(maxsize=8192)
def _words(names: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORDS.findall(names[:1000]))


def is_furniture(element: HtmlElement) -> bool:
    """Whether an element's tag, classes or id say that it is no part of an article."""
    return element.tag in _TAGS or not _NAMES.isdisjoint(words_of(element)) or element.get("role") in _ROLES


_ROLES = frozenset(("navigation", "complementary", "search", "banner", "dialog", "contentinfo", "menu"))


_STANDFIRST = frozenset(
    "standfirst lead lede dek deck intro introduction summary subtitle subheadline subhead subheading subtitulo "
    "chapo chapeau sapo excerpt description desc abstract headnote vorspann anrisstext preamble ingress bajada "
    "entradilla "
    "sumario catenaccio sommario strapline teaser manchet perex leadtext einleitung bajada copete".split()
)


def is_standfirst(element: HtmlElement) -> bool:
    """Whether an element, or what it stands in, is named as an article's standfirst."""
    for _ in range(3):
        names = words_of(element) | _words(f"{element.get('itemprop') or ''} {element.get('data-testid') or ''}")
        if not _STANDFIRST.isdisjoint(names):
            return True
        parent = element.getparent()
        if parent is None or len(parent) > 3:
            return False
        element = parent
    return False


def is_hidden(element: HtmlElement) -> bool:
    """Whether an element is not shown."""
    style = element.get("style") or ""
    return (
        "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or bool(style and re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", style))
    )


def is_label(block: Block) -> bool:
    """Whether a block is one of the signs that stand between an article's parts (`Advertisement`, `Read more`)."""
    return block.key in _LABELS


def is_call(block: Block) -> bool:
    """Whether a block asks its reader to subscribe, follow, buy or log in, or points to other articles."""
    if len(block.text) > 400:
        return False
    if _CALL.match(block.text):
        return True
    linked = block.linked / max(1, len(block.text))
    return (linked > 0.4 and bool(_POINTER.match(block.text))) or (
        linked > 0.9 and block.tag in ("p", "div") and len(block.words) > 3 and not block.text.startswith("http")
    )
