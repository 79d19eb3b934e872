"""Settings, read from the environment once."""

from __future__ import annotations

import pytest

from napgraph.config import Config
from napgraph.errors import ConfigError


def test_defaults() -> None:
    """Without variables the defaults hold."""
    assert Config() == Config.from_env({})


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("QUERY_TIMEOUT", "2.5", "query_timeout_s", 2.5),
        ("QUERY_WORKERS", "5", "query_workers", 5),
        ("PROXIES", "0", "proxies", 0),
        ("ADDRESS", "https://napgraph.example/", "address", "https://napgraph.example"),
        ("FEDERATION", "urn:a urn:b", "federation", frozenset({"urn:a", "urn:b"})),
    ],
)
def test_settings(name: str, value: str, field: str, expected: object) -> None:
    """A variable sets its field."""
    assert expected == getattr(Config.from_env({f"NAPGRAPH_{name}": value}), field)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUERY_TIMEOUT", "soon"),
        ("QUERY_WORKERS", "0"),
        ("PROXIES", "-1"),
        ("CACHE_MB", "1e12"),
        ("ADDRESS", "napgraph.example"),
        ("ADDRESS", "https://napgraph.example/under"),
    ],
)
def test_nonsense_is_refused(name: str, value: str) -> None:
    """A value that makes no sense is named with its variable."""
    with pytest.raises(ConfigError, match=f"NAPGRAPH_{name} is '{value}'"):
        Config.from_env({f"NAPGRAPH_{name}": value})
