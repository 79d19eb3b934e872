"""What the server answers: paths, formats, statuses, and that it keeps its promises."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from napgraph.config import Config
from napgraph.namespaces import thing_iri

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
