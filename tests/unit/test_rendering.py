from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import msgspec
import pytest
from markupsafe import Markup
from tests.editions import dated, edition, pages

from backissue import phrases
from backissue.article import Article, Related
from backissue.config import MarkdownSettings
from backissue.errors import BuildStopped
from backissue.plan import Page
from backissue.rendering import Renderer
from backissue.theme import Theme, phrases_of, read_theme
from backissue.views import ArticleView, NotFoundView, SiteView, TextView

SITE = SiteView("The <Archive>", "", "https://archive.example", "en", "ltr", "UTC", "", (), ("feed.xml",))
NOTHING = msgspec.msgpack.encode(NotFoundView(7))


def theme(words: dict[str, str] | None = None, **templates: str) -> Theme:
    return Theme({name.replace("_", ".", 1): text for name, text in templates.items()}, words or {}, {})


def renderer(theme_: Theme, body: str = "", site: SiteView = SITE) -> Renderer:
    return Renderer(theme_, site, MarkdownSettings(), lambda _place: body)


def page_of(article: Article, others: dict[str, Article] | None = None, files: tuple[str, ...] = ()) -> Page:
    planned = edition({"x/a.md": article, **(others or {})}, files=dict.fromkeys(files, b""))
    return next(page for page in pages(planned).values() if page.path.endswith("/flood.html"))


def body_of(article: Article, **around: Any) -> str:
    page = page_of(article, **around)
    return (
        renderer(theme(article_html="{{ body }}"), article.body).render(page.template, page.path, page.view()).decode()
    )


def test_what_a_template_is_given() -> None:
    text = "{{ view.total }} {{ site.title }} {{ root }} {{ path }} {{ words.hello }}"
    made = renderer(theme({"words/en.yaml": "hello: Good day"}, **{"404_html": text}))
    assert made.render("404.html", "a/b/c.html", NOTHING) == b"7 The &lt;Archive&gt; ../../ a/b/c.html Good day"


def test_a_body_is_put_into_its_page() -> None:
    article = Article(title="Flood", date=dated("1953-02-01"), body="# Head\n\nWater *rose* <script>x</script>")
    text = body_of(article)
    assert "<em>rose</em>" in text
    assert "<script" not in text


def test_what_is_worked_out_ahead_is_made_once_and_is_what_the_page_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def described(view: ArticleView, _site: SiteView, root: str) -> Markup:
        asked.append((view.card.title, root))
        return Markup(f"<{view.card.title} {root}>")

    monkeypatch.setattr("backissue.metadata.described", described)
    text = "{{ view|described(site, root) }}{{ view|described(site, '/') }}{{ view|described(site, root=root) }}"
    made = renderer(theme(article_html=text))
    planned = edition({f"{name}.md": Article(title=name, date=dated("1953-02")) for name in ("flood", "fire")})
    leaves = [(page.path, page.view()) for page in pages(planned).values() if page.template == "article.html"]
    begun = [made.prepared("article.html", path, view) for path, view in leaves]
    names = sorted(page.values["view"].card.title for page in begun)
    assert names == ["fire", "flood"]
    made.work_ahead(begun)
    assert sorted(asked) == [(name, "../../") for name in names]
    asked.clear()
    finished = sorted(made.finished(page) for page in begun)
    assert finished == [f"<{name} ../../><{name} /><{name} ../../>".encode() for name in names]
    assert sorted(asked) == [(name, root) for name in names for root in ("../../", "/")]
    made.work_ahead(begun[:1])
    assert sorted(made.finished(page) for page in begun) == finished


def test_a_fault_of_what_is_worked_out_ahead_is_told_by_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def described(*_arguments: object) -> Markup:
        raise ValueError("no such name")

    monkeypatch.setattr("backissue.metadata.described", described)
    page = page_of(Article(title="Flood", date=dated("1953-02-01")))
    made = renderer(theme(article_html="\n{{ view|described(site, root) }}"))
    begun = made.prepared(page.template, page.path, page.view())
    made.work_ahead([begun])
    with pytest.raises(BuildStopped, match=r"templates/article\.html:2: no such name \(on the page .*flood"):
        made.finished(begun)


