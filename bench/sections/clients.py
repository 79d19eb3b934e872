"""Two hundred clients at once, most with light queries and some with heavy ones."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bench.crowd import LOST, Group, Seen, crowd
from bench.data import Data, plans
from bench.peers import Server
from bench.processes import Memory, MemorySampler, memory_of
from bench.session import NAPGRAPH, VIRTUOSO, Session, say
from bench.tables import Table, megabytes, milliseconds, number
from napgraph.namespaces import NAP
from napgraph.questions import bound_text, question

LIGHT, HEAVY = 160, 40
PAUSE_S = 1.0
_HEAVY_QUESTIONS = (
    "sources_of_plans",
    "stakeholders_in_most_plans",
    "qualities_by_region",
    "remarks",
)
_HEAD = (
    "engine", "clients", "light: answered, /s", "median, ms", "95 in 100 within, ms", "statuses",
    "heavy: answered, /s", "95 in 100 within, ms", "statuses", "lost",
)  # fmt: skip


def clients(session: Session) -> list[Table]:
    """Measure light queries by themselves, then with heavy ones, and memory all along."""
    data = session.data()
    rows, notes = [], [_NOTE]
    for name in (NAPGRAPH,) if session.quick else (NAPGRAPH, VIRTUOSO):
        with session.start(name, data) as server:
            if server:
                say("  asking")
                found, said = _measure(name, server, data, seconds=8 if session.quick else 60)
                rows += found
                notes += said
    return [Table(f"{LIGHT + HEAVY} clients at once, {data.name}", _HEAD, rows, notes)]


def _measure(
    name: str, server: Server, data: Data, *, seconds: float
) -> tuple[list[list[str]], list[str]]:
    light = [
        f"SELECT ?start@n@ WHERE {{ <{iri}> <{NAP.periodStart}> ?start@n@ }}" for iri in plans(data)
    ]
    heavy = [f"{bound_text(question(which))}\n# @n@" for which in _HEAVY_QUESTIONS]
    url = server.query_url
    crowd(url, [Group(4, light, 0)], seconds=1)
    [single] = crowd(url, [Group(1, light, 0)], seconds=seconds / 4)
    before = memory_of(server.pid, server.port)
    [alone] = crowd(url, [Group(LIGHT, light, PAUSE_S)], seconds=seconds / 2)
    with MemorySampler(server.pid, server.port, every_s=0.1) as sampler:
        mixed = crowd(url, [Group(LIGHT, light, PAUSE_S), Group(HEAVY, heavy, 0)], seconds=seconds)
    time.sleep(10)
    rows = [
        _row(name, "1 light", [single], seconds / 4),
        _row(name, f"{LIGHT} light", [alone], seconds / 2),
        _row(name, f"{LIGHT} light, {HEAVY} heavy", mixed, seconds),
    ]
    after = memory_of(server.pid, server.port)
    return rows, [_said(name, single, mixed[0]), _of_memory(name, before, sampler.peak, after)]


def _row(name: str, who: str, seen: Sequence[Seen], seconds: float) -> list[str]:
    light = seen[0]
    heavy = seen[1] if len(seen) > 1 else None
    return [
        name,
        who,
        number(len(light.times) / seconds),
        milliseconds(light.within(0.5)),
        milliseconds(light.within(0.95)),
        _statuses(light),
        number(len(heavy.times) / seconds) if heavy else "",
        milliseconds(heavy.within(0.95)) if heavy else "",
        _statuses(heavy) if heavy else "",
        str(sum(group.outcomes[LOST] for group in seen)),
    ]


def _statuses(seen: Seen) -> str:
    answered = sorted((status, count) for status, count in seen.outcomes.items() if status != LOST)
    return ", ".join(f"{status}: {count:,}" for status, count in answered)


def _said(name: str, single: Seen, mixed: Seen) -> str:
    idle, loaded = single.within(0.95), mixed.within(0.95)
    return (
        f"{name}: 95 in 100 light queries are answered within {milliseconds(idle)} ms for one "
        f"client on an idle server, and within {milliseconds(loaded)} ms among "
        f"{LIGHT + HEAVY} clients: {loaded / idle:.1f} times."
    )


def _of_memory(name: str, before: Memory, peak: Memory, after: Memory) -> str:
    return (
        f"{name}: memory of all processes {megabytes(before.total)} before, "
        f"{megabytes(peak.total)} at most, {megabytes(after.total)} ten seconds after."
    )


_NOTE = (
    f"A light query asks the first year of a plan, a heavy one is one of the questions "
    f"{', '.join(_HEAVY_QUESTIONS)}; none is asked twice. A light client waits {PAUSE_S:g} s on "
    "average between an answer and its next query, a heavy one does not. Each has an address of "
    "its own. One that gets 503 comes again when it is told to."
)
