"""Filling in forms in a real browser: with a script and without, by keyboard, by everybody."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from napgraph.config import Config
from napgraph.curation.accounts import Accounts
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Role
from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_access import DESK, PHONE, problems
from tests.browser.test_reviewing import Work
from tests.servers import serving

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desktop"])
WAYS = pytest.mark.parametrize(
    ("size", "script", "country", "code"),
    [(DESK, True, "Mali", "MLI"), (PHONE, False, "Burundi", "BDI")],
    ids=["desktop", "phone-without-script"],
)
WRONG = "the plan would end in 2022, before it starts."


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Work]:
    """Serve a workspace made from the shipped data."""
    folder = tmp_path_factory.mktemp("curating")
    config = Config(data_dir=folder / "data", store_dir=folder / "store", workspace_dir=folder)
    publisher = Publisher(config)
    publisher.start()
    accounts = Accounts(publisher.journal.database)
    people = (("Awa Traoré <awa@example.org>", Role.CONTRIBUTOR), ("Eve", Role.ADMIN))
    tokens = [accounts.make_token(name, role)[1] for name, role in people]
    settings = {"NAPGRAPH_WORKSPACE": str(folder), "NAPGRAPH_DATA": str(config.data_dir)}
    with serving("--store", str(config.store_dir), settings=settings) as address:
        yield Work(address.rstrip("/"), browser, *tokens)


def send(page: Page, button: str) -> None:
    """Press one of the two buttons at the end of the form."""
    page.locator(".form-end").get_by_role("button", name=button).click()


def fill_in_plan(page: Page, ends: str) -> None:
    """Fill in a plan with two objectives and a source."""
    page.get_by_label("Adoption status").select_option(label="Adopted")
    page.get_by_label("Period start").fill("2024")
    page.get_by_label("Period end").fill(ends)
    for number, text in enumerate(("Women lead in talks.", "The peace is kept."), 1):
        row = page.get_by_role("group", name=f"Objective {number}")
        row.locator("textarea").fill(text)
        row.get_by_label("Participation").check()
    page.get_by_text("A source that is not recorded yet").click()
    source = page.get_by_role("region", name="Sources").locator("details")
    source.get_by_role("textbox", name="Title").fill("The newest plan")
    source.get_by_label("Publisher").fill("Ministry for the Promotion of Women")
    source.get_by_label("Kind of source").select_option(label="Plan document")
    source.get_by_label("Source address").fill("https://example.org/plan.pdf")
    page.get_by_label("What you change, and why").fill("Add the newest plan.")


@WAYS
def test_newest_plan_is_added(
    work: Work, size: dict[str, int], script: bool, country: str, code: str
) -> None:
    """One is told that its period ends before it starts, mends it; another accepts; all have it."""
    options = {"viewport": size, "java_script_enabled": script}
    awa, eve = work.person(work.awa, **options), work.person(work.eve, **options)
    awa.goto(f"/doc/country/{code}")
    awa.get_by_role("link", name="Add a plan").click()
    place = awa.get_by_label("Generation").input_value()
    fill_in_plan(awa, "2022")
    send(awa, "Submit")
    expect(awa.get_by_role("alert")).to_contain_text(WRONG)
    expect(awa.locator("#thing-nap-periodEnd-said")).to_contain_text(WRONG)
    awa.get_by_label("Period end").fill("2028")
    send(awa, "Check")
    expect(awa.get_by_role("status")).to_contain_text("Nothing has to be mended.")
    send(awa, "Submit")
    expect(awa.get_by_role("heading", level=1)).to_have_text("Add the newest plan.")

    eve.goto(awa.url)
    expect(eve.get_by_text("It breaks no rule.")).to_be_visible()
    eve.get_by_label("Your words").fill("So it says.")
    eve.get_by_role("button", name="Accept and publish").click()
    expect(eve.locator(".standing")).to_have_text("Published")

    reader = work.person(**options)
    reader.goto(f"/doc/country/{code}")
    expect(reader.locator(".lede").first).to_contain_text("2024–2028")
    expect(reader.get_by_role("main")).to_contain_text("Women lead in talks.")
    assert 2 == objectives(reader, f"{code}-{place}")
    assert "Add the newest plan." in reader.request.get(f"/changes.atom?country={code}").text()
    assert f"plan/{code}-{place}>" in dump(reader)


def objectives(page: Page, plan: str) -> int:
    """Count a plan's objectives in SPARQL."""
    query = (
        "SELECT (COUNT(*) AS ?n) { ?o <https://w3id.org/napgraph/ontology#objectiveOf>"
        f" <https://w3id.org/napgraph/id/plan/{plan}> }}"
    )
    answer = json.loads(page.request.get(f"/sparql?query={quote(query)}").body())
    return int(answer["results"]["bindings"][0]["n"]["value"])


