"""The server as it is run: it starts, answers and stops by itself."""

from __future__ import annotations

import os
import signal
import subprocess

from napgraph.config import Config
from servers import ASK, COMMAND, free_port, wait_for


def test_server_starts_answers_and_stops(config: Config) -> None:
    """After a query its workers end with it: whoever stops it waits for nobody."""
    port = free_port()
    env = {**os.environ, "NAPGRAPH_STORE": str(config.store_dir)}
    command = [*COMMAND, "--port", str(port)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert f"open http://127.0.0.1:{port}/" in process.stdout.readline().decode()
        assert b'{"head":{},"boolean":true}' == wait_for(f"http://127.0.0.1:{port}/{ASK}", process)
        process.send_signal(signal.SIGTERM)

        assert 0 == process.wait(10)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
