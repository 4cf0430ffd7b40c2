from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.editions import dated, entry_of

from backissue.article import Article, Correction, Image, Named, Related
from backissue.entries import Card, Details, Entry, Facts, Link, terms_of
from backissue.languagetags import direction
from backissue.paths import page_path, site_file
from backissue.references import digest_of


def card(entry: Entry) -> Card:
    return msgspec.msgpack.decode(entry.card, type=Card)


def details(entry: Entry) -> Details:
    return msgspec.msgpack.decode(entry.details, type=Details)


def facts(entry: Entry) -> Facts:
    return msgspec.msgpack.decode(entry.facts, type=Facts)


def flood(**other: Any) -> Article:
    return msgspec.structs.replace(Article(title="Flood", date=dated("1953-02-01"), body="Water rose."), **other)


@pytest.mark.parametrize(
    ("date", "volume", "path"),
    [
        ("1953-02-01", "1953-02", "1953/02/flood.html"),
        ("1953-02-01T10:00:00+00:00", "1953-02", "1953/02/flood.html"),
        ("1953-02", "1953-02", "1953/02/flood.html"),
        ("1953", "1953", "1953/flood.html"),
        ("", "", "undated/flood.html"),
    ],
)
def test_the_date_gives_volume_and_folder(date: str, volume: str, path: str) -> None:
    entry = entry_of(flood(date=dated(date)))
    assert (entry.volume, entry.path) == (volume, path)
    assert card(entry).date == date


@pytest.mark.parametrize(
    ("file", "slug", "name"),
    [
        ("a.md", "", "flood"),
        ("a.md", "The Great Flood", "the-great-flood"),
        ("1953-02-01-high-water.md", "", "high-water"),
        ("1953-02-01-high-water.md", "mine", "mine"),
        ("a.md", "index", "index-"),
    ],
)
def test_what_names_the_page(file: str, slug: str, name: str) -> None:
    path = page_path(flood(slug=slug), file)
    assert path.startswith(f"1953/02/{name}")
    assert path.endswith(".html")
    assert path != "1953/02/index.html"


def test_a_card_begins_like_a_link() -> None:
    entry = entry_of(flood(lang="ar"))
    link = msgspec.msgpack.decode(entry.link, type=Link)
    assert link == Link("Flood", "1953/02/flood.html", "1953-02-01", "ar", "rtl")
    assert [getattr(card(entry), name) for name in link.__struct_fields__] == list(msgspec.structs.astuple(link))
    assert msgspec.msgpack.decode(entry_of(flood(), language="de").link, type=Link).lang == "de"


def test_what_a_card_shows() -> None:
    article = flood(
        authors=(Named("Ann Lee", "https://ann.example/"), Named("Bo Kay")),
        source=Named("The Courier"),
        section="Town",
        dateline="MERROW",
        updated=dated("1954"),
        status="retracted",
        image=Image("p.png", "A pier", "The pier", "Ann"),
    )
    shown = card(entry_of(article, "1953/a.md", there=["1953/p.png"]))
    assert shown.authors == ("Ann Lee", "Bo Kay")
    assert (shown.source, shown.section, shown.dateline) == ("The Courier", "Town", "MERROW")
    assert (shown.summary, shown.status, shown.updated) == ("Water rose.", "retracted", "1954")
    assert (shown.image, shown.image_alt) == ("media/1953/p.png", "A pier")


def test_a_picture_that_is_not_there_is_not_shown_and_waited_for() -> None:
    entry = entry_of(flood(image=Image("p.png", "A pier", "The pier")), "1953/a.md")
    assert (card(entry).image, card(entry).image_alt) == ("", "")
    shown = details(entry).image
    assert shown is not None
    assert (shown.src, shown.caption) == ("", "The pier")
    assert facts(entry).missing == ("1953/p.png",)
    assert facts(entry).dead == ("p.png",)


def test_a_picture_of_another_host_is_only_named() -> None:
    entry = entry_of(flood(image=Image("https://elsewhere.example/p.png", "A pier")))
    assert card(entry).image == ""
    shown = details(entry).image
    assert shown is not None
    assert shown.src == "https://elsewhere.example/p.png"


def test_targets_are_files_articles_or_dead() -> None:
    body = "[a](b.md) [b](map.pdf) [c](gone.pdf) ![d](<my map.png>) ![d](my%20map.png) [e](a-page)"
    entry = entry_of(flood(body=body), "1953/a.md", there=["1953/b.md", "1953/map.pdf", "1953/my map.png"])
    assert dict(details(entry).files) == {
        "map.pdf": "media/1953/map.pdf",
        "my%20map.png": "media/1953/my%20map.png",
    }
    assert [target for target, _known_as in details(entry).targets] == ["b.md", "gone.pdf", "my", "a-page"]
    assert facts(entry).files == ("1953/map.pdf", "1953/my map.png")
    assert facts(entry).dead == ("gone.pdf",)
    assert facts(entry).wants[0] == (digest_of("file:1953/b.md"),)


def test_wants_are_of_related_articles_first() -> None:
    article = flood(related=(Related("Walls", "b.md"),), body="[x](c.md)")
    assert facts(entry_of(article)).wants == (
        (digest_of("file:b.md"), digest_of("title:walls")),
        (digest_of("file:c.md"),),
    )


