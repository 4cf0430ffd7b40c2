"""Everything that a template may see: one view for each kind of page, and the site's own.

Views travel to the workers as MessagePack, which is why they are plain records. Paths (`path`, `newer`, …) are
relative to the site's root; a template puts `root` before them. A field with Raw holds a part that the catalog already
keeps encoded: the worker reads it as the type that `…Sheet` classes of `rendering` name.
"""

from __future__ import annotations

import msgspec

from .config import NavigationItem
from .entries import Card, Details, Link, Place, Remark
from .gaps import Gap
from .terms import TermRef


class SiteView(msgspec.Struct, frozen=True, array_like=True):
    """What every page shows of the site's settings; `search` and `corrections` are pages' paths, or empty."""

    title: str
    tagline: str
    url: str
    language: str
    dir: str
    timezone: str
    rights: str
    navigation: tuple[NavigationItem, ...]
    feeds: tuple[str, ...]
    canonical: str = "archive"
    license: str = ""
    twins: bool = False
    search: str = ""
    corrections: str = ""


class Thread(msgspec.Struct, frozen=True, array_like=True):
    """An article's place in a list: what comes before and after it there."""

    term: TermRef
    earlier: Link | None
    later: Link | None


class ArticleView(msgspec.Struct, frozen=True, array_like=True):
    """An article's page. `resolved` answers `details.related`, then `details.targets`: the article that is meant.

    `copies` are the same story as others published it, `versions` older versions of this article, `referrers` the
    articles that point to this one. Where this one is itself listed only with another, `apart` says as what (`copies`
    or `versions`) and `lead` is that other. `history` is the path of the page that compares its versions, or empty.
    """

    place: Place
    card: Card
    details: Details
    earlier: Link | None
    later: Link | None
    threads: tuple[Thread, ...]
    resolved: tuple[Link | None, ...]
    apart: str
    lead: Link | None
    copies: tuple[Card, ...]
    versions: tuple[Card, ...]
    referrers: tuple[Link, ...]
    history: str


class Version(msgspec.Struct, frozen=True, array_like=True):
    """A version of an article; `id` names it among the versions, for ever: `20190302T101500-v2` (`version_id`)."""

    id: str
    place: Place
    card: Card
    details: Details


class HistoryView(msgspec.Struct, frozen=True, array_like=True):
    """The page of an article's history: its versions, the oldest first. The last is the article as the archive lists
    it, whose page lies at `lead`; `changes` says for each version where it is compared with the one before it.
    """

    lead: str
    versions: tuple[Version, ...]
    changes: tuple[str, ...]


class ChangesView(msgspec.Struct, frozen=True, array_like=True):
    """A page that compares a version with the one before it.

    `lead` is the newest; `history`, `earlier` and `later` are paths: of the article's history, of the comparisons of
    the version before and of the one after, where there are such.
    """

    lead: Link
    history: str
    earlier: str
    later: str
    older: Version
    newer: Version


class YearMark(msgspec.Struct, frozen=True, array_like=True):
    """A year in a long list: how many of its articles stand there, and the numbered page where they begin."""

    year: str
    count: int
    path: str


class Companion(msgspec.Struct, frozen=True, array_like=True):
    """A tag that a list stands with more often than chance would have it, and in how many articles."""

    term: TermRef
    count: int


class ListView(msgspec.Struct, frozen=True, array_like=True):
    """A page of a list (a term, a month, undated articles), newest first.

    `number` is 0 for the list's own page, which shows the newest articles and, where there are numbered pages, the way
    into them (`years`, `pages`); a numbered page, counted from the oldest, shows its articles only and never changes
    once it is full. `kind` is tags, authors, sources, sections, month, year or undated; `period` is `2019-03` or
    `1936` for the calendar's lists. `since` and `until` are the years that a picture of `years` spans: whole decades,
    so that a list need not be made anew because the archive goes on. `together` names the tags that it often goes with.
    """

    kind: str
    name: str
    period: str
    path: str
    number: int
    cards: tuple[Card, ...]
    older: str
    newer: str
    total: int
    pages: int
    years: tuple[YearMark, ...]
    since: str
    until: str
    together: tuple[Companion, ...]
    previous: str
    next: str
    feeds: tuple[str, ...]
    citations: tuple[str, ...]


class TermCount(msgspec.Struct, frozen=True, array_like=True):
    """A term in an index, with the number of its articles and the years that they span.

    `counts` has the articles of each stretch of the archive's years, where there are enough for a picture.
    """

    name: str
    path: str
    count: int
    first: str
    last: str
    counts: tuple[int, ...] = ()


