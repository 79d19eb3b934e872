"""What the document about a thing says, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rdflib import DCTERMS, FOAF, PROV, RDF, VOID, Literal, URIRef
from rdflib.term import Node

from napgraph.formats import JSON_LD
from napgraph.jsonld import flatten, frame
from napgraph.jsonld_context import Context
from napgraph.namespaces import DATASET, DOC, HYDRA, ID, NAP
from napgraph.store import Contents, Description, Statements, Store
from napgraph.wording import LICENCE

# How many of the statements that point at a thing are on a page.
PAGE_SIZE = 100

_Triple = tuple[Node, Node, Node]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document: which of how many, from 1 on."""

    number: int
    count: int

    @property
    def previous(self) -> int | None:
        """The page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The page after, if there is one."""
        return self.number + 1 if self.number < self.count else None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a client may want to know of a thing before it reads the document.

    Attributes:
        types: What it is.
        licence: Under which what is said of it may be used.
        authors: Who made it, as far as they have IRIs.
        contents: Web addresses at which it can be had itself: a plan's text.
        replaced_by: What replaces it, where it was withdrawn.
    """

    types: tuple[URIRef, ...]
    licence: URIRef
    authors: tuple[URIRef, ...] = ()
    contents: tuple[str, ...] = ()
    replaced_by: tuple[URIRef, ...] = ()

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was published once and is no longer."""
        return NAP.Tombstone in self.types


@dataclass(frozen=True, slots=True)
class Document:
    """A page of what is known of a thing.

    The first page has all that is said of the thing; each has its part of
    what points at it.

    Attributes:
        own: What this page says of the thing itself.
        about: What the document says of itself and its pages.
        graphs: The named graphs that are about the thing, whole: a country's file.
    """

    description: Description
    page: Page
    profile: Profile
    own: Statements
    about: Statements
    graphs: tuple[Contents, ...] = ()

    def to_bytes(self, media_type: str) -> bytes:
        """Write the page in an RDF format, the thing itself first.

        What its classes and properties are called is not part of it: that is
        for pages, and programs find it in the ontology.
        """
        statements = self.own + self.about
        for graph in self.graphs:
            statements = statements + graph.statements
        statements = statements + self.description.incoming + self.description.labels
        for graph in self.graphs:
            statements = statements + graph.labels
        return statements.to_bytes(media_type)

    def to_tree(self, context: Context) -> bytes:
        """Write the page as JSON-LD, as one tree of plain JSON."""
        return frame(self.to_bytes(JSON_LD.media_type), self.description.iri, context)

    def to_list(self, context: Context) -> bytes:
        """Write the page as JSON-LD, as a flat list of things."""
        return flatten(self.to_bytes(JSON_LD.media_type), context)


def read_document(store: Store, iri: URIRef, *, page: int = 1) -> Document | None:
    """Read a page of the document about a thing; None if there is no such thing or page.

    Args:
        store: The store to read.
        iri: A thing of ours.
        page: Which page, from 1 on.
    """
    if page < 1:
        return None
    description = store.describe(
        iri, incoming_limit=PAGE_SIZE, incoming_offset=(page - 1) * PAGE_SIZE
    )
    pages = Page(page, max(1, -(-description.incoming_total // PAGE_SIZE)))
    if not description or page > pages.count:
        return None
    profile = _profile(iri, description.own.having(_TOLD))
    about = store.statements(_about(description, pages))
    if page > 1:
        own = store.statements((iri, RDF.type, cls) for cls in profile.types)
        return Document(description, pages, profile, own, about)
    graphs = tuple(store.read(graph) for graph in _graphs_about(store, iri))
    return Document(description, pages, profile, description.own, about, graphs)


def read_profile(store: Store, iri: URIRef) -> Profile:
    """Read what links from a document tell of what it is about."""
    told = (URIRef(predicate) for predicate in _TOLD)
    triples = (triple for predicate in told for triple in store.triples(iri, predicate, None))
    return _profile(iri, triples)


def is_known(store: Store, iri: URIRef) -> bool:
    """Tell whether a store says anything of a thing."""
    return any(store.triples(iri, None, None)) or any(store.triples(None, None, iri))


def document_iri(iri: URIRef, page: int = 1) -> URIRef:
    """Name a page of the document about a thing of ours."""
    address = f"{DOC}{iri.removeprefix(ID)}"
    return URIRef(address if page == 1 else f"{address}?page={page}")


def _about(description: Description, page: Page) -> Iterator[_Triple]:
    """Say what the document is and, where there are several pages, how to get to the others.

    Source: https://www.hydra-cg.com/spec/latest/core/, section 5.2 on collections
    """
    thing = description.iri
    document = document_iri(thing, page.number)
    yield document, _TYPE, _DOCUMENT
    yield document, _LICENSE, LICENCE
    yield document, _PRIMARY_TOPIC, thing
    yield document, _IN_DATASET, DATASET
    if page.count == 1:
        return
    incoming = URIRef(f"{document_iri(thing)}#incoming")
    yield thing, HYDRA.collection, incoming
    yield incoming, RDF.type, HYDRA.Collection
    yield incoming, HYDRA.totalItems, Literal(description.incoming_total)
    yield incoming, HYDRA.view, document
    yield document, RDF.type, HYDRA.PartialCollectionView
    places = {"first": 1, "previous": page.previous, "next": page.next, "last": page.count}
    for name, number in places.items():
        if number:
            yield document, HYDRA[name], document_iri(thing, number)


def _graphs_about(store: Store, iri: URIRef) -> list[URIRef]:
    return [
        URIRef(str(graph))
        for graph, _, _ in store.triples(None, _SUBJECT, iri)
        if any(store.triples(graph, _TYPE, PROV.Entity))
    ]


# To find a term in its namespace takes longer than to write a statement with it.
_TYPE, _LICENSE, _SUBJECT = RDF.type, DCTERMS.license, DCTERMS.subject
_DOCUMENT, _PRIMARY_TOPIC, _IN_DATASET = FOAF.Document, FOAF.primaryTopic, VOID.inDataset
# The properties that a profile is read from.
_TOLD = frozenset(
    map(str, (RDF.type, DCTERMS.creator, DCTERMS.isReplacedBy, DCTERMS.license, NAP.documentUrl))
)


def _profile(iri: URIRef, triples: Iterable[_Triple]) -> Profile:
    return _profile_of(tuple((p, value) for subject, p, value in triples if subject == iri))


@lru_cache(maxsize=1_024)
def _profile_of(told: tuple[tuple[Node, Node], ...]) -> Profile:
    """Sort what is told of a thing; of most things it is their class alone."""

    def iris(predicate: URIRef) -> tuple[URIRef, ...]:
        return tuple(sorted({v for p, v in told if p == predicate and isinstance(v, URIRef)}))

    addresses = [str(value) for predicate, value in told if predicate == NAP.documentUrl]
    return Profile(
        types=iris(RDF.type),
        licence=next(iter(iris(DCTERMS.license)), LICENCE),
        authors=iris(DCTERMS.creator),
        contents=tuple(a for a in addresses if a.startswith(("http://", "https://"))),
        replaced_by=iris(DCTERMS.isReplacedBy),
    )
