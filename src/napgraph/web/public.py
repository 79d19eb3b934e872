"""Answers that are the same for everybody until the next generation."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import parse_qsl

from flask import Response, request

from napgraph.web.languages import language
from napgraph.web.representations import CACHE_CONTROL
from napgraph.web.site import site


def respond_public(body: str | bytes, content_type: str) -> Response:
    """Answer with what any cache may keep; it is told from another version by its content."""
    content = body.encode() if isinstance(body, str) else body
    response = Response(content, content_type=content_type)
    response.set_etag(hashlib.sha256(content).hexdigest()[:20])
    response.last_modified = datetime.fromisoformat(site().current().generation.created)
    response.headers["Cache-Control"] = CACHE_CONTROL
    if content_type.startswith("text/html"):
        response.content_language.add(language())
    response.make_conditional(request)
    return response


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
