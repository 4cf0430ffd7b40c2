from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest

from backissue.config import FeedSettings, ImageSettings, Site, lacking, parse_site
from backissue.errors import ContentErrors, did_you_mean


def faults(text: str) -> list[str]:
    with pytest.raises(ContentErrors) as caught:
        parse_site(text)
    return str(caught.value).split("\n")


def test_an_empty_file_gives_the_defaults() -> None:
    assert parse_site("") == parse_site("# nothing\n") == Site()


def test_addresses_are_written_as_uris() -> None:
    site = parse_site(
        'url: "https://bücher.example:8080/alte zeitung & mehr/ü"\nlicense: https://a.example/ü?a=1&b=<2>\n'
    )
    assert site.url == "https://xn--bcher-kva.example:8080/alte%20zeitung%20&%20mehr/%C3%BC"  # RFC 3986, section 2
    assert site.license == "https://a.example/%C3%BC?a=1&b=%3C2%3E"
    assert parse_site(f"url: {site.url}").url == site.url


def test_every_setting_is_read() -> None:
    site = parse_site(
        """
title: "The Harbour Post"
tagline: Since 1897
about: Who we are
url: https://archive.example/post
language: pt-BR
timezone: Europe/Lisbon
rights: All rights reserved
page_size: 25
home_size: 12
markdown:
  engine: commonmark
  extensions: [tables]
  extension_configs: {tables: {use_align_attribute: true}}
navigation:
  - {label: Harbour, href: sections/harbour/}
tag_aliases: {harbor: harbour}
clash: suffix
feeds: {lists: [tags, authors], size: 30}
stories: {threshold: 0.7, shingle: 4}
content: articles
templates: theme
output: site
"""
    )
    assert site.title == "The Harbour Post"
    assert site.zone == ZoneInfo("Europe/Lisbon")
    assert site.markdown.engine == "commonmark"
    assert site.markdown.extension_configs == {"tables": {"use_align_attribute": True}}
    assert site.navigation[0].href == "sections/harbour/"
    assert site.tag_aliases == {"harbor": "harbour"}
    assert (site.page_size, site.home_size, site.clash) == (25, 12, "suffix")
    assert site.feeds.lists == ("tags", "authors")
    assert (site.stories.threshold, site.stories.shingle) == (0.7, 4)
    assert (site.content, site.templates, site.output) == ("articles", "theme", "site")


def test_text_stays_text_whatever_it_looks_like() -> None:
    assert parse_site("title: 1984\n").title == "1984"
    assert parse_site("title: no\n").title == "no"


def test_an_empty_value_is_the_default() -> None:
    assert parse_site("page_size:\ntitle:\n") == Site()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\npagesize: 5", 'site.yaml:2: unknown key "pagesize" — did you mean "page_size"?'),
        ("page_size: many", "site.yaml:1: page_size: expected int, got str"),
        ("page_size: 0", "site.yaml:1: page_size is 0 — choose a number from 1 to 10000"),
        ("timezone: Mars/Base", 'site.yaml:1: no time zone is called "Mars/Base"'),
        ("timezone: ../../etc/passwd", "no time zone is called"),
        ("url: archive.example", '"archive.example" is no web address'),
        ("url: https://a.example/?q=1", "is no web address"),
        (f"url: https://{'ü' * 70}.example", "its host can have no such name"),
        ("language: english!", '"english!" is no language tag'),
        ("clash: maybe", "site.yaml:1: clash: invalid enum value 'maybe'"),
        ("output: ./", 'output is "./" — name a folder'),
        ("markdown:\n  engin: commonmark", 'site.yaml:2: unknown key "engin" — did you mean "engine"?'),
        ("navigation:\n  - label: A\n    href: 5\n", "site.yaml:3: navigation: expected str, got int"),
        ("feeds: {size: 0}", "size is 0 — choose a number from 1 to 500"),
        ("stories: {threshold: 0.1}", "threshold is 0.1"),
        ("title: [a", "site.yaml:1: broken YAML"),
        ("title: a\ntitle: b", 'site.yaml:2: the key "title" stands twice'),
        ("- a", "site.yaml:1: expected lines of the form key: value"),
        ("title: [a]", "site.yaml:1: title: expected str, got array"),
    ],
)
def test_a_fault_names_its_line(text: str, message: str) -> None:
    assert any(message in fault for fault in faults(text))


def test_all_faults_are_told_at_once() -> None:
    assert len(faults("pagesize: 5\nclash: maybe\nurl: x\n")) == 3


def test_did_you_mean() -> None:
    assert did_you_mean("Titel", ["title", "url"]) == 'did you mean "title"?'
    assert did_you_mean("zzz", {"b": 1, "a": 2}) == "known are a, b"


def test_what_settings_lack() -> None:
    site = Site(url="https://archive.example", feeds=FeedSettings(lists=("tags",)), search="off")
    assert lacking(site, "") == []
    assert lacking(site, "url, feeds.lists: tags, statistics: true, citations.pages: own") == []
    assert lacking(site, "url, feeds.lists: authors, search, citations.pages: all, news_sitemap: true") == [
        "feeds.lists: authors",
        "search",
        "citations.pages: all",
        "news_sitemap: true",
    ]
    assert lacking(msgspec.structs.replace(site, images=ImageSettings(sizes=(16,))), "images.sizes: 16") == []
    assert lacking(site, "a_setting_of_another_version: true, feeds.no_more") == []
