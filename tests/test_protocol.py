"""The endpoint keeps the SPARQL 1.1 Protocol, and RFC 10008 for the method QUERY."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from napgraph.errors import QueryRefused, RequestError, UnsupportedBody
from napgraph.namespaces import BASE
from napgraph.protocol import (
    FORM_TYPE,
    QUERY_TYPE,
    UPDATE_TYPE,
    DescriptionRequest,
    Query,
    Request,
    plan,
    read_request,
)

JSON = "application/sparql-results+json"
TTL = "text/turtle; charset=utf-8"

MLI, ONTOLOGY, SHAPES, NONE = (
    f"{BASE}graph/MLI", f"{BASE}ontology", f"{BASE}shapes", f"{BASE}graph/none"
)  # fmt: skip
# What one of these graphs says, and no other.
IN_MLI = f"<{BASE}id/plan/MLI-3> a <{BASE}ontology#NationalActionPlan>"
IN_ONTOLOGY = f"<{BASE}ontology#Country> a <http://www.w3.org/2002/07/owl#Class>"
IN_SHAPES = f"<{BASE}shapes#Country> a <http://www.w3.org/ns/shacl#NodeShape>"

ASK = f"ASK {{ {IN_MLI} }}"
SELECT = f"SELECT ?start {{ <{BASE}id/plan/MLI-3> <{BASE}ontology#periodStart> ?start }}"
CONSTRUCT = f"CONSTRUCT WHERE {{ <{BASE}id/plan/MLI-3> <{BASE}ontology#periodStart> ?start }}"
DESCRIBE = f"DESCRIBE <{BASE}id/plan/MLI-3>"


def by_get(client: FlaskClient, parameters: Any) -> TestResponse:
    """Ask with all in the address."""
    return client.get("/sparql", query_string=urlencode(parameters, doseq=True))


def by_form(client: FlaskClient, parameters: Any) -> TestResponse:
    """Ask with all in a form."""
    return client.post("/sparql", data=urlencode(parameters, doseq=True), content_type=FORM_TYPE)


def by_body(client: FlaskClient, parameters: Any, method: str = "POST") -> TestResponse:
    """Ask with the query as the body, and all else in the address."""
    rest = {name: value for name, value in parameters.items() if name != "query"}
    return client.open(
        "/sparql",
        method=method,
        query_string=urlencode(rest, doseq=True),
        data=parameters["query"],
        content_type=QUERY_TYPE,
    )


def by_query_method(client: FlaskClient, parameters: Any) -> TestResponse:
    """Ask with the method QUERY."""
    return by_body(client, parameters, "QUERY")


WAYS = [by_get, by_form, by_body, by_query_method]


# The ways to ask


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize(
    ("query", "content_type"), [(SELECT, JSON), (ASK, JSON), (CONSTRUCT, TTL), (DESCRIBE, TTL)]
)
def test_each_way_to_ask(client: FlaskClient, ask: Any, query: str, content_type: str) -> None:
    """A query of each form is answered however it is sent."""
    response = ask(client, {"query": query})

    assert (200, content_type) == (response.status_code, response.headers["Content-Type"])


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize(
    ("default", "named", "query", "expected"),
    [
        ([MLI], [], IN_MLI, True),
        ([ONTOLOGY], [], IN_MLI, False),
        ([MLI, ONTOLOGY], [], f"{IN_MLI} . {IN_ONTOLOGY}", True),
        ([], [MLI, ONTOLOGY], f"GRAPH ?a {{ {IN_MLI} }} GRAPH ?b {{ {IN_ONTOLOGY} }}", True),
        ([], [MLI], f"GRAPH ?a {{ {IN_ONTOLOGY} }}", False),
        ([], [MLI], IN_MLI, False),
        ([SHAPES], [MLI], f"{IN_SHAPES} GRAPH <{MLI}> {{ {IN_MLI} }}", True),
        ([SHAPES], [MLI], f"{IN_SHAPES} . {IN_MLI}", False),
        ([NONE], [], "?s ?p ?o", False),
        ([], [NONE], "GRAPH ?g { ?s ?p ?o }", False),
        ([NONE, MLI], [], IN_MLI, True),
    ],
)
def test_dataset_of_the_request(
    client: FlaskClient, ask: Any, default: list[str], named: list[str], query: str, expected: bool
) -> None:
    """The graphs named are asked, all of them and no others; an unknown one is empty."""
    graphs = {"default-graph-uri": default, "named-graph-uri": named}
    response = ask(client, {"query": f"ASK {{ {query} }}", **graphs})

    assert {"head": {}, "boolean": expected} == response.json


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize(
    ("clause", "pattern"),
    [(f"FROM <{ONTOLOGY}>", IN_MLI), (f"FROM NAMED <{ONTOLOGY}>", f"GRAPH ?g {{ {IN_MLI} }}")],
)
def test_dataset_of_the_request_beats_that_of_the_query(
    client: FlaskClient, ask: Any, clause: str, pattern: str
) -> None:
    """FROM counts where the request names no graph, and only there."""
    query = {"query": f"ASK {clause} {{ {pattern} }}"}
    graphs = {"default-graph-uri": MLI, "named-graph-uri": MLI}

    assert [False, True] == [
        ask(client, {**query, **more}).json["boolean"] for more in ({}, graphs)
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"ASK {{ {IN_MLI} . {IN_ONTOLOGY} }}", True),
        (f"ASK {{ GRAPH <{MLI}> {{ {IN_MLI} }} }}", True),
        (f"ASK FROM <{MLI}> FROM <{ONTOLOGY}> {{ {IN_MLI} . {IN_ONTOLOGY} }}", True),
        (f"ASK FROM <{NONE}> {{ ?s ?p ?o }}", False),
        (f"ASK FROM NAMED <{NONE}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", False),
    ],
)
def test_dataset_of_the_query(client: FlaskClient, query: str, expected: bool) -> None:
    """Without graphs in the request, FROM tells, else all graphs together are asked."""
    assert {"head": {}, "boolean": expected} == by_get(client, {"query": query}).json


def test_graphs_beside_a_form(client: FlaskClient) -> None:
    """A form's query is never asked of other graphs than the address names."""
    response = client.post(
        "/sparql", query_string={"default-graph-uri": ONTOLOGY}, data={"query": ASK}
    )

    assert {"head": {}, "boolean": False} == response.json


