"""The web application: what the graph is to a browser and to a program."""

from __future__ import annotations

import logging
import os

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from napgraph.config import Config
from napgraph.web import (
    address,
    context,
    dataset,
    documents,
    errors,
    graph_store,
    graphs,
    home,
    languages,
    monitoring,
    openapi,
    problems,
    robots,
    sparql,
    vocabulary,
)
from napgraph.web.response_cache import ResponseCache
from napgraph.web.site import Site
from napgraph.workers import MB

_CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_EXPOSED = (
    "Accept-Query, Accept-Ranges, Allow, Content-Disposition, Content-Location, Content-Range, "
    "ETag, Link, Location, Repr-Digest, Retry-After"
)
ALLOWED_HEADERS = (
    "Accept, Accept-Language, Content-Type, If-None-Match, If-Range, Range, X-Requested-With"
)
_HEADERS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)


def create_app(config: Config, site: Site | None = None) -> Flask:
    """Make the application for one store.

    Args:
        config: The settings.
        site: What it keeps between requests; if None, it is opened.

    Raises:
        StoreMissing: Nothing has been built yet.
    """
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    # The longest query, each of its bytes as three in a form, and the graphs to ask.
    app.config["MAX_CONTENT_LENGTH"] = 4_000_000
    app.extensions["napgraph"] = site or Site.open(config)
    address.configure(app, config.address)
    app.register_blueprint(home.bp)
    app.register_blueprint(sparql.bp)
    app.register_blueprint(openapi.bp)
    app.register_blueprint(problems.bp)
    app.register_blueprint(documents.bp)
    app.register_blueprint(dataset.bp)
    app.register_blueprint(graph_store.bp)
    app.register_blueprint(context.bp)
    app.register_blueprint(vocabulary.bp)
    app.register_blueprint(robots.bp)
    app.register_blueprint(graphs.bp)
    errors.register(app)
    languages.register(app)
    app.after_request(_add_headers)
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=0
        )
    cache = ResponseCache(
        app.wsgi_app, app.extensions["napgraph"].version, max_bytes=config.cache_mb * MB
    )
    monitoring.register(app, cache)
    app.wsgi_app = cache  # type: ignore[method-assign]
    return app


def create_app_from_environment() -> Flask:
    """Make the application with the settings that the environment has; log on standard error."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    return create_app(Config.from_env(os.environ))


def _add_headers(response: Response) -> Response:
    """Let any page read what is public, and a browser run nothing that is not ours."""
    headers = response.headers
    headers.extend(_HEADERS)
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET")
        headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
        headers["Access-Control-Max-Age"] = "86400"
    if not any(name == "Content-Security-Policy" for name, _ in headers):
        headers.add("Content-Security-Policy", _CSP)
    return response
