"""For admins: the log of all that was done, and people's tokens."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request

from napgraph.curation.submissions import Person, Role
from napgraph.errors import CurationError, NapgraphError, NotAllowed, RequestError
from napgraph.formats import HTML, ROWS_JSON, choose
from napgraph.web.curation.answers import lead_to, page, respond_json
from napgraph.web.curation.desk import desk, person
from napgraph.web.curation.guarding import acting_person
from napgraph.web.languages import form_route, language, page_route, path_prefix

bp = Blueprint("administration", __name__)

_MOST_ENTRIES = 1000
_ROLES = (Role.CONTRIBUTOR, Role.REVIEWER, Role.ADMIN)


@page_route(bp, "/audit")
def audit() -> Response:
    """Show the last lines of the audit log."""
    if person() is None:
        return _sign_in_first()
    _require_admin(person())
    entries = desk().journal.log_entries(limit=_MOST_ENTRIES)
    if choose(request.headers.get("Accept"), (HTML, ROWS_JSON)) is ROWS_JSON:
        keys = ("number", "when", "who", "what", "about")
        rows = [{key: getattr(entry, key) for key in keys} for entry in entries]
        return respond_json({"entries": rows})
    return page(render_template("submissions_audit.html", entries=entries))


@page_route(bp, "/tokens")
def tokens() -> Response:
    """List the tokens, and give the form to make one."""
    if person() is None:
        return _sign_in_first()
    _require_admin(person())
    return _tokens()


@form_route(bp, "/tokens")
def make() -> Response:
    """Make a token and show it, once."""
    who = acting_person()
    _require_admin(who)
    try:
        name, role, days = request.form.get("name", ""), _role(), _days()
        made, text = desk().accounts.make_token(name, role, days=days, by=who.name)
    except (CurationError, RequestError) as exc:
        return _tokens(error=exc)
    return _tokens(made=text, made_for=made.person.name)


@form_route(bp, "/tokens/<token_id>/revoke")
def revoke(token_id: str) -> Response:
    """Let a token, and its sessions, open nothing any more."""
    who = acting_person()
    _require_admin(who)
    if token_id not in {token.id for token in desk().accounts.tokens()}:
        abort(404, f"There is no token {token_id[:20]}.")
    desk().accounts.revoke(token_id, by=who.name)
    return lead_to(f"{path_prefix(language())}/tokens")


def _tokens(*, made: str = "", made_for: str = "", error: NapgraphError | None = None) -> Response:
    text = render_template(
        "submissions_tokens.html",
        tokens=desk().accounts.tokens(),
        roles=_ROLES,
        made=made,
        made_for=made_for,
        error=error,
    )
    response = page(text, error=error)
    response.headers["Cache-Control"] = "no-store"
    return response


def _role() -> Role:
    name = request.form.get("role", Role.CONTRIBUTOR.word)
    if name not in {role.word for role in _ROLES}:
        raise RequestError(f"role is {name[:20]!r}; it is contributor, reviewer or admin.")
    return Role.named(name)


def _days() -> int:
    text = request.form.get("days", "365")
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:5]) <= 3660 and len(text) < 5):
        raise RequestError(f"days is {text[:20]!r}; it is a number from 1 to 3660.")
    return int(text)


def _require_admin(who: Person | None) -> None:
    if who is None or who.role < Role.ADMIN:
        raise NotAllowed("This is for admins alone.")


def _sign_in_first() -> Response:
    return lead_to(f"{path_prefix(language())}/sign-in?next={request.path}")
