"""How the server is doing: figures for Prometheus, its health, and a line a query."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Flask, Response, current_app
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from napgraph.errors import NapgraphError
from napgraph.protocol import Query, plan
from napgraph.web.site import Site, site

if TYPE_CHECKING:
    from napgraph.web.response_cache import ResponseCache

bp = Blueprint("monitoring", __name__)
log = logging.getLogger("napgraph.queries")

_READY_QUERY = Query("ASK {}", timeout_s=5)


def register(app: Flask, figures: Monitor, cache: ResponseCache) -> None:
    """Have an application's figures counted and served."""
    app.extensions["napgraph-monitor"] = figures
    figures.registry.register(_State(app.extensions["napgraph"], cache))
    app.register_blueprint(bp)


@bp.get("/healthz")
def healthy() -> Response:
    """Say that this process answers."""
    return _plain("alive\n")


@bp.get("/readyz")
def ready() -> Response:
    """Say whether queries are answered, by asking one."""
    try:
        site().evaluate(plan(_READY_QUERY, "text/csv", federation=frozenset())).close()
    except NapgraphError as exc:
        return _plain(f"not ready: {exc}\n", status=503)
    return _plain("ready\n")


@bp.get("/metrics")
def metrics() -> Response:
    """Give the figures in Prometheus's text format."""
    text = generate_latest(monitor().registry)
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers=_NOT_KEPT)


def monitor() -> Monitor:
    """Give the figures of the application that serves this request."""
    return cast(Monitor, current_app.extensions["napgraph-monitor"])


@dataclass
class Monitor:
    """The figures of one application."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        self._queries = Counter(
            "napgraph_queries", "Queries answered, by status.", ["status"], registry=self.registry
        )
        self._answered = self._queries.labels("200")
        self._seconds = Histogram(
            "napgraph_query_seconds",
            "Time to answer a query, with the time in the queue.",
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60),
            registry=self.registry,
        )

    def note_query(
        self,
        name: str,
        *,
        elapsed_s: float,
        size: int | None,
        status: int,
        generation: str,
        address: str,
    ) -> None:
        """Count a query and write its line, in which `log_name` names it."""
        (self._answered if status == 200 else self._queries.labels(str(status))).inc()
        self._seconds.observe(elapsed_s)
        log.info(
            "query %s %.1f ms, %s bytes, status %d, generation %s, from %s",
            name,
            1000 * elapsed_s,
            "no" if size is None else size,
            status,
            generation,
            network_of(address),
        )


@lru_cache(maxsize=1_024)
def network_of(address: str) -> str:
    """Name the network that an address is of, which many share; `unknown` for what is none.

    So a log says where load comes from and not who asks.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    bits = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{bits}", strict=False))


class _State(Collector):
    """What is read when the figures are asked for, and not counted before."""

    def __init__(self, watched: Site, cache: ResponseCache) -> None:
        self._site = watched
        self._cache = cache
        self._started = time.time()

    def collect(self) -> Iterator[Metric]:
        workers, cache = self._site.workers, self._cache
        busy = GaugeMetricFamily(
            "napgraph_workers_busy", "Queries that are evaluated.", labels=["lane"]
        )
        waiting = GaugeMetricFamily("napgraph_queue_length", "Queries that wait.", labels=["lane"])
        for name, lane in (("quick", workers.quick), ("slow", workers.slow)):
            busy.add_metric([name], lane.busy)
            waiting.add_metric([name], lane.waiting)
        yield from (busy, waiting)
        yield CounterMetricFamily(
            "napgraph_worker_restarts",
            "Workers that were stopped, or died, before their query was answered.",
            workers.restarts,
        )
        yield CounterMetricFamily(
            "napgraph_cache_hits", "Requests answered from the cache.", cache.hits
        )
        yield CounterMetricFamily(
            "napgraph_cache_misses", "Requests that the cache has no answer to.", cache.misses
        )
        yield GaugeMetricFamily("napgraph_cache_bytes", "Size of the cache.", cache.size_bytes)
        yield GaugeMetricFamily(
            "napgraph_start_time_seconds", "When the server started.", self._started
        )
        generation = InfoMetricFamily("napgraph_generation", "The generation that is served.")
        generation.add_metric([], {"id": self._site.current().generation.id})
        yield generation


_NOT_KEPT = {"Cache-Control": "no-store"}


def _plain(text: str, *, status: int = 200) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=utf-8",
                    headers=_NOT_KEPT)  # fmt: skip
