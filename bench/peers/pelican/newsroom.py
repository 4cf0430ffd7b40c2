"""What Pelican lacks for the same pages: YAML front matter, lists by source, and each article's neighbours."""

from collections import defaultdict

import yaml
from markdown import Markdown
from pelican import signals
from pelican.readers import BaseReader
from pelican.urlwrappers import URLWrapper


class FrontMatterReader(BaseReader):
    """Reads YAML front matter with libyaml and the body with one converter for all articles."""

    enabled = True
    file_extensions = ["md"]  # noqa: RUF012 (Pelican's own form)
    _converter = Markdown(extensions=["tables", "footnotes"])

    def read(self, source_path):
        with open(source_path, encoding="utf-8") as file:
            _, front, body = file.read().split("---\n", 2)
        found = yaml.load(front, Loader=yaml.CSafeLoader)
        found["category"] = found.pop("section")
        found["date"] = str(found["date"])
        metadata = {name: self.process_metadata(name, value) for name, value in found.items()}
        return self._converter.reset().convert(body), metadata


class Source(URLWrapper):
    pass


def _readers(readers):
    readers.reader_classes["md"] = FrontMatterReader


def _gather(generator):
    """Find the sources and the neighbours; the articles come newest first."""
    names = defaultdict(list)
    later = None
    for article in generator.articles:
        names[article.source].append(article)
        article.later, article.earlier = later, None
        if later is not None:
            later.earlier = article
        later = article
    generator.sources = sorted((Source(name, generator.settings), listed) for name, listed in names.items())
    generator._update_context(("sources",))


def _write_sources(generator, writer):
    template = generator.get_template("source")
    for source, listed in generator.sources:
        writer.write_file(
            f"source/{source.slug}.html",
            template,
            generator.context,
            source=source,
            articles=listed,
            paginated={"articles": listed, "dates": listed},
            template_name="source",
            relative_urls=False,
        )


def register():
    signals.readers_init.connect(_readers)
    signals.article_generator_finalized.connect(_gather)
    signals.article_writer_finalized.connect(_write_sources)
