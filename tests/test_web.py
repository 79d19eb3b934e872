"""What the server answers: paths, formats, statuses, and that it keeps its promises."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from napgraph.config import Config
from napgraph.jsonld_context import VERSION
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
        ("/context.jsonld", BROWSER, 200, "application/ld+json"),
        ("/context/0.1.jsonld", None, 200, "application/ld+json"),
        ("/context/0.0.jsonld", None, 404, PROBLEM),
        ("/context/..%2fnap.jsonld", None, 404, PROBLEM),
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
    if suffix == "jsonld":
        body = json.dumps(json.loads(body) | client.get("/context.jsonld").json).encode()
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


def test_document_names_the_context_that_is_served(client: FlaskClient) -> None:
    """Where a document says that its context is, there it is, for ever and for every page."""
    named = json.loads(client.get("/doc/plan/MLI-3.jsonld").data)["@context"]
    response = client.get(f"/{named.removeprefix(BASE)}")

    assert response.data == client.get("/context.jsonld").data
    assert {"public", "max-age=31536000", "immutable"} == set(
        response.headers["Cache-Control"].split(", ")
    )
    assert "*" == response.headers["Access-Control-Allow-Origin"]


def test_newest_context_says_which_version_it_is(client: FlaskClient) -> None:
    """The address without a version may be kept for a day, and changes with the version."""
    response = client.get("/context.jsonld")

    assert "public, max-age=86400" == response.headers["Cache-Control"]
    assert f"/context/{VERSION}.jsonld" == response.headers["Content-Location"]


@pytest.mark.parametrize("path", ["/context.jsonld", "/context/0.1.jsonld"])
def test_known_context_is_not_sent_again(client: FlaskClient, path: str) -> None:
    """Who has the context gets 304 and nothing else."""
    etag = client.get(path).headers["ETag"]
    response = client.get(path, headers={"If-None-Match": etag})

    assert (304, b"") == (response.status_code, response.data)


FLATTENED = 'application/ld+json; profile="http://www.w3.org/ns/json-ld#flattened"'


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/doc/plan/MLI-3.jsonld?frame=flat", None),
        ("/doc/plan/MLI-3?frame=flat", "application/ld+json"),
        ("/doc/plan/MLI-3", FLATTENED),
        ("/graph/MLI.jsonld", None),
    ],
)
def test_flat_json(client: FlaskClient, path: str, accept: str | None) -> None:
    """A flat list names a plan's country by its IRI alone, and tells it elsewhere in the list."""
    found = client.get(path, headers={"Accept": accept} if accept else {}).data
    things = {thing["id"]: thing for thing in json.loads(found)["@graph"]}

    assert {"id": f"{BASE}id/country/MLI"} == things[f"{BASE}id/plan/MLI-3"]["country"]
    assert "Mali" == things[f"{BASE}id/country/MLI"]["prefLabel"]["en"]


def test_tree_and_list_have_different_tags(client: FlaskClient) -> None:
    """Two forms of one document are not taken for each other."""
    one = client.get("/doc/plan/MLI-3", headers={"Accept": "application/ld+json"})
    other = client.get("/doc/plan/MLI-3", headers={"Accept": FLATTENED})

    assert one.headers["ETag"] != other.headers["ETag"]


def test_unknown_frame_is_said(client: FlaskClient) -> None:
    """A frame that there is not is a mistake of the caller's."""
    response = client.get("/doc/plan/MLI-3.jsonld?frame=round")

    assert 400 == response.status_code
    assert "'round'" in json.loads(response.data)["detail"]


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
