"""The crews of the newest generations, and the fork server that their workers come from."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.util import Finalize
from pathlib import Path

from napgraph.crew import Crew
from napgraph.errors import EndpointBusy
from napgraph.fork_server import ForkServer
from napgraph.store_folder import find


class Crews:
    """Gives the crew of a generation to any number of threads.

    Args:
        store_dir: The store folder with the generations.
        start: Starts the fork server.
        spare: How many idle workers a crew has ready.
        max_statements_in_memory: The largest store that workers have in memory.
    """

    def __init__(
        self,
        store_dir: Path,
        start: Callable[[], ForkServer],
        *,
        spare: int,
        max_statements_in_memory: int = 500_000,
    ) -> None:
        self._store_dir = store_dir
        self._start = start
        self._spare = spare
        self._max_statements_in_memory = max_statements_in_memory
        self._lock = threading.Lock()
        self._server: ForkServer | None = None
        self._crews: OrderedDict[str, Crew] = OrderedDict()
        self._executor = ThreadPoolExecutor(2, thread_name_prefix="crews")
        self._closed = False
        # At its exit Python waits for the executor's threads, which may wait for a process.
        self._at_exit = Finalize(None, self.close, exitpriority=10)

    def start(self, generation_id: str | None = None) -> None:
        """Get ready without waiting for it: for a generation, if it is known already."""
        self._fork_server()
        if generation_id:
            self._submit(self.of(generation_id).prepare)

    @property
    def is_started(self) -> bool:
        """Tell whether there is a fork server already."""
        return self._server is not None

    def of(self, generation_id: str) -> Crew:
        """Give the crew of a generation.

        Raises:
            EndpointBusy: The crews are closed.
            StoreMissing: There is no such generation, or no longer.
        """
        with self._lock:
            if crew := self._crews.get(generation_id):
                self._crews.move_to_end(generation_id)
                return crew
        generation = find(self._store_dir, generation_id)
        with self._lock:
            if self._closed:
                raise _closing()
            if crew := self._crews.get(generation_id):
                return crew
            crew = self._crews[generation_id] = Crew(
                generation_id, self._fork_server, self._submit, spare=self._spare
            )
            retired = [
                self._crews.pop(next(iter(self._crews)))
                for _ in range(len(self._crews) - _GENERATIONS)
            ]
        if generation.statements <= self._max_statements_in_memory:
            self._submit(crew.load)
        for old in retired:
            old.retire()
        return crew

    def close(self) -> None:
        """End the workers, whatever they do."""
        self._at_exit.cancel()
        with self._lock:
            self._closed = True
            server, self._server = self._server, None
            crews, self._crews = list(self._crews.values()), OrderedDict()
        for crew in crews:
            crew.close()
        if server:
            server.close()
        self._executor.shutdown(cancel_futures=True)

    def _fork_server(self) -> ForkServer:
        with self._lock:
            if self._closed:
                raise _closing()
            if self._server is not None and self._server.is_gone:
                self._server.close()
                self._server = None
            if self._server is None:
                self._server = self._start()
            return self._server

    def _submit(self, work: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # at the end nothing is begun
            self._executor.submit(work)


# How many generations have workers at once: the newest, and those of requests under way.
_GENERATIONS = 3


def _closing() -> EndpointBusy:
    return EndpointBusy("This cannot be answered now: the server is closing.")
