"""The endpoint's description of itself, held against the vocabulary and the endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from rdflib import RDF, VOID, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from napgraph.config import Config
from napgraph.formats import GRAPH_FORMATS, Format
from napgraph.namespaces import SD
from napgraph.service import SERVICE, describe_service
from napgraph.store_folder import current
from napgraph.web import create_app
from napgraph.web.address import site_address

# The terms of https://www.w3.org/TR/sparql11-service-description/, section 3.
CLASSES = {"Dataset", "Graph", "NamedGraph", "Service"}
FEATURES = {
    "BasicFederatedQuery", "DereferencesURIs", "EmptyGraphs", "RequiresDataset",
    "UnionDefaultGraph",
}  # fmt: skip
LANGUAGES = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}
PROPERTIES = {
    "availableGraphs", "defaultDataset", "defaultEntailmentRegime", "defaultGraph",
    "defaultSupportedEntailmentProfile", "endpoint", "entailmentRegime", "extensionAggregate",
    "extensionFunction", "feature", "graph", "inputFormat", "languageExtension", "name",
    "namedGraph", "propertyFeature", "resultFormat", "supportedEntailmentProfile",
    "supportedLanguage",
}  # fmt: skip
# Those of https://www.w3.org/ns/formats/ that are for results and graphs.
FORMATS = {
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "JSON-LD", "RDF_XML", "N-Triples", "TriG", "N-Quads",
}  # fmt: skip

ADDRESS = "https://napgraph.example"


@pytest.fixture(scope="module")
def described(client: FlaskClient) -> Graph:
    """Ask the endpoint what it is."""
    return Graph().parse(data=client.get("/sparql").data, format="turtle")


def names(graph: Graph) -> Iterator[tuple[str, str]]:
    """Give each term of the vocabulary that a graph uses, with its place in the statement."""
    for statement in graph:
        for place, term in zip("spo", statement, strict=True):
            if isinstance(term, URIRef) and term.startswith(SD):
                yield place, term.removeprefix(SD)


def test_terms_exist(described: Graph) -> None:
    """Each term is one of the vocabulary, and stands where it may."""
    used = set(names(described))

    assert {name for place, name in used if place == "p"} <= PROPERTIES
    assert {name for place, name in used if place == "o"} <= CLASSES | FEATURES | LANGUAGES
    assert {name for place, name in used if place == "s"} == set()


def test_what_it_can(described: Graph) -> None:
    """It says its language, its features and its formats, and no more than it can."""
    formats = {str(o).rpartition("/")[2] for o in described.objects(SERVICE, SD.resultFormat)}

    assert SD.Service == described.value(SERVICE, RDF.type)
    assert [SD.SPARQL11Query] == list(described.objects(SERVICE, SD.supportedLanguage))
    assert [SD.UnionDefaultGraph] == list(described.objects(SERVICE, SD.feature))
    assert FORMATS == formats


def test_counts(described: Graph, client: FlaskClient) -> None:
    """Each named graph is there with its number of statements, and the union with its own."""
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    rows = client.get("/sparql", query_string={"query": query}).json["results"]["bindings"]
    asked = {(row["g"]["value"], int(row["n"]["value"])) for row in rows}
    said = {
        (str(described.value(node, SD.name)), int(described.value(graph, VOID.triples)))
        for node, graph in described.subject_objects(SD.graph)
    }

    assert asked == said


def test_default_graph_is_counted(described: Graph, client: FlaskClient) -> None:
    """The default graph has the statements of all named graphs, each once."""
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    row = client.get("/sparql", query_string={"query": query}).json["results"]["bindings"][0]
    default = described.value(described.value(None, RDF.type, SD.Dataset), SD.defaultGraph)

    assert Literal(int(row["n"]["value"])) == described.value(default, VOID.triples)


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.suffix)
def test_each_format_says_the_same(client: FlaskClient, described: Graph, form: Format) -> None:
    """The description is the same graph in each format."""
    response = client.get("/sparql", headers={"Accept": form.media_type})
    quads = parse(response.data, format=RdfFormat.from_media_type(form.media_type))
    graph = Graph().parse(data="".join(f"{quad.triple} .\n" for quad in quads), format="nt")

    assert form.content_type == response.headers["Content-Type"]
    assert isomorphic(described, graph)


def test_host_is_not_believed(client: FlaskClient) -> None:
    """The endpoint's address is where the server listens, whatever a request says."""
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    body = client.get("/sparql", headers=headers).text

    assert "evil" not in body
    assert "<http://localhost/sparql>" in body


@pytest.mark.parametrize("path", ["/sparql", "/sparql?format=html"])
def test_configured_address(config: Config, path: str) -> None:
    """A site that knows where the world reaches it says so."""
    app = create_app(replace(config, address=ADDRESS))
    text = app.test_client().get(path).text
    app.extensions["napgraph"].close()

    assert f"{ADDRESS}/sparql" in text
    assert "localhost" not in text


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000"}, "http://127.0.0.1:8000"),
        ({"SERVER_NAME": "0.0.0.0", "SERVER_PORT": "8000"}, "http://localhost:8000"),
        ({"SERVER_NAME": "::1", "SERVER_PORT": "8000"}, "http://[::1]:8000"),
        ({"SERVER_PORT": "443", "wsgi.url_scheme": "https"}, "https://localhost"),
        ({"SERVER_PORT": "80", "HTTP_HOST": "evil.example"}, "http://localhost"),
    ],
)
def test_address_of_the_server(client: FlaskClient, environ: dict[str, str], expected: str) -> None:
    """Without a configured address, it is that of the socket."""
    with client.application.test_request_context(environ_overrides=environ):
        assert expected == site_address()


@pytest.mark.parametrize(("federates", "expected"), [(True, True), (False, False)])
def test_federation(config: Config, federates: bool, expected: bool) -> None:
    """That other endpoints are asked is said only where they are."""
    generation = current(config.store_dir)
    graph = describe_service(generation, endpoint=f"{ADDRESS}/sparql", federates=federates)

    assert expected == ((SERVICE, SD.feature, SD.BasicFederatedQuery) in graph)


def test_description_is_not_sent_again(client: FlaskClient) -> None:
    """Who has the description gets 304."""
    tag = client.get("/sparql").headers["ETag"]

    assert 304 == client.get("/sparql", headers={"If-None-Match": tag}).status_code