class TermGroup(msgspec.Struct, frozen=True, array_like=True):
    """The terms of an index that stand under one heading, as a rule a letter."""

    initial: str
    terms: tuple[TermCount, ...]


class Letter(msgspec.Struct, frozen=True, array_like=True):
    """A heading of a large index: the page of its terms, and how many there are (0 where that is not told)."""

    initial: str
    path: str
    count: int


class TermIndexView(msgspec.Struct, frozen=True, array_like=True):
    """The index of all tags, authors, sources or sections.

    A large one is split: its front page has `letters` and no groups but the `top` terms, those with the most articles,
    and the page of one heading (`letter`) has one group.
    `since` and `until` are the years that the terms' `counts` span, in stretches of `step` years.
    """

    kind: str
    groups: tuple[TermGroup, ...]
    total: int
    letters: tuple[Letter, ...]
    letter: str
    top: tuple[TermCount, ...]
    since: int
    until: int
    step: int


class DayMark(msgspec.Struct, frozen=True, array_like=True):
    """A day that has articles: how many, and the place in the month's list where they begin."""

    day: int
    count: int
    path: str


class MonthMark(msgspec.Struct, frozen=True, array_like=True):
    """A month of a year: `01` to `12`, how many articles, its page, some headlines (the newest), and its
    `days`: what is on none of them is known to the month only.
    """

    month: str
    count: int
    path: str
    headlines: tuple[Link, ...]
    days: tuple[DayMark, ...]


class YearView(msgspec.Struct, frozen=True, array_like=True):
    """A year's page: its months, and the newest articles of which no month is known (`unplaced` counts them all)."""

    year: str
    count: int
    months: tuple[MonthMark, ...]
    cards: tuple[Card, ...]
    unplaced: int
    unplaced_path: str
    previous: str
    next: str


class YearRow(msgspec.Struct, frozen=True, array_like=True):
    """A year in the calendar: its page, its count, and each month's count from January on (0 where there is none)."""

    year: str
    path: str
    count: int
    months: tuple[int, ...]
    unplaced: int


class CalendarView(msgspec.Struct, frozen=True, array_like=True):
    """The whole span of the archive, year by year, the newest first. `statistics` is the page of figures, if any."""

    years: tuple[YearRow, ...]
    undated: int
    undated_path: str
    total: int
    statistics: str


class SectionFront(msgspec.Struct, frozen=True, array_like=True):
    """A section on the front page: the newest of its articles that do not stand above it."""

    section: TermCount
    cards: tuple[Card, ...]


class HomeView(msgspec.Struct, frozen=True, array_like=True):
    """The front page: the newest articles, then the ways into the archive.

    `cards` begins with the lead story, and `front` of them are shown large; `others` are articles of earlier years from
    the day of the year of the newest article (`day`: `10-05`), or from its month (`10`) where that day has none.
    `statistics` is the page of figures, if any.
    """

    about: str
    cards: tuple[Card, ...]
    front: int
    fronts: tuple[SectionFront, ...]
    day: str
    others: tuple[Card, ...]
    years: tuple[YearRow, ...]
    undated: int
    undated_path: str
    total: int
    sections: tuple[TermCount, ...]
    tags: tuple[TermCount, ...]
    sources: tuple[TermCount, ...]
    authors: int
    statistics: str


class SourceTally(msgspec.Struct, frozen=True, array_like=True):
    """A source in the statistics, and the longest gap between its articles, if it has one."""

    term: TermCount
    gap: Gap | None = None


