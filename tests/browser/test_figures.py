"""A figure answers to the pointer where there is script, which is fetched when asked for."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from napgraph.built import built_assets
from tests.browser.conftest import Visit

NEEDS_BUNDLE = pytest.mark.skipif(
    "explore.js" not in built_assets(), reason="npm has not built the scripts; make frontend"
)


@NEEDS_BUNDLE
def test_figure_is_explored_on_demand(visit: Visit) -> None:
    """The library comes with the click, draws by the site's policy, and says what a mark is."""
    page = visit("/figures/contributions")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.get_by_role("button", name="Explore this figure").click()
    page.locator(".chart-explored svg .mark-symbol path").first.hover(force=True)

    expect(page.locator("#vg-tooltip-element.visible")).to_contain_text("Bangladesh")
    names = [url.split("/")[-1].split(".")[0] for url in fetched]
    assert ["explore", "contributions"] == [name for name in names if name != "icon"]
    assert [] == wrong


@pytest.mark.parametrize(("width", "shown"), [(360, ".chart-narrow"), (1280, ".chart-wide")])
def test_drawing_fits_the_page(visit: Visit, width: int, shown: str) -> None:
    """The drawing that there is room for is shown, and no wider than the page."""
    page = visit("/figures/themes")
    page.set_viewport_size({"width": width, "height": 800})

    expect(page.locator(".chart-pictures > div:visible")).to_have_count(1)
    box = page.locator(f"{shown} svg").bounding_box()
    assert box
    assert 0 <= box["x"]
    assert box["x"] + box["width"] <= width
