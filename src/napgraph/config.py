"""The settings of a deployment; the only reader of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from napgraph.errors import ConfigError

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def shipped(name: str) -> Path:
    """Find a folder that comes with napgraph, in a checkout or inside the installed package."""
    inside = _PACKAGE / "shipped" / name
    return inside if inside.is_dir() else _CHECKOUT / name


@dataclass(frozen=True, kw_only=True)
class Config:
    """Where things are and what a request may use.

    Attributes:
        data_dir: The folder of Turtle files, one named graph a file.
        ontology_dir: The ontology and its schemes.
        shapes_dir: The shapes.
        store_dir: The folder of generations of the store.
        query_workers: Processes that answer queries from outside.
        query_queue: Queries that may wait for one of them.
        query_timeout_s: Seconds a query may take.
        query_memory_mb: Address space, in MB, a worker may take beyond the store.
        query_max_result_mb: The largest answer, in MB.
        federation: IRIs of the endpoints that SERVICE may name.
    """

    data_dir: Path = field(default_factory=lambda: shipped("data/ttl"))
    ontology_dir: Path = field(default_factory=lambda: shipped("ontology"))
    shapes_dir: Path = field(default_factory=lambda: shipped("shapes"))
    store_dir: Path = Path("var/store")
    query_workers: int = 2
    query_queue: int = 64
    query_timeout_s: float = 30.0
    query_memory_mb: int = 1024
    query_max_result_mb: int = 64
    federation: frozenset[str] = frozenset()

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """Read the settings from variables whose names begin with `NAPGRAPH_`.

        Raises:
            ConfigError: A variable has a value that makes no sense.
        """
        default = cls()
        return cls(
            data_dir=Path(environ.get("NAPGRAPH_DATA", default.data_dir)),
            ontology_dir=Path(environ.get("NAPGRAPH_ONTOLOGY", default.ontology_dir)),
            shapes_dir=Path(environ.get("NAPGRAPH_SHAPES", default.shapes_dir)),
            store_dir=Path(environ.get("NAPGRAPH_STORE", default.store_dir)),
            query_workers=int(_number(environ, "QUERY_WORKERS", default.query_workers)),
            query_queue=int(_number(environ, "QUERY_QUEUE", default.query_queue)),
            query_timeout_s=_number(environ, "QUERY_TIMEOUT", default.query_timeout_s),
            query_memory_mb=int(_number(environ, "QUERY_MEMORY_MB", default.query_memory_mb)),
            query_max_result_mb=int(
                _number(environ, "QUERY_MAX_RESULT_MB", default.query_max_result_mb)
            ),
            federation=frozenset(environ.get("NAPGRAPH_FEDERATION", "").split()),
        )


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(f"NAPGRAPH_{name}")
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < 1e9:
        raise ConfigError(f"NAPGRAPH_{name} is {text!r}; give a number above 0.")
    return value
