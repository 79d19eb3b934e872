"""What runs inside one query worker: it opens a generation and answers one query at a time."""

from __future__ import annotations

import math
import os
import resource
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from napgraph.errors import QueryError, QueryTooLarge, StoreError
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
    _set_soft_limit(resource.RLIMIT_CORE, 0)
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

    def open(self, generation: Generation) -> OxigraphStore:
        """Read a generation, then take away the means to read anything else."""
        in_memory = generation.statements <= self._limits.max_statements_in_memory
        store = generation.load() if in_memory else generation.open()
        self._limit_memory()
        if in_memory and not self._limits.allow_network:
            _forbid_new_files()
        self._store, self._generation_id = store, generation.id
        return store

    def answer(self, question: Question) -> bytes:
        store = self._store
        if store is None or question.generation != self._generation_id:
            self._forget()
            store = self.open(find(self._store_dir, question.generation))
        # Should the server die, nobody is left to keep the deadline.
        _set_soft_limit(resource.RLIMIT_CPU, math.ceil(_cpu_seconds() + question.timeout_s) + 2)
        return store.query(
            question.text,
            media_type=question.media_type,
            default_graphs=question.default_graphs,
            named_graphs=question.named_graphs,
            max_bytes=self._limits.max_result_bytes,
        )

    def _forget(self) -> None:
        self._store = None
        _set_soft_limit(resource.RLIMIT_AS, None)
        _set_soft_limit(resource.RLIMIT_NOFILE, None)

    def _limit_memory(self) -> None:
        try:
            pages = int(Path("/proc/self/statm").read_text().split()[0])
        except OSError:  # not Linux: without this figure a limit would be a guess
            return
        # The result is held twice more, on its way to the server.
        allowance = self._limits.memory_bytes + 2 * self._limits.max_result_bytes
        _set_soft_limit(resource.RLIMIT_AS, pages * resource.getpagesize() + allowance)


_worker: _Worker | None = None


def _set_soft_limit(kind: int, limit: int | None) -> None:
    _, hard = resource.getrlimit(kind)
    if limit is None or (hard != resource.RLIM_INFINITY and limit > hard):
        limit = hard
    resource.setrlimit(kind, (limit, hard))


def _forbid_new_files() -> None:
    """Take from this process the means to open a file or a connection, SERVICE's among them."""
    highest = max(int(path.name) for path in Path("/dev/fd").iterdir())
    while (newest := os.open(os.devnull, os.O_RDONLY)) < highest:
        pass
    os.close(newest)
    _set_soft_limit(resource.RLIMIT_NOFILE, newest)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
