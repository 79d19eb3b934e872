"""What the server answers: paths, formats, statuses, and that it keeps its promises."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from napgraph.config import Config
from napgraph.namespaces import BASE, thing_iri

TTL = "text/turtle; charset=utf-8"
HTML = "text/html; charset=utf-8"
PROBLEM = "application/problem+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "accept", "status", "media_type"),
    [
        ("/", "*/*", 200, HTML),
        ("/id/plan/MLI-3", "*/*", 303, None),
        ("/id/plan/none", "*/*", 404, PROBLEM),
        ("/doc/plan/MLI-3", None, 200, TTL),
        ("/doc/plan/MLI-3", "*/*", 200, TTL),
        ("/doc/plan/MLI-3", BROWSER, 200, HTML),
        ("/doc/plan/MLI-3", "application/ld+json", 200, "application/ld+json"),
        ("/doc/plan/MLI-3", "application/rdf+xml", 200, "application/rdf+xml"),
        ("/doc/plan/MLI-3", "text/turtle;q=0, application/n-triples", 200, "application/n-triples"),
        ("/doc/plan/MLI-3", "image/png", 406, PROBLEM),
        ("/doc/plan/MLI-3.ttl", BROWSER, 200, TTL),
        ("/doc/plan/MLI-3.html", "text/turtle", 200, HTML),
        ("/doc/plan/MLI-3.jsonld", None, 200, "application/ld+json"),
        ("/doc/plan/MLI-3.rdf", None, 200, "application/rdf+xml"),
        ("/doc/plan/MLI-3.nt", None, 200, "application/n-triples"),
        ("/doc/plan/MLI-3.trig", None, 200, "application/trig"),
        ("/doc/plan/MLI-3.pdf", None, 404, PROBLEM),
        ("/doc/plan/none", BROWSER, 404, HTML),
        ("/doc/theme/climate", BROWSER, 200, HTML),
        ("/ontology", None, 200, TTL),
        ("/ontology", BROWSER, 200, HTML),
        ("/ontology.jsonld", None, 200, "application/ld+json"),
        ("/ontology.pdf", None, 404, PROBLEM),
        ("/shapes", None, 200, TTL),
        ("/shapes", BROWSER, 200, HTML),
        ("/graph/MLI", None, 200, TTL),
        ("/graph/MLI", BROWSER, 200, HTML),
        ("/graph/MLI.nt", None, 200, "application/n-triples"),
        ("/graph/none", None, 404, PROBLEM),
        ("/dataset", None, 200, TTL),
        ("/dataset", BROWSER, 200, HTML),
        ("/dataset.jsonld", None, 200, "application/ld+json"),
        ("/dataset.trig", None, 200, "application/trig"),
        ("/.well-known/void", None, 303, None),
        ("/sparql", None, 200, TTL),
        ("/sparql", BROWSER, 200, HTML),
        ("/nothing", None, 404, PROBLEM),
    ],
)
def test_formats(
    client: FlaskClient, path: str, accept: str | None, status: int, media_type: str | None
) -> None:
    """Each path answers in the format asked for, or says which there are."""
    response = client.get(path, headers={"Accept": accept} if accept else {})

    assert status == response.status_code
    if media_type:
        assert media_type == response.headers["Content-Type"]


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "rdf", "nt", "trig"])
def test_document_says_the_same_in_each_format(client: FlaskClient, suffix: str) -> None:
    """Own statements, blank nodes, what points at it and labels are in each format."""
    body = client.get(f"/doc/plan/MLI-3.{suffix}").data
    plan = pyoxigraph.NamedNode(str(thing_iri("plan", "MLI-3")))
    triples = {
        (q.subject, q.predicate, q.object)
        for q in pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.from_extension(suffix))
    }
    texts = {o.value for _, _, o in triples if isinstance(o, pyoxigraph.Literal)}

    assert any(s == plan for s, _, _ in triples)
    assert any(o == plan for _, _, o in triples)
    assert {"2019", "nested", "Mali", "Women <b>take part</b>."} <= texts


@pytest.mark.parametrize("suffix", ["html", "ttl", "jsonld"])
def test_country_holds_its_whole_file(client: FlaskClient, suffix: str) -> None:
    """The document about a country says what its named graph says, objectives included."""
    text = client.get(f"/doc/country/MLI.{suffix}").text

    assert "2019" in text
    assert "nested" in text
    assert "take part" in text


def test_thing_leads_to_its_document(client: FlaskClient) -> None:
    """A thing is not a document; the address follows from the path, not from Host."""
    response = client.get("/id/plan/MLI-3", headers={"Host": "evil.example"})

    assert (303, "/doc/plan/MLI-3") == (response.status_code, response.headers["Location"])
    assert "Accept" in response.headers["Vary"]


def test_page_is_safe(client: FlaskClient) -> None:
    """What data say is shown as text, and only web addresses become links."""
    page = client.get("/doc/plan/MLI-3.html").text

    assert "Women &lt;b&gt;take part&lt;/b&gt;." in page
    assert "javascript:alert(1)" in page
    assert 'href="javascript:' not in page


def test_same_generation_is_not_sent_again(client: FlaskClient) -> None:
    """The generation and format make the ETag; who has it gets 304 and nothing else."""
    first = client.get("/doc/plan/MLI-3.ttl")
    second = client.get("/doc/plan/MLI-3.ttl", headers={"If-None-Match": first.headers["ETag"]})

    assert (304, b"") == (second.status_code, second.data)
    assert first.headers["ETag"] != client.get("/doc/plan/MLI-3.nt").headers["ETag"]


def test_graph_is_the_file(client: FlaskClient, config: Config) -> None:
    """A named graph in Turtle is the published file, byte for byte."""
    assert (Path(config.data_dir) / "MLI.ttl").read_bytes() == client.get("/graph/MLI").data


def test_dataset_counts(client: FlaskClient) -> None:
    """The dataset says how many there are of each class."""
    graph = Graph().parse(data=client.get("/dataset").data, format="turtle")
    rows = graph.query(
        "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?n { ?p void:class "
        "<https://w3id.org/napgraph/ontology#NationalActionPlan> ; void:entities ?n }"
    )

    assert [1] == [int(row[0]) for row in rows]  # type: ignore[index]


ASK = "ASK { ?plan a <https://w3id.org/napgraph/ontology#NationalActionPlan> }"
SELECT = f"SELECT ?start {{ <{BASE}id/plan/MLI-3> <{BASE}ontology#periodStart> ?start }}"
CONSTRUCT = f"CONSTRUCT WHERE {{ <{BASE}id/plan/MLI-3> <{BASE}ontology#periodStart> ?start }}"


@pytest.mark.parametrize(
    ("query", "accept", "media_type", "holds"),
    [
        (SELECT, None, "application/sparql-results+json", '"2019"'),
        (SELECT, "application/json", "application/sparql-results+json", '"2019"'),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml", ">2019<"),
        (SELECT, "text/csv", "text/csv; charset=utf-8", "start\r\n2019\r\n"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8", "2019"),
        (SELECT, BROWSER, HTML, "<td>2019</td>"),
        (ASK, None, "application/sparql-results+json", "true"),
        (ASK, BROWSER, HTML, "Yes"),
        (CONSTRUCT, None, TTL, "2019"),
        (CONSTRUCT, "application/ld+json", "application/ld+json", "2019"),
        (
            f"DESCRIBE <{BASE}id/plan/MLI-3>",
            "application/n-triples",
            "application/n-triples",
            "2019",
        ),
    ],
)
def test_query_by_get(
    client: FlaskClient, query: str, accept: str | None, media_type: str, holds: str
) -> None:
    """A query is answered in the format asked for."""
    headers = {"Accept": accept} if accept else {}
    response = client.get("/sparql", query_string={"query": query}, headers=headers)

    assert (200, media_type) == (response.status_code, response.headers["Content-Type"])
    assert holds in response.text


def test_query_by_form(client: FlaskClient) -> None:
    """A form carries a query."""
    assert client.post("/sparql", data={"query": ASK}).json == {"head": {}, "boolean": True}


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_query_as_body(client: FlaskClient, method: str) -> None:
    """A body that is a query carries it, by POST or by QUERY."""
    response = client.open(
        "/sparql", method=method, data=ASK, content_type="application/sparql-query"
    )

    assert response.json == {"head": {}, "boolean": True}


@pytest.mark.parametrize(
    ("name", "media_type"), [("csv", "text/csv"), ("xml", "application/sparql")]
)
def test_format_by_name(client: FlaskClient, name: str, media_type: str) -> None:
    """`format=` beats Accept."""
    parameters = {"query": SELECT, "format": name}
    response = client.get("/sparql", query_string=parameters, headers={"Accept": BROWSER})

    assert response.headers["Content-Type"].startswith(media_type)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, True),
        ({"default-graph-uri": f"{BASE}graph/MLI"}, True),
        ({"default-graph-uri": f"{BASE}graph/none"}, False),
        ({"named-graph-uri": f"{BASE}graph/MLI"}, False),
    ],
)
def test_dataset_of_the_request(
    client: FlaskClient, parameters: dict[str, str], expected: bool
) -> None:
    """The default graph is the union, or what the request names; an unknown graph is empty."""
    response = client.get("/sparql", query_string={"query": ASK, **parameters})

    assert response.json == {"head": {}, "boolean": expected}


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("SELECT * { ?s ?p }", 400, "line 1"),
        ("SERVICE", 400, "begins with SELECT"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("INSERT DATA { <x:a> <x:b> <x:c> }", 403, "only answers queries"),
        ("LOAD <file:///etc/passwd>", 403, "only answers queries"),
        ("SELECT * " + "{" * 100 + "}" * 100, 400, "nest"),
    ],
)
def test_bad_query_is_one_clear_error(
    client: FlaskClient, query: str, status: int, says: str
) -> None:
    """What is wrong is said in problem details, and nothing is opened."""
    response = client.get("/sparql", query_string={"query": query})
    problem = json.loads(response.data)

    assert (status, status, PROBLEM) == (
        response.status_code,
        problem["status"],
        response.headers["Content-Type"],
    )
    assert says in problem["detail"]


@pytest.mark.parametrize(
    ("method", "arguments", "status"),
    [
        ("GET", {"query_string": "query=ASK{}&query=ASK{}"}, 400),
        ("GET", {"query_string": "quer=ASK{}"}, 400),
        ("POST", {"data": {"update": "DROP ALL"}}, 403),
        ("POST", {"data": "DROP ALL", "content_type": "application/sparql-update"}, 403),
        ("POST", {"data": b"\xff", "content_type": "application/sparql-query"}, 400),
        ("POST", {"data": "ASK{}", "content_type": "text/plain"}, 415),
        ("POST", {"data": "ASK{}"}, 415),
        ("PUT", {}, 405),
        ("DELETE", {}, 405),
        ("GET", {"query_string": "query=ASK{}&timeout=no"}, 400),
        ("GET", {"query_string": "query=ASK{}&format=pdf"}, 400),
        ("GET", {"query_string": "query=ASK{}", "headers": {"Accept": "image/png"}}, 406),
    ],
)
def test_protocol_errors(
    client: FlaskClient, method: str, arguments: dict[str, object], status: int
) -> None:
    """A request that is no query of the protocol gets the status that says why."""
    assert status == client.open("/sparql", method=method, **arguments).status_code  # type: ignore[arg-type]


def test_time_limit_ends_a_query(client: FlaskClient) -> None:
    """A query that would run for hours is over at the time it asked for, and others go on."""
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    response = client.get("/sparql", query_string={"query": query, "timeout": "0.5"})

    assert 504 == response.status_code
    assert client.get("/sparql", query_string={"query": ASK}).json == {"head": {}, "boolean": True}
