"""An item of a WordPress export → an article, or the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

import msgspec

from ...article import Article, Image, Named, Provenance
from ...dates import Date, parse_date
from ..feeds.assembly import first_words, language, name_of_file
from ..fragments import to_markdown, to_text
from ..looser_dates import read_date
from ..notices import take_notices
from ..outcomes import Imported, Outcome, Rejected, Settings
from .editor import to_html
from .items import Item, Site, Term
from .shortcodes import Call, Media, figure

_ARTICLES = frozenset(("", "post", "page"))
_NO_ARTICLES = frozenset(
    "attachment revision nav_menu_item custom_css customize_changeset oembed_cache user_request wp_block wp_template "
    "wp_template_part wp_global_styles wp_navigation wp_font_family wp_font_face feedback acf-field acf-field-group "
    "wpcf7_contact_form elementor_library shop_order shop_order_refund shop_coupon product_variation scheduled-action "
    "wpforms mailpoet_page amp_validated_url jp_img_sitemap jp_sitemap jp_sitemap_master vc_grid_item mc4wp-form "
    "safecss popup popup_theme ml-slider advanced_ads tablepress_table".split()
)
_WITHHELD = frozenset("draft private pending future trash auto-draft".split())
_NO_TAXONOMIES = frozenset(
    "post_format nav_menu link_category language term_language post_translations term_translations wp_theme "
    "wp_template_part_area elementor_library_type translation_priority product_type product_visibility".split()
)
_NO_SECTION = frozenset(
    ("uncategorized", "uncategorised", "sin-categoria", "non-classe", "senza-categoria", "allgemein")
)
_WHEN = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


class Library(msgspec.Struct, frozen=True):
    """What posts refer to by number: attachments, those of each parent, and blocks that posts share."""

    media: Mapping[str, Media]
    children: Mapping[str, tuple[str, ...]]
    blocks: Mapping[str, str]


def outcome_of(
    item: Item, place: str, site: Site, library: Library, settings: Settings, file: str, form: str
) -> Outcome:
    """What becomes of an item."""
    kind = item.get("wp:post_type")
    if kind in _NO_ARTICLES or kind.startswith(("wp_", "_")):
        return Rejected(place=place, reason=f"{kind}: not an article")
    status = item.get("wp:status")
    notes: list[str] = []
    base = _address(item.get("link")) or site.link
    edited = to_html(
        item.fields.get("content:encoded", ""),
        lambda call: _gallery(call, item, library),
        lambda number: library.blocks.get(number, ""),
    )
    noticed = take_notices(to_markdown(edited.html, base))
    title = to_text(item.get("title"))
    if not title and not noticed.body:
        return Rejected(place=place, reason=f"{status or 'item'}: no title and no text")
    if not title:
        title = first_words(to_text(edited.html)) or name_of_file(noticed.body) or first_words(noticed.body)
        notes.append("title: the text's first words, for the post has none")
    if item.mended:
        notes.append("the item was not well-formed XML; what could be read was kept")
    if kind not in _ARTICLES:
        notes.append(f"post type: {kind}")
    notes += edited.notes
    notes += [f"left out: “{notice}”" for notice in noticed.notices]
    if item.comments:
        notes.append(f"left out: comments by readers ({item.comments})")
    section, tags = _subjects(item.terms)
    published, updated = _dates(item, settings, site, notes)
    article = Article(
        title=title,
        date=published,
        updated=updated,
        slug=_slug(item.get("wp:post_name")),
        authors=tuple(Named(name) for name in _authors(item, site)),
        source=noticed.source or (Named(site.title, site.link) if site.title else None),
        source_url=_address(item.get("link")),
        aliases=_aliases(item),
        tags=tags,
        section=section,
        lang=language(site.lang) or settings.lang,
        summary=to_text(item.get("excerpt:encoded")),
        image=_lead_picture(item, library),
        draft=_is_withheld(item, status, notes),
        body=noticed.body,
    )
    if notes:
        article = msgspec.structs.replace(article, provenance=Provenance(file=file, format=form, notes=tuple(notes)))
    return Imported(article=article, place=place, identity=_identity(item))


def media_of(item: Item) -> Media | None:
    """What an attachment's item says of its file."""
    url = _address(item.get("wp:attachment_url")) or _address(item.get("guid"))
    if not url:
        return None
    return Media(
        url=url,
        caption=to_text(item.get("excerpt:encoded")),
        alt=to_text(item.meta.get("_wp_attachment_image_alt", "")),
        title=to_text(item.get("title")),
    )


