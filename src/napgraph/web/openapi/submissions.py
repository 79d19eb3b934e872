"""The description of submissions, of a site whose data can be changed."""

from __future__ import annotations

from typing import Any

from napgraph.curation.patches import MEDIA_TYPE
from napgraph.curation.submissions import Action, Status
from napgraph.data_formats import FORMATS, SHEET
from napgraph.formats import HTML, ROWS_JSON, TURTLE
from napgraph.web.openapi.parts import Part, Schema, problem_responses

_TEXT: Schema = {"type": "string"}
_SECURITY: list[dict[str, list[str]]] = [{"token": []}]
_SAID: Schema = {
    "message": {"type": "string", "maxLength": 5000, "description": "What changes, and why."},
    "source": {
        "type": "string",
        "maxLength": 2000,
        "description": "What says so: an address or a citation.",
    },
    "base": {
        "type": "string",
        "description": "The commit that it was made from; without it, the last.",
    },
}
_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Chosen by the sender: who sends the same again with it gets the submission "
    "that there is.",
    "schema": {"type": "string", "maxLength": 200},
}
_ID: Schema = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The last part of the submission's address.",
    "schema": _TEXT,
}
_GRAPHS: Schema = {
    "type": "object",
    "description": "The next state of each graph by its name, as MLI: Turtle, or content with its "
    "mediaType, or null to remove the graph.",
    "additionalProperties": {
        "anyOf": [
            _TEXT,
            {"type": "null"},
            {
                "type": "object",
                "required": ["content"],
                "properties": {"content": _TEXT, "mediaType": _TEXT},
            },
        ]
    },
}
_PATCH: Schema = {
    "type": "string",
    "description": "RDF Patch: a line each, D or A and a statement of N-Quads, whose graph is the "
    "one that changes.",
}
_JSON_BODY: Schema = {
    "type": "object",
    "required": ["message", "source"],
    "properties": {**_SAID, "key": _TEXT, "graphs": _GRAPHS, "patch": _PATCH},
}
_FORM: Schema = {
    "type": "object",
    "required": ["message", "source"],
    "properties": {
        **_SAID,
        "key": _TEXT,
        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "graph": {"type": "string", "description": "The graph whose next state text is."},
        "text": _TEXT,
        "format": {"type": "string", "enum": [form.suffix for form in FORMATS]},
        "remove": {"type": "array", "items": _TEXT, "description": "Names of graphs that go."},
        "patch": _PATCH,
    },
}
_BODY: Schema = {
    "required": True,
    "content": {
        "application/json": {"schema": _JSON_BODY},
        "multipart/form-data": {"schema": _FORM},
        MEDIA_TYPE: {"schema": _PATCH},
        **{form.media_type: {"schema": _TEXT} for form in FORMATS if form is not SHEET},
    },
}


def _parameter(name: str, description: str, **schema: Any) -> Schema:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string", **schema},
    }


