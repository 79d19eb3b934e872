"""The border between rdflib's terms and files and the embedded engine's."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Identifier, Node

from napgraph.errors import DataError, TurtleError
from napgraph.store import GraphFile

Triples = tuple[ox.Triple, ...]


class OxigraphStatements:
    """Statements as Oxigraph gives them."""

    __slots__ = ("triples",)

    def __init__(self, triples: Triples) -> None:
        self.triples = triples

    @classmethod
    def of(cls, triples: Iterable[tuple[Node, Node, Node]]) -> OxigraphStatements:
        """Turn rdflib's statements into the engine's."""
        return cls(tuple(ox.Triple(to_ox(s), to_ox(p), to_ox(o)) for s, p, o in triples))

    def __len__(self) -> int:
        return len(self.triples)

    def __iter__(self) -> Iterator[tuple[Node, Node, Node]]:
        """Give each statement in rdflib's terms."""
        for s, p, o in self.triples:
            yield from_ox(s), from_ox(p), from_ox(o)

    def __add__(self, other: OxigraphStatements) -> OxigraphStatements:
        """Put those of another after these."""
        return OxigraphStatements(self.triples + other.triples)

    def to_bytes(self, media_type: str, *, prefixes: Mapping[str, str] | None = None) -> bytes:
        """Write them in an RDF format, with those of the prefixes that they use."""
        rdf_format = rdf_format_of(media_type)
        used = _used_prefixes(self.triples, prefixes) if prefixes else None
        once = dict.fromkeys(self.triples)
        return ox.serialize(once, format=rdf_format, prefixes=used) or b""


def from_ox(term: Any) -> Identifier:
    """Turn one of the engine's terms into rdflib's."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
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
        return ox.NamedNode(term)
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
    rename = _renaming(file)
    quads = ox.parse(
        file.read().removeprefix(b"\xef\xbb\xbf"),
        rdf_format_of(file.media_type),
        without_named_graphs=True,
    )
    try:
        for quad in quads:
            subject, object_ = quad.subject, quad.object
            if type(subject) in _GROUND and type(object_) in _GROUND:
                yield quad
            else:
                yield ox.Quad(rename(subject), quad.predicate, rename(object_))
    except SyntaxError as exc:
        reason = re.sub(r"^.*?\d: ", "", exc.msg, count=1)
        raise TurtleError(
            f"{file.name}: line {exc.lineno}, column {exc.offset}: {reason}",
            line=exc.lineno,
            column=exc.offset,
        ) from exc


def rdf_format_of(media_type: str) -> ox.RdfFormat:
    """Find the engine's RDF format of a media type."""
    found = ox.RdfFormat.from_media_type(media_type)
    if found is None:
        raise ValueError(f"not the media type of an RDF format: {media_type}")
    return found


_GROUND = frozenset((ox.NamedNode, ox.Literal))
_NAMESPACE = re.compile(rb"<([^<>]*[/#])[^<>/#]*>")


def _renaming(file: GraphFile) -> Any:
    prefix = f"g{hashlib.sha256(file.iri.encode()).hexdigest()[:8]}n"
    labels: dict[ox.BlankNode, ox.BlankNode] = {}

    def rename(term: Any) -> Any:
        if type(term) is ox.BlankNode:
            return labels.setdefault(term, ox.BlankNode(f"{prefix}{len(labels)}"))
        if type(term) is ox.Triple:
            raise DataError(f"{file.name}: a statement about a statement has no place here.")
        return term

    return rename


def _used_prefixes(triples: Triples, prefixes: Mapping[str, str]) -> dict[str, str]:
    """Find the prefixes in use by writing all without any, the fastest way to see each IRI."""
    plain = ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b""
    spaces = set(_NAMESPACE.findall(plain))
    return {prefix: space for prefix, space in prefixes.items() if space.encode() in spaces}
