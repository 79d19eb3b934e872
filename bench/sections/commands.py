"""What a curator and a deployment wait for: validating, building, the first answer."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

from bench.peers.napgraph import COMMAND, build, serve
from bench.session import Session, say
from bench.tables import Table
from napgraph.config import Config

_PLAN = "/doc/plan/MLI-3.ttl"
_SMALL = (
    "SELECT ?start WHERE { <https://w3id.org/napgraph/id/plan/MLI-3> "
    "<https://w3id.org/napgraph/ontology#periodStart> ?start }"
)


def commands(session: Session) -> list[Table]:
    """Time each command from its start to its end, the imports of Python included."""
    data_dir = Config().data_dir
    with session.folder() as store:
        say("timing the commands")
        rows = [
            ("validate all data", _run("validate")),
            ("validate one country", _run("validate", str(data_dir / "MLI.ttl"))),
            ("build without validating, new", build(data_dir, store).seconds),
            ("build, nothing changed", build(data_dir, store).seconds),
            ("start to first document", _first(store, _PLAN)),
            ("start to first query", _first(store, f"/sparql?query={quote(_SMALL)}")),
        ]
    cells = [(name, f"{seconds:.2f}") for name, seconds in rows]
    return [Table("From start to end, seconds, shipped data", ("what", "seconds"), cells)]


def _run(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([COMMAND, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def _first(store: Path, path: str) -> float:
    """Serve, and ask until there is the first answer."""
    start = time.perf_counter()
    with serve(store) as server:
        base = server.query_url.removesuffix("/sparql")
        with urllib.request.urlopen(base + path) as response:
            response.read()
        return time.perf_counter() - start
