"""Templates give what Jinja2's own environment makes of them: the same bytes, only sooner."""

from __future__ import annotations

import jinja2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from backissue.templating import Environment, Fragments, encoded, quick_escape

SOURCES = [
    "{{ a }}{{ nothing is defined }}{{ nothing|default(a) }}",
    '<p title="{{ a }}">{{ a ~ b }}{{ b|upper }}</p>',
    "{% set x %}<b>{{ a }}</b>{% endset %}{{ x }}{{ x|length }}",
    "{% macro m(y) %}<i>{{ y }}</i>{{ caller() if caller is defined else '' }}{% endmacro %}"
    "{{ m(a) }}{% call m(b) %}{{ a }}{% endcall %}",
    "{% for item in [a, b, 3, none, 1.5] %}{{ item }}{{ loop.index }},{% endfor %}",
    "{% filter upper %}{{ a }}{% endfilter %}{{ a|safe }}{{ [a, b]|join(' & ') }}",
    "{% autoescape false %}{{ a }}{% endautoescape %}",
    "{{ record.title }}{{ mapping.key }}{{ mapping.items()|list }}{{ (record).title|upper }}{{ 'x'.upper() }}",
    "{{ record.nothing is defined }}{{ record.nothing|default(a) }}{{ mapping.key is defined }}",
    "{% for key in mapping %}{{ loop.first }}{{ mapping[key] }}{% endfor %}{% set n = namespace(x=a) %}{{ n.x }}",
    "{% extends 'base' %}{% set here = a %}{% block one %}{{ super() }}{{ b }}{% endblock %}",
    "{% block one %}{{ a }}{% endblock %}{{ self.one() }}",
    "{% if a %}{% extends 'base' %}{% endif %}{{ b }}{% block one %}{{ b }}{% endblock %}",
    "{% if a %}{% set c = b %}{% endif %}{{ c is defined }}{{ c|default(a) }}",
    "{% for i in [1] %}{% set d = a %}{{ d }}{% endfor %}",
    "{% for i in [1, 2] if i > 1 %}{% block two scoped %}{{ i }}{{ a }}{% endblock %}{% else %}{{ b }}{% endfor %}",
    "{% include ['missing', 'part'] %}{% include 'missing' ignore missing %}{% include 'alone' without context %}",
    "{% import 'macros' as m with context %}{{ m.twice(b) }}{% from 'macros' import twice %}{{ twice(record.title) }}",
    "{% macro m() %}{% include 'alone' without context %}{% block three %}{% endblock %}{% endmacro %}",
    "{{ mapping['key'] }}{{ mapping['none'] is defined }}{{ mapping['items'] is defined }}{{ mapping.get('key') }}",
    "{% set ns = namespace(n=0) %}{% for i in [1, 2] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}{{ ns['n'] }}",
    "{% with a = b %}{{ a }}{% endwith %}{{ a }}{% set a, c = b, a %}{{ a }}{{ c }}",
    "{% for x in [[a, [b]]] recursive %}{{ x if x is string else loop(x) }}{% endfor %}",
    "{{ none }}{{ [a]|map('upper')|list }}",
]

FAILING = [
    "{{ nothing }}",
    "{{ record.nothing }}",
    "{{ mapping['nothing'] }}{{ a }}",
    "{{ mapping.nothing.more }}",
    "{% if false %}{% set c = 1 %}{% endif %}{{ c }}",
    "{% for i in [1] %}{% set c = 1 %}{% endfor %}{{ c }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m() }}",
    "{% block one required %}{% endblock %}",
    "{% include 'missing' %}",
    "{{ record.class }}",
]
"""What can't be made, with either."""

BASE = (
    "<title>{% block one %}{{ a }}{% endblock %}</title>{% for x in [1, 2] %}{% include 'part' %}{% endfor %}"
    "{{ here|default('') }}"
)


class Record(msgspec.Struct, frozen=True):
    title: str


class Known(Record, frozen=True):
    no: bool


def render(environment: type[jinja2.Environment], source: str, **values: object) -> str:
    others = {
        "base": BASE,
        "part": "<i>{{ x|default('') }}{{ record.title }}</i>",
        "alone": "<b>{{ a|default('alone') }}</b>",
        "macros": "{% macro twice(x) %}{{ x }}{{ x }}{{ a|default('') }}{% endmacro %}",
    }
    loader = jinja2.DictLoader({**others, "page": source})
    options = {"autoescape": True, "loader": loader, "undefined": jinja2.StrictUndefined}
    return environment(**options).get_template("page").render(**values)


@given(st.one_of(st.text(), st.integers(), st.none(), st.text().map(Markup), st.floats(allow_nan=False)))
def test_one_value(value: object) -> None:
    assert quick_escape(value) == escape(value)