def dump(page: Page) -> str:
    """Take the dump of the generation that is served, which is made after it."""
    for _ in range(120):
        answer = page.request.get("/dump/napgraph.nq.gz")
        if answer.status == 200:
            content = answer.body()
            return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()
        time.sleep(0.5)
    raise AssertionError(f"no dump: {answer.status}")


def test_wrong_value_is_told_while_typing(work: Work) -> None:
    """The rules speak as soon as a field is left, at that field alone, until it is mended."""
    page = work.person(work.awa, viewport=DESK)
    page.goto("/edit/plan/MLI-2")
    end, said = page.get_by_label("Period end"), page.locator("#thing-nap-periodEnd-said")
    end.fill("2011")
    end.blur()
    expect(said).to_contain_text("the plan would end in 2011, before it starts.")
    expect(end).to_have_attribute("aria-invalid", "true")
    assert 1 == page.locator(".wrong").count()
    end.fill("2018")
    end.blur()

    expect(said).to_be_empty()
    expect(end).not_to_have_attribute("aria-invalid", "true")


def test_event_by_keyboard_alone(work: Work) -> None:
    """A form can be filled in, mended and submitted without a pointer; Enter checks."""
    page = work.person(work.awa, viewport=DESK)
    page.goto("/add/event?country=MLI")
    page.locator("#thing-schema-name").focus()
    page.keyboard.type("A forum on women in peace talks")
    tab_to(page, "thing-nap-eventKind")
    page.keyboard.type("Conf")
    tab_to(page, "thing-schema-startDate")
    page.keyboard.type("2026-13")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('#problems a')")
    page.keyboard.press("Enter")
    tab_to(page, "thing-schema-startDate")
    page.keyboard.press("Control+A")
    page.keyboard.type("2026-03")
    page.locator("[name='thing.dcterms:source'][type=checkbox]").first.focus()
    page.keyboard.press("Space")
    tab_to(page, "message")
    page.keyboard.type("Add a forum.")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Add a forum.")


def tab_to(page: Page, element: str) -> None:
    """Go on with the key until an element has the focus."""
    for _ in range(120):
        if page.evaluate("document.activeElement.id") == element:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{element} cannot be reached")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forms_are_for_everybody(work: Work, size: dict[str, int], scheme: str) -> None:
    """Axe finds nothing serious on a form with all parts open and problems told, and it fits."""
    page = work.person(work.awa, viewport=size, color_scheme=scheme)
    paths = ("/add/plan?country=MLI", "/edit/plan/MLI-3", "/edit/source/MLI-wilpf-profile",
             "/add/event?country=", "/add/plan", "/ar/edit/plan/MLI-3", "/fr/add/plan?country=MLI",
             "/edit/country/MLI")  # fmt: skip
    found: list[tuple[str, object]] = []
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(paths):
        page.goto(path)
        page.evaluate("document.querySelectorAll('.data-form details').forEach(d => d.open = true)")
        if page.locator(".form-end").count():
            page.locator("[id$='-periodEnd'], [id$='-sourceUrl']").first.evaluate_all(
                "found => found.forEach(one => { one.value = 'soon'; })"
            )
            page.locator(".form-end button").first.click()
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        name = f"form-{number}-{size['width']}-{scheme}.png"
        page.screenshot(path=SCREENSHOTS / name, full_page=True)
        found += [(path, problem) for problem in problems(page)]
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            found.append((path, "too wide"))

    assert [] == found


def test_fits_the_narrowest_screen(work: Work) -> None:
    """Nothing makes a form wider than 320 pixels."""
    page = work.person(work.awa, viewport={"width": 320, "height": 640})
    page.goto("/add/plan?country=MLI")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert 320 >= page.evaluate("document.documentElement.scrollWidth")


def test_link_opens_the_part_of_its_field(work: Work) -> None:
    """From what is not known, a link leads to the field, though its part was closed."""
    page = work.person(work.awa, viewport=DESK)
    page.goto("/edit/plan/MLI-2#thing-nap-civilSocietyInMonitoring")

    expect(page.locator("#thing-nap-civilSocietyInMonitoring")).to_be_visible()


def test_stranger_comes_back_to_the_form(work: Work) -> None:
    """Who is not signed in signs in and is at the form."""
    page = work.person()
    page.goto("/edit/plan/MLI-3")
    page.get_by_label("Your token").fill(work.awa)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Correct: Mali"))
