"""Makes an archive of N articles over forty years, the same for the same seed, as Markdown files or JSON Lines.

    python -m bench.archives --articles 10000 --seed 0 --form markdown FOLDER/content

Text comes from ../shared/data/corpus where it is present, else from a generator; when N exceeds the corpus, articles
repeat under other titles and dates. Bodies are 4,000 bytes on average.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, groupby
from pathlib import Path

from slugify import slugify

from .newsprint import CORPUS, Newsprint, newsprint

FIRST_DAY = datetime(1986, 1, 1, tzinfo=UTC)
DAYS = 40 * 365 + 9  # to 30 December 2025: the last day is left for an article that comes later
MEAN_BODY = 4_000
ARTICLES_AN_AUTHOR = 200

SECTIONS = (
    "World", "Politics", "Business", "Markets", "Science", "Health", "Culture", "Sport", "Opinion", "Region",
    "Education", "Travel",
)  # fmt: skip
_words = str.split
_PAPERS = _words("Courier Herald Gazette Observer Tribune Chronicle")
_TOWNS = _words("Ashford Calder Fairhaven Harwick Marston")
SOURCES = tuple(f"{town} {paper}" for town in _TOWNS for paper in _PAPERS)
_TOPICS = _words(
    """
    grain oil shipping rail banking housing schools hospitals courts elections fisheries forestry energy
    water tariffs wages pensions aviation football cricket
    """
)
_ASPECTS = _words(
    """
    prices trade reform policy research strikes safety exports history law disputes figures funding
    investment unions regulation exhibitions forecasts mergers accidents
    """
)
TAGS = tuple(f"{topic} {aspect}" for aspect in _ASPECTS for topic in _TOPICS)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_TAG_WEIGHTS = list(accumulate(1 / (rank + 4) for rank in range(len(TAGS))))
_FIRST_NAMES = _words(
    """
    Ada Amina Bruno Carla Chidi Clara Dana Daniel Elena Emeka Erik Fatima Felix Grace Hana Hugo Ines Ivan
    Jana Jonas Karim Kofi Lena Luis Maya Milan Nadia Niko Nora Olga Omar Paula Pavel Rana Rosa Samir Sara
    Simon Sofia Tariq Thea Tomas Uma Vera Viktor Wanja Yara Yusuf Zeno Zora
    """
)
_LAST_NAMES = _words(
    """
    Abbot Adeyemi Aldous Anders Bello Berg Blum Brandt Calloway Castro Conti Dahl Dray Duarte Eze Falk
    Farouk Fenwick Flores Gardner Gray Haddad Hale Holm Ibarra Ivory Jansen Juma Kade Keller Kimani Kowal
    Lark Lindt Lopez Mara Mbeki Mendes Moreau Nagy Nash Norell Obi Okafor Ortega Palmer Park Petrov Quist
    Rahman Reyes Rossi Sato Sauer Silva Sorel Stone Tanaka Thorne Toure Urban Vance Vidal Voss Wade Weir
    Wolff Yilmaz Young Zeller
    """
)
_LATER = [
    "in review",
    " what changed",
    " one year on",
    " the background",
    " a second look",
    " reaction",
    " in figures",
    " the verdict",
    " update",
    "\nanalysis",
    " letters",
    " what comes next",
    " the long view",
    " in brief",
    " revisited",
    " the cost",
    " the debate",
    " the record",
]


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up article. `day` is in UTC, `slug` unique within its month."""

    title: str
    slug: str
    date: datetime
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    section: str
    source: str
    summary: str
    body: str

    @property
    def month(self) -> tuple[int, int]:
        return self.date.year, self.date.month


