"""Entries of a feed → articles, duplicates and rejections."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import unquote, urljoin, urlsplit

from ...article import Article, Image, Named, Provenance
from ...dates import Date
from ..fragments import text_to_markdown, to_markdown, to_text
from ..looser_dates import read_date
from ..notices import Noticed, take_notices
from ..outcomes import Duplicate, Imported, Outcome, Rejected, Settings
from .records import Entry, Feed, Text

TITLE_LENGTH = 80
"""How long a title may get that is made from a text's first words, in characters."""

_LEADING_PICTURE = re.compile(r"!\[((?:\\.|[^\[\]\\])*)\]\(([^()\s]*)\)(?:\n\n|$)")
_WORDS = re.compile(r"\W+")
_CUT = re.compile(r"\s*(?:\[\s*)?(?:…|\.\.\.)(?:\s*\])?\s*$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", re.ASCII)
_BLOCK_START = re.compile(
    r"\s*</?(?:p|div|br|h[1-6]|ul|ol|li|blockquote|figure|table|pre|section|article)\b", re.IGNORECASE
)


def outcomes_of(feed: Feed, entries: Sequence[Entry], settings: Settings, file: str, form: str) -> Iterator[Outcome]:
    """What becomes of each entry, in the feed's order."""
    shared = _shared_ids(entries)
    seen: dict[tuple[str, str, str, str], str] = {}
    for entry in entries:
        if entry.kind:
            yield Rejected(place=entry.place, reason=f"{entry.kind}: not an article")
            continue
        article = _article(feed, entry, settings, file, form)
        if article is None:
            yield Rejected(place=entry.place, reason="no title and no text")
            continue
        key = (entry.id or entry.link, article.title, article.body, article.date.edtf if article.date else "")
        if key in seen and key[0]:
            yield Duplicate(place=entry.place, of=seen[key])
            continue
        seen[key] = entry.place
        identity = entry.link if not entry.id or entry.id in shared else entry.id
        yield Imported(article=article, place=entry.place, identity="" if identity in shared else identity)


def _shared_ids(entries: Sequence[Entry]) -> set[str]:
    """Ids and links that a broken feed gives to several entries with titles of their own: they tell none apart."""
    titles = {(name, entry.title) for entry in entries for name in {entry.id, entry.link} if name and entry.title}
    counts = Counter(name for name, _ in titles)
    return {name for name, count in counts.items() if count > 2}


def _article(feed: Feed, entry: Entry, settings: Settings, file: str, form: str) -> Article | None:
    notes = list(entry.notes)
    lang = language(entry.lang) or language(feed.lang) or settings.lang
    noticed, summary = _texts(feed, entry, notes)
    image, body = _lead_picture(entry, noticed.body)
    links = (
        to_markdown(f'<a href="{escape(item.url)}">{escape(item.title or item.url)}</a>', feed.link)
        for item in entry.attachments
    )
    body = "\n\n".join(filter(None, (body, *links)))
    title = entry.title
    if not title:
        plain = to_text(_html_of(entry.content)) or to_text(_html_of(entry.summary))
        title = (
            first_words(plain)
            or name_of_file(body)
            or (name_of_file(f"]({image.src})") if image else "")
            or entry.title_file
        )
        if not title:
            return None
        notes.append(f"title: the {'text’s first words' if plain else 'name of its file'}, for the entry has none")
    date, updated = _dates(entry, settings, lang, notes)
    notes += [f"left out: “{notice}”" for notice in noticed.notices]
    published_by = Named(feed.title, feed.link) if feed.title else None
    source = noticed.source or entry.origin or published_by
    via = published_by if source is not published_by and _differ(source, published_by) else None
    return Article(
        title=title,
        date=date,
        updated=updated,
        authors=entry.authors or feed.authors,
        source=source,
        source_url=entry.link,
        via=via,
        tags=entry.tags,
        section=entry.section,
        lang=lang,
        summary=summary,
        image=image,
        rights=entry.rights or feed.rights,
        draft=entry.draft,
        provenance=Provenance(file=file, format=form, notes=tuple(notes)) if notes else None,
        body=body,
    )


def name_of_file(body: str) -> str:
    """What to call an article that has only a picture or a recording: that file's name; empty for a body without."""
    target = re.search(r"\]\(([^()\s]+)\)", body)
    if target is None:
        return ""
    try:
        parts = urlsplit(target[1])
    except ValueError:
        return target[1]
    return " ".join(unquote(parts.path).rstrip("/").rpartition("/")[2].split()) or parts.netloc


