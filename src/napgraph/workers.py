"""Queries from outside, evaluated in processes that can be killed.

The engine cannot stop a query, and a query may use all memory. So each runs in
a worker process with a deadline and a limit on its memory; the worker that
passes one is killed, and no other query notices.

Nobody can tell from a query how long it will take. So each is tried for a
moment in the quick lane. One that is not done by then goes on in the slow
lane, at a lower priority, or begins again when there is room: light queries
never wait for heavy ones. A query known to be slow goes to the slow lane at
once, and so do those of a client that has asked nothing else lately.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import signal
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from napgraph.config import Config
from napgraph.crew import Crew
from napgraph.crews import Crews
from napgraph.errors import NapgraphError, QueryError, QueryTimeout
from napgraph.fork_server import ForkServer, Worker
from napgraph.lanes import Lane, Usage
from napgraph.wire import AnswerBody, Question, RawQuestion
from napgraph.worker import WorkerLimits, too_much_memory

log = logging.getLogger(__name__)

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer to a query, and how long it took with the time in the queue."""

    body: AnswerBody
    media_type: str
    elapsed_s: float


class QueryWorkers:
    """Processes that answer queries, for any number of threads.

    Args:
        store_dir: The store folder whose generations are asked.
        quick: How many queries may be tried at once.
        slow: How many queries that take longer may run at once.
        queue_limit: How many more may wait for each.
        queue_timeout_s: How long one may wait, in seconds.
        try_s: How long a query is tried before it counts as slow, in seconds.
        memory_bytes: What a query may use beyond what an idle worker does.
        max_result_bytes: The longest answer to give.
        max_statements_in_memory: The largest store that workers have in memory,
            which then answers several times faster than from disk.
        federation: Whether queries may name services, which are carried out by
            workers of their own that have a network.
    """

    def __init__(
        self,
        store_dir: Path,
        *,
        quick: int = 8,
        slow: int = 2,
        queue_limit: int = 128,
        queue_timeout_s: float = 20.0,
        try_s: float = 0.1,
        memory_bytes: int = 512 * MB,
        max_result_bytes: int = 64 * MB,
        max_statements_in_memory: int = 500_000,
        federation: bool = False,
    ) -> None:
        self._try_s = try_s
        self._queue_timeout_s = queue_timeout_s
        self._max_result_bytes = max_result_bytes
        self._memory_bytes = memory_bytes
        self._usage = usage = Usage()
        self.quick = Lane(quick, queue_limit=queue_limit, usage=usage)
        self.slow = Lane(slow, queue_limit=queue_limit, usage=usage)
        # Nobody waits for these: what is tried for longer than a moment leaves its place to others.
        self._longer = Lane(_LONGER * quick, queue_limit=0, usage=usage)
        self.restarts = 0
        self._known_slow = _Recent(1_000)
        limits = WorkerLimits(memory_bytes, allow_network=False)
        self._crews = Crews(
            store_dir,
            partial(ForkServer.start, store_dir, limits),
            spare=quick,
            max_statements_in_memory=max_statements_in_memory,
        )
        networked = WorkerLimits(memory_bytes, allow_network=True)
        self._federated = Crews(
            store_dir,
            partial(ForkServer.start, store_dir, networked),
            spare=0,
            max_statements_in_memory=max_statements_in_memory,
        )
        self._federation = federation

    @classmethod
    def from_config(cls, config: Config) -> QueryWorkers:
        """Give workers what the settings say."""
        return cls(
            config.store_dir,
            quick=config.query_workers,
            slow=config.query_slow_workers,
            try_s=config.query_try_s,
            queue_limit=config.query_queue,
            memory_bytes=config.query_memory_mb * MB,
            max_result_bytes=config.query_max_result_mb * MB,
            federation=bool(config.federation),
        )

    def __enter__(self) -> QueryWorkers:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def start(self, generation: str | None = None) -> None:
        """Get ready without waiting for it: for queries to a generation, if it is known already."""
        self._crews.start(generation)

    def close(self) -> None:
        """End the workers, whatever they do."""
        self._crews.close()
        self._federated.close()

    def run(
        self,
        text: str,
        *,
        media_type: str,
        timeout_s: float,
        generation: str,
        client: str = "",
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        max_rows: int | None = None,
        names_services: bool = False,
    ) -> QueryResult:
        """Answer a query, as `Store.query` does, with a deadline.

        Args:
            text: A SPARQL query that the gate has let through.
            media_type: A format that fits the query's form.
            timeout_s: How long it may be evaluated, in seconds.
            generation: The id of the generation to ask.
            client: Whose query it is: no client takes all workers.
            default_graphs: See `Store.query`.
            named_graphs: See `Store.query`.
            max_rows: How many solutions of a SELECT to give at most, in JSON.
            names_services: Whether it has SERVICE clauses, all of them allowed.

        Raises:
            QuerySyntaxError: The text is not SPARQL.
            QueryTimeout: The deadline passed.
            QueryTooLarge: It needs too much memory, or its answer is too long.
            QueryError: It cannot be answered, or not in this media type.
            EndpointBusy: Too many queries wait already, or this one did for too long.
            StoreMissing: The generation is no longer there.
        """
        if names_services and not self._federation:
            raise ValueError("there is no federation")
        run = _Run(
            question=Question(
                text=text,
                media_type=media_type,
                max_bytes=self._max_result_bytes,
                cpu_s=_processor_time(timeout_s),
                default_graphs=None if default_graphs is None else tuple(default_graphs),
                named_graphs=None if named_graphs is None else tuple(named_graphs),
                max_rows=max_rows,
            ),
            crew=(self._federated if names_services else self._crews).of(generation),
            client=client,
            timeout_s=timeout_s,
        )
        start = time.monotonic()
        answer = self._run_slowly(run) if names_services else self._run(run)
        return QueryResult(answer, media_type, time.monotonic() - start)

    def run_raw(
        self,
        query_string: str,
        accept: str | None,
        *,
        timeout_s: float,
        generation: str,
        client: str = "",
    ) -> AnswerBody | None:
        """Answer a GET of the endpoint, as `run` does a query; a worker reads it, too.

        Reading takes longer than evaluating a small query, and a server's
        threads do one thing at a time, its workers as many as there are processors.

        Args:
            query_string: That of the address.
            accept: The header.
            timeout_s: See `run`.
            generation: See `run`.
            client: See `run`.

        Returns:
            The answer, which has a heading; None where it is none that workers give:
            a page, a mistake, or what takes settings of the server.

        Raises:
            QueryError: See `run`, but for what is a mistake in the request.
        """
        question = RawQuestion(
            query_string, accept, self._max_result_bytes, _processor_time(timeout_s)
        )
        crew = self._crews.of(generation)
        answer = self._run(_Run(question, crew, client, timeout_s))
        return answer if answer.heading else None

    # -- the two lanes -----------------------------------------------------------------------

    def _run(self, run: _Run) -> AnswerBody:
        """Answer a query in the lane where it belongs."""
        is_slow = run.key in self._known_slow or self._usage.is_heavy(run.client)
        answer = None if is_slow else self._try(run)
        return answer or self._run_slowly(run)

    def _try(self, run: _Run) -> AnswerBody | None:
        """Answer a query in the quick lane, or in the slow one where it can go on; else not."""
        answer = AnswerBody()
        with self._place(self.quick, run.client) as place:
            worker, until = self._ask(run)
            start = time.monotonic()
            if self._receive(worker, answer, run, min(until, start + _MOMENT_S)):
                run.crew.give_back(worker)
                return answer
            _set_priority(worker, _LOW_PRIORITY)
            place.move(self._longer)
            if self._receive(worker, answer, run, min(until, start + self._try_s)):
                self._release(worker, run)
                return answer
            if time.monotonic() >= until:
                raise self._stop(worker, answer, run)
            self._known_slow.add(run.key)
            if not self.slow.try_enter(run.client):
                self._give_up(worker, answer, run)
                return None
            place.leave()
        slow_place = _Place(self.slow, run.client)
        try:
            return self._finish(worker, answer, run, until)
        finally:
            slow_place.leave()

    def _run_slowly(self, run: _Run) -> AnswerBody:
        """Answer a query in the slow lane, from its beginning."""
        with self._place(self.slow, run.client):
            start = time.monotonic()
            worker, until = self._ask(run)
            answer = self._finish(worker, AnswerBody(), run, until)
            if time.monotonic() - start < self._try_s:
                self._known_slow.discard(run.key)
            return answer

    def _finish(self, worker: Worker, answer: AnswerBody, run: _Run, until: float) -> AnswerBody:
        """Let a worker go on at a lower priority until the deadline."""
        _set_priority(worker, _LOW_PRIORITY)
        if not self._receive(worker, answer, run, until):
            raise self._stop(worker, answer, run)
        self._release(worker, run)
        return answer

    def _release(self, worker: Worker, run: _Run) -> None:
        """Use a worker again if its priority can be raised, which takes a right."""
        if _set_priority(worker, 0):
            run.crew.give_back(worker)
        else:
            run.crew.replace(worker)

    @contextmanager
    def _place(self, lane: Lane, client: str) -> Iterator[_Place]:
        lane.enter(client, timeout_s=self._queue_timeout_s)
        place = _Place(lane, client)
        try:
            yield place
        finally:
            place.leave()

    # -- one worker --------------------------------------------------------------------------

    def _ask(self, run: _Run) -> tuple[Worker, float]:
        """Give a worker a query, and say when it must be done."""
        worker = run.crew.ask(run.question, note_death=self._note_death)
        return worker, time.monotonic() + run.timeout_s

    def _receive(self, worker: Worker, answer: AnswerBody, run: _Run, until: float) -> bool:
        """Take parts of an answer until the last one, or until a time; tell which it was.

        Raises:
            QueryError: The worker says so, or it died.
        """
        try:
            while not answer.add(*worker.channel.receive(until)):
                pass
        except TimeoutError:
            return False
        except EOFError as exc:
            answer.close()
            self._note_death()
            raise _death(run, run.crew.replace(worker), self._memory_bytes) from exc
        except NapgraphError:
            run.crew.replace(worker) if answer.worker_is_done else run.crew.give_back(worker)
            raise
        return True

    def _give_up(self, worker: Worker, answer: AnswerBody, run: _Run) -> None:
        answer.close()
        self._note_death()
        run.crew.replace(worker)

    def _stop(self, worker: Worker, answer: AnswerBody, run: _Run) -> QueryTimeout:
        self._give_up(worker, answer, run)
        return _timeout(run)

    def _note_death(self) -> None:
        self.restarts += 1


