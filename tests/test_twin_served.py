"""The static twin, served by nginx, answers as the application does."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from http_rows import ask, read_rows
from servers import free_port, wait_for

ROWS = {name: row for name, row in read_rows().items() if not row.live}

pytestmark = pytest.mark.skipif(
    not shutil.which("nginx"), reason="nginx is not installed; Debian's package is nginx-light"
)


@pytest.fixture(scope="module")
def server(twin: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an exported site with nginx, as whoever runs the tests."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "site").symlink_to(twin / "site")
    shutil.copytree(twin / "nginx", folder / "nginx")
    address = f"127.0.0.1:{free_port()}"
    conf = folder / "nginx" / "nginx.conf"
    conf.write_text(conf.read_text(encoding="utf-8").replace("127.0.0.1:8080", address))
    command = ["nginx", "-p", str(folder), "-c", str(conf), "-g", "daemon off; master_process off;"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}/", process)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("name", ROWS)
def test_answer(server: str, name: str) -> None:
    """Each request of the tables that files can answer gets what they say."""
    row = ROWS[name]
    etag = ask(server, "GET", row.path, row.unconditional()).etag
    answer = ask(server, row.method, row.path, row.headers(etag))

    assert [] == list(row.faults(answer, etag))


@pytest.mark.parametrize("suffix", ["ttl", "html", "linkset"])
def test_is_compressed(server: str, suffix: str) -> None:
    """What has no compressed file beside it is compressed for those who want that, too."""
    headers = {"Accept-Encoding": "gzip"}
    plain = ask(server, "GET", f"/doc/plan/MLI-3.{suffix}", {})
    packed = ask(server, "GET", f"/doc/plan/MLI-3.{suffix}", headers)

    assert "gzip" == packed.headers.get("Content-Encoding")
    assert plain.body == gzip.decompress(packed.body)


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/fr/doc/country/MLI", 200, None),
        ("/fr/doc/objective/MLI-3-1", 303, "/doc/objective/MLI-3-1"),
        ("/ar/doc/source/MLI-x", 303, "/doc/source/MLI-x"),
        ("/fr/doc/objective/MLI-3-1.ttl", 404, None),
    ],
)
def test_other_languages(server: str, path: str, status: int, location: str | None) -> None:
    """What is there in English alone is where its address in another language leads."""
    answer = ask(server, "GET", path, {"Accept": "text/html"})

    assert (status, location) == (answer.status, answer.headers.get("Location"))
