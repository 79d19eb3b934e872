"""A result of a million rows: memory of the server's processes, and time to the first byte."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bench.asking import Answer, Client, NoAnswer
from bench.peers import Server
from bench.peers.napgraph import build, serve
from bench.processes import Memory, MemorySampler, memory_of, wait_until_idle
from bench.session import NAPGRAPH, RDFLIB, RDFLIB_OXIGRAPH, VIRTUOSO, Session, say
from bench.tables import Table, megabytes, number

ROWS = 1_000_000
_QUERY = f"SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {ROWS}"
# The defaults stop an answer of this size, which is what they are for.
_SETTINGS = {"NAPGRAPH_QUERY_MAX_RESULT_MB": "2000", "NAPGRAPH_QUERY_TIMEOUT": "300"}
_HEAD = (
    "engine", "answer", "first byte, s", "whole, s", "web process: idle", "largest", "above idle",
    "all processes: idle", "largest", "10 s later",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    answer: Answer
    idle: Memory
    peak: Memory
    later: Memory


def million_rows(session: Session) -> list[Table]:
    """Ask for a million rows of a generated graph, in JSON."""
    data = session.data(ROWS)
    rows = []
    if NAPGRAPH in session.engines:
        with session.folder() as store:
            say("building")
            build(data.folder, store)
            with serve(store, settings=_SETTINGS) as server:
                wait_until_idle(server.pid)
                rows.append(_row(NAPGRAPH, server))
    # The others take minutes to load a million statements and to write as many rows.
    for name in () if session.quick else (VIRTUOSO, RDFLIB, RDFLIB_OXIGRAPH):
        with session.start(name, data) as other:
            if other:
                rows.append(_row(name, other))
    notes = [
        f"The query: `{_QUERY}`. The web process is the one that holds the listening socket; the "
        "evaluation of a query is in another one, where there are several. napgraph ran with "
        + " and ".join(f"`{name}={value}`" for name, value in _SETTINGS.items())
        + "."
    ]
    return [Table(f"A result of {ROWS:,} rows in JSON, {data.name}", _HEAD, rows, notes)]


def _row(name: str, server: Server) -> list[str]:
    say("  asking")
    try:
        found = _measure(server)
    except NoAnswer as exc:
        return [name, str(exc), *[""] * (len(_HEAD) - 2)]
    answer, idle, peak = found.answer, found.idle, found.peak
    return [
        name,
        megabytes(answer.size),
        number(answer.first_byte_s),
        number(answer.total_s),
        megabytes(idle.web),
        megabytes(peak.web),
        megabytes(peak.web - idle.web),
        megabytes(idle.total),
        megabytes(peak.total),
        megabytes(found.later.total),
    ]


def _measure(server: Server) -> _Found:
    with Client(server.query_url, timeout_s=300) as client:
        client.ask("SELECT ?s { ?s ?p ?o } LIMIT 10")
        idle = memory_of(server.pid, server.port)
        with MemorySampler(server.pid, server.port) as sampler:
            answer = client.ask(_QUERY, keep=False)
        time.sleep(10)
        return _Found(answer, idle, sampler.peak, memory_of(server.pid, server.port))
