"""What napgraph asks of a store of named graphs, whichever engine keeps it."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from rdflib import DCTERMS, FOAF, RDFS, SKOS, URIRef
from rdflib.term import Node

from napgraph.namespaces import NAP, SCHEMA

# What a thing is called is what it says with the first of these that it has.
LABEL_PROPERTIES: tuple[URIRef, ...] = (
    SKOS.prefLabel,
    RDFS.label,
    DCTERMS.title,
    SCHEMA.name,
    FOAF.name,
    NAP.text,
    NAP.symbol,
)


# The media types of the files that data come in, by suffix.
TRIPLES_TYPES = {".ttl": "text/turtle", ".nt": "application/n-triples"}
QUADS_TYPES = {".trig": "application/trig", ".nq": "application/n-quads"}


@dataclass(frozen=True, slots=True)
class GraphFile:
    """A named graph as a file, or as the bytes of one.

    Attributes:
        iri: Its name; relative IRIs in the file are relative to it.
        name: What an error calls it; without one, its path or IRI.
        labels_kept: Whether its blank nodes have in the store the labels that
            they have in the file; else they get labels of the file's own.
    """

    iri: URIRef
    content: bytes | Path
    media_type: str = "text/turtle"
    name: str = ""
    labels_kept: bool = False

    def __post_init__(self) -> None:
        if not self.name:
            name = self.content if isinstance(self.content, Path) else self.iri
            object.__setattr__(self, "name", str(name))

    def read(self) -> bytes:
        """Read its bytes."""
        return self.content.read_bytes() if isinstance(self.content, Path) else self.content

    def open(self) -> BinaryIO:
        """Open it to read its bytes one after the other."""
        if isinstance(self.content, Path):
            return self.content.open("rb")
        return io.BytesIO(self.content)


@dataclass(frozen=True, slots=True)
class QuadsFile:
    """A file that names its graphs itself, in TriG or N-Quads.

    Attributes:
        iri: The named graph of what the file says in no graph; relative IRIs
            in the file are relative to it.
    """

    iri: URIRef
    path: Path
    media_type: str


DataFile = GraphFile | QuadsFile


class Statements(Protocol):
    """Statements in the engine's own terms, cheap to keep and to write out.

    They may be in parts: what is written for people has the subjects of an
    earlier part before those of a later one.
    """

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[Node, Node, Node]]:
        """Give each statement in rdflib's terms."""

    def __add__(self, other: Any) -> Statements:
        """Put those of another, of the same engine, after these as parts of their own."""

    def having(self, predicates: Collection[str]) -> Iterator[tuple[Node, Node, Node]]:
        """Give those with one of these properties, in rdflib's terms."""

    def to_bytes(self, media_type: str, *, prefixes: Mapping[str, str] | None = None) -> bytes:
        """Write them in an RDF format, each once and with the prefixes that they use.

        Args:
            media_type: The format.
            prefixes: Prefixes to use besides ours.
        """


@dataclass(frozen=True, slots=True)
class Description:
    """What a store knows of one IRI.

    Attributes:
        own: The statements about it, and those about the blank nodes they lead to.
        incoming: Statements that point at it, as many as were asked for.
        incoming_total: How many point at it in all.
        labels: What each thing that these mention is called, and its types.
        terms: What the classes and properties that these use are called, and the graphs.
        find_graphs: Finds the named graphs that say something about it, which few ask for.
    """

    iri: URIRef
    own: Statements
    incoming: Statements
    incoming_total: int
    labels: Statements
    terms: Statements
    find_graphs: Callable[[], tuple[URIRef, ...]]

    @property
    def graphs(self) -> tuple[URIRef, ...]:
        """The named graphs that say something about it."""
        return self.find_graphs()

    def __bool__(self) -> bool:
        """Tell whether the store knows the IRI at all."""
        return bool(len(self.own) or self.incoming_total)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a named graph says, and what all that it mentions is called, as in a description."""

    statements: Statements
    labels: Statements
    terms: Statements


class Store(Protocol):
    """Named graphs that can be asked; the default graph is their union, each statement once."""

    def replace_graphs(self, files: Iterable[GraphFile], *, removed: Iterable[URIRef] = ()) -> None:
        """Make each file's named graph hold what the file says, and drop the removed ones.

        Raises:
            TurtleError: A file is not in its format.
        """

    def query(
        self,
        text: str,
        *,
        media_type: str,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> bytes:
        """Answer a query, written in a media type.

        Args:
            text: A SPARQL 1.1 query; relative IRIs are relative to our base.
            media_type: One of the formats that fit the query's form.
            default_graphs: With `named_graphs` the dataset to ask; if either is
                given, what `FROM` and `FROM NAMED` say does not count.
            named_graphs: See `default_graphs`.

        Raises:
            QuerySyntaxError: The text is not a SPARQL query.
            QueryError: The query cannot be answered, or not in this media type.

        Source: SPARQL 1.1 Protocol, section 2.1.4
        """

    def select(self, text: str, **bindings: Node) -> list[Any]:
        """Answer a SELECT query of ours, with variables bound to terms.

        Returns:
            A named tuple a solution, its fields the query's variables: an
            rdflib term, or None where unbound.
        """

    def describe(
        self, iri: URIRef, *, incoming_limit: int = 100, incoming_offset: int = 0
    ) -> Description:
        """Collect what is known of an IRI.

        Args:
            iri: What is described.
            incoming_limit: How many of the statements that point at it to give
                at most; of more than that always the same, by property and subject.
            incoming_offset: How many of those to leave out before.
        """

    def triples(
        self, subject: Node | None, predicate: Node | None, obj: Node | None
    ) -> Iterator[tuple[Node, Node, Node]]:
        """Give the statements of this pattern, None standing for any term."""

    def statements(self, triples: Iterable[tuple[Node, Node, Node]]) -> Statements:
        """Turn statements of ours into the engine's, to be put after others."""

    def read(self, graph: URIRef) -> Contents:
        """Read a named graph; one that the store does not have is empty."""

    def count(self, graph: URIRef | None = None) -> int:
        """Count the statements of a named graph, or the different ones of all."""
