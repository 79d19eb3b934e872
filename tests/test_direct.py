"""Queries that are answered before the application, as it would answer them."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from napgraph.config import Config
from napgraph.current_store import CurrentStore, OpenGeneration
from napgraph.formats import CSV
from napgraph.generations import build
from napgraph.namespaces import graph_iri
from napgraph.protocol import Query, plan, tag_of
from napgraph.store import GraphFile
from napgraph.web import create_app
from napgraph.web.direct import DirectQueries
from napgraph.web.response_cache import ResponseCache
from napgraph.web.site import Site

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture
def direct(client: FlaskClient) -> DirectQueries:
    """Find what answers queries before the application."""
    cache = client.application.wsgi_app
    assert isinstance(cache, ResponseCache)
    assert isinstance(cache._app, DirectQueries)
    return cache._app


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("ASK {}", None),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3", "text/csv"),
        ("SELECT (NOW() AS ?n) { FILTER(false) }", "application/sparql-results+xml"),
        ("CONSTRUCT { <urn:a> <urn:b> 1 } {}", "text/turtle"),
        ("CONSTRUCT { <urn:a> <urn:b> 1 } {}", "application/ld+json"),
        ("ASK {}", "text/html"),
        ("ASK {", None),
        ("ASK { SERVICE <urn:x> {} }", None),
        ("INSERT DATA { <urn:a> <urn:b> 1 }", None),
        ("ASK {}", "image/png"),
        ("SELECT (<urn:unknown>(1) AS ?x) {}", None),
        ("", None),
    ],
)
def test_same_as_the_application(direct: DirectQueries, query: str, accept: str | None) -> None:
    """Status, headers and bytes are those of the application, whatever is asked."""
    headers = {"Accept": accept} if accept else {}
    ours, theirs = (
        Client(app).get("/sparql", query_string={"query": query}, headers=headers)
        for app in (direct, direct._app)
    )

    assert (theirs.status, sorted(theirs.headers)) == (ours.status, sorted(ours.headers))
    assert theirs.data == ours.data


def test_failure_is_evaluated_once(config: Config, caplog: pytest.LogCaptureFixture) -> None:
    """What failed is said in the application's words, with the time it took, in one line."""
    app = create_app(replace(config, query_timeout_s=0.5))
    client = app.test_client()
    # What a start takes is no part of it.
    client.get("/sparql", query_string={"query": "ASK {}"})
    with caplog.at_level(logging.INFO, logger="napgraph.queries"):
        response = client.get("/sparql", query_string={"query": SLOW})
    app.extensions["napgraph"].close()
    (line,) = caplog.messages

    assert (504, "seconds") == (response.status_code, response.json["unit"])
    assert 500 <= float(line.split()[2]) < 1_400


class Turning(CurrentStore):
    """A store whose current generation is another one whenever somebody looks."""

    def __init__(self, store_dir: Path, turns: list[OpenGeneration]) -> None:
        super().__init__(store_dir)
        self._turns = turns

    def get(self) -> OpenGeneration:
        """Give the generation whose turn it is."""
        self._turns.reverse()
        return self._turns[0]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_tag_is_of_the_generation_that_answers(tmp_path: Path, method: str) -> None:
    """Where another generation comes while a query is under way, tag and answer are of one."""
    config = Config(store_dir=tmp_path / "store")
    built = [
        build([GraphFile(graph_iri("a"), f"<urn:a> <urn:b> {n} .".encode())], config.store_dir)
        for n in (1, 2)
    ]
    text = "SELECT ?n { <urn:a> <urn:b> ?n }"
    asked = plan(Query(text), CSV.media_type, federation=frozenset())
    site = Site.open(config)
    site.stores = Turning(config.store_dir, [OpenGeneration(g, g.open()) for g in built])
    client = create_app(config, site).test_client()
    given = {"query_string" if method == "GET" else "data": {"query": text}}
    said = [
        client.open("/sparql", method=method, headers={"Accept": CSV.media_type}, **given)
        for _ in range(6)
    ]
    site.close()
    possible = {(f'W/"{tag_of(asked, g.id)}"', f"n\r\n{n}\r\n") for n, g in enumerate(built, 1)}

    assert possible >= {(response.headers["ETag"], response.text) for response in said}
