"""Articles that have been parsed before, read once more: for exports."""

from __future__ import annotations

import msgspec

from ..article import Article
from ..entries import Place
from ..loading import articlefile, jsonlines
from ..loading.fields import dated_name
from .bench import Bench, bench_of, bytes_at

_articles_encoder = msgspec.msgpack.Encoder()
_articles_decoder = msgspec.msgpack.Decoder(list[Article])


def read_articles(batch: tuple[str, list[Place]]) -> bytes:
    """Read articles that have been parsed before; an encoded list of Articles (`articles`).

    One whose address is made from its file's dated name has that as its slug: it would lose it elsewhere. Raises
    BuildStopped where a file is not the one that was parsed.
    """
    context_path, places = batch
    bench = bench_of(context_path)
    return _articles_encoder.encode([_read_article(bench, place) for place in places])


def articles(data: bytes) -> list[Article]:
    """What `read_articles` gave."""
    return _articles_decoder.decode(data)


def read_bytes(batch: tuple[str, Place]) -> bytes:
    """The bytes of an article that has been parsed before: its file's, or its line's."""
    context_path, place = batch
    return bytes_at(bench_of(context_path).context, place)


def _read_article(bench: Bench, place: Place) -> Article:
    data = bytes_at(bench.context, place)
    if place.line:
        return jsonlines.parse_line(data, place.file, place.line, bench.zone)
    article = articlefile.parse_article(data, place.file, bench.zone)
    dated = dated_name(place.file)
    return msgspec.structs.replace(article, slug=dated[1]) if dated and not article.slug else article
