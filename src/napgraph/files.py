"""The files that are the truth, as named graphs: what is built, judged and served."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rdflib import RDF, Graph, URIRef

from napgraph.config import Config
from napgraph.errors import DataError
from napgraph.namespaces import BASE, NAP, ONTOLOGY, SHAPES, graph_iri
from napgraph.store import QUADS_TYPES, TRIPLES_TYPES, DataFile, GraphFile, QuadsFile
from napgraph.turtle import read_graph, to_turtle


@dataclass(frozen=True)
class Source:
    """A file and the named graph that has its name; TriG and N-Quads name others too."""

    iri: URIRef
    path: Path


def data_sources(config: Config) -> list[Source]:
    """List the data files, in Turtle, N-Triples, TriG or N-Quads.

    Raises:
        DataError: There is none, or two have the same name.
    """
    suffixes = TRIPLES_TYPES.keys() | QUADS_TYPES.keys()
    found = (path for path in config.data_dir.glob("*") if path.suffix in suffixes)
    paths = sorted(found, key=lambda path: (path.stem, path.suffix))
    if not paths:
        raise DataError(
            f"{config.data_dir} has no file in Turtle, N-Triples, TriG or N-Quads; "
            "point --data or NAPGRAPH_DATA at the folder that has."
        )
    for before, path in pairwise(paths):
        if before.stem == path.stem:
            raise DataError(
                f"{before} and {path} have one name, and so would the graphs; rename one of them."
            )
    return [Source(graph_iri(path.stem), path) for path in paths]


def ontology_sources(config: Config) -> list[Source]:
    """List the files of the ontology, its own graph first."""
    paths = sorted(config.ontology_dir.rglob("*.ttl"))
    return [Source(ONTOLOGY if p.stem == "nap" else graph_iri(p.stem), p) for p in paths]


def shapes_graph(config: Config) -> Graph:
    """Read all shapes into one graph."""
    graph = Graph(bind_namespaces="none")
    for path in sorted(config.shapes_dir.glob("*.ttl")):
        graph += read_graph(path)
    return graph


def data_files(config: Config) -> list[DataFile]:
    """List the data files as a store is built from them, with nothing of ours.

    Raises:
        DataError: See `data_sources`.
    """
    return [_as_built(source) for source in data_sources(config)]


def graph_files(config: Config) -> list[DataFile]:
    """List all that a store of ours is built from: ontology, data and shapes.

    Raises:
        DataError: See `data_sources`.
    """
    ontology = [_as_built(source) for source in ontology_sources(config)]
    shapes = GraphFile(SHAPES, to_turtle(shapes_graph(config)).encode(), name="the shapes")
    return [*ontology, *data_files(config), shapes]


def use_our_terms(config: Config) -> bool:
    """Tell whether a data file mentions our ontology's terms.

    Raises:
        DataError: A file cannot be read.
    """
    return any(_mentions(source.path, str(NAP).encode()) for source in data_sources(config))


def merged(graphs: Iterable[Graph]) -> Graph:
    """Put graphs together in one."""
    whole = Graph(bind_namespaces="none")
    for graph in graphs:
        for triple in graph:
            whole.add(triple)
    return whole


def write_files(texts: Mapping[Path, str]) -> None:
    """Write files whole: all of them or, where one cannot be written, none.

    Raises:
        DataError: One cannot be written; no file has changed, unless it is the
            disk's fault between two files that are written already.
    """
    new = {path: path.resolve().with_name(f".{path.name}.new") for path in texts}
    try:
        for path, text in texts.items():
            with _naming(path):
                new[path].write_bytes(text.encode())
        for path in texts:
            with _naming(path):
                new[path].replace(path.resolve())
    finally:
        for path in new.values():
            path.unlink(missing_ok=True)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise DataError(f"{path} cannot be written: {exc.strerror}.") from exc


def context_of(graph: Graph, paths: Iterable[Path], config: Config) -> Graph:
    """Read what a graph from these files may refer to, the files themselves left out.

    That is the ontology, what all countries share, and the files of countries
    whose code begins a key that the graph mentions.
    """
    own = {path.resolve() for path in paths}
    wanted = [source.path for source in ontology_sources(config)]
    codes = _country_codes(graph)
    for source in data_sources(config):
        is_country = re.fullmatch("[A-Z]{3}", source.path.stem)
        if source.path.resolve() not in own and (not is_country or source.path.stem in codes):
            wanted.append(source.path)
    return merged(read_graph(path) for path in wanted)


def require_one_type(graphs: Iterable[tuple[Path, Graph]]) -> None:
    """Check that no two files give one IRI different types.

    Raises:
        DataError: Two do; the message names the IRI, both files and types.
    """
    claims: dict[URIRef, tuple[Path, frozenset[str]]] = {}
    for path, subject, types in _types(graphs):
        first_path, first_types = claims.setdefault(subject, (path, types))
        if types != first_types:
            raise DataError(
                f"{subject} is {_words(first_types)} in {first_path} and {_words(types)} in "
                f"{path}; give one of them another key."
            )


def _as_built(source: Source) -> DataFile:
    suffix = source.path.suffix
    if suffix in QUADS_TYPES:
        return QuadsFile(source.iri, source.path, QUADS_TYPES[suffix])
    return GraphFile(source.iri, source.path, TRIPLES_TYPES[suffix])


def _mentions(path: Path, text: bytes) -> bool:
    try:
        with path.open("rb") as lines:
            return any(text in line for line in lines)
    except OSError as exc:
        raise DataError(f"{path} cannot be read: {exc.strerror}.") from exc


def _types(graphs: Iterable[tuple[Path, Graph]]) -> Iterator[tuple[Path, URIRef, frozenset[str]]]:
    for path, graph in graphs:
        for subject in set(graph.subjects(RDF.type)):
            if isinstance(subject, URIRef):
                yield path, subject, frozenset(map(str, graph.objects(subject, RDF.type)))


def _words(types: frozenset[str]) -> str:
    return " and ".join(sorted(re.split("[/#]", iri)[-1] for iri in types))


def _country_codes(graph: Graph) -> set[str]:
    pattern = re.compile(re.escape(BASE) + r"id/[a-z-]+/([A-Z]{3})(?:-|$)")
    found = (pattern.match(str(term)) for triple in graph for term in triple[::2])
    return {match[1] for match in found if match}
