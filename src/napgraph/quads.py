"""Files of quads, taken apart into a file a named graph.

What is built, served and compared are named graphs, each a file. A file in
TriG or N-Quads may have many; each becomes a file in canonical N-Triples, its
statements in the order they came.
"""

from __future__ import annotations

import mmap
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import URIRef

from napgraph import terminals
from napgraph.errors import DataError, TurtleError
from napgraph.namespaces import BASE
from napgraph.oxigraph_terms import Labels, parse_quads
from napgraph.store import QUADS_TYPES, TRIPLES_TYPES, GraphFile, QuadsFile
from napgraph.terminals import BNODE, COMMENT, IRIREF, PNAME, STRING, Token


def take_apart(files: Iterable[QuadsFile], folder: Path) -> list[GraphFile]:
    """Write each named graph of some files to a file of its own.

    What a file says in no graph goes to the graph that has the file's name. A
    graph that several files name has the statements of all. A blank node stays
    one node in all graphs of its file; one that names a graph becomes an IRI
    wherever the file mentions it.

    Args:
        files: Files in TriG or N-Quads.
        folder: An empty folder for the files that are made.

    Raises:
        TurtleError: A file is not in its format, with line and column.
        DataError: A file cannot be read, or has a statement about a statement.

    Source: RDF 1.1 Concepts, section 3.5, on IRIs in place of blank nodes
    """
    graphs = _Graphs(folder)
    for file in files:
        graph_names = {quad.graph_name for quad in _quads(file)}
        empty = _empty_graphs(file)
        names = _Names(file, graph_names.union(empty))
        for name in empty:
            graphs.add(names.graph(name), (), file)
        for quad in _quads(file):
            graphs.add(names.graph(quad.graph_name), (names.triple(quad),), file)
    return graphs.close()


class _Names:
    """What the terms of one file are called in the store."""

    def __init__(self, file: QuadsFile, graphs: set[Any]) -> None:
        self._own = ox.NamedNode(file.iri)
        self._label = Labels(file.iri)
        self._blank_graphs = {graph for graph in graphs if type(graph) is ox.BlankNode}

    def graph(self, name: Any) -> ox.NamedNode:
        """Give the IRI of a graph."""
        if type(name) is ox.NamedNode:
            return name
        if type(name) is ox.DefaultGraph:
            return self._own
        # A name without a label is another each time the file is read.
        self._blank_graphs.add(name)
        return ox.NamedNode(self._term(name).value)

    def triple(self, quad: ox.Quad) -> ox.Triple:
        """Give a statement its terms."""
        subject, object_ = quad.subject, quad.object
        if ox.BlankNode not in (type(subject), type(object_)):
            return quad.triple
        return ox.Triple(self._term(subject), quad.predicate, self._term(object_))

    def _term(self, term: Any) -> Any:
        named = self._label(term)
        return ox.NamedNode(_GENID + named.value) if term in self._blank_graphs else named


class _Graphs:
    """Named graphs on their way to files; statements wait in memory until there are many."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[ox.NamedNode, tuple[QuadsFile, Path]] = {}
        self._waiting: dict[ox.NamedNode, list[ox.Triple]] = {}
        self._count = 0

    def add(self, name: ox.NamedNode, triples: Iterable[ox.Triple], source: QuadsFile) -> None:
        """Add statements to a graph, which is there even without any."""
        waiting = self._waiting.get(name)
        if waiting is None:
            waiting = self._waiting[name] = []
            if name not in self._files:
                self._files[name] = source, self._folder / str(len(self._files))
        waiting += triples
        self._count += 1
        if self._count >= _MAX_WAITING:
            self._write()

    def close(self) -> list[GraphFile]:
        """Write what still waits, and list the files."""
        self._write()
        return [
            GraphFile(
                URIRef(name.value), path, TRIPLES_TYPES[".nt"], str(source.path), labels_kept=True
            )
            for name, (source, path) in self._files.items()
        ]

    def _write(self) -> None:
        for name, triples in self._waiting.items():
            with self._files[name][1].open("ab") as out:
                ox.serialize(triples, out, ox.RdfFormat.N_TRIPLES)
        self._waiting.clear()
        self._count = 0


def _quads(file: QuadsFile) -> Iterator[ox.Quad]:
    try:
        with file.path.open("rb") as stream:
            yield from parse_quads(stream, file.media_type, base=file.iri, name=str(file.path))
    except OSError as exc:
        raise DataError(f"{file.path} cannot be read: {exc.strerror}.") from exc


_GENID = f"{BASE}.well-known/genid/"
_MAX_WAITING = 100_000


# -- graphs without statements ---------------------------------------------------------------


def _empty_graphs(file: QuadsFile) -> list[Any]:
    """Find the graphs in which a TriG file says nothing, in the order they come.

    The engine's parser tells of statements alone. So it is given another text,
    which has these graphs with a statement in each.
    """
    if file.media_type != QUADS_TYPES[".trig"] or not _may_have_empty_graphs(file):
        return []
    text = file.path.read_text(encoding="utf-8-sig")
    try:
        filled = "".join(_filled(text))
    except terminals.TerminalError as exc:
        line, column = terminals.line_column(text, exc.start)
        message = f"{file.path}: line {line}, column {column}: {exc}"
        raise TurtleError(message, line=line, column=column) from exc
    quads = ox.parse(filled, ox.RdfFormat.TRIG, base_iri=file.iri)
    return list(dict.fromkeys(quad.graph_name for quad in quads))


def _may_have_empty_graphs(file: QuadsFile) -> bool:
    """Look for brackets with nothing between them, in a file of any size."""
    if not file.path.stat().st_size:
        return False
    with (
        file.path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return _EMPTY.search(content) is not None


def _filled(text: str) -> Iterator[str]:
    """Write the directives of a TriG text and its empty graphs, a statement in each."""
    tokens = (token for token in terminals.tokens(text) if token.kind != COMMENT)
    recent = deque([_NOTHING_YET] * 2, maxlen=2)
    for token in tokens:
        label, before = recent
        if before.kind != STRING and (directive := _DIRECTIVES.get(token.text.lower())):
            word, arguments = directive
            yield " ".join([word, *(part.text for part in islice(tokens, arguments)), "\n"])
            recent.append(_NOTHING_YET)
            continue
        if (before.text, token.text) == ("{", "}"):
            if label.text == "]":
                yield f"[] {_STATEMENT}\n"
            elif label.kind in _NAMES:
                yield f"{label.text} {_STATEMENT}\n"
        recent.append(token)


_EMPTY = re.compile(rb"\{(?:[ \t\r\n]|#[^\r\n]*+)*+\}")
_NOTHING_YET = Token("", "", 0)
# How SPARQL writes each, and how many terms follow.
_DIRECTIVES = {
    "@base": ("BASE", 1),
    "base": ("BASE", 1),
    "@prefix": ("PREFIX", 2),
    "prefix": ("PREFIX", 2),
}
_NAMES = frozenset((IRIREF, PNAME, BNODE))
_STATEMENT = "{ <urn:x> <urn:x> <urn:x> }"
