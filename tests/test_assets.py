"""Styles and scripts are at addresses that mean one content."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from napgraph.built import built_assets
from napgraph.web.assets import joined_styles

STYLES = Path(__file__).parents[1] / "src/napgraph/web/styles"


@pytest.fixture
def address(client: FlaskClient) -> str:
    """Give the address of the style sheet that the first page names."""
    (found,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', client.get("/").text)
    return str(found)


def test_styles_are_kept_for_ever(client: FlaskClient, address: str) -> None:
    """The address of the style sheet has its hash, and any cache may keep it."""
    answer = client.get(address)

    assert re.fullmatch(r"/static/style\.[0-9a-f]{10}\.css", address)
    assert "public, max-age=31536000, immutable" == answer.headers["Cache-Control"]
    assert "text/css; charset=utf-8" == answer.headers["Content-Type"]


def test_styles_are_joined_in_order(client: FlaskClient, address: str) -> None:
    """All sheets are in the one that is served, those whose names come first before the others."""
    sheets = [path.read_bytes() for path in sorted(STYLES.glob("*.css"))]

    assert len(sheets) > 2
    assert b"".join(sheets) == joined_styles() == client.get(address).data


def test_styles_are_compressed(client: FlaskClient, address: str) -> None:
    """The style sheet is sent in the coding that a browser likes, in at most 12 kB."""
    answer = client.get(address, headers={"Accept-Encoding": "br"})

    assert "br" == answer.headers["Content-Encoding"]
    assert 12_000 >= len(answer.data)


def test_icon(client: FlaskClient) -> None:
    """Pages name an icon, which may be kept for ever."""
    (icon,) = re.findall(r'<link rel="icon" [^>]*href="([^"]+)"', client.get("/").text)
    answer = client.get(icon)

    assert icon == client.get("/favicon.ico").headers["Location"]
    assert ("image/svg+xml", True) == (answer.content_type, b"<svg" in answer.data)
    assert "immutable" in answer.headers["Cache-Control"]


def test_styles_are_known_by_their_tag(client: FlaskClient, address: str) -> None:
    """Who has the style sheet is not sent it again."""
    tag = client.get(address).headers["ETag"]

    assert 304 == client.get(address, headers={"If-None-Match": tag}).status_code


@pytest.mark.parametrize("name", ["style.css", "style.0123456789.css"])
def test_other_addresses_lead_on(client: FlaskClient, address: str, name: str) -> None:
    """An address without a hash, or with that of other content, leads to what there is now."""
    answer = client.get(f"/static/{name}")

    assert (303, address) == (answer.status_code, answer.headers["Location"])


@pytest.mark.parametrize(
    "name", ["none.css", "style.css.map", "..%2fsite.py", "built/manifest.json", "10-base.css"]
)
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    """What no page names is not to be had."""
    assert 404 == client.get(f"/static/{name}").status_code


def test_built_assets(tmp_path: Path) -> None:
    """What npm built is found by the manifest that it leaves, and nothing is where it was not."""
    before = built_assets(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"site.js": "site.ABCDEFGH.js"}))

    assert {} == before
    assert {"site.js": tmp_path / "site.ABCDEFGH.js"} == built_assets(tmp_path)


@pytest.mark.parametrize("sheet", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_styles_know_no_left_and_right(sheet: Path) -> None:
    """Pages in Arabic run the other way: places are said by start and end."""
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert [] == re.findall(r"[\w-]*\b(?:left|right)\b[^;}]*|\bfloat:[^;}]*", rules)
