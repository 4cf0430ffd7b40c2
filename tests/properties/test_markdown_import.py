"""Whatever a Markdown site's file holds: one outcome, which loads again; text outside of tags is never lost."""

from __future__ import annotations

import re
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from backissue.importers.markdown_site import read, recognises
from backissue.importers.outcomes import Imported, Input, Outcome, Rejected, Settings
from backissue.importers.sites.tags import Around, translate
from backissue.loading.articlefile import parse_article, write_article

PIECES = [
    "{% raw %}", "{% endraw %}", "{% highlight ruby %}", "{% endhighlight %}", "{{ site.url }}", "{{ x.y }}",
    "{% odd a %}", '{{< figure src="a.png" >}}', "{{< /notice >}}", "{% blockquote A %}", "{% endblockquote %}",
    "{% end %}", '{% quote(a="b") %}', "[caption]", "[/caption]", "![a](b.png)", "```", "`", "``", "~~~", "{: .x}",
    "{:toc}", "* a\n", "{% comment %}", "{% endcomment %}", "\n", "\n\n", "    ", "> ", "{%", "%}", "{{", "}}", "{:",
    "}", "# H {#id}\n", "{{</* x */>}}", "{% img /a.png %}", "word", "{% link a.md %}", "<!-- more -->", "\\", "é",
    "{::nomarkdown}", "{:/}",
]  # fmt: skip
bodies = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=25).map("".join)


def outcome(data: bytes) -> Outcome:
    recognises(data[:65_536])
    (found,) = read(Input.from_bytes(data, "_posts/2014-03-01-a.md"), Settings())
    return found


@given(bodies)
def test_tags_never_break(body: str) -> None:
    translate(body, Around(address_of=lambda name: None if "a" in name else "/x"))


@given(
    st.lists(st.sampled_from([piece for piece in PIECES if "comment" not in piece and piece != "* a\n"]), max_size=20)
)
def test_words_outside_of_tags_are_kept(pieces: list[str]) -> None:
    numbered = [f" w{number}w {piece}" for number, piece in enumerate(pieces)]
    body = "\n\n".join(numbered)
    shown = translate(body, Around()).body
    inside = re.findall(r"\{%[^%]*%\}|\{\{[^{}]*\}\}", body)
    for number in range(len(pieces)):
        word = f"w{number}w"
        assert word in shown or any(word in tag for tag in inside)


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="{[<`~#"), max_size=200))
def test_text_without_tags_is_untouched(body: str) -> None:
    assert translate(body, Around()) == (body, ())


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"---\n", b"+++\n", b"Title: A\n", b"---\ntitle: A: b\n", b"# A\n\n"]),
)
def test_any_bytes_give_one_outcome(data: bytes, begin: bytes) -> None:
    found = outcome(begin + data)
    if isinstance(found, Rejected):
        assert found.reason
        assert "\n" not in found.reason


values = st.one_of(
    st.text("ab :#-'\"[]{}\t,&*!@%|", max_size=14), st.text(st.characters(exclude_categories=("Cs",)), max_size=10)
).map(lambda text: " ".join(text.split()))
keys = st.sampled_from(
    ["title", "tags", "date", "lang", "excerpt", "author", "layout", "permalink", "categories", "image"]
)


@given(st.lists(st.tuples(keys, values), max_size=5), bodies)
def test_what_is_imported_loads_as_it_was(pairs: list[tuple[str, str]], body: str) -> None:
    header = "".join(f"{key}: {value}\n" for key, value in pairs)
    found = outcome(f"---\ntitle: A\n{header}---\n{body}".encode("utf-8", "replace"))
    if isinstance(found, Imported):
        assert parse_article(write_article(found.article).encode(), "a.md", UTC) == found.article
