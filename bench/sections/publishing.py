"""From an accepted submission to the first reader who sees it, alone and while others read."""

from __future__ import annotations

import http.client
import json
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bench.data import Data
from bench.peers.napgraph import build, serve
from bench.processes import wait_until_idle
from bench.session import Session, say
from bench.tables import Table, milliseconds
from napgraph.checking import check_files
from napgraph.config import Config
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Action, Draft
from napgraph.curation.workspace import Workspace

# Two plans in two files, whose last years one submission changes together.
_COUNTRIES = ("KEN", "MLI")
_PLAN_OF = {"KEN": "KEN-2", "MLI": "MLI-3"}
_PLAN = "https://w3id.org/napgraph/id/plan/"
_END = "https://w3id.org/napgraph/ontology#periodEnd"
_READERS = 4


def publishing(session: Session) -> list[Table]:
    """Publish corrections of two countries, one after the other."""
    sizes = [0] if session.quick else [0, 1_000_000]
    count = 10 if session.quick else 100
    rows, under_load, notes = [], [], []
    for size in sizes:
        data = session.data(size)
        with session.folder() as folder, _site(data, folder) as site:
            say(f"publishing into {data.name}")
            alone = [_publish(site, number, codes=_COUNTRIES[:1]) for number in range(10)]
            _publish(site, 10)  # both end in one year again
            rows += [_row(data.name, alone)]
            with _reading(site) as readers:
                busy = [_publish(site, number) for number in range(11, 11 + count)]
            under_load += [_row(data.name, busy)]
            notes.append(readers.words(data.name, count))
            if not size:
                notes.append(_judging(site.publisher.config))
    head = ("data", "judged, built, committed: median, ms", "served: median, ms", "longest, ms")
    return [
        Table("From acceptance of a country's correction to what a reader gets", head, rows),
        Table(f"Of two countries', while {_READERS} clients read on", head, under_load, notes),
    ]


# -- the site ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Site:
    publisher: Publisher
    port: int

    def ends(self, plans: Collection[str] = _PLAN_OF.values()) -> set[str]:
        """Ask in which years plans end; of the two there is always one answer."""
        values = " ".join(f"<{_PLAN}{plan}>" for plan in plans)
        query = f"SELECT DISTINCT ?end {{ VALUES ?plan {{ {values} }} ?plan <{_END}> ?end }}"
        status, body = self.get(f"/sparql?format=srj&query={quote(query)}")
        if status != 200:
            raise RuntimeError(f"the server answers {status}")
        return {row["end"]["value"] for row in json.loads(body)["results"]["bindings"]}

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@contextmanager
def _site(data: Data, folder: Path) -> Iterator[_Site]:
    """Make a workspace of the data, build and serve it."""
    config = Config(
        data_dir=folder / "data", store_dir=folder / "store", workspace_dir=folder, review_own=True
    )
    Workspace.open_or_make(config.data_dir, data.folder)
    build(config.data_dir, config.store_dir)
    publisher = Publisher(config)
    publisher.start()
    settings = {"NAPGRAPH_WORKSPACE": str(folder)}
    with serve(config.store_dir, settings=settings) as server:
        wait_until_idle(server.pid)
        site = _Site(publisher, server.port)
        _publish(site, -1)  # which reads ontology and shapes
        yield site


# -- publishing --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Times:
    published: float
    served: float


def _publish(site: _Site, number: int, *, codes: Sequence[str] = _COUNTRIES) -> _Times:
    """Let plans end in another year, and wait until readers are told so."""
    year = str(2025 + number % 3)
    publisher = site.publisher
    files: dict[str, bytes | None] = {
        code: _ending(publisher.workspace.read(code) or b"", _PLAN_OF[code], year) for code in codes
    }
    draft = Draft("Bench", f"End in {year}", "the bench", publisher.workspace.head(), files)
    made = publisher.journal.submit(draft)
    start = time.perf_counter()
    publisher.journal.act(made.id, Action.ACCEPT, who="Bench")
    publisher.publish(made.id)
    published = time.perf_counter()
    plans = [_PLAN_OF[code] for code in codes]
    while site.ends(plans) != {year}:
        time.sleep(0.005)
    return _Times(published - start, time.perf_counter() - start)


def _ending(content: bytes, plan: str, year: str) -> bytes:
    text = content.decode()
    before, block, after = re.split(rf"(?ms)(^plan:{plan}\n.*?^\.$)", text, maxsplit=1)
    block = re.sub(r'nap:periodEnd "\d+"', f'nap:periodEnd "{year}"', block)
    return (before + block + after).encode()


def _row(name: str, times: Sequence[_Times]) -> tuple[str, ...]:
    served = [t.served for t in times]
    return (
        name,
        milliseconds(statistics.median(t.published for t in times)),
        milliseconds(statistics.median(served)),
        milliseconds(max(served)),
    )


def _judging(config: Config) -> str:
    """Time how long one country's file takes to be judged with all that it refers to."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        check_files([config.data_dir / "MLI.ttl"], config)
        times.append(time.perf_counter() - start)
    took = milliseconds(statistics.median(times))
    return f"To judge one country's file with what it refers to takes {took} ms in a warm process."


# -- reading -----------------------------------------------------------------------------------


@dataclass
class _Readers:
    """What readers got: how many answers of each status, states that are none, the slowest."""

    statuses: Counter[str] = field(default_factory=Counter)
    halves: int = 0
    times: list[float] = field(default_factory=list)

    def words(self, name: str, count: int) -> str:
        told = ", ".join(f"{status}: {n:,}" for status, n in sorted(self.statuses.items()))
        in_order = sorted(self.times)
        late = milliseconds(in_order[int(0.99 * len(in_order))])
        return (
            f"{name}, {count} publications: readers got {told}; {self.halves} saw half a change; "
            f"99 in 100 answers within {late} ms."
        )


@contextmanager
def _reading(site: _Site) -> Iterator[_Readers]:
    """Read pages, documents and both years without a pause, until the block ends."""
    found, stop, lock = _Readers(), threading.Event(), threading.Lock()
    paths = [f"/doc/plan/{plan}{suffix}" for plan in _PLAN_OF.values() for suffix in ("", ".ttl")]

    def read(turn: int) -> None:
        while not stop.is_set():
            turn += 1
            start = time.perf_counter()
            try:
                if turn % 5 == 0:
                    status, is_half = "200", len(site.ends()) != 1
                else:
                    status, is_half = str(site.get(paths[turn % len(paths)])[0]), False
            except (OSError, RuntimeError, http.client.HTTPException) as exc:
                status, is_half = type(exc).__name__, False
            with lock:
                found.statuses[status] += 1
                found.halves += is_half
                found.times.append(time.perf_counter() - start)

    threads = [threading.Thread(target=read, args=(turn,)) for turn in range(_READERS)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        stop.set()
        for thread in threads:
            thread.join()
