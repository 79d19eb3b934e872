"""Each page type is for everybody: axe, narrow screens, large text, no script."""

from __future__ import annotations

from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import SCREENSHOTS, Visit
from tests.browser.pages import IN_OTHER_LANGUAGES, PAGES, PageType

ALL = (*PAGES, *IN_OTHER_LANGUAGES)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

# What is to be read, with what stands in fields.
_READ = """main => main.innerText + [...main.querySelectorAll("textarea")]
  .filter(field => field.offsetParent).map(field => field.value).join("")"""

every_page = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)


def problems(page: Page) -> list[str]:
    """Find what axe calls serious or critical, each with the place of the first of its kind."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@every_page
def test_axe_finds_nothing_serious(visit: Visit, kind: PageType, scheme: str) -> None:
    """Contrast, names, roles, order: by the rules of WCAG 2.2 AA that a program can check."""
    page = visit(kind.path, viewport=DESK, color_scheme=scheme)

    assert [] == problems(page)


@every_page
def test_fits_a_phone(visit: Visit, kind: PageType) -> None:
    """Nothing makes a page wider than the narrowest screen; tables scroll in their regions."""
    page = visit(kind.path, viewport={"width": 320, "height": 640})

    assert 320 >= page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desktop"])
@every_page
def test_screenshot(visit: Visit, kind: PageType, size: dict[str, int]) -> None:
    """A picture of each page type is kept to be looked at, and it has a heading to see."""
    page = visit(kind.path, viewport=size)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{kind.name}-{size['width']}.png", full_page=True)

    assert 1 == page.locator("h1").count()
    assert page.locator("h1").is_visible()


@every_page
def test_reads_without_script(visit: Visit, kind: PageType) -> None:
    """The server sends a finished page."""
    with_script = visit(kind.path).locator("main").evaluate(_READ)
    without = visit(kind.path, java_script_enabled=False).locator("main").evaluate(_READ)

    assert len(without) >= 0.9 * len(with_script)
    assert without.strip()


@every_page
def test_is_well_formed(visit: Visit, kind: PageType) -> None:
    """The HTML that is sent holds what HTML says."""
    sent = visit("/healthz").request.get(kind.path, headers={"Accept": "text/html"}).body()

    assert html5lib.HTMLParser(strict=True).parse(sent) is not None
