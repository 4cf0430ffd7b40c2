from __future__ import annotations

import math

import pytest

from backissue.loading.yamltext import MAX_NODES, YamlFault, compose, looks_typed, simple


def typed(text: str) -> object:
    tree = compose(text)
    assert tree is not None
    return {key: tree.typed(node) for key, node in tree.items()}


def written(text: str) -> object:
    tree = compose(text)
    assert tree is not None
    return {key: tree.written(node) for key, node in tree.items()}


def test_words_of_yaml_1_1_stay_words() -> None:
    text = "a: no\nb: on\nc: 12:30\nd: 2014-03-01\ne: 0777\nf: 1_000\ng: NO\n"
    values = typed(text)
    assert values == {"a": "no", "b": "on", "c": "12:30", "d": "2014-03-01", "e": 777, "f": "1_000", "g": "NO"}


def test_simple_front_matter_needs_no_tree() -> None:
    text = "title: \"What's new: all\"\nslug: 'a-b'\ndate: 2014-03-01T12:30:00Z  \ntags:\n- one\n- 'two'\n"
    text += "lang:\nx: null\ny: ''\nz:\n  a: b? (c), {d}\n  e:\n  - f\n  g: sha256:1\nh:\n  - /i#j\n  - k\n"
    assert simple(text) == written(text)
    assert simple("") == {}


@pytest.mark.parametrize(
    "text",
    ["a: [b]\n", "a: b\n  c\n", "a: b # c\n", "a: b: c\n", 'a: "b\\n"\n', "a: 'b''c'\n", "a: b\na: b\n",
     "a:\n   b: c\n",
     "a: b\n  c: d\n", "a:\n- b\n  c: d\n",
     "a:\n- b\n  - c\n", "a:\n  b:\n- c\n", "a:\n  b: c\n- d\n", "a:\n  b: c\n  b: c\n", "a:\n  b:\n    - c\n",
     "- a\n", "a: b\n- c\n", "a:\n-\n", "a:\n- b: c\n", "a: |\n  b\n", "a: *b\n", "a: -b\n", "a: b:\n",
     "# a\n", "a: b", "\n"],
)  # fmt: skip
def test_what_is_not_so_simple_is_left_to_the_tree(text: str) -> None:
    assert simple(text) is None


def test_numbers_truths_and_nothing() -> None:
    values = typed("a: 1\nb: -2.5e3\nc: true\nd: False\ne: ~\nf:\ng: .inf\nh: '1'\ni: \"true\"\nj: -0\n")
    assert values == {
        "a": 1,
        "b": -2500.0,
        "c": True,
        "d": False,
        "e": None,
        "f": None,
        "g": math.inf,
        "h": "1",
        "i": "true",
        "j": 0,
    }


def test_written_scalars_are_the_very_text() -> None:
    assert written("a: 007\nb: 1.50\nc: true\nd: ''\ne: null\n") == {
        "a": "007",
        "b": "1.50",
        "c": "true",
        "d": "",
        "e": None,
    }


def test_a_number_too_long_to_be_one_stays_text() -> None:
    assert typed("a: 12345678901234567890123\n") == {"a": "12345678901234567890123"}
    assert typed("a: 9223372036854775807\nb: -9223372036854775808\n") == {"a": 2**63 - 1, "b": -(2**63)}
    assert typed("a: 9223372036854775808\n") == {"a": "9223372036854775808"}


def test_lists_mappings_and_aliases() -> None:
    assert typed("a: &x [1, {b: 2}]\nc: *x\n") == {"a": [1, {"b": 2}], "c": [1, {"b": 2}]}


def test_nothing_at_all_is_none() -> None:
    assert compose("") is compose("# only a comment\n") is compose("~") is None


def test_lines_of_keys() -> None:
    tree = compose("a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n", first_line=10)
    assert tree is not None
    assert tree.key_line([]) == 10
    assert tree.key_line(["b"]) == 11
    assert tree.key_line(["b", 1]) == 13
    assert tree.key_line(["b", 1, "d"]) == 14
    assert tree.key_line(["b", 9]) == 11
    assert tree.key_line(["none"]) == 10


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: b: c", 1, "mapping values are not allowed"),
        ("a: [b", 1, "a bracket is not closed"),
        ('x: 1\na: "b\nc: d\n', 2, "a quotation mark is not closed"),
        ("a:\n\tb: c", 2, "cannot start any token"),
        ('a: 1\nb: "x" y\n', 2, "did not find expected key"),
        ("a: 1\n\x01: 2\n", 2, "a character that YAML forbids"),
        ("- a\n- b\n", 1, "expected lines of the form key: value"),
        ("just words", 1, "expected lines of the form key: value"),
        ("a: 1\nb: 2\na: 3\n", 3, 'the key "a" stands twice (first on line 1)'),
        ("? [a]\n: b\n", 1, "a key must be a plain word"),
    ],
)
def test_faults_have_their_line(text: str, line: int, message: str) -> None:
    with pytest.raises(YamlFault) as caught:
        typed(text)
    assert caught.value.line == line
    assert message in caught.value.message


def test_a_key_twice_with_one_value_is_no_fault() -> None:
    assert typed("a: [1, x]\nb: 2\na: [1, x]\n") == {"a": [1, "x"], "b": 2}


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n",
        "e: " + "[" * 60 + "]" * 60,
        "e: &x [*x]\n",
        "e: [" + "1," * (MAX_NODES + 1) + "]",
    ],
    ids=["aliases", "depth", "recursion", "size"],
)
def test_bombs_are_refused(text: str) -> None:
    tree = compose(text)
    assert tree is not None
    with pytest.raises(YamlFault, match="more nested or repeated values"):
        tree.written(dict(tree.items())["e"])


def test_looks_typed() -> None:
    assert all(looks_typed(text) for text in ("", "~", "null", "1", "-1.5", "true", ".nan"))
    assert not any(looks_typed(text) for text in ("no", "12:30", "2014-03-01", "one", "1_000"))
