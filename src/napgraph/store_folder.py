"""A store folder: generations of the store that are built once and then only read.

    current                    the id of the generation to read
    kept/<id>                  says that a generation is never removed
    generations/<id>/
        manifest.json          what it was built from
        files/<sha256>         the files themselves
        store/                 the engine's directory

A generation appears under its name only when it is whole, and `current` is
replaced in one step, so that a crash at any point leaves the one before served.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rdflib import URIRef

from napgraph.errors import StoreError, StoreMissing
from napgraph.oxigraph import OxigraphStore
from napgraph.store import GraphFile

# Part of each generation's id: to change it makes every store anew.
FORMAT = 2


@dataclass(frozen=True, slots=True)
class GraphEntry:
    """What a manifest says of one named graph; `path` starts at the generation's folder."""

    sha256: str
    statements: int
    blank_nodes: bool
    media_type: str
    labels_kept: bool
    path: str


@dataclass(frozen=True)
class Generation:
    """A whole generation of the store.

    Attributes:
        id: Follows from the files alone.
        created: When it was built, in UTC as ISO 8601 has it.
        statements: How many different statements its graphs have together.
    """

    id: str
    created: str
    statements: int
    graphs: Mapping[URIRef, GraphEntry]
    napgraph_version: str
    path: Path

    @cached_property
    def files(self) -> Mapping[URIRef, GraphFile]:
        """The files it was built from, each as it was then; files of quads taken apart."""
        return {
            iri: GraphFile(
                iri, self.path / entry.path, entry.media_type, labels_kept=entry.labels_kept
            )
            for iri, entry in self.graphs.items()
        }

    def open(self) -> OxigraphStore:
        """Open the store where it lies: at once, whatever its size."""
        return OxigraphStore.open(self.path / "store")

    def is_whole(self) -> bool:
        """Tell whether the store can be opened and has all statements."""
        try:
            return self.open().count() == self.statements
        except (StoreError, OSError, RuntimeError):
            return False

    def load(self) -> OxigraphStore:
        """Load the store into memory, where it answers several times faster."""
        blank = {iri for iri, entry in self.graphs.items() if entry.blank_nodes}
        return OxigraphStore.in_memory(self.files.values(), with_blank_nodes=blank)


def current(store_dir: Path) -> Generation:
    """Find the generation to read.

    Raises:
        StoreMissing: Nothing has been built yet.
        StoreError: The current generation is not whole.
    """
    try:
        generation_id = pointer(store_dir).read_text().strip()
    except FileNotFoundError as exc:
        raise StoreMissing(f"There is no store in {store_dir}; run `napgraph build`.") from exc
    return find(store_dir, generation_id)


def find(store_dir: Path, generation_id: str) -> Generation:
    """Find a generation by its id.

    Raises:
        StoreMissing: It is not there, or no longer.
        StoreError: It is not whole.
    """
    path = store_dir / "generations" / generation_id
    if not is_generation_id(generation_id) or not path.is_dir():
        raise StoreMissing(f"{store_dir} has no generation {generation_id}; run `napgraph build`.")
    try:
        return _read_manifest(path)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise StoreError(
            f"{path} is not a whole generation of the store; run `napgraph build`."
        ) from exc


def is_generation_id(text: str) -> bool:
    """Tell whether a text can be the id of a generation."""
    return bool(_ID.fullmatch(text))


def pointer(store_dir: Path) -> Path:
    """Name the file that says which generation is current."""
    return store_dir / "current"


def write_manifest(generation: Generation, folder: Path) -> None:
    """Write what a generation was built from into the folder that will be it."""
    manifest = {
        "format": FORMAT,
        "id": generation.id,
        "created": generation.created,
        "napgraph": generation.napgraph_version,
        "statements": generation.statements,
        "graphs": {iri: asdict(entry) for iri, entry in generation.graphs.items()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def make_current(generation: Generation, store_dir: Path) -> None:
    """Move the pointer to a generation, in one step."""
    os.utime(generation.path)
    new = store_dir / ".current"
    new.write_text(f"{generation.id}\n")
    sync_one(new)
    new.replace(pointer(store_dir))
    sync_one(store_dir)


def remove_old(store_dir: Path, keep: int, *, older_than_s: float = 0.0) -> None:
    """Remove all but the current generation, those that were current last, and those kept for good.

    Args:
        store_dir: The store folder.
        keep: How many to leave, the current one among them.
        older_than_s: Those that were current within so many seconds stay as well:
            somebody may just be opening one.
    """
    stay = {pointer(store_dir).read_text().strip(), *_kept_for_good(store_dir)}
    others = sorted(
        (
            path
            for path in (store_dir / "generations").iterdir()
            if is_generation_id(path.name) and path.name not in stay
        ),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    latest = time.time() - older_than_s
    for path in others[max(keep - 1, 0) :]:
        if path.stat().st_mtime <= latest:
            discard(path)


def keep_for_good(generation: Generation, store_dir: Path) -> None:
    """Have a generation never removed.

    Raises:
        StoreError: The store cannot be written.
    """
    try:
        kept = store_dir / _KEPT
        kept.mkdir(exist_ok=True)
        (kept / generation.id).touch()
        sync(kept)
    except OSError as exc:
        raise StoreError(f"{store_dir / _KEPT} cannot be written: {exc}.") from exc


def discard(path: Path) -> None:
    """Remove a generation in one step, so that a part of one is never found under its name."""
    if path.exists():
        doomed = path.with_name(f".removed-{os.getpid()}-{path.name}")
        path.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)


def sync(path: Path) -> None:
    """Make sure that a file, or a folder with all in it, is on the disk."""
    for part in (path, *path.rglob("*")):
        sync_one(part)


def sync_new(path: Path) -> None:
    """Make sure of the same where files that have another name are on the disk already."""
    for part in (path, *path.rglob("*")):
        if part.is_dir() or part.stat().st_nlink == 1:
            sync_one(part)


def sync_one(path: Path) -> None:
    """Make sure that a file, or a folder's list of files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_ID = re.compile("[0-9a-f]{16}")
# The folder of names of generations that are never removed.
_KEPT = "kept"


def _kept_for_good(store_dir: Path) -> set[str]:
    try:
        return {path.name for path in (store_dir / _KEPT).iterdir()}
    except FileNotFoundError:
        return set()


def _read_manifest(folder: Path) -> Generation:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    if (manifest["format"], manifest["id"]) != (FORMAT, folder.name):
        raise ValueError("the manifest of another generation")
    return Generation(
        id=manifest["id"],
        created=manifest["created"],
        statements=manifest["statements"],
        graphs={URIRef(iri): GraphEntry(**entry) for iri, entry in manifest["graphs"].items()},
        napgraph_version=manifest["napgraph"],
        path=folder,
    )


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """Give a folder to write, which gets its name when it is whole and on the disk.

    What had the name before is removed; where writing fails, nothing is left of it.
    """
    folder = Path(tempfile.mkdtemp(prefix=_MAKING, dir=path.parent))
    try:
        folder.chmod(0o755)
        yield folder
        sync(folder)
        discard(path)
        folder.rename(path)
        sync_one(path.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(made: Path, store_dir: Path) -> None:
    """Remove what was made of generations that are gone, and what was never made whole.

    Args:
        made: The folder that has a folder for each generation that something was made of.
        store_dir: The store folder.
    """
    for path in made.iterdir():
        if path.name.startswith((_MAKING, ".removed-")):
            shutil.rmtree(path, ignore_errors=True)
        elif is_generation_id(path.name) and not (store_dir / "generations" / path.name).is_dir():
            discard(path)


_MAKING = ".making-"
