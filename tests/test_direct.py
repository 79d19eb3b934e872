"""Queries that are answered before the application, as it would answer them."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from napgraph.config import Config
from napgraph.web import create_app
from napgraph.web.direct import DirectQueries
from napgraph.web.response_cache import ResponseCache

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
    with caplog.at_level(logging.INFO, logger="napgraph.queries"):
        response = app.test_client().get("/sparql", query_string={"query": SLOW})
    app.extensions["napgraph"].close()
    (line,) = caplog.messages

    assert (504, "seconds") == (response.status_code, response.json["unit"])
    assert 500 <= float(line.split()[2]) < 1_400
