"""What is withdrawn, a draft or under embargo: in no byte of the site, nor, of what is withdrawn, of the state."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import shutil
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from tests.scratch import ScratchSite, differences

from backissue.building import Options
from backissue.check import check_archive_withdrawn
from backissue.check.withdrawn import traces, unpacked, words_of

TEXT = "The councillor is said to have taken nine crates of the harbour board's whisky home in a hearse."
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> ScratchSite:
    site = ScratchSite(tmp_path)
    site.put("b.md", "Walls", "Walls held. [See](a.md).", date="1953-02-02", related="[a.md]")
    return site


def everything(folder: Path) -> bytes:
    """Every byte below a folder, as it is and unpacked, with the names of the files."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found += [str(path.relative_to(folder)).encode(), *unpacked(path.read_bytes())]
    return b"\n".join(found)


def picture() -> bytes:
    """A picture that smaller ones are made of, with a text in it."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "bytestoken")
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG", pnginfo=info)
    return file.getvalue()


def findings(site: ScratchSite, *against: Path) -> list[str]:
    options = Options(root=site.root, jobs=1)
    return [
        str(finding).replace(f"{site.root}/", "")
        for finding in check_archive_withdrawn(options, against, lambda *_: None)
    ]


FRONT = {
    "date": "1953-02-01",
    "summary": "Crates of whiskytoken",
    "authors": "Ann Authortoken",
    "tags": "[Tagtoken]",
    "section": "Sectiontoken",
    "source": "{name: Sourcetoken, url: 'https://source.example/urltoken'}",
    "source_url": "https://elsewhere.example/sourceurltoken",
    "dateline": "DATELINETOKEN",
    "image": "{src: picture-filetoken.png, alt: Alttoken, caption: Captiontoken}",
    "corrections": "[Correctiontoken.]",
    "related": "[Relatedtoken]",
    "custom": "Extratoken",
    "rights": "Rightstoken",
    "via": "Viatoken",
    "provenance": "{file: Provenancetoken, format: feed, identity: Identitytoken, notes: [Notetoken]}",
}


def test_a_withdrawn_article_leaves_its_notice_and_nothing_else(site: ScratchSite) -> None:
    site.write("content/picture-filetoken.png", picture())
    site.write("site.yaml", "title: S\nurl: https://archive.example\nimages: {sizes: [16]}\n")
    site.put("a.md", "Titletoken", f"{TEXT} Bodytoken", **FRONT)
    site.build(allow_gone=False)
    assert b"token" in everything(site.output)
    assert list((site.root / ".backissue/pictures").iterdir())
    site.write(
        "content/a.md",
        "---\nstatus: withdrawn\ndate: 1953-02-01\nnotice: {text: By order of the court., date: 1954-05-06}\n"
        f"title: Titletoken\nsummary: Crates of whiskytoken\n---\n\n{TEXT}\n",
    )
    site.put("c.md", "Walls two", "See.", date="1953-02-03", copy_of="a.md", summary="Copytoken")
    site.build(allow_gone=False)
    page = site.page("1953/02/titletoken.html")
    assert "Titletoken" in page
    assert "By order of the court." in page
    assert "6 May 1954" in page
    assert "noindex" in page
    assert "Copytoken" not in page
    assert not (site.output / "media").exists()
    site.remove("content/picture-filetoken.png")
    site.build(allow_gone=False)
    assert not list((site.root / ".backissue/pictures").iterdir())
    others = {path: data for path, data in site.tree().items() if not path.startswith("1953/02/titletoken.")}
    assert "titletoken.html" in site.page("1953/02/walls.html")  # who links to it is led to the notice
    for path, data in others.items():
        if path != "1953/02/walls.html" and not path.startswith(("copies/", "1953/02/walls")):
            assert b"itletoken" not in data, path
    leaves = everything(site.output) + everything(site.root / ".backissue")
    for token in (b"whiskytoken", b"Bodytoken", b"hearse", b"Authortoken", b"agtoken", b"ectiontoken", b"ourcetoken",
                  b"urltoken", b"DATELINETOKEN", b"filetoken", b"bytestoken", b"lttoken", b"aptiontoken",
                  b"orrectiontoken", b"elatedtoken", b"xtratoken", b"ightstoken", b"iatoken", b"rovenancetoken",
                  b"dentitytoken", b"otetoken"):  # fmt: skip
        # The address of a list stays, and leads on.
        assert token not in leaves.replace(b"tags/tagtoken", b"").replace(b"authors/ann-authortoken", b"").replace(
            b"sources/sourcetoken", b""
        ).replace(b"sections/sectiontoken", b""), token
    assert findings(site) == []
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_title_may_go_too(site: ScratchSite) -> None:
    site.put("a.md", "Titletoken", TEXT, date="1953-02-01", slug="report")
    site.build(allow_gone=False)
    site.write("content/a.md", "---\nstatus: withdrawn\ndate: 1953-02-01\n---\n")
    site.build(allow_gone=False)
    assert "<h1>Withdrawn article</h1>" in site.page("1953/02/report.html")
    assert ">Withdrawn article</a>" in site.page("1953/02/walls.html")
    assert b"itletoken" not in everything(site.output) + everything(site.root / ".backissue")


def test_nothing_is_left_of_a_line_of_a_packed_file(site: ScratchSite) -> None:
    lines = [
        {"id": n, "title": f"Line {n}", "date": "1960-01-01", "body": f"Body {n}. {TEXT}" if n == 1 else "x"}
        for n in range(3)
    ]
    packed = lambda: gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode())  # noqa: E731
    site.write("content/l.jsonl.gz", packed())
    site.build(allow_gone=False)
    assert b"hearse" in everything(site.root / ".backissue")
    lines[1] |= {"status": "withdrawn", "title": "Another title"}
    site.write("content/l.jsonl.gz", packed())
    site.build(allow_gone=False)
    assert b"hearse" not in everything(site.output) + everything(site.root / ".backissue")
    assert "Line 2" in site.page("1960/01/line-2.html")
    lines[2]["body"] = "Other."
    site.write("content/l.jsonl.gz", packed())
    site.build(allow_gone=False)
    assert b"hearse" not in everything(site.root / ".backissue")
    assert findings(site) == []


def test_nothing_is_left_in_the_search(site: ScratchSite) -> None:
    pytest.importorskip("pagefind_bin_extended")
    site.write("site.yaml", "title: S\nurl: https://archive.example\nsearch: pagefind\n")
    site.put("a.md", "Report", TEXT, date="1953-02-01")
    site.build(allow_gone=False)
    packs = [data for path, data in site.tree().items() if path.endswith(".pf_pack")]
    assert any(b"hearse" in inside for data in packs for inside in unpacked(data))
    site.put("a.md", "Report", TEXT, date="1953-02-01", status="withdrawn")
    site.build(allow_gone=False)
    assert b"hearse" not in everything(site.output) + everything(site.root / ".backissue")
    assert findings(site) == []


def test_what_is_given_up_leaves_nothing_behind(site: ScratchSite) -> None:
    site.put("a.md", "Gone", TEXT, date="1953-02-01")
    site.build()
    site.remove("content/a.md")
    site.build()
    assert b"hearse" not in everything(site.output) + everything(site.root / ".backissue")


# -- check --withdrawn


def test_text_is_found_wherever_it_is_left(site: ScratchSite) -> None:
    body = TEXT.replace("nine crates", "*nine* [crates](https://elsewhere.example/x)")
    site.put("a.md", "Report", body, date="1953-02-01", status="withdrawn")
    site.build()
    assert findings(site) == []
    html = f"<p>{TEXT.replace('said', 's<b>ai</b>d').replace(' ', '&#32;', 1)}</p>"
    site.write("public/page.html", html)
    site.write("public/data.json", json.dumps({"text": "«" + TEXT.replace("The", "The\n")}))
    site.write("public/fragment.pf_fragment", gzip.compress(b"pagefind_dcd" + json.dumps({"content": TEXT}).encode()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/a.warc.gz", gzip.compress(b"WARC/1.1\r\n") + gzip.compress(html.encode()))
    site.write("export/site.wacz", buffer.getvalue())
    with sqlite3.connect(site.root / ".backissue/other.sqlite") as database:
        database.execute("create table t (x)")
        database.execute("insert into t values (?)", (TEXT,))
    database.close()
    site.write("public/innocent.html", "<p>The councillor is said to have taken a bus.</p>")
    found = findings(site)
    assert [line.partition(": ")[0] for line in found] == [
        "public/data.json", "public/fragment.pf_fragment", "public/page.html", ".backissue/other.sqlite",
        "export/site.wacz",
    ]  # fmt: skip
    assert found[0] == (
        'public/data.json: has 100 % of the text of content/a.md, which is withdrawn: "councillor is said to have taken'
        ' nine crates" — build and export again; if it stays, another article says it too'
    )


@pytest.mark.parametrize(
    "data",
    [
        f'<meta name="description" content="{TEXT}">'.encode(),
        f"<img alt='{TEXT.replace(chr(39), '&#39;')}' src='p.png'>".encode(),
        json.dumps({"body": f'<p><img alt="{TEXT}"></p>'}).encode(),
        f'<a href="mailto:?body={quote(TEXT)}">Tell a friend</a>'.encode(),
        b"\xff\xd8Exif\0\0UNICODE\0" + TEXT.encode("utf-16-le"),
        b"\xff\xd8Exif\0\0UNICODE\0" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16"),
        bz2.compress(TEXT.encode()),
        lzma.compress(TEXT.encode()),
    ],
)
def test_text_is_found_in_whatever_form(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    ((_path, what),) = traces(((("a.md", (TEXT,)),), [str(path)]))
    assert int(what.split()[1]) > 90
    path.write_bytes(data[: len(data) // 4])
    assert not traces(((("a.md", (TEXT,)),), [str(path)]))


def test_text_that_is_gone_is_looked_for_in_a_copy(site: ScratchSite, tmp_path: Path) -> None:
    site.write("content/a.md", "---\ntitle: Report\nstatus: withdrawn\n---\n")
    site.put("c.md", "Quoting", f"He wrote: {TEXT}", date="1953-02-01")
    site.build()
    assert findings(site) == [
        "content/a.md: is withdrawn, and has no text to look for — name a copy of it as it was, with --against"
    ]
    old = site.write("old.md", f"---\ntitle: Report\n---\n{TEXT}\n")
    (found,) = (line for line in findings(site, old) if ".html" in line and "/02/quoting" in line)
    assert found.startswith("public/1953/02/quoting.html: has 100 % of the text of old.md, which is withdrawn")
    plain = site.write("old.txt", TEXT)
    assert any("of the text of old.txt" in line for line in findings(site, plain))


@pytest.mark.parametrize(
    ("one", "other"),
    [("A *b*old [link](http://x/y) &amp; more", "<p>A <b>b</b>old <a href='q'>link</a> &amp; more</p>"),
     ("Don’t “go”", "don\\u2019t \\u201cgo\\u201d"), ("海に入る", "海<br>に\\n入る"),
     ("soft\u00adhyphen", "SOFTHYPHEN")],
)  # fmt: skip
def test_words_are_the_same_whatever_the_markup(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


def test_a_short_text_is_looked_for_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_text("<p>He stole it, she said.")
    assert traces(((("a.md", ("He stole it",)),), [str(path)]))
    assert not traces(((("a.md", ("He stole them",)),), [str(path)]))


def test_the_command(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    from backissue.cli import main

    site.put("a.md", "Report", TEXT, date="1953-02-01", status="withdrawn")
    site.build()
    assert main(["check", "--withdrawn", "--root", str(site.root), "--jobs", "1"]) == 0
    site.write("public/page.html", TEXT)
    assert main(["check", "--withdrawn", "--json", "--root", str(site.root), "--jobs", "1"]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["rule"] == "withdrawn"
    assert main(["check", "--against", "none.md", "--root", str(site.root), "--jobs", "1"]) == 1
    assert "none.md: can't be read" in capsys.readouterr().err


# -- drafts and embargoes

hidden = st.fixed_dictionaries(
    {"draft": st.just("true")} | {key: st.just(value) for key, value in FRONT.items()}
) | st.fixed_dictionaries({"embargo": st.just("2999-01-01")} | {key: st.just(value) for key, value in FRONT.items()})


@given(
    front=hidden,
    gone=st.sets(st.sampled_from(sorted(FRONT)), max_size=4),
    alias=st.booleans(),
    packed=st.sampled_from(["md", "jsonl", "jsonl.gz"]),
    published_before=st.booleans(),
)
@settings(max_examples=10, deadline=None)
def test_nothing_hidden_is_in_any_byte_of_the_site(
    tmp_path_factory: pytest.TempPathFactory,
    front: dict[str, str],
    gone: set[str],
    alias: bool,
    packed: str,
    published_before: bool,
) -> None:
    import yaml

    front = {key: value for key, value in front.items() if key not in gone}
    if alias:
        front["aliases"] = "[/aliastoken/, /old/aliastoken.html]"
    root = tmp_path_factory.mktemp("site")
    site = ScratchSite(
        root,
        "title: S\nurl: https://archive.example\nimages: {sizes: [16]}\n"
        "feeds: {content: full, lists: [tags, authors]}\n"
        "redirects: {aliases: true, maps: [netlify, nginx, apache, caddy]}\nnews_sitemap: true\n",
    )
    site.write("content/picture-filetoken.png", picture())
    links = "[x](hidden.md) [y](https://elsewhere.example/sourceurltoken)" if packed == "md" else ""
    site.put("open.md", "Open", f"In the open. {links}", date="1953-02-02", related="[Open]")
    name = f"hidden.{packed}"

    def put(values: dict[str, str]) -> None:
        if packed == "md":
            site.put(name, "Titletoken", f"Bodytoken ![z](picture-filetoken.png) {TEXT}", **values)
            return
        line = {key: yaml.safe_load(value) for key, value in values.items()}
        line = json.loads(json.dumps(line | {"title": "Titletoken", "body": "Bodytoken", "id": 1}, default=str))
        data = json.dumps(line).encode() + b"\n"
        site.write(f"content/{name}", gzip.compress(data) if packed == "jsonl.gz" else data)

    if published_before:
        put({key: value for key, value in front.items() if key not in ("draft", "embargo")})
        site.build()
        assert b"oken" in everything(site.output)
        shutil.rmtree(root / "urls")  # as if nobody had seen it
    put(front)
    site.build()
    data = everything(site.output)
    if links:
        data = data.replace(b"https://elsewhere.example/sourceurltoken", b"")  # what an open article says itself
    at = data.lower().find(b"token")
    assert at < 0, data[max(0, at - 200) : at + 50]
