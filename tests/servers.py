"""The server as it is run, in a process of its own, for tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

COMMAND = (sys.executable, "-c", "from napgraph.cli import main; main()", "serve")
ASK = "sparql?query=ASK%7B%7D"


def free_port() -> int:
    """Find a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def serving(*options: str, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve on a free port; give the site's address, with a slash, once it answers.

    Args:
        options: Of `napgraph serve`, but for the port.
        settings: Environment variables; no other setting of napgraph is passed on.
    """
    port = str(free_port())
    env = {name: value for name, value in os.environ.items() if not name.startswith("NAPGRAPH_")}
    process = subprocess.Popen(
        [*COMMAND, "--port", port, *options],
        env=env | dict(settings or {}),
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_for(address + ASK, process)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> bytes:
    """Ask until the server answers, and give what it says."""
    for _ in range(1200):
        if process.poll() is not None:
            raise RuntimeError("the server does not start")
        try:
            with urllib.request.urlopen(address, timeout=20) as response:
                return bytes(response.read())
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server does not answer")
