"""Pages and requests that change the data, of an application that has a workspace."""

from __future__ import annotations

from flask import Blueprint, Flask

from napgraph.config import Config
from napgraph.web.curation.desk import Desk

# Each has pages, or answers, of one subject.
_PARTS: tuple[Blueprint, ...] = ()


def register(app: Flask, config: Config) -> None:
    """Add what changes the data to an application, if there is a workspace to do it in."""
    if config.workspace_dir is None:
        return
    app.extensions["napgraph-curation"] = Desk.open(config)
    for bp in _PARTS:
        app.register_blueprint(bp)
