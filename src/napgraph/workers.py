"""Queries from outside, evaluated in processes that can be killed.

The engine cannot stop a query, and a query may use all memory. So each runs in
a worker process with a deadline and a limit on its memory; the worker that
passes one is killed and replaced, and no other query notices.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from napgraph import worker
from napgraph.errors import EndpointBusy, QueryError, QueryTimeout, QueryTooLarge
from napgraph.worker import Limits, Question

log = logging.getLogger(__name__)

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer to a query, and how long it took with the time in the queue."""

    body: bytes
    media_type: str
    elapsed_s: float


class QueryWorkers:
    """A pool of processes that answer queries, for any number of threads.

    Args:
        store_dir: The store folder whose generations are asked.
        workers: How many queries run at once.
        queue_limit: How many more may wait.
        queue_timeout_s: How long one may wait, in seconds.
        memory_bytes: What a query may use beyond what an idle worker does.
        max_result_bytes: The longest answer to give.
        max_statements_in_memory: The largest store that each worker loads into
            memory, which then answers several times faster than from disk.
        allow_network: Leave workers able to open connections, for a gate that
            lets SERVICE through to endpoints it knows.
    """

    def __init__(
        self,
        store_dir: Path,
        *,
        workers: int = 2,
        queue_limit: int = 16,
        queue_timeout_s: float = 10.0,
        memory_bytes: int = 512 * MB,
        max_result_bytes: int = 64 * MB,
        max_statements_in_memory: int = 500_000,
        allow_network: bool = False,
    ) -> None:
        self._workers = workers
        self._queue_timeout_s = queue_timeout_s
        self._initargs = (
            store_dir.absolute(),
            Limits(memory_bytes, max_result_bytes, max_statements_in_memory, allow_network),
        )
        self._places = threading.BoundedSemaphore(workers + queue_limit)
        self._turns = threading.BoundedSemaphore(workers)
        self._lock = threading.Lock()
        self._pool = self._new_pool()
        self._closed = False
        # At its exit Python waits for all children before anything else would end these.
        self._at_exit = Finalize(None, self.close, exitpriority=10)

    def __enter__(self) -> QueryWorkers:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the workers without waiting for them; else the first query does."""
        threading.Thread(target=self._pool.schedule, args=(worker.be_ready,), daemon=True).start()

    def close(self) -> None:
        """End the workers, whatever they do."""
        self._at_exit.cancel()
        self._closed = True
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def run(
        self,
        text: str,
        *,
        media_type: str,
        timeout_s: float,
        generation: str,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> QueryResult:
        """Answer a query, as `Store.query` does, with a deadline.

        Args:
            text: A SPARQL query that the gate has let through.
            media_type: A format that fits the query's form.
            timeout_s: How long it may be evaluated, in seconds.
            generation: The id of the generation to ask.
            default_graphs: See `Store.query`.
            named_graphs: See `Store.query`.

        Raises:
            QuerySyntaxError: The text is not SPARQL.
            QueryTimeout: The deadline passed.
            QueryTooLarge: It needs too much memory, or its answer is too long.
            QueryError: It cannot be answered, or not in this media type.
            EndpointBusy: Too many queries wait already, or this one did for too long.
            StoreMissing: The generation is no longer there.
        """
        start = time.monotonic()
        question = Question(text, media_type, generation, default_graphs, named_graphs, timeout_s)
        if not self._places.acquire(blocking=False):
            raise EndpointBusy("Too many queries are waiting; try again in a moment.")
        try:
            body = self._wait_and_ask(question)
        finally:
            self._places.release()
        return QueryResult(body, media_type, time.monotonic() - start)

    def _wait_and_ask(self, question: Question) -> bytes:
        if not self._turns.acquire(timeout=self._queue_timeout_s):
            raise EndpointBusy("The query waited too long for its turn; try again in a moment.")
        try:
            return self._ask_twice(question)
        finally:
            self._turns.release()

    def _ask_twice(self, question: Question) -> bytes:
        """Ask again where the pool broke, which is not the query's fault."""
        try:
            return self._ask(question)
        except BrokenProcessPool:
            log.warning("the query workers are replaced, all of them")
        try:
            return self._ask(question)
        except BrokenProcessPool as exc:
            raise QueryError("The query cannot be answered: its workers do not start.") from exc

    def _ask(self, question: Question) -> bytes:
        pool = self._pool
        try:
            future = pool.schedule(worker.answer, args=(question,), timeout=question.timeout_s)
        except RuntimeError as exc:
            self._replace(pool)
            raise BrokenProcessPool("the pool of workers is not running") from exc
        try:
            return future.result(question.timeout_s + _PATIENCE_S)
        except TimeoutError as exc:
            if not future.done():
                self._replace(pool)
            raise _timeout(question) from exc
        except ProcessExpired as exc:
            raise _death(question, exc.exitcode) from exc
        except BrokenProcessPool:
            self._replace(pool)
            raise

    def _new_pool(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["napgraph.worker"])
        return ProcessPool(
            max_workers=self._workers,
            initializer=worker.initialize,
            initargs=self._initargs,
            context=context,
        )

    def _replace(self, pool: ProcessPool) -> None:
        """Start anew: Pebble gives a whole pool up when an idle worker dies."""
        with self._lock:
            if self._pool is not pool or self._closed:
                return
            self._pool = self._new_pool()
        pool.stop()  # type: ignore[no-untyped-call]
        threading.Thread(target=pool.join, daemon=True).start()


# How much longer than the deadline a pool may take to say so before it counts as stuck.
_PATIENCE_S = 10.0


def _timeout(question: Question) -> QueryTimeout:
    return QueryTimeout(
        f"The query was stopped after {question.timeout_s:g} seconds; ask for less at once."
    )


def _death(question: Question, code: int) -> QueryError:
    if code == -signal.SIGXCPU:
        return _timeout(question)
    # Rust aborts where memory cannot be had; the system kills where all memory is used up.
    if code in (-signal.SIGABRT, -signal.SIGKILL):
        return QueryTooLarge("The query needs more memory than it may use; ask for less at once.")
    log.error("a query worker died with code %d: %.500r", code, question.text)
    return QueryError("The query cannot be answered: the process that evaluated it died.")
