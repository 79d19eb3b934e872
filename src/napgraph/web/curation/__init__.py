"""Pages and requests that change the data, of an application that has a workspace."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, g, request

from napgraph.config import Config
from napgraph.web.curation import (
    administration,
    changes,
    form_showing,
    forms,
    guarding,
    history,
    looking,
    memento,
    releases,
    review,
    signing_in,
    submissions,
    submitting,
    ways,
    wording,
)
from napgraph.web.curation.desk import Desk, person

# Each has pages, or answers, of one subject.
_PARTS: tuple[Blueprint, ...] = (
    signing_in.bp, submitting.bp, submissions.bp, review.bp, administration.bp,
    forms.bp, history.bp, memento.bp, changes.bp, releases.bp,
)  # fmt: skip
_NAMES = frozenset(bp.name for bp in _PARTS)


def register(app: Flask, config: Config) -> None:
    """Add what changes the data to an application, if there is a workspace to do it in."""
    # A copy made of files takes nothing in.
    is_open = config.workspace_dir is not None and not app.extensions["napgraph"].is_copy
    app.jinja_env.globals.update(
        has_desk=is_open, correcting=ways.correcting, mending=ways.mending, adding=ways.adding
    )
    # A release that is served below a path of such an application has none itself.
    app.after_request(guarding.keep_private)
    if not is_open:
        return
    desk = Desk.open(config)
    app.extensions["napgraph-curation"] = desk
    guarding.register(app)
    looking.register(app, desk)
    form_showing.register(app)
    app.jinja_env.filters.update(
        status_words=wording.status_words,
        action_words=wording.action_words,
        severity_words=wording.severity_words,
        person_words=wording.person_words,
    )
    app.jinja_env.globals["signed_in"] = person
    app.context_processor(_preview)
    for bp in _PARTS:
        app.register_blueprint(bp)
    app.after_request(_keep_fresh)


def _preview() -> dict[str, Any]:
    """Give templates the submission of which a page is a preview."""
    return {"preview": g.get("preview")}


def _keep_fresh(response: Response) -> Response:
    """Have no cache give what may be another thing the next moment."""
    if request.blueprint in _NAMES and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response
