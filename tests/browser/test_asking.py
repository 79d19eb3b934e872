"""Asking in a browser: the editor, its completions, answers without a new page, links to share."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

COUNTS = "SELECT ?class (COUNT(*) AS ?n) { ?thing a ?class } GROUP BY ?class LIMIT 5"


def write(page: Page, text: str) -> None:
    """Type a query in place of what is there."""
    page.locator(".editor .CodeMirror-line").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text, delay=15)


def test_run_and_share(visit: Visit) -> None:
    """An answer comes without a new page, its address asks the same, and so does its link."""
    page = visit("/ask")
    write(page, COUNTS)
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#answer table tbody tr").first).to_be_visible()
    link = page.get_by_role("link", name="Link to this question and its answer")
    page.goto(str(link.get_attribute("href")))

    expect(page.locator("#answer")).to_contain_text("5 rows.")
    expect(page.locator("#query")).to_have_value(COUNTS)


def test_keyboard(visit: Visit) -> None:
    """Control and Enter run the query; Tab leaves the editor for the button."""
    page = visit("/ask")
    write(page, COUNTS)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer")).to_contain_text("5 rows.")
    page.keyboard.press("Tab")

    expect(page.get_by_role("button", name="Run")).to_be_focused()


def test_completions(visit: Visit) -> None:
    """A prefix is declared as it is used, and a class completed, from this site's own lists."""
    page = visit("/ask")
    write(page, "SELECT * { ?plan a nap:Nati")

    expect(page.locator(".CodeMirror-hint").first).to_have_text("nap:NationalActionPlan")
    expect(page.locator(".editor")).to_contain_text("PREFIX nap: <https://w3id.org/napgraph/")


def test_example(visit: Visit) -> None:
    """A question of others is opened, changed in Ask, and run."""
    page = visit("/questions/pillars_counted")
    page.get_by_role("link", name="Open in Ask, to change it").click()
    expect(page.locator("#answer")).to_contain_text("5 rows.")

    expect(page.locator(".editor")).to_contain_text("SELECT ?pillar ?pillar_name")


def test_without_script(visit: Visit) -> None:
    """The form asks, and the answer is a page."""
    page = visit("/ask", java_script_enabled=False)
    page.locator("#query").fill(COUNTS)
    page.get_by_role("button", name="Run").click()

    expect(page.locator("#answer")).to_contain_text("5 rows.")


def test_form_asks_by_itself(visit: Visit) -> None:
    """A changed field changes answer and address, keeps the focus, and says how many rows."""
    page = visit("/questions/plans_in_force")
    before = page.locator("#rows").inner_text()
    region = page.locator("#within")
    region.focus()
    region.select_option("002")
    page.wait_for_url(re.compile("within=002"))

    expect(page.locator("#rows")).not_to_have_text(before)
    expect(region).to_be_focused()
    expect(page.locator("p.formats a").first).to_have_attribute("href", re.compile("within=002"))


def test_form_without_script(visit: Visit) -> None:
    """The same with its button."""
    page = visit("/questions/plans_in_force", java_script_enabled=False)
    page.locator("#within").select_option("002")
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile("within=002"))
    expect(page.locator("#answer")).to_contain_text("Kenya")
