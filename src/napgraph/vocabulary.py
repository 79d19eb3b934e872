"""The terms of the ontology, and how they hang together, as pages show them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, VANN, Graph, Literal, URIRef
from rdflib.term import Node

from napgraph.namespaces import NAP, ONTOLOGY, SHAPES
from napgraph.resources import Value, short_name
from napgraph.rules import Rule, RuleGroup, Rules, Words
from napgraph.store import Store
from napgraph.store_folder import Generation
from napgraph.turtle import parse_turtle


@dataclass(frozen=True, slots=True)
class Term:
    """A class or a property.

    Attributes:
        anchor: What follows `#` in the address of its explanation.
        name: Its IRI as one writes it: `nap:adopted`.
        label: What the reader calls it.
        labels: What it is called in all languages.
        broader: The classes or properties that it is a kind of.
        narrower: The classes that are kinds of it.
        ranges: What its values are.
        lists: The lists of concepts from which its values come.
        rules: Those that speak of it.
        group: The rules for its things, if it is a class that has some.
        demanding: The rules by which values are things of this class.
        uses: How many things are of the class, or how many statements have the property.
        query: One that shows some of these.
        replaced_by: What is to be used instead; empty where it is not deprecated.
    """

    iri: URIRef
    anchor: str
    name: str
    is_class: bool
    label: Value
    labels: tuple[Value, ...]
    definition: Value
    notes: tuple[Value, ...]
    examples: tuple[Value, ...]
    broader: tuple[Value, ...]
    narrower: tuple[Value, ...]
    ranges: tuple[Value, ...]
    lists: tuple[Value, ...]
    rules: tuple[Rule, ...]
    group: RuleGroup | None
    demanding: tuple[Rule, ...]
    uses: int
    query: str
    is_deprecated: bool
    replaced_by: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ConceptList:
    """A scheme of concepts, and how many it has."""

    label: Value
    concepts: int


@dataclass(frozen=True, slots=True)
class Part:
    """What has an address among the shapes and is no rule: a group or a prefix."""

    anchor: str
    text: Value


@dataclass(frozen=True, slots=True)
class Heading:
    """What a vocabulary says of itself."""

    title: Value
    description: Value
    version: str
    prefix: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The ontology and the shapes for one reader.

    Attributes:
        ontology: What the ontology says of itself.
        shapes: What the shapes say of themselves.
        classes: Those of ours, by label.
        properties: Those of ours, by label.
        borrowed: Terms of other vocabularies that the shapes speak of, by name.
        lists: The lists of concepts.
        rules: All shapes that have a name.
        parts: What else has an address among the shapes, by IRI.
    """

    ontology: Heading
    shapes: Heading
    classes: tuple[Term, ...]
    properties: tuple[Term, ...]
    borrowed: tuple[Term, ...]
    lists: tuple[ConceptList, ...]
    rules: Rules
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Uses:
    """How often the terms are used in a store."""

    by_class: Mapping[URIRef, int]
    by_property: Mapping[URIRef, int]

    def of(self, iri: URIRef, *, is_class: bool) -> int:
        """Say how often a term is used."""
        return (self.by_class if is_class else self.by_property).get(iri, 0)


def read_vocabulary(
    generation: Generation, store: Store, *, language: str = "en", prefix: str = ""
) -> Vocabulary:
    """Read the ontology and the shapes that a generation has.

    Args:
        generation: One that has both.
        store: Its store.
        language: The reader's; where a text is not to be had in it, it is in English.
        prefix: What paths to pages in that language begin with, like `/fr`.
    """
    ontology = parse_turtle(generation.files[ONTOLOGY].read(), name=str(ONTOLOGY))
    shapes = parse_turtle(generation.files[SHAPES].read(), name=str(SHAPES))
    lists = _read_lists(store)
    labels = _labels(ontology, shapes, lists)
    borrowed = _borrowed(shapes)
    explained = {term: f"/ontology#{_anchor(term)}" for term in borrowed}
    words = Words(labels, language, prefix=prefix, explained=explained)
    reader = _Reader(ontology, Rules(shapes, ontology, words), words, count_uses(store))
    return Vocabulary(
        ontology=_heading(ontology, ONTOLOGY, words),
        shapes=_heading(shapes, SHAPES, words),
        classes=reader.terms(ontology.subjects(RDF.type, OWL.Class)),
        properties=reader.terms(
            {*ontology.subjects(RDF.type, OWL.ObjectProperty)}
            | {*ontology.subjects(RDF.type, OWL.DatatypeProperty)}
        ),
        borrowed=reader.terms(borrowed),
        lists=tuple(
            ConceptList(words.value(scheme), concepts)
            for scheme, (_, concepts) in sorted(lists.items())
        ),
        rules=reader.rules,
        parts=_parts(shapes, words),
    )


