"""Searching in process: the index's making and size, and how long searches take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.session import Session, say
from bench.tables import Table, megabytes, milliseconds
from napgraph.config import Config
from napgraph.files import graph_files
from napgraph.generations import build
from napgraph.search import SearchIndex
from napgraph.search_index import write_index

_QUERIES = {
    "a country": ("Mali", "Kenya", "Côte d'Ivoire", "النيجر", "马里"),
    "a plan": ("third plan Mali", "MLI-3", "Kenya plan 2", "troisième plan Niger"),
    "a symbol or number": ("S/RES/1325", "1325", "S/RES/2242 (2015)"),
    "some words": ("climate change", "refugee camps", "monitoring committee", "budget and aid"),
    "a word of most texts": ("women", "plan", "peace and security"),
    "with mistakes": ("mlai", "afganistan", "climat chnage", "ministery of defense"),
    "like nothing": ("xqzzvvw", "qqqq wwww"),
}  # fmt: skip
_BEGINNINGS = ("m", "ma", "mal", "wom", "third pl", "s/res/13", "klima", "afgan")


def search(session: Session) -> list[Table]:
    """Measure searches of the data we ship, each in an index that was opened before."""
    with session.folder() as work:
        say("building and indexing")
        store = build(graph_files(Config()), work / "store").load()
        path = Path(work) / "search.sqlite"
        start = time.perf_counter()
        write_index(store, path)
        made_s = time.perf_counter() - start
        say("searching")
        index = SearchIndex.open(path)
        index.search("warm up")
        runs = 20 if session.quick else 200
        rows = [
            _row(kind, [_timed(index.search, text, runs) for text in texts])
            for kind, texts in _QUERIES.items()
        ]
        rows.append(
            _row("suggestions", [_timed(index.suggest, text, runs) for text in _BEGINNINGS])
        )
        index.close()
        size = path.stat().st_size
    note = (
        f"The index of {store.count():,} statements takes {megabytes(size)} and was made in "
        f"{made_s:.2f} s. Over these {len(rows)} lines, the median of medians is "
        f"{statistics.median(float(row[1]) for row in rows):.2f} ms."
    )
    head = (
        "what is looked for",
        "median, ms",
        "95 in 100 within, ms",
        "slowest query's median, ms",
    )
    return [Table("Searches in process, shipped data", head, rows, [note])]


def _timed(ask: Callable[[str], object], text: str, runs: int) -> list[float]:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        ask(text)
        times.append(time.perf_counter() - start)
    return times


def _row(kind: str, times: Sequence[Sequence[float]]) -> list[str]:
    every = sorted(time for some in times for time in some)
    return [
        kind,
        milliseconds(statistics.median(every)),
        milliseconds(every[int(len(every) * 0.95)]),
        milliseconds(max(statistics.median(some) for some in times)),
    ]
