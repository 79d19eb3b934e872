"""The description of the SPARQL endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from napgraph.formats import GRAPH_FORMATS, HTML, RESULTS_FORMATS, RESULTS_JSON, Format
from napgraph.protocol import FORM_TYPE, QUERY_TYPE
from napgraph.web.openapi.parts import Part, Schema, problem_responses

_QUERY: Schema = {
    "type": "string",
    "description": "One query of SPARQL 1.1, in UTF-8.",
    "examples": ["SELECT ?class (COUNT(*) AS ?n) { ?thing a ?class } GROUP BY ?class"],
}
_GRAPHS: Schema = {"type": "array", "items": {"type": "string", "format": "iri"}}
_DATASET: dict[str, Schema] = {
    "default-graph-uri": {
        **_GRAPHS,
        "description": "Graphs that make up the default graph, instead of FROM.",
    },
    "named-graph-uri": {**_GRAPHS, "description": "The named graphs, instead of FROM NAMED."},
}
_FORMAT: Schema = {
    "type": "string",
    "description": "Format of the answer, instead of Accept: a name as listed, or a media type.",
    "examples": [RESULTS_JSON.suffix, "csv", "ttl"],
}
_TIMEOUT: Schema = {
    "type": "number",
    "exclusiveMinimum": 0,
    "exclusiveMaximum": 1_000_000,
    "description": "Seconds that the query may take, where fewer than the server allows.",
}


def _parameter(name: str, schema: Schema) -> Schema:
    return {
        "name": name,
        "in": "query",
        "description": schema["description"],
        "schema": {key: value for key, value in schema.items() if key != "description"},
    }


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


def _media_types(formats: Sequence[Format]) -> dict[str, Any]:
    return {form.media_type: {"schema": _schema(form)} for form in formats}


def _schema(form: Format) -> Schema:
    if form is RESULTS_JSON:
        return {"$ref": "#/components/schemas/Results"}
    # What JSON-LD holds is said by its context, not by a schema; all else is text.
    return {} if form.media_type.endswith("+json") else {"type": "string"}


def _tag_header(description: str) -> Schema:
    return {"ETag": {"description": description, "schema": {"type": "string"}}}


_ANSWER: Schema = {
    "description": "The answer: of SELECT and ASK in a results format, of CONSTRUCT and "
    "DESCRIBE in an RDF format, of either as a page.",
    "headers": _tag_header("Names the answer; not sent for pages and what changes by itself."),
    "content": _media_types((*RESULTS_FORMATS, *GRAPH_FORMATS, HTML)),
}
_NOT_MODIFIED: Schema = {"description": "The answer is the one that If-None-Match names."}
_PROBLEMS = problem_responses(
    "bad-request", "query-syntax", "query-too-complex", "query-refused", "not-acceptable",
    "query-too-large", "query-unanswerable", "endpoint-error", "endpoint-busy",
    "store-unavailable", "query-timeout",
)  # fmt: skip
_BODY_PROBLEMS = problem_responses("unsupported-media-type")

_BODY: Schema = {
    "required": True,
    "content": {
        QUERY_TYPE: {"schema": _QUERY},
        FORM_TYPE: {
            "schema": {
                "type": "object",
                "required": ["query"],
                "properties": {
                    "query": _QUERY,
                    **_DATASET,
                    "format": _FORMAT,
                    "timeout": _TIMEOUT,
                },
            }
        },
    },
}
_IN_ADDRESS = [_reference(name) for name in (*_DATASET, "format", "timeout")]


def _operation(name: str, summary: str, **rest: Any) -> Schema:
    return {"operationId": name, "summary": summary, "tags": ["sparql"], **rest}


_ASK_BY_BODY: dict[str, Any] = {"parameters": _IN_ADDRESS, "requestBody": _BODY}

_PATH_ITEM: Schema = {
    "get": _operation(
        "askByGet",
        "Ask a query; without one, describe the service",
        parameters=[_reference("query"), *_IN_ADDRESS],
        responses={"200": _ANSWER, "304": _NOT_MODIFIED, **_PROBLEMS},
    ),
    "head": _operation(
        "askForHeaders",
        "Evaluate a query and send the headers alone",
        parameters=[_reference("query"), *_IN_ADDRESS],
        responses={"200": {"description": "Those of GET."}, "304": _NOT_MODIFIED, **_PROBLEMS},
    ),
    "post": _operation(
        "askByPost",
        "Ask a query in a form or as the body",
        **_ASK_BY_BODY,
        responses={"200": _ANSWER, **_PROBLEMS, **_BODY_PROBLEMS},
    ),
    "options": _operation(
        "preflight",
        "Say which methods there are, and let pages elsewhere use them",
        responses={"200": {"description": "The headers Allow, Accept-Query and those of CORS."}},
    ),
    # OpenAPI 3.1 has no place for methods of later date; 3.2 calls this one `query`.
    "x-query": _operation(
        "askByQuery",
        "Ask as by POST, by the safe and repeatable method of RFC 10008",
        **_ASK_BY_BODY,
        responses={"200": _ANSWER, "304": _NOT_MODIFIED, **_PROBLEMS, **_BODY_PROBLEMS},
    ),
}

PART = Part(
    name="sparql",
    description="The SPARQL 1.1 endpoint. It only answers; what would change data is refused.",
    paths={"/sparql": _PATH_ITEM},
    parameters={
        name: _parameter(name, schema)
        for name, schema in {
            "query": _QUERY,
            **_DATASET,
            "format": _FORMAT,
            "timeout": _TIMEOUT,
        }.items()
    },
    schemas={
        "Results": {
            "type": "object",
            "description": "SPARQL 1.1 Query Results JSON Format.",
            "required": ["head"],
            "properties": {
                "head": {
                    "type": "object",
                    "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
                },
                "boolean": {"type": "boolean"},
                "results": {
                    "type": "object",
                    "required": ["bindings"],
                    "properties": {"bindings": {"type": "array", "items": {"type": "object"}}},
                },
            },
        }
    },
)
