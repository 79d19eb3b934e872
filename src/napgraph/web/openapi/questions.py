"""The description of the questions that others asked, an address each."""

from __future__ import annotations

from typing import Any

from napgraph.formats import QUESTION_FORMATS, RESULTS_JSON, ROWS_JSON, Format
from napgraph.namespaces import ID
from napgraph.questions import Parameter, Question, all_questions
from napgraph.web.openapi.parts import Part, Schema, problem_responses

_SCHEMAS: dict[str, Schema] = {
    "date": {"type": "string", "anyOf": [{"format": "date"}, {"const": "today"}]},
    "year": {"type": "string", "pattern": "^([0-9]{4}|today)$"},
    "integer": {"type": "integer", "minimum": -999_999_999, "maximum": 999_999_999},
    "text": {"type": "string", "maxLength": 200},
}
_PROBLEMS = problem_responses(
    "bad-request",
    "not-found",
    "not-acceptable",
    "query-too-large",
    "query-unanswerable",
    "endpoint-busy",
    "store-unavailable",
    "query-timeout",
)
_NOT_MODIFIED: Schema = {"description": "What If-None-Match names is still so."}
_FORMAT: Schema = {
    "name": "format",
    "in": "query",
    "description": "Format of the answer, instead of Accept; the address may also end in it, "
    "after a full stop.",
    "schema": {"type": "string", "enum": [form.suffix for form in QUESTION_FORMATS]},
}


def _parameter(parameter: Parameter) -> Schema:
    schema = _SCHEMAS.get(parameter.type) or {
        "type": "string",
        "description": f"A key, or an IRI that begins with {ID}{parameter.type}/.",
    }
    given = {"default": _typed(parameter)} if parameter.default else {}
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "schema": {**schema, **given},
    }


def _typed(parameter: Parameter) -> str | int:
    return int(parameter.default) if parameter.type == "integer" else parameter.default


def _content(question: Question, form: Format) -> dict[str, Any]:
    if form is RESULTS_JSON:
        return {"schema": {"$ref": "#/components/schemas/Results"}}
    if form is not ROWS_JSON:
        return {}
    cell = {"type": ["string", "number", "boolean", "null"]}
    columns = dict.fromkeys(question.columns, cell)
    row = {"type": "object", "required": list(columns), "properties": columns}
    return {"schema": {"type": "array", "items": row}}


def _path_item(question: Question) -> Schema:
    return {
        "get": {
            "operationId": question.name,
            "summary": question.title,
            "description": question.description,
            "tags": ["questions"],
            "parameters": [*map(_parameter, question.parameters), _FORMAT],
            "responses": {
                "200": {
                    "description": "The answer: rows as plain values, or results as SPARQL has "
                    "them; or the query.",
                    "content": {
                        form.media_type: _content(question, form) for form in QUESTION_FORMATS
                    },
                },
                "304": _NOT_MODIFIED,
                **_PROBLEMS,
            },
        }
    }


_LIST: Schema = {
    "get": {
        "operationId": "listQuestions",
        "summary": "List all questions with their parameters",
        "tags": ["questions"],
        "parameters": [],
        "responses": {
            "200": {
                "description": "The questions, each with its address.",
                "content": {
                    "application/json": {"schema": {"type": "array", "items": {"type": "object"}}}
                },
            },
            "304": _NOT_MODIFIED,
        },
    }
}

PART = Part(
    name="questions",
    description="Questions that researchers ask, each with an address that answers it.",
    paths={
        "/api/queries": _LIST,
        **{f"/api/queries/{one.name}": _path_item(one) for one in all_questions()},
    },
)
