"""The current generation as a server reads it: opened once, and again when another is built."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from napgraph.errors import StoreError, StoreMissing
from napgraph.oxigraph import OxigraphStore
from napgraph.store_folder import Generation, current, pointer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """A generation and its store, which stay valid for whoever holds them."""

    generation: Generation
    store: OxigraphStore


class Stores(Protocol):
    """Whoever gives the generation to serve."""

    def get(self) -> OpenGeneration:
        """Give it; ask again for each request."""

    def wait_loaded(self, timeout_s: float) -> bool:
        """Wait until it is in memory, or is known to stay on disk."""


class OneStore:
    """Gives one generation, from disk and always the same."""

    def __init__(self, generation: Generation) -> None:
        self._open = OpenGeneration(generation, generation.open())

    def get(self) -> OpenGeneration:
        """Give it."""
        return self._open

    def wait_loaded(self, timeout_s: float) -> bool:
        """Wait for nothing."""
        return True


class CurrentStore:
    """Gives the current generation to any number of threads.

    A new generation is read from disk at once and, unless it is large, from
    memory as soon as it is loaded.
    """

    def __init__(
        self,
        store_dir: Path,
        *,
        check_every_s: float = 0.1,
        max_statements_in_memory: int = 500_000,
    ) -> None:
        self._pointer = pointer(store_dir)
        self._store_dir = store_dir
        self._check_every_s = check_every_s
        self._max_statements_in_memory = max_statements_in_memory
        self._lock = threading.Lock()
        self._check_at = 0.0
        self._stamp: tuple[int, int] | None = None
        self._open: OpenGeneration | None = None
        self._loading: threading.Thread | None = None

    def get(self) -> OpenGeneration:
        """Give the current generation; ask again for each request.

        Raises:
            StoreMissing: Nothing has been built yet.
            StoreError: The first generation to be read is not whole.
        """
        opened = self._open
        if opened is None or time.monotonic() >= self._check_at:
            # One thread looks; the others need not wait while there is something to give.
            if self._lock.acquire(blocking=opened is None):
                try:
                    self._look()
                finally:
                    self._lock.release()
            opened = self._open
        if opened is None:
            raise StoreMissing(f"There is no store in {self._store_dir}; run `napgraph build`.")
        return opened

    def wait_loaded(self, timeout_s: float) -> bool:
        """Wait until the current generation is in memory, or is known to stay on disk."""
        self.get()
        loading = self._loading
        if loading is not None:
            loading.join(timeout_s)
        return loading is None or not loading.is_alive()

    def _look(self) -> None:
        try:
            stamp = self._stat()
            if stamp != self._stamp:
                self._reopen()
                self._stamp = stamp
            self._check_at = time.monotonic() + self._check_every_s
        except StoreError as exc:
            if self._open is None:
                raise
            log.error("still serving generation %s: %s", self._open.generation.id, exc)
            self._check_at = time.monotonic() + 10 * self._check_every_s

    def _stat(self) -> tuple[int, int] | None:
        try:
            stat = self._pointer.stat()
        except FileNotFoundError:
            return None
        return stat.st_mtime_ns, stat.st_ino

    def _reopen(self) -> None:
        generation = current(self._store_dir)
        if self._open is not None and self._open.generation.id == generation.id:
            return
        self._open = OpenGeneration(generation, generation.open())
        log.info("serving generation %s", generation.id)
        if generation.statements <= self._max_statements_in_memory:
            self._loading = threading.Thread(target=self._load, args=(generation,), daemon=True)
            self._loading.start()

    def _load(self, generation: Generation) -> None:
        try:
            store = generation.load()
        except OSError as exc:
            log.warning("generation %s stays on disk: %s", generation.id, exc)
            return
        store.index_labels()
        with self._lock:
            if self._open is not None and self._open.generation.id == generation.id:
                self._open = OpenGeneration(generation, store)
