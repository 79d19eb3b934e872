"""The command line of those who change data: arguments and printing only.

As in `cli`, what only these commands need is imported in them.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from napgraph.config import Config
from napgraph.curation.submissions import Action, Draft, Person, Role, require_may
from napgraph.errors import CurationError, NapgraphError

if TYPE_CHECKING:
    from napgraph.curation.accounts import Accounts
    from napgraph.curation.publication import Publisher
    from napgraph.store_folder import Generation

_NAME = click.option(
    "--author",
    envvar="NAPGRAPH_AUTHOR",
    required=True,
    metavar="NAME",
    help="Who you are, as in “Awa Traoré <awa@example.org>”.  [NAPGRAPH_AUTHOR]",
)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--message", "-m", required=True, help="What changes, and why.")
@click.option("--source", required=True, help="What says so: an address or a citation.")
@click.option(
    "--base", metavar="COMMIT", help="What the files were made from.  [default: the last]"
)
@_NAME
@click.option(
    "--publish", is_flag=True, help="Accept and publish it at once; for one-person teams."
)
def submit(
    files: tuple[Path, ...],
    message: str,
    source: str,
    base: str | None,
    author: str,
    publish: bool,
) -> None:
    """Submit Turtle FILES, NAME.ttl being the next state of the graph NAME."""
    publisher = _publisher()
    try:
        draft = Draft(
            author=author,
            message=message,
            source=source,
            base=base or publisher.workspace.head(),
            files={path.stem: path.read_bytes() for path in files},
        )
        publisher.check(draft)
        submission = publisher.journal.submit(draft)
        click.echo(f"{submission.id}: submitted, changes {', '.join(submission.names)}")
        if publish:
            person = Person(author, Role.REVIEWER)
            own = publisher.config.review_own
            require_may(person, Action.ACCEPT, submission, review_own=own)
            publisher.journal.act(submission.id, Action.ACCEPT, who=author)
            published = publisher.publish(submission.id)
            click.echo(f"published as {published.commit[:10]}, generation {published.generation}")
    except NapgraphError as exc:
        _stop(str(exc))


@click.command()
@click.argument("remote", default="origin")
def pull(remote: str) -> None:
    """Fetch what REMOTE has that is not here, judge it, and publish it."""
    publisher = _publisher()
    try:
        published = publisher.pull(remote)
    except NapgraphError as exc:
        _stop(f"{exc} Nothing was changed.")
    if published is None:
        click.echo(f"{remote} has nothing that is not here")
    else:
        click.echo(f"published as {published.commit[:10]}, generation {published.generation}")


@click.command()
@click.argument("remote", default="origin")
def push(remote: str) -> None:
    """Send what was published, and all releases, to REMOTE."""
    try:
        commit = _publisher().workspace.push(remote)
    except NapgraphError as exc:
        _stop(str(exc))
    click.echo(f"{remote} has {commit[:10]}")


@click.command()
def publish() -> None:
    """Publish what was accepted and waits; after a crash, mend what it left."""
    publisher = _publisher()
    try:
        generation = publisher.start()
    except NapgraphError as exc:
        _stop(str(exc))
    click.echo(f"{publisher.config.store_dir}: generation {generation.id}")
    for submission_id in publisher.journal.accepted():
        click.echo(f"{submission_id} is accepted and not published yet", err=True)


@click.command()
@click.argument("name")
@click.option("--notes", default="", help="What is new in it.")
@_NAME
def release(name: str, notes: str, author: str) -> None:
    """Make what is published release NAME, as in 2026.1, which never changes and can be cited."""
    from napgraph.curation.releases import make_release
    from napgraph.pages.citation import cite_dataset, to_text
    from napgraph.release_folder import release_iri

    def cite(name: str, created: datetime) -> str:
        iri = str(release_iri(name))
        return to_text(cite_dataset(version=name, dated=created.date(), frozen_url=iri))

    try:
        made = make_release(_publisher(), name, author=author, cite=cite, notes=notes)
    except NapgraphError as exc:
        _stop(str(exc))
    click.echo(f"release {made.name}: commit {made.commit[:10]}, generation {made.generation_id}")
    click.echo(made.citation)


@click.group()
def token() -> None:
    """Make, list and revoke the tokens that people sign in with."""


@token.command("make")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["contributor", "reviewer", "admin"]),
    default="contributor",
    show_default=True,
)
@click.option("--days", type=click.FloatRange(0, 3660), default=365, show_default=True)
def make_token(name: str, role: str, days: float) -> None:
    """Make a token for NAME, as in “Awa Traoré <awa@example.org>”, and show it, once."""
    try:
        made, text = _accounts().make_token(name, Role.named(role), days=days)
    except NapgraphError as exc:
        _stop(str(exc))
    click.echo(f"{made.id}: {made.person.name}, {role}, until {made.expires[:10]}", err=True)
    click.echo(text)


@token.command("list")
def list_tokens() -> None:
    """List all tokens; what they are is known to those who hold them alone."""
    for found in _accounts().tokens():
        person = found.person
        state = "revoked" if found.revoked else "" if found.is_valid else "past its date"
        line = f"{found.id}  {person.role.word:<11}  until {found.expires[:10]}  {person.name}"
        click.echo(f"{line}  {state}".rstrip())


@token.command("revoke")
@click.argument("token_id", metavar="ID")
def revoke_token(token_id: str) -> None:
    """Let a token open nothing any more, nor the sessions made from it."""
    try:
        _accounts().revoke(token_id)
    except NapgraphError as exc:
        _stop(str(exc))
    click.echo(f"{token_id} is revoked")


COMMANDS = (submit, publish, pull, push, release, token)


def start_workspace(config: Config) -> Generation:
    """Open or make the workspace, mend what a crash has left, and give what is served.

    Raises:
        NapgraphError: The data cannot be served as they are.
    """
    from napgraph.curation.publication import Publisher

    return Publisher(config).start()


def show_local_token(config: Config) -> None:
    """Print a token for whoever has started the server; those of earlier starts are revoked."""
    accounts = _accounts_of(config)
    for old in accounts.tokens():
        if old.person.name == _LOCAL and not old.revoked:
            accounts.revoke(old.id)
    _, text = accounts.make_token(_LOCAL, Role.ADMIN, days=30)
    click.echo(f"to change data, sign in with {text}")


# Who `make run` lets in.
_LOCAL = "You"


def _config() -> Config:
    try:
        return Config.from_env(os.environ)
    except NapgraphError as exc:
        _stop(str(exc))


def _publisher() -> Publisher:
    from napgraph.curation.publication import Publisher

    try:
        return Publisher(_config())
    except NapgraphError as exc:
        _stop(str(exc))


def _accounts() -> Accounts:
    try:
        return _accounts_of(_config())
    except NapgraphError as exc:
        _stop(str(exc))


def _accounts_of(config: Config) -> Accounts:
    from napgraph.curation.accounts import Accounts
    from napgraph.curation.journal import Journal

    if config.journal_path is None:
        raise CurationError("Name a folder for submissions and people in NAPGRAPH_WORKSPACE.")
    return Accounts(Journal(config.journal_path).database)


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
