from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from backissue.article import Article, Image, Related
from backissue.importers import ninjs
from backissue.importers.outcomes import Imported, Input, Outcome, Rejected, Settings, Unreadable


def outcomes(value: Any) -> list[Outcome]:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(ninjs.read(Input.from_bytes(data), Settings()))


def imported(value: Any) -> Imported:
    (found,) = outcomes(value)
    assert isinstance(found, Imported), found
    return found


def article(**fields: Any) -> Article:
    return imported({"uri": "urn:x:1", "headline": "Harbour wall finished", **fields}).article


VERSION_1: Mapping[str, Any] = {
    "uri": "urn:newsml:example.org:2020:7",
    "type": "text",
    "version": "3",
    "firstcreated": "2020-02-03T08:00:00+01:00",
    "versioncreated": "2020-02-03T09:30:00+01:00",
    "pubstatus": "usable",
    "language": "en_GB",
    "headline": "Harbour wall finished",
    "byline": "By Ada Hill and Ben Moss, Example Agency",
    "located": "Saltby",
    "slugline": "harbour-wall",
    "description_text": "After nine years the wall stands.",
    "body_text": "Plain words.",
    "body_xhtml": "<p>Marked <em>up</em>.</p><h2>Next</h2><p>More.</p>",
    "subject": [{"code": "04000000", "name": "building"}, {"code": "06000000"}],
    "person": [{"name": "Ada Lake"}],
    "service": [{"code": "d", "name": "Domestic"}],
    "copyrightholder": "Example Agency",
    "usageterms": "Not in print.",
    "source": "EXA",
    "ednote": "Adds quote.",
}


def test_version_1_gives_all_that_an_article_has() -> None:
    found = imported(VERSION_1)
    one = found.article
    assert (found.identity, one.version) == ("urn:newsml:example.org:2020:7", "3")
    assert one.title == "Harbour wall finished"
    assert [author.name for author in one.authors] == ["Ada Hill", "Ben Moss"]
    assert one.date is not None
    assert one.date.edtf == "2020-02-03T07:00:00+00:00"
    assert one.updated is not None
    assert one.updated.edtf == "2020-02-03T08:30:00+00:00"
    assert one.body == "Marked *up*.\n\n## Next\n\nMore."
    assert one.summary == "After nine years the wall stands."
    assert one.tags == ("building", "Ada Lake", "environmental issue")
    assert (one.section, one.lang, one.dateline) == ("Domestic", "en-GB", "Saltby")
    assert one.rights == "© Example Agency"
    assert one.source is not None
    assert one.source.name == "EXA"
    assert one.extra["slugline"] == "harbour-wall"
    assert one.extra["ednote"] == "Adds quote."
    assert one.extra["usage_terms"] == "Not in print."
    assert one.extra["byline"] == "By Ada Hill and Ben Moss, Example Agency"


@pytest.mark.parametrize("spelled", [str.lower, str])
def test_versions_2_and_3_say_the_same_in_lists(spelled: Any) -> None:
    item = {
        spelled(key): value
        for key, value in {
            "uri": "urn:x:2",
            "versionCreated": "2023-11-05T14:30:00Z",
            "pubStatus": "usable",
            "headlines": [{"role": "seo", "value": "Wall"}, {"role": "main", "value": "Wall finished"}],
            "bodies": [
                {"role": "text", "contentType": "text/plain", "value": "Plain."},
                {"role": "html", "contentType": "text/html", "value": "<p>Marked <b>up</b>.</p>"},
            ],
            "descriptions": [{"value": "In short."}],
            "by": "Ada Hill",
            "subjects": [{"name": "building"}],
            "infoSources": [{"name": "Example Agency"}],
            "edNote": "Corrects the length of the wall.",
        }.items()
    }
    one = imported(item).article
    assert (one.title, one.body, one.summary) == ("Wall finished", "Marked **up**.", "In short.")
    assert one.source is not None
    assert one.source.name == "Example Agency"
    assert [correction.text for correction in one.corrections] == ["Corrects the length of the wall."]
    assert "ednote" not in one.extra


def test_version_1_with_its_own_names_for_headlines_and_bodies() -> None:
    one = imported({"uri": "urn:x:3", "headline_main": "Wall", "body_main": "<p>Text.</p>"}).article
    assert (one.title, one.body) == ("Wall", "Text.")


