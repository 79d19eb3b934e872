"""What one run of the bench shares: its folder, the data that sections ask for, and engines."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.data import Data, generated, shipped
from bench.peers import NotInstalled, Server, Start
from bench.peers.napgraph import napgraph
from bench.peers.rdflib_endpoint import rdflib_endpoint, rdflib_endpoint_over_oxigraph
from bench.peers.trifid import trifid
from bench.peers.virtuoso import virtuoso
from bench.processes import NotReady

NAPGRAPH, VIRTUOSO, TRIFID = "napgraph", "Virtuoso", "Trifid"
RDFLIB, RDFLIB_OXIGRAPH = "rdflib-endpoint", "rdflib-endpoint over Oxigraph"
ENGINES: dict[str, Start] = {
    NAPGRAPH: napgraph,
    VIRTUOSO: virtuoso,
    RDFLIB: rdflib_endpoint,
    RDFLIB_OXIGRAPH: rdflib_endpoint_over_oxigraph,
}
# What is measured for its documents alone.
DOCUMENT_SERVERS: dict[str, Start] = {TRIFID: trifid}
ALL = {**ENGINES, **DOCUMENT_SERVERS}


@dataclass
class Session:
    """One run of some sections.

    Attributes:
        work: A folder for whatever is made, which ends with the run.
        quick: Measure for shorter, and only what takes no long preparation.
        engines: The names of those to measure.
        picture: The file to draw growth to.
        missing: Lines about what is not measured, and why.
        versions: Of the others that took part.
    """

    work: Path
    quick: bool
    engines: tuple[str, ...] = tuple(ALL)
    picture: Path | None = None
    missing: list[str] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    _data: dict[int, Data] = field(default_factory=dict)

    @property
    def seconds(self) -> int:
        """How long to measure one number with wrk."""
        return 2 if self.quick else 15

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
        """Start an engine with data; None where it is not wanted, missing or does not start."""
        with ExitStack() as stack:
            yield self._start(name, data, stack) if name in self.engines else None

    def _start(self, name: str, data: Data, stack: ExitStack) -> Server | None:
        work = stack.enter_context(self.folder())
        say(f"starting {name} with {data.name}")
        try:
            server = stack.enter_context(ALL[name](data, work))
        except NotInstalled as exc:
            self.leave_out(f"{exc} is not installed and left out.")
            return None
        except NotReady as exc:
            self.leave_out(f"{name} is left out with {data.name}: {exc}.")
            return None
        if name != NAPGRAPH:
            self.versions.add(server.version)
        return server

    def leave_out(self, line: str) -> None:
        """Note once what is not measured, and why."""
        if line not in self.missing:
            say(line)
            self.missing.append(line)


def say(text: str) -> None:
    """Tell whoever waits what is being done."""
    print(text, file=sys.stderr, flush=True)
