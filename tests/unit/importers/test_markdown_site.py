from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from backissue.article import Article, Image, Named
from backissue.dates import Date
from backissue.importers.markdown_site import read, recognises
from backissue.importers.outcomes import Imported, Input, Outcome, Rejected, Settings
from backissue.importers.sites.permalinks import PageFacts, base_url, permalink
from backissue.importers.sites.tags import Around, translate
from backissue.loading.articlefile import parse_article, write_article


def outcome(text: str | bytes, name: str = "a.md") -> Outcome:
    data = text.encode() if isinstance(text, str) else text
    outcomes = list(read(Input.from_bytes(data, name), Settings()))
    assert len(outcomes) == 1
    return outcomes[0]


def article(text: str | bytes, name: str = "a.md") -> Article:
    found = outcome(text, name)
    assert isinstance(found, Imported), found
    return found.article


def reason(text: str | bytes, name: str = "a.md") -> str:
    found = outcome(text, name)
    assert isinstance(found, Rejected), found
    return found.reason


def notes(found: Article) -> str:
    return " | ".join(found.provenance.notes) if found.provenance else ""


def markdown(body: str) -> str:
    return translate(body, Around(page={"title": "Headline"}, address_of=lambda name: f"/to/{name}")).body


@pytest.mark.parametrize(
    ("head", "low", "high"),
    [
        (b"---\ntitle: A\n---\nb", 80, 100),
        (b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\nb", 80, 100),
        (b'+++\ntitle = "A"\n+++\nb', 80, 100),
        (b"---\n\nplain text between rules\n\n---\n", 1, 50),
        (b"Title: A\nDate: 2014-03-01\n\nb", 50, 80),
        (b"date: 2014\ntitle: A\n\nb", 50, 80),
        (b"Title\n#####\n\n:date: 2014-03-01\n\ntext", 30, 60),
        (b"# A heading\n\ntext", 1, 20),
        (b"Just text: and more\n", 0, 0),
        (b"<html>", 0, 0),
        (b"", 0, 0),
    ],
)
def test_recognises(head: bytes, low: int, high: int) -> None:
    assert low <= recognises(head) <= high


def test_a_jekyll_post() -> None:
    found = article(
        "---\nlayout: post\ntitle: A day\nauthor: Ann Lee\ncategories: [World, Europe]\ntags: one two\n---\n\nText.\n",
        "_posts/2014-03-01-a-day.md",
    )
    assert found.date == Date("2014-03-01")
    assert found.authors == (Named("Ann Lee"),)
    assert (found.section, found.tags) == ("World", ("one two", "Europe"))
    assert found.aliases == ("/world/europe/2014/03/01/a-day.html",)
    assert found.extra == {"layout": "post"}
    assert found.provenance is None


def test_jekyll_takes_bare_tags_apart_at_spaces_and_nobody_else_does() -> None:
    text = "---\ntitle: A\ntags: one two\n---\nb"
    assert article(text, "_posts/2014-03-01-a.md").tags == ("one", "two")
    assert article(text, "content/a.md").tags == ("one two",)


def test_pelican() -> None:
    found = article(
        "Title: A day: really\nDate: 2014-03-01 10:20\nAuthors: Ann Lee, Bo Co\nTags: a, b\nSummary: one\n    two\n"
        "Status: draft\nSlug: a-day\nModified: 2014-03-02\n\nText with [a link]({filename}../b.md).\n"
    )
    assert found.title == "A day: really"
    assert found.date == Date("2014-03-01T10:20:00+00:00")
    assert found.authors == (Named("Ann Lee"), Named("Bo Co"))
    assert (found.tags, found.summary, found.draft, found.slug) == (("a", "b"), "one two", True, "a-day")
    assert found.body.startswith("Text with")


def test_a_fault_in_pelicans_metadata_names_its_line() -> None:
    assert reason("Title: A\nDate: 1 Marsh\n\nb").startswith('line 2: Date: "1 Marsh" is not a date') or reason(
        "Title: A\nDate: 1 Marsh\n\nb"
    ).startswith('line 2: date: "1 Marsh" is not a date')
    assert reason("Title: A\nTitle: B\n\nb").startswith('line 2: the key "title" stands twice (first on line 1)')


def test_zola() -> None:
    found = article(
        '+++\ntitle = "A"\npath = "2021/08/03/a"\naliases = ["old.html"]\n[taxonomies]\ntags = ["x"]\n[extra]\n'
        '+++\nSee {{ youtube(id="abc") }}.\n',
        "content/a.md",
    )
    assert found.date == Date("2021-08-03")
    assert "the date is that of the permalink (path)" in notes(found)
    assert found.aliases == ("old.html", "/2021/08/03/a")
    assert found.tags == ("x",)
    assert "https://www.youtube.com/watch?v=abc" in found.body


def test_drafts_are_kept_as_drafts() -> None:
    assert article("---\ntitle: A\npublished: false\n---\nb").draft
    assert article("---\ntitle: A\ndraft: true\n---\nb").draft
    assert article("---\ntitle: A\n---\nb", "_drafts/a.md").draft


@pytest.mark.parametrize(
    ("header", "title", "note"),
    [
        ("title: One: two", "One: two", "line 2: not YAML, title read as the text it is"),
        ('title: "One" and two', '"One" and two', "line 2: not YAML"),
        ('title: "He said "no" again"', 'He said "no" again', "line 2: not YAML"),
        ("title: [Video] One", "[Video] One", "line 2: not YAML"),
        ("title: @one", "@one", "line 2: not YAML"),
        ("title: One\ntitle: Two", "Two", 'has "title" twice; the first was left out: title: One'),
        ("title: One\ntags:\n\t- a", "One", "line 4: tabs read as spaces"),
    ],
)
def test_front_matter_with_one_reading_is_mended_and_noted(header: str, title: str, note: str) -> None:
    found = article(f"---\n{header}\n---\nb")
    assert found.title == title
    assert note in notes(found)


def test_a_date_that_cannot_be_read_is_left_out_and_noted_and_the_name_dates_the_post() -> None:
    found = article("---\ntitle: A\ndate: 2021-02-08 16:30-:00\n---\nb", "_posts/2021-02-08-a.md")
    assert found.date == Date("2021-02-08")
    assert "date could not be read and was left out: date: 2021-02-08 16:30-:00" in notes(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "---\ntitle: A\ndraft: perhaps\n---\nb",
            'line 3: draft: expected true or false, found "perhaps" — write true',
        ),
        ("---\ntitle: A\ntags: [a, b\n---\nb", "line 3: broken YAML: a bracket is not closed"),
        ("---\nlayout: x\n---\nb", "line 2: no title"),
        ("---\ntitle: A\nb", "line 1: the front matter has no end"),
        ("", "line 1: the file is empty"),
        ("# Readme\n\ntext", "line 1: no front matter — begin the file with a line ---"),
        ("---\ntitle: A\n---\n \n", "no text below the front matter"),
        (b"---\ntitle: A\n---\ncaf\xe9", "line 4: not UTF-8: byte 0xe9"),
    ],
)
def test_what_cannot_be_imported_says_why(text: str | bytes, expected: str) -> None:
    assert reason(text).startswith(expected)


