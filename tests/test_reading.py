"""Things that are read all at once are those that are read one by one."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, SKOS, URIRef

from napgraph.namespaces import ID, NAP
from napgraph.pages.reading import Reading


@pytest.fixture(scope="module")
def readings(client: FlaskClient) -> tuple[Reading, Reading]:
    """Read one store one by one, and all at once."""
    store = client.application.extensions["napgraph"].current().store
    whole = Reading(store)
    whole.read_all()
    return Reading(store), whole


@pytest.mark.parametrize("path", ["plan/MLI-3", "country/MLI", "theme/climate", "plan/none"])
def test_thing(readings: tuple[Reading, Reading], path: str) -> None:
    """A thing has the same values in the same order."""
    single, whole = (reading.thing(URIRef(f"{ID}{path}")) for reading in readings)

    assert single == whole


@pytest.mark.parametrize("predicate", [RDF.type, SKOS.prefLabel, NAP.theme, NAP.nothing])
def test_values(readings: tuple[Reading, Reading], predicate: URIRef) -> None:
    """A property has the same values."""
    single, whole = (reading.values(predicate) for reading in readings)

    assert single == whole