@pytest.mark.parametrize("times", [1, 300])
@given(st.lists(st.text(st.characters(), max_size=4).flatmap(lambda text: st.sampled_from([text, Markup(text)]))))
def test_pieces_in_utf8(times: int, pieces: list[str]) -> None:
    assert encoded(pieces * times) == "".join(pieces * times).encode("utf-8", "replace")


@pytest.mark.parametrize("source", SOURCES)
@given(a=st.text(alphabet="ab<>&\"' ü"), b=st.text(alphabet="<&x").map(Markup))
def test_templates(source: str, a: str, b: Markup) -> None:
    values = {"a": a, "b": b, "record": Record(a), "mapping": {"key": a}}
    assert render(Environment, source, **values) == render(jinja2.Environment, source, **values)


@pytest.mark.parametrize("source", FAILING)
def test_what_is_not_there(source: str) -> None:
    values = {"a": "a", "record": Record("title"), "mapping": {"key": "a"}}
    for environment in (Environment, jinja2.Environment):
        with pytest.raises((jinja2.TemplateError, AttributeError)):
            render(environment, source, **values)


def test_what_pages_share_is_made_once() -> None:
    asked: list[str] = []
    source = "{% for x in ['a', 'b', 'a'] %}{% call once('name', x) %}<b>{{ x|asked }}</b>{% endcall %}{% endfor %}"
    environment = Environment(autoescape=True)
    environment.filters["asked"] = lambda text: asked.append(text) or text
    template = environment.from_string(source)
    assert template.render() == template.render() == "<b>a</b><b>b</b><b>a</b>"
    assert asked == ["a", "b"]


def test_of_what_is_remembered_there_is_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Fragments, "MOST", 2)
    template = Environment().from_string("{% for x in '12321' %}{% call once(x) %}{{ x }}{% endcall %}{% endfor %}")
    assert template.render() == "12321"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ record.title }}{{ mapping['key'] }}{{ mapping.key }}", "&lt;t&gt;&amp;&amp;"),
        ("{% macro m(record) %}{{ record.title }}{{ mapping.key }}{% endmacro %}{{ m(other) }}", "o&amp;"),
        (
            "{% if record.title == '<t>' %}{{ record.title|upper }}{% endif %}{{ 'a' if record.no else 'b' }}",
            "&lt;T&gt;b",
        ),
        ("{{ record.nothing is defined }}{{ mapping.nothing|default('d') }}{{ mapping['list']|join }}", "Falsed12"),
        ("{% call once(record.title) %}{{ record.title }}{% endcall %}", "&lt;t&gt;"),
    ],
)
def test_what_is_known_is_put_in_while_a_template_is_compiled(source: str, expected: str) -> None:
    known = {"record": Known("<t>", False), "mapping": {"key": "&", "list": [1, 2]}}
    loader = jinja2.DictLoader({"page": source})
    environment = Environment(known=known, autoescape=True, undefined=jinja2.StrictUndefined, loader=loader)
    assert environment.get_template("page").render(other=Record("o"), **known) == expected
    assert "record" not in environment.compile("{{ record.title }}", raw=True).partition("def root")[2]


def test_what_is_known_but_has_no_such_part_is_found_missing() -> None:
    loader = jinja2.DictLoader({"page": "{{ words['skip'] }}"})
    template = Environment(known={"words": {}}, undefined=jinja2.StrictUndefined, loader=loader).get_template("page")
    with pytest.raises(jinja2.UndefinedError, match="skip"):
        template.render(words={})


def test_where_quick_code_fails_jinjas_own_makes_this_page_and_all_later_ones() -> None:
    sources = {"page": "{% include 'part' %}", "other": "{{ record['key'] }}", "part": "{{ record.key }}"}
    environment = Environment(autoescape=True, loader=jinja2.DictLoader(sources))
    record = {"key": "<"}
    quick = environment.get_template("page")
    assert quick.render(record=record) == "&lt;"
    careful = environment.get_template("page")
    assert type(quick) is not type(careful) is jinja2.Template
    assert careful.render(record=record) == "&lt;"
    assert environment.page("page", {"record": record}) == b"&lt;"
    assert environment.get_template("other").render(record=record) == "&lt;"
    assert type(environment.get_template("other")) is type(quick)


def marked(text: str) -> Markup:
    return Markup(text)


def unmarked(text: str) -> str:
    return text


def test_what_filters_give_is_escaped_unless_they_say_that_it_is_html() -> None:
    environment = Environment(autoescape=True)
    environment.filters |= {"marked": marked, "unmarked": unmarked}
    source = "{{ '<b>'|marked }}{{ '<b>'|unmarked }}{{ a|marked }}{{ a|unmarked }}{{ a|marked|unmarked }}"
    assert environment.from_string(source).render(a="<i>") == "<b>&lt;b&gt;<i>&lt;i&gt;<i>"
