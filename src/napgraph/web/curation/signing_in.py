"""Signing in: a token becomes a session's cookie, and signing out ends it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from napgraph.errors import NotAllowed, SignInError
from napgraph.formats import HTML
from napgraph.web.address import site_address
from napgraph.web.curation.desk import COOKIE, desk
from napgraph.web.curation.guarding import SIGN_IN, require_from_here, require_own_form, take_turn
from napgraph.web.judging import judges
from napgraph.web.languages import form_route, language, page_route, path_prefix

bp = Blueprint("signing_in", __name__)

_HOURS = 12


@page_route(bp, "/sign-in")
def sign_in_page() -> Response:
    """Ask for a token, or say who is signed in."""
    return _page(request.args.get("next", ""))


@form_route(bp, "/sign-in")
def sign_in() -> Response:
    """Make a session of a token, and go on to where somebody was going."""
    following = request.form.get("next", "")
    take_turn(SIGN_IN)
    try:
        require_from_here()
        key = desk().accounts.sign_in(request.form.get("token", ""), hours=_HOURS)
    except (NotAllowed, SignInError) as exc:
        return _page(following, error=str(exc))
    if old := request.cookies.get(COOKIE):
        desk().accounts.sign_out(old)
    judges().start()  # who signs in has something to be judged, or decides on it
    response = _lead_to(own_path(following) or f"{path_prefix(language())}/submissions")
    response.set_cookie(
        COOKIE,
        key,
        max_age=_HOURS * 3600,
        httponly=True,
        samesite="Lax",
        secure=site_address().startswith("https:"),
    )
    return response


@form_route(bp, "/sign-out")
def sign_out() -> Response:
    """End the session."""
    require_own_form()
    if key := request.cookies.get(COOKIE):
        desk().accounts.sign_out(key)
    response = _lead_to(f"{path_prefix(language())}/sign-in")
    response.delete_cookie(
        COOKIE, httponly=True, samesite="Lax", secure=site_address().startswith("https:")
    )
    return response


def own_path(text: str) -> str:
    """Give a path of this site that somebody names; empty for what may lead elsewhere."""
    is_path = text.startswith("/") and not text.startswith("//")
    return text if is_path and text.isprintable() and "\\" not in text else ""


def _page(following: str, *, error: str = "") -> Response:
    text = render_template("sign_in.html", following=own_path(following), error=error)
    response = Response(text, status=401 if error else 200, content_type=HTML.content_type)
    response.headers["Cache-Control"] = "no-store"
    if error:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _lead_to(path: str) -> Response:
    response = Response(status=303, headers={"Location": path})
    response.headers["Cache-Control"] = "no-store"
    return response
