"""Submissions are kept, take the steps they may take and no others, and are never doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from napgraph.curation.accounts import Accounts
from napgraph.curation.journal import Journal
from napgraph.curation.submissions import (
    Action,
    Draft,
    Person,
    Role,
    Status,
    next_status,
    require_may,
)
from napgraph.errors import (
    CurationError,
    NotAllowed,
    SignInError,
    SubmissionMissing,
    TooManyRequests,
)

DRAFT = Draft("Awa", "Correct the end.", "https://example.org/a", "0" * 40, {"MLI": b"# Mali\n"})


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Make an empty journal."""
    return Journal(tmp_path / "curation.sqlite")


@pytest.fixture
def accounts(journal: Journal) -> Accounts:
    """Make accounts in this journal."""
    return Accounts(journal.database)


def test_submission_is_read_as_it_was_made(journal: Journal) -> None:
    """Who opens the journal again finds what was submitted."""
    made = journal.submit(DRAFT)

    assert Journal(journal.database.path).get(made.id) == made
    assert dict(made.files) == {"MLI": b"# Mali\n"}


def test_draft_sent_again_is_the_same_submission(journal: Journal) -> None:
    """A key makes it safe to send a draft again after a broken connection."""
    draft = replace(DRAFT, key="a")

    assert journal.submit(draft) == journal.submit(draft)
    with pytest.raises(CurationError, match="another submission"):
        journal.submit(replace(draft, files={"KEN": b""}))


def test_draft_is_found_by_its_key(journal: Journal) -> None:
    """A key is its author's; a draft without one is found by none."""
    made = journal.submit(replace(DRAFT, key="a"))
    journal.submit(DRAFT)
    found = [journal.with_key(*who) for who in (("Awa", "a"), ("Ben", "a"), ("Awa", ""))]

    assert [made, None, None] == found


def test_author_is_found_without_mail(journal: Journal) -> None:
    """An author may be named as pages name them; what only begins alike is somebody else."""
    made = journal.submit(replace(DRAFT, author="Awa <awa@example.org>"))
    found = [journal.submissions(author=name) for name in ("Awa <awa@example.org>", "Awa", "Aw")]

    assert [[made], [made], []] == found


def test_steps_are_told_in_order(journal: Journal) -> None:
    """Each step leaves an event with who took it and what was said."""
    made = journal.submit(DRAFT)
    journal.act(made.id, Action.REQUEST_CHANGES, who="Ben", text="Which page?")
    journal.revise(made.id, replace(DRAFT, message="Page 3."), who="Awa")
    journal.act(made.id, Action.ACCEPT, who="Ben")

    steps = [(event.who, event.action, event.revision) for event in journal.events(made.id)]
    assert steps == [
        ("Awa", Action.SUBMIT, 1),
        ("Ben", Action.REQUEST_CHANGES, 1),
        ("Awa", Action.REVISE, 2),
        ("Ben", Action.ACCEPT, 2),
    ]
    assert journal.accepted() == [made.id]


def test_revision_that_was_looked_at_is_the_one_accepted(journal: Journal) -> None:
    """A reviewer does not accept what came after the page was read."""
    made = journal.submit(DRAFT)
    journal.revise(made.id, DRAFT, who="Awa")

    with pytest.raises(CurationError, match="revised meanwhile"):
        journal.act(made.id, Action.ACCEPT, who="Ben", revision=1)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("action", [Action.ACCEPT, Action.PUBLISH, Action.REVISE])
def test_what_is_done_is_done(status: Status, action: Action) -> None:
    """From each status an action leads on, or is refused in words."""
    leads_on = {
        (Status.SUBMITTED, Action.ACCEPT),
        (Status.ACCEPTED, Action.PUBLISH),
        (Status.SUBMITTED, Action.REVISE),
        (Status.NEEDS_WORK, Action.REVISE),
    }
    try:
        next_status(status, action)
        allowed = True
    except NotAllowed:
        allowed = False

    assert allowed == ((status, action) in leads_on)


@pytest.mark.parametrize(
    ("person", "action", "allowed"),
    [
        (Person("Awa", Role.REVIEWER), Action.ACCEPT, False),
        (Person("Ben", Role.REVIEWER), Action.ACCEPT, True),
        (Person("Ben", Role.CONTRIBUTOR), Action.ACCEPT, False),
        (Person("Awa", Role.CONTRIBUTOR), Action.WITHDRAW, True),
        (Person("Ben", Role.REVIEWER), Action.WITHDRAW, False),
        (Person("Ben", Role.CONTRIBUTOR), Action.COMMENT, True),
    ],
)
def test_persons_may_what_their_role_lets_them(
    journal: Journal, person: Person, action: Action, allowed: bool
) -> None:
    """Reviewers decide, though not on what is their own; authors revise and withdraw."""
    made = journal.submit(DRAFT)
    try:
        require_may(person, action, made)
        may = True
    except NotAllowed:
        may = False

    assert may == allowed


