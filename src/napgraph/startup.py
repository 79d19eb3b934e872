"""The application as it is served: its workers start while the rest of the program is read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from napgraph.config import Config
from napgraph.store_folder import current
from napgraph.workers import QueryWorkers

if TYPE_CHECKING:
    from flask import Flask


def create_app_from_environment() -> Flask:
    """Make the application with the settings that the environment has; log on standard error.

    Raises:
        StoreMissing: Nothing has been built yet.
    """
    config = Config.from_env(os.environ)
    workers = QueryWorkers.from_config(config)
    workers.start(current(config.store_dir).id)
    # To read this takes as long as the workers take to start.
    from napgraph.web import create_app_to_serve

    return create_app_to_serve(config, workers)