def test_the_front_pages_of_sections_are_no_articles() -> None:
    assert "front page" in reason('+++\ntitle = "News"\n+++\nx', "content/news/_index.md")


def test_a_dated_file_without_front_matter_has_its_heading_as_headline() -> None:
    found = article("# The *day*\n\ntext", "_posts/2014-03-01-day.md")
    assert (found.title, found.date, found.body) == ("The *day*", Date("2014-03-01"), "text")
    assert "no front matter" in notes(found)
    assert article("The day\n=======\n\ntext", "_posts/2014-03-01-day.md").title == "The day"


def test_what_is_imported_loads_again() -> None:
    found = article("---\ntitle: One: two\nexcerpt: '{% raw %}x{% endraw %}'\n---\n{% img /a.png %}\n\n{% odd %}\n")
    assert parse_article(write_article(found).encode(), "a.md", UTC) == found
    assert found.summary == "x"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a {% raw %}{{ x }} {% y %}{% endraw %} b", "a {{ x }} {% y %} b"),
        ("{% raw %}`{{x}}`{% endraw %}", "`{{x}}`"),
        ("`{% raw %}{{x}}{% endraw %}`", "`{{x}}`"),
        ("```\n{% raw %}{{x}}{% endraw %}\n```", "```\n{{x}}\n```"),
        ("{% highlight ruby linenos %}\nputs 1\n{% endhighlight %}", "```ruby\nputs 1\n```"),
        ("{%- highlight ruby -%}\nputs 1\n{%- endhighlight -%}", "```ruby\nputs 1\n```"),
        ("{% highlight md %}\n```\n{% endhighlight %}", "````md\n```\n````"),
        ("see {% highlight sh %}ls{% endhighlight %} now", "see `ls` now"),
        ("a\n{% highlight sh %}\nls\n{% endhighlight %}\nb", "a\n\n```sh\nls\n```\n\nb"),
        ("- a\n\n  {% highlight sh %}\nls\n{% endhighlight %}", "- a\n\n  ```sh\n  ls\n  ```"),
        ("[a]({% post_url 2014-03-01-x %})", "[a](/to/2014-03-01-x)"),
        ("[a]({%link _posts/2014-03-01-x.md %}#b)", "[a](/to/_posts/2014-03-01-x.md#b)"),
        ('[a]({{< ref "x.md" >}})', "[a](/to/x.md)"),
        ('[a]({{% relref "x.md" %}})', "[a](/to/x.md)"),
        ("[a]({{ site.baseurl }}/b) {{site.url}}/c {{ SITEURL }}/d", "[a](/b) /c /d"),
        ('[a]({{ "/b" | relative_url }}) {{ \'/c\' | url }} {{ "/d" | prepend: site.baseurl }}', "[a](/b) /c /d"),
        ('{{ site.url | append: "/x" }}', "/x"),
        ("{{ page.title }} {{ .Title }}", "Headline Headline"),
        ("{% include figure image_path=\"/a.jpg\" alt=\"A\" caption=\"C\" %}", "![A](/a.jpg)\n\n*C*"),
        ('{% include "fig.html",\n  image: "/a.jpg",\n  alt: "A" %}', "![A](/a.jpg)"),
        ('{% image "a/b.jpg" "wide-card" "A man (he)" %}', "![A man (he)](a/b.jpg)"),
        ("{% img left /a.png 350 200 The title %}", "![The title](/a.png)"),
        ("{% img /a.png 'Title' 'Alt' %}", "![Alt](/a.png)"),
        ("{% asset_img a.png Words %}", "![Words](/a.png)"),
        ('{{< figure src="/a.png" alt="A" caption="C" attr="By" attrlink="https://b.example" >}}',
         "![A](/a.png)\n\n*C [By](https://b.example)*"),
        ('{{< figure src="a.png" link="/b" >}}', "[![](a.png)](/b)"),
        ("{{< youtube abc >}}", "[https://www.youtube.com/watch?v=abc](https://www.youtube.com/watch?v=abc)"),
        ('{{< youtube id="abc" title="The film" >}}', "[The film](https://www.youtube.com/watch?v=abc)"),
        ("{% youtube abc %}", "[https://www.youtube.com/watch?v=abc](https://www.youtube.com/watch?v=abc)"),
        ("{{< gist ann 123 >}}", "[https://gist.github.com/ann/123](https://gist.github.com/ann/123)"),
        ("{{< vimeo 12345678 >}}", "[https://vimeo.com/12345678](https://vimeo.com/12345678)"),
        ("{{</* youtube abc */>}}", "{{< youtube abc >}}"),
        ("{{< highlight go >}}\nx\n{{< /highlight >}}", "```go\nx\n```"),
        ('{{< details "More" >}}\ntext\n{{< /details >}}', "**More**\n\ntext"),
        ("{% blockquote Ann Lee http://a.example/1 %}\nOne\n\ntwo\n{% endblockquote %}",
         "> One\n>\n> two\n>\n> — [Ann Lee](http://a.example/1)"),
        ("{% blockquote %}\nOne\n{% endblockquote %}", "> One"),
        ('{% quote(author="Ann") %}\nOne\n{% end %}', "> One\n>\n> — Ann"),
        ("{% codeblock A title lang:js %}\nx\n{% endcodeblock %}", "*A title*\n\n```js\nx\n```"),
        ('{% pullquote %}\nA {" fine "} and {"good"} day\n{% endpullquote %}', "A fine and good day"),
        ("a {% comment %}b{% endcomment %}c", "a c"),
        ("a\n\n<!-- more -->\n\nb", "a\n\n\n\nb"),
        ('[caption id="x"]![A](/a.png) The words[/caption]', "![A](/a.png)\n\n*The words*"),
        ('[caption id="x"][![A](/a.png)](/b) **Bold**[/caption]', "[![A](/a.png)](/b)\n\n<em>**Bold**</em>"),
        ('[caption caption="Words"]<img src="/a.png">[/caption]', '<img src="/a.png">\n\n*Words*'),
        ("text\n{: .note}\n\nmore", "text\n\nmore"),
        ('[a](b){:target="_blank"} c', "[a](b) c"),
        ("[a](#x) and\n{: #x .y}\n", '[a](#x) and\n<span id="x"></span>\n'),
        ("# Head {#x}\n\ntext", "# Head\n\ntext"),
        ("* list\n{:toc}\n\ntext", "\n\ntext"),
        ("{::nomarkdown}<b>x</b>{:/}", "<b>x</b>"),
    ],
)  # fmt: skip
def test_tags_become_markdown(body: str, expected: str) -> None:
    assert markdown(body).rstrip() == expected.rstrip()


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("{% assign x = 1 %}", ("{% assign",)),
        ("{{ release.url }}", ("{{ release.url }}",)),
        ("{{< notice >}}a{{< /notice >}}", ("{{ notice", "{{< /notice >}}")),
        ("{% highlight js %} without end", ("{% highlight",)),
        ("{% include footer.html %}", ("{% include",)),
        ('{{ "x" | markdownify }}', ('{{ "x" | markdownify }}',)),
    ],
)
def test_tags_that_nobody_knows_stay_and_are_named(body: str, kept: tuple[str, ...]) -> None:
    assert translate(body, Around()) == (body, kept)
    assert f"template tags kept as text: {', '.join(kept)}" in notes(article(f"---\ntitle: A\n---\n{body}"))


