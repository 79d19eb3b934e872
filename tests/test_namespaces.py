"""Minting IRIs and keys."""

import pytest
from rdflib import URIRef

from napgraph.namespaces import graph_iri, slug, thing_iri


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ministère de l'Action Sociale", "ministere-de-l-action-sociale"),
        ("Women’s Network", "womens-network"),
        ("Žene ženama & Øst", "zene-zenama-ost"),
        ("  UN Women  ", "un-women"),
    ],
)
def test_slug(name: str, key: str) -> None:
    """A key has lower-case ASCII words joined by hyphens."""
    assert key == slug(name)


@pytest.mark.parametrize(
    ("name", "key"),
    [("MLI", "MLI"), ("my data.v2", "my%20data.v2"), ("é<x>", "%C3%A9%3Cx%3E"), ("a%b", "a%25b")],
)
def test_graph_iri(name: str, key: str) -> None:
    """Whatever a file is called, its graph's name is an IRI."""
    assert URIRef(f"https://w3id.org/napgraph/graph/{key}") == graph_iri(name)


def test_thing_iri() -> None:
    """A thing's IRI is made of base, type and key."""
    assert URIRef("https://w3id.org/napgraph/id/plan/MLI-3") == thing_iri("plan", "MLI-3")