@pytest.mark.parametrize("ask", WAYS)
def test_unknown_parameters_are_ignored(client: FlaskClient, ask: Any) -> None:
    """What other services understand does no harm here."""
    parameters = {"query": ASK, "soft-limit": "", "using-graph-uri": "x", "q": ["1", "2"]}

    assert {"head": {}, "boolean": True} == ask(client, parameters).json


def test_relative_iris(client: FlaskClient) -> None:
    """The service has a base of its own for IRIs that are not absolute."""
    query = "ASK { <id/plan/MLI-3> a <ontology#NationalActionPlan> }"

    assert {"head": {}, "boolean": True} == by_get(client, {"query": query}).json


@pytest.mark.parametrize(
    "content_type",
    ["application/sparql-query;charset=utf-8", 'Application/SPARQL-Query; charset="UTF-8"'],
)
def test_body_may_say_utf_8(client: FlaskClient, content_type: str) -> None:
    """The one charset there is may be named."""
    body = 'ASK { FILTER("é" = "\u00e9") }'.encode()
    response = client.post("/sparql", data=body, content_type=content_type)

    assert {"head": {}, "boolean": True} == response.json


def test_byte_order_mark_is_no_part_of_a_query(client: FlaskClient) -> None:
    """A file that an editor has put a mark before is a query all the same."""
    response = client.post("/sparql", data=b"\xef\xbb\xbfASK {}", content_type=QUERY_TYPE)

    assert {"head": {}, "boolean": True} == response.json


def test_long_query(client: FlaskClient) -> None:
    """A query of nearly a million bytes is taken in a form, where each byte may be three."""
    query = "ASK {} #" + "é" * 480_000

    assert {"head": {}, "boolean": True} == by_form(client, {"query": query}).json


# Requests that are none of the protocol


