"""An article's JSON twin, held against IPTC's own schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.editions import URL, dated, edition, pages
from tests.scratch import ScratchSite
from tests.unit.test_metadata import FULL, SITE

from backissue.article import Article, Correction, Named
from backissue.config import Site
from backissue.documents import Surroundings, formats
from backissue.views import SiteView


def twin_of(article: Article, site: SiteView = SITE) -> dict[str, Any]:
    planned = pages(edition({"a.md": article}, Site(url=site.url), {"p.png": b"1"}))
    (page,) = (page for page in planned.values() if page.template == "ninjs.json")
    document = formats()["ninjs.json"]

    def body(view: Any, root: str) -> str:
        return f"<p>{view.card.title} from {root}</p>"

    surroundings = Surroundings(site, page.path, "../../", {}, body, lambda *_: b"")
    found: dict[str, Any] = json.loads(document.render(document.decode(page.view()), surroundings))
    return found


ARTICLES = {
    "full": FULL,
    "bare": Article(title="A"),
    "retracted": msgspec.structs.replace(FULL, status="retracted"),
    "withdrawn": msgspec.structs.replace(FULL, status="withdrawn"),
    "letters": Article(
        title="A",
        authors=(
            Named("Zoë", "https://bücher.example/zoë?q=é#ü"),
            Named("B", "https://🚀.example/a b"),
            Named("C", "http://[x"),
        ),
    ),
    "month": Article(title="A", date=dated("1953-02"), lang="ar"),
    "odd": Article(title="<>&\x7f", date=dated("1953-02-01"), rights="https://by.example/", version="3"),
}


@pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES)
@pytest.mark.parametrize("url", [URL, ""])
def test_a_twin_is_an_item_of_ninjs(ninjs: Any, article: Article, url: str) -> None:
    site = msgspec.structs.replace(SITE, url=url, license="https://licence.example/")
    assert [error.message for error in ninjs.iter_errors(twin_of(article, site))] == []


def test_what_a_twin_says() -> None:
    found = twin_of(FULL)
    assert found.pop("uri").startswith("tag:archive.example,2026:/id/")
    assert found.pop("standard")["version"] == "3.0"
    assert sorted(found.pop("subjects"), key=lambda subject: subject["name"]) == [
        {"name": "Flood of 1953", "rel": "about", "uri": f"{URL}/tags/flood-of-1953/"},
        {"name": "Sea", "rel": "about", "uri": f"{URL}/tags/sea/"},
        {"name": "Town", "rel": "section", "uri": f"{URL}/sections/town/"},
    ]
    assert found == {
        "type": "text", "representationType": "full", "pubStatus": "usable", "language": "en-GB",
        "headlines": [{"role": "main", "contentType": "text/plain", "value": "Rise & fall"}],
        "firstCreated": "1953-02-01T10:00:00+01:00",
        "descriptions": [{"role": "summary", "contentType": "text/plain", "value": "It rose; then it fell."}],
        "by": "Ann Lee, Reuters News Agency",
        "people": [{"name": "Ann Lee", "rel": "author", "uri": "https://paper.example/ann"}],
        "organisations": [{"name": "Reuters News Agency", "rel": "author"}],
        "located": "Port Merrow",
        "infoSources": [
            {"name": "The Courier", "role": "publisher", "uri": "https://paper.example/"},
            {"name": "Wire Co", "role": "distributor"},
        ],
        "edNote": "Correction of 1953-03: Not Monday.\nCorrection: Nor Tuesday.",
        "copyrightNotice": "© The Courier",
        "associations": [
            {
                "name": "lead", "uri": f"{URL}/media/p.png", "type": "picture",
                "renditions": [{"name": "web", "href": f"{URL}/media/p.png"}],
                "descriptions": [{"role": "alt", "contentType": "text/plain", "value": "A pier"}],
            }
        ],
        "altIds": [
            {"role": "edtf", "value": "1953-02-01T10:00:00+01:00"},
            {"role": "page", "value": f"{URL}/1953/02/rise-fall.html"},
            {"role": "original", "value": "https://paper.example/rise?a=1&b=2"},
            {"role": "publisher", "value": "https://paper.example/?p=17"},
        ],
        "bodies": [{"role": "main", "contentType": "text/html", "value": "<p>Rise & fall from ../../</p>"}],
    }  # fmt: skip


def test_a_day_is_its_first_instant_and_no_more_is_guessed() -> None:
    assert twin_of(Article(title="A", date=dated("1953-02-01")))["firstCreated"] == "1953-02-01T00:00:00Z"
    month = twin_of(Article(title="A", date=dated("1953-02"), corrections=(Correction("x", dated("1999-05-06")),)))
    assert "firstCreated" not in month
    assert month["versionCreated"] == "1999-05-06T00:00:00Z"
    assert {"role": "edtf", "value": "1953-02"} in month["altIds"]


def test_what_is_withdrawn_or_retracted_is_canceled() -> None:
    withdrawn = twin_of(ARTICLES["withdrawn"])
    assert withdrawn.keys() == {"uri", "standard", "type", "pubStatus"}
    assert withdrawn["pubStatus"] == "canceled"
    retracted = twin_of(ARTICLES["retracted"])
    assert retracted["pubStatus"] == "canceled"
    assert retracted["edNote"].startswith("Retracted.\n")
    assert retracted["bodies"]


def test_twins_lie_beside_their_pages_unless_site_yaml_says_otherwise(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.put("a.md", "Flood", "Water *rose*. [w](b.md)", date="1953-02-01")
    site.put("b.md", "Walls", "Walls held.", date="1953-02-02")
    site.build()
    (body,) = json.loads(site.page("1953/02/flood.json"))["bodies"]
    assert body["value"] == '<p>Water <em>rose</em>. <a href="../../1953/02/walls.html">w</a></p>'
    assert '<link rel="alternate" type="application/json" href="../../1953/02/flood.json">' in site.page(
        "1953/02/flood.html"
    )
    site.put("a.md", "Flood", "Water *rose*. [w](b.md)", date="1953-02-01", slug="storm")
    assert "1953/02/walls.json" not in site.built(), "a twin shows nothing of its article's neighbours"
    site.write("site.yaml", "url: https://archive.example\njson_twins: false\n")
    site.build()
    assert not list(site.output.glob("1953/**/*.json"))
    assert "application/json" not in site.page("1953/02/walls.html")
