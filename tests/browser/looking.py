"""What tests of pages in a browser share: a page opened and watched, and what can be seen of it.

with opened(browser, demo.url + "index.html", PHONE) as page:
    assert overflow(page) <= 0
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

NARROW, PHONE, DESKTOP = 320, 390, 1280
"""Widths in CSS pixels: the narrowest that WCAG 2.2 wants (1.4.10), a common phone's, a desktop's."""

PATIENCE = 120_000
"""Milliseconds after which what does not come has failed: a machine with much else to do is no fault of a page."""
expect.set_options(timeout=PATIENCE)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_axe = Axe()


def window(browser: Browser, width: int = DESKTOP, **options: Any) -> BrowserContext:
    """A window to open pages in; to be closed. Nothing glides: where a page is scrolled to, it is at once."""
    asked = {"reduced_motion": "reduce"} | options
    context = browser.new_context(viewport={"width": width, "height": 800}, **asked)
    context.set_default_timeout(PATIENCE)
    return context


@contextmanager
def opened(browser: Browser, address: str, width: int = DESKTOP, **options: Any) -> Iterator[Page]:
    """A page, open; when it is left, its console must have said nothing, and it must have asked no other host."""
    with window(browser, width, **options) as context:
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(f"{message.text} {message.location['url']}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: said.extend(_fault(request)))
        page.goto(address)
        yield page
        own = address.split("/", 3)[:3]
        # From disk a browser won't load faces beforehand, and says so; it loads them when it comes to them.
        assert [text for text in said if not (address.startswith("file:") and "/assets/fonts/" in text)] == []
        assert [url for url in asked if url.split("/", 3)[:3] != own and not url.startswith(("data:", "blob:"))] == []


def _fault(request: Request) -> Iterator[str]:
    """What a failed request says. One that was given up is none: who goes on needs the old page's icon no more."""
    if request.failure != "net::ERR_ABORTED":
        yield f"failed: {request.url} {request.failure}"


def colour(page: Page, selector: str, name: str) -> str:
    """A computed property of the first element that a selector finds."""
    return str(page.eval_on_selector(selector, f"element => getComputedStyle(element)['{name}']"))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, `rgb(…)`, as WCAG 2.2 works it out."""

    def luminance(text: str) -> float:
        parts = [int(part) / 255 for part in text[text.index("(") + 1 : -1].split(",")[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def resize(page: Page, width: int) -> None:
    """Make a page's window another width."""
    page.set_viewport_size({"width": width, "height": 800})


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def violations(page: Page) -> str:
    """What axe-core has against a page, as a report; nothing where it finds nothing. Open the page with bypass_csp."""
    found = _axe.run(page, options={"preload": False, "runOnly": RULES})
    return str(found.generate_report()) if found.violations_count else ""


def shift(page: Page) -> float:
    """How far the parts of a page moved about while it loaded: its cumulative layout shift."""
    return float(
        page.evaluate(
            """new Promise(done => {
                let sum = 0
                new PerformanceObserver(list => list.getEntries().forEach(entry => sum += entry.value))
                    .observe({type: 'layout-shift', buffered: true})
                document.fonts.ready.then(() => setTimeout(() => done(sum), 100))
            })"""
        )
    )