def count_uses(store: Store) -> Uses:
    """Count how often each class and property is used.

    A thing of a class is one of those that the class is a kind of, too.
    """
    classes = store.select(
        """
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?class (COUNT(DISTINCT ?thing) AS ?uses) {
            ?thing a ?type . ?type rdfs:subClassOf* ?class . FILTER(isIRI(?class))
        } GROUP BY ?class
        """
    )
    properties = store.select(
        "SELECT ?property (COUNT(*) AS ?uses) { ?s ?property ?o } GROUP BY ?property"
    )
    return Uses(
        by_class={URIRef(row[0]): int(row[1]) for row in classes},
        by_property={URIRef(row[0]): int(row[1]) for row in properties},
    )


class _Reader:
    """What there is to know of terms, for one reader."""

    def __init__(self, ontology: Graph, rules: Rules, words: Words, uses: Uses) -> None:
        self._ontology = ontology
        self._words = words
        self._uses = uses
        self.rules = rules

    def terms(self, iris: Iterable[Node]) -> tuple[Term, ...]:
        """Read terms, by label."""
        found = [self._term(iri) for iri in set(iris) if isinstance(iri, URIRef)]
        return tuple(sorted(found, key=_by_label))

    def _term(self, iri: URIRef) -> Term:
        graph, words = self._ontology, self._words
        is_class = self._is_class(iri)
        kinds = sorted(graph.subjects(RDFS.subClassOf, iri), key=str)
        return Term(
            iri=iri,
            anchor=_anchor(iri),
            name=short_name(str(iri)),
            is_class=is_class,
            label=words.value(iri),
            labels=self._literals(iri, RDFS.label),
            definition=words.text(graph, iri, SKOS.definition),
            notes=self._said(iri, SKOS.scopeNote),
            examples=self._said(iri, SKOS.example),
            broader=self._values(iri, RDFS.subClassOf, RDFS.subPropertyOf),
            narrower=tuple(words.value(kind) for kind in kinds),
            ranges=self._values(iri, RDFS.range),
            lists=self._values(iri, RDFS.seeAlso),
            rules=self.rules.mentioning.get(iri, ()),
            group=self.rules.of_class(iri) if is_class else None,
            demanding=self.rules.demanding(iri),
            uses=self._uses.of(iri, is_class=is_class),
            query=_query(iri, is_class=is_class, has_kinds=bool(kinds)),
            is_deprecated=(iri, OWL.deprecated, Literal(True)) in graph,
            replaced_by=self._values(iri, DCTERMS.isReplacedBy),
        )

    def _is_class(self, iri: URIRef) -> bool:
        if iri.startswith(NAP):
            return (iri, RDF.type, OWL.Class) in self._ontology
        return iri not in self.rules.paths

    def _values(self, iri: URIRef, *predicates: URIRef) -> tuple[Value, ...]:
        found = (o for p in predicates for o in sorted(self._ontology.objects(iri, p), key=str))
        return tuple(self._words.value(o) for o in found)

    def _said(self, iri: URIRef, predicate: URIRef) -> tuple[Value, ...]:
        """Give what is said in the reader's language, else in English, else in any."""
        found = self._literals(iri, predicate)
        for tag in (self._words.language, "en"):
            if chosen := tuple(text for text in found if text.language == tag):
                return chosen
        return found

    def _literals(self, iri: URIRef, predicate: URIRef) -> tuple[Value, ...]:
        found = [o for o in self._ontology.objects(iri, predicate) if isinstance(o, Literal)]
        found.sort(key=lambda o: o.language or "")
        return tuple(Value(str(o), "", o.language or "") for o in found)


def _by_label(term: Term) -> tuple[str, str]:
    """Put letters with accents beside those without."""
    return unicodedata.normalize("NFKD", term.label.text.casefold()), term.name


