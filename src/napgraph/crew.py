"""The workers of one generation of the store: some idle, others made as they are needed."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from collections.abc import Callable

from napgraph.errors import EndpointBusy, StoreError
from napgraph.fork_server import ForkServer, Worker
from napgraph.wire import Work

log = logging.getLogger(__name__)


class Crew:
    """Workers that ask one generation.

    At first they read the store from disk, at once; when a fork server has it
    in memory, the workers are those that it forks.

    Args:
        generation_id: The generation.
        disk: Gives the fork server whose workers read from disk; a new one, where
            the one before is gone.
        submit: Has another thread do what nobody needs to wait for.
        spare: How many idle workers to have ready.
    """

    def __init__(
        self,
        generation_id: str,
        disk: Callable[[], ForkServer],
        submit: Callable[[Callable[[], None]], None],
        *,
        spare: int,
    ) -> None:
        self.generation_id = generation_id
        self._disk = disk
        self._submit = submit
        self._spare = spare
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._home: dict[Worker, ForkServer] = {}
        self._loaded: ForkServer | None = None
        self._retired = False

    def load(self) -> None:
        """Have the generation loaded into memory, and workers forked from there."""
        try:
            loaded = self._disk().fork_loaded(self.generation_id)
        except (StoreError, OSError) as exc:
            if not self._retired:
                log.warning("generation %s is read from disk on: %s", self.generation_id, exc)
            return
        with self._lock:
            unwanted = self._retired or self._loaded is not None
            if not unwanted:
                from_disk, self._idle = self._idle, []
                self._loaded = loaded
        if unwanted:
            loaded.close()
            return
        self.prepare()
        for worker in from_disk:
            self.discard(worker)

    def prepare(self) -> None:
        """Make idle workers, as many as are to be ready."""
        with contextlib.suppress(EndpointBusy):
            while not self._retired and len(self._idle) < self._spare:
                self.give_back(self._fork())

    def take(self) -> Worker:
        """Give an idle worker, or make one.

        Raises:
            EndpointBusy: None can be made.
        """
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._fork()

    def ask(self, work: Work, *, note_death: Callable[[], None]) -> Worker:
        """Have a worker do something, and give that worker.

        Args:
            work: What it is to do.
            note_death: Called for each idle worker that is found dead.

        Raises:
            EndpointBusy: No worker starts.
        """
        for _ in range(_TRIES):
            worker = self.take()
            try:
                worker.channel.ask(work)
            except OSError:
                # An idle worker that has died is not the fault of who asks.
                note_death()
                self.replace(worker)
                continue
            return worker
        raise EndpointBusy("This cannot be answered now: workers do not start.")

    def give_back(self, worker: Worker) -> None:
        """Take back a worker that is idle again."""
        with self._lock:
            home = self._home[worker]
            wanted = len(self._idle) < self._spare and self._loaded in (None, home)
            if wanted and not self._retired:
                self._idle.append(worker)
                return
        self.discard(worker)

    def discard(self, worker: Worker) -> int:
        """End a worker, and give the code that it had ended with, if it had."""
        worker.kill()
        with self._lock:
            home = self._home.pop(worker)
            unused = self._loaded if self._retired and not self._home else None
        try:
            return home.reap(worker)
        except OSError:
            return -signal.SIGKILL  # its fork server was killed, and it with that
        finally:
            if unused:
                unused.close()

    def replace(self, worker: Worker) -> int:
        """End a worker as `discard` does, and have another made ready."""
        code = self.discard(worker)
        self._submit(self.prepare)
        return code

    def retire(self) -> None:
        """End the idle workers now, and those that are busy when they are given back."""
        with self._lock:
            self._retired = True
            idle, self._idle = self._idle, []
            unused = self._loaded if not self._home else None
        for worker in idle:
            self.discard(worker)
        if unused:
            unused.close()

    def close(self) -> None:
        """End all workers, whatever they do."""
        with self._lock:
            self._retired = True
            self._idle = []
            workers, loaded = list(self._home), self._loaded
        for worker in workers:
            worker.kill()
        if loaded:
            loaded.close()

    def _fork(self) -> Worker:
        with self._lock:
            loaded = self._loaded
            gone = loaded if loaded and loaded.is_gone else None
            if gone:
                self._loaded = loaded = None
        if gone:
            gone.close()
            self._submit(self.load)
        for _ in range(3):
            home = loaded or self._disk()
            loaded = None
            try:
                worker = home.fork_worker(self.generation_id)
            except OSError as exc:
                if not self._retired:
                    log.warning("a fork server is replaced: %s", exc)
                continue
            with self._lock:
                self._home[worker] = home
            return worker
        raise EndpointBusy("This cannot be answered now: no worker can be started.")


# How many idle workers may be found dead before one gives up.
_TRIES = 8
