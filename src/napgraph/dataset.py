"""What the dataset says of itself, computed from a generation."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import DCAT, DCTERMS, RDF, VOID, XSD, Graph, Literal, URIRef

from napgraph.namespaces import BASE, DATASET, NAP
from napgraph.store import Store
from napgraph.store_folder import Generation

_LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")

TITLE = "napgraph: national action plans on women, peace and security"
DESCRIPTION = (
    "The open knowledge graph of the national action plans by which countries carry out "
    "Security Council resolution 1325, each fact with its source."
)


def describe_dataset(store: Store, generation: Generation, endpoint: str) -> Graph:
    """Describe the dataset with VoID and DCAT.

    Args:
        store: The generation's store.
        generation: What is described.
        endpoint: Address of the SPARQL endpoint.
    """
    graph = Graph()
    graph.add((DATASET, RDF.type, VOID.Dataset))
    graph.add((DATASET, RDF.type, DCAT.Dataset))
    graph.add((DATASET, DCTERMS.title, Literal(TITLE, lang="en")))
    graph.add((DATASET, DCTERMS.description, Literal(DESCRIPTION, lang="en")))
    graph.add((DATASET, DCTERMS.license, _LICENCE))
    graph.add((DATASET, DCTERMS.identifier, Literal(generation.id)))
    created = Literal(generation.created, datatype=XSD.dateTime)
    graph.add((DATASET, DCTERMS.modified, created))
    graph.add((DATASET, VOID.sparqlEndpoint, URIRef(endpoint)))
    graph.add((DATASET, VOID.triples, Literal(generation.statements)))
    graph.add((DATASET, VOID.uriSpace, Literal(BASE)))
    graph.add((DATASET, VOID.vocabulary, URIRef(str(NAP).rstrip("#"))))
    for example in ("country/MLI", "plan/MLI-3", "document/S-RES-1325-2000"):
        graph.add((DATASET, VOID.exampleResource, URIRef(f"{BASE}id/{example}")))
    for cls in count_classes(store):
        part = URIRef(f"{DATASET}/class/{cls.iri.removeprefix(str(NAP))}")
        graph.add((DATASET, VOID.classPartition, part))
        graph.add((part, VOID["class"], cls.iri))
        graph.add((part, VOID.entities, Literal(cls.count)))
    return graph


@dataclass(frozen=True)
class ClassCount:
    """A class of ours, its label in English, and how many entities it has."""

    iri: URIRef
    label: str
    count: int


def count_classes(store: Store) -> list[ClassCount]:
    """Count the entities of each class of ours, the largest first."""
    rows = store.select(
        """
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?class ?label ?count {
            { SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) {
                ?thing a ?class .
                FILTER(STRSTARTS(STR(?class), "https://w3id.org/napgraph/ontology#"))
            } GROUP BY ?class }
            ?class rdfs:label ?label . FILTER(LANG(?label) = "en")
        } ORDER BY DESC(?count)
        """
    )
    return [ClassCount(URIRef(row[0]), str(row[1]), int(row[2])) for row in rows]
