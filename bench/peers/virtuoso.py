"""Virtuoso, as Debian packages it, with all statements in one graph."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.data import Data
from bench.peers import NotInstalled, Server
from bench.processes import NotReady, free_port, running, wait_until_answers

GRAPH = "urn:napgraph:all"
# What its own settings file advises for a machine that has 2 GB free.
BUFFERS, DIRTY_BUFFERS = 170_000, 130_000


@contextmanager
def virtuoso(data: Data, work: Path) -> Iterator[Server]:
    """Start an empty database in a folder, load all, and serve.

    Raises:
        NotInstalled: It is missing.
        NotReady: It does not start, or cannot read the data.
    """
    program, client = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or client is None:
        raise NotInstalled("Virtuoso (virtuoso-opensource)")
    folder = work / "virtuoso"
    (folder / "load").mkdir(parents=True)
    sql_port, http_port = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(_settings(folder, sql_port, http_port), encoding="utf-8")
    log = folder / "output.log"
    command = [program, "+foreground", "+configfile", str(settings)]
    with running(command, log=log, folder=folder) as process:
        wait_until_answers(f"http://127.0.0.1:{http_port}/sparql?query=ASK%7B%7D", process, log)
        load_s = _load(data.n_triples, folder / "load", [client, f"127.0.0.1:{sql_port}"])
        url = f"http://127.0.0.1:{http_port}/sparql"
        yield Server(_version(program), url, process.pid, http_port, load_s)


def _load(n_triples: Path, folder: Path, client: list[str]) -> float:
    (folder / "all.nt").symlink_to(n_triples)
    start = time.perf_counter()
    _run(client, f"ld_dir('{folder}', '*.nt', '{GRAPH}'); rdf_loader_run(); checkpoint;")
    load_s = time.perf_counter() - start
    failed = _run(client, "select ll_error from DB.DBA.load_list where ll_error is not null;")
    if "0 Rows" not in failed:
        raise NotReady(f"Virtuoso did not load all: {failed}")
    return load_s


def _run(client: list[str], statements: str) -> str:
    command = [*client, "dba", "dba", "ERRORS=STDOUT", f"exec={statements}"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=3600).stdout


def _version(program: str) -> str:
    said = subprocess.run([program, "-?"], capture_output=True, text=True, check=False)
    words = f"{said.stdout} {said.stderr}".split()
    return f"Virtuoso {words[words.index('Version') + 1]}"


def _settings(folder: Path, sql_port: int, http_port: int) -> str:
    return f"""\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DirsAllowed = {folder}
MaxClientConnections = 20
NumberOfBuffers = {BUFFERS}
MaxDirtyBuffers = {DIRTY_BUFFERS}
MaxQueryMem = 2G
ThreadsPerQuery = 4
AsyncQueueMaxThreads = 10
CaseMode = 2
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = {folder}
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryExecutionTime = 600
"""
