"""A server of the shipped data, and a real browser to look at it with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from napgraph.config import Config
from napgraph.derivation import derive
from napgraph.drawing import draw
from napgraph.files import graph_files
from napgraph.generations import build
from tests.servers import serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCREENSHOTS = Path(__file__).parents[2] / "artifacts" / "screenshots"

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs a browser where there is none, but not where all has to be tested."""
    if CHROMIUM or os.environ.get("CI") == "true":
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="Chromium is not here; make test-tools"))


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the shipped data; give the address."""
    config = Config(store_dir=tmp_path_factory.mktemp("browser") / "store")
    generation = build(graph_files(config), config.store_dir)
    derive(generation, config.store_dir)
    draw(generation, config.store_dir)
    with serving("--store", str(config.store_dir)) as address:
        yield address.rstrip("/")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium, which asks nobody for anything by itself."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield started
        started.close()


@pytest.fixture
def visit(site: str, browser: Browser) -> Iterator[Visit]:
    """Give a function that opens a path in a context of its own, made with Playwright's options.

    At the end no request may have gone to another host, and no script may have failed.
    """
    contexts: list[BrowserContext] = []
    strangers: list[str] = []
    troubles: list[str] = []

    def open_page(path: str, **options: object) -> Page:
        context = browser.new_context(**{"base_url": site, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: strangers.append(r.url) if _is_strange(r.url, site) else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()

    assert ([], []) == (strangers, troubles)


def _is_strange(url: str, site: str) -> bool:
    return not url.startswith((f"{site}/", "data:", "blob:"))