@pytest.mark.parametrize(
    ("query_string", "says"),
    [
        (b"query=ASK{}&query=ASK{}", "given 2 times"),
        (b"query=", "begins with SELECT"),
        (b"quer=ASK{}", "query is missing"),
        (b"default-graph-uri=urn:x", "query is missing"),
        (b"query=ASK{}&default-graph-uri=relative", "absolute IRI"),
        (b"query=ASK{}&default-graph-uri=", "absolute IRI"),
        (b"query=ASK{}&named-graph-uri=//host/path", "absolute IRI"),
        (b"query=ASK{}&named-graph-uri=http://a%20b", "absolute IRI"),
        (b"query=ASK{}&named-graph-uri=urn:ok&named-graph-uri=<urn:x>", "absolute IRI"),
        (b"query=ASK{}%23%ff", "not UTF-8"),
        (b"query=ASK{}%23\xff", "not UTF-8"),
        (b"query=ASK{}&x=%c3%28", "not UTF-8"),
        (b"query=ASK{}&timeout=no", "above 0"),
        (b"query=ASK{}&timeout=0", "above 0"),
        (b"query=ASK{}&timeout=-1", "above 0"),
        (b"query=ASK{}&timeout=nan", "above 0"),
        (b"query=ASK{}&timeout=inf", "above 0"),
        (b"query=ASK{}&timeout=1&timeout=2", "given 2 times"),
        (b"query=ASK{}&format=pdf", "srj, srx, csv, tsv, html"),
        (b"query=ASK{}&format=csv&format=csv", "given 2 times"),
        (b"query=ASK{}" + b"&a=1" * 10_000, "more than 10,000 parameters"),
        (b"query=ASK {", "never closed"),
        (b"query=ASK { ?s ?p }", "not SPARQL at line 1"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_bad_requests(client: FlaskClient, method: str, query_string: bytes, says: str) -> None:
    """A request that cannot be understood is 400 and says why, by GET and in a form."""
    sent: dict[str, Any] = {"environ_overrides": {"QUERY_STRING": query_string.decode("latin-1")}}
    if method == "POST":
        sent = {"data": query_string, "content_type": FORM_TYPE}
    response = client.open("/sparql", method=method, **sent)

    assert 400 == response.status_code
    assert says in response.get_json(force=True)["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"\xff", QUERY_TYPE, 400),
        (b"ASK {} # \xc3", QUERY_TYPE, 400),
        ("ASK {}".encode("utf-16"), QUERY_TYPE, 400),
        ("ASK {}".encode("utf-16"), f"{QUERY_TYPE}; charset=UTF-16", 400),
        (b"ASK {}", f"{QUERY_TYPE}; charset=UTF-16", 400),
        (b"ASK {}", f"{QUERY_TYPE}; charset=iso-8859-1", 400),
        (b"query=ASK%7B%7D", f"{FORM_TYPE}; charset=iso-8859-1", 400),
        (b"", QUERY_TYPE, 400),
        (b"", FORM_TYPE, 400),
        (b"ASK {}", FORM_TYPE, 400),
        (b"ASK {}", "text/plain", 415),
        (b"ASK {}", "application/sparql-results+json", 415),
        (b"query=ASK%7B%7D", "text/plain", 415),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415),
        (b"{}", "application/json", 415),
        (b"ASK {}", "nonsense", 415),
    ],
)
@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_bad_bodies(
    client: FlaskClient, method: str, body: bytes, content_type: str, status: int
) -> None:
    """A body is a form or a query, in UTF-8."""
    response = client.open("/sparql", method=method, data=body, content_type=content_type)

    assert status == response.status_code


@pytest.mark.parametrize(("method", "status"), [("POST", 415), ("QUERY", 400)])
@pytest.mark.parametrize("body", [b"ASK {}", b"query=ASK%7B%7D"])
def test_body_without_a_type(client: FlaskClient, method: str, status: int, body: bytes) -> None:
    """Nobody guesses what a body is."""
    assert status == client.open("/sparql", method=method, data=body).status_code


def test_compressed_body(client: FlaskClient) -> None:
    """A body in another encoding is not read, and not taken for a query either."""
    headers = {"Content-Encoding": "gzip", "Content-Type": QUERY_TYPE}

    assert 415 == client.post("/sparql", data=b"ASK {}", headers=headers).status_code


@pytest.mark.parametrize(
    ("method", "content_type", "body"),
    [
        ("POST", FORM_TYPE, b"query=ASK%7B%7D"),
        ("POST", QUERY_TYPE, b"ASK {}"),
        ("QUERY", QUERY_TYPE, b"ASK {}"),
        ("POST", FORM_TYPE, b""),
    ],
)
def test_query_in_address_of_a_body(
    client: FlaskClient, method: str, content_type: str, body: bytes
) -> None:
    """A query in the address beside a body is one too many, or in the wrong place."""
    query = {"query": "ASK {}"}
    sent = {"method": method, "data": body, "content_type": content_type}
    response = client.open("/sparql", query_string=query, **sent)  # type: ignore[arg-type]

    assert 400 == response.status_code


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "FOO"])
def test_other_methods(client: FlaskClient, method: str) -> None:
    """Any other method is refused, and those that there are are named."""
    response = client.open("/sparql", method=method, query_string={"query": ASK})
    allowed = {name.strip() for name in response.headers["Allow"].split(",")}

    assert (405, {"GET", "HEAD", "OPTIONS", "POST", "QUERY"}) == (response.status_code, allowed)


