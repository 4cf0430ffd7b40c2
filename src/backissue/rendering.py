"""Views made into the bytes of pages by a theme.

Jinja2 with autoescape and StrictUndefined. A template sees `view` (one record of `views`), `site`, `root` (the relative
way to the site's root, such as `../../`), `path` (the page's own), `words` (the theme's phrases in the site's language)
and, on an article's page, `body`, on those of its history, what `changed`: nothing else, so nothing else can make a
page stale.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import jinja2
import msgspec
from markupsafe import Markup

from . import charts, citing, comparing, metadata, phrases, views
from .bodies import Bodies
from .config import MarkdownSettings
from .dates import Date
from .entries import Place
from .errors import BuildStopped
from .escaping import escape_text
from .markup.links import fragment_of
from .pictures import attributes
from .references import joined
from .templating import CompiledTemplates, Environment
from .theme import ARTICLE, CHANGES, HISTORY, MOST, VIEWS, Theme, phrases_of, root_of

IN_BODY = "(min-width: 46em) 43em, 100vw"
"""How wide a picture in a body is shown at most, as HTML's `sizes` says it."""

REMEMBERED = 64
"""How many texts are remembered while versions are compared."""

_NONE: Mapping[str, str] = {}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def _remembering(words: dict[str, Any]) -> dict[str, Callable[..., Any]]:
    """The filters that say dates and counts, remembering what they said: a page of a list says fifty of few different
    ones. Of moments, of which few are said twice, what is said of their days is remembered.
    """
    texts = functools.lru_cache(maxsize=20_000)(lambda date: phrases.date_text(date, words))
    tags = functools.lru_cache(maxsize=20_000)(lambda date: phrases.time_tag(date, words))
    counts = functools.lru_cache(maxsize=20_000)(lambda count, key: phrases.counted(count, words, key))

    @functools.lru_cache(maxsize=20_000)
    def around(day: str) -> list[str]:
        """What stands before the clock and after it where a moment of a day is said."""
        return escape_text(phrases.date_text(f"{day}T{_CLOCK}", words)).split(_CLOCK)

    def time_tag(date: str | Date | None, _words: object) -> Markup:
        edtf = (date if isinstance(date, str) else date.edtf) if date else ""
        return phrases.timed(edtf, edtf[11:16].join(around(edtf[:10]))) if len(edtf) > 10 else tags(date)

    return {
        "date_text": functools.wraps(phrases.date_text)(lambda date, _words: texts(date)),
        "time_tag": functools.wraps(phrases.time_tag)(time_tag),
        "counted": lambda count, _words, key: counts(count, key),
    }


_CLOCK = "\0\0:\0\0"
"""Stands for hours and minutes in what is remembered of a day; no phrase has it."""


