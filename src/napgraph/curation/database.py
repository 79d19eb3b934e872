"""The one SQLite file of submissions, events, people and the log: opened, and changed as a whole.

Each change is one transaction that is on the disk before anybody hears of it.
Any number of threads and processes may use the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from napgraph.errors import CurationError

Rows = list[sqlite3.Row]
Transaction = sqlite3.Connection

VERSION = 1
_BUSY_S = 30.0

_SCHEMA = """
CREATE TABLE submission (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    author TEXT NOT NULL,
    message TEXT NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created TEXT NOT NULL,
    changed TEXT NOT NULL,
    base TEXT NOT NULL,
    key TEXT,
    "commit" TEXT NOT NULL DEFAULT '',
    UNIQUE (author, key)
) STRICT;
CREATE INDEX submission_status ON submission (status);
CREATE TABLE file (
    submission TEXT NOT NULL REFERENCES submission (id),
    revision INTEGER NOT NULL,
    graph TEXT NOT NULL,
    content BLOB,
    PRIMARY KEY (submission, revision, graph)
) STRICT;
CREATE INDEX file_graph ON file (graph);
CREATE TABLE event (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    submission TEXT NOT NULL REFERENCES submission (id),
    revision INTEGER NOT NULL,
    who TEXT NOT NULL,
    "when" TEXT NOT NULL,
    action TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX event_submission ON event (submission);
CREATE TABLE kept (
    submission TEXT NOT NULL REFERENCES submission (id),
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (submission, revision, kind)
) STRICT;
CREATE TABLE publication (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    what TEXT NOT NULL,
    parent TEXT NOT NULL,
    graphs TEXT NOT NULL,
    started TEXT NOT NULL,
    "commit" TEXT NOT NULL DEFAULT '',
    generation TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX publication_outcome ON publication (outcome);
CREATE TABLE token (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    role INTEGER NOT NULL,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    created TEXT NOT NULL,
    expires TEXT NOT NULL,
    revoked TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE session (
    hash BLOB PRIMARY KEY,
    token TEXT NOT NULL REFERENCES token (id),
    created TEXT NOT NULL,
    expires TEXT NOT NULL
) STRICT;
CREATE TABLE attempt (
    key TEXT NOT NULL,
    at REAL NOT NULL
) STRICT;
CREATE INDEX attempt_key ON attempt (key, at);
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    "when" TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL
) STRICT;
"""


class Database:
    """The file; it is made if it is not there.

    Raises:
        CurationError: It cannot be made or opened, or a newer napgraph made it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare()
        except (OSError, sqlite3.DatabaseError) as exc:
            raise CurationError(f"{path} cannot be opened: {exc}.") from exc

    @contextmanager
    def change(self) -> Iterator[Transaction]:
        """Change the file: all that is done inside, or nothing."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Read the file as it is at one time."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def _connection(self) -> Iterator[Transaction]:
        # With no isolation level, transactions begin where we say.
        connection = sqlite3.connect(self.path, timeout=_BUSY_S, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            yield connection
        except sqlite3.OperationalError as exc:
            raise CurationError(f"{self.path} cannot be written: {exc}.") from exc
        finally:
            connection.close()

    def _prepare(self) -> None:
        with self._connection() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise CurationError(
                    f"{self.path} was made by a newer napgraph; use that or a newer one."
                )
            if version == VERSION:
                return
            connection.execute("PRAGMA journal_mode = WAL")
        with self.change() as connection:
            # Another process may have made it meanwhile.
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {VERSION}")
