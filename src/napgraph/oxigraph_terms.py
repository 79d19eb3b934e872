"""The border between rdflib's terms and files and the embedded engine's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, BinaryIO

import pyoxigraph as ox
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Identifier, Node

from napgraph.errors import DataError
from napgraph.store import GraphFile
from napgraph.turtle_errors import turtle_error


def from_ox(term: Any) -> Identifier:
    """Turn one of the engine's terms into rdflib's."""
    if isinstance(term, ox.NamedNode):
        return _uri_ref(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"not a term of RDF 1.1: {term}")
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = URIRef(term.datatype.value)
    if datatype == XSD.string:
        return Literal(term.value)
    return Literal(term.value, datatype=datatype, normalize=False)


def to_ox(term: Node) -> Any:
    """Turn one of rdflib's terms into the engine's."""
    if isinstance(term, URIRef):
        return _named_node(term)
    if isinstance(term, BNode):
        return ox.BlankNode(term)
    if not isinstance(term, Literal):
        raise TypeError(f"not a term of RDF 1.1: {term!r}")
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(term.datatype or XSD.string))


def parse(file: GraphFile) -> Iterator[ox.Quad]:
    """Read a file's statements, as quads of the default graph.

    A blank node gets the same label each time the file is read, so that
    whatever is built from the file is the same each time.

    Raises:
        TurtleError: The file is not in its format, with line and column.
        DataError: It says something that a named graph of ours cannot hold.
    """
    rename = Labels(file.iri)
    with file.open() as stream:
        for quad in parse_quads(stream, file.media_type, base=file.iri, name=file.name):
            if quad.graph_name != _DEFAULT:
                raise DataError(f"{file.name}: {quad.graph_name} is a graph within a graph.")
            subject, object_ = quad.subject, quad.object
            if file.labels_kept or (type(subject) in _GROUND and type(object_) in _GROUND):
                yield quad
            else:
                yield ox.Quad(rename(subject), quad.predicate, rename(object_))


def parse_quads(stream: BinaryIO, media_type: str, *, base: URIRef, name: str) -> Iterator[ox.Quad]:
    """Read a file's quads with its own labels of blank nodes.

    Args:
        stream: The file's bytes, which are read bit by bit.
        media_type: Its RDF format.
        base: What relative IRIs are relative to.
        name: What an error calls it.

    Raises:
        TurtleError: The file is not in its format, with line and column.
        DataError: It has a statement about a statement.
    """
    rdf_format = rdf_format_of(media_type)
    try:
        for quad in ox.parse(after_bom(stream), rdf_format, base_iri=base):
            if type(quad.object) is ox.Triple:
                raise DataError(f"{name}: a statement about a statement has no place here.")
            yield quad
    except SyntaxError as exc:
        raise turtle_error(exc, name) from exc


class Labels:
    """Gives blank nodes of one file labels that no other file's have, in the order they come."""

    def __init__(self, iri: URIRef) -> None:
        # The engine keeps hexadecimal labels of up to 32 digits as the numbers they are.
        self._prefix = f"b{hashlib.sha256(iri.encode()).hexdigest()[:12]}"
        self._labels: dict[ox.BlankNode, ox.BlankNode] = {}

    def __call__(self, term: Any) -> Any:
        """Give a blank node its label, and any other term as it is."""
        if type(term) is not ox.BlankNode:
            return term
        label = f"{self._prefix}{len(self._labels):x}"
        return self._labels.setdefault(term, ox.BlankNode(label))


def after_bom(stream: BinaryIO) -> BinaryIO:
    """Step over the byte order mark that some editors put before the text."""
    if stream.read(len(_BOM)) != _BOM:
        stream.seek(0)
    return stream


def is_iri(text: str) -> bool:
    """Tell whether a text is an absolute IRI, as the engine reads them."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def write_from_n_triples(
    graphs: Iterable[tuple[URIRef | None, Path]],
    out: IO[bytes],
    media_type: str,
    *,
    prefixes: Mapping[str, str],
) -> None:
    """Write files of N-Triples, each a named graph or none, in another RDF format.

    No more than a part of a file is in memory at a time.
    """
    ox.serialize(_quads_of(graphs), out, rdf_format_of(media_type), prefixes=dict(prefixes))


# The same few thousand come again and again, and both check each.
_uri_ref = lru_cache(maxsize=65_536)(URIRef)
_named_node = lru_cache(maxsize=65_536)(ox.NamedNode)


def rdf_format_of(media_type: str) -> ox.RdfFormat:
    """Find the engine's RDF format of a media type."""
    found = ox.RdfFormat.from_media_type(media_type)
    if found is None:
        raise ValueError(f"not the media type of an RDF format: {media_type}")
    return found


def _quads_of(graphs: Iterable[tuple[URIRef | None, Path]]) -> Iterator[ox.Quad]:
    for iri, path in graphs:
        name = ox.DefaultGraph() if iri is None else ox.NamedNode(iri)
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_TRIPLES):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, name)


_DEFAULT = ox.DefaultGraph()
_GROUND = frozenset((ox.NamedNode, ox.Literal))
_BOM = b"\xef\xbb\xbf"
