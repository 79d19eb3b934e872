"""The engine itself, in this process: what no endpoint over it can be faster than."""

from __future__ import annotations

import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox

from bench.data import Data

VERSION = f"pyoxigraph {version('pyoxigraph')}"


@dataclass(frozen=True, slots=True)
class Raw:
    """A store of the engine, all statements in its default graph."""

    store: ox.Store

    def ask(self, text: str) -> tuple[float, bytes]:
        """Answer a SELECT in JSON; give the seconds it took, and the answer."""
        start = time.perf_counter()
        results = self.store.query(text)
        if not isinstance(results, ox.QuerySolutions):
            raise TypeError(f"not a SELECT query: {text}")
        body = results.serialize(format=ox.QueryResultsFormat.JSON)
        return time.perf_counter() - start, body or b""


def in_memory(data: Data) -> Raw:
    """Load all into memory."""
    store = ox.Store()
    store.load(path=data.n_triples)
    return Raw(store)


def from_disk(data: Data, work: Path) -> Raw:
    """Write all to a folder, and open it to read."""
    path = str(work / "raw")
    store = ox.Store(path)
    store.bulk_load(path=data.n_triples)
    store.optimize()
    del store
    return Raw(ox.Store.read_only(path))