# Where the body is a graph or a patch, the address says the rest.
_IN_THE_ADDRESS = [
    *(_parameter(name, schema["description"]) for name, schema in _SAID.items()),
    _parameter("graph", "The graph whose next state the body is; without it, an addition."),
]
_REVISION = _parameter(
    "revision", "The revision that it replaces; a newer one is not replaced.", type="integer"
)
_ACTIONS = (
    Action.COMMENT, Action.REQUEST_CHANGES, Action.ACCEPT, Action.REJECT, Action.WITHDRAW,
    Action.SUPERSEDE, Action.PUBLISH,
)  # fmt: skip
_TIME: Schema = {"type": "string", "format": "date-time"}
_STRINGS: Schema = {"type": "array", "items": _TEXT}
_SUBMISSION: Schema = {
    "type": "object",
    "required": ["id", "address", "status", "author", "message", "source", "graphs", "revision",
                 "created", "changed", "base", "commit"],
    "properties": {
        "id": _TEXT,
        "address": {"type": "string", "format": "uri"},
        "status": {"type": "string", "enum": list(map(str, Status))},
        "author": _TEXT,
        "message": _TEXT,
        "source": _TEXT,
        "graphs": _STRINGS,
        "revision": {"type": "integer", "minimum": 1},
        "created": _TIME,
        "changed": _TIME,
        "base": _TEXT,
        "commit": {"type": ["string", "null"], "description": "The one that published it."},
        "report": {
            "type": ["object", "null"],
            "description": "What the rules say; null where it could not be judged.",
            "properties": {
                "conforms": {"type": "boolean"},
                "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
                "results": {"type": "array", "items": {"type": "object"}},
                "leftOff": {"type": "integer"},
                "generation": _TEXT,
            },
        },
        "head": {"type": "string", "description": "The commit that it is compared with."},
        "difference": {
            "type": "object",
            "description": "Statements in N-Triples.",
            "properties": {"added": _STRINGS, "removed": _STRINGS},
        },
        "minted": {**_STRINGS, "description": "IRIs of things that come into being."},
        "pages": {**_STRINGS, "description": "Paths of documents that read otherwise after it."},
        "conflicts": {"type": "array", "items": {"type": "object"}},
        "events": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip
_REFERENCE: Schema = {"schema": {"$ref": "#/components/schemas/Submission"}}
_WRONG = (
    "bad-request", "data-syntax", "sign-in-needed", "not-allowed", "data-too-large",
    "unsupported-media-type", "data-refused", "submission-unusable", "too-many-requests",
    "endpoint-busy", "workspace-unavailable", "data-timeout",
)  # fmt: skip


def _operation(name: str, summary: str, **more: Any) -> Schema:
    return {"operationId": name, "summary": summary, "tags": ["submissions"], **more}


def _submission(description: str) -> Schema:
    return {"description": description, "content": {ROWS_JSON.media_type: _REFERENCE}}


_LIST = _operation(
    "listSubmissions",
    "List submissions, the newest first",
    parameters=[
        _parameter("status", "Where they stand.", enum=["", *map(str, Status)]),
        _parameter("author", "Who submitted them, by name."),
        _parameter("country", "The name of a graph that they change: MLI."),
        _parameter("page", "Which page of the list.", type="integer", minimum=1, default=1),
    ],
    responses={
        "200": {
            "description": "50 submissions, and where the next are.",
            "content": {
                ROWS_JSON.media_type: {
                    "schema": {
                        "type": "object",
                        "required": ["submissions", "next"],
                        "properties": {
                            "submissions": {
                                "type": "array",
                                "items": {"$ref": "#/components/schemas/Submission"},
                            },
                            "next": {"type": ["string", "null"]},
                        },
                    }
                },
                HTML.media_type: {},
            },
        },
        **problem_responses("bad-request", "not-acceptable"),
    },
)
_SUBMIT = _operation(
    "submit",
    "Propose the next state of graphs, or a patch of them",
    security=_SECURITY,
    parameters=[_KEY, *_IN_THE_ADDRESS],
    requestBody=_BODY,
    responses={
        "201": _submission("It is kept; Location names it."),
        "200": _submission("It was sent before."),
        **problem_responses(*_WRONG),
    },
)
_GET = _operation(
    "getSubmission",
    "Get a submission: what it changes, what the rules say, what happened",
    parameters=[_ID],
    responses={
        "200": {
            "description": "The submission, or what it proposes.",
            "content": {
                ROWS_JSON.media_type: _REFERENCE,
                TURTLE.media_type: {},
                HTML.media_type: {},
            },
        },
        **problem_responses("submission-missing", "not-acceptable"),
    },
)
_REVISE = _operation(
    "reviseSubmission",
    "Put something else in place of all that it proposes",
    security=_SECURITY,
    parameters=[_ID, _REVISION, *_IN_THE_ADDRESS],
    requestBody=_BODY,
    responses={
        "200": _submission("It has a new revision."),
        **problem_responses(*_WRONG, "submission-missing", "submission-changed"),
    },
)
_ACT = _operation(
    "actOnSubmission",
    "Comment, decide, withdraw; what is accepted is published before the answer",
    security=_SECURITY,
    parameters=[
        _ID,
        {
            "name": "action",
            "in": "path",
            "required": True,
            "description": "What is done.",
            "schema": {"type": "string", "enum": list(map(str, _ACTIONS))},
        },
    ],
    requestBody={
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string", "description": "A comment, or the reason."},
                        "revision": {
                            "type": "integer",
                            "description": "The one that was looked at; needed to accept.",
                        },
                    },
                }
            }
        }
    },
    responses={
        "200": _submission("It is done."),
        **problem_responses(
            "bad-request",
            "sign-in-needed",
            "not-allowed",
            "submission-missing",
            "submission-changed",
            "not-publishable",
            "too-many-requests",
            "workspace-unavailable",
            "store-unavailable",
        ),
    },
)
_REVERT = _operation(
    "revertSubmission",
    "Submit what takes back a publication",
    security=_SECURITY,
    parameters=[_ID],
    responses={
        "201": _submission("The new submission."),
        **problem_responses(
            "sign-in-needed", "not-allowed", "submission-missing", "too-many-requests"
        ),
    },
)

PART = Part(
    name="submissions",
    description="Changes of the data: proposed, judged, reviewed, published.",
    paths={
        "/submissions": {"get": _LIST, "post": _SUBMIT},
        "/submissions/{id}": {"get": _GET},
        "/submissions/{id}/revise": {"post": _REVISE},
        "/submissions/{id}/revert": {"post": _REVERT},
        "/submissions/{id}/{action}": {"post": _ACT},
    },
    schemas={"Submission": _SUBMISSION},
    security_schemes={
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that whoever runs the site has made.",
        }
    },
)
