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


def test_furniture_goes_and_structure_stays() -> None:
    body = (
        '<p class="standfirst">What the town of fishermen means to do about its old harbour wall this year.</p>'
        f"{PARAGRAPHS}<h2>The cost</h2><p>{WORDS[1] * 3}</p><ul><li>{WORDS[0]}</li><li>{WORDS[2]}</li></ul>"
        f"<blockquote><p>{WORDS[3]}</p></blockquote>"
        '<figure><img src="/wall.jpg" alt="The wall"><figcaption>The wall in 1934</figcaption></figure>'
        '<div class="newsletter-signup"><p>Sign up for our newsletter and never miss a story from the coast.</p></div>'
        '<p><a href="/other">Read more: Another story about the harbour that is linked here</a></p>'
        "<p>Advertisement</p>"
        f'<p>{WORDS[2] * 2} <a href="/plans">The plans</a> are open to all. </p>'
        '<div class="related-articles"><h3>Related</h3><p>The lighthouse is to be painted red again.</p></div>'
        '<div class="comments"><p>I have always said that this wall would not hold, says a reader.</p></div>'
    )
    text = article(page(body=body), url="https://coast.example/2024/wall").body
    assert text.startswith("What the town of fishermen")
    for kept in (
        "## The cost",
        f"- {WORDS[0].strip()}",
        f"> {WORDS[3].strip()}",
        "![The wall](https://coast.example/wall.jpg)",
    ):
        assert kept in text
    assert "*The wall in 1934*" in text
    assert "[The plans](https://coast.example/plans)" in text
    for gone in ("newsletter", "Read more", "Advertisement", "lighthouse", "says a reader", "# Harbour wall"):
        assert gone not in text


def test_summary_section_and_canonical_url_come_from_the_page() -> None:
    head = (
        '<link rel="canonical" href="/2024/wall"><meta property="og:description" content="A short summary">'
        '<meta property="article:section" content="Sea"><meta property="article:tag" content="Walls">'
        '<meta property="og:image" content="/lead.jpg"><meta name="author" content="By Ann Lee">'
        '<meta property="article:published_time" content="2024-03-05T08:00:00Z">'
        '<meta property="article:modified_time" content="2024-03-06T08:00:00Z">'
    )
    figure = '<figure><img src="/lead-640x480.jpg"><figcaption>The wall. Photo: Bo Ek</figcaption></figure>'
    found = article(page(head, figure + PARAGRAPHS), url="https://coast.example/x?utm_source=y")
    assert found.source_url == "https://coast.example/2024/wall"
    assert (found.summary, found.section, found.tags) == ("A short summary", "Sea", ("Walls",))
    assert [author.name for author in found.authors] == ["Ann Lee"]
    assert found.updated is not None
    assert found.updated.edtf == "2024-03-06T08:00:00+00:00"
    assert found.image is not None
    assert (found.image.src, found.image.caption, found.image.credit) == (
        "https://coast.example/lead.jpg",
        "The wall.",
        "Bo Ek",
    )


def test_a_date_that_only_the_text_tells_is_noted() -> None:
    found = article(page("", f"<p>Monday, 5 March 2018</p>{PARAGRAPHS}"))
    assert found.date is not None
    assert found.date.edtf == "2018-03-05"
    undated = article(page("", PARAGRAPHS))
    assert undated.date is None


def test_front_pages_errors_and_crumbs_are_rejected() -> None:
    front = read_page(page("", PARAGRAPHS), url="https://coast.example/", settings=SETTINGS)
    assert isinstance(front, Rejected)
    assert "front page" in front.reason
    error = b"<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1><p>nginx</p></body></html>"
    for data in (error, b"", b"<html></html>", b"<title>Title of it</title><p>Crumb of text</p>"):
        outcome = read_page(data, settings=SETTINGS)
        assert isinstance(outcome, Rejected)
        assert outcome.reason
        assert "\n" not in outcome.reason


def test_a_feed_is_no_page() -> None:
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>The Coast</title>{PARAGRAPHS}</channel></rss>"
    outcome = read_page(feed.encode(), settings=SETTINGS)
    assert isinstance(outcome, Rejected)
    assert "feed" in outcome.reason


def test_hostile_pages_end() -> None:
    deep = "<html><body><h1>Harbour wall to be rebuilt</h1>" + "<div>" * 5000 + PARAGRAPHS
    assert "The council met" in article(deep.encode()).body
    many = "<html><body><h1>Harbour</h1>" + "<i>a</i>" * 40_000
    outcome = read_page(many.encode(), settings=SETTINGS)
    assert isinstance(outcome, Rejected)
    assert "elements" in outcome.reason
    nested = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    assert article(page(nested)).title == "Harbour wall to be rebuilt"
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + page().decode()
    assert article(bomb.encode()).title == "Harbour wall to be rebuilt"
    outcome = read_page(b"x" * 10_000_001, settings=SETTINGS)
    assert isinstance(outcome, Rejected)
    assert "larger" in outcome.reason
