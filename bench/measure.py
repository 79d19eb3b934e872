"""Measure building, validating, starting and answering on the shipped data.

    make bench

prints a Markdown table. Throughput is measured with wrk, 8 connections for 5
seconds, where wrk is installed, and left out where it is not.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

NAPGRAPH = str(Path(sys.executable).with_name("napgraph"))
SMALL = (
    "SELECT ?start WHERE { <https://w3id.org/napgraph/id/plan/MLI-3> "
    "<https://w3id.org/napgraph/ontology#periodStart> ?start }"
)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "NAPGRAPH_STORE": f"{folder}/store"}
        print(
            f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}, "
            + ", ".join(f"{p} {version(p)}" for p in ("pyoxigraph", "pyshacl", "granian"))
        )
        print("\n| work | measured |\n|---|---|")
        row("validate all data", seconds(run_timed(["validate"], env)))
        row("validate one country", seconds(run_timed(["validate", "data/ttl/MLI.ttl"], env)))
        row("build without validating, new", seconds(run_timed(["build", "--no-validate"], env)))
        row("build, nothing changed", seconds(run_timed(["build", "--no-validate"], env)))
        for path, name in (
            ("/doc/plan/MLI-3.ttl", "document"),
            (f"/sparql?query={quote(SMALL)}", "query"),
        ):
            with server(env) as (base, started):
                wait_for(base + path)
                row(f"start to first {name}", seconds(time.monotonic() - started))
        with server(env) as (base, _):
            wait_for(f"{base}/sparql?query={quote(SMALL)}")
            time.sleep(2)
            for path, name in (
                ("/doc/plan/MLI-3.ttl", "a plan in Turtle"),
                ("/doc/plan/MLI-3.html", "a plan's page"),
                ("/doc/country/MLI.html", "a country's page"),
                (f"/sparql?query={quote(SMALL)}", "a small SELECT"),
            ):
                row(name, throughput(base + path))


def row(work: str, measured: str) -> None:
    """Print one row."""
    print(f"| {work} | {measured} |", flush=True)


def seconds(value: float) -> str:
    """Write a time."""
    return f"{value:.2f} s"


def run_timed(arguments: list[str], env: dict[str, str]) -> float:
    """Run a command to its end and give the seconds it took, imports included."""
    start = time.monotonic()
    subprocess.run([NAPGRAPH, *arguments], env=env, check=True, capture_output=True)
    return time.monotonic() - start


@contextmanager
def server(env: dict[str, str]) -> Iterator[tuple[str, float]]:
    """Serve on a free port; give its address and when it was started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = time.monotonic()
    process = subprocess.Popen(
        [NAPGRAPH, "serve", "--port", str(port)],
        env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}", start
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str) -> None:
    """Ask until there is an answer."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                response.read()
            return
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"{url} does not answer")


def throughput(url: str) -> str:
    """Ask for 5 seconds over 8 connections."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return "wrk is not installed"
    out = subprocess.run(
        [wrk, "-t1", "-c8", "-d5s", "--latency", url], check=True, capture_output=True, text=True
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", out)
    median = re.search(r"(?m)^\s+50%\s+(\S+)", out)
    failed = re.search(r"Non-2xx.*", out)
    answer = f"{float(rate[1]):,.0f}/s, median {median[1]}" if rate and median else out
    return f"{answer}; {failed[0]}" if failed else answer


if __name__ == "__main__":
    main()
