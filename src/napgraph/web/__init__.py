"""The web application: what the graph is to a browser and to a program."""

from __future__ import annotations

import logging
import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from napgraph.config import Config
from napgraph.web import (
    about,
    address,
    api_page,
    ask,
    assets,
    citing,
    compare,
    context,
    dataset,
    documents,
    errors,
    events,
    figures,
    formatting,
    gaps,
    graph_store,
    graphs,
    home,
    languages,
    marks,
    monitoring,
    openapi,
    pictures,
    plans,
    problems,
    questions,
    robots,
    search,
    sparql,
    vocabulary,
    words,
)
from napgraph.web.direct import DirectQueries
from napgraph.web.headers import add_headers
from napgraph.web.monitoring import Monitor
from napgraph.web.response_cache import ResponseCache
from napgraph.web.site import Site
from napgraph.workers import MB


def create_app(config: Config, site: Site | None = None) -> Flask:
    """Make the application for one store.

    Args:
        config: The settings.
        site: What it keeps between requests; if None, it is opened.

    Raises:
        StoreMissing: Nothing has been built yet.
    """
    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    # The longest query, each of its bytes as three in a form, and the graphs to ask.
    app.config["MAX_CONTENT_LENGTH"] = 4_000_000
    site = site or Site.open(config)
    app.extensions["napgraph"] = site
    address.configure(app, config.address)
    assets.register(app)
    app.register_blueprint(home.bp)
    app.register_blueprint(plans.bp)
    app.register_blueprint(compare.bp)
    app.register_blueprint(sparql.bp)
    app.register_blueprint(ask.bp)
    app.register_blueprint(questions.bp)
    app.register_blueprint(openapi.bp)
    app.register_blueprint(api_page.bp)
    app.register_blueprint(problems.bp)
    app.register_blueprint(documents.bp)
    app.register_blueprint(dataset.bp)
    app.register_blueprint(graph_store.bp)
    app.register_blueprint(context.bp)
    app.register_blueprint(vocabulary.bp)
    app.register_blueprint(robots.bp)
    app.register_blueprint(graphs.bp)
    app.register_blueprint(events.bp)
    app.register_blueprint(gaps.bp)
    app.register_blueprint(figures.bp)
    app.register_blueprint(search.bp)
    app.register_blueprint(citing.bp)
    app.register_blueprint(about.bp)
    errors.register(app)
    languages.register(app)
    formatting.register(app)
    words.register(app)
    marks.register(app)
    pictures.register(app)
    app.after_request(add_headers)
    monitor = Monitor()
    app.wsgi_app = DirectQueries(app.wsgi_app, site, monitor)  # type: ignore[method-assign]
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=0
        )
    cache = ResponseCache(app.wsgi_app, site.version, max_bytes=config.cache_mb * MB)
    monitoring.register(app, monitor, cache)
    app.wsgi_app = cache  # type: ignore[method-assign]
    return app


def create_app_from_environment() -> Flask:
    """Make the application with the settings that the environment has; log on standard error."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    return create_app(Config.from_env(os.environ))
