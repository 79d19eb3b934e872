"""The query half of the SPARQL 1.1 Protocol: a request becomes a query, and the query a plan.

Beyond the protocol, a query may come with the HTTP method QUERY, and the
parameters `format`, `output` and `timeout` are understood.

Source: https://www.w3.org/TR/sparql11-protocol/, section 2.1; RFC 10008
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from werkzeug.http import parse_options_header

from napgraph.errors import QueryRefused, RequestError, UnsupportedBody
from napgraph.formats import (
    GRAPH_FORMATS,
    HTML,
    RESULTS_FORMATS,
    RESULTS_JSON,
    TURTLE,
    Format,
    by_name,
    choose,
)
from napgraph.gate import check_query
from napgraph.oxigraph_terms import is_iri
from napgraph.wire import AnswerBody

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"

# Names of the parameter for the format; the second is what other engines call it.
FORMAT_PARAMETERS = ("format", "output")

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Request:
    """What the protocol reads of an HTTP request.

    Attributes:
        method: GET, HEAD, POST or QUERY.
        query_string: That of the address, still percent-encoded.
        content_type: As in the header; empty where there is none.
        content_encoding: Likewise.
        body: Empty for GET and HEAD.
    """

    method: str
    query_string: bytes
    content_type: str = ""
    content_encoding: str = ""
    body: bytes = b""


@dataclass(frozen=True)
class Query:
    """A query as a client sent it.

    Attributes:
        default_graphs: IRIs that make up the default graph, instead of FROM;
            None where the request names no dataset.
        named_graphs: IRIs of the named graphs, instead of FROM NAMED; likewise.
        timeout_s: The shorter time limit that the client asks for, in seconds.
        format_name: The format it asks for by name, instead of Accept.
    """

    text: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    timeout_s: float | None = None
    format_name: str | None = None

    def query_string(self, format_name: str = "") -> str:
        """Write what asks the same by GET, perhaps in another format."""
        pairs = [("query", self.text)]
        pairs += [("default-graph-uri", iri) for iri in self.default_graphs or ()]
        pairs += [("named-graph-uri", iri) for iri in self.named_graphs or ()]
        if format_name:
            pairs.append(("format", format_name))
        return urlencode(pairs)


@dataclass(frozen=True)
class DescriptionRequest:
    """A request that has no query: it asks what the service is."""

    format_name: str | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be done for a query that may be asked.

    Attributes:
        form: `select`, `construct`, `describe` or `ask`.
        format: What the client gets.
        names_services: Whether it has SERVICE clauses, all of them allowed.
        is_repeatable: Whether the same query gives the same answer again as
            long as the data are the same.
    """

    query: Query
    form: str
    format: Format
    names_services: bool
    is_repeatable: bool

    @property
    def media_type(self) -> str:
        """What the engine is to write: the format itself, or what a page is made from."""
        if self.format is not HTML:
            return self.format.media_type
        return (RESULTS_JSON if self.is_of_results else TURTLE).media_type

    @property
    def is_of_results(self) -> bool:
        """Whether the answer is a table or a yes or no, and not a graph."""
        return self.form in ("select", "ask")


def tag_of(plan: Plan, generation_id: str) -> str:
    """Name the answer to a query by all that it follows from; empty where that is not all."""
    if plan.format is HTML or not plan.is_repeatable:
        return ""
    query = plan.query
    dataset = (query.default_graphs, query.named_graphs)
    return hash_of(generation_id, query.text, dataset, plan.format.suffix)


def hash_of(*parts: object) -> str:
    """Name what this version of napgraph makes of some values."""
    return hashlib.sha256(repr((_VERSION, *parts)).encode()).hexdigest()[:32]


