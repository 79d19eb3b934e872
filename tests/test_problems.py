"""Errors are problem details for programs, and pages for people."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from napgraph.errors import (
    ConfigError,
    CurationError,
    EndpointBusy,
    EndpointError,
    NapgraphError,
    NotAcceptable,
    NotAllowed,
    PatchError,
    PublicationError,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooComplex,
    QueryTooLarge,
    RequestError,
    SignInError,
    StoreMissing,
    SubmissionChanged,
    SubmissionMissing,
    TooManyRequests,
    UnsupportedBody,
    WorkspaceBusy,
)
from napgraph.namespaces import BASE
from napgraph.web import errors
from napgraph.web.errors import Line, lines_around
from napgraph.web.problems import PROBLEMS

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PROBLEM = "application/problem+json"


def ask(client: FlaskClient, query: str, **headers: str) -> Any:
    """Ask by GET."""
    return client.get("/sparql", query_string={"query": query}, headers=headers)


def report(error: Exception) -> Any:
    """Let a view of an application raise an error, and give the response."""
    app = Flask("napgraph.web")
    errors.register(app)

    @app.get("/")
    def view() -> str:
        raise error

    return app.test_client().get("/")


@pytest.mark.parametrize(
    ("query", "status", "kind", "says"),
    [
        ("SELECT * { ?s ?p }", 400, "query-syntax", "line 1"),
        ("SERVICE", 400, "query-syntax", "begins with SELECT"),
        (
            "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            403,
            "query-refused",
            "SERVICE",
        ),
        ("INSERT DATA { <x:a> <x:b> <x:c> }", 403, "query-refused", "only answers queries"),
        ("SELECT * " + "{" * 100 + "}" * 100, 400, "query-too-complex", "64 deep"),
        ("ASK { FILTER(<urn:f>()) }", 422, "query-unanswerable", "urn:f"),
    ],
)
def test_bad_query_is_one_clear_error(
    client: FlaskClient, query: str, status: int, kind: str, says: str
) -> None:
    """What is wrong is said in problem details, and nothing is opened."""
    response = ask(client, query)
    problem = response.get_json(force=True)

    assert (status, PROBLEM) == (response.status_code, response.headers["Content-Type"])
    assert (status, f"{BASE}problems#{kind}") == (problem["status"], problem["type"])
    assert says in problem["detail"]


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT *\n{ ?s ?p )", 2, 9),
        ("SELECT *\r\n{ ?s ?p )", 2, 9),
        ("ASK { ?é ?é ) }", 1, 13),
        ("ASK { ?é ?é é:a }", 1, 16),
        ("ASK {\n?s ?p ?o }\nLIMIT x", 3, 7),
    ],
)
def test_place_of_a_syntax_error(client: FlaskClient, query: str, line: int, column: int) -> None:
    """Line and column count from 1, columns in characters, for the gate and for the engine."""
    problem = ask(client, query).get_json(force=True)

    assert (line, column) == (problem["line"], problem["column"])


@pytest.mark.parametrize(
    ("query", "limit", "unit"),
    [
        ("SELECT * " + "{" * 100 + "}" * 100, 64, "levels"),
        ("ASK { FILTER(1" + " + 1" * 1_001 + ") }", 1_000, "operators"),
    ],
)
def test_limit_is_said(client: FlaskClient, query: str, limit: int, unit: str) -> None:
    """Whoever passes a limit learns which it is."""
    problem = ask(client, query).get_json(force=True)

    assert (limit, unit) == (problem["limit"], problem["unit"])


def test_time_limit_ends_a_query(client: FlaskClient) -> None:
    """A query that would run for hours is over at the time it asked for, and others go on."""
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    response = client.get("/sparql", query_string={"query": query, "timeout": "0.5"})
    problem = response.get_json(force=True)

    assert (504, f"{BASE}problems#query-timeout") == (response.status_code, problem["type"])
    assert (0.5, "seconds") == (problem["limit"], problem["unit"])
    assert 200 == ask(client, "ASK {}").status_code


@pytest.mark.parametrize(
    ("error", "status", "kind", "members"),
    [
        (RequestError("no"), 400, "bad-request", {}),
        (QuerySyntaxError("no", line=2, column=3), 400, "query-syntax", {"line": 2, "column": 3}),
        (QuerySyntaxError("no"), 400, "query-syntax", {}),
        (
            QueryTooComplex("no", line=1, column=9, limit=64, unit="levels"),
            400,
            "query-too-complex",
            {"line": 1, "column": 9, "limit": 64, "unit": "levels"},
        ),
        (QueryRefused("no"), 403, "query-refused", {}),
        (NotAcceptable("no", available=("a/b",)), 406, "not-acceptable", {"available": ["a/b"]}),
        (
            QueryTooLarge("no", limit=64_000_000, unit="bytes"),
            413,
            "query-too-large",
            {"limit": 64_000_000, "unit": "bytes"},
        ),
        (QueryTooLarge("no"), 413, "query-too-large", {}),
        (UnsupportedBody("no"), 415, "unsupported-media-type", {}),
        (QueryError("no"), 422, "query-unanswerable", {}),
        (SignInError("no"), 401, "sign-in-needed", {}),
        (NotAllowed("no"), 403, "not-allowed", {}),
        (SubmissionMissing("no"), 404, "submission-missing", {}),
        (SubmissionChanged("no"), 409, "submission-changed", {}),
        (PublicationError("no"), 409, "not-publishable", {}),
        (PatchError("no", line=3), 422, "data-refused", {"line": 3}),
        (CurationError("no"), 422, "submission-unusable", {}),
        (TooManyRequests("no"), 429, "too-many-requests", {}),
        (WorkspaceBusy("no"), 503, "workspace-unavailable", {}),
        (EndpointError("no"), 502, "endpoint-error", {}),
        (EndpointBusy("no"), 503, "endpoint-busy", {}),
        (StoreMissing("no"), 503, "store-unavailable", {}),
        (
            QueryTimeout("no", limit=0.5, unit="seconds"),
            504,
            "query-timeout",
            {"limit": 0.5, "unit": "seconds"},
        ),
    ],
)
def test_errors_as_problems(
    error: NapgraphError, status: int, kind: str, members: dict[str, Any]
) -> None:
    """Each error of ours has its kind of problem, with what it knows and no more."""
    response = report(error)
    problem = response.get_json(force=True)
    title = next(problem.title for problem in PROBLEMS if problem.name == kind)
    always = {"type": f"{BASE}problems#{kind}", "title": title, "status": status, "detail": "no"}

    assert {**always, **members} == problem
    assert status == response.status_code


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (EndpointBusy("no", retry_after_s=7), "7"),
        (TooManyRequests("no", retry_after_s=9), "9"),
        (WorkspaceBusy("no"), "5"),
    ],
)
def test_busy_says_when_to_come_back(error: NapgraphError, seconds: str) -> None:
    """A program knows when to ask again."""
    assert seconds == report(error).headers["Retry-After"]


def test_how_to_sign_in() -> None:
    """A program knows in which way to say who it is."""
    assert "Bearer" == report(SignInError("no")).headers["WWW-Authenticate"]


@pytest.mark.parametrize("error", [ConfigError("secret"), ValueError("secret")])
def test_mistakes_of_ours_are_not_told(error: Exception) -> None:
    """What no caller can act on is 500, without a word of what it was."""
    response = report(error)

    assert (500, f"{BASE}problems#internal-error") == (
        response.status_code,
        response.get_json(force=True)["type"],
    )
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [("GET", "/nothing", 404, "not-found"), ("PUT", "/", 405, "method-not-allowed")],
)
def test_problems_of_http(
    client: FlaskClient, method: str, path: str, status: int, kind: str
) -> None:
    """What goes wrong before a view is reached is reported alike."""
    response = client.open(path, method=method)

    assert (status, f"{BASE}problems#{kind}") == (
        response.status_code,
        response.get_json(force=True)["type"],
    )


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_each_problem_is_explained(client: FlaskClient, problem: Any) -> None:
    """The address of a problem leads to its place on a page of ours."""
    path, _, name = problem.iri.removeprefix(BASE).partition("#")
    page = client.get(f"/{path}").text

    assert f'<section id="{name}">' in page
    assert problem.title in page


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, PROBLEM),
        ("*/*", PROBLEM),
        ("application/sparql-results+json", PROBLEM),
        ("application/json", PROBLEM),
        ("image/png", PROBLEM),
        ("text/html;q=0.1, application/json", PROBLEM),
        (BROWSER, "text/html; charset=utf-8"),
        ("text/html;q=0.2, */*;q=0.1", "text/html; charset=utf-8"),
    ],
)
def test_who_gets_a_page(client: FlaskClient, accept: str | None, media_type: str) -> None:
    """A browser gets a page, and whoever asks for anything else the details."""
    headers = {"Accept": accept} if accept else {}
    response = ask(client, "ASK {", **headers)

    assert media_type == response.headers["Content-Type"]
    assert "Accept" in response.headers["Vary"]


def test_page_marks_the_place(client: FlaskClient) -> None:
    """A person sees the query, the mark where it went wrong, and can change it."""
    page = ask(client, "SELECT *\n{ ?s ?p <b> . }} # <i>", Accept=BROWSER).text

    assert "  2  { ?s ?p &lt;b&gt; . }<mark>}</mark> # &lt;i&gt;" in page
    assert 'href="/problems#query-syntax"' in page
    assert "}} # &lt;i&gt;</textarea>" in page


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("ab", 1, 2, [Line(1, "a", "b", "")]),
        ("ab", 1, 3, [Line(1, "ab", " ", "")]),
        ("ab\r\ncd", 1, 9, [Line(1, "ab", " ", ""), Line(2, "cd")]),
        ("a\nb\nc\nd\ne", 4, 1, [Line(2, "b"), Line(3, "c"), Line(4, "", "d"), Line(5, "e")]),
        ("a", 7, 1, []),
    ],
)
def test_lines_around(text: str, line: int, column: int, expected: list[Line]) -> None:
    """Some lines are shown, and the character is marked, or the end of the line."""
    assert expected == lines_around(text, line, column)


def test_long_lines_are_cut() -> None:
    """A query of a million characters on one line does not make a page of a million."""
    (line,) = lines_around("a" * 300_000 + "!" + "b" * 300_000, 1, 300_001)

    assert ("!", True) == (line.marked, len(line.before) + len(line.after) < 500)
