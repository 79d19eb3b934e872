"""The JSON-LD contexts that our documents name."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, abort, request

from napgraph.formats import JSON_LD
from napgraph.jsonld_context import VERSION
from napgraph.web.site import site

bp = Blueprint("context", __name__)

_A_DAY, _A_YEAR = 86_400, 31_536_000


@bp.get("/context.jsonld")
def newest() -> Response:
    """Give the context that documents are written with today."""
    return _respond(VERSION, f"public, max-age={_A_DAY}")


@bp.get("/context/<version>.jsonld")
def version(version: str) -> Response:
    """Give one version of the context, which never changes."""
    return _respond(version, f"public, max-age={_A_YEAR}, immutable")


def _respond(version: str, cache_control: str) -> Response:
    contexts = site().contexts
    if version not in contexts:
        known = ", ".join(sorted(contexts))
        abort(404, f"There is no version {version} of the context; there is {known}.")
    content = contexts[version]
    response = Response(content, content_type=JSON_LD.media_type)
    response.set_etag(hashlib.sha256(content).hexdigest()[:16])
    response.headers["Cache-Control"] = cache_control
    response.headers["Content-Location"] = f"/context/{version}.jsonld"
    response.make_conditional(request)
    return response
