"""What runs inside one query worker: it opens a generation and answers one query at a time."""

from __future__ import annotations

import math
import os
import resource
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from napgraph.errors import QueryError, QueryTooLarge, StoreError
from napgraph.isolation import forbid_new_files, leave_network, limit_memory, set_soft_limit
from napgraph.oxigraph import OxigraphStore
from napgraph.store_folder import Generation, current, find


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use; see `QueryWorkers`."""

    memory_bytes: int
    max_result_bytes: int
    max_statements_in_memory: int
    allow_network: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A query and what it is to be asked of; see `QueryWorkers.run`."""

    text: str
    media_type: str
    generation: str
    default_graphs: Sequence[str] | None
    named_graphs: Sequence[str] | None
    timeout_s: float


def initialize(store_dir: Path, limits: Limits) -> None:
    """Make this process a worker, with the current generation open if there is one."""
    global _worker  # a pool's tasks find their worker nowhere else
    # Python would handle the signal after the query; the system's own way is at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    set_soft_limit(resource.RLIMIT_CORE, 0)
    # The engine prints a page of addresses when it runs out of memory.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    _worker = _Worker(store_dir, limits)
    # A pool whose workers cannot start is given up; the next question opens, or says why not.
    with suppress(StoreError, OSError):
        _worker.open(current(store_dir))


def be_ready() -> None:
    """Do nothing, in a worker that is ready."""


def answer(question: Question) -> bytes:
    """Answer a query in this worker."""
    if _worker is None:
        raise RuntimeError("this process is not a worker")
    try:
        return _worker.answer(question)
    except MemoryError as exc:
        raise QueryTooLarge(
            "The query needs more memory than it may use; ask for less at once."
        ) from exc
    except Exception:
        raise
    except BaseException as exc:
        # A panic in the engine is none of Python's exceptions, and no other process knows it.
        raise QueryError("The query cannot be answered: the engine failed.") from exc


class _Worker:
    def __init__(self, store_dir: Path, limits: Limits) -> None:
        self._store_dir = store_dir
        self._limits = limits
        self._generation_id = ""
        self._store: OxigraphStore | None = None
        self._has_network = limits.allow_network or not leave_network()

    def open(self, generation: Generation) -> OxigraphStore:
        """Read a generation, from memory where it is small enough.

        A worker that has left the network answers from disk until the store is
        loaded. One that could not leave it loads first, and then takes away its
        own means to open a connection.
        """
        small = generation.statements <= self._limits.max_statements_in_memory
        self._generation_id = generation.id
        if not small or not self._has_network:
            self._store = generation.open()
            self._limit_memory(_LOADING_BYTES if small else 0)
        if small and not self._has_network:
            threading.Thread(target=self._load, args=(generation,), daemon=True).start()
        elif small:
            self._load(generation)
        if self._store is None:
            raise StoreError(f"Generation {generation.id} cannot be loaded.")
        return self._store

    def _load(self, generation: Generation) -> None:
        store = generation.load()
        if self._generation_id != generation.id:
            return
        self._store = store
        set_soft_limit(resource.RLIMIT_AS, None)
        self._limit_memory()
        if not self._limits.allow_network:
            forbid_new_files()

    def answer(self, question: Question) -> bytes:
        store = self._store
        if store is None or question.generation != self._generation_id:
            self._forget()
            store = self.open(find(self._store_dir, question.generation))
        # Should the server die, nobody is left to keep the deadline.
        set_soft_limit(resource.RLIMIT_CPU, math.ceil(_cpu_seconds() + question.timeout_s) + 2)
        return store.query(
            question.text,
            media_type=question.media_type,
            default_graphs=question.default_graphs,
            named_graphs=question.named_graphs,
            max_bytes=self._limits.max_result_bytes,
        )

    def _forget(self) -> None:
        self._store, self._generation_id = None, ""
        set_soft_limit(resource.RLIMIT_AS, None)
        set_soft_limit(resource.RLIMIT_NOFILE, None)

    def _limit_memory(self, extra_bytes: int = 0) -> None:
        # The result is held twice more, on its way to the server.
        allowance = self._limits.memory_bytes + 2 * self._limits.max_result_bytes
        limit_memory(allowance + extra_bytes)


_worker: _Worker | None = None

# Address space that loading may take while a query runs: 500,000 statements and a thread's own.
_LOADING_BYTES = 1_000_000_000


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
