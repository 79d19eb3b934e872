"""Whatever is sent to the endpoint, it answers as it is described, and never with 500."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import run_wsgi_app

from napgraph.config import Config
from napgraph.curation.patches import MEDIA_TYPE
from napgraph.formats import GRAPH_FORMATS
from napgraph.namespaces import BASE
from napgraph.protocol import FORM_TYPE, QUERY_TYPE, UPDATE_TYPE
from napgraph.web import create_app
from tests.curating import MALI
from tests.desk_site import LATER, DeskSite, make_desk_site

QUERIES = (
    "ASK {}",
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "SELECT ?class (COUNT(*) AS ?n) { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?n)",
    "CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o } } LIMIT 3",
    f"DESCRIBE <{BASE}id/plan/MLI-3>",
    "PREFIX nap: <https://w3id.org/napgraph/ontology#> SELECT ?x FROM <urn:g> { ?x a nap:Plan }",
    r'SELECT (STRLEN("\u00e9\U0001F600") AS ?n) (NOW() AS ?now) { VALUES ?x { 1 "a"@en } }',
    "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "INSERT DATA { <urn:s> <urn:p> <urn:o> }",
)
PIECES = ("\0", "\r", "\ufeff", "\u2028", "\\u0000", "\\", '"', "'''", "<", ">", "{", "}", "#", "%")


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Cut, double or disturb a query that is right."""
    text = draw(st.sampled_from(QUERIES))
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2, 3)))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        piece = draw(st.sampled_from((*PIECES, "", text[start:end])) | st.characters(codec="utf-8"))
        text = text[:start] + piece + text[end:]
    return text


queries = mutated() | st.text(st.characters(codec="utf-8"), max_size=50)
schemathesis.openapi.media_type(QUERY_TYPE, queries.map(str.encode))

CHECKS = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
SETTINGS = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_answers_are_as_described(client: FlaskClient, method: str, mode: GenerationMode) -> None:
    """Requests made from the description, or made to break it, get what it promises."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", client.application)
    operation = schema["/sparql"][method]

    @SETTINGS
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        # The client that comes with it reads no content coding.
        response = case.call(headers={"Accept-Encoding": "identity"})
        assert 500 != response.status_code
        case.validate_response(response, checks=CHECKS)

    ask()


# Where any request is a good one, none can be made to break the description.
FILES = [
    *[(path, GenerationMode.POSITIVE) for path in ("/dataset", "/dump/{name}", "/table/{name}")],
    *[("/dump/{generation}/{name}", mode) for mode in GenerationMode],
    *[("/graph-store", mode) for mode in GenerationMode],
]


@pytest.mark.parametrize(("path", "mode"), FILES)
def test_files_are_as_described(publisher: FlaskClient, path: str, mode: GenerationMode) -> None:
    """What is asked of the dataset, its files and graphs gets what the description promises."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", publisher.application)

    @SETTINGS
    @given(schema[path]["GET"].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        response = case.call()
        assert 500 != response.status_code
        case.validate_response(response, checks=CHECKS)

    ask()


HISTORY = (
    "/changes.jsonld", "/changes.atom", "/history/{kind}/{key}.json", "/history/graph/{name}.json",
    "/timegate/doc/{kind}/{key}", "/timemap/doc/{kind}/{key}", "/memento/{time}/doc/{kind}/{key}",
    "/timegate/graph/{name}", "/timemap/graph/{name}", "/memento/{time}/graph/{name}",
)  # fmt: skip


@pytest.mark.parametrize("path", HISTORY)
def test_history_is_as_described(history_client: FlaskClient, path: str) -> None:
    """What is asked of versions, changes and former states gets what the description promises."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", history_client.application)

    @SETTINGS
    @given(schema[path]["GET"].as_strategy())
    def ask(case: schemathesis.Case) -> None:
        response = case.call()
        assert 500 != response.status_code
        case.validate_response(response, checks=CHECKS)

    ask()


GRAPH_TYPES = (*(form.media_type for form in GRAPH_FORMATS), MEDIA_TYPE)
texts = st.sampled_from(
    (LATER, MALI, "", "<a> <b> <c> .", "A <urn:a> <urn:b> <urn:c> <urn:g> .", "{}", "<rdf:RDF/>")
) | st.text(st.characters(codec="utf-8"), max_size=50)
for media_type in GRAPH_TYPES:
    schemathesis.openapi.media_type(media_type, texts.map(str.encode))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    """Serve a workspace."""
    site = make_desk_site(tmp_path_factory.mktemp("desk"))
    yield site
    site.close()


SUBMISSIONS = [
    # Any text may be the name of a submission.
    ("/submissions/{id}", "GET", GenerationMode.POSITIVE),
    *[("/submissions", method, mode) for method in ("GET", "POST") for mode in GenerationMode],
    *[("/submissions/{id}/{action}", "POST", mode) for mode in GenerationMode],
    *[("/submissions/{id}/revise", "POST", mode) for mode in GenerationMode],
]


@pytest.mark.parametrize(("path", "method", "mode"), SUBMISSIONS)
def test_submissions_are_as_described(
    desk: DeskSite, path: str, method: str, mode: GenerationMode
) -> None:
    """Whatever is proposed or done to what is proposed gets an answer that was described."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", desk.client.application)
    operation = schema[path][method]
    known = desk.proposed()

    @settings(SETTINGS, max_examples=15)
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def ask(case: schemathesis.Case, is_known: bool) -> None:
        if is_known and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = known
        headers = {"Accept-Encoding": "identity", "Authorization": f"Bearer {desk.ben}"}
        response = case.call(headers=headers)
        assert response.status_code < 500 or response.status_code in (503, 504)
        case.validate_response(response, checks=CHECKS)

    ask()


