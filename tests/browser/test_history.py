"""Pages of history, changes and releases: for everybody, and used as people use them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace

import html5lib
import pytest
from playwright.sync_api import Browser, Page, expect

from napgraph.config import Config
from napgraph.curation.publication import Publisher
from napgraph.curation.releases import make_release
from tests.browser.conftest import SCREENSHOTS
from tests.browser.test_access import DESK, PHONE, problems
from tests.curating import AWA
from tests.servers import serving

PATHS = {
    "history": "/history/plan/MLI-3",
    "history-ar": "/ar/history/plan/MLI-3",
    "history-graph": "/history/graph/MLI",
    "changes": "/changes",
    "changes-fr": "/fr/changes?country=MLI",
    "memento": "/memento/20260101000000/doc/plan/MLI-3.html",
    "graph-revised": "/graph/MLI.html",
    "releases": "/releases",
    "release": "/release/2026.1/doc/plan/MLI-3",
}
every_page = pytest.mark.parametrize("name", PATHS)


@pytest.fixture(scope="module")
def address(history_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the small history, with a release; give the address."""
    folder = tmp_path_factory.mktemp("served") / "var"
    assert history_config.workspace_dir
    shutil.copytree(history_config.workspace_dir, folder)
    config = replace(
        history_config,
        data_dir=folder / "data", store_dir=folder / "store", workspace_dir=folder,
    )  # fmt: skip
    make_release(Publisher(config), "2026.1", author=AWA, cite=lambda name, _: name)
    settings = {"NAPGRAPH_WORKSPACE": str(folder), "NAPGRAPH_DATA": str(folder / "data")}
    with serving("--store", str(config.store_dir), settings=settings) as address:
        yield address.rstrip("/")


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    """Open a page without scripts, which none of these needs."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@every_page
def test_axe_finds_nothing_serious(address: str, browser: Browser, name: str, scheme: str) -> None:
    """Contrast, names, roles, order."""
    context = browser.new_context(base_url=address, viewport=DESK, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(PATHS[name])
    found = problems(page)
    context.close()

    assert found == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desktop"])
@every_page
def test_fits_and_is_pictured(
    address: str, browser: Browser, name: str, size: dict[str, int]
) -> None:
    """Nothing makes a page wider than the screen."""
    context = browser.new_context(base_url=address, viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(PATHS[name])
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{size['width']}.png", full_page=True)
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert width <= size["width"]


@every_page
def test_is_well_formed(page: Page, name: str) -> None:
    """The HTML that is sent holds what HTML says, also that of a release."""
    sent = page.request.get(PATHS[name], headers={"Accept": "text/html"}).body()

    assert html5lib.HTMLParser(strict=True).parse(sent) is not None


def test_two_versions_are_compared(page: Page) -> None:
    """From the page of a plan to what differs between the first version and the last."""
    page.goto("/doc/plan/MLI-3")
    page.get_by_role("link", name="History of this page").click()
    versions = page.locator(".versions > li")
    versions.last.get_by_label("older").check()
    versions.first.get_by_label("newer").check()
    page.get_by_role("button", name="Compare the two chosen").click()
    difference = page.locator("section", has=page.locator("#difference"))

    expect(difference).to_contain_text("period end")
    expect(difference.locator("del")).to_contain_text(["2023", "Women take part."])
    expect(difference.locator("ins")).to_contain_text(
        ["2024", "Climate change", "Women take part and decide."]
    )


def test_former_state_leads_back(page: Page) -> None:
    """From a version to how it was, and from there to how it is."""
    page.goto("/history/plan/MLI-3")
    page.locator(".versions > li").last.get_by_role("link", name="As it was then").click()

    expect(page.get_by_role("main")).to_contain_text("2023")
    page.get_by_role("link", name="How it is now").click()
    expect(page.locator("h1")).to_contain_text("2024")


def test_changes_of_a_country(page: Page) -> None:
    """They are chosen by a form, and each says what it changed."""
    page.goto("/changes")
    page.get_by_label("Country").select_option("KEN")
    page.get_by_role("main").get_by_role("button", name="Show").click()

    expect(page.locator(".versions > li")).to_have_count(2)
    page.get_by_role("link", name="What it changed").first.click()
    expect(page.locator("ins", has_text="Kenya: plans")).to_have_count(1)


def test_release_is_a_site_of_its_own(page: Page, address: str) -> None:
    """Whoever follows its links stays in it, and is told so."""
    page.goto("/releases")
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("navigation", name="Main").first.get_by_role("link", name="Plans").click()

    assert page.url == f"{address}/release/2026.1/plans"
    expect(page.locator("p.notice")).to_contain_text("This is release 2026.1")
