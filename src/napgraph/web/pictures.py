"""What was drawn for pages, once a generation; a page without it is not kept by anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, g

from napgraph.web.site import site
from napgraph.world_map import WORLD_MAP, WorldMap

T = TypeVar("T")


def register(app: Flask) -> None:
    """Keep caches from storing pages that lack a picture which is still being drawn."""
    app.after_request(_do_not_keep_unfinished)


def world_map(*, wait_s: float = 0.0) -> WorldMap | None:
    """Give the map of the world; None without boundaries, and as long as it is being drawn."""
    return part(WORLD_MAP, WorldMap.from_json, wait_s=wait_s)


def part(name: str, read: Callable[[bytes], T], *, wait_s: float) -> T | None:
    """Give what pages are made of, read once a generation.

    Args:
        name: The name of the file that was made from the generation.
        read: Reads its content.
        wait_s: How long to wait while it is being made.

    Returns:
        None where it is not there in time, or cannot be made here.
    """
    derived = site().deriver.get(site().current().generation.id, wait_s=wait_s)
    if derived is None:
        g.is_unfinished = True
        return None
    path = derived.path / name
    if name not in derived.files:
        return None
    return site().kept(("part", name), lambda _: read(path.read_bytes()))


def _do_not_keep_unfinished(response: Response) -> Response:
    if g.get("is_unfinished"):
        del response.headers["ETag"]
        response.headers["Cache-Control"] = "no-store"
    return response
