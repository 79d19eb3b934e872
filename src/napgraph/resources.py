"""What a page says about one IRI, laid out by its shape."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from napgraph.formats import JSON_LD
from napgraph.jsonld import flatten, frame
from napgraph.jsonld_context import Context
from napgraph.namespaces import BASE, PREFIXES
from napgraph.store import Contents, Description, Store

Triple = tuple[Node, Node, Node]

# Where no shape says otherwise, a property comes after all those that have an order.
_LAST = 9999.0


@dataclass(frozen=True)
class Value:
    """One value as a page shows it.

    Attributes:
        href: Where it leads, on this site or on another; empty for plain text.
        language: Its BCP 47 tag; empty where it has none.
        datatype: The short name of its datatype, where it is worth showing.
        nested: What is said of it, where it is a blank node.
    """

    text: str
    href: str = ""
    language: str = ""
    datatype: str = ""
    nested: tuple[Property, ...] = ()


@dataclass(frozen=True)
class Property:
    """A property and its values; `href` leads to what the property means."""

    label: str
    href: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Resource:
    """All that a page says about one IRI.

    Attributes:
        path: Where its document is on this site, without a suffix.
        types: What it is.
        properties: What it says, in the order of the shapes.
        incoming: What points at it, by property.
        incoming_total: How many statements point at it; more than are listed, perhaps.
    """

    iri: str
    path: str
    label: Value
    types: tuple[Value, ...]
    properties: tuple[Property, ...]
    incoming: tuple[Property, ...]
    incoming_total: int
    graphs: tuple[Value, ...]


@dataclass(frozen=True)
class Placement:
    """Where the shapes put a property on a page, and what they call it."""

    order: float
    name: str


@dataclass(frozen=True)
class Part:
    """An entity that a page about another one shows whole."""

    label: Value
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Group:
    """The parts of one class."""

    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Document:
    """What the document about an IRI says.

    Attributes:
        description: What the store knows of the IRI.
        graphs: The named graphs that are about it, whole: a country's file.
    """

    description: Description
    graphs: tuple[Contents, ...]

    def to_bytes(self, media_type: str) -> bytes:
        """Write all of it in an RDF format, each statement once.

        What its classes and properties are called is not part of it: that is
        for pages, and programs find it in the ontology.
        """
        statements = self.description.own
        for graph in self.graphs:
            statements = statements + graph.statements
        statements = statements + self.description.incoming + self.description.labels
        for graph in self.graphs:
            statements = statements + graph.labels
        return statements.to_bytes(media_type, prefixes=PREFIXES)

    def to_tree(self, context: Context) -> bytes:
        """Write all of it as JSON-LD, as one tree of plain JSON."""
        return frame(self.to_bytes(JSON_LD.media_type), self.description.iri, context)

    def to_list(self, context: Context) -> bytes:
        """Write all of it as JSON-LD, as a flat list of things."""
        return flatten(self.to_bytes(JSON_LD.media_type), context)


def read_document(store: Store, iri: URIRef, *, incoming_limit: int | None) -> Document | None:
    """Read what the document about an IRI says; None if the store does not know it.

    Args:
        store: Where to read.
        iri: What it is about.
        incoming_limit: How many statements that point at it to read; None for all.
    """
    description = store.describe(iri, incoming_limit=incoming_limit)
    if not description:
        return None
    about = store.select(
        """
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?graph ?subject { ?graph dcterms:subject ?subject ; a prov:Entity }
        """,
        subject=iri,
    )
    return Document(description, tuple(store.read(row.graph) for row in about))


def lay_out_parts(
    document: Document, placements: Mapping[URIRef, Placement], *, language: str = "en"
) -> tuple[Group, ...]:
    """Lay out the entities of the graphs that are about an IRI, by class."""
    groups: dict[str, list[Part]] = defaultdict(list)
    for contents in document.graphs:
        labels = contents.labels + contents.terms
        page = _Page(contents.statements, (), labels, placements, language)
        for subject in sorted(set(page.own.subjects(RDF.type)), key=_natural):
            if subject != document.description.iri and not isinstance(subject, BNode):
                cls = page.own.value(subject, RDF.type) or subject
                groups[page.value(cls).text].append(
                    Part(page.value(subject), page.properties(subject))
                )
    return tuple(Group(label, tuple(groups[label])) for label in sorted(groups))


def read_placements(store: Store) -> dict[URIRef, Placement]:
    """Read from the shapes in which order properties come and what they are called."""
    rows = store.select(
        """
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?path (MIN(?group * 1000 + ?place) AS ?order) (SAMPLE(?label) AS ?name) {
            ?shape sh:path ?path ; sh:order ?place ; sh:group/sh:order ?group ; sh:name ?label .
            FILTER(isIRI(?path) && LANG(?label) = "en")
        } GROUP BY ?path
        """
    )
    return {row.path: Placement(float(row.order), str(row.name)) for row in rows if row.path}


def lay_out(
    description: Description, placements: Mapping[URIRef, Placement], *, language: str = "en"
) -> Resource:
    """Lay out what a store knows of an IRI."""
    labels = description.labels + description.terms
    page = _Page(description.own, description.incoming, labels, placements, language)
    iri = description.iri
    properties = page.properties(iri)
    return Resource(
        iri=str(iri),
        path=local_path(iri),
        label=page.value(iri),
        types=tuple(page.value(o) for o in sorted(page.own.objects(iri, RDF.type), key=str)),
        properties=properties,
        incoming=page.incoming(),
        incoming_total=description.incoming_total,
        graphs=tuple(page.value(graph) for graph in description.graphs),
    )


def local_path(iri: str) -> str:
    """Say where an IRI of ours is served on this site; empty for any other."""
    if not iri.startswith(BASE):
        return ""
    path = iri.removeprefix(BASE)
    return f"/doc/{path.removeprefix('id/')}" if path.startswith("id/") else f"/{path}"


def choose_text(literals: Iterable[Literal], language: str) -> Literal | None:
    """Choose the text for a reader: in their language, else English, else any."""
    found = sorted(literals, key=lambda o: (_rank(o.language, language), str(o)))
    return found[0] if found else None


def _rank(tag: str | None, language: str) -> int:
    preferred = (language, "en", None, "und")
    return preferred.index(tag) if tag in preferred else len(preferred)


def short_name(iri: str) -> str:
    """Shorten an IRI for people: `skos:note`, or its last part."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


