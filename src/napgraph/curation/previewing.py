"""Stores of proposed states, to look at before anything is published; a few are kept for a while.

Each is a copy of the current store, with hard links to what never changes, in
which the changed graphs are replaced. It is no generation: nothing can switch to it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

from napgraph.curation.submissions import Files
from napgraph.current_store import OpenGeneration
from napgraph.errors import StoreError
from napgraph.namespaces import graph_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.store import GraphFile
from napgraph.store_folder import Generation, current


@dataclass(frozen=True, slots=True)
class Preview:
    """A store of a proposed state; `path` is its folder, which no other ever has."""

    opened: OpenGeneration
    path: Path
    until: float


class Previews:
    """Makes and keeps previews; any thread may ask.

    Args:
        store_dir: The store folder.
        most: How many to keep at once.
        seconds: For how long.
    """

    def __init__(self, store_dir: Path, *, most: int = 4, seconds: float = 1800) -> None:
        self._store_dir = store_dir
        self._folder = store_dir / "previews"
        self._most = most
        self._seconds = seconds
        self._kept: OrderedDict[Hashable, Preview] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, files: Files) -> Preview:
        """Give the state in which some named graphs are replaced, or gone.

        Args:
            key: Tells it from all others of the current generation.
            files: The graphs.

        Raises:
            DataError: A file cannot become a named graph.
            StoreError: There is no current generation, or no room.
        """
        with self._lock:
            whole_key = (current(self._store_dir).id, key)
            found = self._kept.get(whole_key)
            if found is None or found.until < time.monotonic():
                found = self._kept[whole_key] = self._make(files)
            self._kept.move_to_end(whole_key)
            self._tidy()
            return found

    def close(self) -> None:
        """Remove all."""
        with self._lock:
            for preview in self._kept.values():
                shutil.rmtree(preview.path, ignore_errors=True)
            self._kept.clear()

    def _make(self, files: Files) -> Preview:
        try:
            self._folder.mkdir(exist_ok=True)
            path = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=self._folder))
            try:
                opened = _amended(current(self._store_dir), files, path / "store")
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
        except (OSError, RuntimeError) as exc:
            raise StoreError(f"A preview cannot be made in {self._folder}: {exc}.") from exc
        return Preview(opened, path, time.monotonic() + self._seconds)

    def _tidy(self) -> None:
        now = time.monotonic()
        for key in [key for key, preview in self._kept.items() if preview.until < now]:
            shutil.rmtree(self._kept.pop(key).path, ignore_errors=True)
        while len(self._kept) > self._most:
            _, oldest = self._kept.popitem(last=False)
            shutil.rmtree(oldest.path, ignore_errors=True)
        ours = {preview.path for preview in self._kept.values()}
        # Those of processes that were killed.
        for path in self._folder.iterdir():
            if path not in ours and _age(path) > 2 * self._seconds:
                shutil.rmtree(path, ignore_errors=True)


def _amended(base: Generation, files: Files, path: Path) -> OpenGeneration:
    """Copy a generation's store, with some graphs in place of those that it has."""
    base.open().copy_to(path)
    store = OxigraphStore.open_to_write(path)
    changed = [
        GraphFile(graph_iri(name), content, name=f"{name}.ttl")
        for name, content in files.items()
        if content is not None
    ]
    gone = [graph_iri(name) for name, content in files.items() if content is None]
    store.amend(changed, removed=[iri for iri in gone if iri in base.graphs])
    del store
    # What is drawn and derived stays that of the generation itself.
    return OpenGeneration(base, OxigraphStore.open(path))


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
