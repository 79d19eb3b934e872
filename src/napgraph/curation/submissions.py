"""A proposed change and what may happen to it: who may take which step, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from napgraph.errors import NotAllowed
from napgraph.namespaces import BASE

# A named graph's name, as in `graph/MLI`, with the Turtle proposed for it; None to remove it.
Files = Mapping[str, bytes | None]


class Status(StrEnum):
    """Where a submission stands."""

    SUBMITTED = "submitted"
    NEEDS_WORK = "needs-work"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    PUBLISHED = "published"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do."""
        return self in (Status.SUBMITTED, Status.NEEDS_WORK, Status.ACCEPTED)


class Action(StrEnum):
    """What happens to a submission."""

    SUBMIT = "submit"
    REVISE = "revise"
    COMMENT = "comment"
    REQUEST_CHANGES = "request-changes"
    ACCEPT = "accept"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    # The three that publishing itself takes: done; back to its author; to be tried again.
    PUBLISH = "publish"
    FAIL = "fail"
    POSTPONE = "postpone"


class Role(IntEnum):
    """What somebody may do; each may do what those before it may."""

    ANONYMOUS = 0
    CONTRIBUTOR = 1
    REVIEWER = 2
    ADMIN = 3

    @classmethod
    def named(cls, name: str) -> Role:
        """Find a role by its name in lower case."""
        return cls[name.upper()]

    @property
    def word(self) -> str:
        """Its name in lower case."""
        return self.name.lower()

    @property
    def may_review(self) -> bool:
        """Whether it lets somebody decide on what others submit."""
        return self >= Role.REVIEWER


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts.

    Attributes:
        name: `Awa Traoré` or `Awa Traoré <awa@example.org>`: who it is, in the
            journal and in git. Two tokens of one name are one person.
    """

    name: str
    role: Role = Role.CONTRIBUTOR


# Who publishes what people have accepted.
NAPGRAPH = Person("napgraph", Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that is about to be submitted.

    Attributes:
        author: The name of a person.
        message: What changes and why.
        source: What says so: an address or a citation.
        base: The commit that it was made from.
        files: The named graphs it changes, by name.
        key: Chosen by the sender: a second draft of an author with the same
            key is the first one, sent again. Empty for none.
    """

    author: str
    message: str
    source: str
    base: str
    files: Files
    key: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A proposed next state of some named graphs.

    Attributes:
        id: The last part of its address.
        revision: 1, and one more each time that its author revises it.
        created: When it was first submitted, in UTC as ISO 8601 has it.
        changed: When something last happened to it, likewise.
        base: The commit that its last revision was made from.
        names: The named graphs it changes.
        files: The same with what is proposed for them.
        commit: The commit that published it; empty before.
    """

    id: str
    author: str
    message: str
    source: str
    status: Status
    revision: int
    created: str
    changed: str
    base: str
    files: Files = field(repr=False)
    commit: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The named graphs it changes."""
        return tuple(sorted(self.files))

    @property
    def iri(self) -> str:
        """Its address under the base, which a commit names."""
        return submission_iri(self.id)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a submission.

    Attributes:
        number: Grows with each event of the journal.
        who: The name of a person.
        when: In UTC as ISO 8601 has it.
        text: What was said: a comment, a reason, an error.
        revision: Of the submission, at that time.
    """

    number: int
    submission: str
    who: str
    when: str
    action: Action
    text: str
    revision: int


def submission_iri(submission_id: str) -> str:
    """Give the address of a submission."""
    return f"{BASE}submissions/{submission_id}"


def next_status(status: Status, action: Action) -> Status:
    """Say where an action leads.

    Raises:
        NotAllowed: It makes no sense in this status.
    """
    before, after = _STEPS[action]
    if status not in before:
        raise NotAllowed(
            f"This submission is {_WORDS[status]}, so that one cannot {_VERBS[action]} it; "
            "look at what has happened to it since."
        )
    return after or status


def require_may(
    person: Person, action: Action, submission: Submission, *, review_own: bool = False
) -> None:
    """Check that a person may do something to a submission, whatever its status.

    Args:
        person: Who wants to.
        action: What.
        submission: What it is done to.
        review_own: Whether reviewers may decide on what they submitted themselves.

    Raises:
        NotAllowed: They may not.
    """
    is_own = person.name == submission.author
    if action in _OF_AUTHORS and not is_own and person.role < Role.ADMIN:
        raise NotAllowed(f"Only {submission.author} can {_VERBS[action]} this submission.")
    if action in _OF_REVIEWERS and person.role < Role.REVIEWER:
        raise NotAllowed(
            f"To {_VERBS[action]} a submission takes the role of a reviewer; "
            "sign in with a reviewer's token."
        )
    if action in _DECISIONS and is_own and not review_own:
        raise NotAllowed(f"{person.name} submitted this; somebody else has to {_VERBS[action]} it.")


def may(
    person: Person, action: Action, submission: Submission, *, review_own: bool = False
) -> bool:
    """Tell whether a person may do something to a submission as it stands."""
    try:
        next_status(submission.status, action)
        require_may(person, action, submission, review_own=review_own)
    except NotAllowed:
        return False
    return True


_EVERY = frozenset(Status)
_OPEN = frozenset({Status.SUBMITTED, Status.NEEDS_WORK})
# From which status each action leads, and to which; None where it stays.
_STEPS: Mapping[Action, tuple[frozenset[Status], Status | None]] = {
    Action.SUBMIT: (frozenset(), Status.SUBMITTED),
    Action.REVISE: (_OPEN, Status.SUBMITTED),
    Action.COMMENT: (_EVERY, None),
    Action.REQUEST_CHANGES: (frozenset({Status.SUBMITTED}), Status.NEEDS_WORK),
    Action.ACCEPT: (frozenset({Status.SUBMITTED}), Status.ACCEPTED),
    Action.REJECT: (_OPEN, Status.REJECTED),
    Action.WITHDRAW: (_OPEN, Status.WITHDRAWN),
    Action.SUPERSEDE: (_OPEN, Status.SUPERSEDED),
    Action.PUBLISH: (frozenset({Status.ACCEPTED}), Status.PUBLISHED),
    Action.FAIL: (frozenset({Status.ACCEPTED}), Status.NEEDS_WORK),
    Action.POSTPONE: (frozenset({Status.ACCEPTED}), Status.ACCEPTED),
}
_OF_AUTHORS = frozenset({Action.REVISE, Action.WITHDRAW})
_DECISIONS = frozenset({Action.ACCEPT, Action.REJECT, Action.REQUEST_CHANGES})
_OF_REVIEWERS = _DECISIONS | {Action.SUPERSEDE}
_VERBS = {
    Action.SUBMIT: "submit",
    Action.REVISE: "revise",
    Action.COMMENT: "comment on",
    Action.REQUEST_CHANGES: "request changes of",
    Action.ACCEPT: "accept",
    Action.REJECT: "reject",
    Action.WITHDRAW: "withdraw",
    Action.SUPERSEDE: "supersede",
    Action.PUBLISH: "publish",
    Action.FAIL: "return",
    Action.POSTPONE: "postpone",
}
_WORDS = {
    Status.SUBMITTED: "submitted",
    Status.NEEDS_WORK: "waiting for changes by its author",
    Status.ACCEPTED: "accepted",
    Status.REJECTED: "rejected",
    Status.WITHDRAWN: "withdrawn",
    Status.SUPERSEDED: "superseded",
    Status.PUBLISHED: "published",
}
