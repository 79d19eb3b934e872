"""Submissions as answers: what a program gets of them, and where people are led."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flask import Response, request
from rdflib.term import Node

from napgraph.curation.prospects import Prospect
from napgraph.curation.reports import KeptReport
from napgraph.curation.submissions import Event, Submission
from napgraph.errors import NapgraphError, NotAcceptable, RequestError
from napgraph.formats import HTML, ROWS_JSON, choose
from napgraph.turtle import Statement
from napgraph.web.address import site_address
from napgraph.web.curation.wording import person_words
from napgraph.web.errors import headers_of_error
from napgraph.web.languages import language, path_prefix
from napgraph.web.problems import problem_of


def wants_page() -> bool:
    """Tell whether whoever asks is a person in a browser."""
    try:
        return choose(request.headers.get("Accept"), (ROWS_JSON, HTML)) is HTML
    except NotAcceptable:
        return False


def said(name: str) -> str:
    """Give what a form, or a program in JSON, says under a name; empty for nothing.

    Raises:
        RequestError: The body is no JSON object, or has no text there.
    """
    if not request.is_json:
        return request.form.get(name, "")
    body = request.get_json(silent=True)
    value = body.get(name, "") if isinstance(body, dict) else None
    if not isinstance(value, str | int):
        raise RequestError(f"The body is no JSON object that has a text as {name}.")
    return str(value)


def path_of(submission: Submission) -> str:
    """Give the path of a submission's page in the language of this request."""
    return f"{path_prefix(language())}/submissions/{submission.id}"


def lead_to(path: str) -> Response:
    """Lead a browser on to a page."""
    return Response(status=303, headers={"Location": path})


def page(text: str, *, error: NapgraphError | None = None) -> Response:
    """Answer with a page, which tells an error in its own place if there is one."""
    problem = problem_of(error) if error else None
    response = Response(
        text, status=problem.status if problem else 200, content_type=HTML.content_type
    )
    response.headers["Vary"] = "Accept"
    response.headers.update(headers_of_error(error) if error else {})
    return response


def respond_json(content: Mapping[str, Any], *, status: int = 200) -> Response:
    """Answer a program."""
    text = json.dumps(content, ensure_ascii=False, indent=1)
    response = Response(text, status=status, content_type=ROWS_JSON.content_type)
    response.headers["Vary"] = "Accept"
    return response


def summary(submission: Submission) -> dict[str, Any]:
    """Say in short what a submission is."""
    return {
        "id": submission.id,
        "address": f"{site_address()}/submissions/{submission.id}",
        "status": str(submission.status),
        "author": person_words(submission.author),
        "message": submission.message,
        "source": submission.source,
        "graphs": list(submission.names),
        "revision": submission.revision,
        "created": submission.created,
        "changed": submission.changed,
        "base": submission.base,
        "commit": submission.commit or None,
    }


def with_report(submission: Submission, report: KeptReport | None) -> dict[str, Any]:
    """Say what a submission is, and what the rules say of it."""
    return {**summary(submission), "report": _report(report)}


def whole(prospect: Prospect, report: KeptReport | None, events: Sequence[Event]) -> dict[str, Any]:
    """Say all of a submission that its page says."""
    return {
        **with_report(prospect.submission, report),
        "head": prospect.head,
        "difference": {
            "added": [_written(statement) for statement in prospect.added],
            "removed": [_written(statement) for statement in prospect.removed],
        },
        "minted": list(map(str, prospect.minted)),
        "pages": list(prospect.pages),
        "conflicts": [
            {
                "graph": name,
                "subject": str(conflict.subject),
                "predicate": None if conflict.predicate is None else str(conflict.predicate),
                "before": _terms(conflict.before),
                "published": _terms(conflict.published),
                "proposed": _terms(conflict.proposed),
            }
            for name, conflicts in prospect.conflicts.items()
            for conflict in conflicts
        ],
        "events": [
            {
                "number": event.number,
                "when": event.when,
                "who": person_words(event.who),
                "action": str(event.action),
                "text": event.text,
                "revision": event.revision,
            }
            for event in events
        ],
    }


def _report(report: KeptReport | None) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "conforms": not report.violations,
        "counts": report.count(),
        "results": [asdict(finding) for finding in report.findings],
        "leftOff": report.left_off,
        "generation": report.generation,
    }


def _written(statement: Statement) -> str:
    return " ".join(_terms(statement)) + " ."


def _terms(terms: Sequence[Node]) -> list[str]:
    return [term.n3() for term in terms]