def author_pool(count: int) -> list[str]:
    """Name those who wrote `count` articles: one for every 200, five at the least."""
    rng = random.Random("authors")
    pairs = [f"{first} {last}" for first in _FIRST_NAMES for last in _LAST_NAMES]
    rng.shuffle(pairs)
    wanted = max(5, count // ARTICLES_AN_AUTHOR)
    more = [f"{pair.replace(' ', f' {initial}. ')}" for initial in "ABCDEFGHJKLM" for pair in pairs]
    return (pairs + more)[:wanted]


def articles(count: int, seed: int = 0, text: Newsprint | None = None) -> Iterator[Made]:
    """Make `count` articles, oldest day first; the years' output triples over the forty years."""
    yield from _stream(count, seed, text or newsprint(seed), authors=author_pool(count))


def added_article(count: int, seed: int = 0, text: Newsprint | None = None) -> Made:
    """Make the one article that comes after all of `articles(count, seed)`: the daily job of an archive."""
    text = text or newsprint(seed)
    late = next(_stream(1, f"{seed} added", text, authors=author_pool(count)))
    day = FIRST_DAY + timedelta(days=DAYS, hours=9)
    title = "The last word of the year"
    return Made(
        title,
        slugify(title),
        day,
        late.authors,
        late.tags,
        late.section,
        late.source,
        late.summary,
        late.body,
    )


def _stream(count: int, seed: object, text: Newsprint, authors: list[str]) -> Iterator[Made]:
    rng = random.Random(f"archive {seed}")
    total = len(text.headlines)
    carried = 0
    taken: set[str] = set()
    month = (0, 0)
    for index in range(count):
        number, pick = divmod(index, total)
        moment = _moment(rng, (index + 0.5) / count)
        target = int(MEAN_BODY * rng.lognormvariate(-0.125, 0.5)) + carried
        body = _body(text, text.starts[pick], target)
        carried = target - len(body.encode())
        title = text.headlines[pick]
        if number:
            title = f"{title}: {_LATER[(number - 1) % len(_LATER)].strip()}"
            if number > len(_LATER):
                title += f" ({(number - 1) // len(_LATER) + 1})"
        if (moment.year, moment.month) != month:
            month, taken = (moment.year, moment.month), set()
        slug = _unique(slugify(title, max_length=80, word_boundary=True) or "article", taken)
        yield Made(
            title=title,
            slug=slug,
            date=moment,
            authors=_some(rng, authors, 2 if rng.random() < 0.25 else 1),
            tags=_tags(rng, rng.choice((2, 3, 3, 4, 4, 5))),
            section=SECTIONS[int(rng.random() ** 1.5 * len(SECTIONS))],
            source=SOURCES[int(rng.random() ** 2 * len(SOURCES))],
            summary=_summary(body) if rng.random() < 0.4 else "",
            body=body,
        )


def _moment(rng: random.Random, share: float) -> datetime:
    """Give a time such that `share` of all articles are on earlier days, when the daily output goes from 1 to 3."""
    # The share written by time t (0 to 1) is (t + t²) / 2 for a rate that rises evenly from 1/2 to 3/2.
    elapsed = ((1 + 8 * share) ** 0.5 - 1) / 2
    return FIRST_DAY + timedelta(days=int(elapsed * DAYS), minutes=rng.randrange(6 * 60, 22 * 60))


def _body(text: Newsprint, start: int, length: int) -> str:
    """Put paragraphs together, from `start` on and round again, up to about `length` bytes."""
    chosen: list[str] = []
    size, at = 0, start
    while size < length or not chosen:
        paragraph = text.paragraphs[at % len(text.paragraphs)]
        # Stops where it is nearer to the length without the next paragraph than with it.
        if chosen and length - size < len(paragraph) / 2:
            break
        chosen.append(paragraph)
        size += len(paragraph.encode()) + 2
        at += 1
    return "\n\n".join(chosen) + "\n"


def _summary(body: str) -> str:
    plain = " ".join(_LINK.sub(r"\1", body[:400]).replace("&lt;", "").replace("&gt;", "").replace("&amp;", "&").split())
    plain = plain.translate(str.maketrans("", "", "\\*#>[]"))
    return plain[:180].rsplit(" ", 1)[0].strip() + " …"


def _unique(slug: str, taken: set[str]) -> str:
    found, number = slug, 1
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    taken.add(found)
    return found


def _some(rng: random.Random, names: list[str], count: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names[int(rng.random() ** 1.5 * len(names))] for _ in range(count)))


