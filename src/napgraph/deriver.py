"""Has the dumps and tables of the generation that is served made, by a process of its own.

So a server starts, and goes on answering, as if there were nothing to make.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from pathlib import Path

from napgraph.derived_folder import Derived, find_derived
from napgraph.recipe import recipe

log = logging.getLogger(__name__)


class _Task:
    """The making of one generation's files, by whichever process of whichever server."""

    def __init__(self, generation_id: str) -> None:
        self.generation_id = generation_id
        self.wanted = threading.Event()
        self.done = threading.Event()
        self.derived: Derived | None = None
        self.retry_at = 0.0


class Deriver:
    """Gives what was made from a generation, and has it made; any thread may call it.

    Args:
        store_dir: The store folder.
        delay_s: How long to wait before making what nobody has asked for yet.
        retry_after_s: How long to leave it when it went wrong.
        max_waiting: How many threads may wait at once for what is being made.
    """

    def __init__(
        self,
        store_dir: Path,
        *,
        delay_s: float = 3.0,
        retry_after_s: float = 60.0,
        max_waiting: int = 4,
    ) -> None:
        self._store_dir = store_dir
        self._delay_s = delay_s
        self._retry_after_s = retry_after_s
        self._may_wait = threading.BoundedSemaphore(max_waiting)
        self._lock = threading.Lock()
        self._task: _Task | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def notice(self, generation_id: str) -> None:
        """Take note of the generation that is served, and have its files made before long."""
        task = self._task
        if task is None or task.generation_id != generation_id:
            self._begin(generation_id)

    def get(self, generation_id: str, *, wait_s: float) -> Derived | None:
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
        return task.derived

    def close(self) -> None:
        """End the process, if one is making something."""
        with self._lock:
            self._closed = True
            if self._task is not None:
                self._task.wanted.set()
            if self._process is not None:
                self._process.kill()

    def _begin(self, generation_id: str) -> _Task:
        with self._lock:
            task = self._task
            is_new = task is None or task.generation_id != generation_id
            failed = task is not None and task.done.is_set() and task.derived is None
            if task is None or is_new or (failed and time.monotonic() >= task.retry_at):
                task = self._task = _Task(generation_id)
                threading.Thread(target=self._run, args=(task,), daemon=True).start()
            return task

    def _run(self, task: _Task) -> None:
        try:
            task.derived = self._find(task)
            if task.derived is None:
                task.wanted.wait(self._delay_s)
                self._make(task.generation_id)
                task.derived = self._find(task)
        finally:
            task.retry_at = time.monotonic() + self._retry_after_s
            task.done.set()

    def _find(self, task: _Task) -> Derived | None:
        found = find_derived(self._store_dir, task.generation_id)
        return found if found and found.recipe == recipe() else None

    def _make(self, generation_id: str) -> None:
        store_dir = str(self._store_dir.absolute())
        command = [sys.executable, "-P", "-m", "napgraph.derivation", store_dir, generation_id]
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
            log.error("no dumps and tables of generation %s: %s", generation_id, said)
