"""The data that all engines are given: ours, or generated, as files and as N-Triples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from bench.generator import generate
from napgraph.config import Config
from napgraph.namespaces import NAP

N_TRIPLES = ox.RdfFormat.N_TRIPLES


@dataclass(frozen=True, slots=True)
class Data:
    """What an engine is to hold.

    Attributes:
        name: What tables call it.
        folder: The data files, for napgraph, which adds ontology and shapes by itself.
        n_triples: All of it in one file, for engines that are not ours.
        statements: Different ones, ontology and shapes among them.
    """

    name: str
    folder: Path
    n_triples: Path
    statements: int


def shipped(work: Path) -> Data:
    """Prepare the data we ship; `work` is a folder for what is made."""
    folder = Config().data_dir
    said = {quad.triple for path in folder.glob("*.ttl") for quad in ox.parse(path=path)}
    return _prepare("shipped data", folder, len(said), work)


def generated(statements: int, work: Path, *, seed: int = 1) -> Data:
    """Generate data of about so many statements."""
    folder = work / f"data-{statements}"
    made = generate(Config().data_dir, folder, statements=statements, seed=seed)
    return _prepare(f"{statements:,} statements, generated", folder, made.statements, work)


def plans(data: Data, *, most: int = 2000) -> list[str]:
    """List IRIs of plans that have a first year, spread over all the data."""
    with data.n_triples.open(encoding="utf-8") as lines:
        triples = (line.split(" ", 2) for line in lines)
        found = {s[1:-1] for s, p, _ in triples if p == f"<{NAP.periodStart}>"}
    return sorted(found)[:: max(1, len(found) // most)][:most]


def _prepare(name: str, folder: Path, statements: int, work: Path) -> Data:
    config = Config()
    words = [*sorted(config.ontology_dir.rglob("*.ttl")), *sorted(config.shapes_dir.glob("*.ttl"))]
    n_triples = work / f"{folder.name}.nt"
    ox.serialize(_triples(chain(words, sorted(folder.glob("*.ttl")))), n_triples, N_TRIPLES)
    return Data(name, folder, n_triples, statements + len(set(_triples(words))))


def _triples(paths: Iterable[Path]) -> Iterator[ox.Triple]:
    """Read files one by one; what several of them say comes several times."""
    for path in paths:
        for quad in ox.parse(path=path, rename_blank_nodes=True):
            yield quad.triple
