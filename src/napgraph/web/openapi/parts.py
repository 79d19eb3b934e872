"""What the parts of the description have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from napgraph.web.problems import PROBLEMS

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """What one endpoint adds to the description.

    Attributes:
        paths: Its path items, by path.
        parameters: Those that its operations refer to, by name.
        schemas: Likewise.
        security_schemes: Ways to say who one is, by name.
    """

    name: str
    description: str
    paths: Mapping[str, Schema]
    parameters: Mapping[str, Schema] = field(default_factory=dict)
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    security_schemes: Mapping[str, Schema] = field(default_factory=dict)


PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "description": "What went wrong, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "description": "Address of a page that explains this kind of problem.",
            "enum": [problem.iri for problem in PROBLEMS],
        },
        "title": {"type": "string", "description": "What this kind of problem is called."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What went wrong this time."},
        "line": {"type": "integer", "minimum": 1, "description": "Line in the query or the data."},
        "column": {"type": "integer", "minimum": 1, "description": "Character in that line."},
        "limit": {"type": "number", "description": "The limit that was passed."},
        "unit": {"type": "string", "examples": ["bytes", "seconds"]},
        "available": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Media types that are to be had.",
        },
    },
}

RETRY_AFTER: Schema = {
    "description": "Seconds after which to try again.",
    "schema": {"type": "integer", "minimum": 1},
}


def problem_responses(*names: str) -> dict[str, Schema]:
    """Describe the responses that report these problems, by status."""
    titles: dict[int, list[str]] = defaultdict(list)
    for problem in PROBLEMS:
        if problem.name in names:
            titles[int(problem.status)].append(f"{problem.title} (`{problem.name}`).")
    return {str(status): _response(status, " ".join(titles[status])) for status in sorted(titles)}


def _response(status: int, description: str) -> Schema:
    response: dict[str, Any] = {
        "description": description,
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
            "text/html": {"schema": {"type": "string"}},
        },
    }
    if status in (429, 503):
        response["headers"] = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
    return response
