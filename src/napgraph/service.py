"""What the SPARQL endpoint says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import DCTERMS, RDF, VOID, BNode, Graph, Literal, Namespace, URIRef

from napgraph.formats import (
    CSV,
    GRAPH_FORMATS,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    RESULTS_FORMATS,
    RESULTS_JSON,
    RESULTS_XML,
    TRIG,
    TSV,
    TURTLE,
    Format,
)
from napgraph.namespaces import BASE, DATASET, SD
from napgraph.store_folder import Generation

SERVICE = URIRef(f"{BASE}sparql")


def describe_service(generation: Generation, *, endpoint: str, federates: bool) -> Graph:
    """Describe the endpoint: its address, language, formats and graphs.

    Args:
        generation: The graphs that it answers from.
        endpoint: Where it is to be asked.
        federates: Whether a query may ask other endpoints.

    Returns:
        The same statements each time, labels of blank nodes included.

    Source: https://www.w3.org/TR/sparql11-service-description/
    """
    graph = Graph()
    graph.add((SERVICE, RDF.type, SD.Service))
    graph.add((SERVICE, SD.endpoint, URIRef(endpoint)))
    graph.add((SERVICE, SD.supportedLanguage, SD.SPARQL11Query))
    graph.add((SERVICE, SD.feature, SD.UnionDefaultGraph))
    if federates:
        graph.add((SERVICE, SD.feature, SD.BasicFederatedQuery))
    graph.add((SERVICE, SD.defaultEntailmentRegime, _SIMPLE_ENTAILMENT))
    for form in (*RESULTS_FORMATS, *GRAPH_FORMATS):
        graph.add((SERVICE, SD.resultFormat, _FORMATS[_FORMAT_NAMES[form]]))
    graph.add((SERVICE, SD.defaultDataset, _DATASET_NODE))
    _add_dataset(graph, generation)
    return graph


_SIMPLE_ENTAILMENT = URIRef("http://www.w3.org/ns/entailment/Simple")
_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_FORMAT_NAMES: Mapping[Format, str] = {
    RESULTS_JSON: "SPARQL_Results_JSON",
    RESULTS_XML: "SPARQL_Results_XML",
    CSV: "SPARQL_Results_CSV",
    TSV: "SPARQL_Results_TSV",
    TURTLE: "Turtle",
    JSON_LD: "JSON-LD",
    RDF_XML: "RDF_XML",
    N_TRIPLES: "N-Triples",
    TRIG: "TriG",
    N_QUADS: "N-Quads",
}
_DATASET_NODE = BNode("dataset")
_DEFAULT_GRAPH_NODE = BNode("default")


def _add_dataset(graph: Graph, generation: Generation) -> None:
    graph.add((_DATASET_NODE, RDF.type, SD.Dataset))
    graph.add((_DATASET_NODE, DCTERMS.isVersionOf, DATASET))
    graph.add((_DATASET_NODE, DCTERMS.identifier, Literal(generation.id)))
    graph.add((_DATASET_NODE, SD.defaultGraph, _DEFAULT_GRAPH_NODE))
    graph.add((_DEFAULT_GRAPH_NODE, RDF.type, SD.Graph))
    graph.add((_DEFAULT_GRAPH_NODE, VOID.triples, Literal(generation.statements)))
    for number, (iri, entry) in enumerate(generation.graphs.items()):
        named, content = BNode(f"named{number}"), BNode(f"graph{number}")
        graph.add((_DATASET_NODE, SD.namedGraph, named))
        graph.add((named, RDF.type, SD.NamedGraph))
        graph.add((named, SD.name, iri))
        graph.add((named, SD.graph, content))
        graph.add((content, RDF.type, SD.Graph))
        graph.add((content, VOID.triples, Literal(entry.statements)))
