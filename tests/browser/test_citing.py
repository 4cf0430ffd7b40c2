"""How to cite an article: what is shown can be read by everybody, and taken away, also from a disk."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser
from tests.browser.conftest import Built
from tests.browser.looking import opened, violations

PAGE = "2019/03/a-wall-with-a-view-is-now-a-monument"
FILES = ((".bib", "@article{"), (".ris", "TY  - NEWS\r\n"), (".csl.json", "[{"))


def test_citations_are_taken_away_from_a_page_that_is_opened_from_disk(browser: Browser, demo: Built) -> None:
    with opened(browser, (demo.folder / f"{PAGE}.html").as_uri(), accept_downloads=True) as page:
        page.click("details.cite summary")
        for number, (ending, begins) in enumerate(FILES):
            with page.expect_download() as download:
                page.locator("details.cite a[download]").nth(number).click()
            assert download.value.suggested_filename == PAGE.replace("/", "-") + ending
            assert Path(download.value.path()).read_bytes().decode().startswith(begins)


def test_the_open_box_is_read_by_everybody(browser: Browser, demo: Built) -> None:
    with opened(browser, f"{demo.url}{PAGE}.html", bypass_csp=True) as page:
        page.click("details.cite summary")
        assert violations(page) == ""
