"""What pages and requests that change data work with, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app, g, request

from napgraph.config import Config
from napgraph.curation.accounts import Accounts
from napgraph.curation.journal import Journal
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Person
from napgraph.curation.workspace import Workspace
from napgraph.errors import SignInError

# The cookie that has the key of a session.
COOKIE = "napgraph"


@dataclass(frozen=True, slots=True)
class Desk:
    """One application's workspace: who may do what, what was submitted, what is published."""

    publisher: Publisher
    accounts: Accounts

    @classmethod
    def open(cls, config: Config) -> Desk:
        """Open or make the workspace.

        Raises:
            CurationError: It cannot be opened or made.
        """
        publisher = Publisher(config)
        return cls(publisher, Accounts(publisher.journal.database))

    @property
    def config(self) -> Config:
        """The settings."""
        return self.publisher.config

    @property
    def journal(self) -> Journal:
        """What was submitted, and what happened to it."""
        return self.publisher.journal

    @property
    def workspace(self) -> Workspace:
        """The data repository."""
        return self.publisher.workspace


def has_desk() -> bool:
    """Tell whether data can be changed here at all."""
    return "napgraph-curation" in current_app.extensions


def desk() -> Desk:
    """Give the desk of the application that serves this request."""
    return cast(Desk, current_app.extensions["napgraph-curation"])


def person() -> Person | None:
    """Tell who asks, by a token (`Authorization: Bearer`) or by the cookie of a session.

    Raises:
        SignInError: The token opens nothing.
        TooManyRequests: Too many tokens that open nothing have come from there.
    """
    if "person" not in g:
        g.person = _person()
    return cast("Person | None", g.person)


def is_bearer() -> bool:
    """Tell whether this request has a token of its own, as programs send it."""
    return request.authorization is not None and request.authorization.type == "bearer"


def _person() -> Person | None:
    if not has_desk():
        return None
    if is_bearer() and request.authorization:
        return _holder(request.authorization.token or "")
    key = request.cookies.get(COOKIE)
    return desk().accounts.of_session(key) if key else None


def _holder(token: str) -> Person:
    """Tell who holds a token; whoever tries many that open nothing has to wait."""
    accounts, key = desk().accounts, f"wrong token from {request.remote_addr}"
    accounts.require_turn(key, limit=_WRONG_TOKENS, seconds=_WRONG_TOKENS_S)
    try:
        return accounts.identify(token)
    except SignInError:
        accounts.take_turn(key, limit=_WRONG_TOKENS, seconds=_WRONG_TOKENS_S)
        raise


# To try a token takes 20 ms.
_WRONG_TOKENS, _WRONG_TOKENS_S = 60, 600
