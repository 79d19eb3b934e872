"""The files that are the truth, as named graphs: what is built, judged and served."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

from rdflib import PROV, RDF, Graph, URIRef
from rdflib.term import Node

from napgraph.config import Config
from napgraph.errors import DataError
from napgraph.namespaces import BASE, GRAPH, NAP, ONTOLOGY, SHAPES, graph_iri
from napgraph.question_graph import question_file
from napgraph.store import QUADS_TYPES, TRIPLES_TYPES, DataFile, GraphFile, QuadsFile
from napgraph.turtle import Statement, graph_of, join_turtle, read_graph, read_statements


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
    """List the files of the ontology and its schemes.

    Raises:
        DataError: The ontology is not there.
    """
    paths = sorted(config.ontology_dir.rglob("*.ttl"))
    if config.ontology_dir / "nap.ttl" not in paths:
        raise DataError(
            f"{config.ontology_dir} has no file nap.ttl; point NAPGRAPH_ONTOLOGY at the folder "
            "that has."
        )
    return [Source(ONTOLOGY if p.stem == "nap" else graph_iri(p.stem), p) for p in paths]


def shapes_graph(config: Config) -> Graph:
    """Read all shapes into one graph.

    Raises:
        DataError: There is none, or a file cannot be read.
    """
    return graph_of(statements_of(read_contents(_shapes_paths(config))))


def _shapes_paths(config: Config) -> list[Path]:
    """List the files of shapes, the one that is about all of them first."""
    paths = sorted(config.shapes_dir.glob("*.ttl"), key=lambda p: (p.stem != "shapes", p))
    if not paths:
        raise DataError(
            f"{config.shapes_dir} has no Turtle file; point NAPGRAPH_SHAPES at the folder that has."
        )
    return paths


def data_files(config: Config) -> list[DataFile]:
    """List the data files as a store is built from them, with nothing of ours.

    Raises:
        DataError: See `data_sources`.
    """
    return [_as_built(source) for source in data_sources(config)]


def graph_files(config: Config) -> list[DataFile]:
    """List all that a store of ours is built from: ontology, data, shapes and questions.

    Raises:
        DataError: See `data_sources`.
    """
    return with_ours(data_files(config), config)


def with_ours(data: Iterable[DataFile], config: Config) -> list[DataFile]:
    """Put the ontology before data files, and the shapes and questions after them.

    Raises:
        DataError: See `ontology_sources`.
    """
    ontology = [_as_built(source) for source in ontology_sources(config)]
    text = join_turtle(read_graph(path) for path in _shapes_paths(config))
    shapes = GraphFile(SHAPES, text.encode(), name="the shapes")
    return [*ontology, *data, shapes, question_file()]


def use_our_terms(config: Config) -> bool:
    """Tell whether a data file mentions our ontology's terms.

    Raises:
        DataError: A file cannot be read.
    """
    return any(_mentions(source.path, str(NAP).encode()) for source in data_sources(config))


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


@dataclass(frozen=True)
class Contents:
    """A file and what it says."""

    path: Path
    statements: list[Statement]


def read_contents(paths: Iterable[Path]) -> list[Contents]:
    """Read files.

    Raises:
        TurtleError: One cannot be read.
    """
    return [Contents(path, list(read_statements(path))) for path in paths]


def statements_of(contents: Iterable[Contents]) -> Iterator[Statement]:
    """Give all that some files say."""
    return chain.from_iterable(file.statements for file in contents)


def context_paths(judged: Sequence[Contents], config: Config) -> list[Path]:
    """Find the files that some files may refer to, without those that they will replace.

    That is the ontology, what all countries share, and the files of countries
    whose code begins a key that the judged files mention. A file replaces the
    one that it is, wherever it lies: that of its own name, or of the named
    graph that it describes.
    """
    own = _graphs_of(judged)
    codes = _country_codes(statements_of(judged))
    return [
        source.path
        for source in ontology_sources(config) + data_sources(config)
        if source.iri not in own
        and (not re.fullmatch("[A-Z]{3}", source.path.stem) or source.path.stem in codes)
    ]


def require_one_type(contents: Iterable[Contents]) -> None:
    """Check that no two files give one IRI different types.

    Raises:
        DataError: Two do; the message names the IRI, both files and types.
    """
    claims: dict[Node, tuple[Path, frozenset[str]]] = {}
    for file in contents:
        for subject, types in _types(file.statements).items():
            first_path, first_types = claims.setdefault(subject, (file.path, types))
            if types != first_types:
                raise DataError(
                    f"{subject} is {_words(first_types)} in {first_path} and {_words(types)} in "
                    f"{file.path}; give one of them another key."
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


def _graphs_of(files: Iterable[Contents]) -> set[Node]:
    described = {
        s
        for s, p, o in statements_of(files)
        if p == RDF.type and o == PROV.Entity and str(s).startswith(GRAPH)
    }
    return described | {graph_iri(file.path.stem) for file in files}


def _types(statements: Iterable[Statement]) -> dict[Node, frozenset[str]]:
    types: dict[Node, set[str]] = {}
    for s, p, o in statements:
        if p == RDF.type and isinstance(s, URIRef):
            types.setdefault(s, set()).add(str(o))
    return {subject: frozenset(found) for subject, found in types.items()}


def _words(types: frozenset[str]) -> str:
    return " and ".join(sorted(re.split("[/#]", iri)[-1] for iri in types))


def _country_codes(statements: Iterable[Statement]) -> set[str]:
    pattern = re.compile(re.escape(BASE) + r"id/[a-z-]+/([A-Z]{3})(?:-|$)")
    found = (pattern.match(str(term)) for statement in statements for term in statement[::2])
    return {match[1] for match in found if match}
