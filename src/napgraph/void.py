"""What is in the dataset, for programs that query it (VoID).

Source: https://www.w3.org/TR/void/
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from rdflib import RDF, VOID, Graph, Literal, URIRef

from napgraph.counts import ClassCount, Counts, PropertyCount
from napgraph.derived_folder import DUMP, Derived
from napgraph.formats import GRAPH_FORMATS
from napgraph.namespaces import BASE, DATASET, NAP, ONTOLOGY
from napgraph.resources import short_name
from napgraph.store_folder import Generation

# By suffix: the W3C's names for those of our formats that it has one for.
_FORMATS = {
    "ttl": "Turtle", "jsonld": "JSON-LD", "rdf": "RDF_XML", "nt": "N-Triples",
    "trig": "TriG", "nq": "N-Quads",
}  # fmt: skip
_MOST_EXAMPLES = 12


def part(name: str) -> URIRef:
    """Mint the IRI of a part of the dataset's description."""
    return URIRef(f"{DATASET}#{name}")


def void_graph(generation: Generation, derived: Derived | None, address: str) -> Graph:
    """Describe what is in a generation; without what was made from it, the little known at once.

    Args:
        generation: What is described.
        derived: What was made from it.
        address: Where the site is reached, without a slash at its end.
    """
    graph = Graph()
    _describe_access(graph, generation, f"{address}/sparql")
    if derived is None:
        return graph
    for file in derived.of_kind(DUMP):
        graph.add((DATASET, VOID.dataDump, URIRef(f"{address}/dump/{file.name}")))
    _describe_totals(graph, derived.counts)
    for property_ in derived.counts.properties:
        _describe_property(graph, property_)
    for class_ in derived.counts.classes:
        _describe_class(graph, class_)
    _describe_links(graph, derived.counts)
    for iri in _vocabularies(derived.counts):
        graph.add((DATASET, VOID.vocabulary, iri))
    for iri in _examples(derived.counts.classes):
        graph.add((DATASET, VOID.exampleResource, iri))
    return graph


def _describe_access(graph: Graph, generation: Generation, endpoint: str) -> None:
    graph.add((DATASET, RDF.type, VOID.Dataset))
    graph.add((DATASET, VOID.sparqlEndpoint, URIRef(endpoint)))
    graph.add((DATASET, VOID.uriSpace, Literal(BASE)))
    graph.add((DATASET, VOID.triples, Literal(generation.statements)))
    for form in GRAPH_FORMATS:
        if form.suffix in _FORMATS:
            name = URIRef(f"http://www.w3.org/ns/formats/{_FORMATS[form.suffix]}")
            graph.add((DATASET, VOID.feature, name))
    for iri, entry in generation.graphs.items():
        graph.add((DATASET, VOID.subset, iri))
        graph.add((iri, RDF.type, VOID.Dataset))
        graph.add((iri, VOID.triples, Literal(entry.statements)))


def _describe_totals(graph: Graph, counts: Counts) -> None:
    for predicate, number in (
        (VOID.entities, counts.entities),
        (VOID.distinctSubjects, counts.subjects),
        (VOID.distinctObjects, counts.objects),
        (VOID.classes, len(counts.classes)),
        (VOID.properties, len(counts.properties)),
    ):
        graph.add((DATASET, predicate, Literal(number)))


def _describe_property(graph: Graph, count: PropertyCount) -> None:
    node = part(f"property-{_name(count.iri)}")
    graph.add((DATASET, VOID.propertyPartition, node))
    graph.add((node, RDF.type, VOID.Dataset))
    graph.add((node, VOID.property, URIRef(count.iri)))
    graph.add((node, VOID.triples, Literal(count.triples)))
    graph.add((node, VOID.distinctSubjects, Literal(count.subjects)))
    graph.add((node, VOID.distinctObjects, Literal(count.objects)))


def _describe_class(graph: Graph, count: ClassCount) -> None:
    node = part(f"class-{_name(count.iri)}")
    graph.add((DATASET, VOID.classPartition, node))
    graph.add((node, RDF.type, VOID.Dataset))
    graph.add((node, VOID["class"], URIRef(count.iri)))
    graph.add((node, VOID.entities, Literal(count.entities)))
    graph.add((node, VOID.triples, Literal(sum(count.properties.values()))))
    for iri, triples in count.properties.items():
        inner = part(f"class-{_name(count.iri)}-property-{_name(iri)}")
        graph.add((node, VOID.propertyPartition, inner))
        graph.add((inner, VOID.property, URIRef(iri)))
        graph.add((inner, VOID.triples, Literal(triples)))


def _describe_links(graph: Graph, counts: Counts) -> None:
    for link in counts.links:
        name = f"{_name(link.property)}-{_digest(link.target)}"
        node, target = part(f"links-{name}"), part(f"target-{_digest(link.target)}")
        graph.add((DATASET, VOID.subset, node))
        graph.add((node, RDF.type, VOID.Linkset))
        graph.add((node, VOID.linkPredicate, URIRef(link.property)))
        graph.add((node, VOID.subjectsTarget, DATASET))
        graph.add((node, VOID.objectsTarget, target))
        graph.add((node, VOID.triples, Literal(link.triples)))
        graph.add((target, RDF.type, VOID.Dataset))
        graph.add((target, VOID.uriSpace, Literal(link.target)))


def _vocabularies(counts: Counts) -> set[URIRef]:
    """Find the vocabularies in use, ours by its IRI and others by their namespaces."""
    used = [count.iri for count in counts.properties] + [count.iri for count in counts.classes]
    spaces = {re.sub("[^/#]*$", "", iri) for iri in used}
    return {ONTOLOGY if space == str(NAP) else URIRef(space) for space in spaces}


def _examples(classes: Iterable[ClassCount]) -> list[URIRef]:
    """Choose one entity of each of the largest classes, of ours if we have any."""
    known = [count for count in classes if count.example]
    ours = [count for count in known if count.iri.startswith(str(NAP))]
    return [URIRef(count.example) for count in (ours or known)[:_MOST_EXAMPLES]]


def _name(iri: str) -> str:
    """Shorten an IRI to what can end another: `nap:ActionPlan`, or digits that stand for it."""
    short = short_name(iri)
    return short if _PLAIN.fullmatch(short) else _digest(iri)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


_PLAIN = re.compile(r"[a-z-]+:[A-Za-z0-9._-]+")