class _Ahead:
    """A filter of which results are worked out before they are asked for."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._made: dict[int, tuple[tuple[Any, ...], Any]] = {}

    def work(self, calls: Iterable[tuple[Any, ...]]) -> None:
        """Work out what these calls give, and forget what was worked out before."""
        self._made = {id(call[0]): (call, self._function(*call)) for call in calls}

    def __call__(self, *call: Any, **named: Any) -> Any:
        found = self._made.get(id(call[0]))
        if found and not named and found[0][0] is call[0] and found[0][1:] == call[1:]:
            return found[1]
        return self._function(*call, **named)


class Prepared(NamedTuple):
    """A page before its template is filled: its template and path, and what the template sees."""

    template: str
    path: str
    values: dict[str, Any]


class Renderer:
    """Makes pages of one site: give it a template's name, a page's path and an encoded view."""

    def __init__(
        self,
        theme: Theme,
        site: views.SiteView,
        markdown: MarkdownSettings,
        read_body: Callable[[Any], str],
        compiled: str = "",
    ) -> None:
        """`read_body` gives the Markdown body of the article that lies at a Place; `compiled` is a folder in which
        compiled templates are kept.
        """
        self.words = phrases_of(theme, site.language)
        known = {"site": site, "words": self.words}
        self._environment = Environment(
            known={name: value for name, value in known.items() if not theme.assigns(name)},
            loader=jinja2.FunctionLoader(functools.partial(_source, theme)),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=CompiledTemplates(compiled, msgspec.msgpack.encode(known)) if compiled else None,
        )
        for filters in (phrases.FILTERS, charts.FILTERS, citing.FILTERS, metadata.FILTERS):
            self._environment.filters.update(filters)
        self._environment.filters.update(_remembering(self.words))
        link_to = functools.partial(phrases.link_to, unnamed=str(self.words.get("withdrawn_title", "")))
        self._environment.filters["link_to"] = functools.update_wrapper(link_to, phrases.link_to)
        self._described, self._citation = _Ahead(metadata.described), _Ahead(citing.citation)
        self._environment.filters |= {"described": self._described, "citation": self._citation}
        self._environment.globals.update(known)
        self._decoders: dict[str, msgspec.msgpack.Decoder[Any]] = {
            name: msgspec.msgpack.Decoder(type_) for name, type_ in VIEWS.items()
        }
        self._theme = theme
        self._site = site
        self._markdown = markdown
        self._bodies: Bodies | None = None
        self._last: tuple[object, Markup] = (None, Markup(""))
        self._texts: dict[bytes, list[str]] = {}
        self._read_body = read_body

    def prepare(self) -> None:
        """Do now what the first pages would wait for: load the engine and the templates that make most pages."""
        self._bodies = self._bodies or Bodies(self._markdown)
        for name in sorted(set().union(*map(self._theme.made_of, MOST))):
            self._environment.get_template(name)

    def render(self, template: str, path: str, view: bytes) -> bytes:
        """The bytes of a page, in UTF-8. Raises what `prepared` and `finished` raise."""
        return self.finished(self.prepared(template, path, view))

    def prepared(self, template: str, path: str, view: bytes) -> Prepared:
        """A page for whose template all is there. Raises BuildStopped where the file of a body is not as it was.

        Of several pages, all are prepared before the first is finished: a processor that keeps doing one kind of work
        is a tenth quicker.
        """
        record = self._decoders[template].decode(view)
        root = root_of(path)
        texts: dict[str, Any] = {}
        try:
            if template == ARTICLE:
                texts["body"] = self.body(record, root)
            elif template == HISTORY:
                texts["changes"] = [self._compared(older, newer) for older, newer in pairwise(record.versions)]
            elif template == CHANGES:
                texts["changed"] = self._compared(record.older, record.newer)
        except _FAULTS as error:
            raise _stopped(error, template, path) from error
        return Prepared(template, path, {"view": record, "root": root, "path": path, **texts})

    def work_ahead(self, pages: Iterable[Prepared]) -> None:
        """Make the heads and the citations of all these pages before the first is finished, for the same reason.

        What fails here is told when its page is finished.
        """
        articles = [page.values for page in pages if page.template == ARTICLE]
        with contextlib.suppress(Exception):
            self._described.work((page["view"], self._site, page["root"]) for page in articles)
            self._citation.work((page["view"].card, self._site, self.words) for page in articles)

    def finished(self, page: Prepared) -> bytes:
        """The bytes of a page, in UTF-8. Raises BuildStopped, with file and line, where the template is at fault."""
        template = page.template
        try:
            return self._environment.page(template, page.values)
        except jinja2.TemplateNotFound as error:
            raise BuildStopped(f"templates/{error.name}: there is no such template — put it into templates/") from None
        except jinja2.TemplateSyntaxError as error:
            raise BuildStopped(f"templates/{error.name or template}:{error.lineno}: {error.message}") from None
        except _FAULTS as error:
            raise _stopped(error, template, page.path) from error

    def _compared(self, older: views.Version, newer: views.Version) -> comparing.Comparison:
        """What changed from one version to another in what readers read."""
        return comparing.compare(self._paragraphs(older.place), self._paragraphs(newer.place))

    def _paragraphs(self, place: Place) -> list[str]:
        """The paragraphs of an article's body; those of the last few that were asked for are remembered."""
        found = self._texts.get(place.digest)
        if found is None:
            if self._bodies is None:
                self._bodies = Bodies(self._markdown)
            if len(self._texts) >= REMEMBERED:
                self._texts.clear()
            html = self._bodies.html(self._read_body(place), lambda _target: None)
            found = self._texts[place.digest] = comparing.paragraphs_of(html)
        return found

    def body(self, view: views.ArticleView, root: str) -> Markup:
        """The HTML of an article's body; `root` is the relative way to the site's root from where it is shown.

        The last one is remembered: an article's page and other files that hold its body are made one after the other.
        """
        asked = (root, view.place, view.resolved, view.details.files, view.details.pictures)
        if asked != self._last[0]:
            self._last = (asked, self._body(view, root))
        return self._last[1]

    def _body(self, view: views.ArticleView, root: str) -> Markup:
        if self._bodies is None:
            self._bodies = Bodies(self._markdown)
        details = view.details
        if view.card.status == "withdrawn":
            return Markup("")
        replacements = {target: root + path for target, path in details.files}
        pairs = zip(details.targets, view.resolved[len(details.related) :], strict=False)
        for (target, _references), link in pairs:
            if link is not None:
                fragment = target.partition("#")[2]
                # A place on the page of another site is none on ours.
                inside = fragment if "://" not in target else ""
                replacements[target] = root + link.path + (f"#{fragment_of(inside)}" if inside else "")
        source_url = view.card.source_url

        def resolve(target: str) -> str | None:
            found = replacements.get(target)
            if found is not None or target.startswith(("#", "//")) or _SCHEME.match(target):
                return found
            # A relative link that leads nowhere in the archive: to where it led once, or nowhere at all.
            return joined(source_url, target)

        pictures = {
            root + path: {"loading": "lazy", "decoding": "async", **attributes(path, picture, root, IN_BODY)}
            for path, picture in details.pictures
        }
        return Markup(self._bodies.html(self._read_body(view.place), resolve, lambda place: pictures.get(place, _NONE)))


def _source(theme: Theme, name: str) -> tuple[str, str, None] | None:
    """A template for Jinja2, with the file that its frames are said to lie in."""
    text = theme.templates.get(name)
    return None if text is None else (text, f"templates/{name}", None)


_FAULTS = (jinja2.TemplateError, TypeError, ValueError, AttributeError, ArithmeticError, LookupError)


def _stopped(error: BaseException, template: str, path: str) -> BuildStopped:
    return BuildStopped(f"{_place(error, template)}: {error} (on the page {path})")


def _place(error: BaseException, template: str) -> str:
    """Where in the templates an error arose: the last frame that is a template's."""
    place = f"templates/{template}"
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith("templates/"):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
