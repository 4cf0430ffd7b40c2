"""The feed of corrections and retractions, in Atom (RFC 4287)."""

from __future__ import annotations

from ..phrases import absolute, moment, tag_uri
from ..slugs import digest_tail
from ..views import CorrectionEntry, CorrectionsView
from . import Surroundings
from .xmltext import xml

NAME = "corrections.xml"
VIEW = CorrectionsView
DEPENDS_ON = ("program", "site", "words")


def render(view: CorrectionsView, surroundings: Surroundings) -> bytes:
    """The feed in UTF-8. An entry is known by its article and by what it says, whatever becomes of its address."""
    site, words = surroundings.site, surroundings.words
    page = absolute("corrections/index.html", site.url)

    def entry(each: CorrectionEntry) -> str:
        card, remark = each.card, each.remark
        name = f"{card.id or card.path}#{remark.kind}-{digest_tail(remark.date + remark.text)}"
        title = f"{words.get(remark.kind, remark.kind)}: {card.title}"
        text = remark.text or str(words.get("retracted_note", ""))
        return "\n".join(
            [
                f'<entry xml:lang="{xml(card.lang)}">' if card.lang != site.language else "<entry>",
                f"<id>{xml(tag_uri(name, site.url))}</id>",
                f"<title>{xml(title)}</title>",
                f"<updated>{moment(remark.when)}</updated>",
                f'<link rel="alternate" type="text/html" href="{xml(absolute(card.path, site.url))}"/>',
                f"<summary>{xml(text)}</summary>",
                "</entry>",
            ]
        )

    newest = max((moment(each.remark.when) for each in view.entries), default="1970-01-01T00:00:00Z")
    title = f"{words.get('corrections', 'Corrections')} · {site.title}"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{xml(site.language)}">',
        f"<id>{xml(tag_uri('corrections/index.html', site.url))}</id>",
        f"<title>{xml(title)}</title>",
        f"<updated>{newest}</updated>",
        f"<author><name>{xml(site.title)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{xml(absolute(surroundings.path, site.url))}"/>',
        f'<link rel="alternate" type="text/html" href="{xml(page)}"/>',
        *map(entry, {_name(each): each for each in view.entries}.values()),
        "</feed>\n",
    ]
    return "\n".join(lines).encode("utf-8", "replace")


def _name(each: CorrectionEntry) -> tuple[str, str, str, str]:
    """What no two entries have in common: an article may say one thing twice."""
    return (each.card.id or each.card.path, each.remark.kind, each.remark.date, each.remark.text)
