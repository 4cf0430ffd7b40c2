"""A saved page becomes an article: what it states of itself, and the text that stands on it."""

from __future__ import annotations

from backissue.article import Article
from backissue.importers.html import read, read_page, recognises
from backissue.importers.outcomes import Imported, Input, Rejected, Settings

SETTINGS = Settings()
WORDS = (
    "The council met on Monday to talk about the harbour wall, which has stood for ninety years and needs repair. ",
    "Its members heard that the work will cost four million crowns, half of which the county has promised to pay. ",
    "Fishermen asked for a second slipway, since the old one lies dry at low water for most of the afternoon. ",
    "A vote is due in three weeks, after the engineers have looked at the foundations with divers and sonar. ",
)
PARAGRAPHS = "".join(f"<p>{words * 2}</p>" for words in WORDS)
RECORD = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "NewsArticle", "headline": "Harbour wall to be rebuilt", "datePublished": "2024-03-05T18:30:00+02:00",
  "author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Ek"}],
  "publisher": {"@type": "Organization", "name": "The Coast"}, "articleSection": "Local",
  "keywords": ["harbours", "councils"], "description": "The wall of 1934 is to be rebuilt."}]}</script>"""


def page(head: str = RECORD, body: str = PARAGRAPHS) -> bytes:
    return (
        f'<!doctype html><html lang="en-gb"><head><title>Harbour wall to be rebuilt | The Coast</title>{head}</head>'
        f"<body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav><article><h1>Harbour wall to be rebuilt</h1>"
        f"{body}</article></body></html>"
    ).encode()


def article(data: bytes, **options: str) -> Article:
    outcome = read_page(data, settings=SETTINGS, **options)
    assert isinstance(outcome, Imported), outcome
    return outcome.article


def test_a_page_gives_its_article() -> None:
    found = article(page(), url="https://coast.example/2024/wall?utm_source=x")
    assert found.title == "Harbour wall to be rebuilt"
    assert found.date is not None
    assert found.date.edtf == "2024-03-05T18:30:00+02:00"
    assert [author.name for author in found.authors] == ["Ann Lee", "Bo Ek"]
    assert found.source is not None
    assert (found.source.name, found.source.url) == ("The Coast", "https://coast.example/")
    assert found.section == "Local"
    assert found.tags == ("harbours", "councils")
    assert found.lang == "en-GB"
    assert found.summary == "The wall of 1934 is to be rebuilt."
    assert "The council met on Monday" in found.body
    assert "Home" not in found.body


def test_read_is_one_outcome() -> None:
    (outcome,) = read(Input.from_bytes(page()), SETTINGS)
    assert isinstance(outcome, Imported)


def test_a_page_without_text_is_rejected() -> None:
    outcome = read_page(b"<html><body><p></p></body></html>", settings=SETTINGS)
    assert isinstance(outcome, Rejected)
    assert "\n" not in outcome.reason


def test_pages_are_recognised() -> None:
    assert recognises(page()) >= 85
    assert recognises(b"") == 0
    assert recognises(b'{"a": 1}') == 0
    assert recognises(b"<?xml version='1.0'?><rss version='2.0'>") == 0