def log_name(text: str) -> str:
    """Name a query in the log, by what tells it from others and never by what it says."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]


class Evaluator(Protocol):
    """Whoever evaluates a query: a pool of workers, or a store."""

    def __call__(self, plan: Plan, *, max_rows: int | None = None) -> AnswerBody:
        """Evaluate a planned query; of a table give no more than so many rows."""


def read_request(request: Request) -> Query | DescriptionRequest:
    """Read the query that a request carries; a GET without any asks for the description.

    Raises:
        RequestError: No query or more than one, a text that is not UTF-8, or a
            parameter that makes no sense.
        QueryRefused: The request is an update.
        UnsupportedBody: The body is neither a form nor a query.
    """
    in_address = _read_parameters(request.query_string, "address")
    if request.method in ("GET", "HEAD"):
        _refuse_update(in_address)
        if in_address.keys() <= set(FORMAT_PARAMETERS):
            return DescriptionRequest(_format_name(in_address))
        return _query(_one(in_address, "query"), in_address)
    media_type, options = parse_options_header(request.content_type)
    if media_type.lower() == UPDATE_TYPE:
        raise _updates_refused()
    _refuse_update(in_address)
    _check_type(request, media_type.lower(), options.get("charset", "utf-8"))
    if "query" in in_address:
        raise RequestError(
            f"A {request.method} carries its query in the body; the address may not have one too."
        )
    if media_type.lower() == QUERY_TYPE:
        return _query(_decode(request.body, "query"), in_address)
    form = _read_parameters(request.body, "form")
    _refuse_update(form)
    return _query(_one(form, "query"), _join(in_address, form))


def plan(query: Query, accept: str | None, *, federation: frozenset[str]) -> Plan:
    """Let a query pass the gate, and choose the format that it or the Accept header asks for.

    Args:
        query: What a client asks.
        accept: The header, if there is one.
        federation: IRIs of the endpoints that SERVICE may name.

    Raises:
        QueryError: The query cannot be answered; its subclasses say why.
        NotAcceptable: In none of the formats that are accepted.
    """
    report = check_query(query.text, federation=federation)
    return Plan(
        query=query,
        form=report.form,
        format=_format(query.format_name, accept, report.form),
        names_services=bool(report.services),
        is_repeatable=not report.services and _is_repeatable(query.text),
    )


@lru_cache(maxsize=1_024)
def _format(name: str | None, accept: str | None, form: str) -> Format:
    return choose_format(name, accept, formats_of(form))


def _is_repeatable(text: str) -> bool:
    # Functions have parentheses, which are found sooner than their names.
    return _CHANGES.search(text) is None if "(" in text or "\\u" in text.lower() else True


def formats_of(form: str) -> tuple[Format, ...]:
    """List the formats in which a query of this form can be answered, the usual one first."""
    return (*(RESULTS_FORMATS if form in ("select", "ask") else GRAPH_FORMATS), HTML)


def choose_format(name: str | None, accept: str | None, offered: Sequence[Format]) -> Format:
    """Choose the format that a parameter names, else the one that an Accept header likes best.

    Raises:
        RequestError: There is none of this name.
        NotAcceptable: None is accepted.
    """
    if name is None:
        return choose(accept, offered)
    named = by_name(name, offered)
    if named is None:
        names = ", ".join(form.suffix for form in offered)
        raise RequestError(f"There is no format {_shown(name)} for this; ask for {names}.")
    return named


_VERSION = version("napgraph")
_MAX_PARAMETERS = 10_000
# What may give another answer to the same query: the clock, chance, another endpoint,
# and an escape, which may stand for a letter of these.
_CHANGES = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|SERVICE)\b|\\u", re.IGNORECASE)


def _read_parameters(encoded: bytes, where: str) -> dict[str, list[str]]:
    parameters: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(
            encoded.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_PARAMETERS,
        )
    except UnicodeDecodeError as exc:
        raise RequestError(f"A parameter in the {where} is not UTF-8.") from exc
    except ValueError as exc:
        limit = f"{_MAX_PARAMETERS:,}"
        raise RequestError(f"The {where} has more than {limit} parameters; ask with less.") from exc
    for name, value in pairs:
        parameters.setdefault(name, []).append(value)
    return parameters


def _check_type(request: Request, media_type: str, charset: str) -> None:
    if not media_type and request.method == "QUERY":
        # RFC 10008, section 2.1, wants this told apart from a type that is not supported.
        raise RequestError(f"QUERY needs a Content-Type: {QUERY_TYPE}, or {FORM_TYPE}.")
    if media_type not in (QUERY_TYPE, FORM_TYPE):
        raise UnsupportedBody(
            f"A query is sent as {QUERY_TYPE}, or as {FORM_TYPE} with the parameter query, "
            f"not as {media_type or 'a body without a type'}."
        )
    if request.content_encoding.lower() not in ("", "identity"):
        raise UnsupportedBody("A query is sent as it is, without a Content-Encoding.")
    if charset.lower() not in ("utf-8", "utf8"):
        raise RequestError(f"A query is sent in UTF-8, not in {_shown(charset)}.")


def _decode(body: bytes, what: str) -> str:
    try:
        # Some editors put a byte order mark before a text, which is no part of it.
        return body.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as exc:
        raise RequestError(f"The {what} is not UTF-8 at byte {exc.start + 1}.") from exc


def _join(in_address: Parameters, form: Parameters) -> Parameters:
    return {
        name: [*in_address.get(name, ()), *form.get(name, ())] for name in {**in_address, **form}
    }


def _query(text: str, parameters: Parameters) -> Query:
    defaults = _graph_iris(parameters, "default-graph-uri")
    named = _graph_iris(parameters, "named-graph-uri")
    given = bool(defaults or named)
    return Query(
        text=text,
        default_graphs=defaults if given else None,
        named_graphs=named if given else None,
        timeout_s=_timeout(parameters),
        format_name=_format_name(parameters),
    )


def _graph_iris(parameters: Parameters, name: str) -> tuple[str, ...]:
    iris = tuple(parameters.get(name, ()))
    for iri in iris:
        if not is_iri(iri):
            raise RequestError(f"{name} is {_shown(iri)}; give an absolute IRI.")
    return iris


def _format_name(parameters: Parameters) -> str | None:
    names = [_at_most_one(parameters, name) for name in FORMAT_PARAMETERS]
    return next((name for name in names if name is not None), None)


def _timeout(parameters: Parameters) -> float | None:
    text = _at_most_one(parameters, "timeout")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < 1e6:
        raise RequestError(f"timeout is {_shown(text)}; give a number of seconds above 0.")
    return seconds


def _one(parameters: Parameters, name: str) -> str:
    value = _at_most_one(parameters, name)
    if value is None:
        raise RequestError(f"The parameter {name} is missing.")
    return value


def _at_most_one(parameters: Parameters, name: str) -> str | None:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise RequestError(f"The parameter {name} is given {len(values)} times; give it once.")
    return values[0] if values else None


def _shown(text: str) -> str:
    """Quote what a client sent, short enough for a sentence."""
    return repr(text if len(text) <= 100 else f"{text[:99]}…")


def _refuse_update(parameters: Parameters) -> None:
    if "update" in parameters:
        raise _updates_refused()


def _updates_refused() -> QueryRefused:
    return QueryRefused("This endpoint only answers queries; the data change by submissions.")
