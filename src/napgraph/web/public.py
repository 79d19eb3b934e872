"""Answers that are the same for everybody until the next generation."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qsl

from flask import Response, request

from napgraph.web.languages import language
from napgraph.web.representations import (
    CACHE_CONTROL,
    WholeResponse,
    http_time,
    is_conditional,
)
from napgraph.web.site import site


def respond_public(body: str | bytes, content_type: str) -> Response:
    """Answer with what any cache may keep; it is told from another version by its content."""
    content = body.encode() if isinstance(body, str) else body
    headers = public_headers(content, content_type)
    if content_type.startswith("text/html"):
        headers["Content-Language"] = language()
    response = WholeResponse(content, 200, headers)
    if is_conditional():
        response.make_conditional(request)
    return response


def public_headers(content: bytes, content_type: str) -> dict[str, str]:
    """Give the headers that say what an answer is and for how long it may be kept."""
    return {
        "Content-Type": content_type,
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:20]}"',
        "Last-Modified": http_time(site().current().generation.created),
        "Cache-Control": CACHE_CONTROL,
    }


def query_pairs() -> list[tuple[str, str]]:
    """Give the query string of this request as names and values, in its own order."""
    return parse_qsl(request.query_string.decode(errors="replace"), keep_blank_values=True)


def see_elsewhere(path: str) -> Response:
    """Lead to the one address of what this address asks for, too."""
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Location": path,
        "Cache-Control": CACHE_CONTROL,
    }
    return Response(f"See {path}\n", 303, headers)
