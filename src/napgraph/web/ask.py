"""Asking on a page, and what its editor completes."""

from __future__ import annotations

import json
from functools import partial

from flask import Blueprint, Response, request

from napgraph import protocol
from napgraph.completions import read_completions
from napgraph.errors import NapgraphError
from napgraph.formats import HTML
from napgraph.protocol import Query
from napgraph.web import ask_page
from napgraph.web.errors import remember_query
from napgraph.web.languages import page_route
from napgraph.web.problems import problem_of
from napgraph.web.public import respond_public
from napgraph.web.results import MAX_ROWS
from napgraph.web.site import site
from napgraph.web.sparql import note_query, start_clock

bp = Blueprint("ask", __name__)
bp.before_request(start_clock)
bp.after_request(note_query)


@page_route(bp, ask_page.PATH)
def ask() -> Response:
    """Answer a query on a page; without one, offer one to begin with."""
    if not request.args.get("query", "").strip():
        return respond_public(ask_page.start_page(), HTML.content_type)
    asked = protocol.read_request(protocol.Request("GET", request.query_string))
    assert isinstance(asked, Query)
    remember_query(asked.text)
    evaluate = partial(site().evaluate, client=request.remote_addr or "", max_rows=MAX_ROWS)
    try:
        plan = protocol.plan(asked, HTML.media_type, federation=site().config.federation)
        response = Response(ask_page.answer_page(plan, evaluate(plan)))
    except NapgraphError as exc:
        problem = problem_of(exc)
        if problem is None:
            raise
        page = ask_page.problem_page(asked.text, exc, problem)
        response = Response(page, status=problem.status)
    response.content_type = HTML.content_type
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/ask/completions.json")
def completions() -> Response:
    """Give the prefixes, classes and properties that the editor completes."""
    text = site().kept(
        "completions", lambda opened: json.dumps(read_completions(opened.store), ensure_ascii=False)
    )
    return respond_public(text, "application/json")
