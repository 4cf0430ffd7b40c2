"""Templates give what Jinja2's own environment makes of them: the same bytes, only sooner."""

from __future__ import annotations

import jinja2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from backissue.templating import Environment, quick_escape

SOURCES = [
    "{{ a }}",
    '<p title="{{ a }}">{{ a ~ b }}{{ b|upper }}</p>',
    "{% set x %}<b>{{ a }}</b>{% endset %}{{ x }}{{ x|length }}",
    "{% macro m(y) %}<i>{{ y }}</i>{{ caller() if caller else '' }}{% endmacro %}"
    "{{ m(a) }}{% call m(b) %}{{ a }}{% endcall %}",
    "{% for item in [a, b, 3, none, 1.5] %}{{ item }}{{ loop.index }},{% endfor %}",
    "{% filter upper %}{{ a }}{% endfilter %}{{ a|safe }}{{ [a, b]|join(' & ') }}",
    "{% autoescape false %}{{ a }}{% endautoescape %}",
    "{{ record.title }}{{ mapping.key }}{{ mapping.items()|list }}{{ (record).title|upper }}{{ 'x'.upper() }}",
    "{{ record.nothing is defined }}{{ record.nothing|default(a) }}{{ mapping.key is defined }}",
    "{% for key in mapping %}{{ loop.first }}{{ mapping[key] }}{% endfor %}{% set n = namespace(x=a) %}{{ n.x }}",
    "{% extends 'base' %}{% set here = a %}{% block one %}{{ super() }}{{ b }}{% endblock %}",
    "{% block one %}{{ a }}{% endblock %}{{ self.one() }}",
]

BASE = (
    "<title>{% block one %}{{ a }}{% endblock %}</title>{% for x in [1, 2] %}{% include 'part' %}{% endfor %}{{ here }}"
)


class Record(msgspec.Struct, frozen=True):
    title: str


def render(environment: type[jinja2.Environment], source: str, **values: object) -> str:
    loader = jinja2.DictLoader({"base": BASE, "part": "<i>{{ x }}{{ record.title }}</i>", "page": source})
    return environment(autoescape=True, loader=loader).get_template("page").render(**values)


@given(st.one_of(st.text(), st.integers(), st.none(), st.text().map(Markup), st.floats(allow_nan=False)))
def test_one_value(value: object) -> None:
    assert quick_escape(value) == escape(value)


@pytest.mark.parametrize("source", SOURCES)
@given(a=st.text(alphabet="ab<>&\"' ü"), b=st.text(alphabet="<&x").map(Markup))
def test_templates(source: str, a: str, b: Markup) -> None:
    values = {"a": a, "b": b, "record": Record(a), "mapping": {"key": a}}
    assert render(Environment, source, **values) == render(jinja2.Environment, source, **values)
