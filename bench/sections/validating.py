"""What somebody waits for who has one country judged: in process, over HTTP, and many at once."""

from __future__ import annotations

import statistics
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.peers.napgraph import build, serve
from bench.processes import wait_until_idle
from bench.session import Session, say
from bench.tables import Table, milliseconds
from napgraph.config import Config
from napgraph.curation.judging import Given, Judges

# From a small to the largest file of a country.
_COUNTRIES = ("MLI", "NOR", "KEN", "GBR", "MDA")
_AT_ONCE = 4

_Judge = Callable[[str, bytes], None]


def validating(session: Session) -> list[Table]:
    """Judge one country's corrections again and again."""
    rounds = 4 if session.quick else 20
    rows, notes = [], []
    for size in [0] if session.quick else [0, 1_000_000]:
        data = session.data(size)
        with session.folder() as folder:
            say(f"judging together with {data.name}")
            build(data.folder, folder)
            with _in_process(folder) as judge:
                rows.append(_row(f"in process, {data.name}", _times(judge, rounds)))
            with _over_http(folder) as judge:
                rows.append(_row(f"over HTTP, {data.name}", _times(judge, rounds)))
                if not size:
                    notes.append(_together(judge, rounds))
    head = ("one country's correction", "median, ms", "longest, ms")
    return [Table("From data to the report, warm", head, rows, notes)]


@contextmanager
def _in_process(store_dir: Path) -> Iterator[_Judge]:
    judges = Judges(Config(store_dir=store_dir))
    judges.start()
    try:
        yield _warmed(lambda name, content: _require(judges.judge([Given(name, content)]).files))
    finally:
        judges.close()


@contextmanager
def _over_http(store_dir: Path) -> Iterator[_Judge]:
    with serve(store_dir) as server:
        address = server.query_url.removesuffix("/sparql") + "/validate?format=json"

        def judge(name: str, content: bytes) -> None:
            asked = urllib.request.Request(
                f"{address}&graph={name}", content, {"Content-Type": "text/turtle"}
            )
            with urllib.request.urlopen(asked) as response:
                _require(b'"results"' in response.read())

        judge(*next(_corrections(1)))
        wait_until_idle(server.pid)
        yield _warmed(judge)


def _warmed(judge: _Judge) -> _Judge:
    """Wait until the published graphs are in the memory that workers are forked from."""
    judge(*next(_corrections(1)))
    time.sleep(5)
    return judge


def _corrections(rounds: int) -> Iterator[tuple[str, bytes]]:
    """Give countries' files, each with another year in which plans end, some before they start."""
    for number in range(rounds):
        for name in _COUNTRIES:
            text = (Config().data_dir / f"{name}.ttl").read_text(encoding="utf-8")
            year = f'nap:periodEnd "{19 + number % 3}'
            yield name, text.replace('nap:periodEnd "20', year).encode()


def _times(judge: _Judge, rounds: int) -> list[float]:
    times = []
    for name, content in _corrections(rounds):
        start = time.perf_counter()
        judge(name, content)
        times.append(time.perf_counter() - start)
    return times


def _together(judge: _Judge, rounds: int) -> str:
    """Judge for some people at once, and say how long each waits."""
    cases = list(_corrections(rounds))

    def one(case: tuple[str, bytes]) -> float:
        start = time.perf_counter()
        judge(*case)
        return time.perf_counter() - start

    start = time.perf_counter()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        times = list(pool.map(one, cases))
    rate = len(cases) / (time.perf_counter() - start)
    return (
        f"{_AT_ONCE} at once: {rate:.1f} judged a second, each within "
        f"{milliseconds(statistics.median(times))} ms (median), {milliseconds(max(times))} ms at "
        "most."
    )


def _require(answered: object) -> None:
    if not answered:
        raise RuntimeError("nothing was judged")


def _row(name: str, times: Sequence[float]) -> tuple[str, ...]:
    return name, milliseconds(statistics.median(times)), milliseconds(max(times))
