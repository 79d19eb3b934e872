"""What git's history says, kept so that it can be asked: derived, and made anew at will.

One SQLite file. Each version has a number, counted from the first: the same
history gives the same numbers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from napgraph.errors import WorkspaceError

# To change it makes every index anew.
_FORMAT = 1
_BUSY_S = 60.0

_SCHEMA = """
CREATE TABLE version (
    number INTEGER PRIMARY KEY,
    "commit" TEXT NOT NULL UNIQUE,
    time INTEGER NOT NULL,
    author TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    message TEXT NOT NULL,
    submission TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;
CREATE INDEX version_time ON version (time);
CREATE TABLE change (
    graph TEXT NOT NULL,
    number INTEGER NOT NULL REFERENCES version (number),
    before TEXT,
    after TEXT,
    PRIMARY KEY (graph, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_number ON change (number);
CREATE TABLE touched (
    thing TEXT NOT NULL,
    number INTEGER NOT NULL REFERENCES version (number),
    graph TEXT NOT NULL,
    remains INTEGER NOT NULL,
    PRIMARY KEY (thing, number, graph)
) STRICT, WITHOUT ROWID;
CREATE TABLE tip ("commit" TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A named graph that a version changes, by git's ids of its file; None where there is none.

    Attributes:
        touched: The things of which it changes something, by the last two parts of their
            IRIs, and whether the graph still speaks of them afterwards.
    """

    graph: str
    before: str | None
    after: str | None
    touched: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """A published state of the data.

    Attributes:
        number: 1 for the first, and one more for each.
        commit: Git's id.
        time: When, in seconds since 1970; never before that of the version before.
        author: The name of who made the change.
        reviewer: The name of who accepted it; empty if unknown.
        message: What changes and why.
        submission: The address of the submission; empty for what came in another way.
        source: What says so: an address or a citation; empty if nothing is named.
        graphs: The named graphs that it changes.
    """

    number: int
    commit: str
    time: int
    author: str
    reviewer: str
    message: str
    submission: str
    source: str
    graphs: tuple[str, ...] = ()


class VersionIndex:
    """The file; any number of threads and processes may use it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tip(self) -> str:
        """Give the commit up to which history is in it; empty for none."""
        with self._connection() as db:
            row = db.execute('SELECT "commit" FROM tip').fetchone()
        return str(row[0]) if row else ""

    def add(
        self, versions: Iterable[tuple[Version, Iterable[GraphChange]]], *, old: str, new: str
    ) -> None:
        """Add the versions that follow on those that are there.

        Args:
            versions: The first first, with what each changes; numbers do not count.
            old: The tip that they follow on; where it is another, nothing is done.
                Empty to begin anew.
            new: The tip afterwards.
        """
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            row = db.execute('SELECT "commit" FROM tip').fetchone()
            if old and (row is None or row[0] != old):
                db.rollback()
                return
            if not old:
                for table in ("touched", "change", "version", "tip"):
                    db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are ours
            number, time = db.execute("SELECT MAX(number), MAX(time) FROM version").fetchone()
            for version, changes in versions:
                number, time = (number or 0) + 1, max(time or 0, version.time)
                _insert(db, number, time, version, changes)
            db.execute("DELETE FROM tip")
            db.execute("INSERT INTO tip VALUES (?)", (new,))
            db.commit()

    def count(self, *, thing: str = "", graph: str = "") -> int:
        """Count all versions, or those of a thing or a named graph."""
        with self._connection() as db:
            source, values = _from(thing, graph)
            row = db.execute(f"SELECT COUNT(*) FROM {source}", values).fetchone()  # noqa: S608
        return int(row[0])

    def newest(
        self, *, thing: str = "", graph: str = "", limit: int, offset: int = 0
    ) -> list[Version]:
        """List versions, the last first: all, or those of a thing or a named graph."""
        return self._list(thing, graph, "ORDER BY number DESC LIMIT ? OFFSET ?", (limit, offset))

    def oldest(
        self, *, thing: str = "", graph: str = "", limit: int, offset: int = 0
    ) -> list[Version]:
        """List versions, the first first: all, or those of a thing or a named graph."""
        return self._list(thing, graph, "ORDER BY number LIMIT ? OFFSET ?", (limit, offset))

    def after(self, number: int, *, thing: str = "", graph: str = "", limit: int) -> list[Version]:
        """List the versions that come after one, the first first."""
        condition = "WHERE number > ? ORDER BY number LIMIT ?"
        return self._list(thing, graph, condition, (number, limit))

    def last_before(self, number: int, *, thing: str = "", graph: str = "") -> Version | None:
        """Find the version before one."""
        condition = "WHERE number < ? ORDER BY number DESC LIMIT 1"
        return next(iter(self._list(thing, graph, condition, (number,))), None)

    def last_until(self, time: int, *, thing: str = "", graph: str = "") -> Version | None:
        """Find the last version that was there at a time."""
        condition = "WHERE time <= ? ORDER BY number DESC LIMIT 1"
        return next(iter(self._list(thing, graph, condition, (time,))), None)

    def find(self, commit: str) -> Version | None:
        """Find a version by its commit, or the beginning of that."""
        condition = 'WHERE "commit" >= ? AND "commit" < ? LIMIT 2'
        found = self._list("", "", condition, (commit, f"{commit}g"))
        return found[0] if len(found) == 1 else None

    def changes(self, first: int, last: int, *, thing: str = "") -> list[GraphChange]:
        """List what versions changed, graph by graph from the first to the last of these.

        Args:
            first: The number of the first version.
            last: That of the last one.
            thing: Only graphs in which something of this thing changed.

        Returns:
            A change for each graph, from before the first to after the last.
        """
        touched = "touched AS t JOIN change AS c USING (number, graph)"
        source, values = (touched, (thing,)) if thing else ("change AS c", ())
        condition = "thing = ? AND" if thing else ""
        with self._connection() as db:
            rows = db.execute(
                f"SELECT c.graph, c.before, c.after FROM {source}"  # noqa: S608
                f" WHERE {condition} c.number BETWEEN ? AND ? ORDER BY c.number",
                (*values, first, last),
            ).fetchall()
        joined: dict[str, GraphChange] = {}
        for graph, before, after in rows:
            begun = joined.get(graph)
            joined[graph] = GraphChange(graph, begun.before if begun else before, after)
        return list(joined.values())

    def presence(self, thing: str) -> list[tuple[int, str, bool]]:
        """List where a thing came and went: number, graph, whether it is spoken of afterwards."""
        with self._connection() as db:
            rows = db.execute(
                "SELECT number, graph, remains FROM touched WHERE thing = ? ORDER BY number",
                (thing,),
            ).fetchall()
        return [(int(number), str(graph), bool(remains)) for number, graph, remains in rows]

    def graph_states(self, graph: str) -> list[tuple[int, bool]]:
        """List the versions of a named graph: number, and whether it is there afterwards."""
        with self._connection() as db:
            rows = db.execute(
                "SELECT number, after IS NOT NULL FROM change WHERE graph = ? ORDER BY number",
                (graph,),
            ).fetchall()
        return [(int(number), bool(there)) for number, there in rows]

    def _list(
        self, thing: str, graph: str, condition: str, values: tuple[object, ...]
    ) -> list[Version]:
        source, first = _from(thing, graph)
        text = f"SELECT {_COLUMNS} FROM {source} {condition}"  # noqa: S608 - all of it is ours
        with self._connection() as db:
            rows = db.execute(text, (*first, *values)).fetchall()
        return [_version(row) for row in rows]

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            db = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)
            try:
                _prepare(db)
                yield db
            finally:
                db.close()
        except sqlite3.DatabaseError as exc:
            raise WorkspaceError(
                f"{self._path} cannot be used: {exc}; remove it, it is made anew from git."
            ) from exc


def _prepare(db: sqlite3.Connection) -> None:
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found == _FORMAT:
        return
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    # Another process may have made it meanwhile.
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found != _FORMAT:
        for table in ("touched", "change", "version", "tip"):
            db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _SCHEMA.split(";\n"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {_FORMAT}")
    db.commit()


def _insert(
    db: sqlite3.Connection, number: int, time: int, said: Version, changes: Iterable[GraphChange]
) -> None:
    db.execute(
        "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, said.commit, time, said.author, said.reviewer, said.message, said.submission,
         said.source),
    )  # fmt: skip
    for change in changes:
        db.execute(
            "INSERT INTO change VALUES (?, ?, ?, ?)",
            (change.graph, number, change.before, change.after),
        )
        db.executemany(
            "INSERT INTO touched VALUES (?, ?, ?, ?)",
            [(thing, number, change.graph, there) for thing, there in change.touched.items()],
        )


def _version(row: tuple[Any, ...]) -> Version:
    number, commit, time, author, reviewer, message, submission, source, graphs = row
    names = tuple((graphs or "").split())
    return Version(number, commit, time, author, reviewer, message, submission, source, names)


def _from(thing: str, graph: str) -> tuple[str, tuple[str, ...]]:
    """Say which versions are asked for, as what stands after FROM."""
    if thing:
        return _OF_A_THING, (thing,)
    return (_OF_A_GRAPH, (graph,)) if graph else ("version AS v", ())


_COLUMNS = """number, "commit", time, author, reviewer, message, submission, source,
    (SELECT GROUP_CONCAT(graph, ' ') FROM (
        SELECT graph FROM change WHERE change.number = v.number ORDER BY graph))"""
_OF_A_THING = """(SELECT * FROM version WHERE number IN (
    SELECT DISTINCT number FROM touched WHERE thing = ?)) AS v"""
_OF_A_GRAPH = """(SELECT * FROM version WHERE number IN (
    SELECT number FROM change WHERE graph = ?)) AS v"""
