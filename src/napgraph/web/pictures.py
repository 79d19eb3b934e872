"""What was drawn for pages, once a generation; a page without it is not kept by anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import Flask, Response, g

from napgraph.charts.figures import Figure, read_figures
from napgraph.drawn_folder import FIGURES, WORLD_MAP
from napgraph.web.site import site
from napgraph.world_map import WorldMap

T = TypeVar("T")

# To find what was drawn before the start takes less; to draw it takes longer.
_WAIT_S = 0.25


def register(app: Flask) -> None:
    """Keep caches from storing pages that lack a picture which is still being drawn."""
    app.after_request(_do_not_keep_unfinished)


def world_map(*, wait_s: float = _WAIT_S) -> WorldMap | None:
    """Give the map of the world; None without boundaries, and as long as it is being drawn."""
    return _read(WORLD_MAP, WorldMap.from_json, wait_s)


def figures(*, wait_s: float = _WAIT_S) -> Mapping[str, Figure] | None:
    """Give the figures by name; None as long as they are being drawn."""
    return _read(FIGURES, read_figures, wait_s)


def _read(name: str, read: Callable[[bytes], T], wait_s: float) -> T | None:
    """Read a drawing, once a generation."""
    drawn = site().drawer.get(site().current().generation.id, wait_s=wait_s)
    if drawn is None:
        g.is_unfinished = True
        return None

    def make(_: object) -> T | None:
        content = drawn.read(name)
        return None if content is None else read(content)

    return site().kept(("drawing", name), make)


def _do_not_keep_unfinished(response: Response) -> Response:
    if g.get("is_unfinished"):
        del response.headers["ETag"]
        response.headers["Cache-Control"] = "no-store"
    return response
