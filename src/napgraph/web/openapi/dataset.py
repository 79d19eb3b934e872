"""The description of the dataset's own description, its files and the graph store."""

from __future__ import annotations

from typing import Any

from napgraph.formats import GRAPH_FORMATS, HTML
from napgraph.web.openapi.parts import Part, Schema, problem_responses


def _header(description: str) -> Schema:
    return {"description": description, "schema": {"type": "string"}}


def _parameter(name: str, place: str, description: str, **schema: Any) -> Schema:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": description,
        "schema": {"type": "string", **schema},
    }


_NOT_MODIFIED: Schema = {"description": "What If-None-Match names is still so."}
_GENERATION = _parameter(
    "generation",
    "path",
    "The generation whose file it is; the address then means the same bytes.",
    pattern="^[0-9a-f]{16}$",
)
_RANGE = _parameter("Range", "header", "One range of bytes; any other is not heeded.")


def _get(name: str, summary: str, parameters: list[Schema], responses: Schema) -> Schema:
    operation = {"operationId": name, "summary": summary, "tags": ["dataset"]}
    return {"get": {**operation, "parameters": parameters, "responses": responses}}


def _file(kind: str, media_types: tuple[str, ...], *, of_generation: bool) -> Schema:
    """Describe where dumps, or tables, are."""
    name = _parameter("name", "path", "The file's name, as the dataset's description has it.")
    content: Schema = {media_type: {} for media_type in media_types}
    digest = _header("SHA-256 of the whole, as RFC 9530 has it.")
    responses = {
        "200": {
            "description": "The file.",
            "headers": {"ETag": _header("Names its bytes."), "Repr-Digest": digest},
            "content": content,
        },
        "206": {
            "description": "The part of the file that Range asks for.",
            "headers": {
                "Content-Range": _header("Which bytes of how many."),
                "Repr-Digest": digest,
            },
            "content": content,
        },
        "304": _NOT_MODIFIED,
        **problem_responses("not-found", "range-not-satisfiable", "store-unavailable"),
    }
    return _get(
        f"get{kind.capitalize()}{'OfGeneration' * of_generation}",
        f"Get a {kind}, whole or in part",
        [_GENERATION] * of_generation + [name, _RANGE],
        responses,
    )


_DUMPS = ("application/gzip", "application/zstd")
_TABLES = ("text/csv", "application/vnd.apache.parquet", "application/csvm+json")

_DATASET = _get(
    "describeDataset",
    "Describe the dataset with VoID and DCAT, or as a page",
    [],
    {
        "200": {
            "description": "The description.",
            "content": {form.media_type: {} for form in (*GRAPH_FORMATS, HTML)},
        },
        "304": _NOT_MODIFIED,
        **problem_responses("not-acceptable", "store-unavailable"),
    },
)
_GRAPH_STORE = _get(
    "getGraph",
    "Get a named graph, or all together",
    [
        _parameter("graph", "query", "IRI of a named graph.", format="iri"),
        {
            **_parameter("default", "query", "Instead of a named graph, all of them together."),
            "allowEmptyValue": True,
        },
    ],
    {
        "200": {
            "description": "The graph.",
            "headers": {"ETag": _header("Names its statements.")},
            "content": {form.media_type: {} for form in GRAPH_FORMATS},
        },
        "304": _NOT_MODIFIED,
        **problem_responses(
            "bad-request",
            "not-found",
            "not-acceptable",
            "query-too-large",
            "endpoint-busy",
            "store-unavailable",
            "query-timeout",
        ),
    },
)

PART = Part(
    name="dataset",
    description="What the dataset is, its dumps and tables, and its graphs. They are only read.",
    paths={
        "/dataset": _DATASET,
        "/dump/{name}": _file("dump", _DUMPS, of_generation=False),
        "/dump/{generation}/{name}": _file("dump", _DUMPS, of_generation=True),
        "/table/{name}": _file("table", _TABLES, of_generation=False),
        "/table/{generation}/{name}": _file("table", _TABLES, of_generation=True),
        "/graph-store": _GRAPH_STORE,
    },
)
