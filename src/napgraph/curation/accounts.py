"""Tokens and sessions: who somebody is, and what they may do.

A token is `nap_<id>_<secret>`. It is shown once; what is kept is its id and a
scrypt hash of the secret. A session stands for a token in a browser.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from napgraph.curation.database import Database, Transaction
from napgraph.curation.journal import add_to_log
from napgraph.curation.submissions import Person, Role
from napgraph.errors import CurationError, SignInError, TooManyRequests

# Some 20 ms and 16 MB a guess.
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
_TOKEN = re.compile(r"nap_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
# A name with signs that git's way to write people cannot have would be somebody else's.
_NAME = re.compile(r"[^<>\x00-\x1f]{1,100}(?: <[^<>\s\x00-\x1f]{1,100}>)?")


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; `revoked` is empty while it is not."""

    id: str
    person: Person
    created: str
    expires: str
    revoked: str

    @property
    def is_valid(self) -> bool:
        """Whether it opens anything now."""
        return not self.revoked and self.expires > _now()


class Accounts:
    """Makes and checks tokens and sessions, kept in the journal's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make_token(
        self, name: str, role: Role, *, days: float = 365, by: str = "napgraph"
    ) -> tuple[Token, str]:
        """Make a token.

        Args:
            name: `Awa Traoré` or `Awa Traoré <awa@example.org>`.
            role: What it lets them do.
            days: For how long.
            by: Who makes it.

        Returns:
            It, and its text, which nobody can find out later.

        Raises:
            CurationError: The name is not one.
        """
        name = " ".join(name.split())
        if not _NAME.fullmatch(name) or name == "napgraph":
            raise CurationError(
                f"{name!r} cannot be a person's name; write it as in Awa Traoré <awa@example.org>."
            )
        token_id = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(8))
        secret, salt = secrets.token_urlsafe(32), secrets.token_bytes(16)
        with self._database.change() as change:
            change.execute(
                "INSERT INTO token (id, person, role, salt, hash, created, expires)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (token_id, name, role, salt, _hash(secret, salt), _now(), _after(days * 86400)),
            )
            add_to_log(change, by, f"made a token ({role.word})", f"{token_id} {name}")
            return _token(change, token_id), f"nap_{token_id}_{secret}"

    def tokens(self) -> list[Token]:
        """List all tokens, the oldest first."""
        with self._database.read() as read:
            rows = read.execute("SELECT id FROM token ORDER BY created, id").fetchall()
            return [_token(read, row["id"]) for row in rows]

    def revoke(self, token_id: str, *, by: str = "napgraph") -> None:
        """Let a token, and the sessions made from it, open nothing any more.

        Raises:
            CurationError: There is no such token.
        """
        with self._database.change() as change:
            _token(change, token_id)
            change.execute("UPDATE token SET revoked = ? WHERE id = ?", (_now(), token_id))
            change.execute("DELETE FROM session WHERE token = ?", (token_id,))
            add_to_log(change, by, "revoked a token", token_id)

    def identify(self, text: str) -> Person:
        """Tell who holds a token.

        Raises:
            SignInError: It is none, or opens nothing any more.
        """
        token = self._check(text)
        return token.person

    def sign_in(self, text: str, *, hours: float = 12) -> str:
        """Turn a token into a session, and give the session's key.

        Raises:
            SignInError: It is none, or opens nothing any more.
        """
        token, key = self._check(text), secrets.token_urlsafe(32)
        with self._database.change() as change:
            change.execute("DELETE FROM session WHERE expires <= ?", (_now(),))
            change.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?)",
                (_digest(key), token.id, _now(), min(_after(hours * 3600), token.expires)),
            )
            add_to_log(change, token.person.name, "signed in", token.id)
        return key

    def of_session(self, key: str) -> Person | None:
        """Tell whose session a key is, if it still is one."""
        with self._database.read() as read:
            row = read.execute(
                "SELECT token, expires FROM session WHERE hash = ?", (_digest(key),)
            ).fetchone()
            if row is None or row["expires"] <= _now():
                return None
            token = _token(read, row["token"])
        return token.person if token.is_valid else None

    def sign_out(self, key: str) -> None:
        """End a session."""
        with self._database.change() as change:
            change.execute("DELETE FROM session WHERE hash = ?", (_digest(key),))

    def take_turn(self, key: str, *, limit: int, seconds: float) -> None:
        """Count something that may be done only so many times.

        Args:
            key: What is counted: an address or a person, and what they do.
            limit: How many times within the seconds.
            seconds: How far back is counted.

        Raises:
            TooManyRequests: It has been done as often already.
        """
        now = time.time()
        with self._database.change() as change:
            change.execute("DELETE FROM attempt WHERE at < ?", (now - 86400,))
            _require_turn(change, key, now, limit, seconds)
            change.execute("INSERT INTO attempt VALUES (?, ?)", (key, now))

    def require_turn(self, key: str, *, limit: int, seconds: float) -> None:
        """Check that `take_turn` would not refuse, without counting.

        Raises:
            TooManyRequests: It would.
        """
        with self._database.read() as read:
            _require_turn(read, key, time.time(), limit, seconds)

    def _check(self, text: str) -> Token:
        match = _TOKEN.fullmatch(text.strip())
        with self._database.read() as read:
            row = (
                match
                and read.execute(
                    "SELECT salt, hash FROM token WHERE id = ?", (match[1],)
                ).fetchone()
            )
            token = _token(read, match[1]) if match and row else None
        # Whoever guesses an id learns nothing from how long an answer takes.
        salt, secret = (row["salt"], match[2]) if row and match else (bytes(16), "")
        is_right = hmac.compare_digest(_hash(secret, salt), row["hash"] if row else bytes(32))
        if token is None or not is_right or not token.is_valid:
            raise SignInError(
                "This token opens nothing here; it may be mistyped, revoked or past its date."
            )
        return token


def _token(read: Transaction, token_id: str) -> Token:
    row = read.execute("SELECT * FROM token WHERE id = ?", (token_id,)).fetchone()
    if row is None:
        raise CurationError(f"There is no token {token_id}; `napgraph token list` lists them.")
    person = Person(row["person"], Role(row["role"]))
    return Token(row["id"], person, row["created"], row["expires"], row["revoked"])


def _require_turn(read: Transaction, key: str, now: float, limit: int, seconds: float) -> None:
    count, oldest = read.execute(
        "SELECT COUNT(*), MIN(at) FROM attempt WHERE key = ? AND at > ?", (key, now - seconds)
    ).fetchone()
    if count >= limit:
        raise TooManyRequests(
            f"That was done {count} times within {seconds:g} seconds; wait a little.",
            retry_after_s=max(1, round(oldest + seconds - now)),
        )


def _hash(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, **_SCRYPT)


def _digest(key: str) -> bytes:
    """Hash a session's key, which has enough randomness of its own."""
    return hashlib.sha256(key.encode()).digest()


def _now() -> str:
    return _after(0)


def _after(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="seconds")
