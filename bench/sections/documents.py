"""Documents: asked again, asked for the first time, and the same bytes as files of nginx."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from urllib.parse import quote

from bench import wrk
from bench.data import Data
from bench.peers import NotInstalled
from bench.peers.nginx import nginx
from bench.session import NAPGRAPH, TRIFID, VIRTUOSO, Session, say
from bench.tables import Table, milliseconds, number
from napgraph.namespaces import ID

_KEY = "plan/MLI-3"
_HEAD = ("document", "/s", "median, ms", "99 in 100 within, ms", "trouble")


def documents(session: Session) -> list[Table]:
    """Measure documents of the data we ship."""
    data = session.data()
    things = _things(data)
    rows = _ours(things, data, session) + _nginx(session)
    with session.start(VIRTUOSO, data) as server:
        if server:
            url = f"{server.query_url}?query={quote(f'DESCRIBE <{ID}@i@>', safe='@')}"
            headers = {"Accept": "text/turtle"}
            rows.append(
                _row("Virtuoso, DESCRIBE of each thing in Turtle", url, things, session, headers)
            )
    with session.start(TRIFID, data) as server:
        if server:
            url = f"{server.query_url.removesuffix('/query')}/id/@i@"
            headers = {"Accept": "text/turtle"}
            rows.append(_row("Trifid, each thing in Turtle", url, things, session, headers))
    return [Table(f"Documents over HTTP, 8 connections, {data.name}", _HEAD, rows)]


def _ours(things: list[str], data: Data, session: Session) -> list[list[str]]:
    rows = []
    with session.start(NAPGRAPH, data) as server:
        if server is None:
            return []
        base = server.query_url.removesuffix("/sparql")
        with urllib.request.urlopen(f"{base}/doc/{_KEY}.ttl") as response:
            (session.work / "document.ttl").write_bytes(response.read())
            etag = response.headers["ETag"]
        for suffix, name in ((".ttl", "in Turtle"), (".html", "as a page")):
            url = f"{base}/doc/@i@{suffix}"
            rows.append(_row(f"napgraph, {name}, each for the first time", url, things, session))
            url = f"{base}/doc/{_KEY}{suffix}"
            rows.append(_row(f"napgraph, {name}, asked again", url, [], session))
        if etag:
            url, headers = f"{base}/doc/{_KEY}.ttl", {"If-None-Match": etag}
            rows.append(_row("napgraph, not changed (304)", url, [], session, headers))
    return rows


def _nginx(session: Session) -> list[list[str]]:
    document = session.work / "document.ttl"
    if not document.exists():
        return []
    with session.folder() as work:
        files = Path(work) / "files"
        files.mkdir()
        document.rename(files / "document.ttl")
        try:
            with nginx(files, work) as server:
                session.versions.add(server.version)
                url = f"{server.query_url}document.ttl"
                return [_row("nginx, the same bytes in a file", url, [], session)]
        except NotInstalled as exc:
            session.leave_out(f"{exc} is not installed and left out.")
            return []


def _row(
    name: str, url: str, pieces: list[str], session: Session, headers: dict[str, str] | None = None
) -> list[str]:
    say(f"  {name}")
    found = wrk.ask(url, pieces=pieces, seconds=session.seconds, headers=headers)
    trouble = [found.failures] if found.failures else []
    if pieces and found.requests > len(pieces):
        trouble.append(f"each about {found.requests / len(pieces):.1f} times")
    rate, median, slow = number(found.rate), milliseconds(found.p50_s), milliseconds(found.p99_s)
    return [name, rate, median, slow, "; ".join(trouble)]


def _things(data: Data) -> list[str]:
    """List what follows `/id/` in the IRI of each thing, in an order that mixes their types."""
    with data.n_triples.open(encoding="utf-8") as lines:
        subjects = {line.split(" ", 1)[0][1:-1] for line in lines}
    things = [iri.removeprefix(str(ID)) for iri in subjects if iri.startswith(str(ID))]
    return sorted(things, key=lambda thing: thing[::-1])
