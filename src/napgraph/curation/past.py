"""Former states of the whole store, each made from the current one by what has changed since."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from napgraph.curation.versions import History, Version
from napgraph.curation.workspace import Workspace
from napgraph.errors import StoreError
from napgraph.namespaces import graph_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.store import GraphFile
from napgraph.store_folder import current

log = logging.getLogger(__name__)

# Folders that a process has left which was killed are removed when they are as old as this.
_LEFT_S = 86_400


@dataclass(frozen=True, slots=True)
class PastState:
    """All that was published once, in a folder of its own while somebody may ask for it."""

    version: Version
    store: OxigraphStore
    path: Path


class PastStates:
    """Gives the store as it was; any thread may ask, and one state is made at a time.

    The data are those of then, ontology, shapes and questions those of now.

    Args:
        workspace: The data repository.
        history: Its history.
        store_dir: The store folder.
        keep: How many states to keep.
    """

    def __init__(
        self, workspace: Workspace, history: History, store_dir: Path, *, keep: int = 4
    ) -> None:
        self._workspace = workspace
        self._history = history
        self._store_dir = store_dir
        self._folder = store_dir / "past"
        self._keep = keep
        self._states: OrderedDict[str, PastState] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, version: Version) -> OxigraphStore:
        """Give the store as a version has it.

        Raises:
            StoreError: It cannot be made.
        """
        with self._lock:
            found = self._states.get(version.commit)
            if found is None:
                found = self._states[version.commit] = self._make(version)
            self._states.move_to_end(version.commit)
            while len(self._states) > self._keep:
                _, old = self._states.popitem(last=False)
                shutil.rmtree(old.path, ignore_errors=True)
            return found.store

    def close(self) -> None:
        """Forget all states."""
        with self._lock:
            while self._states:
                shutil.rmtree(self._states.popitem()[1].path, ignore_errors=True)

    def _make(self, version: Version) -> PastState:
        # What is current may be behind the branch, and is never before it.
        base = current(self._store_dir)
        last = self._history.last()
        names = [
            change.graph for change in self._history.index.changes(version.number + 1, last.number)
        ]
        contents = self._workspace.read_all(names, version.commit)
        there = [
            GraphFile(graph_iri(name), content, name=name)
            for name, content in contents.items()
            if content is not None
        ]
        gone = [graph_iri(name) for name, content in contents.items() if content is None]
        path = self._new_folder()
        try:
            base.open().copy_to(path / "store")
            store = OxigraphStore.open_to_write(path / "store")
            store.replace_graphs(there, removed=gone)
        except (OSError, RuntimeError) as exc:
            shutil.rmtree(path, ignore_errors=True)
            raise StoreError(f"The state of {version.commit[:10]} cannot be made: {exc}.") from exc
        return PastState(version, store, path)

    def _new_folder(self) -> Path:
        try:
            self._folder.mkdir(exist_ok=True)
            for left in self._folder.iterdir():
                if time.time() - left.stat().st_mtime > _LEFT_S:
                    shutil.rmtree(left, ignore_errors=True)
            return Path(tempfile.mkdtemp(dir=self._folder))
        except OSError as exc:
            raise StoreError(f"{self._folder} cannot be written: {exc.strerror}.") from exc