@pytest.mark.parametrize(
    "body",
    [
        "`{{ x }}`",
        "```\n{% x %}\n```",
        "a {:b=>1} c {:?} {:02x?}",
        "{ % x }",
        "a {#notid} b",
        "$\\frac{a}{b}$ {{}}",
        "~~~\n{{< x >}}\n~~~",
    ],
)
def test_code_and_what_only_looks_like_tags_stay(body: str) -> None:
    assert translate(body, Around()) == (body, ())


@pytest.mark.parametrize(
    ("system", "config", "page", "expected"),
    [
        ("jekyll", {}, PageFacts(path="_posts/2014-03-01-A-b.md"), "/2014/03/01/A-b.html"),
        ("jekyll", {}, PageFacts(path="en/news/_posts/2014-3-1-a.md"), "/en/news/2014/03/01/a.html"),
        ("jekyll", {"permalink": "pretty"}, PageFacts(path="_posts/2014-03-01-a.md", day="2014-03-02"),
         "/2014/03/02/a/"),
        ("jekyll", {"permalink": "none"}, PageFacts(path="_posts/2014-03-01-a.md"), "/a.html"),
        ("jekyll", {"permalink": "/:year/:i_month/:title/"}, PageFacts(path="_posts/2014-03-01-a.md"), "/2014/3/a/"),
        ("jekyll", {"permalink": "/:what/"}, PageFacts(path="_posts/2014-03-01-a.md"), ""),
        ("jekyll", {"source": "source"}, PageFacts(path="source/_posts/2014-03-01-a.md"), "/2014/03/01/a.html"),
        ("jekyll", {}, PageFacts(path="_posts/2014-03-01-a.md", front={"permalink": "/x/y"}), "/x/y"),
        ("jekyll", {}, PageFacts(path="_posts/2014-03-01-a.md", front={"slug": "s"}), "/2014/03/01/s.html"),
        ("hugo", {}, PageFacts(path="content/posts/My Post.md"), "/posts/my-post/"),
        ("hugo", {}, PageFacts(path="content/posts/a/index.md"), "/posts/a/"),
        ("hugo", {}, PageFacts(path="content/posts/a.md", front={"url": "/b.html"}), "/b.html"),
        ("hugo", {"permalinks": {"posts": "/:year/:slug/"}},
         PageFacts(path="content/posts/a.md", day="2014-03-01", title="The Day"), "/2014/the-day/"),
        ("zola", {}, PageFacts(path="content/blog/2014-03-01-a.md"), "/blog/a/"),
        ("zola", {}, PageFacts(path="content/a.md", front={"path": "x/y"}), "/x/y"),
        ("pelican", {}, PageFacts(path="content/a.md", front={"save_as": "b/index.html"}), "/b/"),
        ("eleventy", {}, PageFacts(path="posts/a.md", front={"permalink": "/p/{{ slug }}/"}), ""),
        ("", {}, PageFacts(path="a.md"), ""),
    ],
)  # fmt: skip
def test_permalinks(system: str, config: dict[str, object], page: PageFacts, expected: str) -> None:
    assert permalink(system, config, page) == expected


