"""The SPARQL endpoint."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from flask import Blueprint, Response, g, request

from napgraph import protocol
from napgraph.errors import NapgraphError
from napgraph.formats import GRAPH_FORMATS, HTML
from napgraph.protocol import DescriptionRequest, Evaluator, Plan
from napgraph.service import describe_service
from napgraph.web.address import site_address
from napgraph.web.ask_page import ENDPOINT, answer_page, start_page
from napgraph.web.bodies import read_body
from napgraph.web.errors import remember_query
from napgraph.web.monitoring import monitor
from napgraph.web.rdf import respond_with_graph
from napgraph.web.results import MAX_ROWS
from napgraph.web.site import site
from napgraph.wire import AnswerBody

bp = Blueprint("sparql", __name__)

PATH = ENDPOINT
METHODS = ("GET", "POST", "QUERY")


# What each response of the endpoint says.
ENDPOINT_HEADERS = (
    ("Accept-Query", f"{protocol.QUERY_TYPE}, {protocol.FORM_TYPE}"),
    ("Vary", "Accept"),
    ("Link", '</openapi.json>; rel="service-desc"; type="application/json"'),
)


@dataclass(frozen=True, slots=True)
class Failed:
    """What became of a query before the application was asked, under a key of the environment.

    Attributes:
        started: When it was asked, by `time.monotonic`.
    """

    KEY: ClassVar[str] = "napgraph.failed"

    error: NapgraphError
    started: float


@bp.route(ENDPOINT, methods=METHODS)
def sparql() -> Response:
    """Answer a SPARQL query; without one, describe the service."""
    if failed := request.environ.get(Failed.KEY):
        raise failed.error
    asked = protocol.read_request(_read())
    if isinstance(asked, DescriptionRequest):
        return _describe(asked)
    remember_query(asked.text)
    plan = protocol.plan(asked, request.headers.get("Accept"), federation=site().config.federation)
    generation = g.generation = site().current().generation.id
    tag = protocol.tag_of(plan, generation)
    if _is_known(tag):
        return _with_tag(Response(status=304), tag)
    evaluate = partial(site().evaluate, generation=generation, client=request.remote_addr or "")
    response = _answer(plan, evaluate)
    if request.method == "QUERY":
        _add_locations(response, plan)
    return _with_tag(response, tag)


@bp.before_request
def start_clock() -> None:
    """Note when a request came, and its query if it was evaluated already."""
    failed: Failed | None = request.environ.get(Failed.KEY)
    g.started = failed.started if failed else time.monotonic()
    if failed:
        remember_query(request.args["query"])


@bp.after_request
def note_query(response: Response) -> Response:
    """Count and log a request that had a query, whatever became of it."""
    if text := g.get("query_text"):
        monitor().note_query(
            protocol.log_name(text),
            elapsed_s=time.monotonic() - g.started,
            size=g.get("query_size"),
            status=response.status_code,
            generation=g.get("generation") or site().current().generation.id,
            address=request.remote_addr or "",
        )
    return response


@bp.after_app_request
def say_how_to_ask(response: Response) -> Response:
    """Say on each response of the endpoint, errors too, what QUERY may carry."""
    if request.path.rstrip("/") == ENDPOINT:
        response.headers.remove("Vary")
        response.headers.extend(ENDPOINT_HEADERS)
    return response


# Up to this length an address is sent back in a header, and taken by any client.
_LONGEST_ADDRESS = 2_000


def _read() -> protocol.Request:
    has_body = request.method not in ("GET", "HEAD")
    return protocol.Request(
        method=request.method,
        query_string=request.query_string,
        content_type=request.headers.get("Content-Type", ""),
        content_encoding=request.headers.get("Content-Encoding", ""),
        body=read_body() if has_body else b"",
    )


def _answer(plan: Plan, evaluate: Evaluator) -> Response:
    if plan.format is not HTML:
        return _stream(evaluate(plan), plan.format.content_type)
    page = answer_page(plan, evaluate(plan, max_rows=MAX_ROWS))
    return Response(page, content_type=HTML.content_type)


def _stream(body: AnswerBody, content_type: str) -> Response:
    """Send an answer in parts; nothing can go wrong any more, so the status is certain."""
    g.query_size = body.size
    response = Response(body, content_type=content_type)
    response.headers["Content-Length"] = str(body.size)
    response.call_on_close(body.close)
    return response


def _describe(asked: DescriptionRequest) -> Response:
    offered = (*GRAPH_FORMATS, HTML)
    accept = request.headers.get("Accept")
    chosen = protocol.choose_format(asked.format_name, accept, offered)
    if chosen is HTML:
        return Response(start_page(), content_type=HTML.content_type)
    federates, generation = bool(site().config.federation), site().current().generation
    endpoint = site_address() + ENDPOINT
    tag = protocol.hash_of(generation.id, endpoint, federates, chosen.suffix)
    if _is_known(tag):
        return _with_tag(Response(status=304), tag)
    graph = describe_service(generation, endpoint=endpoint, federates=federates)
    return _with_tag(respond_with_graph(graph, chosen), tag)


def cache_headers(tag: str) -> tuple[tuple[str, str], ...]:
    """Have a cache ask before it gives an answer again: to ask costs little."""
    if not tag:
        return (("Cache-Control", "no-cache"),)
    # Weak: the order of rows and the labels of blank nodes may differ.
    return (("Cache-Control", "public, no-cache"), ("ETag", f'W/"{tag}"'))


def _is_known(tag: str) -> bool:
    """Tell whether the caller has this answer, so that nothing need be evaluated."""
    known = request.if_none_match
    is_named = tag in known.as_set(include_weak=True) and not known.star_tag
    return bool(tag) and is_named and request.method != "POST"


def _with_tag(response: Response, tag: str) -> Response:
    response.headers.extend(cache_headers(tag))
    return response


def _add_locations(response: Response, plan: Plan) -> None:
    """Say where GET gives this answer, and where what this query asks for.

    Source: RFC 10008, sections 2.3 and 2.4
    """
    answer = f"{ENDPOINT}?{plan.query.query_string(plan.format.suffix)}"
    if len(answer) <= _LONGEST_ADDRESS:
        response.headers["Content-Location"] = answer
        response.headers["Location"] = f"{ENDPOINT}?{plan.query.query_string()}"