# Requests that no client library would send

latin = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40)
media_types = st.sampled_from((
    "*/*", "text/html", "text/*", "text/turtle", "application/sparql-results+json", "text/csv",
    "application/ld+json", "application/*", "image/png", "*", "", "/", "a/b/c", "text/turtle,",
))  # fmt: skip
weights = st.sampled_from(("", ";q=0", ";q=1", ";q=0.5", ";q=x", ";q=-1", ";q=nan", ";q", "; ="))
accepts = (
    st.lists(st.tuples(media_types, weights).map("".join), max_size=5).map(",".join)
    | latin
    | st.just("*/*," * 5_000)
)
content_types = (
    st.tuples(
        st.sampled_from((QUERY_TYPE, FORM_TYPE, UPDATE_TYPE, "text/plain", "")),
        st.sampled_from(("", ";charset=utf-8", ";charset=UTF-16", ";charset", ';charset="', ";=;")),
    ).map("".join)
    | latin
)
names = st.sampled_from((
    "query", "update", "default-graph-uri", "named-graph-uri", "format", "output", "timeout", "x",
))  # fmt: skip
values = queries | latin | st.sampled_from(("", "1", "0.01", "csv", "urn:g", "%ff", "a" * 100_000))
encoded = (
    st.lists(
        st.tuples(names, values).map(lambda pair: f"{pair[0]}={_encode(pair[1])}"), max_size=6
    ).map("&".join)
    | latin
)


def _encode(text: str) -> str:
    """Write a value as a careless client does: what would end it is encoded, the rest as it is."""
    for character in "%&+#":
        text = text.replace(character, f"%{ord(character):02x}")
    return text.encode("utf-8").decode("latin-1")


bodies = (
    st.sampled_from((b"\xff", b"ASK {} #\xc3", b"query=%ff", "ASK {}".encode("utf-16")))
    | st.binary(max_size=60)
    | (queries | encoded).map(str.encode)
)
headers = st.sampled_from((
    "CONTENT_ENCODING", "HOST", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "ORIGIN", "RANGE",
    "ACCEPT_CHARSET", "ACCESS_CONTROL_REQUEST_METHOD", "TRANSFER_ENCODING", "COOKIE",
)).map("HTTP_{}".format)  # fmt: skip
wild = {
    "REQUEST_METHOD": st.sampled_from(("HEAD", "PUT", "OPTIONS", "query", "\u00e9", "")),
    "PATH_INFO": st.sampled_from(("/sparql/", "/sparql\0", "/spa\xff", "//sparql", "")),
    "QUERY_STRING": encoded,
    "body": bodies,
    "CONTENT_LENGTH": st.sampled_from(("", "-1", "x", "9" * 30)),
    "CONTENT_TYPE": content_types,
    "HTTP_ACCEPT": accepts,
    "more": st.dictionaries(headers, latin | accepts, max_size=3),
}


@st.composite
def environs(draw: st.DrawFn) -> dict[str, Any]:
    """Make the environ of a request that is right, but for a few parts that are anything."""
    method = draw(st.sampled_from(("GET", "POST", "QUERY")))
    is_form = draw(st.booleans())
    query = draw(mutated())
    form = f"query={_encode(query)}"
    parts: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/sparql",
        "QUERY_STRING": form if method == "GET" else "",
        "body": b"" if method == "GET" else (form if is_form else query).encode(),
        "CONTENT_TYPE": FORM_TYPE if is_form else QUERY_TYPE,
    }
    broken = draw(st.permutations(list(wild)))[: draw(st.sampled_from((0, 1, 1, 1, 2, 3)))]
    parts |= {name: draw(wild[name]) for name in broken}
    body = parts.pop("body")
    given = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    return given | parts.pop("more", {}) | parts


@pytest.fixture(scope="module")
def app(config: Config) -> Iterator[Flask]:
    """Make an application that lets our mistakes through, so that a test shows them."""
    app = create_app(config)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    yield app
    app.extensions["napgraph"].close()


@settings(SETTINGS, max_examples=500)
@given(environ=environs())
def test_nothing_breaks_the_endpoint(app: Flask, environ: dict[str, Any]) -> None:
    """Methods, headers, encodings and texts of any kind end in an answer or a clear error."""
    base = {
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
    }
    body, status, headers = run_wsgi_app(app.wsgi_app, base | environ, buffered=True)
    length = sum(map(len, body))

    assert 500 != int(status.split()[0])
    assert headers["Content-Type"] or not length