def test_an_article_in_a_line_is_not_found_by_its_file() -> None:
    name = digest_of("file:lines.jsonl")
    assert name in facts(entry_of(flood(), "lines.jsonl")).offers
    assert name not in facts(entry_of(flood(), "lines.jsonl:7")).offers


def test_lists_are_one_whatever_the_case_or_form() -> None:
    article = Article(
        title="A",
        tags=("Sea", "SEA", "Ocean", "  "),
        authors=(Named("Ann Lee"), Named("ann  lee")),
        source=Named("The Courier"),
        section="Town",
    )
    assert terms_of(article, {"ocean": "sea", "weather": "Storms"}) == (
        ("tags:sea", "Sea"),
        ("authors:ann lee", "Ann Lee"),
        ("sources:the courier", "The Courier"),
        ("sections:town", "Town"),
    )
    assert terms_of(Article(title="A", tags=("Weather",)), {"weather": "Storms"}) == (("tags:storms", "Storms"),)


@pytest.mark.parametrize(("key", "kind"), [("copy_of", "copies"), ("version_of", "versions")])
def test_copies_and_versions_stand_apart(key: str, kind: str) -> None:
    entry = entry_of(flood(tags=("Sea",), **{key: "./a.md"}), "b.md", there=["a.md"])
    assert entry.volume == f"{kind}:1953-02"
    assert entry.path.startswith(f"{kind}/1953/02/flood-")
    assert facts(entry).lead == digest_of("file:a.md")
    assert facts(entry).terms == ()
    other = entry_of(flood(**{key: "a.md"}), "c.md", there=["a.md"])
    assert other.path != entry.path


def test_a_version_that_is_a_copy_too_is_a_version() -> None:
    entry = entry_of(flood(copy_of="a.md", version_of="b.md"), "c.md", there=["a.md", "b.md"])
    assert entry.volume == "versions:1953-02"
    assert facts(entry).lead == digest_of("file:b.md")
    entry = entry_of(flood(copy_of="a.md", version_of="gone.md"), "c.md", there=["a.md"])
    assert entry.volume == "copies:1953-02"
    assert facts(entry).missing == ("gone.md", "a.md")


@pytest.mark.parametrize("lead", ["gone.md", "self.md", "map.png", "../outside.md", "lines.jsonl", "."])
def test_a_copy_of_no_article_stands_for_itself(lead: str) -> None:
    there = ["self.md", "map.png", "../outside.md", "lines.jsonl", "."]
    entry = entry_of(flood(copy_of=lead), "self.md", there=there)
    assert (entry.volume, entry.path, facts(entry).lead) == ("1953-02", "1953/02/flood.html", 0)


def test_a_path_that_was_given_is_kept() -> None:
    entry = entry_of(flood(), "a.md", pinned={"a.md": "1952/12/mine.html"})
    assert (entry.path, entry.volume) == ("1952/12/mine.html", "1953-02")
    line = entry_of(flood(), "lines.jsonl:3", pinned={"lines.jsonl": "1952/12/mine.html"})
    assert line.path == "1953/02/flood.html"


def test_a_withdrawn_article_keeps_nothing_that_it_said() -> None:
    article = flood(
        status="withdrawn",
        summary="Secret",
        body="Secret [secret](secret.pdf)",
        image=Image("secret.png"),
        related=(Related("Secret"),),
        corrections=(Correction("Secret"),),
        dateline="Secret",
        extra={"secret": "Secret"},
    )
    entry = entry_of(article, there=["secret.png", "secret.pdf"])
    assert b"ecret" not in msgspec.msgpack.encode(entry)
    assert (card(entry).title, card(entry).status, entry.volume) == ("Flood", "withdrawn", "withdrawn:1953-02")


@pytest.mark.parametrize(
    ("draft", "embargo", "volume"),
    [
        (False, "", "1953-02"),
        (True, "", None),
        (False, "2026-06", None),
        (False, "2026-01-02T03:04:04+00:00", "1953-02"),
        (False, "2026-01-02T03:04:06+00:00", None),
        (False, "2026-01-02T12:00:00+09:00", "1953-02"),
        (False, "2026", "1953-02"),
        (False, "9999", None),
    ],
)
def test_drafts_and_embargoes_are_kept_out(draft: bool, embargo: str, volume: str | None) -> None:
    assert entry_of(flood(draft=draft, embargo=dated(embargo))).volume == volume


def test_digests_nest() -> None:
    """A text below the lead changes the page only; a headline changes all."""
    first, body, title = (
        facts(entry_of(article)) for article in (flood(), flood(body="Water rose.\n\nMore."), flood(title="Storm"))
    )
    assert (first.link, first.card) == (body.link, body.card)
    assert first.page != body.page
    assert len({first.link, title.link}) == len({first.card, title.card}) == len({first.page, title.page}) == 2


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("AR-eg", "rtl"),
        ("he", "rtl"),
        ("fa-IR", "rtl"),
        ("pa-Arab", "rtl"),
        ("ku-Arab", "rtl"),
        ("ku", "ltr"),
        ("arn", "ltr"),
        ("zh-Hant", "ltr"),
    ],
)
def test_direction_of_a_script(lang: str, expected: str) -> None:
    assert direction(lang) == expected


def test_where_a_file_stands_on_the_site() -> None:
    assert site_file("1953/A map (old)#1?.png") == "media/1953/A%20map%20%28old%29%231%3F.png"
