"""Dumps and tables over HTTP: whole, in part, not again, and checked."""

from __future__ import annotations

import base64
import gzip
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from napgraph.config import Config
from napgraph.derived_folder import Derived
from napgraph.web import create_app
from napgraph.web.encodings import digest_field

DUMP = "/dump/napgraph.nq.gz"


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/dump/napgraph.nq.gz", "application/gzip"),
        ("/dump/napgraph.nq.zst", "application/zstd"),
        ("/dump/napgraph.trig.gz", "application/gzip"),
        ("/dump/napgraph.ttl.zst", "application/zstd"),
        ("/table/plans.csv", "text/csv; charset=utf-8; header=present"),
        ("/table/plans.parquet", "application/vnd.apache.parquet"),
        ("/table/csv-metadata.json", "application/csvm+json"),
    ],
)
def test_file_is_served(
    publisher: FlaskClient, derived: Derived, path: str, content_type: str
) -> None:
    """A file comes whole, with its type, length, ETag and digest."""
    response = publisher.get(path)
    content = (derived.path / path.rsplit("/", 1)[1]).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()

    assert (200, content) == (response.status_code, response.data)
    assert content_type == response.headers["Content-Type"]
    assert str(len(content)) == response.headers["Content-Length"]
    assert f'"{sha256[:32]}"' == response.headers["ETag"]
    assert digest_field(sha256) == response.headers["Repr-Digest"]
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/dump/plans.csv", 404, "napgraph.nq.gz"),
        ("/table/napgraph.nq.gz", 404, "plans.csv"),
        ("/table/manifest.json", 404, "plans.csv"),
        ("/dump/0123456789abcdef/napgraph.nq.gz", 404, "is not kept"),
        ("/dump/../napgraph.nq.gz", 404, ""),
        ("/dump/%2e%2e/manifest.json", 404, ""),
        ("/dump/x/napgraph.nq.gz", 404, "is not kept"),
    ],
)
def test_no_other_file_is_served(publisher: FlaskClient, path: str, status: int, says: str) -> None:
    """What is not there is 404, with what is."""
    response = publisher.get(path)

    assert status == response.status_code
    assert says in response.text


def test_address_of_a_generation_is_for_good(publisher: FlaskClient, derived: Derived) -> None:
    """What is at an address with a generation in it never changes, and a cache may know that."""
    newest = publisher.get(DUMP)
    these = publisher.get(f"/dump/{derived.generation_id}/napgraph.nq.gz")

    assert newest.data == these.data
    assert "immutable" in these.headers["Cache-Control"]
    assert "immutable" not in newest.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("value", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=10-10", 206, slice(10, 11)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-999999999", 206, slice(0, None)),
        ("bytes = 0-3", 206, slice(0, 4)),
        ("bytes=999999999-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=0-1,3-4", 200, slice(None)),
        ("bytes=5-2", 200, slice(None)),
        ("bytes=x", 200, slice(None)),
        ("lines=0-3", 200, slice(None)),
        ("", 200, slice(None)),
    ],
)
def test_ranges(
    publisher: FlaskClient, derived: Derived, value: str, status: int, part: slice | None
) -> None:
    """One range of bytes is answered, one outside is 416, and what is none is not heeded."""
    response = publisher.get(DUMP, headers={"Range": value})
    content = (derived.path / "napgraph.nq.gz").read_bytes()

    assert status == response.status_code
    if part is None:
        assert f"bytes */{len(content)}" == response.headers["Content-Range"]
    else:
        assert content[part] == response.data
        assert "bytes" == response.headers["Accept-Ranges"]


def test_content_range(publisher: FlaskClient, derived: Derived) -> None:
    """A part says which of how many bytes it is, and what the whole is."""
    response = publisher.get(DUMP, headers={"Range": "bytes=2-5"})
    file = derived.files["napgraph.nq.gz"]

    assert f"bytes 2-5/{file.size}" == response.headers["Content-Range"]
    assert "4" == response.headers["Content-Length"]
    assert digest_field(file.sha256) == response.headers["Repr-Digest"]


