"""The web application: what the graph is to a browser and to a program."""

from __future__ import annotations

import gc
import logging

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
    components,
    concepts,
    context,
    curation,
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
    objectives,
    openapi,
    pictures,
    plans,
    problems,
    questions,
    robots,
    rule_words,
    search,
    sparql,
    stakeholders,
    term_names,
    un_documents,
    vocabulary,
    words,
)
from napgraph.web.curation import validate
from napgraph.web.direct import DirectQueries
from napgraph.web.direct_documents import DirectDocuments
from napgraph.web.headers import add_headers
from napgraph.web.index import read_things
from napgraph.web.log_lines import LineWriter
from napgraph.web.monitoring import Monitor
from napgraph.web.response_cache import ResponseCache
from napgraph.web.site import Site
from napgraph.web.warming import Warmer
from napgraph.workers import MB, QueryWorkers

# Each has pages, or answers, of one subject.
_PARTS = (
    home, plans, compare, objectives, stakeholders, un_documents, concepts, events, figures, gaps,
    search, ask, questions, validate, about, citing, sparql, openapi, api_page, problems, documents,
    dataset, graph_store, graphs, context, vocabulary, robots,
)  # fmt: skip
# Python looks for cycles after so many new objects, and the older ones less often. The cache keeps
# many that are none, and to look through them took a fifth of a small query's time.
_GC_THRESHOLDS = (20_000, 20, 100)


def keep_for_good() -> None:
    """Have the collector look at nothing that there is now, and seldom at what comes.

    What lives from the start lives to the end, and what is read of a generation as long as
    that: not to be looked through again and again, which held readers up by a tenth of a second
    each time. What was kept before and is of use no more goes first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


# What is read of a new generation before anybody asks: first what most pages need.
_READ_AHEAD = (
    read_things, components.prepare, plans.read_all, objectives.collection, stakeholders.collection,
    ask.completions, vocabulary.read_ahead, validate.read_ahead, keep_for_good,
)  # fmt: skip
_REST_S = 1.0
# Each gives templates words, or answers what goes wrong.
_WORDS = (
    components, errors, languages, formatting, words, marks, pictures, rule_words, term_names,
)  # fmt: skip


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
    for part in _PARTS:
        app.register_blueprint(part.bp)
    for module in _WORDS:
        module.register(app)
    curation.register(app, config)
    app.after_request(add_headers)
    monitor = Monitor()
    app.wsgi_app = DirectDocuments(  # type: ignore[method-assign]
        app.wsgi_app, site, app.app_context
    )
    app.wsgi_app = DirectQueries(app.wsgi_app, site, monitor)  # type: ignore[method-assign]
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=0
        )
    cache = ResponseCache(app.wsgi_app, site.version, max_bytes=config.cache_mb * MB)
    monitoring.register(app, monitor, cache)
    app.wsgi_app = cache  # type: ignore[method-assign]
    return app


def create_app_to_serve(config: Config, workers: QueryWorkers) -> Flask:
    """Make the application for a process that does nothing else; log on standard error.

    Args:
        config: The settings.
        workers: Who answers queries, started already.
    """
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[LineWriter()],
    )
    # Nothing of this is in a line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    site = Site.open_with(config, workers)
    app = create_app(config, site)
    Warmer(app, site, _READ_AHEAD, rest_s=_REST_S).start()
    keep_for_good()
    return app
