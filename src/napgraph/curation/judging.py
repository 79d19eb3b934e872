"""Proposed graphs judged together with what is published, in processes that can be killed.

What comes from outside is parsed and judged in a worker with limits, as queries
are: one that passes a limit is killed, and nobody else notices. Nothing is
changed by it.
"""

from __future__ import annotations

import logging
import math
import signal
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from functools import partial

from napgraph.config import Config
from napgraph.crew import Crew
from napgraph.crews import Crews
from napgraph.curation.cases import (
    Case,
    CaseLimits,
    Given,
    Judged,
    Place,
    failed,
    too_much_memory,
)
from napgraph.errors import DataError, DataTimeout, DataTooLarge, NapgraphError
from napgraph.fork_server import ForkServer, Worker
from napgraph.lanes import Lane
from napgraph.store_folder import current
from napgraph.wire import AnswerBody
from napgraph.worker import WorkerLimits

__all__ = ["Given", "Judged", "Judges", "Place"]

log = logging.getLogger(__name__)

MB = 1_000_000
_MODULE = "napgraph.curation.judge_worker"


class Judges:
    """Judges what comes from outside; any thread may ask.

    Args:
        config: Where the published graph is, and what judging may use.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._memory_bytes = config.judge_memory_mb * MB
        self._limits = CaseLimits(
            statements=config.judge_statements,
            results=_MOST_RESULTS,
            cpu_s=math.ceil(config.judge_timeout_s) + 2,
        )
        self.lane = Lane(
            config.judge_workers,
            queue_limit=config.judge_queue,
            what=("request to judge", "requests to judge"),
        )
        settings = {
            "store_dir": str(config.store_dir.absolute()),
            "limits": asdict(WorkerLimits(self._memory_bytes)),
            "ontology_dir": str(config.ontology_dir.absolute()),
            "shapes_dir": str(config.shapes_dir.absolute()),
        }
        self._crews = Crews(
            config.store_dir,
            partial(ForkServer.start_module, _MODULE, settings),
            spare=config.judge_workers,
        )
        self.deaths = 0

    def start(self) -> None:
        """Get ready without waiting for it; else the first judgement waits a second.

        Raises:
            StoreError: There is no published graph, or it cannot be read.
        """
        self._crews.start(current(self._config.store_dir).id)

    @property
    def is_started(self) -> bool:
        """Tell whether somebody has asked, or is expected to."""
        return self._crews.is_started

    def close(self) -> None:
        """End the workers, whatever they do."""
        self._crews.close()

    def judge(
        self, given: Sequence[Given], *, removed: Collection[str] = (), client: str = ""
    ) -> Judged:
        """Judge the published graph with some graphs put in their places.

        A graph without a name that says of itself which it is (`graph:MLI a prov:Entity`),
        or that is named in TriG, is the next state of that one. Any other content is an
        addition: each of its things goes to the graph that has it, or has its country; of
        a property with one value it gives the new value. A fact sheet is put in as
        `napgraph import facts` does it.

        Args:
            given: The graphs.
            removed: The names of graphs that go.
            client: Whose it is: no client takes all places.

        Raises:
            UnsupportedBody: A format is none that we take.
            DataSyntaxError: One is not in its format, with line and column.
            DataError: One asks for what is not done here, or cannot be placed.
            DataTooLarge: They pass a limit of size, number, nesting or memory.
            DataTimeout: They pass the limit of time.
            EndpointBusy: Too many are waiting already.
            StoreError: There is no published graph, or it cannot be read.
        """
        self._require_small(given)
        case = Case(tuple(given), self._limits, tuple(removed))
        generation = current(self._config.store_dir).id
        started = time.monotonic()
        self.lane.enter(client, timeout_s=_PATIENCE_S)
        entered = time.monotonic()
        try:
            answer = self._ask(case, self._crews.of(generation))
        finally:
            self.lane.leave(client, used_s=time.monotonic() - entered)
        log.info("judged %d graphs in %.0f ms", len(given), 1e3 * (time.monotonic() - started))
        return replace(Judged.from_bytes(answer.read()), generation=generation)

    def _require_small(self, given: Sequence[Given]) -> None:
        limit = self._config.judge_mb * MB
        if sum(len(one.content) for one in given) > limit:
            raise DataTooLarge(
                f"The data are longer than {limit:,} bytes; send fewer graphs at once.",
                limit=limit,
                unit="bytes",
            )

    def _ask(self, case: Case, crew: Crew) -> AnswerBody:
        worker = crew.ask(case, note_death=self._note_death)
        answer = AnswerBody()
        ended = partial(crew.replace, worker)
        try:
            self._receive(worker, answer)
        except TimeoutError as exc:
            answer.close()
            ended()
            raise self._timeout() from exc
        except EOFError as exc:
            answer.close()
            self._note_death()
            raise self._death(ended()) from exc
        except NapgraphError as exc:
            ended()
            if cause := getattr(exc, "cause", ""):
                log.error("judging failed: %s", cause)
            raise
        ended()
        return answer

    def _receive(self, worker: Worker, answer: AnswerBody) -> None:
        until = time.monotonic() + self._config.judge_timeout_s
        while not answer.add(*worker.channel.receive(until)):
            pass

    def _note_death(self) -> None:
        self.deaths += 1

    def _timeout(self) -> DataTimeout:
        seconds = self._config.judge_timeout_s
        return DataTimeout(
            f"Judging was stopped after {seconds:g} seconds; send fewer graphs at once.",
            limit=seconds,
            unit="seconds",
        )

    def _death(self, code: int) -> DataError:
        if code == -signal.SIGXCPU:
            return self._timeout()
        # Rust aborts where memory cannot be had; the system kills where all memory is used up.
        if code in (-signal.SIGABRT, -signal.SIGKILL):
            return too_much_memory(self._memory_bytes)
        return failed(f"the process ended with code {code}")


# How long one may wait for a place, in seconds.
_PATIENCE_S = 20.0
# More results nobody reads; how many there are more is said.
_MOST_RESULTS = 1_000