def first_words(text: str) -> str:
    """A text's beginning as a title: cut at a word, with an ellipsis where there is more."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[:TITLE_LENGTH]
    cut = cut[: cut.rfind(" ")] if " " in cut[TITLE_LENGTH // 2 :] else cut
    return cut.rstrip(" ,;:.–—-") + "…"


def _texts(feed: Feed, entry: Entry, notes: list[str]) -> tuple[Noticed, str]:
    """The body without notices, and the summary where it says more than the body's beginning."""
    base = entry.link or feed.link
    whole = take_notices(_markdown(entry.content, base)) if entry.content else Noticed("", None, ())
    short = take_notices(_markdown(entry.summary, base)) if entry.summary else Noticed("", None, ())
    if not whole.body:
        if short.body:
            about = "it may not be the whole article" if entry.summary_is == "description" else "not the whole article"
            notes.append(f"text: the feed's {entry.summary_is} only; {about}")
        return short._replace(source=short.source or whole.source, notices=short.notices or whole.notices), ""
    if short.source and not whole.source:
        whole = whole._replace(source=short.source)
    summary = _summary(short.body, whole.body)
    return whole, summary


def _summary(short: str, body: str) -> str:
    """A summary as plain text; nothing where it is cut from the body."""
    text = _markdown_text(short)
    stem = _WORDS.sub("", _CUT.sub("", text)).casefold()
    if not stem or _WORDS.sub("", _markdown_text(body[: 4 * len(short) + 2000])).casefold().startswith(stem):
        return ""
    return text if len(text) <= 2_000 else ""


def _markdown_text(markdown: str) -> str:
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|\]\([^()\s]*\)|<[^<>]{1,300}>|^[#>|\s-]+", " ", markdown, flags=re.MULTILINE)
    text = re.sub(r"\\([!-/:-@\[-`{-~])", "\x00\\1", text)
    text = re.sub(r"(?<!\x00)[*`\[\]]", "", text).replace("\x00", "")
    return to_text(text.replace("<", "&lt;"))


def _markdown(text: Text, base: str) -> str:
    try:
        where = urljoin(base, text.base) if text.base else base
    except ValueError:
        where = base
    if not text.html:
        return text_to_markdown(text.value)
    if "\n" in text.value and not re.search(_BLOCK_START.pattern.lstrip("\\s*"), text.value, re.IGNORECASE):
        paragraphs = re.split(r"\n[ \t]*\n", text.value)
        return "\n\n".join(filter(None, (to_markdown(paragraph, where) for paragraph in paragraphs)))
    return to_markdown(text.value, where)


def _html_of(text: Text | None) -> str:
    if text is None:
        return ""
    return text.value if text.html else escape(text.value)


def _lead_picture(entry: Entry, body: str) -> tuple[Image | None, str]:
    """The lead picture; where the body begins with the same one it is taken off the body."""
    image = entry.image
    if image is None:
        return None, body
    first = _LEADING_PICTURE.match(body)
    if first is not None and _bare(first[2]) == _bare(image.src):
        alt = image.alt or to_text(first[1].replace("\\", ""))
        return Image(src=image.src, alt=alt, caption=image.caption, credit=image.credit), body[first.end() :]
    return image, body


def _bare(url: str) -> str:
    return url.partition("?")[0].partition("//")[2].casefold()


def _dates(entry: Entry, settings: Settings, lang: str, notes: list[str]) -> tuple[Date | None, Date | None]:
    languages = [lang] if lang else []
    found: list[Date | None] = []
    for name, written in (("date", entry.published), ("updated", entry.updated)):
        date = read_date(written, settings.zone, languages)
        if date is None and written:
            notes.append(f'{name}: "{" ".join(written[:80].split())}" could not be read')
        found.append(date)
    published, updated = found
    if published is None and updated is not None and not entry.published:
        notes.append("date: when the entry was last updated, for the feed does not say when it was published")
        return updated, None
    if published is None or updated is None or updated.sort_key <= published.sort_key:
        return published, None
    return published, updated


def language(tag: str) -> str:
    """A language tag as BCP 47 spells it (`pt-BR`), or nothing where it is none."""
    if not _LANGUAGE.fullmatch(tag.strip()):
        return ""
    first, *rest = tag.strip().replace("_", "-").split("-")
    return "-".join(
        [
            first.lower(),
            *(part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in rest),
        ]
    )


def _differ(one: Named | None, other: Named | None) -> bool:
    return (
        one is not None
        and other is not None
        and _WORDS.sub("", one.name.casefold()) != _WORDS.sub("", other.name.casefold())
    )
