"""The description of searching and of suggestions while typing."""

from __future__ import annotations

from napgraph.search import MAX_CHARACTERS
from napgraph.search_index import KINDS
from napgraph.web.languages import LANGUAGES
from napgraph.web.openapi.parts import Part, Schema, problem_responses
from napgraph.web.search import MAX_RESULTS, SUGGESTIONS_TYPE

_WORDS: Schema = {
    "name": "q",
    "in": "query",
    "required": True,
    "description": "Words, a name, a code or a symbol, in any language. All of it is text; nothing "
    f"in it is an operator. What is longer than {MAX_CHARACTERS} characters is cut.",
    "schema": {"type": "string"},
    "examples": {"name": {"value": "third plan Mali"}, "symbol": {"value": "S/RES/1325"}},
}
_TYPE: Schema = {
    "name": "type",
    "in": "query",
    "description": "Give only what is of this type; the counts of all types stay.",
    "schema": {"type": "string", "enum": ["", *KINDS]},
}
_LANG: Schema = {
    "name": "lang",
    "in": "query",
    "description": "The language to prefer in names and texts.",
    "schema": {"type": "string", "enum": list(LANGUAGES), "default": "en"},
}
_LIMIT: Schema = {
    "name": "limit",
    "in": "query",
    "description": "How many results a page has.",
    "schema": {"type": "integer", "minimum": 1, "maximum": MAX_RESULTS, "default": 20},
}
_PAGE: Schema = {
    "name": "page",
    "in": "query",
    "description": "Which page of the results.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1},
}
_PROBLEMS = problem_responses("bad-request", "query-timeout", "store-unavailable")

_TEXT: Schema = {
    "type": "object",
    "description": "A text, and from where to where its matched words are, in characters.",
    "required": ["value", "language", "matches"],
    "properties": {
        "value": {"type": "string"},
        "language": {"type": ["string", "null"], "description": "Its BCP 47 tag."},
        "matches": {
            "type": "array",
            "items": {
                "type": "array",
                "items": {"type": "integer", "minimum": 0},
                "minItems": 2,
                "maxItems": 2,
            },
        },
    },
}
_SEARCH_TEXT: Schema = {"$ref": "#/components/schemas/SearchText"}
_RESULT: Schema = {
    "type": "object",
    "required": ["id", "type", "name", "symbol", "page", "partOf", "text"],
    "properties": {
        "id": {"type": "string", "description": "The IRI of the thing."},
        "type": {"type": "string", "enum": list(KINDS)},
        "name": _SEARCH_TEXT,
        "symbol": {"type": ["string", "null"], "description": "Of a document: S/RES/1325 (2000)."},
        "page": {"type": "string", "description": "The address of its page."},
        "partOf": {
            "type": ["object", "null"],
            "description": "What it belongs to, as an objective does to its plan.",
            "required": ["name", "page"],
            "properties": {"name": {"type": "string"}, "page": {"type": "string"}},
        },
        "text": {
            "description": "The text of it that fits best.",
            "anyOf": [_SEARCH_TEXT, {"type": "null"}],
        },
    },
}
_RESULTS: Schema = {
    "type": "object",
    "required": ["query", "spelling", "unknown", "hasAllWords", "isComplete", "total", "types",
                 "results", "next"],
    "properties": {
        "query": {"type": "string", "description": "What was looked for."},
        "spelling": {
            "type": ["string", "null"],
            "description": "What was looked for instead, as nothing has a word of the query.",
        },
        "unknown": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Words that nothing has and that are like no other.",
        },
        "hasAllWords": {"type": "boolean", "description": "False if results have some words."},
        "isComplete": {
            "type": "boolean",
            "description": "False while the index of all is being made; ask again in some seconds.",
        },
        "total": {"type": "integer", "minimum": 0},
        "types": {
            "type": "array",
            "description": "How much was found of each type, that with the best result first.",
            "items": {
                "type": "object",
                "required": ["type", "total"],
                "properties": {
                    "type": {"type": "string", "enum": list(KINDS)},
                    "total": {"type": "integer", "minimum": 1},
                },
            },
        },
        "results": {
            "type": "array",
            "description": "One page of what was found, best first.",
            "items": {"$ref": "#/components/schemas/SearchResult"},
        },
        "next": {"type": ["string", "null"], "description": "The address of the next page."},
    },
}  # fmt: skip
_SUGGESTIONS: Schema = {
    "type": "array",
    "description": "As OpenSearch Suggestions has it: what was typed, names, what each is, and "
    "the addresses of their pages.",
    "prefixItems": [
        {"type": "string"},
        *({"type": "array", "items": {"type": "string"}} for _ in range(3)),
    ],
    "minItems": 4,
    "maxItems": 4,
}

PART = Part(
    name="search",
    description="Search over names, texts, codes and symbols, tolerant of accents and typing "
    "mistakes.",
    paths={
        "/api/search": {
            "get": {
                "operationId": "search",
                "summary": "Search for things by words",
                "tags": ["search"],
                "parameters": [_WORDS, _TYPE, _LANG, _LIMIT, _PAGE],
                "responses": {
                    "200": {
                        "description": "What was found.",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/SearchResults"}
                            }
                        },
                    },
                    **_PROBLEMS,
                },
            }
        },
        "/api/search/suggest": {
            "get": {
                "operationId": "suggest",
                "summary": "Suggest names while one types",
                "tags": ["search"],
                "parameters": [{**_WORDS, "required": False}, _LANG],
                "responses": {
                    "200": {
                        "description": "At most eight suggestions.",
                        "content": {
                            SUGGESTIONS_TYPE: {
                                "schema": {"$ref": "#/components/schemas/SearchSuggestions"}
                            }
                        },
                    },
                    **_PROBLEMS,
                },
            }
        },
    },
    schemas={
        "SearchText": _TEXT,
        "SearchResult": _RESULT,
        "SearchResults": _RESULTS,
        "SearchSuggestions": _SUGGESTIONS,
    },
)
