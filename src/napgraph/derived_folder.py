"""Files made from a generation, kept beside it in the store folder and made anew at will.

    derived/<generation>/
        manifest.json          what is here, and what was counted
        napgraph.nq.gz …       dumps
        plans.csv …            tables
        search.sqlite          the index that answers searches; alone not served

As with generations, such a folder appears under its name only when it is whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from napgraph.counts import Counts
from napgraph.store_folder import is_generation_id

DUMP, TABLE, METADATA = "dump", "table", "metadata"


@dataclass(frozen=True, slots=True)
class DerivedFile:
    """A file made from a generation.

    Attributes:
        kind: `DUMP`, `TABLE`, or `METADATA` for what describes the tables.
        media_type: Of what is in it.
        compression: The media type of how it is compressed; empty if it is not.
        size: In bytes.
        table: The name of the table it has; empty if it has none.
    """

    name: str
    kind: str
    media_type: str
    compression: str
    size: int
    sha256: str
    table: str = ""

    @property
    def folder(self) -> str:
        """The first part of the path it is served at."""
        return "dump" if self.kind == DUMP else "table"

    @property
    def served_as(self) -> str:
        """The media type of its bytes."""
        return self.compression or self.media_type

    @classmethod
    def at(
        cls, path: Path, kind: str, media_type: str, *, compression: str = "", table: str = ""
    ) -> DerivedFile:
        """Describe a file that has been written."""
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        size = path.stat().st_size
        return cls(path.name, kind, media_type, compression, size, sha256, table)


@dataclass(frozen=True)
class Derived:
    """What was made from a generation.

    Attributes:
        recipe: How it was made; another one makes other files from the same generation.
        files: By name, dumps first.
        rows: How many each table has, by the table's name.
    """

    generation_id: str
    recipe: str
    files: Mapping[str, DerivedFile]
    rows: Mapping[str, int]
    counts: Counts
    path: Path

    def of_kind(self, kind: str) -> list[DerivedFile]:
        """List the files of a kind."""
        return [file for file in self.files.values() if file.kind == kind]


def derived_path(store_dir: Path, generation_id: str) -> Path:
    """Say where what is made from a generation is kept."""
    return store_dir / "derived" / generation_id


def find_derived(store_dir: Path, generation_id: str) -> Derived | None:
    """Find what was made from a generation, if it has been."""
    if not is_generation_id(generation_id):
        return None
    path = derived_path(store_dir, generation_id)
    try:
        manifest: dict[str, Any] = json.loads((path / "manifest.json").read_bytes())
        return Derived(
            generation_id=manifest["generation"],
            recipe=manifest["recipe"],
            files={entry["name"]: DerivedFile(**entry) for entry in manifest["files"]},
            rows=manifest["rows"],
            counts=Counts.from_json(manifest["counts"]),
            path=path,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not made yet, or by a napgraph that kept it in another way


def write_manifest(derived: Derived, folder: Path) -> None:
    """Write what was made into the folder that will be it."""
    manifest = {
        "generation": derived.generation_id,
        "recipe": derived.recipe,
        "files": [asdict(file) for file in derived.files.values()],
        "rows": dict(derived.rows),
        "counts": derived.counts.to_json(),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False))
