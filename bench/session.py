"""What one run of the bench shares: its folder, the data that sections ask for, and engines."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.data import Data, generated, shipped
from bench.peers import NotInstalled, Server, Start
from bench.peers.napgraph import napgraph
from bench.peers.rdflib_endpoint import rdflib_endpoint, rdflib_endpoint_over_oxigraph
from bench.peers.virtuoso import virtuoso

NAPGRAPH, VIRTUOSO = "napgraph", "Virtuoso"
RDFLIB, RDFLIB_OXIGRAPH = "rdflib-endpoint", "rdflib-endpoint over Oxigraph"
ENGINES: dict[str, Start] = {
    NAPGRAPH: napgraph,
    VIRTUOSO: virtuoso,
    RDFLIB: rdflib_endpoint,
    RDFLIB_OXIGRAPH: rdflib_endpoint_over_oxigraph,
}


@dataclass
class Session:
    """One run of some sections.

    Attributes:
        work: A folder for whatever is made, which ends with the run.
        quick: Measure for shorter, and only what takes no long preparation.
        engines: The names of those to measure.
        picture: The file to draw growth to.
        missing: Lines about those that are not installed.
        versions: Of the others that took part.
    """

    work: Path
    quick: bool
    engines: tuple[str, ...] = tuple(ENGINES)
    picture: Path | None = None
    missing: list[str] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    _data: dict[int, Data] = field(default_factory=dict)

    @property
    def seconds(self) -> int:
        """How long to measure one number with wrk."""
        return 3 if self.quick else 15

    def data(self, statements: int = 0) -> Data:
        """Give the data we ship, or generated data of about so many statements."""
        if statements not in self._data:
            say(f"preparing data: {statements or 'shipped'}")
            make = generated(statements, self.work) if statements else shipped(self.work)
            self._data[statements] = make
        return self._data[statements]

    def forget(self, statements: int) -> None:
        """Delete generated data that no later section asks for."""
        data = self._data.pop(statements)
        shutil.rmtree(data.folder)
        data.n_triples.unlink()

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give an empty folder that ends with the block."""
        with TemporaryDirectory(dir=self.work) as folder:
            yield Path(folder)

    @contextmanager
    def start(self, name: str, data: Data) -> Iterator[Server | None]:
        """Start an engine with data; None where it is not installed or not wanted."""
        if name not in self.engines:
            yield None
            return
        with self.folder() as work:
            say(f"starting {name} with {data.name}")
            try:
                context = ENGINES[name](data, work)
                server = context.__enter__()
            except NotInstalled as exc:
                line = f"{exc} is not installed and left out."
                if line not in self.missing:
                    self.missing.append(line)
                yield None
                return
            if name != NAPGRAPH:
                self.versions.add(server.version)
            try:
                yield server
            finally:
                context.__exit__(*sys.exc_info())


def say(text: str) -> None:
    """Tell whoever waits what is being done."""
    print(text, file=sys.stderr, flush=True)
