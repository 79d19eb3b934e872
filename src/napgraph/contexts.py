"""The JSON-LD context: short names for what our data say, made from the ontology and the shapes.

The ontology says which classes and properties there are and what their values
are; the shapes say how many values a property has, and in which order people
read them. So a new property gets its name in JSON without a line of Python.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rdflib import FOAF, OWL, RDF, RDFS, SH, VOID, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from napgraph.config import Config
from napgraph.errors import DataError
from napgraph.files import ontology_sources, read_contents, shapes_graph, statements_of
from napgraph.jsonld_context import KEYWORDS, REVERSE_TERMS, is_of
from napgraph.namespaces import BASE, PREFIXES, SCHEMES, THING_TYPES
from napgraph.turtle import graph_of

# Where two properties have the same local name, the vocabulary that comes first has it.
_PREFERENCE = ("nap", "skos", "dcterms", "schema", "rdfs", "prov", "dcat", "org", "foaf", "qb")
_OF_VOCABULARIES = {
    prefix: namespace
    for prefix, namespace in PREFIXES.items()
    if prefix not in (*THING_TYPES, *SCHEMES, "graph")
}
# JSON has these itself: no type need be said, and none would be right for all of them.
_NATIVE = frozenset((XSD.string, XSD.integer, XSD.decimal, XSD.boolean))
# What a document says of itself, which no shape has.
_OF_DOCUMENTS = (FOAF.primaryTopic, VOID.inDataset)
_LAST = (99, 99)


def context_from_files(config: Config) -> str:
    """Make the context's text from a deployment's ontology and shapes.

    Raises:
        DataError: A file is missing, or is not Turtle.
    """
    paths = [source.path for source in ontology_sources(config)]
    ontology = graph_of(statements_of(read_contents(paths)))
    return context_text(make_context(ontology, shapes_graph(config)))


def make_context(ontology: Graph, shapes: Graph) -> dict[str, Any]:
    """Make the context for data that the ontology has the terms of.

    Args:
        ontology: The ontology, its schemes and cubes.
        shapes: All shapes.

    Returns:
        A JSON-LD 1.1 context. A property of texts has a language map; one of
        dates or addresses its datatype, if it is always the same; one that
        leads to things of other sites has their IRIs as strings. All that may
        have several values have an array.

    Raises:
        DataError: Two terms would have the same name, or a vocabulary has no prefix.
    """
    facts = _Facts(ontology, shapes)
    properties = sorted(facts.properties(), key=lambda p: (*facts.place(p), p))
    names = _short_names(properties)
    reverse = {term.name: URIRef(term.property) for term in REVERSE_TERMS}
    named = {URIRef(term.property) for term in REVERSE_TERMS if not term.classes}
    reverse |= {is_of(names[p]): p for p in properties if facts.is_link(p) and p not in named}
    return _join(
        {"@version": 1.1},
        {alias: keyword for keyword, alias in KEYWORDS.items()},
        _OF_VOCABULARIES,
        {name: _compact(cls) for cls, name in _short_names(facts.classes()).items()},
        {names[p]: facts.definition(p) for p in properties},
        {name: {"@reverse": _compact(p), "@container": "@set"} for name, p in reverse.items()},
    )


def _join(*parts: Mapping[str, Any]) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for part in parts:
        if taken := sorted(context.keys() & part.keys()):
            raise DataError(f"Two terms of the context would be called {taken[0]}; rename one.")
        context |= part
    return context


def context_text(context: dict[str, Any]) -> str:
    """Write a context with a line a term, so that a change shows as one."""
    lines = (f"    {json.dumps(name)}: {json.dumps(said)}" for name, said in context.items())
    return '{\n  "@context": {\n' + ",\n".join(lines) + "\n  }\n}\n"


class _Facts:
    """What ontology and shapes say of the terms."""

    def __init__(self, ontology: Graph, shapes: Graph) -> None:
        self._ontology = ontology
        self._shapes = shapes

    def classes(self) -> set[URIRef]:
        """Find the classes that things have, ours and others'."""
        return {
            cls
            for cls in (
                *self._ontology.subjects(RDF.type, OWL.Class),
                *self._ontology.objects(None, RDF.type),
                *self._shapes.objects(None, SH.targetClass),
                *self._shapes.objects(None, SH["class"]),
                FOAF.Document,
            )
            if isinstance(cls, URIRef)
        }

    def properties(self) -> set[URIRef]:
        """Find the properties that things have, ours and others'."""
        found = {
            *self._ontology.subjects(RDF.type, OWL.DatatypeProperty),
            *self._ontology.subjects(RDF.type, OWL.ObjectProperty),
            *self._ontology.predicates(),
            *self._shapes.objects(None, SH.path),
            *_OF_DOCUMENTS,
        }
        return {p for p in found if isinstance(p, URIRef)} - {RDF.type}

    def place(self, p: URIRef) -> tuple[int, int]:
        """Say where people read a property: the order of its group, and within it."""
        places = [
            (_number(self._shapes, group, SH.order), _number(self._shapes, shape, SH.order))
            for shape in self._shapes_of(p)
            for group in self._shapes.objects(shape, SH.group)
        ]
        return min(places, default=_LAST)

    def definition(self, p: URIRef) -> dict[str, Any] | str:
        """Define the term of a property."""
        kinds = self._kinds(p)
        said: dict[str, Any] = {"@id": _compact(p)}
        if kinds == {_ELSEWHERE}:
            said["@type"] = "@id"
        elif len(kinds) == 1 and not kinds & {RDF.langString, _THING, *_NATIVE}:
            said["@type"] = _compact(*kinds)
        container = ["@language"] if kinds == {RDF.langString} else []
        container += ["@set"] if self._is_repeated(p) else []
        if container:
            said["@container"] = container if len(container) > 1 else container[0]
        return said if len(said) > 1 else _compact(p)

    def is_link(self, p: URIRef) -> bool:
        """Tell whether a property of data leads from one thing to another."""
        return any(self._shapes_of(p)) and _THING in self._kinds(p)

    def _kinds(self, p: URIRef) -> set[URIRef]:
        """Say what the values are: the shapes know best, then the ontology, then what it says."""
        said = set(self._kinds_in_shapes(p)) or set(self._kinds_in_range(p))
        if not said - {_ELSEWHERE}:
            values = self._ontology.objects(None, p)
            said = {_kind(value) for value in values} or said
        return said

    def _kinds_in_shapes(self, p: URIRef) -> Iterator[URIRef]:
        for shape in self._shapes_of(p):
            for part in (shape, *self._alternatives(shape)):
                yield from self._iris(part, SH.datatype)
                if (part, SH["class"], None) in self._shapes:
                    yield _THING
                yield from (_kind(value) for value in self._shapes.objects(part, SH.hasValue))
            if not self._says_what(shape) and (shape, SH.nodeKind, SH.IRI) in self._shapes:
                yield _ELSEWHERE

    def _says_what(self, shape: Node) -> bool:
        return any((shape, p, None) in self._shapes for p in (SH["class"], SH["or"], SH.hasValue))

    def _kinds_in_range(self, p: URIRef) -> Iterator[URIRef]:
        for range_ in self._ontology.objects(p, RDFS.range):
            if isinstance(range_, URIRef) and range_ != RDFS.Literal:
                is_datatype = range_ == RDF.langString or range_.startswith(str(XSD))
                yield range_ if is_datatype else _THING

    def _is_repeated(self, p: URIRef) -> bool:
        """Tell whether a property may have several values, or texts in one language."""
        shapes = list(self._shapes_of(p))
        if not shapes:
            counts = Counter(
                (s, o.language if isinstance(o, Literal) else None)
                for s, o in self._ontology.subject_objects(p)
            )
            return max(counts.values(), default=1) > 1
        once = Literal(1)
        return not all(
            (shape, SH.maxCount, once) in self._shapes
            or (shape, SH.uniqueLang, Literal(True)) in self._shapes
            for shape in shapes
        )

    def _shapes_of(self, p: URIRef) -> Iterator[Node]:
        """Give the property shapes by which classes have a property."""
        for shape in self._shapes.subjects(SH.path, p):
            if any(self._shapes.subjects(SH.property, shape)) and not isinstance(shape, BNode):
                yield shape

    def _alternatives(self, shape: Node) -> Iterator[Node]:
        for head in self._shapes.objects(shape, SH["or"]):
            yield from Collection(self._shapes, head)

    def _iris(self, s: Node, p: Node) -> Iterator[URIRef]:
        return (o for o in self._shapes.objects(s, p) if isinstance(o, URIRef))


