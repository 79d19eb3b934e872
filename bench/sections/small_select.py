"""A small SELECT: asked for the first time, asked again, and asked whether it changed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bench import wrk
from bench.asking import JSON, Client, NoAnswer
from bench.data import Data, plans
from bench.peers import Server, raw
from bench.session import ENGINES, NAPGRAPH, Session, say
from bench.tables import Table, milliseconds, number
from napgraph.namespaces import NAP

_HEAD = (
    "engine", "first time, /s", "median, ms", "99 in 100 within, ms", "one at a time: median, ms",
    "asked again, /s", "not changed (304), /s",
)  # fmt: skip


def small_select(session: Session) -> list[Table]:
    """Measure on the data we ship and, unless it must be quick, on a million statements."""
    sizes = (0,) if session.quick else (0, 1_000_000)
    return [_on(session.data(size), session) for size in sizes]


@dataclass(frozen=True, slots=True)
class _Found:
    first: wrk.Throughput
    alone: wrk.Throughput
    again: wrk.Throughput
    unchanged: wrk.Throughput | None


def _on(data: Data, session: Session) -> Table:
    asked = plans(data)
    found: dict[str, _Found] = {}
    for name in ENGINES:
        with session.start(name, data) as server:
            if server:
                say("  asking")
                found[name] = _measure(server, asked, session.seconds)
    raw_s = _raw(data, asked)
    rows = [(name, *_cells(of)) for name, of in found.items()]
    rows.append(
        (f"the engine in this process ({raw.VERSION})", "", "", "", milliseconds(raw_s), "", "")
    )
    title = f"A small SELECT over HTTP, 8 connections, {data.name}"
    return Table(title, _HEAD, rows, _notes(found, raw_s))


def _measure(server: Server, asked: Sequence[str], seconds: int) -> _Found:
    """Ask one engine in each way.

    Raises:
        NoAnswer: It does not answer rightly.
    """
    path = server.query_url.split("/", 3)[3]
    again = f"{server.query_url}?query={_encoded(asked[0], 'start')}"
    with Client(server.query_url) as client:
        answer = client.get(f"/{path}?query={_encoded(asked[0], 'start')}")
        if answer.status != 200 or answer.rows() < 1:
            raise NoAnswer(f"status {answer.status} for a small SELECT")
    # A name of the run, since a server may have been asked in a run before.
    name = f"start{time.time_ns() // 1_000_000}_"
    first = f"{server.query_url}?query={_encoded('@i@', name + '@n@')}"
    iris = [quote(iri, safe="") for iri in asked]
    headers = {"Accept": JSON}
    wrk.ask(again, seconds=1, headers=headers)
    many = wrk.ask(first, pieces=iris, seconds=seconds, headers=headers)
    first = f"{server.query_url}?query={_encoded('@i@', name + 'alone@n@')}"
    alone = wrk.ask(
        first, pieces=iris, seconds=max(2, seconds // 2), connections=1, headers=headers
    )
    unchanged = None
    if answer.etag:
        headers_304 = {**headers, "If-None-Match": answer.etag}
        unchanged = wrk.ask(again, seconds=seconds, headers=headers_304)
    return _Found(many, alone, wrk.ask(again, seconds=seconds, headers=headers), unchanged)


def _query(iri: str, name: str) -> str:
    return f"SELECT ?{name} WHERE {{ <{iri}> <{NAP.periodStart}> ?{name} }}"


def _encoded(iri: str, name: str) -> str:
    return quote(_query(iri, name), safe="@")


def _raw(data: Data, asked: Sequence[str]) -> float:
    engine = raw.in_memory(data)
    times = [engine.ask(_query(iri, f"start{n}"))[0] for n, iri in enumerate(asked)]
    return statistics.median(times)


def _cells(found: _Found) -> tuple[str, ...]:
    first = found.first
    return (
        _rate(first),
        milliseconds(first.p50_s),
        milliseconds(first.p99_s),
        milliseconds(found.alone.p50_s),
        _rate(found.again),
        _rate(found.unchanged) if found.unchanged else "no ETag",
    )


def _rate(found: wrk.Throughput) -> str:
    return f"{number(found.rate)}; {found.failures}" if found.failures else number(found.rate)


def _notes(found: dict[str, _Found], raw_s: float) -> list[str]:
    if NAPGRAPH not in found:
        return []
    ours = found[NAPGRAPH]
    notes = [_against(name, ours, found[name]) for name in found if name != NAPGRAPH]
    above = milliseconds(ours.alone.p50_s - raw_s)
    return [*notes, f"One at a time, napgraph takes {above} ms more than the engine by itself."]


def _against(name: str, ours: _Found, theirs: _Found) -> str:
    return (
        f"Asked for the first time, napgraph answers {ours.first.rate / theirs.first.rate:.2f} "
        f"times as many as {name}, and {ours.first.rate / theirs.again.rate:.2f} times as many as "
        f"{name} where that is asked the same text again, which it evaluates again but need not "
        "parse."
    )
