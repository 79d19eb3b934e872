"""The SPARQL endpoint."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request

from napgraph import protocol
from napgraph.dataset import describe_service
from napgraph.formats import GRAPH_FORMATS, HTML, choose
from napgraph.web.rdf import respond_with_graph
from napgraph.web.site import site

bp = Blueprint("sparql", __name__)


@bp.route("/sparql", methods=["GET", "POST", "QUERY"])
def sparql() -> Response:
    """Answer a SPARQL query; without one, describe the service."""
    query = protocol.read_query(
        request.method,
        request.mimetype,
        request.args.to_dict(flat=False),
        request.form.to_dict(flat=False),
        b"" if request.form else request.get_data(),
    )
    accept = request.headers.get("Accept")
    if query is None:
        return _service(accept)
    answer = protocol.answer(query, accept, site().evaluate, federation=site().config.federation)
    if answer.format is HTML:
        return _page(query.text, answer.body)
    response = Response(answer.body, content_type=_content_type(answer.format.media_type))
    response.headers["Vary"] = "Accept"
    return response


def _service(accept: str | None) -> Response:
    chosen = choose(accept, (*GRAPH_FORMATS, HTML))
    if chosen is HTML:
        return Response(render_template("sparql.html", text=_EXAMPLE), mimetype="text/html")
    opened = site().current()
    graph = describe_service(opened.store, opened.generation, request.base_url)
    return respond_with_graph(graph, chosen)


def _page(text: str, body: bytes) -> Response:
    results = json.loads(body)
    page = render_template("sparql.html", text=text, results=results)
    return Response(page, mimetype="text/html", headers={"Vary": "Accept"})


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


_EXAMPLE = """\
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?country ?plan ?start ?end {
  ?plan a nap:NationalActionPlan ;
        nap:country/skos:prefLabel ?country ;
        nap:periodStart ?start ;
        nap:periodEnd ?end .
  FILTER(LANG(?country) = "en" && STR(?end) >= "2026")
} ORDER BY ?country
"""