@pytest.mark.parametrize("name", ["embargoed", "embargoedUntil", "embargo"])
def test_an_embargo_is_kept_with_its_zone(name: str) -> None:
    one = article(**{name: "2031-05-01T12:00:00+02:00"})
    assert one.embargo is not None
    assert one.embargo.edtf == "2031-05-01T10:00:00+00:00"
    assert not one.draft


@pytest.mark.parametrize("value", ["when the minister has spoken", True])
def test_an_embargo_without_a_readable_end_is_a_draft(value: Any) -> None:
    one = article(embargoed=value)
    assert one.draft
    assert one.provenance is not None
    assert any("embargoed" in note for note in one.provenance.notes)


@pytest.mark.parametrize(
    ("fields", "status", "draft"),
    [
        ({"pubstatus": "usable"}, "published", False),
        ({"pubstatus": "canceled"}, "withdrawn", False),
        ({"pubStatus": "cancelled"}, "withdrawn", False),
        ({"pubstatus": "withheld"}, "published", True),
        ({"pubstatus": "commissioned"}, "published", True),
        ({"pubstatus": "usable", "state": "killed"}, "withdrawn", False),
        ({"pubstatus": "usable", "state": "draft"}, "published", True),
        ({"status": "New news"}, "published", False),
        ({"flags": {"marked_for_not_publication": True}}, "published", True),
    ],
)
def test_publishing_status(fields: dict[str, Any], status: str, draft: bool) -> None:
    one = article(**fields)
    assert (one.status, one.draft) == (status, draft)


def test_the_lead_picture_is_the_largest_rendition_of_the_featured_one() -> None:
    def picture(name: str) -> dict[str, Any]:
        return {
            "type": "picture",
            "headline": "The wall",
            "description_text": f"The wall, {name}.",
            "byline": "Cy Low",
            "source": "EXA",
            "renditions": {
                "thumb": {"href": f"https://example.org/{name}-s.jpg", "width": 100, "mimetype": "image/jpeg"},
                "large": {"href": f"https://example.org/{name}-l.jpg", "width": 1200, "mimetype": "image/jpeg"},
                "print": {"href": f"https://example.org/{name}.tif", "width": 9000, "mimetype": "image/tiff"},
                "film": {"href": f"https://example.org/{name}.mp4", "width": 4000, "mimetype": "video/mp4"},
            },
        }

    one = article(associations={"inline": picture("night"), "featuremedia": picture("day")})
    assert one.image == Image("https://example.org/day-l.jpg", "The wall", "The wall, day.", "Cy Low / EXA")


def test_a_picture_with_only_a_caption_has_it_as_its_text() -> None:
    one = imported(
        {
            "uri": "urn:x:4",
            "type": "picture",
            "headline": "The wall",
            "description_text": "The wall at dawn.",
            "renditions": {"main": {"href": "https://example.org/a.jpg"}},
        }
    ).article
    assert (one.body, one.summary) == ("The wall at dawn.", "")
    assert one.image is not None
    assert one.image.caption == ""


def test_texts_that_go_with_an_item_are_articles_and_related() -> None:
    first, second = outcomes(
        {
            "uri": "urn:x:5",
            "type": "composite",
            "headline": "Wall package",
            "associations": {
                "main": {"uri": "urn:x:6", "type": "text", "headline": "Wall", "body_text": "Text."},
                "more": {"uri": "urn:x:7", "type": "text", "headline": "Elsewhere"},
            },
        }
    )
    assert isinstance(first, Imported)
    assert isinstance(second, Imported)
    assert (second.identity, second.article.body) == ("urn:x:6", "Text.")
    assert first.article.related == (Related("Wall", ""), Related("Elsewhere", ""))


def test_items_are_found_in_what_wraps_them() -> None:
    item = {"uri": "https://example.org/a?et=1&qt=2", "headline": "Wall"}
    wrapped = {"id": "q", "data": {"items": [{"meta": {}, "item": item}, {"item": {"uri": "u", "headline": "Two"}}]}}
    found = [each for each in outcomes(wrapped) if isinstance(each, Imported)]
    assert [each.article.title for each in found] == ["Wall", "Two"]
    assert found[0].identity == "https://example.org/a", "a token of access is no part of the name"
    lines = b"\n".join(json.dumps(each).encode() for each in (item, {"uri": "u", "headline": "Two"}))
    assert len(outcomes(lines)) == 2