def test_base_url() -> None:
    assert base_url({"url": "https://a.example", "baseurl": "/blog"}) == "https://a.example/blog"
    assert base_url({"baseURL": "https://a.example/"}) == "https://a.example"
    assert base_url({"url": "http://localhost:4000"}) == base_url({}) == base_url({"url": "a.example"}) == ""


class Site:
    """A site on disk, whose files are imported by path."""

    def __init__(self, root: Path, files: dict[str, str | bytes]) -> None:
        self.root = root
        for name, content in files.items():
            place = root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)

    def read(self, name: str) -> Imported:
        data = (self.root / name).read_bytes()
        source = Input.from_bytes(data, name)
        source = Input(name=name, digest=source.digest, head=source.head, open=source.open, path=str(self.root / name))
        (found,) = read(source, Settings())
        assert isinstance(found, Imported), found
        return found


def test_a_jekyll_site_on_disk(tmp_path: Path) -> None:
    site = Site(
        tmp_path,
        {
            "_config.yml": "url: https://a.example\nbaseurl: /b\npermalink: /:year/:title/\n",
            "_posts/2014-03-01-one.md": "---\ntitle: One\nimage: /assets/lead.jpg\n---\n![A](/assets/x.png)\n"
            "![B](gone.png)\n<img src='/assets/x.png'>\n[two]({% post_url 2015-01-02-two %}) [doc](/files/a.pdf) "
            "[page](/about.html) ![far](https://x.example/y.png)\n",
            "_posts/2015-01-02-two.md": "---\ntitle: Two\nslug: second\n---\nb\n",
            "assets/x.png": b"PNG",
            "assets/lead.jpg": b"JPG",
            "files/a.pdf": b"PDF",
        },
    )
    found = site.read("_posts/2014-03-01-one.md")
    assert found.article.source_url == found.identity == "https://a.example/b/2014/one/"
    assert found.article.aliases == ("/2014/one/",)
    assert sorted(found.files.values()) == [b"JPG", b"PDF", b"PNG"]
    picture = next(name for name, data in found.files.items() if data == b"PNG")
    assert picture.startswith("files/x-")
    assert picture.endswith(".png")
    assert f"![A]({picture})" in found.article.body
    assert f"<img src='{picture}'>" in found.article.body
    assert found.article.image == Image(next(name for name, data in found.files.items() if data == b"JPG"))
    assert "[two](/2015/second/)" in found.article.body
    assert "[page](/about.html) ![far](https://x.example/y.png)" in found.article.body
    assert "files not found: gone.png" in notes(found.article)


