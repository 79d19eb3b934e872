"""The icon that browsers show beside a page's title."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Response

from napgraph.web.public import respond_public
from napgraph.web.representations import see_other

bp = Blueprint("icons", __name__)


@bp.get("/favicon.svg")
def icon() -> Response:
    """Give the icon."""
    picture = files("napgraph.web").joinpath("icon.svg").read_bytes()
    return respond_public(picture, "image/svg+xml")


@bp.get("/favicon.ico")
def old_icon() -> Response:
    """Lead whoever asks where browsers look by themselves to the icon."""
    return see_other("/favicon.svg", "alternate")