def test_other_agencies_names_for_the_same_things() -> None:
    one = imported(
        {"uri": "tag:x", "headLine": "Wall", "byLine": "ADA HILL", "bodyXhtml": "<html><body><p>T.</p></body></html>"}
    ).article
    assert (one.title, one.body, one.authors[0].name) == ("Wall", "T.", "ADA HILL")


def test_nitf_inside_json() -> None:
    nitf = "<nitf><body><body.content><p>One <person>Ada</person>.</p></body.content></body></nitf>"
    assert article(bodies=[{"contentType": "application/nitf+xml", "value": nitf}]).body == "One Ada."


def test_html_that_was_escaped_twice_is_read() -> None:
    assert article(body_html="<p>It&amp;#39;s Low &amp; Co</p>").body == "It's Low & Co"
    assert article(body_html="&lt;p&gt;It &lt;b&gt;stands&lt;/b&gt;.&lt;/p&gt;").body == "It **stands**."


def test_html_without_a_tag_has_spaces_for_line_ends() -> None:
    assert article(body_xhtml="Broken\nanywhere &amp; often").body == "Broken anywhere & often"
    assert article(body_text="One line.\nAnother.").body == "One line.\n\nAnother."


@pytest.mark.parametrize(
    "value",
    [
        {"uri": "urn:x:8"},
        {"uri": "urn:x:8", "title": "only a title", "eventdetails": {}},
        {"uri": "urn:x:8", "headline": " ", "body_text": "\n"},
        {"$schema": "http://json-schema.org/", "properties": {}, "title": "a schema"},
        {"weather": [1, 2, 3]},
        [],
    ],
)
def test_what_has_neither_headline_nor_text_is_rejected_with_a_line(value: Any) -> None:
    (found,) = outcomes(value)
    assert isinstance(found, Rejected)
    assert found.reason
    assert "\n" not in found.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"uri": "x", "headline": "h"', "not JSON"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"uri": "x", "version": ' + b"9" * 5000 + b"}", "too many digits"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
    ],
)
def test_broken_and_hostile_input_is_refused_in_one_line(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as fault:
        outcomes(data)
    assert reason in str(fault.value)
    assert "\n" not in str(fault.value)


def test_lone_surrogates_and_infinities_do_no_harm() -> None:
    one = imported(b'{"uri":"x","headline":"h \\ud83d","body_text":"a \\ud800 b","version":Infinity}').article
    assert one.title == "h ?"
    one.body.encode()


def test_recognition() -> None:
    assert ninjs.recognises(json.dumps(VERSION_1).encode()) >= 90
    assert ninjs.recognises(b"\xef\xbb\xbf\n" + json.dumps(VERSION_1).encode()) >= 90
    assert ninjs.recognises(json.dumps(VERSION_1).encode("utf-16")) >= 90
    assert ninjs.recognises(b'{"version": "https://jsonfeed.org/version/1.1", "uri": "x", "headline": 1}') == 0
    assert ninjs.recognises(b'[{"uri": "u", "title": "t", "descriptions": [{"value": "d"}]}]') == 75
    assert ninjs.recognises(b"<nitf/>") == 0
    assert ninjs.recognises(b"") == 0


def test_a_picture_beside_the_input_is_taken_along(tmp_path: Path) -> None:
    (tmp_path / "wall.jpg").write_bytes(b"jpeg")
    (tmp_path.parent / "secret.jpg").write_bytes(b"secret")
    for name, kept in (("wall.jpg", True), ("../secret.jpg", False), ("other.jpg", False)):
        item = {"uri": "urn:x", "type": "picture", "headline": "Wall", "renditions": {"a": {"href": name}}}
        data = json.dumps(item).encode()
        source = Input.from_bytes(data)
        source = type(source)(name="a.json", digest="", head=data, open=source.open, path=str(tmp_path / "a.json"))
        (found,) = ninjs.read(source, Settings())
        assert isinstance(found, Imported)
        assert found.files == ({"wall.jpg": b"jpeg"} if kept else {})
        assert (found.article.image is not None) == kept
        if not kept:
            assert found.article.provenance is not None
            assert name in found.article.provenance.notes[0]
