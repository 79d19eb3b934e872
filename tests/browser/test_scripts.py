"""What scripts add to pages."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_escape_closes_a_source_card(visit: Visit) -> None:
    """A card that the pointer opened is closed by Escape, and opens again when it comes again."""
    page = visit("/doc/country/MLI")
    mark = page.locator("main .mark").first
    mark.hover()
    expect(mark.locator(".source-card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(mark.locator(".source-card")).to_be_hidden()
    page.mouse.move(0, 0)
    mark.hover()

    expect(mark.locator(".source-card")).to_be_visible()


def test_details_open_for_print(visit: Visit) -> None:
    """What is closed is open on paper, and closed again afterwards."""
    page = visit("/api")
    closed = page.locator("main details:not([open])")
    before = closed.count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    during = closed.count()
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert before > 10
    assert (0, before) == (during, closed.count())


def test_copy(visit: Visit) -> None:
    """A button puts code into the clipboard, and says so."""
    page = visit("/api", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert re.fullmatch(r"curl --silent 'http.*/api/queries/plans_in_force\.csv\?.*'", copied)


def test_suggestions(visit: Visit) -> None:
    """While one types names are suggested; keys choose one, and Enter opens it."""
    page = visit("/countries")
    box = page.locator("#site-search")
    box.press_sequentially("Mali", delay=30)
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Mali")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Enter")

    expect(page).to_have_url(re.compile("/doc/country/MLI"))


def test_suggestions_close(visit: Visit) -> None:
    """Escape closes suggestions and leaves what was typed; Enter then searches for it."""
    page = visit("/countries")
    box = page.locator("#site-search")
    box.press_sequentially("Mali", delay=30)
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?q=Mali"))
