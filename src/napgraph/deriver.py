"""Has what is made from the generation that is served made, by a process of its own.

So a server starts, and goes on answering, as if there were nothing to make.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from napgraph.derived_folder import Derived, find_derived
from napgraph.drawn_folder import Drawn, find_drawn
from napgraph.recipe import recipe

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Product(Generic[T]):
    """What is made from a generation.

    Attributes:
        words: What people call it.
        module: The program that makes it, of a store folder and a generation.
        find: Finds it, made as it would be now, in a store folder by the generation's id.
    """

    words: str
    module: str
    find: Callable[[Path, str], T | None]


def _find_files(store_dir: Path, generation_id: str) -> Derived | None:
    found = find_derived(store_dir, generation_id)
    return found if found and found.recipe == recipe() else None


FILES: Product[Derived] = Product("dumps and tables", "napgraph.derivation", _find_files)
DRAWINGS: Product[Drawn] = Product("drawings", "napgraph.drawing", find_drawn)


class _Task(Generic[T]):
    """The making from one generation, by whichever process of whichever server."""

    def __init__(self, generation_id: str) -> None:
        self.generation_id = generation_id
        self.wanted = threading.Event()
        self.done = threading.Event()
        self.made: T | None = None
        self.retry_at = 0.0


class Deriver(Generic[T]):
    """Gives what was made from a generation, and has it made; any thread may call it.

    Args:
        store_dir: The store folder.
        product: What is made.
        delay_s: How long to wait before making what nobody has asked for yet.
        retry_after_s: How long to leave it when it went wrong.
        max_waiting: How many threads may wait at once for what is being made.
    """

    def __init__(
        self,
        store_dir: Path,
        product: Product[T],
        *,
        delay_s: float = 3.0,
        retry_after_s: float = 60.0,
        max_waiting: int = 4,
    ) -> None:
        self._store_dir = store_dir
        self._product = product
        self._delay_s = delay_s
        self._retry_after_s = retry_after_s
        self._may_wait = threading.BoundedSemaphore(max_waiting)
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._task: _Task[T] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def notice(self, generation_id: str) -> None:
        """Take note of the generation that is served, and have its files made before long."""
        task = self._task
        if task is None or task.generation_id != generation_id:
            self._begin(generation_id)

    def get(self, generation_id: str, *, wait_s: float) -> T | None:
        """Give what was made from the generation that is served.

        Args:
            generation_id: The generation.
            wait_s: How long to wait while it is being made.

        Returns:
            None where it is not there in time.
        """
        task = self._begin(generation_id)
        task.wanted.set()
        if not task.done.is_set() and self._may_wait.acquire(blocking=False):
            try:
                task.done.wait(wait_s)
            finally:
                self._may_wait.release()
        return task.made

    def close(self) -> None:
        """End the process, if one is making something."""
        with self._lock:
            self._closed = True
            if self._task is not None:
                self._task.wanted.set()
            if self._process is not None:
                self._process.kill()

    def _begin(self, generation_id: str) -> _Task[T]:
        with self._lock:
            task = self._task
            is_new = task is None or task.generation_id != generation_id
            failed = task is not None and task.done.is_set() and task.made is None
            if task is None or is_new or (failed and time.monotonic() >= task.retry_at):
                task = self._task = _Task(generation_id)
                threading.Thread(target=self._run, args=(task,), daemon=True).start()
            return task

    def _run(self, task: _Task[T]) -> None:
        try:
            task.made = self._find(task)
            if task.made is None:
                task.wanted.wait(self._delay_s)
                with self._making:
                    # Where one publication follows another, only the last one's are made.
                    if task is self._task:
                        self._make(task.generation_id)
                task.made = self._find(task)
        finally:
            task.retry_at = time.monotonic() + self._retry_after_s
            task.done.set()

    def _find(self, task: _Task[T]) -> T | None:
        return self._product.find(self._store_dir, task.generation_id)

    def _make(self, generation_id: str) -> None:
        store_dir = str(self._store_dir.absolute())
        command = [sys.executable, "-P", "-m", self._product.module, store_dir, generation_id]
        with self._lock:
            if self._closed:
                return
            try:
                process = self._process = subprocess.Popen(  # noqa: S603 - our own program
                    command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
                )
            except OSError as exc:
                log.error("no process can make what is served beside a generation: %s", exc)
                return
        said = process.communicate()[1].decode(errors="replace").strip()
        with self._lock:
            self._process = None
        if process.returncode and not self._closed:
            log.error("no %s of generation %s: %s", self._product.words, generation_id, said)
