"""Releases as they are kept in the store folder: each with its files, and its generation for good.

releases/<name>/
    release.json           what it is
    CITATION.txt           how to cite it
    SHA256SUMS             of the dumps and tables beside it
kept/<generation>          says that a generation is never removed
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rdflib import URIRef

from napgraph.derived_folder import DUMP, DerivedFile
from napgraph.namespaces import BASE

CITATION_NAME, CHECKSUMS_NAME = "CITATION.txt", "SHA256SUMS"
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,19}(?:\.[0-9A-Za-z-]{1,19}){0,4}")


@dataclass(frozen=True)
class Release:
    """A version of the data that stays, to be cited.

    Attributes:
        name: `2026.1`.
        created: When it was made, in UTC as ISO 8601 has it.
        commit: The commit of the data repository that it is.
        generation_id: The generation that holds it.
        statements: How many it has.
        previous: The name of the release before; empty for the first.
        author: The name of who made it.
        notes: What is new in it.
        citation: How to cite it, as a sentence.
        files: Its dumps and tables by name.
    """

    name: str
    created: str
    commit: str
    generation_id: str
    statements: int
    previous: str
    author: str
    notes: str
    citation: str
    files: Mapping[str, DerivedFile]
    path: Path

    @property
    def iri(self) -> URIRef:
        """Its IRI, which leads to its description."""
        return release_iri(self.name)

    @property
    def dumps(self) -> list[DerivedFile]:
        """Its dumps."""
        return [file for file in self.files.values() if file.kind == DUMP]


def release_iri(name: str) -> URIRef:
    """Mint the IRI of a release."""
    return URIRef(f"{BASE}release/{name}")


def is_release_name(text: str) -> bool:
    """Tell whether a text can be the name of a release."""
    return bool(_NAME.fullmatch(text)) and not text.endswith(".lock")


def releases_path(store_dir: Path) -> Path:
    """Say where releases are kept."""
    return store_dir / "releases"


def all_releases(store_dir: Path) -> Sequence[Release]:
    """List the releases, the last first."""
    folder = releases_path(store_dir)
    try:
        return _read_all(folder, folder.stat().st_mtime_ns)
    except FileNotFoundError:
        return ()


def find_release(store_dir: Path, name: str) -> Release | None:
    """Find a release by its name."""
    return next((r for r in all_releases(store_dir) if r.name == name), None)


def write_release(release: Release, folder: Path) -> None:
    """Write what a release is into the folder that will be it."""
    said = {key: value for key, value in asdict(release).items() if key not in ("files", "path")}
    said["files"] = [asdict(file) for file in release.files.values()]
    (folder / "release.json").write_text(
        json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (folder / CITATION_NAME).write_text(f"{release.citation}\n", encoding="utf-8")
    sums = "".join(f"{file.sha256}  {file.name}\n" for file in release.files.values())
    (folder / CHECKSUMS_NAME).write_text(sums, encoding="utf-8")


@lru_cache(maxsize=8)
def _read_all(folder: Path, stamp: int) -> tuple[Release, ...]:
    found = (_read(path) for path in folder.iterdir() if is_release_name(path.name))
    return tuple(sorted(found, key=lambda release: release.created, reverse=True))


def _read(path: Path) -> Release:
    said: dict[str, Any] = json.loads((path / "release.json").read_bytes())
    files = {entry["name"]: DerivedFile(**entry) for entry in said.pop("files")}
    return Release(**said, files=files, path=path)
