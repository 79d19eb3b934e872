"""Submissions and what happened to them, kept so that nothing acknowledged is ever lost."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from napgraph.curation.database import Database, Rows, Transaction
from napgraph.curation.submissions import (
    Action,
    Draft,
    Event,
    Files,
    Status,
    Submission,
    next_status,
)
from napgraph.errors import CurationError, SubmissionChanged, SubmissionMissing


@dataclass(frozen=True, slots=True)
class Attempt:
    """A publication that was begun.

    Attributes:
        what: The submission's id; empty for what came by a pull.
        parent: The commit before it.
        names: The named graphs that change.
        commit: The commit that it made or is about to make; empty before.
        generation: The generation of the store, likewise.
        outcome: `done` or why it was given up; empty while it is under way.
    """

    number: int
    what: str
    parent: str
    names: tuple[str, ...]
    started: str
    commit: str
    generation: str
    outcome: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A line of the audit log: who did what, and what it is about."""

    number: int
    when: str
    who: str
    what: str
    about: str


class Journal:
    """Keeps submissions in a file; any number of threads and processes may use it.

    Raises:
        CurationError: The file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.database = Database(path)

    # -- submissions ---------------------------------------------------------------------------

    def submit(self, draft: Draft) -> Submission:
        """Keep a draft; when this returns, the submission is safe.

        Returns:
            The submission, which is an older one where its author's draft has the key of one.

        Raises:
            CurationError: The draft changes nothing, or its key is another draft's.
        """
        if not draft.files:
            raise CurationError("The submission changes nothing; give it at least one graph.")
        with self.database.change() as change:
            if draft.key and (old := self._with_key(change, draft)):
                return old
            now, submission_id = timestamp(), _new_id(change)
            change.execute(
                "INSERT INTO submission (id, author, message, source, status, revision, created,"
                " changed, base, key) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
                (submission_id, draft.author, draft.message, draft.source, Status.SUBMITTED,
                 now, now, draft.base, draft.key or None),
            )  # fmt: skip
            _keep_files(change, submission_id, 1, draft.files)
            _add_event(change, submission_id, 1, draft.author, Action.SUBMIT, draft.message)
            return _read(change, submission_id)

    def revise(self, submission_id: str, draft: Draft, *, who: str) -> Submission:
        """Replace what is proposed by a new draft.

        Raises:
            SubmissionMissing: There is no such submission.
            NotAllowed: It is not open any more.
        """
        if not draft.files:
            raise CurationError("The submission changes nothing; give it at least one graph.")
        with self.database.change() as change:
            old = _read(change, submission_id)
            status, revision = next_status(old.status, Action.REVISE), old.revision + 1
            change.execute(
                "UPDATE submission SET status = ?, revision = ?, changed = ?, base = ?,"
                " message = ?, source = ? WHERE id = ?",
                (status, revision, timestamp(), draft.base, draft.message, draft.source,
                 submission_id),
            )  # fmt: skip
            _keep_files(change, submission_id, revision, draft.files)
            _add_event(change, submission_id, revision, who, Action.REVISE, draft.message)
            return _read(change, submission_id)

    def act(
        self,
        submission_id: str,
        action: Action,
        *,
        who: str,
        text: str = "",
        revision: int | None = None,
        commit: str = "",
    ) -> Submission:
        """Do something to a submission, if its status allows it.

        Args:
            submission_id: The submission.
            action: What is done; who may is for the caller to know.
            who: The name of a person.
            text: A comment, a reason, an error.
            revision: The one that was looked at; a newer one is not acted upon.
            commit: For `Action.PUBLISH`: the commit.

        Returns:
            The submission as it stands then.

        Raises:
            SubmissionMissing: There is no such submission.
            NotAllowed: Its status does not allow it.
            SubmissionChanged: It has been revised since.
        """
        with self.database.change() as change:
            old = _read(change, submission_id)
            if revision is not None and revision != old.revision:
                raise SubmissionChanged(
                    f"The submission has been revised meanwhile (revision {old.revision}); "
                    "look at it again."
                )
            status = next_status(old.status, action)
            change.execute(
                'UPDATE submission SET status = ?, changed = ?, "commit" = ? WHERE id = ?',
                (status, timestamp(), commit or old.commit, submission_id),
            )
            _add_event(change, submission_id, old.revision, who, action, text)
            return _read(change, submission_id)

    def get(self, submission_id: str) -> Submission:
        """Find a submission.

        Raises:
            SubmissionMissing: There is no such submission.
        """
        with self.database.read() as read:
            return _read(read, submission_id)

    def submissions(
        self,
        *,
        status: Status | None = None,
        author: str | None = None,
        graph: str | None = None,
        limit: int = 1000,
        offset: int = 0,
    ) -> list[Submission]:
        """List submissions, the newest first; those of a status, an author, a named graph.

        An author may be named without the address of their mail.
        """
        with self.database.read() as read:
            rows = read.execute(
                "SELECT id FROM submission AS s WHERE (?1 IS NULL OR status = ?1)"
                " AND (?2 IS NULL OR author = ?2"
                " OR substr(author, 1, length(?2) + 2) = ?2 || ' <') AND (?3 IS NULL OR EXISTS ("
                "  SELECT 1 FROM file WHERE file.submission = s.id AND file.graph = ?3"
                "  AND file.revision = s.revision))"
                " ORDER BY number DESC LIMIT ?4 OFFSET ?5",
                (status, author, graph, limit, offset),
            ).fetchall()
            return [_read(read, row["id"]) for row in rows]

    def with_key(self, author: str, key: str) -> Submission | None:
        """Find the submission that an author has sent with a key."""
        with self.database.read() as read:
            row = read.execute(
                "SELECT id FROM submission WHERE author = ? AND key = ?", (author, key)
            ).fetchone()
            return _read(read, row["id"]) if row and key else None

    def accepted(self) -> list[str]:
        """List the submissions that wait to be published, in the order of their acceptance."""
        with self.database.read() as read:
            rows = read.execute(
                "SELECT submission.id FROM submission JOIN event ON event.submission ="
                " submission.id AND event.action = ? WHERE status = ?"
                " GROUP BY submission.id ORDER BY MAX(event.number)",
                (Action.ACCEPT, Status.ACCEPTED),
            )
            return [row["id"] for row in rows]

    def count(self) -> Mapping[Status, int]:
        """Count the submissions of each status."""
        with self.database.read() as read:
            rows = read.execute("SELECT status, COUNT(*) AS n FROM submission GROUP BY status")
            found = {row["status"]: int(row["n"]) for row in rows}
        return {status: found.get(status, 0) for status in Status}

    def files(self, submission_id: str, revision: int) -> Files:
        """Give what a revision proposed."""
        with self.database.read() as read:
            return _files(read, submission_id, revision)

    def events(self, submission_id: str) -> list[Event]:
        """List what happened to a submission, the first first."""
        with self.database.read() as read:
            rows = read.execute(
                "SELECT * FROM event WHERE submission = ? ORDER BY number", (submission_id,)
            ).fetchall()
        return list(_events(rows))

    # -- what goes with a submission -----------------------------------------------------------

    def keep(self, submission_id: str, revision: int, kind: str, content: bytes) -> None:
        """Keep something made from a revision, such as its report."""
        with self.database.change() as change:
            change.execute(
                "INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)",
                (submission_id, revision, kind, content),
            )

    def kept(self, submission_id: str, revision: int, kind: str) -> bytes | None:
        """Give what was kept, if it was."""
        with self.database.read() as read:
            row = read.execute(
                "SELECT content FROM kept WHERE submission = ? AND revision = ? AND kind = ?",
                (submission_id, revision, kind),
            ).fetchone()
        return bytes(row["content"]) if row else None

    # -- publications --------------------------------------------------------------------------

    def begin_publication(self, what: str, parent: str, names: tuple[str, ...]) -> int:
        """Note that a publication begins, and give its number."""
        with self.database.change() as change:
            cursor = change.execute(
                "INSERT INTO publication (what, parent, graphs, started) VALUES (?, ?, ?, ?)",
                (what, parent, " ".join(names), timestamp()),
            )
            return int(cursor.lastrowid or 0)

    def note_publication(
        self, number: int, *, commit: str = "", generation: str = "", outcome: str = ""
    ) -> None:
        """Note how far a publication has come; what is empty stays as it was."""
        with self.database.change() as change:
            change.execute(
                'UPDATE publication SET "commit" = COALESCE(NULLIF(?, \'\'), "commit"),'
                " generation = COALESCE(NULLIF(?, ''), generation),"
                " outcome = COALESCE(NULLIF(?, ''), outcome) WHERE number = ?",
                (commit, generation, outcome, number),
            )

    def mark_published(self, submission_id: str, commit: str, *, who: str) -> None:
        """Note that a submission is published, unless it is noted already."""
        with self.database.change() as change:
            old = _read(change, submission_id)
            if old.status == Status.PUBLISHED:
                return
            status = next_status(old.status, Action.PUBLISH)
            change.execute(
                'UPDATE submission SET status = ?, changed = ?, "commit" = ? WHERE id = ?',
                (status, timestamp(), commit, submission_id),
            )
            _add_event(change, submission_id, old.revision, who, Action.PUBLISH, "")

    def unfinished(self) -> list[Attempt]:
        """List the publications that were begun and neither done nor given up."""
        return self._attempts("outcome = ''")

    def is_in_step(self, commit: str, generation: str) -> bool:
        """Tell whether the last publication that was done made this commit and generation."""
        done = self._attempts("number = (SELECT MAX(number) FROM publication)")
        return any(
            (d.commit, d.generation, d.outcome) == (commit, generation, "done") for d in done
        )

    def publications(self) -> list[Attempt]:
        """List all publications that were begun, the first first."""
        return self._attempts("TRUE")

    def _attempts(self, condition: str) -> list[Attempt]:
        with self.database.read() as read:
            rows = read.execute(
                f"SELECT * FROM publication WHERE {condition} ORDER BY number"  # noqa: S608
            ).fetchall()
        return [
            Attempt(
                number=row["number"],
                what=row["what"],
                parent=row["parent"],
                names=tuple(row["graphs"].split()),
                started=row["started"],
                commit=row["commit"],
                generation=row["generation"],
                outcome=row["outcome"],
            )
            for row in rows
        ]

    # -- the log -------------------------------------------------------------------------------

    def log(self, who: str, what: str, about: str = "") -> None:
        """Add a line to the audit log."""
        with self.database.change() as change:
            add_to_log(change, who, what, about)

    def log_entries(self, *, limit: int = 1000) -> list[LogEntry]:
        """List the last lines of the audit log, the newest first."""
        with self.database.read() as read:
            rows = read.execute(
                "SELECT * FROM audit ORDER BY number DESC LIMIT ?", (limit,)
            ).fetchall()
        return [LogEntry(**dict(row)) for row in rows]

    def _with_key(self, change: Transaction, draft: Draft) -> Submission | None:
        row = change.execute(
            "SELECT id FROM submission WHERE author = ? AND key = ?", (draft.author, draft.key)
        ).fetchone()
        if row is None:
            return None
        if dict(_files(change, row["id"], 1)) != dict(draft.files):
            raise CurationError(
                f"The key {draft.key!r} belongs to another submission of yours; take a new one."
            )
        return _read(change, row["id"])


def timestamp() -> str:
    """Give the time in UTC as the journal writes it, to a thousandth of a second."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def add_to_log(change: Transaction, who: str, what: str, about: str) -> None:
    """Add a line to the audit log within a change."""
    change.execute(
        'INSERT INTO audit ("when", who, what, about) VALUES (?, ?, ?, ?)',
        (timestamp(), who, what, about),
    )


