"""Checking data on the page, with scripts and without."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from napgraph.config import shipped
from tests.browser.conftest import Visit

MALI = (shipped("data/ttl") / "MLI.ttl").read_text(encoding="utf-8")
BROKEN = MALI.replace('nap:periodEnd "2023"', 'nap:periodEnd "2018"')
DROP = """([text, name]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  document.querySelector("#data").dispatchEvent(
    new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


def test_paste_mend_and_read_the_rule(visit: Visit) -> None:
    """Without scripts: what is wrong is told by line, mended in the field, and then all is well."""
    page = visit("/validate", java_script_enabled=False)
    page.get_by_label("Data in Turtle").fill(BROKEN)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="This cannot be published as it is")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(r"Line \d+: plan:MLI-3"))).to_be_visible()
    field = page.get_by_label("Data in Turtle")
    field.fill(field.input_value().replace('nap:periodEnd "2018"', 'nap:periodEnd "2023"'))
    page.get_by_role("button", name="Check").click()

    expect(page.get_by_role("heading", name=re.compile("This can be published"))).to_be_visible()


def test_rule_is_explained(visit: Visit) -> None:
    """A result leads to the explanation of its rule."""
    page = visit("/validate")
    page.get_by_label("Data in Turtle").fill(BROKEN)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("link", name="order of the period").click()

    expect(page).to_have_url(re.compile("/shapes#ActionPlan-periodOrdered$"))
    expect(page.locator("#ActionPlan-periodOrdered")).to_be_in_viewport()


def test_file_is_dropped(visit: Visit) -> None:
    """A file that is dropped on the field is read into it, and its name says the format."""
    page = visit("/validate")
    page.evaluate(DROP, [BROKEN, "MLI.ttl"])

    expect(page.locator("#data")).to_have_value(BROKEN)
    expect(page.locator("#type")).to_have_value("ttl")


def test_file_is_chosen(visit: Visit) -> None:
    """A file that is chosen is judged, on a phone as well."""
    page = visit("/validate", viewport={"width": 360, "height": 800})
    file = {"name": "MLI.ttl", "mimeType": "text/turtle", "buffer": BROKEN.encode()}
    page.locator("#file").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Check").click()

    expect(page.get_by_role("link", name="order of the period")).to_be_visible()
    assert 360 == page.evaluate("document.documentElement.scrollWidth")
