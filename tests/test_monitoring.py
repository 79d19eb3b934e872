"""What the server says of how it is doing."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from napgraph.web.monitoring import network_of


def figures(client: FlaskClient) -> dict[str, float]:
    """Read the figures, each by its name and labels."""
    text = client.get("/metrics").text
    return {m[1]: float(m[2]) for m in re.finditer(r"(?m)^(\w\S*) (\S+)$", text)}


@pytest.mark.parametrize(("path", "text"), [("/healthz", "alive\n"), ("/readyz", "ready\n")])
def test_health(client: FlaskClient, path: str, text: str) -> None:
    """The server says that it lives, and that it answers queries; nobody keeps what it says."""
    response = client.get(path)

    assert (200, text) == (response.status_code, response.text)
    assert "no-store" == response.headers["Cache-Control"]


def test_figures_name_what_is_served(client: FlaskClient) -> None:
    """How busy workers, queue and cache are is there without a single query."""
    given = figures(client)

    assert 'napgraph_workers_busy{lane="slow"}' in given
    assert 'napgraph_queue_length{lane="quick"}' in given
    assert {"napgraph_worker_restarts_total", "napgraph_cache_bytes"} <= given.keys()
    assert any(name.startswith("napgraph_generation_info") for name in given)


def test_cache_hits_are_counted(client: FlaskClient) -> None:
    """An answer that is given again counts as a hit."""
    client.get("/doc/plan/MLI-3.nt")
    before = figures(client)["napgraph_cache_hits_total"]
    client.get("/doc/plan/MLI-3.nt")

    assert before + 1 == figures(client)["napgraph_cache_hits_total"]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("not an address", "unknown"),
    ],
)
def test_log_names_networks(address: str, network: str) -> None:
    """A log never has an address in full."""
    assert network == network_of(address)
