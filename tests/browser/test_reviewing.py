"""From a correction to a published change, by two people, each in a browser of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from napgraph.curation.accounts import Accounts
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Role
from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_access import DESK, PHONE, problems
from tests.curating import CONFORMING, workspace_config
from tests.servers import serving

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desktop"])
END = 'nap:periodEnd "2023"'
QUERY = """SELECT ?end { <https://w3id.org/napgraph/id/plan/MLI-2>
  <https://w3id.org/napgraph/ontology#periodEnd> ?end }"""


@dataclass
class Work:
    """A server with a workspace, and a browser to work with.

    Attributes:
        awa: The token of a contributor.
        eve: The token of an admin.
    """

    address: str
    browser: Browser
    awa: str
    eve: str

    def person(self, token: str = "", **options: object) -> Page:
        """Open a context of somebody's own, signed in if they have a token."""
        context: BrowserContext = self.browser.new_context(
            **{"base_url": self.address, **options}  # type: ignore[arg-type]
        )
        page = context.new_page()
        if token:
            page.goto("/sign-in")
            page.get_by_label("Your token").fill(token)
            page.get_by_role("main").get_by_role("button", name="Sign in").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Submissions")
        return page


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Work]:
    """Serve a workspace of the small conforming world."""
    config = workspace_config(tmp_path_factory.mktemp("work"), CONFORMING)
    publisher = Publisher(config)
    publisher.start()
    accounts = Accounts(publisher.journal.database)
    people = (("Awa Traoré <awa@example.org>", Role.CONTRIBUTOR), ("Eve", Role.ADMIN))
    tokens = [accounts.make_token(name, role)[1] for name, role in people]
    settings = {
        "NAPGRAPH_WORKSPACE": str(config.workspace_dir),
        "NAPGRAPH_DATA": str(config.data_dir),
    }
    with serving("--store", str(config.store_dir), settings=settings) as address:
        yield Work(address.rstrip("/"), browser, *tokens)


def submit(page: Page, old: str, new: str, message: str) -> str:
    """Submit Mali's graph with a text replaced; give the path of the submission."""
    page.goto("/submissions/new?graph=MLI")
    text = page.get_by_label("Text")
    changed = text.input_value().replace(old, new)
    assert changed != text.input_value()
    text.fill(changed)
    page.get_by_label("What changes, and why").fill(message)
    page.get_by_label("What says so").fill("https://example.org/decree")
    page.get_by_role("main").get_by_role("button", name="Submit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(message)
    return page.url.removeprefix(page.url.split("/submissions")[0])


@pytest.mark.parametrize(
    ("size", "script", "year"),
    [(DESK, True, "2019"), (PHONE, False, "2020")],
    ids=["desktop", "phone-without-script"],
)
def test_from_correction_to_page(work: Work, size: dict[str, int], script: bool, year: str) -> None:
    """One submits, mends what is wrong, another accepts, and readers have it."""
    options = {"viewport": size, "java_script_enabled": script}
    awa, eve = work.person(work.awa, **options), work.person(work.eve, **options)
    old = {"2019": 'nap:periodEnd "2018"', "2020": 'nap:periodEnd "2019"'}[year]
    path = submit(awa, old, 'nap:periodEnd "2011"', f"It went on to {year}.")
    expect(awa.get_by_text("1 thing has to be mended")).to_be_visible()
    awa.get_by_role("link", name="Revise it").click()
    text = awa.get_by_label("Text")
    text.fill(text.input_value().replace('"2011"', f'"{year}"'))
    awa.get_by_role("button", name="Send the revision").click()
    expect(awa.get_by_text("It breaks no rule.")).to_be_visible()
    expect(awa.get_by_role("button", name="Accept and publish")).to_have_count(0)

    eve.goto("/review")
    eve.get_by_role("link", name=f"It went on to {year}.").click()
    expect(eve.locator(".changed").first).to_contain_text(year)
    eve.get_by_role("link", name="Mali, second plan (2015 to 2018)").last.click()
    expect(eve.get_by_text("This is a preview, and not published.")).to_be_visible()
    expect(eve.locator("h1")).to_contain_text(f"2015–{year}")
    eve.goto(path)
    eve.get_by_label("Your words").fill("The decree says so.")
    eve.get_by_role("button", name="Accept and publish").click()
    expect(eve.locator(".standing")).to_have_text("Published")
    eve.locator(".chips").get_by_role("link", name="second plan").click()
    expect(eve.locator("h1")).to_contain_text(f"2015–{year}")

    reader = work.person(**options)
    reader.goto("/doc/plan/MLI-2")
    expect(reader.locator("h1")).to_contain_text(f"2015–{year}")
    answer = reader.request.get(f"/sparql?query={quote(QUERY)}")

    assert year == json.loads(answer.body())["results"]["bindings"][0]["end"]["value"]


@SIZES
def test_pages_are_for_everybody(work: Work, size: dict[str, int]) -> None:
    """Axe finds nothing serious on any page of the work on data, and each fits its screen."""
    page = work.person(work.eve, viewport=size)
    broken = submit(page, "Women take part.", "", f"A text is gone, {size['width']}")
    paths = ("/sign-in", "/submissions", "/submissions/new?graph=MLI", broken, f"{broken}/revise",
             f"{broken}/preview/doc/plan/MLI-3", "/review", "/audit", "/tokens", "/ar/submissions",
             "/fr/submissions/new", f"/ar{broken}")  # fmt: skip
    found: list[tuple[str, object]] = []
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(paths):
        page.goto(path)
        page.screenshot(path=SCREENSHOTS / f"work-{number}-{size['width']}.png", full_page=True)
        found += [(path, problem) for problem in problems(page)]
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            found.append((path, "too wide"))

    assert [] == found


def test_sign_in_goes_wrong(work: Work) -> None:
    """A wrong token is told where the page begins, and the field keeps its label."""
    page = work.person()
    page.goto("/sign-in")
    page.get_by_label("Your token").fill("nap_x")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_contain_text("This token opens nothing here")
    assert [] == problems(page)


def test_dark(work: Work) -> None:
    """The colours of a difference are to be read in the dark, too."""
    page = work.person(work.awa, color_scheme="dark")
    submit(page, "Third plan", "The third plan", "Another title")

    assert [] == problems(page)