def _is_withheld(item: Item, status: str, notes: list[str]) -> bool:
    """Whether an item was not for everybody to read; only what is known to have been published is published."""
    if status == "publish" or (status in ("", "inherit") and not item.mended):
        if item.get("wp:post_password"):
            notes.append("withheld: protected by a password")
            return True
        return False
    name = status or "unknown"
    notes.append(
        f"withheld: its status is {name}" + ("" if status in _WITHHELD else ", which WordPress does not publish")
    )
    return True


def _identity(item: Item) -> str:
    guid = item.get("guid")
    if guid:
        return guid
    return _address(item.get("link")) or item.get("wp:post_id")


def _authors(item: Item, site: Site) -> Iterator[str]:
    """The names that the site shows for a post's authors, those of the Co-Authors plugin too."""
    names: dict[str, None] = {}
    together = [term for term in item.terms if term.domain == "author"]
    for term in together:
        login = term.slug.removeprefix("cap-").lower()
        names[site.authors.get(term.name.lower()) or site.authors.get(login) or term.name] = None
    creator = item.get("dc:creator")
    if creator and not together:
        names[site.authors.get(creator.lower(), creator)] = None
    return (" ".join(to_text(name).split()) for name in names if name.strip())


def _subjects(terms: tuple[Term, ...]) -> tuple[str, tuple[str, ...]]:
    """The first category as the section; other categories, tags and terms of the site's own taxonomies as tags."""
    section = ""
    tags: dict[str, str] = {}
    for term in terms:
        name = " ".join(to_text(term.name).split())
        if not name or term.domain in _NO_TAXONOMIES or term.domain == "author":
            continue
        if term.domain in ("", "category"):
            if term.slug in _NO_SECTION or name.lower() in _NO_SECTION:
                continue
            if not section:
                section = name
            if name.casefold() == section.casefold():
                continue
        tags.setdefault(name.casefold(), name)
    return section, tuple(name for key, name in tags.items() if key != section.casefold())


def _dates(item: Item, settings: Settings, site: Site, notes: list[str]) -> tuple[Date | None, Date | None]:
    published = _moment(item, "wp:post_date", settings)
    if published is None and (written := item.get("pubDate")) and "-0001" not in written:
        published = read_date(written, settings.zone, [site.lang] if site.lang else [])
    if published is None and (written := item.get("wp:post_date")) and not written.startswith("0000"):
        notes.append(f'date: "{" ".join(written[:60].split())}" could not be read')
    updated = _moment(item, "wp:post_modified", settings)
    if updated is None or (published is not None and updated.sort_key <= published.sort_key):
        return published, None
    return published, updated


def _moment(item: Item, name: str, settings: Settings) -> Date | None:
    """A date that WordPress keeps twice: in UTC, or, where that is nought, in the site's own time."""
    for key, zone in ((f"{name}_gmt", "Z"), (name, "")):
        match = _WHEN.fullmatch(item.get(key))
        if match is not None and match[1] > "1000":
            try:
                return parse_date(f"{match[1]}T{match[2]}{match[3] or zone}", settings.zone)
            except ValueError:
                continue
    return None


def _slug(written: str) -> str:
    return unquote(written).strip().replace("/", "-")


def _address(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and not re.search(r"\s", url) else ""


def _aliases(item: Item) -> tuple[str, ...]:
    """Where the post stood: its permalink's path, and its guid where that is a permalink too."""
    found: dict[str, None] = {}
    link = _address(item.get("link"))
    path = urlsplit(link).path if link and not urlsplit(link).query else ""
    if path.strip("/"):
        found[path] = None
    guid = _address(item.get("guid"))
    if guid and guid != link and item.guid_is_link:
        found[guid] = None
    return tuple(found)


def _lead_picture(item: Item, library: Library) -> Image | None:
    media = library.media.get(item.meta.get("_thumbnail_id", "").strip())
    if media is None:
        return None
    return Image(src=media.url, alt=media.alt, caption=media.caption)


def _gallery(call: Call, item: Item, library: Library) -> str:
    numbers = re.findall(r"\d+", call.named.get("ids", "") or call.named.get("include", ""))
    if not numbers:
        left_out = re.findall(r"\d+", call.named.get("exclude", ""))
        parent = call.named.get("id", "") or item.get("wp:post_id")
        numbers = [number for number in library.children.get(parent, ()) if number not in left_out]
    pictures = [library.media.get(number) for number in numbers]
    if not pictures or any(picture is None for picture in pictures):
        return ""
    return "".join(figure(picture) for picture in pictures if picture is not None)
