"""What hosts take, and what is said of a site that is over it."""

from __future__ import annotations

import pytest

from backissue.config import parse_site
from backissue.errors import ContentErrors
from backissue.hosts import GB, HOSTS, MIB, Extent, exceeded

SMALL = Extent(files=9, folders=3, fullest="2019/03", in_fullest=5, size=1_000, largest="a.pdf", largest_size=10)


@pytest.mark.parametrize("name", HOSTS)
def test_a_small_site_fits_anywhere(name: str) -> None:
    assert list(exceeded(HOSTS[name], SMALL)) == []


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("cloudflare-pages", {"files": 20_001}, "Cloudflare Pages takes 20,000 files, and this site has 20,001 — "),
        ("cloudflare-pages", {"largest_size": 26 * MIB}, "takes files of 25 MiB, and this site has 26.0 MiB: a.pdf — "),
        ("github-pages", {"size": 1_240 * GB // 1000}, "GitHub Pages takes 1 GB, and this site has about 1.24 GB — "),
        ("gitlab-pages", {"files": 199_998}, "takes 200,000 files and folders, and this site has 200,001 — "),
        ("netlify", {"in_fullest": 54_001}, "takes 54,000 files in a folder, and this site has 54,001 in 2019/03 — "),
    ],
)
def test_a_limit_is_one_line_that_says_what_to_do(name: str, more: dict[str, int], said: str) -> None:
    (line,) = exceeded(HOSTS[name], SMALL._replace(**more))
    assert said in line
    assert "\n" not in line
    assert "would help, or a server of your own" in line


def test_a_host_that_is_not_known_is_told_with_those_that_are() -> None:
    with pytest.raises(
        ContentErrors, match=r'site\.yaml:1: no host is known as "github" — did you mean "github-pages"'
    ):
        parse_site("host: github\n")