def test_body_that_is_too_long(client: FlaskClient) -> None:
    """A body beyond the limit is not read; the limit is said."""
    response = client.post("/sparql", data=b"#" * 4_000_001, content_type=QUERY_TYPE)
    problem = response.get_json(force=True)

    assert (413, 4_000_000, "bytes") == (response.status_code, problem["limit"], problem["unit"])


@pytest.mark.parametrize(("length", "status"), [(20, 200), (4_000_001, 413)])
def test_body_that_does_not_say_its_length(client: FlaskClient, length: int, status: int) -> None:
    """A body in chunks is read to its end, or refused; it is never cut."""
    environ = {
        "wsgi.input": io.BytesIO(b"query=ASK{}&x=".ljust(length, b"x")),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_LENGTH": "",
    }
    response = client.post("/sparql", content_type=FORM_TYPE, environ_overrides=environ)

    assert status == response.status_code


# Updates

UPDATES = ["CLEAR ALL", "INSERT DATA { <urn:s> <urn:p> <urn:o> }", "LOAD <file:///etc/passwd>"]


@pytest.mark.parametrize("update", [*UPDATES, "CLEAR XYZ", ""])
@pytest.mark.parametrize(
    ("method", "in_address", "content_type"),
    [
        ("GET", True, None),
        ("POST", False, FORM_TYPE),
        ("POST", True, FORM_TYPE),
        ("POST", True, QUERY_TYPE),
        ("QUERY", False, FORM_TYPE),
    ],
)
def test_updates_by_parameter(
    client: FlaskClient, update: str, method: str, in_address: bool, content_type: str | None
) -> None:
    """The parameter update is refused wherever it stands, with or without a query."""
    encoded = urlencode({"update": update})
    response = client.open(
        "/sparql",
        method=method,
        query_string=encoded if in_address else "",
        data=encoded if content_type == FORM_TYPE and not in_address else b"ASK {}",
        content_type=content_type,
    )

    assert 403 == response.status_code
    assert "only answers queries" in response.get_json(force=True)["detail"]


@pytest.mark.parametrize("method", ["POST", "QUERY"])
@pytest.mark.parametrize("content_type", [UPDATE_TYPE, f"{UPDATE_TYPE}; charset=UTF-16"])
def test_updates_by_body(client: FlaskClient, method: str, content_type: str) -> None:
    """A body that is an update is refused, whatever it holds."""
    graphs = {"using-named-graph-uri": "urn:x"}
    response = client.open(
        "/sparql", method=method, data="CLEAR ALL", content_type=content_type, query_string=graphs
    )

    assert 403 == response.status_code


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("update", UPDATES)
def test_updates_as_queries(client: FlaskClient, ask: Any, update: str) -> None:
    """An update in place of a query is refused in one sentence, and nothing is changed."""
    response = ask(client, {"query": update})

    assert 403 == response.status_code
    assert "only answers queries" in response.get_json(force=True)["detail"]


# Formats


