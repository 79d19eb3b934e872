"""From fifty thousand to ten million statements: loading, memory, one thing, an aggregate."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.asking import Client, NoAnswer
from bench.data import Data, plans
from bench.peers import Server
from bench.peers.napgraph import Built, build, serve
from bench.picture import Line, Panel, draw
from bench.processes import memory_of, wait_until_idle
from bench.session import NAPGRAPH, VIRTUOSO, Session, say
from bench.tables import Table, megabytes, milliseconds, number
from napgraph.namespaces import NAP

SIZES = (50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000)
QUICK_SIZES = (50_000, 200_000)
_POINT = "SELECT ?p ?o WHERE {{ <{iri}> ?p ?o }} # {n}"
_AGGREGATE = (
    f"SELECT ?pillar (COUNT(?objective) AS ?n) WHERE {{ ?objective a <{NAP.Objective}> "
    f"OPTIONAL {{ ?objective <{NAP.pillar}> ?pillar }} }} GROUP BY ?pillar # {{n}}"
)
_HEAD = (
    "statements", "engine", "loaded in, s", "most memory while loading", "on disk",
    "start to first answer, s", "memory when idle", "one thing, ms", "aggregate, ms",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """What one engine needs for one size; None where it is not known."""

    engine: str
    statements: int
    load_s: float
    load_peak: int | None
    disk: int | None
    start_s: float | None
    idle: int
    point_s: float
    aggregate_s: float | None


def growth(session: Session) -> list[Table]:
    """Measure sizes one after the other, and draw what was found if a file is given for that."""
    sizes = QUICK_SIZES if session.quick else SIZES
    points: list[Point] = []
    for size in sizes:
        data = session.data(size)
        if NAPGRAPH in session.engines:
            points.append(_ours(data, session))
        with session.start(VIRTUOSO, data) as server:
            if server:
                points.append(_point(VIRTUOSO, data, server, None, None))
        if size != 1_000_000:
            session.forget(size)
    if session.picture:
        draw(session.picture, "napgraph from small to large", _panels(points))
    notes = [
        "One thing: all statements about a plan, a different one each time, median of 200, one "
        "at a time over one connection. Aggregate: the objectives of each pillar counted, median "
        "of 5. Both are asked for the first time. napgraph keeps each statement in its named graph "
        "and once more for all graphs together.",
    ]
    return [Table("From small to large, generated data", _HEAD, list(map(_row, points)), notes)]


def _ours(data: Data, session: Session) -> Point:
    with session.folder() as store:
        say(f"building napgraph with {data.name}")
        built = build(data.folder, store)
        start = time.perf_counter()
        with serve(store, load_s=built.seconds) as server:
            start_s = time.perf_counter() - start
            wait_until_idle(server.pid)
            return _point(NAPGRAPH, data, server, built, start_s)


def _point(
    name: str, data: Data, server: Server, built: Built | None, start_s: float | None
) -> Point:
    say("  asking")
    with Client(server.query_url, timeout_s=120) as client:
        asked = plans(data, most=200)
        times = [_seconds(client, _POINT.format(iri=iri, n=n)) for n, iri in enumerate(asked)]
        idle = memory_of(server.pid, server.port).total
        try:
            aggregates = [_seconds(client, _AGGREGATE.replace("{n}", str(n))) for n in range(5)]
        except NoAnswer:
            aggregates = []
    return Point(
        engine=name,
        statements=data.statements,
        load_s=server.load_s,
        load_peak=built.peak if built else None,
        disk=built.disk if built else None,
        start_s=start_s,
        idle=idle,
        point_s=statistics.median(times),
        aggregate_s=statistics.median(aggregates) if aggregates else None,
    )


def _seconds(client: Client, text: str) -> float:
    return client.ask(text).total_s


def _row(point: Point) -> list[str]:
    return [
        f"{point.statements:,}",
        point.engine,
        number(point.load_s),
        megabytes(point.load_peak) if point.load_peak else "",
        megabytes(point.disk) if point.disk else "",
        f"{point.start_s:.2f}" if point.start_s else "",
        megabytes(point.idle),
        milliseconds(point.point_s),
        milliseconds(point.aggregate_s) if point.aggregate_s else "fails",
    ]


def _panels(points: Sequence[Point]) -> list[Panel]:
    def lines(value: str, unit: float) -> list[Line]:
        return [
            Line(engine, [(p.statements, v / unit) for p in points
                          if p.engine == engine and (v := getattr(p, value)) is not None])
            for engine in dict.fromkeys(p.engine for p in points)
        ]  # fmt: skip

    return [
        Panel("loading, seconds", lines("load_s", 1)),
        Panel("memory when idle, MB", lines("idle", 1e6)),
        Panel("one thing, milliseconds", lines("point_s", 1e-3)),
        Panel("aggregate, milliseconds", lines("aggregate_s", 1e-3)),
    ]
