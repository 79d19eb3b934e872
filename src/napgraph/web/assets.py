"""The styles, scripts and images of pages, at addresses that change with their content.

All of `styles/` is joined, in the order of names, into `style.css`; the images
of `images/` and what npm built come beside it. An address means one content for
ever; one with another hash, or none, leads to what there is now.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, request

from napgraph.built import built_assets

bp = Blueprint("assets", __name__)

STYLE, ICON = "style.css", "icon.svg"

_FOREVER = "public, max-age=31536000, immutable"
_NEWEST = "public, max-age=60"
_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_HASHED = re.compile(r"(?P<stem>.+)\.[0-9A-Za-z]{8,}(?P<suffix>\.[a-z]+)")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages name.

    Attributes:
        name: Its name with the hash of its content, as in its address.
    """

    name: str
    content: bytes

    @property
    def content_type(self) -> str:
        """Say what it is, by its suffix."""
        return _CONTENT_TYPES[PurePath(self.name).suffix]


def register(app: Flask) -> None:
    """Read the assets, serve them, and give templates `asset`."""
    app.extensions[_KEY] = read_assets()
    app.register_blueprint(bp)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str | None:
    """Give the address of an asset by its plain name; None where npm did not build it."""
    found = _assets().get(name)
    return f"/static/{found.name}" if found else None


def read_assets() -> dict[str, Asset]:
    """Read all assets by their plain names."""
    built = {name: Asset(path.name, path.read_bytes()) for name, path in built_assets().items()}
    images = {path.name: _hashed(path.name, path.read_bytes()) for path in _files_in("images")}
    return {**built, **images, STYLE: _hashed(STYLE, joined_styles())}


def joined_styles() -> bytes:
    """Join the style sheets in the order of their names."""
    sheets = sorted(_files_in("styles"), key=lambda path: path.name)
    return b"".join(path.read_bytes() for path in sheets if path.name.endswith(".css"))


@bp.get("/static/<name>")
def static(name: str) -> Response:
    """Give an asset; lead to it where its content was another, or no hash is given."""
    assets = _assets()
    for found in assets.values():
        if found.name == name:
            return _respond(found)
    match = _HASHED.fullmatch(name)
    plain = f"{match['stem']}{match['suffix']}" if match else name
    current = assets.get(name) or assets.get(plain)
    if current is None:
        abort(404, f"There is no file {name} here.")
    return _lead_to(current)


@bp.get("/favicon.ico")
def favicon() -> Response:
    """Lead to the icon, for whoever looks where icons used to be."""
    return _lead_to(_assets()[ICON])


_KEY = "napgraph.assets"


def _assets() -> dict[str, Asset]:
    return cast(dict[str, Asset], current_app.extensions[_KEY])


def _files_in(folder: str) -> Iterator[Traversable]:
    yield from (files("napgraph.web") / folder).iterdir()


def _hashed(name: str, content: bytes) -> Asset:
    path = PurePath(name)
    digest = hashlib.sha256(content).hexdigest()[:10]
    return Asset(f"{path.stem}.{digest}{path.suffix}", content)


def _lead_to(current: Asset) -> Response:
    response = Response(status=303)
    response.headers["Location"] = f"/static/{current.name}"
    response.headers["Cache-Control"] = _NEWEST
    return response


def _respond(found: Asset) -> Response:
    response = Response(found.content, content_type=found.content_type)
    response.set_etag(hashlib.sha256(found.content).hexdigest()[:20])
    response.headers["Cache-Control"] = _FOREVER
    response.make_conditional(request)
    return response