@pytest.mark.parametrize(
    ("query", "accept", "media_type", "holds"),
    [
        (SELECT, None, JSON, '"2019"'),
        (SELECT, "*/*", JSON, '"2019"'),
        (SELECT, "application/json", JSON, '"2019"'),
        (SELECT, JSON, JSON, '"2019"'),
        (SELECT, "application/*", JSON, '"2019"'),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml", ">2019<"),
        (SELECT, "text/xml", "application/sparql-results+xml", ">2019<"),
        (SELECT, "text/csv", "text/csv; charset=utf-8", "start\r\n2019\r\n"),
        (SELECT, "text/csv;header=present", "text/csv; charset=utf-8", "start\r\n2019\r\n"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8", "2019"),
        (SELECT, f"{JSON};q=0.1, text/csv;q=0.9", "text/csv; charset=utf-8", "2019"),
        (SELECT, f"{JSON};q=0, */*;q=0.1", "application/sparql-results+xml", "2019"),
        (ASK, None, JSON, "true"),
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml", "true"),
        (ASK, "text/csv", "text/csv; charset=utf-8", "true"),
        (CONSTRUCT, None, TTL, "2019"),
        (CONSTRUCT, "text/*", TTL, "2019"),
        (CONSTRUCT, "application/json", "application/ld+json", "2019"),
        (CONSTRUCT, "application/ld+json", "application/ld+json", "2019"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml", "2019"),
        (CONSTRUCT, "application/trig", "application/trig", "2019"),
        (CONSTRUCT, "application/n-quads", "application/n-quads", "2019"),
        (DESCRIBE, "application/n-triples", "application/n-triples", "2019"),
        (DESCRIBE, "text/plain", "application/n-triples", "2019"),
    ],
)
def test_format_by_accept(
    client: FlaskClient, query: str, accept: str | None, media_type: str, holds: str
) -> None:
    """A query is answered in the format asked for."""
    headers = {"Accept": accept} if accept else {}
    response = client.get("/sparql", query_string={"query": query}, headers=headers)

    assert (200, media_type) == (response.status_code, response.headers["Content-Type"])
    assert holds in response.text
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("parameters", "content_type"),
    [
        ({"query": SELECT, "format": "json"}, JSON),
        ({"query": SELECT, "format": "srj"}, JSON),
        ({"query": SELECT, "format": JSON}, JSON),
        ({"query": SELECT, "format": "application/sparql-results json"}, JSON),
        ({"query": SELECT, "format": "XML"}, "application/sparql-results+xml"),
        ({"query": SELECT, "format": "csv"}, "text/csv; charset=utf-8"),
        ({"query": SELECT, "format": "text/csv"}, "text/csv; charset=utf-8"),
        ({"query": SELECT, "format": "tsv"}, "text/tab-separated-values; charset=utf-8"),
        ({"query": SELECT, "format": "html"}, "text/html; charset=utf-8"),
        ({"query": SELECT, "output": "csv"}, "text/csv; charset=utf-8"),
        ({"query": SELECT, "format": "csv", "output": "json"}, "text/csv; charset=utf-8"),
        ({"query": CONSTRUCT, "format": "json"}, "application/ld+json"),
        ({"query": CONSTRUCT, "format": "json-ld"}, "application/ld+json"),
        ({"query": CONSTRUCT, "format": "xml"}, "application/rdf+xml"),
        ({"query": CONSTRUCT, "format": "turtle"}, TTL),
        ({"query": CONSTRUCT, "format": "nt"}, "application/n-triples"),
        ({"query": CONSTRUCT, "format": "trig"}, "application/trig"),
        ({"query": CONSTRUCT, "format": "application/n-quads"}, "application/n-quads"),
        ({"query": CONSTRUCT, "format": "html"}, "text/html; charset=utf-8"),
        ({"format": "jsonld"}, "application/ld+json"),
        ({"output": "html"}, "text/html; charset=utf-8"),
    ],
)
def test_format_by_name(client: FlaskClient, parameters: dict[str, str], content_type: str) -> None:
    """A parameter beats the header, by short name or by media type."""
    response = client.get("/sparql", query_string=parameters, headers={"Accept": "image/png"})

    assert (200, content_type) == (response.status_code, response.headers["Content-Type"])


@pytest.mark.parametrize(
    ("query", "accept", "available"),
    [
        (SELECT, "image/png", "text/csv"),
        (SELECT, "text/turtle", JSON),
        (SELECT, "*/*;q=0", JSON),
        (CONSTRUCT, "text/csv", "text/turtle"),
        ("", "image/png", "text/turtle"),
    ],
)
def test_none_acceptable(client: FlaskClient, query: str, accept: str, available: str) -> None:
    """Where no format fits, the answer names those that there are."""
    parameters = {"query": query} if query else {}
    response = client.get("/sparql", query_string=parameters, headers={"Accept": accept})
    problem = response.get_json(force=True)

    assert (406, f"{BASE}problems#not-acceptable") == (response.status_code, problem["type"])
    assert available in problem["available"]
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    "parameters", [{}, {"query": SELECT}, {"query": CONSTRUCT}, {"query": "ASK {"}, {"q": "1"}]
)
def test_head(client: FlaskClient, parameters: dict[str, str]) -> None:
    """HEAD has what GET has, but for the body."""
    get, head = (
        client.open("/sparql", method=method, query_string=parameters) for method in ("GET", "HEAD")
    )

    assert get.data
    assert (get.status, dict(get.headers), b"") == (head.status, dict(head.headers), head.data)


