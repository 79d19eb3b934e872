"""Errors as responses, in one place: problem details for programs, a page for people."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from napgraph.errors import (
    EndpointBusy,
    NapgraphError,
    NotAcceptable,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    StoreError,
    UnsupportedBody,
)

PROBLEM = "application/problem+json"

# The first that an error is an instance of.
_STATUS: tuple[tuple[type[NapgraphError], HTTPStatus], ...] = (
    (QueryRefused, HTTPStatus.FORBIDDEN),
    (QueryTimeout, HTTPStatus.GATEWAY_TIMEOUT),
    (QueryTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (EndpointBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (UnsupportedBody, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (QueryError, HTTPStatus.BAD_REQUEST),
    (NotAcceptable, HTTPStatus.NOT_ACCEPTABLE),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
)


def register(app: Flask) -> None:
    """Map every error that a caller can act on to a response."""
    app.register_error_handler(NapgraphError, _from_ours)
    app.register_error_handler(HTTPException, _from_http)


def _from_ours(error: NapgraphError) -> Response:
    status = next((s for kind, s in _STATUS if isinstance(error, kind)), None)
    if status is None:
        raise error
    response = _problem(status, str(error), error)
    if isinstance(error, EndpointBusy):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _from_http(error: HTTPException) -> Response:
    response = _problem(HTTPStatus(error.code or 500), error.description or "", None)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _problem(status: HTTPStatus, detail: str, error: NapgraphError | None) -> Response:
    if request.accept_mimetypes.best_match([PROBLEM, "text/html"]) == "text/html" and (
        "text/html" in request.headers.get("Accept", "")
    ):
        page = render_template(
            "error.html", title=_TITLES.get(status, status.phrase), detail=detail
        )
        return Response(page, status=status, mimetype="text/html")
    body: dict[str, object] = {"type": "about:blank", "title": status.phrase, "status": int(status)}
    body["detail"] = detail
    if isinstance(error, QuerySyntaxError) and error.line is not None:
        body |= {"line": error.line, "column": error.column}
    if isinstance(error, NotAcceptable):
        body["available"] = list(error.available)
    return Response(json.dumps(body, ensure_ascii=False), status=status, mimetype=PROBLEM)


_TITLES = {
    HTTPStatus.NOT_FOUND: "We have no page at this address",
    HTTPStatus.NOT_ACCEPTABLE: "Not in this format",
    HTTPStatus.BAD_REQUEST: "This query cannot be answered",
    HTTPStatus.FORBIDDEN: "This is not carried out here",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something broke on our side",
}