def test_a_hugo_site_on_disk(tmp_path: Path) -> None:
    site = Site(
        tmp_path,
        {
            "hugo.toml": 'baseURL = "https://a.example/"\n',
            "content/posts/one/index.md": '+++\ntitle = "One"\n+++\n![A](x.png) ![B](/y.png)\n'
            '[t]({{< ref "two.md" >}})\n',
            "content/posts/one/x.png": b"X",
            "static/y.png": b"Y",
            "content/posts/two.md": '+++\ntitle = "Two"\nurl = "/elsewhere/"\n+++\nb\n',
        },
    )
    found = site.read("content/posts/one/index.md")
    assert found.article.source_url == "https://a.example/posts/one/"
    assert sorted(found.files.values()) == [b"X", b"Y"]
    assert "[t](/elsewhere/)" in found.article.body
    site.read("content/posts/two.md")


def test_a_zola_site_on_disk(tmp_path: Path) -> None:
    site = Site(
        tmp_path,
        {
            "config.toml": 'base_url = "https://a.example"\n',
            "content/blog/2014-03-01-one.md": '+++\ntitle = "One"\n+++\n[t](@/blog/two.md#part)\n',
            "content/blog/two.md": '+++\ntitle = "Two"\n+++\nb\n',
        },
    )
    found = site.read("content/blog/2014-03-01-one.md")
    assert found.article.source_url == "https://a.example/blog/one/"
    assert found.article.body == "[t](/blog/two/#part)"