# Caches


@pytest.mark.parametrize("ask", [by_get, by_query_method])
@pytest.mark.parametrize("query", [SELECT, CONSTRUCT])
def test_same_answer_is_not_sent_again(client: FlaskClient, ask: Any, query: str) -> None:
    """Who has the answer to a query gets 304, by GET and by QUERY."""
    tag = ask(client, {"query": query}).headers["ETag"]
    client.environ_base["HTTP_IF_NONE_MATCH"] = f'"other", {tag}'
    again = ask(client, {"query": query})
    del client.environ_base["HTTP_IF_NONE_MATCH"]

    assert (304, b"", tag) == (again.status_code, again.data, again.headers["ETag"])


def test_other_answers_have_other_tags(client: FlaskClient) -> None:
    """Query, graphs and format make an answer another one; how it is asked does not."""
    other = [
        {"query": SELECT},
        {"query": f"{SELECT} "},
        {"query": SELECT, "format": "csv"},
        {"query": SELECT, "default-graph-uri": MLI},
        {"query": SELECT, "named-graph-uri": MLI},
    ]
    tags = {by_get(client, parameters).headers["ETag"] for parameters in other}

    assert len(other) == len(tags)
    assert by_query_method(client, {"query": SELECT}).headers["ETag"] in tags


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (SELECT, True),
        ("SELECT (NOW() AS ?x) {}", False),
        ("SELECT (rand() AS ?x) {}", False),
        ("SELECT (STRUUID() AS ?x) {}", False),
        (r"SELECT (\u004eOW() AS ?x) {}", False),
        ("SELECT (<urn:knows>(1) AS ?x) {}", True),
    ],
)
def test_what_changes_by_itself(query: str, expected: bool) -> None:
    """The answer to a query about the clock or chance is not taken for the same again."""
    assert expected == plan(Query(query), None, federation=frozenset()).is_repeatable


def test_what_changes_by_itself_has_no_tag(client: FlaskClient) -> None:
    """Such an answer is never called the same as another."""
    response = by_get(client, {"query": "SELECT (NOW() AS ?x) {}"})

    assert (200, None) == (response.status_code, response.headers.get("ETag"))


def test_answer_is_kept_only_if_it_stays_the_same(client: FlaskClient) -> None:
    """A cache may keep what follows from query and data, and has to ask before each use."""
    kept, changing = (
        by_get(client, {"query": query}) for query in (SELECT, "ASK { BIND(NOW() AS ?x) }")
    )

    assert "public, no-cache" == kept.headers["Cache-Control"]
    assert "no-cache" == changing.headers["Cache-Control"]


def test_wrong_query_is_never_known(client: FlaskClient) -> None:
    """A condition that any answer fulfils does not make a wrong query right."""
    response = client.get(
        "/sparql", query_string={"query": "ASK { ?s ?p }"}, headers={"If-None-Match": "*"}
    )

    assert 400 == response.status_code


# The method QUERY


@pytest.mark.parametrize(
    ("method", "parameters"),
    [("GET", {}), ("OPTIONS", {}), ("PUT", {}), ("GET", {"query": "ASK {"}), ("HEAD", {})],
)
def test_formats_of_queries_are_said(
    client: FlaskClient, method: str, parameters: dict[str, str]
) -> None:
    """Each response says that QUERY is understood, and what it may carry."""
    response = client.open("/sparql", method=method, query_string=parameters)

    assert f"{QUERY_TYPE}, {FORM_TYPE}" == response.headers["Accept-Query"]


