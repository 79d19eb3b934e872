"""The query library: each question asked for the first time, of each engine."""

from __future__ import annotations

import itertools
import json
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.asking import TOO_SLOW, Client, NoAnswer
from bench.data import Data
from bench.peers import raw
from bench.session import ENGINES, NAPGRAPH, VIRTUOSO, Session, say
from bench.tables import Table, milliseconds
from napgraph.questions import all_questions, bound_text

MEMORY, DISK = "engine in memory", "engine from disk"
# In seconds: what takes longer is given up, and what takes longer is asked only once.
_TOO_SLOW_S, _ONCE_S = 20, 2
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Time:
    """How one engine answered one question.

    Attributes:
        seconds: The median of some first times.
        rows: Of the result.
        trouble: Why there is no time; empty where there is.
    """

    seconds: float = 0
    rows: int = 0
    trouble: str = ""


def library(session: Session) -> list[Table]:
    """Measure each question on the data we ship."""
    data = session.data()
    asked = {question.name: bound_text(question) for question in all_questions()}
    # Some questions take rdflib's own evaluation minutes.
    engines = (NAPGRAPH, VIRTUOSO) if session.quick else tuple(ENGINES)
    times: dict[str, dict[str, Time]] = {}
    for name in engines:
        first, again = _over_http(name, data, asked, session)
        if first:
            times[name] = first
        if again and name != NAPGRAPH:
            times[f"{name}, asked again"] = again
    with session.folder() as work:
        for name, engine in ((MEMORY, raw.in_memory(data)), (DISK, raw.from_disk(data, work))):
            say(f"asking the {name}")
            times[name] = {key: _raw(engine, text, session) for key, text in asked.items()}
    return [_table(list(asked), times, data)]


def _over_http(
    name: str, data: Data, asked: Mapping[str, str], session: Session
) -> tuple[dict[str, Time], dict[str, Time]]:
    """Ask all for the first time and again.

    After a question that a server is still busy with there is a new server.
    """
    first: dict[str, Time] = {}
    again: dict[str, Time] = {}
    while len(first) < len(asked):
        with session.start(name, data) as server:
            if server is None:
                return {}, {}
            with Client(server.query_url, timeout_s=_TOO_SLOW_S) as client:
                for key in [key for key in asked if key not in first]:
                    first[key] = _time(_answers(client, _unlike(asked[key], session)))
                    if first[key].trouble == TOO_SLOW:
                        again[key] = first[key]
                        break
                    again[key] = _time(_answers(client, _alike(asked[key], session)))
    return first, again


def _answers(client: Client, texts: Iterable[str]) -> Iterator[tuple[float, bytes]]:
    for text in texts:
        answer = client.ask(text)
        yield answer.total_s, answer.body
        if answer.total_s > _ONCE_S:
            return


def _raw(engine: raw.Raw, text: str, session: Session) -> Time:
    return _time(engine.ask(unlike) for unlike in _unlike(text, session))


def _unlike(text: str, session: Session) -> Iterator[str]:
    """Give a query several times, each unlike any asked before."""
    for _ in range(1 if session.quick else 5):
        yield f"{text}\n# {next(_numbers)}"


def _alike(text: str, session: Session) -> list[str]:
    """Give a query several times, asked before."""
    return [f"{text}\n# {next(_numbers) - 1}"] * (1 if session.quick else 5)


def _time(answers: Iterator[tuple[float, bytes]]) -> Time:
    try:
        found = list(answers)
    except NoAnswer as exc:
        return Time(trouble=str(exc))
    rows = len(json.loads(found[-1][1])["results"]["bindings"])
    return Time(statistics.median(seconds for seconds, _ in found), rows)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How long one engine takes, measured by another.

    Attributes:
        ratios: For each question that both answer with as many rows.
    """

    ratios: Mapping[str, float]

    @property
    def mean(self) -> float:
        """Give the geometric mean of the ratios."""
        return statistics.geometric_mean(self.ratios.values())

    @property
    def lost(self) -> list[str]:
        """List the questions that the first takes longer for, the worst first."""
        longer = [name for name, ratio in self.ratios.items() if ratio > 1]
        return sorted(longer, key=lambda name: -self.ratios[name])


def compare(ours: Mapping[str, Time], theirs: Mapping[str, Time]) -> Comparison:
    """Compare two engines question by question."""
    return Comparison(
        {
            name: ours[name].seconds / theirs[name].seconds
            for name in ours
            if not ours[name].trouble
            and not theirs[name].trouble
            and ours[name].rows == theirs[name].rows
        }
    )


# -- the table ---------------------------------------------------------------------------------


def _table(names: Sequence[str], times: Mapping[str, Mapping[str, Time]], data: Data) -> Table:
    rows = [[name, *(_cell(found[name], times[MEMORY][name]) for found in times.values())]
            for name in names]  # fmt: skip
    means = [_mean(found.values()) for found in times.values()]
    rows.append(["**geometric mean of those answered**", *means])
    title = f"The query library, milliseconds for each question, first time, {data.name}"
    return Table(title, ["question", *times], rows, _notes(times))


def _cell(time: Time, expected: Time) -> str:
    if time.trouble:
        return TOO_SLOW if time.trouble == TOO_SLOW else "fails"
    differs = "" if time.rows == expected.rows else f" ({time.rows} rows, not {expected.rows})"
    return f"{milliseconds(time.seconds)}{differs}"


def _mean(times: Iterable[Time]) -> str:
    answered = [time.seconds for time in times if not time.trouble]
    if not answered:
        return "none"
    return f"{milliseconds(statistics.geometric_mean(answered))} ({len(answered)})"


def _notes(times: Mapping[str, Mapping[str, Time]]) -> list[str]:
    notes = [
        f"{engine}, {name}: {time.trouble}."
        for engine, found in times.items()
        for name, time in found.items()
        if time.trouble
    ]
    if NAPGRAPH not in times:
        return notes
    others = {name: found for name, found in times.items() if name != NAPGRAPH}
    return [_said(name, compare(times[NAPGRAPH], found)) for name, found in others.items()] + notes


def _said(other: str, found: Comparison) -> str:
    if not found.ratios:
        return f"There is no question that napgraph and {other} answer alike."
    said = (
        f"Over the {len(found.ratios)} questions that both answer with as many rows, napgraph "
        f"takes {found.mean:.2f} times as long as {other} (geometric mean)."
    )
    if other in (MEMORY, DISK):
        return said
    losses = ", ".join(f"{name} ({found.ratios[name]:.1f} times)" for name in found.lost)
    return f"{said} It takes longer for {len(found.lost)}{': ' if losses else ''}{losses}."
