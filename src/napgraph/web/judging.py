"""Who judges data from outside for the application that serves this request."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from napgraph.config import Config
from napgraph.curation.judging import Judges

_KEY = "napgraph-judges"


def register(app: Flask, config: Config) -> None:
    """Give an application its judges, with a workspace or without."""
    app.extensions[_KEY] = Judges(config)  # its processes start with the first who asks


def judges() -> Judges:
    """Give the judges of the application that serves this request."""
    return cast(Judges, current_app.extensions[_KEY])