def test_unsupported_query_says_what_is_supported(client: FlaskClient) -> None:
    """After 415 a client knows what to send."""
    response = client.open("/sparql", method="QUERY", data="{}", content_type="application/sql")

    assert 415 == response.status_code
    assert QUERY_TYPE in response.headers["Accept-Query"]


def test_query_that_the_engine_cannot_carry_out(client: FlaskClient) -> None:
    """SPARQL that is right and yet cannot be answered is 422, and no fault of the text."""
    response = by_query_method(client, {"query": "SELECT (<urn:f>(1) AS ?x) {}"})

    assert 422 == response.status_code
    assert "urn:f" in response.get_json(force=True)["detail"]


@pytest.mark.parametrize("header", ["Location", "Content-Location"])
def test_query_has_an_address(client: FlaskClient, header: str) -> None:
    """A short QUERY says where GET gives the same, in any format or in this one."""
    asked = by_query_method(client, {"query": SELECT, "default-graph-uri": MLI})
    address = asked.headers[header]

    assert address.startswith("/sparql?")
    assert asked.data == client.get(address).data


def test_long_query_has_no_address(client: FlaskClient) -> None:
    """An address that a client may not be able to use is not given."""
    asked = by_query_method(client, {"query": f"{SELECT} # {'x' * 3_000}"})

    assert (200, None) == (asked.status_code, asked.headers.get("Location"))


# Pages elsewhere


@pytest.mark.parametrize("method", ["GET", "POST", "QUERY"])
def test_preflight(client: FlaskClient, method: str) -> None:
    """A page of any site may ask by each method, and send a query as the body."""
    wishes = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type",
    }
    headers = client.options("/sparql", headers=wishes).headers

    assert "*" == headers["Access-Control-Allow-Origin"]
    assert method in headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in headers["Access-Control-Allow-Headers"]
    assert int(headers["Access-Control-Max-Age"]) >= 600


@pytest.mark.parametrize("query", [SELECT, "ASK {"])
def test_answers_may_be_read_elsewhere(client: FlaskClient, query: str) -> None:
    """Answers and errors alike may be read by a page of any site."""
    assert "*" == by_get(client, {"query": query}).headers["Access-Control-Allow-Origin"]


# Plain functions


@pytest.mark.parametrize(
    ("query_string", "expected"),
    [
        (b"", DescriptionRequest()),
        (b"format=ttl", DescriptionRequest("ttl")),
        (b"query=ASK+%7B%7D", Query("ASK {}")),
        (b"query=a%26b%3Dc", Query("a&b=c")),
        (b"query=%C3%A9", Query("é")),
        (b"query=\xc3\xa9", Query("é")),
        (b"query=x;format=y", Query("x;format=y")),
        (
            b"named-graph-uri=urn:b&query=x&named-graph-uri=urn:a&timeout=2.5&format=csv",
            Query("x", (), ("urn:b", "urn:a"), 2.5, "csv"),
        ),
    ],
)
def test_read_get(query_string: bytes, expected: Query | DescriptionRequest) -> None:
    """Parameters are decoded once and keep their order."""
    assert expected == read_request(Request("GET", query_string))


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (Request("POST", b"", "", "", b"ASK {}"), UnsupportedBody),
        (Request("QUERY", b"", "", "", b"ASK {}"), RequestError),
        (Request("POST", b"update=x", "text/plain", "", b""), QueryRefused),
        (Request("POST", b"%ff=1", QUERY_TYPE, "", b"ASK {}"), RequestError),
    ],
)
def test_read_errors(request_: Request, error: type[Exception]) -> None:
    """Each kind of mistake is an error of its own."""
    with pytest.raises(error):
        read_request(request_)


@pytest.mark.parametrize("format_name", ["", "csv"])
def test_query_string_asks_the_same(format_name: str) -> None:
    """What a query writes for an address is read as the same query."""
    query = Query("ASK { ?s ?p 'é&=+ %' }", ("urn:a", "urn:b"), (), None, format_name or None)

    assert query == read_request(Request("GET", query.query_string(format_name).encode()))


def test_plan_checks_before_it_chooses() -> None:
    """What is refused is refused in any format."""
    with pytest.raises(QueryRefused):
        plan(Query("ASK { SERVICE <urn:x> {} }"), "image/png", federation=frozenset())
