"""What the dataset says of itself, computed from a generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rdflib import Graph, URIRef

from napgraph.dcat import dcat_graph
from napgraph.derived_folder import Derived
from napgraph.release_folder import Release
from napgraph.store import Store
from napgraph.store_folder import Generation
from napgraph.void import void_graph


def describe_dataset(
    generation: Generation,
    derived: Derived | None,
    address: str,
    contact: str = "",
    *,
    releases: Sequence[Release] = (),
) -> Graph:
    """Describe the dataset with VoID and DCAT.

    Args:
        generation: What is described.
        derived: What was made from it; without it, files and counts are left out.
        address: Where the site is reached, without a slash at its end.
        contact: Where questions go, as `mailto:` or web address; empty if nowhere.
        releases: Those that there are, the last first.
    """
    graph = void_graph(generation, derived, address)
    graph += dcat_graph(generation, derived, address, contact, releases=releases)
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
