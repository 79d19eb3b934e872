"""What npm made of the sources in `web/frontend/`; nothing where it was not there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

BUILT = Path(__file__).parent / "web" / "static" / "built"

_MANIFEST = "manifest.json"


def built_assets(folder: Path = BUILT) -> Mapping[str, Path]:
    """List the files that pages may name: `site.js` and the like, each with where it is.

    The name of such a file has a hash of its content in it.
    """
    manifest = folder / _MANIFEST
    if not manifest.is_file():
        return {}
    names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return {asked: folder / name for asked, name in names.items()}
