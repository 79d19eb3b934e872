"""The description of judging data."""

from __future__ import annotations

from napgraph.data_formats import FORMATS, SHEET
from napgraph.formats import HTML, JSON_LD, ROWS_JSON, Format
from napgraph.web.curation.validate import PATH, REPORT_FORMATS, SARIF
from napgraph.web.openapi.parts import Part, Schema, problem_responses

_FORM: Schema = {
    "type": "object",
    "description": "The form of the page.",
    "properties": {
        "data": {"type": "string", "description": "The data as text."},
        "file": {"type": "string", "format": "binary", "description": "A file, instead."},
        "type": {
            "type": "string",
            "description": "The format of the data; without it, it is guessed.",
            "enum": ["", *(form.suffix for form in FORMATS)],
        },
        "graph": {"type": "string", "description": "As the parameter graph."},
    },
}
_GRAPH: Schema = {
    "name": "graph",
    "in": "query",
    "description": "The named graph whose next state the data are: MLI for graph/MLI. Without it, "
    "a graph that the data name or describe; what does neither is an addition, of which each "
    "thing goes where it is already.",
    "schema": {"type": "string", "maxLength": 100},
}
_FORMAT: Schema = {
    "name": "format",
    "in": "query",
    "description": "Format of the report, instead of Accept.",
    "schema": {"type": "string", "enum": [form.suffix for form in REPORT_FORMATS]},
}
_ROW: Schema = {
    "type": "object",
    "required": ["severity", "line", "focusNode", "path", "name", "value", "message", "shape"],
    "properties": {
        "severity": {"type": "string", "enum": ["Violation", "Warning", "Info"]},
        "line": {"type": ["integer", "null"], "description": "Where the thing stands in the data."},
        "focusNode": {"type": "string", "description": "IRI of the thing."},
        "path": {"type": ["string", "null"], "description": "IRI of the property."},
        "name": {"type": "string", "description": "What the rule is called."},
        "value": {"type": ["string", "null"], "description": "The value that is wrong."},
        "message": {"type": "string", "description": "What to do."},
        "shape": {"type": "string", "description": "IRI of the rule, which explains it."},
    },
}
_REPORT: Schema = {
    "type": "object",
    "required": ["conforms", "things", "graphs", "generation", "leftOff", "results"],
    "properties": {
        "conforms": {"type": "boolean", "description": "Whether the data can be published."},
        "things": {"type": "integer", "description": "How many things were judged."},
        "graphs": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The names of the graphs that would have them.",
        },
        "generation": {"type": "string", "description": "What they were judged together with."},
        "leftOff": {"type": "integer", "description": "How many more results there are."},
        "results": {"type": "array", "items": {"$ref": "#/components/schemas/ValidationResult"}},
    },
}


def _answer(form: Format) -> Schema:
    if form is ROWS_JSON:
        return {"schema": {"$ref": "#/components/schemas/ValidationReport"}}
    return {"schema": {"type": "object"}} if form in (SARIF, JSON_LD) else {}


_VALIDATE: Schema = {
    "operationId": "validate",
    "summary": "Judge data together with what is published; nothing is changed",
    "tags": ["validate"],
    "parameters": [_GRAPH, _FORMAT],
    "requestBody": {
        "required": True,
        "content": {
            **{form.media_type: {} for form in FORMATS if form is not SHEET},
            SHEET.media_type: {
                "schema": {"type": ["object", "array"], "description": "A fact sheet, or JSON-LD."}
            },
            "multipart/form-data": {"schema": _FORM},
        },
    },
    "responses": {
        "200": {
            "description": "The report, also where data break rules.",
            "content": {form.media_type: _answer(form) for form in REPORT_FORMATS},
        },
        **problem_responses(
            "bad-request",
            "data-syntax",
            "data-refused",
            "data-too-large",
            "data-timeout",
            "not-acceptable",
            "unsupported-media-type",
            "endpoint-busy",
            "store-unavailable",
        ),
    },
}
_PAGE: Schema = {
    "operationId": "validatePage",
    "summary": "Show the form to judge data with",
    "tags": ["validate"],
    "parameters": [],
    "responses": {
        "200": {"description": "The page.", "content": {HTML.media_type: {}}},
        "304": {"description": "What If-None-Match names is still so."},
    },
}

PART = Part(
    name="validate",
    description="Judging data by the rules, before they are sent. Nothing is changed or kept.",
    paths={PATH: {"get": _PAGE, "post": _VALIDATE}},
    schemas={"ValidationReport": _REPORT, "ValidationResult": _ROW},
)
