"""The description of our endpoints for programs, in OpenAPI 3.1, at `/openapi.json`.

An endpoint adds to it with a module here that gives a `Part`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response

from napgraph.web.curation.desk import has_desk
from napgraph.web.openapi import (
    dataset,
    history,
    questions,
    search,
    sparql,
    submissions,
    validating,
)
from napgraph.web.openapi.parts import PROBLEM_SCHEMA, RETRY_AFTER
from napgraph.wording import DESCRIPTION, TITLE

bp = Blueprint("openapi", __name__)

_PARTS = (sparql.PART, questions.PART, dataset.PART, search.PART, validating.PART)


@bp.get("/openapi.json")
def openapi() -> Response:
    """Describe our endpoints for programs."""
    return Response(_written(has_desk()), mimetype="application/json")


def describe(*, has_desk: bool = False) -> dict[str, Any]:
    """Put the parts together.

    Args:
        has_desk: Whether data can be changed, and former states be had.

    Source: https://spec.openapis.org/oas/v3.1.1.html
    """
    parts = (*_PARTS, submissions.PART, history.PART) if has_desk else _PARTS
    return {
        "openapi": "3.1.1",
        "info": {
            "title": TITLE,
            "description": DESCRIPTION,
            "version": version("napgraph"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        # Relative to this document, so it holds wherever it is served.
        "servers": [{"url": "/"}],
        "tags": [{"name": part.name, "description": part.description} for part in parts],
        "paths": {path: item for part in parts for path, item in part.paths.items()},
        "components": {
            "schemas": {
                "Problem": PROBLEM_SCHEMA,
                **{name: schema for part in parts for name, schema in part.schemas.items()},
            },
            "parameters": {
                name: value for part in parts for name, value in part.parameters.items()
            },
            "headers": {"RetryAfter": RETRY_AFTER},
            "securitySchemes": {
                name: scheme for part in parts for name, scheme in part.security_schemes.items()
            },
        },
    }


@cache
def _written(has_desk: bool) -> bytes:
    return json.dumps(describe(has_desk=has_desk), ensure_ascii=False).encode()