def test_one_person_teams_may_accept_their_own(journal: Journal) -> None:
    """A setting lets a reviewer decide alone."""
    require_may(Person("Awa", Role.REVIEWER), Action.ACCEPT, journal.submit(DRAFT), review_own=True)


def test_ten_people_at_once_lose_nothing(journal: Journal) -> None:
    """Fifty submissions of ten people, each sent twice at once, are fifty."""
    drafts = [replace(DRAFT, author=f"P{n % 10}", key=f"k{n}") for n in range(50)] * 2
    with ThreadPoolExecutor(10) as pool:
        made = {submission.id for submission in pool.map(journal.submit, drafts)}

    assert {submission.id for submission in journal.submissions()} == made
    assert len(made) == 50


def test_lists_are_chosen_by_status_author_and_graph(journal: Journal) -> None:
    """What a queue or a person's page lists is what fits all that is asked."""
    mali = journal.submit(DRAFT)
    kenya = journal.submit(replace(DRAFT, author="Ben", files={"KEN": None}))
    journal.act(kenya.id, Action.REJECT, who="Awa")

    assert [s.id for s in journal.submissions(graph="MLI")] == [mali.id]
    assert [s.id for s in journal.submissions(author="Ben")] == [kenya.id]
    assert [s.id for s in journal.submissions(status=Status.REJECTED)] == [kenya.id]


def test_what_is_not_there_is_said(journal: Journal) -> None:
    """An id of nothing is an error of its own."""
    with pytest.raises(SubmissionMissing):
        journal.get("2026-01-01-aaaaaa")


# -- people ------------------------------------------------------------------------------------


def test_token_tells_who_holds_it(accounts: Accounts) -> None:
    """What was shown once opens; nothing else does, though it be near."""
    _, text = accounts.make_token("Awa <awa@example.org>", Role.REVIEWER)

    assert accounts.identify(text) == Person("Awa <awa@example.org>", Role.REVIEWER)
    with pytest.raises(SignInError):
        accounts.identify(text[:-1] + ("A" if text[-1] != "A" else "B"))


def test_secret_is_not_kept(accounts: Accounts, journal: Journal) -> None:
    """The file of the journal does not have what opens."""
    _, text = accounts.make_token("Awa", Role.ADMIN)
    secret = text.rpartition("_")[2] if "_" not in text[13:] else text[13:]
    files = journal.database.path.parent.glob("curation.sqlite*")

    assert not any(secret.encode() in file.read_bytes() for file in files)


@pytest.mark.parametrize("revoked", [True, False])
def test_token_that_is_over_opens_nothing(accounts: Accounts, revoked: bool) -> None:
    """One that was revoked or is past its date is refused, and so are its sessions."""
    token, text = accounts.make_token("Awa", Role.ADMIN, days=1 if revoked else 0)
    if revoked:
        session = accounts.sign_in(text)
        accounts.revoke(token.id)
        assert accounts.of_session(session) is None

    with pytest.raises(SignInError):
        accounts.identify(text)


def test_session_stands_for_its_person_until_signed_out(accounts: Accounts) -> None:
    """A session's key tells who it is; after signing out, nobody."""
    _, text = accounts.make_token("Awa", Role.CONTRIBUTOR)
    key = accounts.sign_in(text)
    before = accounts.of_session(key)
    accounts.sign_out(key)

    assert before == Person("Awa", Role.CONTRIBUTOR)
    assert accounts.of_session(key) is None


def test_turns_are_limited(accounts: Accounts) -> None:
    """What was done often enough is refused with a time to wait, to one and not to others."""
    for _ in range(3):
        accounts.take_turn("sign-in 192.0.2.1", limit=3, seconds=60)
    accounts.take_turn("sign-in 192.0.2.2", limit=3, seconds=60)

    with pytest.raises(TooManyRequests) as caught:
        accounts.take_turn("sign-in 192.0.2.1", limit=3, seconds=60)
    assert 0 < caught.value.retry_after_s <= 60


@pytest.mark.parametrize("name", ["", "napgraph", "A\x00B", "A <a> <b>", "<a@b>"])
def test_names_that_git_cannot_write_are_refused(accounts: Accounts, name: str) -> None:
    """A name is one line of words, with an address at its end or none."""
    with pytest.raises(CurationError, match="cannot be a person's name"):
        accounts.make_token(name, Role.CONTRIBUTOR)
