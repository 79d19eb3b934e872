"""What a page says about one IRI, laid out by its shape."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from napgraph.namespaces import BASE, PREFIXES
from napgraph.store import Description, Store

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
    """A property and its values; `href` leads to what the property means.

    Attributes:
        term: Its short name: `dcterms:title`.
    """

    label: str
    href: str
    values: tuple[Value, ...]
    term: str = ""


@dataclass(frozen=True)
class Section:
    """The properties that the shapes put into one group, which `label` names."""

    label: Value
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class Resource:
    """All that a page says about one IRI.

    Attributes:
        path: Where its document is on this site, without a suffix.
        types: What it is.
        sections: What it says, in the groups and the order of the shapes.
        graphs: The named graphs that say so.
    """

    iri: str
    path: str
    label: Value
    types: tuple[Value, ...]
    sections: tuple[Section, ...]
    graphs: tuple[Value, ...]


@dataclass(frozen=True)
class Placement:
    """Where the shapes put a property on a page, and what they call it.

    Attributes:
        group: What its group is called, in several languages.
    """

    order: float
    name: str
    group: tuple[Literal, ...] = ()


def read_placements(store: Store) -> dict[URIRef, Placement]:
    """Read from the shapes in which order properties come and what they are called."""
    rows = store.select(
        """
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?path ?group (MIN(?at * 1000 + ?place) AS ?order) (SAMPLE(?label) AS ?name) {
            ?shape sh:path ?path ; sh:order ?place ; sh:group ?group ; sh:name ?label .
            ?group sh:order ?at .
            FILTER(isIRI(?path) && LANG(?label) = "en")
        } GROUP BY ?path ?group ORDER BY DESC(?order)
        """
    )
    return {
        row.path: Placement(float(row.order), str(row.name), _labels_of(store, row.group))
        for row in rows
        if row.path
    }


def _labels_of(store: Store, iri: URIRef) -> tuple[Literal, ...]:
    labels = (label for _, _, label in store.triples(iri, RDFS.label, None))
    return tuple(label for label in labels if isinstance(label, Literal))


def lay_out(
    description: Description, placements: Mapping[URIRef, Placement], *, language: str = "en"
) -> Resource:
    """Lay out what a store knows of an IRI."""
    labels = description.labels + description.terms
    page = _Page(description.own, labels, placements, language)
    iri = description.iri
    return Resource(
        iri=str(iri),
        path=local_path(iri),
        label=page.value(iri),
        types=tuple(page.value(o) for o in sorted(page.own.objects(iri, RDF.type), key=str)),
        sections=page.sections(iri),
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


@lru_cache(maxsize=8_192)
def short_name(iri: str) -> str:
    """Shorten an IRI for people: `skos:note`, or its last part."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def natural_key(node: Node | str) -> list[tuple[int, str]]:
    """Order as people count: `MLI-3-2` before `MLI-3-10`."""
    parts = re.split(r"([0-9]+)", str(node))
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


class _Page:
    """Some statements in rdflib's terms, while they are laid out."""

    def __init__(
        self,
        own: Iterable[Triple],
        labels: Iterable[Triple],
        placements: Mapping[URIRef, Placement],
        language: str,
    ):
        self.own = Graph(bind_namespaces="none")
        for triple in own:
            self.own.add(triple)
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

    def sections(self, subject: Node) -> tuple[Section, ...]:
        predicates = set(self.own.predicates(subject)) - {RDF.type}
        groups: dict[tuple[Literal, ...], list[Property]] = defaultdict(list)
        for predicate in sorted(predicates, key=self._place):
            placement = self._placements.get(URIRef(str(predicate)))
            group = placement.group if placement else ()
            groups[group].append(self._property(predicate, self.own.objects(subject, predicate)))
        return tuple(Section(self._text(labels), tuple(found)) for labels, found in groups.items())

    def value(self, node: Node) -> Value:
        if isinstance(node, Literal):
            return _literal(node)
        if isinstance(node, BNode):
            return Value("", nested=self.properties(node))
        label = self._text(self._labels.get(node, ()))
        href = local_path(str(node)) or web_address(str(node))
        if not label.text:
            return Value(short_name(str(node)), href)
        return Value(label.text, href, label.language)

    def _text(self, literals: Iterable[Literal]) -> Value:
        chosen = choose_text(literals, self._language)
        return Value("") if chosen is None else Value(str(chosen), language=chosen.language or "")

    def _property(self, predicate: Node, nodes: Iterable[Node]) -> Property:
        label = self.value(predicate)
        name = label.text
        if placement := self._placements.get(URIRef(str(predicate))):
            # A term of another vocabulary has no label here; the shapes have a name for it.
            name = label.text if label.language else placement.name
        values = (self.value(node) for node in sorted(nodes, key=natural_key))
        return Property(name, label.href, tuple(values), short_name(str(predicate)))

    def _place(self, predicate: Node) -> tuple[float, str]:
        placement = self._placements.get(URIRef(str(predicate)))
        return placement.order if placement else _LAST, str(predicate)


def _literal(literal: Literal) -> Value:
    text = str(literal)
    href = web_address(text) if literal.datatype == XSD.anyURI else ""
    return Value(text, href, literal.language or "")


def web_address(text: str) -> str:
    """Give an address that may be a link, and nothing for one that a browser would run."""
    return text if text.startswith(("http://", "https://", "mailto:")) else ""