def _tags(rng: random.Random, count: int) -> tuple[str, ...]:
    chosen: dict[str, None] = {}
    while len(chosen) < count:
        chosen.update(dict.fromkeys(rng.choices(TAGS, cum_weights=_TAG_WEIGHTS, k=count - len(chosen))))
    return tuple(chosen)


def as_markdown(article: Made) -> str:
    """Write an article as YAML front matter and a Markdown body."""
    lines = [
        "---",
        f"title: {json.dumps(article.title, ensure_ascii=False)}",
        f"slug: {json.dumps(article.slug)}",
        f"date: {article.date:%Y-%m-%dT%H:%M:%SZ}",
        "authors:",
        *(f"- {name}" for name in article.authors),
        "tags:",
        *(f"- {tag}" for tag in article.tags),
        f"section: {article.section}",
        f"source: {article.source}",
    ]
    if article.summary:
        lines.append(f"summary: {json.dumps(article.summary, ensure_ascii=False)}")
    return "\n".join([*lines, "---", "", article.body])


def as_json_line(article: Made) -> str:
    """Write an article as one line of JSON with the front matter's keys and `body`."""
    row = {
        "title": article.title,
        "slug": article.slug,
        "date": f"{article.date:%Y-%m-%dT%H:%M:%SZ}",
        "authors": article.authors,
        "tags": article.tags,
        "section": article.section,
        "source": article.source,
        **({"summary": article.summary} if article.summary else {}),
        "body": article.body,
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def markdown_path(content: Path, article: Made) -> Path:
    year, month = article.month
    return content / f"{year:04d}" / f"{month:02d}" / f"{article.slug}.md"


def lines_path(content: Path, article: Made) -> Path:
    year, month = article.month
    return content / f"{year:04d}-{month:02d}.jsonl"


def write_markdown(made: Iterable[Made], content: Path) -> int:
    """Write content/YYYY/MM/slug.md for each article; gives the bytes written."""
    size = 0
    for _, group in groupby(made, key=lambda article: article.month):
        folder: Path | None = None
        for article in group:
            path = markdown_path(content, article)
            if folder is None:
                folder = path.parent
                folder.mkdir(parents=True, exist_ok=True)
            data = as_markdown(article).encode()
            path.write_bytes(data)
            size += len(data)
    return size


def write_lines(made: Iterable[Made], content: Path) -> int:
    """Write content/YYYY-MM.jsonl for each month, which must come one after another; gives the bytes written."""
    content.mkdir(parents=True, exist_ok=True)
    size = 0
    for _, group in groupby(made, key=lambda article: article.month):
        month = list(group)
        data = "".join(map(as_json_line, month)).encode()
        lines_path(content, month[0]).write_bytes(data)
        size += len(data)
    return size


def add_markdown(article: Made, content: Path) -> Path:
    """Write one more article into an archive of Markdown files; gives its path."""
    path = markdown_path(content, article)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_markdown(article).encode())
    return path


def add_line(article: Made, content: Path) -> Path:
    """Append one more article to its month's JSON Lines file; gives that file's path."""
    path = lines_path(content, article)
    with path.open("ab") as file:
        file.write(as_json_line(article).encode())
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("content", type=Path, help="the folder to write into, made if need be")
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--form", choices=("markdown", "jsonl"), default="markdown")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="JSON lines, gzipped; invented text if absent")
    options = parser.parse_args()
    made = articles(options.articles, options.seed, newsprint(options.seed, options.corpus))
    write = write_markdown if options.form == "markdown" else write_lines
    print(f"{options.articles} articles, {write(made, options.content):,} bytes")


if __name__ == "__main__":
    main()
