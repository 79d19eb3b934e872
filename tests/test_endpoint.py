"""The endpoint as it stands before strangers: long answers, a federation, its log."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from napgraph.config import Config
from napgraph.namespaces import BASE
from napgraph.web import create_app
from servers import serving

PLAN = f"{BASE}id/plan/MLI-3"
JSON = "application/sparql-results+json"


def test_long_answer_comes_whole(client: FlaskClient) -> None:
    """An answer of many megabytes has its length said, and has it."""
    query = "SELECT ?s ?p ?o ?a { ?s ?p ?o . ?a ?b ?c } LIMIT 60000"
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})

    assert 60_001 == sum(1 for _ in csv.reader(io.StringIO(response.text, newline="")))
    assert len(response.data) == int(response.headers["Content-Length"]) > 5_000_000


def test_same_query_comes_from_the_cache(client: FlaskClient) -> None:
    """Asked again, a query is not evaluated; asked with its ETag, not even sent."""
    address = f"/sparql?query=ASK%20%7B%20%3C{PLAN}%3E%20a%20%3Fc%20%7D"
    first = client.get(address)
    hits = cache_hits(client)
    second = client.get(address)
    third = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.data, 304) == (second.data, third.status_code)
    assert hits + 2 == cache_hits(client)


@pytest.mark.parametrize("expression", ["NOW()", "RAND()", "STRUUID()"])
def test_what_changes_is_evaluated_again(client: FlaskClient, expression: str) -> None:
    """What the time or chance has a part in is never given again."""
    query = {"query": f"SELECT ({expression} AS ?x) {{}}"}
    first, second = (client.get("/sparql", query_string=query) for _ in range(2))

    assert first.data != second.data
    assert "ETag" not in first.headers


def cache_hits(client: FlaskClient) -> float:
    """Read from the figures how often the cache had an answer."""
    found = re.search(r"(?m)^napgraph_cache_hits_total (\S+)$", client.get("/metrics").text)
    assert found
    return float(found[1])


@pytest.mark.parametrize(
    ("query", "status"), [("ASK {}", 200), ("ASK {", 400), ("ASK { SERVICE <urn:x> {} }", 403)]
)
def test_each_query_has_a_line(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, query: str, status: int
) -> None:
    """The log tells queries apart and says what became of them, not what they say or who asks."""
    with caplog.at_level(logging.INFO, logger="napgraph.queries"):
        client.post("/sparql", data={"query": query})
    (line,) = caplog.messages

    assert re.fullmatch(
        rf"query [0-9a-f]{{12}} [0-9.]+ ms, (\d+|no) bytes, status {status}, "
        r"generation [0-9a-f]{16}, from 127\.0\.0\.0/24",
        line,
    )


def test_queries_are_counted(client: FlaskClient) -> None:
    """The figures have each query by its status."""
    client.post("/sparql", data={"query": "ASK {"})

    assert re.search(r'napgraph_queries_total\{status="400"\} [1-9]', client.get("/metrics").text)


@pytest.fixture(scope="module")
def other_endpoint(config: Config) -> Iterator[str]:
    """Serve the same site elsewhere, in a process of its own."""
    with serving("--store", str(config.store_dir)) as address:
        yield f"{address}sparql"


@pytest.fixture
def federated(config: Config, other_endpoint: str) -> Iterator[FlaskClient]:
    """Ask a site that may name the other endpoint."""
    allowed = replace(config, federation=frozenset({other_endpoint}), federation_timeout_s=20.0)
    app = create_app(allowed)
    yield app.test_client()
    app.extensions["napgraph"].close()


def test_allowed_service_is_asked(federated: FlaskClient, other_endpoint: str) -> None:
    """A service on the list is asked, and its answer joined; the next time it is asked again."""
    query = f"SELECT ?class {{ SERVICE <{other_endpoint}> {{ <{PLAN}> a ?class }} }}"
    for _ in range(2):
        response = federated.post("/sparql", data={"query": query})
        assert f"{BASE}ontology#NationalActionPlan" in response.text
    assert "ETag" not in response.headers


@pytest.mark.parametrize("service", ["http://127.0.0.1:9/sparql", "?x", "ex:sparql"])
def test_other_services_are_refused(federated: FlaskClient, service: str) -> None:
    """What is not on the list in full is not asked."""
    query = f"PREFIX ex: <http://127.0.0.1:9/> SELECT * {{ SERVICE {service} {{ ?s ?p ?o }} }}"

    assert 403 == federated.post("/sparql", data={"query": query}).status_code


def test_service_has_its_own_time(federated: FlaskClient, other_endpoint: str) -> None:
    """A service that takes long ends the query at the federation's time limit, or a shorter one."""
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    query = f"SELECT * {{ SERVICE <{other_endpoint}> {{ {{ {slow} }} }} }}"
    response = federated.post("/sparql", data={"query": query, "timeout": "1"})

    assert (504, 1, "seconds") == (
        response.status_code, response.json["limit"], response.json["unit"]
    )  # fmt: skip


def test_without_federation_no_service_is_asked(client: FlaskClient, other_endpoint: str) -> None:
    """Where nothing is on the list, the same query is refused."""
    query = f"SELECT * {{ SERVICE <{other_endpoint}> {{ ?s ?p ?o }} }}"

    assert 403 == client.post("/sparql", data={"query": query}).status_code
