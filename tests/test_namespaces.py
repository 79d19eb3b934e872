"""Minting IRIs and keys."""

import pytest
from rdflib import URIRef

from napgraph.namespaces import slug, thing_iri


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


def test_thing_iri() -> None:
    """A thing's IRI is made of base, type and key."""
    assert URIRef("https://w3id.org/napgraph/id/plan/MLI-3") == thing_iri("plan", "MLI-3")