def test_nothing_outside_of_the_site_is_taken(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"SECRET")
    site = Site(
        tmp_path / "site", {"_config.yml": "", "_posts/2014-03-01-a.md": "---\ntitle: A\n---\n![A](../../secret.png)\n"}
    )
    (tmp_path / "site/assets").mkdir()
    (tmp_path / "site/assets/link.png").symlink_to(tmp_path / "secret.png")
    found = site.read("_posts/2014-03-01-a.md")
    assert found.files == {}
    (tmp_path / "site/_posts/2014-03-01-a.md").write_text(
        "---\ntitle: A\n---\n![A](/assets/link.png) ![B](/etc/passwd)\n"
    )
    assert site.read("_posts/2014-03-01-a.md").files == {}


def test_settings_that_cannot_be_read_are_no_obstacle(tmp_path: Path) -> None:
    site = Site(tmp_path, {"_config.yml": "a: [", "_posts/2014-03-01-a.md": "---\ntitle: A\n---\nb\n"})
    assert site.read("_posts/2014-03-01-a.md").article.aliases == ("/2014/03/01/a.html",)


RESTRUCTURED = """\
The harbour wall
################

:date: 2014-03-01 10:20
:tags: sea, walls
:category: Town
:author: Ann Lee

The *wall* holds, says `the mayor <https://town.example/m>`_. See :ref:`nothing`.

A part
======

* one
* two

.. youtube:: abc123

.. mynote::

   Words that must not be lost.

.. code-block:: python

   print("x")

.. include:: /etc/passwd

.. raw:: html

   <script>alert(1)</script>
"""


def test_restructured_text_of_pelican() -> None:
    found = article(RESTRUCTURED, "a.rst")
    assert found.title == "The harbour wall"
    assert found.date is not None
    assert found.date.edtf == "2014-03-01T10:20:00+00:00"
    assert (found.tags, found.section, found.authors) == (("sea", "walls"), "Town", (Named("Ann Lee"),))
    assert found.body.startswith("The *wall* holds, says [the mayor](https://town.example/m). See :ref:")
    for part in ("## A part\n\n- one\n- two", "youtube: abc123", "Words that must not be lost.", 'print("x")'):
        assert part in found.body
    assert "root:" not in found.body
    assert "<script>" not in found.body
    assert notes(found) == "directives of reStructuredText kept as text: youtube, mynote"


def test_restructured_text_needs_a_title() -> None:
    assert reason("just text\n", "a.rst").startswith("line 1: reStructuredText without a title")
