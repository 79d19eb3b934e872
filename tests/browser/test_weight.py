"""What a first visit weighs, and whether the page stays in its place while it loads."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.conftest import Visit
from tests.browser.pages import PAGES, PageType

# "Slow 4G", and a processor slowed four times.
_SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
_WATCH = """
window.shift = 0; window.paint = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.paint = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
"""

each_page = pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)


def transferred(page: Page) -> dict[str, int]:
    """Sum up what a page and its files weigh as they were sent, by their kind, in bytes."""
    sizes: dict[str, int] = page.evaluate(
        """() => {
          const all = [...performance.getEntriesByType("navigation"),
                       ...performance.getEntriesByType("resource")];
          const sizes = {};
          for (const e of all) {
            const kind = e.initiatorType;
            sizes[kind] = (sizes[kind] || 0) + e.transferSize;
          }
          return sizes;
        }"""
    )
    return sizes


@each_page
def test_first_visit_is_light(visit: Visit, kind: PageType) -> None:
    """A page with all its files, compressed, is within what its type may weigh."""
    page = visit(kind.path)
    page.wait_for_load_state("networkidle")
    sizes = transferred(page)

    assert kind.kilobytes * 1024 >= sum(sizes.values())
    assert 12 * 1024 >= sizes.get("link", 0)
    assert kind.script_kilobytes * 1024 >= sizes.get("script", 0)


@each_page
def test_paints_soon_and_stays(visit: Visit, kind: PageType) -> None:
    """On a slow phone the largest part is there within 1.5 s, and nothing jumps."""
    page = visit("/healthz")
    page.add_init_script(_WATCH)
    session: CDPSession = page.context.new_cdp_session(page)
    session.send("Network.enable")
    page.request.get(kind.path)  # what the server makes once, it has made
    session.send("Network.emulateNetworkConditions", _SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(kind.path, wait_until="load")
    page.wait_for_timeout(200)

    assert 0.02 >= page.evaluate("window.shift")
    assert 0 < page.evaluate("window.paint") <= 1500
