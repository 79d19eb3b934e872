"""What people come for, done in a real browser from the first page on."""

from __future__ import annotations

import csv
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


def test_find_a_plan_and_its_sources(visit: Visit) -> None:
    """From the first page by search to Mali's third plan, and from a fact to its source."""
    page = visit("/", viewport=DESK)
    page.locator("#home-search").fill("Mali third plan")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile("Mali.*plan 3")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mali")
    page.locator("#facts ~ .facts .mark a").first.click()

    expect(page.locator(".sources li:target")).to_contain_text(re.compile("WILPF|SecurityWomen|."))
    assert re.search(r"/doc/plan/MLI-3#source-\d+$", page.url)


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["script", "none"])
def test_compare_two_generations(visit: Visit, options: dict[str, bool]) -> None:
    """From a country's page to what changed between two of its plans."""
    page = visit("/doc/country/MLI", viewport=DESK, **options)
    page.get_by_role("link", name="What changed").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("what changed")
    assert page.url.endswith("/compare/MLI-2/MLI-3")


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["script", "none"])
def test_filter_by_theme_and_take_the_csv(visit: Visit, options: dict[str, bool]) -> None:
    """The table that is taken away has the plans that the page counts."""
    page = visit("/plans", viewport=DESK, **options)
    themes = page.get_by_role("group", name="Theme", exact=True)
    themes.locator("summary").click()
    themes.get_by_label(re.compile("Climate change")).check()
    page.get_by_role("button", name="Show").first.click()
    expect(page.get_by_role("link", name=re.compile("Theme: Climate change"))).to_be_visible()
    found = re.search(r"^(\d+) plans", page.get_by_role("main").inner_text(), re.MULTILINE)
    assert found
    link = page.get_by_role("link", name="CSV", exact=True).first.get_attribute("href")
    text = page.request.get(str(link)).text().removeprefix("\ufeff")

    assert int(found[1]) == len(list(csv.reader(text.splitlines()))) - 1


def test_search_forgives_a_typo(visit: Visit) -> None:
    """Words that are spelt nearly right find what was meant, and say so."""
    page = visit("/search?q=Afganistan", viewport=DESK)

    expect(page.get_by_role("main")).to_contain_text("Afghanistan")


def test_suggestions_can_be_chosen_by_keyboard(visit: Visit) -> None:
    """Names are suggested while one types, and arrows and Enter choose."""
    page = visit("/", viewport=DESK)
    page.locator("#home-search").press_sequentially("Mal", delay=30)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("/(doc/|search)"))


@pytest.mark.parametrize(("tag", "word"), [("fr", "Pays"), ("es", "Países"), ("ar", "البلدان")])
def test_switch_language(visit: Visit, tag: str, word: str) -> None:
    """The same page in another language is one click away, whole and in its direction."""
    page = visit("/doc/country/MLI", viewport=DESK)
    page.locator(f".site-footer a[hreflang={tag}]").click()

    expect(page.get_by_role("banner")).to_contain_text(word)
    assert page.url.endswith(f"/{tag}/doc/country/MLI")
    assert ("rtl" if tag == "ar" else "ltr") == page.evaluate(
        "getComputedStyle(document.documentElement).direction"
    )


def test_keyboard_alone(visit: Visit) -> None:
    """The first key leads past the header, and focus can be seen wherever it is."""
    page = visit("/doc/country/MLI", viewport=DESK)
    page.keyboard.press("Tab")
    assert "skip" in str(page.evaluate("document.activeElement.className"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(25):
        page.keyboard.press("Tab")
        assert _focus_is_seen(page)


def _focus_is_seen(page: Page) -> bool:
    """Tell whether what has the focus is in the window and looks different for it."""
    return bool(
        page.evaluate(
            """() => {
              const e = document.activeElement, box = e.getBoundingClientRect();
              const style = getComputedStyle(e);
              const marked = style.outlineStyle !== "none" || style.boxShadow !== "none";
              return marked && box.bottom > 0 && box.top < innerHeight && box.width > 0;
            }"""
        )
    )


def test_source_card_closes_with_escape(visit: Visit) -> None:
    """Focus on a mark shows where the fact comes from; Esc takes the card away."""
    page = visit("/doc/country/MLI", viewport=DESK)
    mark = page.locator(".mark").first
    mark.locator("a").focus()
    expect(mark.locator(".source-card")).to_be_visible()
    page.keyboard.press("Escape")

    expect(mark.locator(".source-card")).to_be_hidden()


def test_menu_on_a_phone(visit: Visit) -> None:
    """All ways in are behind one word, without a script."""
    page = visit("/", viewport=PHONE, java_script_enabled=False)
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Plans").click()

    assert page.url.endswith("/plans")


def test_prints_with_sources(visit: Visit) -> None:
    """On paper there is no navigation, what was closed is open, and sources have addresses."""
    page = visit("/doc/country/NLD", viewport=DESK)
    page.emulate_media(media="print")

    expect(page.get_by_role("banner").get_by_role("navigation")).to_be_hidden()
    expect(page.locator(".sources .print-only").first).to_be_visible()
    expect(page.locator(".plans details .facts").first).to_be_visible()
    assert page.pdf()[:4] == b"%PDF"


def test_as_of_a_day(visit: Visit) -> None:
    """A page says how things stood on a day, at an address of its own."""
    page = visit("/doc/country/MLI", viewport=DESK)
    page.get_by_label("As of").fill("2013-01-01")
    page.get_by_role("button", name="Show").click()

    expect(page.locator(".standing")).to_contain_text("In force to 2014")
    assert "asOf=2013-01-01" in page.url
