"""Our own endpoint, built and served by the command line as anybody does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench.data import Data
from bench.peers import Server
from bench.processes import NotReady, free_port, running, wait_until_answers, wait_until_idle

COMMAND = str(Path(sys.executable).with_name("napgraph"))


@dataclass(frozen=True, slots=True)
class Built:
    """How a build went.

    Attributes:
        seconds: From the command's start to its end.
        peak: The most memory it took, in bytes.
        disk: The size of the store's folder, in bytes.
    """

    seconds: float
    peak: int
    disk: int


def build(data_dir: Path, store_dir: Path) -> Built:
    """Build a store from a folder of files without validating them.

    Raises:
        NotReady: It failed; the message is what it said.
    """
    env = _environment(store_dir, {"NAPGRAPH_DATA": str(data_dir)})
    start = time.perf_counter()
    with subprocess.Popen(
        [COMMAND, "build", "--no-validate"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        said = process.stdout.read().decode() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise NotReady(f"napgraph build failed: {said.strip()}")
    disk = sum(path.stat().st_size for path in store_dir.rglob("*") if path.is_file())
    return Built(seconds, usage.ru_maxrss * 1024, disk)


@contextmanager
def serve(
    store_dir: Path, *, load_s: float = 0, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Serve a store, with settings of the environment."""
    port = free_port()
    log = store_dir / f"serve-{port}.log"
    command = [COMMAND, "serve", "--port", str(port)]
    query_url = f"http://127.0.0.1:{port}/sparql"
    with running(command, log=log, env=_environment(store_dir, settings or {})) as process:
        wait_until_answers(f"{query_url}?query=ASK%7B%7D", process, log)
        yield Server(f"napgraph {version('napgraph')}", query_url, process.pid, port, load_s)


@contextmanager
def napgraph(data: Data, work: Path) -> Iterator[Server]:
    """Build, dump, serve, and wait for what is made or loaded behind the first answers."""
    store_dir = work / "napgraph"
    built = build(data.folder, store_dir)
    subprocess.run(
        [COMMAND, "dump"], env=_environment(store_dir, {}), check=True, capture_output=True
    )
    with serve(store_dir, load_s=built.seconds) as server:
        # Pictures are drawn, and what pages need is read, some seconds after a start.
        time.sleep(_MADE_LATER_S)
        wait_until_idle(server.pid)
        yield server


_MADE_LATER_S = 16.0


def _environment(store_dir: Path, settings: Mapping[str, str]) -> dict[str, str]:
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith("NAPGRAPH_")
    }
    return {**outside, "NAPGRAPH_STORE": str(store_dir), **settings}