def test_links_of_a_body_lead_where_they_mean() -> None:
    article = Article(
        title="Flood",
        date=dated("1953-02-01"),
        related=(Related("Walls"),),
        body="[a](b.md#part) [b](map.pdf) [c](gone.pdf) [d](/old/walls.html) [e](https://elsewhere.example/) [f](#top)",
    )
    walls = Article(title="Walls", date=dated("1954-03"), aliases=("/old/walls.html",))
    text = body_of(article, others={"x/b.md": walls}, files=("x/map.pdf",))
    assert '<a href="../../1954/03/walls.html#b-part">a</a>' in text
    assert '<a href="../../media/x/map.pdf">b</a>' in text
    assert "gone.pdf" not in text
    assert '<a href="../../1954/03/walls.html">d</a>' in text
    assert '<a href="https://elsewhere.example/"' in text


@pytest.mark.parametrize(
    ("source_url", "expected"),
    [("https://paper.example/news/a.html", 'href="https://paper.example/news/b.html"'), ("http://[oops/", None)],
)
def test_a_link_that_leads_nowhere_leads_to_where_it_led_once(source_url: str, expected: str | None) -> None:
    text = body_of(Article(title="Flood", date=dated("1953-02"), source_url=source_url, body="see [this](b.html)"))
    assert (expected in text) if expected else ("href" not in text)
    assert "this" in text


def test_a_withdrawn_article_has_no_body() -> None:
    article = Article(title="Flood", date=dated("1953-02"), status="withdrawn", body="Secret")
    assert body_of(article) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{% if %}", r"templates/404\.html:2: "),
        ("\n\n{{ view.nothing }}", r"templates/404\.html:3: .*nothing.* \(on the page 404\.html\)"),
        ("{{ nobody }}", r"templates/404\.html:1: 'nobody' is undefined"),
        ("{% include 'gone.html' %}", r"templates/gone\.html: there is no such template — put it into templates/"),
        ("\n{{ 1 / 0 }}", r"templates/404\.html:2: division by zero"),
        ("{{ view.total + 'x' }}", r"templates/404\.html:1: unsupported operand"),
        ("{% include 'part.html' %}", r"templates/part\.html:2: "),
    ],
)
def test_faults_of_templates_have_their_lines(text: str, message: str) -> None:
    made = renderer(Theme({"404.html": text, "part.html": "\n{{ view.gone.further }}"}, {}, {}))
    with pytest.raises(BuildStopped, match=message):
        made.render("404.html", "404.html", NOTHING)


def test_a_template_that_is_not_there() -> None:
    with pytest.raises(BuildStopped, match=r"templates/404\.html: there is no such template"):
        renderer(theme()).render("404.html", "404.html", NOTHING)


def test_a_theme_is_read_from_folders_of_which_the_later_win(tmp_path: Path) -> None:
    for name, text in {
        "one/list.html": "one", "one/year.html": "one", "one/words/en.yaml": "a: one", "one/assets/a.css": "",
        "one/assets/list.html": "an asset", "two/list.html": "two", "two/parts/x.html": "two", "two/.hidden.html": "no",
        "two/.git/x.html": "no", "two/notes.txt": "no", "two/assets/a.css": "",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = read_theme([tmp_path / "one", tmp_path / "two", tmp_path / "gone"])
    assert found.templates == {"list.html": "two", "year.html": "one", "parts/x.html": "two"}
    assert found.words == {"words/en.yaml": "a: one"}
    assert found.assets == {
        "assets/a.css": str(tmp_path / "two/assets/a.css"), "assets/list.html": str(tmp_path / "one/assets/list.html"),
    }  # fmt: skip


def test_a_template_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "list.html").write_bytes(b"\xff")
    with pytest.raises(BuildStopped, match=r"list\.html: not UTF-8 — save the file in the encoding UTF-8"):
        read_theme([tmp_path])