def _read_lists(store: Store) -> dict[URIRef, tuple[list[Literal], int]]:
    rows = store.select(
        """
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?scheme ?label ?concepts {
            { SELECT ?scheme (COUNT(DISTINCT ?concept) AS ?concepts) {
                ?concept skos:inScheme ?scheme
            } GROUP BY ?scheme }
            ?scheme skos:prefLabel ?label
        }
        """
    )
    lists: dict[URIRef, tuple[list[Literal], int]] = {}
    for scheme, label, concepts in rows:
        lists.setdefault(URIRef(scheme), ([], int(concepts)))[0].append(label)
    return lists


def _labels(
    ontology: Graph, shapes: Graph, lists: Mapping[URIRef, tuple[list[Literal], int]]
) -> dict[Node, list[Literal]]:
    """Collect what terms are called; one that is not ours is called what shapes call it."""
    labels: dict[Node, list[Literal]] = {scheme: found for scheme, (found, _) in lists.items()}
    for subject, label in ontology.subject_objects(RDFS.label):
        _add(labels, subject, label)
    for shape, name in sorted(shapes.subject_objects(SH.name), key=str):
        _add(labels, shape, name)
    for shape, path in sorted(shapes.subject_objects(SH.path), key=str):
        names = list(shapes.objects(shape, SH.name))
        if isinstance(path, URIRef) and path not in labels:
            for name in names:
                _add(labels, path, name)
    return labels


def _add(labels: dict[Node, list[Literal]], subject: Node, label: Node) -> None:
    if isinstance(label, Literal):
        labels.setdefault(subject, []).append(label)


def _borrowed(shapes: Graph) -> frozenset[URIRef]:
    """Find the terms of other vocabularies that the shapes say something of."""
    said = (o for p in (SH.path, SH.targetClass, SH["class"]) for o in shapes.objects(None, p))
    return frozenset(o for o in said if isinstance(o, URIRef) and not o.startswith(NAP))


def _anchor(iri: URIRef) -> str:
    return iri.removeprefix(str(NAP)) if iri.startswith(NAP) else short_name(iri).replace(":", "-")


def _heading(graph: Graph, iri: URIRef, words: Words) -> Heading:
    def said(predicate: URIRef) -> str:
        return str(graph.value(iri, predicate) or "")

    return Heading(
        title=words.text(graph, iri, RDFS.label, DCTERMS.title),
        description=words.text(graph, iri, DCTERMS.description),
        version=said(OWL.versionInfo),
        prefix=said(VANN.preferredNamespacePrefix),
        namespace=said(VANN.preferredNamespaceUri),
    )


def _parts(shapes: Graph, words: Words) -> tuple[Part, ...]:
    rules = {*shapes.subjects(RDF.type, SH.NodeShape), *shapes.subjects(RDF.type, SH.PropertyShape)}
    named = sorted(s for s in set(shapes.subjects()) - rules if isinstance(s, URIRef))
    return tuple(
        Part(iri.removeprefix(f"{SHAPES}#"), _part_text(shapes, iri, words))
        for iri in named
        if iri.startswith(f"{SHAPES}#")
    )


def _part_text(shapes: Graph, iri: URIRef, words: Words) -> Value:
    prefix, namespace = shapes.value(iri, SH.prefix), shapes.value(iri, SH.namespace)
    if prefix is not None:
        return Value(f"{prefix}: <{namespace}>")
    return words.text(shapes, iri, RDFS.label)


def _query(iri: URIRef, *, is_class: bool, has_kinds: bool) -> str:
    name = short_name(str(iri))
    prefix, _, local = name.partition(":")
    prefixes = {prefix: str(iri).removesuffix(local)}
    if has_kinds:
        prefixes["rdfs"] = str(RDFS)
    declared = "".join(f"PREFIX {prefix}: <{start}>\n" for prefix, start in prefixes.items())
    if is_class:
        path = "a/rdfs:subClassOf*" if has_kinds else "a"
        return f"{declared}\nSELECT ?thing WHERE {{\n  ?thing {path} {name} .\n}}\nLIMIT 100\n"
    return f"{declared}\nSELECT ?thing ?value WHERE {{\n  ?thing {name} ?value .\n}}\nLIMIT 100\n"