# How many queries may be tried for longer than a moment, for each that is tried for one.
_LONGER = 4
# As nice(1) counts; what is done within a moment has 0.
_LOW_PRIORITY = 10
_MOMENT_S = 0.01


@dataclass(frozen=True, slots=True)
class _Run:
    """A query on its way."""

    question: Question | RawQuestion
    crew: Crew
    client: str
    timeout_s: float

    @property
    def key(self) -> bytes:
        """Tell queries apart, in few bytes."""
        asked = self.question
        if isinstance(asked, Question):
            said = f"{asked.text}\0{asked.default_graphs}{asked.named_graphs}"
        else:
            said = asked.query_string
        return hashlib.blake2b(said.encode(), digest_size=16).digest()


class _Place:
    """A place in a lane that is given back once."""

    def __init__(self, lane: Lane, client: str) -> None:
        self._lane: Lane | None = lane
        self._client = client
        self._since = time.monotonic()

    def move(self, lane: Lane) -> None:
        """Take a place in another lane instead, if one is free there."""
        if lane.try_enter(self._client):
            self.leave()
            self._lane, self._since = lane, time.monotonic()

    def leave(self) -> None:
        """Give the place back, if that has not been done."""
        lane, self._lane = self._lane, None
        if lane is not None:
            lane.leave(self._client, used_s=time.monotonic() - self._since)