@pytest.mark.parametrize(
    ("if_range", "status"), [("{etag}", 206), ('"other"', 200), ("W/{etag}", 200)]
)
def test_range_of_the_same_file(publisher: FlaskClient, if_range: str, status: int) -> None:
    """Who has begun to load a file goes on with it, or gets another one whole."""
    etag = publisher.head(DUMP).headers["ETag"]
    headers = {"Range": "bytes=2-5", "If-Range": if_range.format(etag=etag)}

    assert status == publisher.get(DUMP, headers=headers).status_code


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-3"}])
def test_known_file_is_not_sent_again(publisher: FlaskClient, headers: dict[str, str]) -> None:
    """Who has the file gets 304, even if a part of it is asked for."""
    known = {"If-None-Match": publisher.head(DUMP).headers["ETag"], **headers}
    response = publisher.get(DUMP, headers=known)

    assert (304, b"") == (response.status_code, response.data)


def test_large_file_is_not_sent_again(publisher: FlaskClient) -> None:
    """Files too long for the cache of answers are not sent to who has them either."""
    cache = publisher.application.wsgi_app
    longest, cache._longest = cache._longest, 0
    path = "/dump/napgraph.trig.zst?uncached"
    etag = publisher.head(path).headers["ETag"]
    response = publisher.get(path, headers={"If-None-Match": etag})
    cache._longest = longest

    assert (304, b"", etag) == (response.status_code, response.data, response.headers["ETag"])


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-3"}])
def test_head(publisher: FlaskClient, headers: dict[str, str]) -> None:
    """HEAD has the headers of the whole and no body; ranges are for GET."""
    response = publisher.head(DUMP, headers=headers)
    whole = publisher.get(DUMP)

    assert (200, b"") == (response.status_code, response.data)
    for name in ("Content-Length", "ETag", "Repr-Digest", "Last-Modified", "Accept-Ranges"):
        assert whole.headers[name] == response.headers[name]


def test_digest_is_of_what_is_sent(publisher: FlaskClient) -> None:
    """Compressed on the way, a digest is that of the compressed bytes."""
    path = "/table/csv-metadata.json"
    response = publisher.get(path, headers={"Accept-Encoding": "gzip"})
    digest = base64.b64encode(hashlib.sha256(response.data).digest()).decode()

    assert "gzip" == response.headers["Content-Encoding"]
    assert f"sha-256=:{digest}:" == response.headers["Repr-Digest"]
    assert publisher.get(path).data == gzip.decompress(response.data)


def test_table_leads_to_its_description(publisher: FlaskClient, derived: Derived) -> None:
    """A table links what describes it, of the same generation."""
    newest = publisher.get("/table/plans.csv").headers.get_all("Link")
    these = publisher.get(f"/table/{derived.generation_id}/plans.csv").headers.get_all("Link")
    rel = 'rel="describedby"; type="application/csvm+json"'

    assert f"</table/csv-metadata.json>; {rel}" in newest
    assert f"</table/{derived.generation_id}/csv-metadata.json>; {rel}" in these


def test_files_not_made(published: Config, tmp_path: Path) -> None:
    """Without files a client is told when to come again, and the page says what is known."""
    shutil.copytree(published.store_dir / "generations", tmp_path / "generations")
    shutil.copy(published.store_dir / "current", tmp_path)
    (tmp_path / "derived").write_text("in the way")
    app = create_app(replace(published, store_dir=tmp_path))
    page, file = app.test_client().get("/dataset.html"), app.test_client().get(DUMP)
    app.extensions["napgraph"].close()

    assert (503, "5") == (file.status_code, file.headers["Retry-After"])
    assert (200, "no-store") == (page.status_code, page.headers["Cache-Control"])
    assert "being made" in page.text