# What an IRI leads to: something that this graph describes, or another site.
_THING = URIRef(f"{BASE}thing")
_ELSEWHERE = URIRef(f"{BASE}elsewhere")


def _kind(value: Node) -> URIRef:
    if isinstance(value, Literal):
        return RDF.langString if value.language else value.datatype or XSD.string
    return _THING if str(value).startswith(BASE) else _ELSEWHERE


def _short_names(terms: Iterable[URIRef]) -> dict[URIRef, str]:
    """Name terms by what follows their namespace: `aim`, and `foafName` where `name` is taken."""
    names: dict[URIRef, str] = {}
    for term in sorted(terms, key=_preference):
        prefix, local = _split(term)
        if local in names.values() or local in KEYWORDS.values() or local in _OF_VOCABULARIES:
            local = f"{prefix}{local[0].upper()}{local[1:]}"
        names[term] = local
    return names


def _preference(term: URIRef) -> tuple[int, str]:
    prefix, _ = _split(term)
    known = prefix in _PREFERENCE
    return (_PREFERENCE.index(prefix) if known else len(_PREFERENCE)), term


def _split(term: URIRef) -> tuple[str, str]:
    for prefix, namespace in _OF_VOCABULARIES.items():
        if term.startswith(namespace):
            return prefix, term.removeprefix(namespace)
    raise DataError(f"{term} is of a vocabulary that has no prefix; give it one in PREFIXES.")


def _compact(term: URIRef) -> str:
    return ":".join(_split(term))


def _number(graph: Graph, subject: Node, predicate: URIRef) -> int:
    value = graph.value(subject, predicate)
    return int(value) if isinstance(value, Literal) else _LAST[0]
