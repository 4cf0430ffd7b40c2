from __future__ import annotations

import pickle

from backissue.errors import ContentError, ContentErrors, MissingExtra


def test_a_fault_is_one_line_with_place_and_hint() -> None:
    assert str(ContentError("no title", "a/b.md", 2, "add one")) == "a/b.md:2: no title — add one"
    assert str(ContentError("no title", "a/b.md")) == "a/b.md: no title"
    assert "\n" not in str(ContentError("broken\nin two", "a.md", 1, "do\nthis"))


def test_faults_are_listed_by_place() -> None:
    faults = [ContentError("z", "b.md", 1), ContentError("y", "a.md", 10), ContentError("x", "a.md", 9)]
    assert str(ContentErrors(faults)) == "a.md:9: x\na.md:10: y\nb.md:1: z"


def test_a_fault_without_a_line_comes_first() -> None:
    assert [fault.line for fault in ContentErrors([ContentError("b", "a", 1), ContentError("a", "a")]).faults] == [
        None,
        1,
    ]


def test_faults_can_be_pickled() -> None:
    errors = ContentErrors([ContentError("what", "a.md", 3, "do")])
    back = pickle.loads(pickle.dumps(errors))
    assert str(back) == str(errors)
    assert (back.faults[0].line, back.faults[0].hint) == (3, "do")
    missing = pickle.loads(pickle.dumps(MissingExtra("importing", "import")))
    assert str(missing) == "importing needs an extra that is not installed — pip install 'backissue[import]'"
