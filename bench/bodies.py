"""Times the ways from a body's Markdown to its HTML: stock Python-Markdown, ours, CommonMark; then what follows them.

    python -m bench.bodies [--articles 2000] [--rounds 5]

Bodies are those of the made-up archive (4 kB each, of the corpus with a newsroom's markup, or invented) and, where the
corpus is present, its own texts as they are. Figures are the least of the rounds' means, in microseconds of CPU an
article, so that other work on the machine disturbs them little.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import time
from collections.abc import Callable, Sequence

import nh3

from backissue.bodies import Bodies
from backissue.config import MarkdownSettings
from backissue.markup import cleaning, links, simplehtml
from backissue.markup.pythonmarkdown import Converter, build

from .archives import articles
from .newsprint import CORPUS


def microseconds(convert: Callable[[str], object], texts: Sequence[str], rounds: int) -> float:
    """CPU time of one call, in microseconds: the mean over the texts in the best round."""
    best = float("inf")
    for _ in range(rounds):
        begin = time.process_time()
        for text in texts:
            convert(text)
        best = min(best, time.process_time() - begin)
    return best / len(texts) * 1e6


def table(texts: Sequence[str], rounds: int) -> dict[str, float]:
    """The time of each step, by its name."""
    settings = MarkdownSettings()
    stock, _extensions = build(settings.extensions, settings.extension_configs)
    ours = Converter(settings.extensions, settings.extension_configs)
    commonmark = Bodies(MarkdownSettings(engine="commonmark"))
    made = [ours.convert(text) for text in texts]
    cleaned = [cleaning.clean(html, raw=False) for html in made]

    def keep(_target: str) -> None:
        return None

    whole, whole_commonmark = Bodies(settings), commonmark
    steps: dict[str, tuple[Callable[[str], object], Sequence[str]]] = {
        "stock Python-Markdown": (lambda text: stock.reset().convert(text), texts),
        "ours": (ours.convert, texts),
        "CommonMark": (commonmark._convert, texts),
        "forbidden characters": (cleaning.without_forbidden, texts),
        "nh3.clean, its defaults": (nh3.clean, made),
        "cleaning (a kept nh3.Cleaner)": (lambda html: cleaning.clean(html, raw=False), made),
        "links": (lambda html: links.resolve_links(html, keep), cleaned),
        "both in one pass, where that does": (lambda html: simplehtml.written(html, keep), made),
        "Bodies.html, Python-Markdown": (lambda text: whole.html(text, keep), texts),
        "Bodies.html, CommonMark": (lambda text: whole_commonmark.html(text, keep), texts),
    }
    return {name: microseconds(step, given, rounds) for name, (step, given) in steps.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    sets = {"the archive's bodies": [article.body for article in articles(options.articles)]}
    if CORPUS.is_file():
        with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
            bodies = [json.loads(line)["body"] for line in lines]
        sets["the corpus as it is"] = list(itertools.islice(bodies, 0, None, max(1, len(bodies) // options.articles)))
    columns = {name: table(texts, options.rounds) for name, texts in sets.items()}
    print("| µs an article | " + " | ".join(columns) + " |")
    print("| --- |" + " ---: |" * len(columns))
    print("| characters | " + " | ".join(f"{sum(map(len, texts)) / len(texts):,.0f}" for texts in sets.values()) + " |")
    for step in next(iter(columns.values())):
        print(f"| {step} | " + " | ".join(f"{column[step]:,.1f}" for column in columns.values()) + " |")


if __name__ == "__main__":
    main()
