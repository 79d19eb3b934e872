"""What pages need is read before anybody asks, and never of a generation that is gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from napgraph.config import Config
from napgraph.errors import NotReady
from napgraph.files import graph_files
from napgraph.generations import build
from napgraph.web import create_app
from napgraph.web.index import current_index
from napgraph.web.site import Site, site
from napgraph.web.warming import Warmer


@pytest.fixture
def app(config: Config, tmp_path: Path) -> Iterator[Flask]:
    """Serve a store that a test may change."""
    own = replace(config, store_dir=tmp_path / "store")
    build(graph_files(own), own.store_dir)
    app = create_app(own)
    yield app
    served(app).close()


def served(app: Flask) -> Site:
    """Give an application's site."""
    found: Site = app.extensions["napgraph"]
    return found


def test_what_is_kept_is_made_ahead(app: Flask) -> None:
    """Whoever asks then gets what the warmer has made."""
    made: list[object] = []
    Warmer(app, served(app), [lambda: made.append(current_index())]).warm()
    with app.test_request_context("/"):
        found = current_index()

    assert [found] == made


def test_failure_stops_nothing_else(app: Flask) -> None:
    """What cannot be made yet is left for whoever asks."""
    made: list[str] = []

    def fail() -> None:
        raise NotReady("It is not there yet.")

    Warmer(app, served(app), [fail, lambda: made.append("next")]).warm()

    assert ["next"] == made


def test_another_generation_cuts_it_short(app: Flask) -> None:
    """Nothing more is made of a generation that is served no longer."""
    made: list[str] = []

    def publish() -> None:
        config = served(app).config
        build(graph_files(config)[:1], config.store_dir)
        served(app).stores._check_at = 0.0
        made.append("published")

    Warmer(app, served(app), [publish, lambda: made.append("next")]).warm()

    assert ["published"] == made


def test_each_generation_is_read_ahead_by_itself(app: Flask) -> None:
    """It happens some time after a start, without anybody asking."""
    seen = threading.Event()
    Warmer(app, served(app), [lambda: site() and seen.set()], settled_s=0.05).start()

    assert seen.wait(10)
