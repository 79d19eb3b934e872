"""Trifid, a linked-data server for Node.js, which reads all statements from a file."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.data import Data
from bench.peers import NotInstalled, Server
from bench.processes import free_port, running, wait_until_answers
from napgraph.namespaces import BASE

_PACKAGE = Path(__file__).parents[2] / "build" / "peers" / "trifid" / "node_modules" / "trifid"


@contextmanager
def trifid(data: Data, work: Path) -> Iterator[Server]:
    """Serve documents about things, under their paths, by what Accept says.

    Raises:
        NotInstalled: It is missing, or Node.js is.
    """
    node = shutil.which("node")
    if node is None or not _PACKAGE.exists():
        raise NotInstalled("Trifid")
    port = free_port()
    settings, log = work / "trifid.yaml", work / "trifid.log"
    settings.write_text(json.dumps(_settings(data, port)), encoding="utf-8")
    url = f"http://127.0.0.1:{port}/query"
    start = time.perf_counter()
    command = [node, "server.js", "--config", str(settings)]
    with running(command, log=log, folder=_PACKAGE) as process:
        wait_until_answers(f"{url}?query=ASK%7B%7D", process, log)
        version = json.loads((_PACKAGE / "package.json").read_text(encoding="utf-8"))["version"]
        yield Server(f"Trifid {version}", url, process.pid, port, time.perf_counter() - start)


def _settings(data: Data, port: int) -> dict[str, object]:
    return {
        "server": {"listener": {"host": "127.0.0.1", "port": port}, "logLevel": "warn"},
        "globals": {"datasetBaseUrl": BASE, "endpoints": {"default": {"url": "/query"}}},
        "plugins": {
            "entities": {"module": "@zazuko/trifid-entity-renderer"},
            "statements": {
                "module": "trifid-handler-fetch",
                "paths": "/query",
                "config": {
                    "url": str(data.n_triples.resolve()),
                    "contentType": "application/n-triples",
                    "unionDefaultGraph": True,
                },
            },
        },
    }