class _Recent:
    """The newest of some keys, so many of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._keys: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, key: bytes) -> bool:
        return key in self._keys

    def add(self, key: bytes) -> None:
        """Keep a key, and forget the oldest if there are too many."""
        with self._lock:
            self._keys[key] = None
            self._keys.move_to_end(key)
            if len(self._keys) > self._limit:
                self._keys.popitem(last=False)

    def discard(self, key: bytes) -> None:
        """Forget a key."""
        with self._lock:
            self._keys.pop(key, None)


def _set_priority(worker: Worker, priority: int) -> bool:
    """Set how soon a worker's turn on a processor comes; tell whether that was allowed."""
    try:
        os.setpriority(os.PRIO_PROCESS, worker.pid, priority)
    except OSError:
        return False
    return True


def _processor_time(timeout_s: float) -> int:
    """Say when the system ends a worker: should the server die, nobody keeps the deadline."""
    return math.ceil(timeout_s) + 2


def _timeout(run: _Run) -> QueryTimeout:
    return QueryTimeout(
        f"The query was stopped after {run.timeout_s:g} seconds; ask for less at once.",
        limit=run.timeout_s,
        unit="seconds",
    )


def _death(run: _Run, code: int, memory_bytes: int) -> QueryError:
    if code == -signal.SIGXCPU:
        return _timeout(run)
    # Rust aborts where memory cannot be had; the system kills where all memory is used up.
    if code in (-signal.SIGABRT, -signal.SIGKILL):
        return too_much_memory(memory_bytes)
    log.error("a query worker died with code %d: %.500r", code, run.question)
    return QueryError("The query cannot be answered: the process that evaluated it died.")
