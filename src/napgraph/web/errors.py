"""Errors as responses, in one place: problem details for programs, a page for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from napgraph.errors import (
    EndpointBusy,
    NapgraphError,
    NotAcceptable,
    NotReady,
    SignInError,
    TooManyRequests,
    WorkspaceError,
)
from napgraph.formats import HTML, Format, choose
from napgraph.web.problems import Problem, problem_of, problem_of_status
from napgraph.web.search import near_to

PROBLEM = Format("json", "application/problem+json", "JSON", ("application/json",))

# What an error may say of itself, and problem details repeat.
_MEMBERS = ("line", "column", "limit", "unit", "available")


def register(app: Flask) -> None:
    """Map every error that a caller can act on to a response."""
    app.register_error_handler(NapgraphError, _from_ours)
    app.register_error_handler(HTTPException, _from_http)


def remember_query(text: str) -> None:
    """Keep the query that this request asks, to show it should it fail."""
    g.query_text = text


@dataclass(frozen=True)
class Line:
    """A line of a query, cut where a mistake is: `marked` is empty in all others."""

    number: int
    before: str
    marked: str = ""
    after: str = ""


def lines_around(text: str, line: int, column: int, *, context: int = 2) -> list[Line]:
    """Give the line of a mistake, with some lines before and after it.

    Args:
        text: The query.
        line: 1-based, as errors count.
        column: 1-based, in characters; past the end of the line, its end is marked.
        context: How many lines to give on each side.
    """
    lines = text.split("\n")
    first = max(1, line - context)
    shown = enumerate(lines[first - 1 : line + context], first)
    return [_cut(number, said, column if number == line else 0) for number, said in shown]


def _cut(number: int, text: str, column: int) -> Line:
    text = text.rstrip("\r")
    if not column:
        return Line(number, text[:_WIDEST])
    start = max(0, column - 1 - _WIDEST // 2)
    before, rest = text[start : column - 1], text[column - 1 :]
    return Line(number, before, rest[:1] or " ", rest[1 : _WIDEST // 2])


_WIDEST = 400


def _from_ours(error: NapgraphError) -> Response:
    problem = problem_of(error)
    if problem is None:
        raise error
    members = {name: getattr(error, name, None) for name in _MEMBERS}
    response = _respond(problem.status, problem, str(error), members)
    response.headers.update(headers_of_error(error))
    return response


def headers_of_error(error: NapgraphError) -> dict[str, str]:
    """Give the headers of an answer that tells an error: when to try again, how to sign in."""
    if isinstance(error, EndpointBusy | NotReady | TooManyRequests):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, WorkspaceError):
        return {"Retry-After": "5"}
    return {"WWW-Authenticate": "Bearer"} if isinstance(error, SignInError) else {}


def _from_http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or 500)
    members: dict[str, Any] = {}
    if isinstance(error, RequestEntityTooLarge):
        members = {"limit": request.max_content_length, "unit": "bytes"}
    response = _respond(status, problem_of_status(status), _detail(error), members)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _detail(error: HTTPException) -> str:
    if isinstance(error, MethodNotAllowed):
        methods = ", ".join(sorted(error.valid_methods or ()))
        return f"This address takes {methods}, not {request.method[:20]}."
    if isinstance(error, RequestEntityTooLarge):
        return f"The body is longer than {request.max_content_length or 0:,} bytes."
    return error.description or ""


def _respond(
    status: HTTPStatus, problem: Problem | None, detail: str, members: dict[str, Any]
) -> Response:
    said = {name: value for name, value in members.items() if value not in (None, ())}
    title = problem.title if problem else status.phrase
    if _wants_page():
        page = _page(status, problem, title, detail, said)
        response = Response(page, status=status, content_type=HTML.content_type)
    else:
        body: dict[str, Any] = {"type": problem.iri if problem else "about:blank", "title": title}
        body |= {"status": int(status), "detail": detail, **said}
        text = json.dumps(body, ensure_ascii=False)
        response = Response(text, status=status, content_type=PROBLEM.content_type)
    response.headers["Vary"] = "Accept"
    return response


def _wants_page() -> bool:
    """Tell whether the caller is a person's browser; whoever accepts neither gets the details."""
    try:
        return choose(request.headers.get("Accept"), (PROBLEM, HTML)) is HTML
    except NotAcceptable:
        return False


def _page(
    status: HTTPStatus, problem: Problem | None, title: str, detail: str, said: dict[str, Any]
) -> str:
    text = g.get("query_text", "")
    marked = lines_around(text, said["line"], said["column"]) if text and "line" in said else []
    near = near_to(request.path) if status is HTTPStatus.NOT_FOUND else None
    return render_template(
        "error.html",
        problem=problem,
        title=title,
        detail=detail,
        text=text,
        lines=marked,
        near=near,
    )
