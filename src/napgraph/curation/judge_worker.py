"""What runs inside one worker that judges: a case, and then no more.

Each case has a worker of its own, so that nothing of one person's data is left
for the next; forked from a process that has rules and graphs in memory, it costs
milliseconds.
"""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from napgraph.config import Config
from napgraph.curation.cases import Case, CaseLimits, Given, failed, too_much_memory
from napgraph.curation.judgement import Knowledge, judge
from napgraph.curation.placing import Published
from napgraph.errors import DataError, DataTooLarge, NapgraphError
from napgraph.fork_server import be_fork_server
from napgraph.oxigraph import OxigraphStore
from napgraph.store_folder import find
from napgraph.turtle import graph_of, to_turtle
from napgraph.wire import AnswerWriter, Channel, send_error
from napgraph.worker import WorkerLimits, limit_time, open_confined

# The longest judgement: every graph of a case, and its results.
_MAX_BYTES = 256_000_000


@dataclass(frozen=True, slots=True)
class Judging:
    """A workshop whose workers judge."""

    store_dir: Path
    limits: WorkerLimits
    known: Knowledge

    def load(self, generation_id: str) -> Published:
        """Read the graphs of a generation into memory, and judge once to be in practice."""
        published = self._published(find(self.store_dir, generation_id).load())
        # Reads what it is made of, so that no worker has to.
        _ = published.names, published.countries
        practise(published, self.known)
        return published

    def work(self, channel: Channel, generation_id: str, loaded: Published | None) -> None:
        """Judge one case."""
        published = open_confined(
            channel,
            lambda: loaded or self._published(find(self.store_dir, generation_id).open()),
            self.limits,
            in_memory=loaded is not None,
        )
        if published is not None:
            with suppress(EOFError):
                _judge_next(channel, published, self.known, self.limits.memory_bytes)

    def _published(self, store: OxigraphStore) -> Published:
        return Published(store, self.known.reserved)


def practise(published: Published, known: Knowledge) -> None:
    """Judge a little in each format, so that all that the first time takes longer is done.

    Workers cannot open files any more, neither modules nor schemas.
    """
    limits, today = CaseLimits(statements=100_000, results=1, cpu_s=60), datetime.now(UTC).date()
    name = next((name for name in _EXAMPLES if published.read(name)), _EXAMPLES[0])
    content = to_turtle(graph_of(published.read(name))).encode()
    given = [Given(name, content), *(Given(None, text, kind) for text, kind in _LITTLE)]
    for one in given:
        with suppress(DataError):
            judge(Case([one], limits), published, known, today=today).to_bytes()


_EXAMPLES = ("MLI", "KEN", "countries")
_LITTLE = (
    (b"{}", "application/json"),
    (b'{"resolutions": 1}', "application/json"),
    (b'{"@id": "urn:a", "urn:b": 1}', "application/ld+json"),
    (b"<a/>", "application/rdf+xml"),
    (b"<<<urn:a> <urn:b> <urn:c>>> <urn:d> 1 .", "text/turtle"),
)


def _judge_next(
    channel: Channel, published: Published, known: Knowledge, memory_bytes: int
) -> None:
    _, data = channel.receive()
    try:
        case = Case.from_bytes(data)
        limit_time(case.limits.cpu_s)
        # What one case makes is given back as a whole, with its process.
        gc.disable()
        judged = judge(case, published, known, today=datetime.now(UTC).date())
        writer = AnswerWriter(channel, _MAX_BYTES)
        writer.write(judged.to_bytes())
        writer.finish()
        return
    except NapgraphError as exc:
        error: NapgraphError = exc
    except MemoryError:
        error = too_much_memory(memory_bytes)
    except RecursionError:
        error = DataTooLarge("The data lead from one blank node to the next too often.")
    except BaseException:
        # A panic in the parser is none of Python's exceptions.
        error = failed(traceback.format_exc(limit=-8))
    send_error(channel, error, last=True)


def main() -> None:
    """Be a fork server whose workers judge."""
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    be_fork_server(_workshop)


def _workshop(settings: Mapping[str, Any]) -> Judging:
    config = Config(
        ontology_dir=Path(settings["ontology_dir"]), shapes_dir=Path(settings["shapes_dir"])
    )
    return Judging(
        Path(settings["store_dir"]), WorkerLimits(**settings["limits"]), Knowledge.read(config)
    )


if __name__ == "__main__":
    main()
