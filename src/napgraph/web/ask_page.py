"""The page on which people ask: a query, its answer, and what else they may ask."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

from flask import g, render_template

from napgraph import protocol
from napgraph.errors import NapgraphError
from napgraph.formats import GRAPH_FORMATS, HTML, RESULTS_FORMATS
from napgraph.namespaces import PREFIXES
from napgraph.protocol import Plan, Query
from napgraph.questions import SUBJECTS, Question, all_questions
from napgraph.web.address import site_address
from napgraph.web.answer_map import map_of
from napgraph.web.bars import bars_of
from napgraph.web.code_samples import samples_of
from napgraph.web.errors import lines_around
from napgraph.web.labels import label_of, with_labels
from napgraph.web.languages import language, path_prefix
from napgraph.web.pictures import world_map
from napgraph.web.problems import Problem
from napgraph.web.results import Table, read_results, read_turtle
from napgraph.web.site import site
from napgraph.wire import AnswerBody

PATH = "/ask"
ENDPOINT = "/sparql"

# Longer tables are no pictures, and to look up what all in them are called takes its time.
_MOST_DRAWN = 300
# What an address may have, so that every server and mail program takes it.
_LONGEST_LINK = 6_000


def start_page() -> str:
    """Write the page with a query to begin with."""
    return _write(_EXAMPLE)


def answer_page(plan: Plan, body: AnswerBody) -> str:
    """Write the page with an answer, of which the first rows are shown."""
    return _write(
        plan.query.text,
        query=plan.query,
        link=link_to(plan.query),
        result_formats=[form for form in protocol.formats_of(plan.form) if form is not HTML],
        samples=samples_of(
            plan.query.text, site_address() + ENDPOINT, is_of_results=plan.is_of_results
        ),
        **_for_people(plan, body),
        elapsed_ms=round(1000 * (time.monotonic() - g.started)),
    )


def problem_page(text: str, error: NapgraphError, problem: Problem) -> str:
    """Write the page with a query that was not answered, and why."""
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    lines = lines_around(text, line, column) if line and column else []
    return _write(text, problem=problem, detail=str(error), lines=lines)


def link_to(query: Query) -> str:
    """Give the address of the page that asks a query; empty if it would be too long."""
    address = f"{site_address()}{path_prefix(language())}{PATH}?{query.query_string()}"
    return address if len(address) <= _LONGEST_LINK else ""


def drawings(table: Table) -> dict[str, object]:
    """Draw an answer as bars and on the map, where it is of such a kind."""
    return draw(with_labels(table) if len(table.rows) <= _MOST_DRAWN else table)


def draw(named: Table) -> dict[str, object]:
    """Draw an answer that has things by what they are called."""
    found = map_of(named, label_of)
    return {"bars": bars_of(named), "answer_map": found, "world": world_map() if found else None}


def questions_by_subject() -> Iterator[tuple[str, list[Question]]]:
    """List our questions by what they are about."""
    for subject in SUBJECTS:
        if found := [one for one in all_questions() if one.subject == subject]:
            yield subject, found


def _write(text: str, **answer: object) -> str:
    current, config = site().current().generation, site().config
    return render_template(
        "ask.html",
        text=text,
        endpoint=site_address() + ENDPOINT,
        subjects=questions_by_subject(),
        prefixes=PREFIXES,
        generation=current,
        timeout_s=config.query_timeout_s,
        federation=sorted(config.federation),
        results_formats=RESULTS_FORMATS,
        graph_formats=GRAPH_FORMATS,
        **answer,
    )


def _for_people(plan: Plan, body: AnswerBody) -> dict[str, object]:
    g.query_size = body.size
    if not plan.is_of_results:
        with closing(body):
            return {"turtle": read_turtle(body)}
    results = read_results(body.read())
    if isinstance(results, Table):
        return {"table": results, **drawings(results)}
    return {"truth": results}


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
