"""nginx with files in a folder: what no program that makes documents can be faster than."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers import NotInstalled, Server
from bench.processes import free_port, running, wait_until_answers


@contextmanager
def nginx(files: Path, work: Path) -> Iterator[Server]:
    """Serve the files of a folder; the server's `query_url` is that of the folder.

    Raises:
        NotInstalled: It is missing.
    """
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise NotInstalled("nginx")
    port = free_port()
    settings = work / "nginx.conf"
    settings.write_text(_settings(files, work, port), encoding="utf-8")
    log = work / "nginx-output.log"
    command = [program, "-p", str(work), "-c", str(settings), "-e", str(work / "error.log")]
    url = f"http://127.0.0.1:{port}/"
    with running(command, log=log, folder=work) as process:
        wait_until_answers(url, process, log)
        said = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr
        version = said.strip().rpartition(" ")[2].replace("/", " ")
        yield Server(version, url, process.pid, port, 0)


def _settings(files: Path, work: Path, port: int) -> str:
    # Started by root, its workers would be of a user who may not read our folder.
    user = "user root;" if os.geteuid() == 0 else ""
    return f"""\
{user}
daemon off;
worker_processes auto;
pid {work}/nginx.pid;
events {{ worker_connections 256; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 1000000000;
  types {{ text/turtle ttl; text/html html; }}
  client_body_temp_path {work}/body;
  proxy_temp_path {work}/proxy;
  fastcgi_temp_path {work}/fastcgi;
  uwsgi_temp_path {work}/uwsgi;
  scgi_temp_path {work}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {files};
  }}
}}
"""