class _Page:
    """Some statements in rdflib's terms, while they are laid out."""

    def __init__(
        self,
        own: Iterable[Triple],
        incoming: Iterable[Triple],
        labels: Iterable[Triple],
        placements: Mapping[URIRef, Placement],
        language: str,
    ):
        self.own = Graph(bind_namespaces="none")
        for triple in own:
            self.own.add(triple)
        self._incoming = tuple(incoming)
        self._placements = placements
        self._language = language
        self._labels: dict[Node, list[Literal]] = defaultdict(list)
        for s, _, o in labels:
            if isinstance(o, Literal):
                self._labels[s].append(o)

    def properties(self, subject: Node) -> tuple[Property, ...]:
        predicates = set(self.own.predicates(subject)) - {RDF.type}
        return tuple(
            self._property(predicate, self.own.objects(subject, predicate))
            for predicate in sorted(predicates, key=self._place)
        )

    def incoming(self) -> tuple[Property, ...]:
        by_predicate: dict[Node, list[Node]] = defaultdict(list)
        for subject, predicate, _ in self._incoming:
            by_predicate[predicate].append(subject)
        return tuple(
            self._property(p, by_predicate[p]) for p in sorted(by_predicate, key=self._place)
        )

    def value(self, node: Node) -> Value:
        if isinstance(node, Literal):
            return _literal(node)
        if isinstance(node, BNode):
            return Value("", nested=self.properties(node))
        label = choose_text(self._labels.get(node, ()), self._language)
        href = local_path(str(node)) or web_address(str(node))
        if label is None:
            return Value(short_name(str(node)), href)
        return Value(str(label), href, label.language or "")

    def _property(self, predicate: Node, nodes: Iterable[Node]) -> Property:
        label = self.value(predicate)
        name = label.text
        if placement := self._placements.get(URIRef(str(predicate))):
            # A term of another vocabulary has no label here; the shapes have a name for it.
            name = label.text if label.language else placement.name
        values = (self.value(node) for node in sorted(nodes, key=_natural))
        return Property(name, label.href, tuple(values))

    def _place(self, predicate: Node) -> tuple[float, str]:
        placement = self._placements.get(URIRef(str(predicate)))
        return placement.order if placement else _LAST, str(predicate)


def _natural(node: Node) -> list[tuple[int, str]]:
    """Order as people count: `MLI-3-2` before `MLI-3-10`."""
    parts = re.split(r"([0-9]+)", str(node))
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _literal(literal: Literal) -> Value:
    text = str(literal)
    href = web_address(text) if literal.datatype == XSD.anyURI else ""
    return Value(text, href, literal.language or "")


def web_address(text: str) -> str:
    """Give an address that may be a link, and nothing for one that a browser would run."""
    return text if text.startswith(("http://", "https://", "mailto:")) else ""
