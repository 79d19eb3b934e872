"""rdflib-endpoint in an environment of its own, over rdflib's memory or over Oxigraph."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.data import Data
from bench.peers import NotInstalled, Server
from bench.processes import free_port, running, wait_until_answers

PYTHON = Path(__file__).parents[2] / "build" / "peers" / "rdflib-endpoint" / "bin" / "python"
_APP = Path(__file__).with_name("rdflib_endpoint_app.py")


@contextmanager
def rdflib_endpoint(data: Data, work: Path) -> Iterator[Server]:
    """Serve rdflib's own memory store, its default.

    Raises:
        NotInstalled: It is missing.
    """
    with _serve("default", data, work) as server:
        yield server


@contextmanager
def rdflib_endpoint_over_oxigraph(data: Data, work: Path) -> Iterator[Server]:
    """Serve an Oxigraph store in memory, which it offers too.

    Raises:
        NotInstalled: It is missing.
    """
    with _serve("Oxigraph", data, work) as server:
        yield server


@contextmanager
def _serve(store: str, data: Data, work: Path) -> Iterator[Server]:
    if not PYTHON.exists():
        raise NotInstalled("rdflib-endpoint")
    port = free_port()
    log = work / f"rdflib-endpoint-{port}.log"
    command = [str(PYTHON), "-I", str(_APP), store, str(data.n_triples), str(port)]
    url = f"http://127.0.0.1:{port}/"
    start = time.perf_counter()
    with running(command, log=log, folder=work) as process:
        wait_until_answers(f"{url}?query=ASK%7B%7D", process, log, timeout_s=1800)
        yield Server(_version(), url, process.pid, port, time.perf_counter() - start)


def _version() -> str:
    names = ("rdflib-endpoint", "rdflib", "oxrdflib", "pyoxigraph")
    code = f"from importlib.metadata import version; print(*map(version, {names}))"
    said = subprocess.run(
        [str(PYTHON), "-I", "-c", code], capture_output=True, text=True, check=True
    )
    ours, *below = said.stdout.split()
    with_these = ", ".join(f"{name} {found}" for name, found in zip(names[1:], below, strict=True))
    return f"rdflib-endpoint {ours} ({with_these})"
