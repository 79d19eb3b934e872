"""The query half of the SPARQL 1.1 Protocol: a request becomes a query, and the query an answer.

Source: https://www.w3.org/TR/sparql11-protocol/, section 2.1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from napgraph.errors import QueryError, QueryRefused, QuerySyntaxError, UnsupportedBody
from napgraph.formats import (
    GRAPH_FORMATS,
    HTML,
    RESULTS_FORMATS,
    Format,
    by_suffix,
    choose,
)
from napgraph.gate import GateReport, check_query

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"

_NAMES = {"json": "srj", "xml": "srx", "turtle": "ttl", "json-ld": "jsonld", "ntriples": "nt"}
_GRAPH_NAMES = {"json": "jsonld", "xml": "rdf"}

Parameters = Mapping[str, Sequence[str]]


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


class Evaluator(Protocol):
    """Whoever evaluates a query: a pool of workers, or a store."""

    def __call__(self, query: Query, *, media_type: str) -> bytes:
        """Evaluate it and write the answer in a media type."""


@dataclass(frozen=True)
class Answer:
    """What a query gives, in one format."""

    body: bytes
    format: Format
    form: str


def read_query(
    method: str, content_type: str, url_parameters: Parameters, form: Parameters, body: bytes
) -> Query | None:
    """Read the query that a request carries; None where a GET carries none.

    Args:
        method: GET, HEAD, POST or QUERY.
        content_type: The body's media type without parameters, in lower case.
        url_parameters: Those of the URL, each with all its values.
        form: Those of the body, where it is a form.
        body: The body itself, where it is not.

    Raises:
        QuerySyntaxError: No query or more than one, or a body that is not UTF-8.
        QueryRefused: The request is an update.
        UnsupportedBody: The body is neither a form nor a query.
    """
    if method in ("GET", "HEAD"):
        _refuse_update(url_parameters)
        if not url_parameters:
            return None
        return _query(_one(url_parameters, "query"), url_parameters)
    if content_type == UPDATE_TYPE:
        raise _updates_refused()
    if content_type == FORM_TYPE:
        _refuse_update(form)
        return _query(_one(form, "query"), form)
    if content_type == QUERY_TYPE:
        try:
            return _query(body.decode(), url_parameters)
        except UnicodeDecodeError as exc:
            raise QuerySyntaxError(f"The query is not UTF-8 at byte {exc.start + 1}.") from exc
    raise UnsupportedBody(
        f"A query is sent as {QUERY_TYPE}, or as {FORM_TYPE} with the parameter query, "
        f"not as {content_type or 'a body without a type'}."
    )


def answer(
    query: Query, accept: str | None, evaluate: Evaluator, *, federation: frozenset[str]
) -> Answer:
    """Answer a query in the format that it or the Accept header asks for.

    Raises:
        QueryError: The query cannot be answered; its subclasses say why.
        NotAcceptable: In none of the formats that are accepted.
    """
    report = check_query(query.text, federation=federation)
    chosen = _choose(query, accept, report)
    media_type = RESULTS_FORMATS[0].media_type if chosen is HTML else chosen.media_type
    return Answer(evaluate(query, media_type=media_type), chosen, report.form)


def formats_of(form: str) -> tuple[Format, ...]:
    """List the formats in which a query of this form can be answered, the usual one first."""
    return (*RESULTS_FORMATS, HTML) if form in ("select", "ask") else GRAPH_FORMATS


def _choose(query: Query, accept: str | None, report: GateReport) -> Format:
    offered = formats_of(report.form)
    if query.format_name is None:
        return choose(accept, offered)
    name = query.format_name.lower()
    graph_form = report.form not in ("select", "ask")
    suffix = (_GRAPH_NAMES if graph_form else {}).get(name) or _NAMES.get(name, name)
    named = by_suffix(suffix, offered)
    named = named or next((f for f in offered if f.media_type == name), None)
    if named is None:
        names = ", ".join(f.suffix for f in offered)
        raise QueryError(
            f"There is no format {query.format_name!r} for this query; ask for {names}."
        )
    return named


def _query(text: str, parameters: Parameters) -> Query:
    defaults = tuple(parameters.get("default-graph-uri", ()))
    named = tuple(parameters.get("named-graph-uri", ()))
    given = bool(defaults or named)
    return Query(
        text=text,
        default_graphs=defaults if given else None,
        named_graphs=named if given else None,
        timeout_s=_timeout(parameters),
        format_name=_at_most_one(parameters, "format"),
    )


def _timeout(parameters: Parameters) -> float | None:
    text = _at_most_one(parameters, "timeout")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < 1e6:
        raise QueryError(f"timeout is {text!r}; give a number of seconds above 0.")
    return seconds


def _one(parameters: Parameters, name: str) -> str:
    value = _at_most_one(parameters, name)
    if value is None:
        raise QuerySyntaxError(f"The parameter {name} is missing.")
    return value


def _at_most_one(parameters: Parameters, name: str) -> str | None:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise QuerySyntaxError(f"The parameter {name} is given {len(values)} times; give it once.")
    return values[0] if values else None


def _refuse_update(parameters: Parameters) -> None:
    if "update" in parameters:
        raise _updates_refused()


def _updates_refused() -> QueryRefused:
    return QueryRefused("This endpoint only answers queries; the data change by submissions.")
