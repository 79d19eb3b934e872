"""Our interfaces for programs, as people read about them: the same that `/openapi.json` says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template

from napgraph.formats import HTML
from napgraph.web.address import site_address
from napgraph.web.curation.desk import has_desk
from napgraph.web.languages import page_route
from napgraph.web.openapi import describe
from napgraph.web.public import respond_public

bp = Blueprint("api", __name__)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an operation can be told; `values` says of what kind, in a few words."""

    name: str
    place: str
    description: str
    values: str
    default: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be done at an address.

    Attributes:
        media_types: What is answered where all goes well.
        problems: What else may be answered: statuses, with what they mean.
    """

    method: str
    path: str
    anchor: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    media_types: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """Operations that belong together."""

    name: str
    description: str
    operations: tuple[Operation, ...]


@page_route(bp, "/api")
def api() -> Response:
    """Describe our interfaces for programs."""
    document = describe(has_desk=has_desk())
    page = render_template("api.html", tags=list(read_tags(document)), address=site_address())
    return respond_public(page, HTML.content_type)


def read_tags(document: Mapping[str, Any]) -> Iterator[Tag]:
    """Read the operations of a document in OpenAPI, by their tags."""
    operations = [
        (operation["tags"][0], _operation(document, path, method, operation))
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    for tag in document["tags"]:
        mine = tuple(operation for name, operation in operations if name == tag["name"])
        yield Tag(tag["name"], tag["description"], mine)


def _operation(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Operation:
    responses = operation["responses"]
    # What leads elsewhere answers nothing itself.
    done: Mapping[str, Any] = next(
        (said for status, said in responses.items() if status < "300"), {}
    )
    resolved = (_resolved(document, one) for one in operation.get("parameters", ()))
    return Operation(
        method=method.removeprefix("x-").upper(),
        path=path,
        anchor=operation["operationId"],
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=tuple(_parameter(one) for one in resolved),
        media_types=tuple(done.get("content", ())),
        problems=tuple(
            (status, said["description"]) for status, said in responses.items() if status >= "400"
        ),
    )


def _resolved(document: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference within the document."""
    if "$ref" not in part:
        return part
    found: Any = document
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    resolved: Mapping[str, Any] = found
    return resolved


def _parameter(parameter: Mapping[str, Any]) -> Parameter:
    schema = parameter["schema"]
    return Parameter(
        name=parameter["name"],
        place=parameter["in"],
        description=parameter["description"],
        values=_values(schema),
        default=str(schema.get("default", "")),
    )


def _values(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    formats = [one.get("format") or one.get("const", "") for one in schema.get("anyOf", ())]
    said = schema.get("format") or ", ".join(formats) or schema["type"]
    return f"{said}. {schema['description']}" if "description" in schema else str(said)
