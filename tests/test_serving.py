"""The server as it is run: it starts, answers and stops by itself."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from napgraph.config import Config


def test_server_starts_answers_and_stops(config: Config) -> None:
    """After a query its workers end with it: whoever stops it waits for nobody."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("napgraph")), "serve", "--port", str(port)]
    env = {**os.environ, "NAPGRAPH_STORE": str(config.store_dir)}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert f"open http://127.0.0.1:{port}/" in process.stdout.readline()
        assert '{"head":{},"boolean":true}' == ask(port)
        process.send_signal(signal.SIGTERM)

        assert 0 == process.wait(10)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ask(port: int) -> str:
    """Ask until the server answers."""
    for _ in range(200):
        try:
            url = f"http://127.0.0.1:{port}/sparql?query=ASK%7B%7D"
            with urllib.request.urlopen(url, timeout=20) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.05)
    return "no answer"
