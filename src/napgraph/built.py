"""What npm made of the sources in `web/frontend/`; nothing where it was not there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

BUILT = Path(__file__).parent / "web" / "static" / "built"

_MANIFEST = "manifest.json"
_WORLD = "world-110m.json"


def built_assets(folder: Path = BUILT) -> Mapping[str, Path]:
    """List the files that pages may name: `site.js` and the like, each with where it is.

    The name of such a file has a hash of its content in it.
    """
    manifest = folder / _MANIFEST
    if not manifest.is_file():
        return {}
    names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return {asked: folder / name for asked, name in names.items()}


def world_path(folder: Path = BUILT) -> Path | None:
    """Find the boundaries of the world's states, a TopoJSON file; None where there is none.

    Its objects are `countries` and `land`, at a scale of 1:110 million; states
    have their ISO 3166-1 alpha-3 code.
    """
    path = folder / _WORLD
    return path if path.is_file() else None