def test_a_templates_digest_covers_what_it_is_made_of() -> None:
    made_of = {
        "list.html": "{% extends 'base.html' %}{% import 'm.html' as m %}",
        "base.html": "{% include 'part.html' %}",
        "part.html": "x", "m.html": "y", "other.html": "z",
    }  # fmt: skip
    before = Theme(made_of, {}, {}).digest("list.html")
    for name in ("list.html", "base.html", "part.html", "m.html"):
        assert Theme({**made_of, name: made_of[name] + "!"}, {}, {}).digest("list.html") != before
    assert Theme({**made_of, "other.html": "!"}, {}, {}).digest("list.html") == before
    # A name that is known only while rendering may be any.
    for name in ("site.title", "'a' if x else 'b'", "'a' ~ x", "['a', 'b']", "\"p\" + 'q'"):
        varied = {**made_of, "base.html": "{% include " + name + " %}"}
        changed = Theme({**varied, "other.html": "!"}, {}, {})
        assert Theme(varied, {}, {}).digest("list.html") != changed.digest("list.html")


@pytest.mark.parametrize(
    "tag",
    [
        "{%- include 'part.html' -%}",
        '{% include "part.html" ignore missing with context %}',
        "{%+ from 'part.html' import a, b as c without context +%}",
        "{%\n  import 'part.html' as part %}",
        "{% extends 'part.html' %}",
    ],
)
def test_what_a_template_is_made_of_is_found_in_every_tag(tag: str) -> None:
    made_of = {"list.html": tag, "part.html": "x", "other.html": "y"}
    before = Theme(made_of, {}, {}).digest("list.html")
    assert Theme({**made_of, "part.html": "!"}, {}, {}).digest("list.html") != before
    assert Theme({**made_of, "other.html": "!"}, {}, {}).digest("list.html") == before


def test_phrases_are_laid_over_those_of_wider_languages() -> None:
    words = {"words/en.yaml": "a: A\nb: B\nc: C", "words/pt.yaml": "a: Á\nb: Bê", "words/pt-br.yaml": "a: Ã"}
    assert phrases_of(theme(words), "pt-BR") == {"a": "Ã", "b": "Bê", "c": "C"}
    assert phrases_of(theme(words), "de") == {"a": "A", "b": "B", "c": "C"}


def test_phrases_that_are_no_yaml() -> None:
    with pytest.raises(BuildStopped, match=r"templates/words/en\.yaml:3: broken YAML"):
        phrases_of(theme({"words/en.yaml": "a: A\nb: [\n"}), "en")


def test_what_is_marked_is_made_once_for_all_that_it_is_named_by() -> None:
    text = "{% call once('a', root) %}{{ path }}{% endcall %} {% call once('b', root) %}<i>{{ path }}</i>{% endcall %}"
    made = renderer(theme(**{"404_html": text}))
    assert made.render("404.html", "x/1.html", NOTHING) == b"x/1.html <i>x/1.html</i>"
    assert made.render("404.html", "x/2.html", NOTHING) == b"x/1.html <i>x/1.html</i>"
    assert made.render("404.html", "3.html", NOTHING) == b"3.html <i>3.html</i>"


@pytest.mark.parametrize(
    "other",
    [
        "{% set site = dict(title='Mine') %}",
        "{%- set a, site = 1, dict(title='Mine') -%}",
        "{% for site in [dict(title='Mine')] %}{% include 'parts/title.html' %}{% endfor %}",
        "{% with a = 1, site = dict(title='Mine') %}{% include 'parts/title.html' %}{% endwith %}",
        "{% import 'parts/mine.html' as site %}",
    ],
)
def test_a_template_may_call_something_else_by_the_name_of_what_it_is_given(other: str) -> None:
    templates = {
        "parts/title.html": "{{ site.title }}",
        "parts/mine.html": "{% set title = 'Mine' %}",
        "404.html": other if "include" in other else other + "{% include 'parts/title.html' %}",
    }
    made = Renderer(Theme(templates, {}, {}), SITE, MarkdownSettings(), lambda _place: "")
    assert made.render("404.html", "404.html", NOTHING) == b"Mine"
    assert Theme({"a.html": other}, {}, {}).assigns("site")


