"""Whether a request may change something: who sends it, from which form, and how often."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, request
from markupsafe import Markup

from napgraph.curation.submissions import Person, Role
from napgraph.errors import NotAllowed, SignInError
from napgraph.web.address import site_address
from napgraph.web.curation.desk import COOKIE, desk, is_bearer, person

# The field of a form, and the header of a script's request, that show where they come from.
FIELD, HEADER = "form_token", "X-Form-Token"

# Who submits without a token, where that is allowed.
ANONYMOUS = Person("anonymous", Role.ANONYMOUS)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many times within some seconds something may be done, from one address."""

    what: str
    times: int
    seconds: float


SIGN_IN = Limit("sign in", 30, 900)
SUBMIT = Limit("submit", 300, 3600)
SUBMIT_ANONYMOUSLY = Limit("submit anonymously", 20, 3600)
ACT = Limit("act", 1200, 3600)
PREVIEW = Limit("preview", 600, 900)


def register(app: Flask) -> None:
    """Let forms carry what shows that they are ours."""
    app.jinja_env.globals["form_token"] = form_token_field


def acting_person() -> Person:
    """Give the person who changes something by this request.

    Raises:
        NotAllowed: It comes from a page that is not ours.
        SignInError: Nobody is signed in, or the token opens nothing.
    """
    require_own_form()
    found = person()
    if found is None:
        raise SignInError(
            "Only people who are signed in can do this: sign in, or send a token in the header "
            "Authorization: Bearer."
        )
    return found


def submitting_person() -> Person:
    """Give the person who submits by this request, who may be nobody known where that is allowed.

    Raises:
        NotAllowed: It comes from a page that is not ours.
        SignInError: Somebody has to be signed in, and nobody is.
    """
    require_own_form()
    if person() is None and desk().config.anonymous:
        return ANONYMOUS
    return acting_person()


def require_own_form() -> None:
    """Check that a request was sent by a page of ours or by a program, not by a stranger's page.

    A browser says which page a form comes from; what is sent with a session has the
    form's own token, too, which other pages cannot read. A program that sends its
    token itself cannot be made to by a page.

    Raises:
        NotAllowed: It was not.
    """
    if is_bearer():
        return
    require_from_here()
    given = request.form.get(FIELD) or request.headers.get(HEADER, "")
    if person() is not None and not hmac.compare_digest(given.encode(), _form_token().encode()):
        raise NotAllowed(
            "This form is from another session than yours; load its page again and send it once "
            "more."
        )


def require_from_here() -> None:
    """Check that no other site's page has sent this, where a browser tells.

    Raises:
        NotAllowed: One has.
    """
    if not _is_from_here():
        raise NotAllowed("This was sent by a page of another site; send it from a page of ours.")


def take_turn(limit: Limit, who: Person | None = None) -> None:
    """Count something that an address, and a person, may do only so often.

    Raises:
        TooManyRequests: It has been done as often already.
    """
    keys = [f"{limit.what} from {request.remote_addr}"]
    if who is not None and who is not ANONYMOUS:
        keys.append(f"{limit.what} by {who.name}")
    for key in keys:
        desk().accounts.take_turn(key, limit=limit.times, seconds=limit.seconds)


def form_token_field() -> Markup:
    """Write the hidden field of a form that shows that it is ours."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, _form_token())


def keep_private(response: Response) -> Response:
    """Have no cache give to others what somebody gets who may be known here.

    What never changes may be kept by their own browser; all else has to be asked for
    again, so that they see at once what they have published.
    """
    is_known = "HTTP_COOKIE" in request.environ or "HTTP_AUTHORIZATION" in request.environ
    said = response.headers.get("Cache-Control", "")
    if is_known and "public" in said:
        is_lasting = "immutable" in said
        private = said.replace("public", "private") if is_lasting else "private, no-cache"
        response.headers["Cache-Control"] = private
    return response


def _form_token() -> str:
    """Make the token of this session's forms; empty without a session."""
    key = request.cookies.get(COOKIE, "")
    return hmac.new(key.encode(), b"forms of this session", "sha256").hexdigest() if key else ""


def _is_from_here() -> bool:
    """Tell whether a browser says that the page it shows is ours; a program says nothing.

    Source: https://www.w3.org/TR/fetch-metadata/
    """
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        return fetched_from in ("same-origin", "none")
    origin = request.headers.get("Origin")
    ours = (urlsplit(site_address()).netloc, request.host)
    return origin is None or urlsplit(origin).netloc in ours