class StatisticsView(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """The archive in figures.

    `thousands` of words in all; `known` counts dates known to the day, the month, the year, and not at all; `lengths`
    counts articles by their length in words, in classes that `bounds` part; `means` has each year's average length;
    `languages` pairs BCP 47 tags with counts; `sources` are those with the most articles of `sources_in_all`; `gaps`
    are the longest of the whole archive. The counts of terms span the years from `since` to `until`.
    """

    total: int
    thousands: int
    years: tuple[YearRow, ...]
    undated: int
    undated_path: str
    known: tuple[int, int, int, int]
    lengths: tuple[int, ...]
    bounds: tuple[int, ...]
    means: tuple[YearMark, ...]
    languages: tuple[tuple[str, int], ...]
    sections: tuple[TermCount, ...]
    sources: tuple[SourceTally, ...]
    sources_in_all: int
    gaps: tuple[Gap, ...]
    since: int
    until: int


class NotFoundView(msgspec.Struct, frozen=True, array_like=True):
    """The page for addresses that lead nowhere."""

    total: int = 0


class FeedView(msgspec.Struct, frozen=True, array_like=True):
    """A feed of the whole archive (`term` is None) or of one list, whose own page is `page`: the newest articles.

    `articles` has what their bodies are made from, in the same order; nothing where the feed shows summaries. `ended`
    says that the list has no articles any more.
    """

    page: str
    term: TermRef | None
    cards: tuple[Card, ...]
    articles: tuple[ArticleView, ...]
    ended: bool = False


class OpenSearchView(msgspec.Struct, frozen=True, array_like=True):
    """The description of the archive's search: its page."""

    page: str


class CitationsView(msgspec.Struct, frozen=True, array_like=True):
    """Articles to be cited."""

    cards: tuple[Card, ...]


class SitemapView(msgspec.Struct, frozen=True, array_like=True):
    """A sitemap: the pages (from the root) with the day each was last changed, as far as known."""

    urls: tuple[tuple[str, str], ...]


class NewsSitemapView(msgspec.Struct, frozen=True, array_like=True):
    """A news sitemap: the newest articles."""

    cards: tuple[Card, ...]


class SitemapIndexView(msgspec.Struct, frozen=True, array_like=True):
    """The index of the sitemaps."""

    files: tuple[str, ...]


class CorrectionEntry(msgspec.Struct, frozen=True, array_like=True):
    """A correction or a retraction (`remark.kind`), and the article that it is of."""

    card: Card
    remark: Remark


class CorrectionYear(msgspec.Struct, frozen=True, array_like=True):
    """A year (or `undated`) of corrections: its page, and how many there are."""

    year: str
    path: str
    count: int


class CorrectionsView(msgspec.Struct, frozen=True, array_like=True):
    """What was put right in the archive, the newest first: the newest of all (`year` is empty), or those of a year.

    `feed` is the path of the feed, or empty.
    """

    year: str
    entries: tuple[CorrectionEntry, ...]
    years: tuple[CorrectionYear, ...]
    total: int
    feed: str


class RedirectView(msgspec.Struct, frozen=True, array_like=True):
    """A page at a former address: the path that it leads to, and the title of what stands there, where it is known."""

    target: str
    title: str


class TextView(msgspec.Struct, frozen=True, array_like=True):
    """A file that is what it is: robots.txt and the like."""

    text: str


class SizedView(msgspec.Struct, frozen=True, array_like=True):
    """A smaller picture: the file of the content folder that it is made of, and its width in pixels."""

    source: str
    width: int


class CopyView(msgspec.Struct, frozen=True, array_like=True):
    """A file that is copied: from the content folder, or from the theme where `theme` is true."""

    source: str
    theme: bool


class Choice(msgspec.Struct, frozen=True, array_like=True):
    """Something that a search can be narrowed to: its key, its name, how many articles it has."""

    value: str
    name: str
    count: int


class TitlesFile(msgspec.Struct, frozen=True, array_like=True):
    """A file of the title index: its name, the first and the last year of its articles (empty for undated ones)."""

    name: str
    first: str
    last: str


class SearchView(msgspec.Struct, frozen=True, array_like=True):
    """The page that searches the archive.

    `mode` is how: `pagefind` looks into the text of articles, `titles` into their titles only. `total` counts the
    articles that are searched, `languages` are theirs (primary subtags of BCP 47), `titles` the title index's
    files, the newest first.
    """

    mode: str
    total: int
    first: str
    last: str
    languages: tuple[str, ...]
    sources: tuple[Choice, ...]
    sections: tuple[Choice, ...]
    tags: tuple[Choice, ...]
    authors: tuple[Choice, ...]
    titles: tuple[TitlesFile, ...]


class TitlesView(msgspec.Struct, frozen=True, array_like=True):
    """What a file of the title index holds: its name, and title, path, date, source and language of each
    article, the newest first.
    """

    name: str
    rows: tuple[tuple[str, str, str, str, str], ...]


class ShardsView(msgspec.Struct, frozen=True, array_like=True):
    """A search index's shards: language, folder, first and last year, part, number of articles, digest."""

    version: str
    form: str
    pack: int
    shards: tuple[tuple[str, str, str, str, int, int, str], ...]
