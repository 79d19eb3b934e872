"""What is answered again without asking the application."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse, create_environ

from napgraph.web.encodings import choose_encoding
from napgraph.web.response_cache import ResponseCache

BODY = b"<a> <b> <c> .\n" * 200
UNPACK = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


@dataclass
class Counting:
    """An application that counts how often it is asked, behind a cache."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    status: str = "200 OK"
    body: bytes = BODY
    version: str = "1"
    asked: int = 0
    max_bytes: int = 1_000_000

    def __post_init__(self) -> None:
        self.cache = ResponseCache(self.answer, lambda: self.version, max_bytes=self.max_bytes)
        self.client = Client(self.cache, use_cookies=False)

    def answer(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer with what was set."""
        self.asked += 1
        headers = {
            "Content-Type": "text/turtle; charset=utf-8",
            "Content-Length": str(len(self.body)),
            "Cache-Control": "public, max-age=60",
            "ETag": '"x"',
            "Last-Modified": "Tue, 24 Nov 2026 09:00:00 GMT",
            "Vary": "Accept",
            **dict(self.headers),
        }
        start_response(self.status, [(n, v) for n, v in headers.items() if v])
        return [self.body]

    def get(self, path: str = "/a", method: str = "GET", **headers: str) -> TestResponse:
        """Ask through the cache; underscores in the names of headers stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, method=method, headers=named)


def test_second_time_is_not_asked() -> None:
    """The same request gets the same answer, bytes and headers, from the cache."""
    app = Counting()
    first, second = app.get(), app.get()

    assert (1, 1, 1) == (app.asked, app.cache.hits, app.cache.misses)
    assert (first.data, list(first.headers)) == (second.data, list(second.headers))


def test_body_is_one_piece() -> None:
    """An answer from the cache is a list, which the server sends at once."""
    app = Counting()
    answers = [app.cache(create_environ("/a"), lambda *_: None) for _ in range(2)]

    assert [[BODY], [BODY]] == answers


@pytest.mark.parametrize(
    "different",
    [{"path": "/b"}, {"path": "/a?x=1"}, {"Accept": "text/html"}],
)
def test_other_request_is_asked(different: dict[str, str]) -> None:
    """Path, query string and Accept each make another answer."""
    app = Counting()
    app.get()
    app.get(**different)

    assert 2 == app.asked


def test_new_version_forgets_all() -> None:
    """Where the generation or the day is another, nothing of before is given."""
    app = Counting()
    app.get()
    app.version, app.body = "2", b"new"

    assert b"new" == app.get().data