def _new_id(change: Transaction) -> str:
    """Make an id that tells the day and cannot be guessed: 2026-11-25-k3m9x2."""
    while True:
        name = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(6))
        made = f"{timestamp()[:10]}-{name}"
        if not change.execute("SELECT 1 FROM submission WHERE id = ?", (made,)).fetchone():
            return made


def _keep_files(change: Transaction, submission_id: str, revision: int, files: Files) -> None:
    change.executemany(
        "INSERT INTO file VALUES (?, ?, ?, ?)",
        [(submission_id, revision, name, content) for name, content in files.items()],
    )


def _add_event(
    change: Transaction, submission_id: str, revision: int, who: str, action: Action, text: str
) -> None:
    change.execute(
        'INSERT INTO event (submission, revision, who, "when", action, text)'
        " VALUES (?, ?, ?, ?, ?, ?)",
        (submission_id, revision, who, timestamp(), action, text),
    )
    add_to_log(change, who, action, submission_id)


def _read(read: Transaction, submission_id: str) -> Submission:
    row = read.execute("SELECT * FROM submission WHERE id = ?", (submission_id,)).fetchone()
    if row is None:
        raise SubmissionMissing(f"There is no submission {submission_id}.")
    return Submission(
        id=row["id"],
        author=row["author"],
        message=row["message"],
        source=row["source"],
        status=Status(row["status"]),
        revision=row["revision"],
        created=row["created"],
        changed=row["changed"],
        base=row["base"],
        files=_files(read, submission_id, row["revision"]),
        commit=row["commit"],
    )


def _files(read: Transaction, submission_id: str, revision: int) -> Files:
    rows = read.execute(
        "SELECT graph, content FROM file WHERE submission = ? AND revision = ? ORDER BY graph",
        (submission_id, revision),
    )
    return {row["graph"]: row["content"] for row in rows}


def _events(rows: Rows) -> Iterator[Event]:
    for row in rows:
        yield Event(
            number=row["number"],
            submission=row["submission"],
            who=row["who"],
            when=row["when"],
            action=Action(row["action"]),
            text=row["text"],
            revision=row["revision"],
        )
