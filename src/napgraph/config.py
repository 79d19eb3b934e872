"""The settings of a deployment; the only reader of the environment."""

from __future__ import annotations

import re
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
        data_dir: The folder of data files: Turtle or N-Triples, one named graph
            a file, and TriG or N-Quads, which bring their named graphs.
        ontology_dir: The ontology and its schemes.
        shapes_dir: The shapes.
        store_dir: The folder of generations of the store.
        query_workers: Queries from outside that are tried at once.
        query_slow_workers: Queries that take longer than a try that run at once.
        query_try_s: Seconds of a try.
        query_queue: Queries that may wait for a try, and for a longer run.
        query_timeout_s: Seconds a query may take.
        query_memory_mb: Address space, in MB, a worker may take beyond the store.
        query_max_result_mb: The largest answer, in MB.
        federation: IRIs of the endpoints that SERVICE may name.
        federation_timeout_s: Seconds a query may take that names one.
        judge_workers: Requests to judge data that are judged at once.
        judge_queue: Requests to judge data that may wait.
        judge_timeout_s: Seconds that judging may take.
        judge_memory_mb: Address space, in MB, that it may take beyond the store.
        judge_mb: The longest data to judge, in MB; at most 15.
        judge_statements: The most statements of a graph to judge.
        address: Where the world reaches this site, as `https://napgraph.example/`; if
            empty, where the server listens.
        cache_mb: Size, in MB, of the answers kept to give again.
        proxies: How many proxies of ours stand before the server, each of which
            adds the address it was called from to X-Forwarded-For.
        contact: Where questions about the data go, as `mailto:` or web address;
            empty if nowhere.
        workspace_dir: The folder where submissions, people and the log are kept;
            without one, nothing can be changed.
        review_own: Whether reviewers may accept what they submitted themselves.
        anonymous: Whether people without a token may submit.
    """

    data_dir: Path = field(default_factory=lambda: shipped("data/ttl"))
    ontology_dir: Path = field(default_factory=lambda: shipped("ontology"))
    shapes_dir: Path = field(default_factory=lambda: shipped("shapes"))
    store_dir: Path = Path("var/store")
    query_workers: int = 8
    query_slow_workers: int = 2
    query_try_s: float = 0.1
    query_queue: int = 128
    query_timeout_s: float = 30.0
    query_memory_mb: int = 1024
    query_max_result_mb: int = 256
    federation: frozenset[str] = frozenset()
    federation_timeout_s: float = 10.0
    judge_workers: int = 2
    judge_queue: int = 32
    judge_timeout_s: float = 20.0
    judge_memory_mb: int = 1024
    judge_mb: int = 8
    judge_statements: int = 100_000
    address: str = ""
    cache_mb: int = 64
    proxies: int = 0
    contact: str = ""
    workspace_dir: Path | None = None
    review_own: bool = False
    anonymous: bool = False

    @property
    def journal_path(self) -> Path | None:
        """The file of submissions, people and the log, if there is a workspace."""
        return self.workspace_dir / "curation.sqlite" if self.workspace_dir else None

    @property
    def threads(self) -> int:
        """How many requests may be under way: all that workers do or wait for, and some others."""
        queries = self.query_workers + self.query_slow_workers + 2 * self.query_queue
        return queries + self.judge_workers + self.judge_queue + 16

    @property
    def context_dir(self) -> Path:
        """Give the folder of our JSON-LD contexts, a file a version.

        Documents name them by their public IRIs, so that they come with
        napgraph, whatever ontology a deployment has.
        """
        return shipped("ontology") / "context"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """Read the settings from variables whose names begin with `NAPGRAPH_`.

        Raises:
            ConfigError: A variable has a value that makes no sense.
        """
        default = cls()
        workspace = environ.get("NAPGRAPH_WORKSPACE", "")
        own_data = Path(workspace) / "data" if workspace else default.data_dir
        return cls(
            data_dir=Path(environ.get("NAPGRAPH_DATA", own_data)),
            ontology_dir=Path(environ.get("NAPGRAPH_ONTOLOGY", default.ontology_dir)),
            shapes_dir=Path(environ.get("NAPGRAPH_SHAPES", default.shapes_dir)),
            store_dir=Path(environ.get("NAPGRAPH_STORE", default.store_dir)),
            query_workers=int(_number(environ, "QUERY_WORKERS", default.query_workers)),
            query_slow_workers=int(
                _number(environ, "QUERY_SLOW_WORKERS", default.query_slow_workers)
            ),
            query_try_s=_number(environ, "QUERY_TRY", default.query_try_s),
            query_queue=int(_number(environ, "QUERY_QUEUE", default.query_queue)),
            query_timeout_s=_number(environ, "QUERY_TIMEOUT", default.query_timeout_s),
            query_memory_mb=int(_number(environ, "QUERY_MEMORY_MB", default.query_memory_mb)),
            query_max_result_mb=int(
                _number(environ, "QUERY_MAX_RESULT_MB", default.query_max_result_mb)
            ),
            federation=frozenset(environ.get("NAPGRAPH_FEDERATION", "").split()),
            federation_timeout_s=_number(
                environ, "FEDERATION_TIMEOUT", default.federation_timeout_s
            ),
            judge_workers=int(_number(environ, "JUDGE_WORKERS", default.judge_workers)),
            judge_queue=int(_number(environ, "JUDGE_QUEUE", default.judge_queue)),
            judge_timeout_s=_number(environ, "JUDGE_TIMEOUT", default.judge_timeout_s),
            judge_memory_mb=int(_number(environ, "JUDGE_MEMORY_MB", default.judge_memory_mb)),
            judge_mb=min(_MOST_JUDGED_MB, int(_number(environ, "JUDGE_MB", default.judge_mb))),
            judge_statements=int(_number(environ, "JUDGE_STATEMENTS", default.judge_statements)),
            address=read_address(environ.get("NAPGRAPH_ADDRESS", default.address)),
            cache_mb=int(_number(environ, "CACHE_MB", default.cache_mb)),
            proxies=int(_number(environ, "PROXIES", default.proxies, least=0)),
            contact=_contact(environ.get("NAPGRAPH_CONTACT", default.contact)),
            workspace_dir=Path(workspace) if workspace else None,
            review_own=_switch(environ, "REVIEW_OWN"),
            anonymous=_switch(environ, "ANONYMOUS"),
        )


# What fits into a message to a worker.
_MOST_JUDGED_MB = 15


def read_address(text: str, *, name: str = "NAPGRAPH_ADDRESS") -> str:
    """Read where a site is reached, without a slash at its end; empty if nowhere is said.

    Args:
        text: The address.
        name: What the caller calls it.

    Raises:
        ConfigError: It is not the address of a host.
    """
    if text and not re.fullmatch(r"https?://[^\s/?#]+/?", text):
        raise ConfigError(f"{name} is {text!r}; give https:// and a host, and no path.")
    return text.rstrip("/")


def _contact(text: str) -> str:
    if text and not re.fullmatch(r"(?:mailto:[^\s@<>\"]+@|https?://)[^\s@<>\"]+", text):
        raise ConfigError(
            f"NAPGRAPH_CONTACT is {text!r}; give an address such as mailto:data@example.org "
            "or https://example.org/contact."
        )
    return text


def _switch(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(f"NAPGRAPH_{name}", "no")
    if text not in ("yes", "no"):
        raise ConfigError(f"NAPGRAPH_{name} is {text!r}; give yes or no.")
    return text == "yes"


def _number(
    environ: Mapping[str, str], name: str, default: float, *, least: float | None = None
) -> float:
    text = environ.get(f"NAPGRAPH_{name}")
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not (value > 0 or value == least) or value >= 1e9:
        wanted = "above 0" if least is None else f"from {least:g} on"
        raise ConfigError(f"NAPGRAPH_{name} is {text!r}; give a number {wanted}.")
    return value