def test_answer_of_before_is_not_kept_for_after() -> None:
    """What was asked for before a new version, and came after it, is not given for the new one."""
    app = Counting()

    def overtaken(environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/a" and app.version == "1":
            app.version = "2"
            app.get("/b")
        return app.answer(environ, start_response)

    app.cache._app = overtaken
    app.get("/a")
    app.body = b"new"

    assert b"new" == app.get("/a").data


@pytest.mark.parametrize(
    "app",
    [
        Counting(headers=[("Cache-Control", "no-store")]),
        Counting(headers=[("Cache-Control", "")]),
        Counting(headers=[("Set-Cookie", "a=b")]),
        Counting(headers=[("Content-Length", "")]),
        Counting(status="404 NOT FOUND"),
        Counting(body=b"x" * 70_000),
    ],
    ids=["no-store", "silent", "cookie", "stream", "missing", "long"],
)
def test_not_kept(app: Counting) -> None:
    """What is not public, not whole, not found or too long is asked for each time."""
    first, second = app.get(), app.get()

    assert (2, first.data) == (app.asked, second.data)


@pytest.mark.parametrize("header", ["Cookie", "Authorization", "Range", "Accept-Datetime"])
def test_personal_requests_pass(header: str) -> None:
    """A request that may mean more than its address is left to the application."""
    app = Counting()
    app.get(**{header: "x"})
    app.get(**{header: "x"})

    assert 2 == app.asked


def test_post_passes() -> None:
    """Only reads are answered from the cache."""
    app = Counting()
    app.get()

    assert 200 == app.get(method="POST").status_code
    assert 2 == app.asked


@pytest.mark.parametrize("warm", [True, False])
def test_head_has_the_headers_of_get(warm: bool) -> None:
    """HEAD gives what GET would, without the body, asked before or not."""
    app = Counting()
    if warm:
        app.get()
    head, get = app.get(method="HEAD"), app.get()

    assert (list(get.headers), b"") == (list(head.headers), head.data)


def test_head_of_what_is_not_kept_has_no_body() -> None:
    """Also an answer that passes through loses its body."""
    app = Counting(headers=[("Cache-Control", "no-store")])

    assert b"" == app.get(method="HEAD").data


@pytest.mark.parametrize("encoding", ["br", "gzip", "zstd"])
def test_encodings(encoding: str) -> None:
    """A client that takes a coding gets it, with an ETag of its own; others get plain bytes."""
    app = Counting()
    packed, plain = app.get(Accept_Encoding=encoding), app.get()

    assert encoding == packed.headers["Content-Encoding"]
    assert BODY == plain.data == UNPACK[encoding](packed.data)
    assert (f'"x-{encoding}"', '"x"') == (packed.headers["ETag"], plain.headers["ETag"])
    assert "Accept, Accept-Encoding" == plain.headers["Vary"] == packed.headers["Vary"]


@pytest.mark.parametrize(
    ("accept_encoding", "chosen"),
    [
        ("", "identity"),
        ("identity", "identity"),
        ("deflate", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("br;q=0, *", "zstd"),
        ("gzip;q=0", "identity"),
        ("*", "br"),
        ("gzip;q=0.5, identity", "identity"),
    ],
)
def test_choice_of_encoding(accept_encoding: str, chosen: str) -> None:
    """The best that is liked most is taken, and none that is refused."""
    assert chosen == choose_encoding(accept_encoding)


@given(st.text(max_size=60))
def test_any_header_is_understood(accept_encoding: str) -> None:
    """Whatever a client sends, there is a choice."""
    assert choose_encoding(accept_encoding) in ("identity", *UNPACK)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"If_None_Match": '"x"'}, 304),
        ({"If_None_Match": 'W/"x"'}, 304),
        ({"If_None_Match": '"y", "x"'}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": '"y"'}, 200),
        ({"If_None_Match": '"x-br"'}, 200),
        ({"If_None_Match": '"x-br"', "Accept_Encoding": "br"}, 304),
        ({"If_None_Match": '"x"', "Accept_Encoding": "br"}, 200),
        ({"If_Modified_Since": "Tue, 24 Nov 2026 09:00:00 GMT"}, 304),
        ({"If_Modified_Since": "Wed, 25 Nov 2026 09:00:00 GMT"}, 304),
        ({"If_Modified_Since": "Tue, 24 Nov 2026 08:59:59 GMT"}, 200),
        ({"If_Modified_Since": "yesterday"}, 200),
        ({"If_None_Match": '"y"', "If_Modified_Since": "Wed, 25 Nov 2026 09:00:00 GMT"}, 200),
    ],
)
@pytest.mark.parametrize("warm", [True, False])
def test_conditions(condition: dict[str, str], status: int, warm: bool) -> None:
    """Who has an answer gets 304 without a body, from the cache or not."""
    app = Counting()
    if warm:
        app.get()
    response = app.get(**condition)

    assert (status, status == 304) == (response.status_code, response.data == b"")
    assert "Accept, Accept-Encoding" == response.headers["Vary"]
    assert ("Content-Length" in response.headers) == (status == 200)


@pytest.mark.parametrize("known", ['W/"x"', '"x"', '"y", W/"x"', '"y", "x"'])
def test_weak_tag_is_known(known: str) -> None:
    """An answer whose tag is weak is known by it, alone or among others."""
    app = Counting(headers=[("ETag", 'W/"x"')])

    assert 304 == app.get(If_None_Match=known).status_code
    assert 200 == app.get(If_None_Match='"y"').status_code


def test_condition_on_what_is_not_kept() -> None:
    """Also an answer too long to keep is not sent to who has it."""
    app = Counting(body=b"x" * 70_000)
    response = app.get(If_None_Match='"x"')

    assert (304, b"") == (response.status_code, response.data)
    assert "Content-Length" not in response.headers


def test_cache_is_bounded() -> None:
    """However much is asked, no more than so many bytes are kept."""
    app = Counting(max_bytes=100_000)
    for number in range(200):
        app.get(f"/{number}", Accept_Encoding="gzip")

    assert app.cache.size_bytes <= 100_000
    assert 200 == app.asked
