"""Pictures as readers meet them: in their true shape, no larger than need be, and only when they are come near."""

from __future__ import annotations

from playwright.sync_api import Browser, Page
from tests.browser.conftest import Built
from tests.browser.looking import DESKTOP, PHONE, opened

ARTICLE = "2023/10/the-night-the-bridge-swung-again.html"
LIST = "1953/02/index.html"
_SHAPES = """async () => {
    for (const img of document.images) { img.loading = 'eager'; await img.decode() }
    return [...document.images].map(img => [
        img.currentSrc, img.naturalWidth / img.naturalHeight, img.width / img.height,
        img.getAttribute('width') / img.getAttribute('height'),
        getComputedStyle(img).objectFit])
}"""


def shapes(page: Page) -> list[tuple[str, float, float, float, str]]:
    """Of each picture: the file that the browser chose, that file's shape, the shape shown, the shape said, the fit."""
    return [tuple(found) for found in page.evaluate(_SHAPES)]


def test_what_a_page_says_of_a_picture_is_true_and_none_is_distorted(browser: Browser, demo: Built) -> None:
    for path in ("index.html", ARTICLE, LIST):
        for width in (PHONE, DESKTOP):
            with opened(browser, demo.url + path, width) as page:
                found = shapes(page)
                assert found
                for name, true, shown, said, fit in found:
                    assert abs(true - said) < 0.02, name
                    assert fit in ("cover", "contain") or abs(true - shown) < 0.02, name


def test_a_list_loads_small_pictures(browser: Browser, demo: Built) -> None:
    for width, scale in ((PHONE, 2), (DESKTOP, 1)):
        with opened(browser, demo.url + LIST, width, device_scale_factor=scale) as page:
            assert all("/sizes/400/" in name for name, *_ in shapes(page))


def test_only_the_first_picture_is_loaded_at_once(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + "index.html") as page:
        loading = page.eval_on_selector_all("img", "found => found.map(img => img.loading)")
        assert loading[0] in ("eager", "auto")
        assert set(loading[1:]) == {"lazy"}
    with opened(browser, demo.url + ARTICLE) as page:
        assert page.get_attribute("figure.lead img", "loading") is None
        assert page.locator("figure.lead figcaption").inner_text()


def test_the_whole_picture_is_a_click_away(browser: Browser, demo: Built) -> None:
    with opened(browser, demo.url + ARTICLE) as page:
        address = page.get_by_role("link", name="Whole picture").get_attribute("href")
        assert address == "../../media/pictures/bridge-night.png"
        assert (demo.folder / "media/pictures/bridge-night.png").is_file()