def test_what_only_reads_a_name_does_not_assign_it() -> None:
    text = "{% for a in site.feeds if site %}{% set b = site %}{{ f(site=1) }}{% if site == 1 %}{% macro m(site) %}"
    assert not Theme({"a.html": text}, {}, {}).assigns("site")


def test_the_templates_of_most_pages_are_compiled_before_there_are_pages(tmp_path: Path) -> None:
    templates = {"article.html": "{% extends 'parts/page.html' %}", "list.html": "", "year.html": "", "404.html": ""}
    shown = Theme({**templates, "parts/page.html": "{% include 'parts/gone.html' %}"}, {}, {})
    made = Renderer(shown, SITE, MarkdownSettings(), lambda _place: "", str(tmp_path))
    with pytest.raises(jinja2.TemplateNotFound, match=r"parts/gone\.html"):
        made.prepare()
    shown.templates["parts/gone.html"] = ""
    made.prepare()
    assert len(list(tmp_path.iterdir())) == 5


def test_compiled_templates_are_kept_for_the_settings_and_phrases_that_they_show(tmp_path: Path) -> None:
    def made(site: SiteView, words: str) -> bytes:
        shown = theme({"words/en.yaml": f"hello: {words}"}, **{"404_html": "{{ site.title }} {{ words['hello'] }}"})
        return Renderer(shown, site, MarkdownSettings(), lambda _place: "", str(tmp_path)).render(
            "404.html", "x", NOTHING
        )

    assert made(SITE, "Hello") == b"The &lt;Archive&gt; Hello"
    assert made(SITE, "Good day") == b"The &lt;Archive&gt; Good day"
    assert made(msgspec.structs.replace(SITE, title="Another"), "Good day") == b"Another Good day"


def test_compiled_templates_are_kept_for_the_compiler_that_made_them(tmp_path: Path, monkeypatch: Any) -> None:
    def made() -> bytes:
        return Renderer(
            theme(**{"404_html": "{{ path }}"}), SITE, MarkdownSettings(), lambda _place: "", str(tmp_path)
        ).render("404.html", "x", NOTHING)

    assert made() == b"x"
    [kept] = tmp_path.iterdir()
    before = kept.read_bytes()
    assert made() == b"x"
    assert kept.read_bytes() == before
    monkeypatch.setattr("backissue.templating._compiler", lambda: "another")
    assert made() == b"x"
    assert kept.read_bytes() != before


def test_lone_surrogates_do_not_stop_a_page() -> None:
    made = renderer(theme(**{"404_html": "{{ site.title }}"}), site=msgspec.structs.replace(SITE, title="a\ud800b"))
    assert made.render("404.html", "404.html", NOTHING) == b"a?b"


def test_texts_are_no_templates() -> None:
    with pytest.raises(KeyError):
        renderer(theme()).render("text", "robots.txt", msgspec.msgpack.encode(TextView("x")))


@pytest.mark.parametrize("form", ["{date}, {time}", "<{time}> {date} {time:>7}", "{date}"])
def test_moments_are_said_as_phrases_have_them_although_only_days_are_remembered(form: str) -> None:
    months = ", ".join("ABCDEFGHIJKL")
    words = f'months_in_dates: [{months}]\ndate_day: "{{day}} {{month}} {{year}}"\ndate_time: "{form}"\nundated: never'
    moments = ["2019-03-01T14:30:00+00:00", "2019-03-01T15:31:00.5+00:00", "2019-03-02T14:30:00+01:00", "2019", ""]
    template = f"{{% for moment in {moments} %}}{{{{ moment|time_tag(words) }}}}{{% endfor %}}"
    made = renderer(theme({"words/en.yaml": words}, **{"404_html": template}))
    expected = "".join(phrases.time_tag(moment, made.words) for moment in moments)
    assert made.render("404.html", "404.html", NOTHING).decode() == expected
