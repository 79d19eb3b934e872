"""Where this site is to be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, current_app, request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_KEY = "napgraph.address"
# What a server says of itself that listens on all addresses of its machine.
_ANY = ("0.0.0.0", "::")  # noqa: S104
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def configure(app: Flask, address: str) -> None:
    """Have an application say that it is reached there; nothing is configured if empty."""
    app.extensions[_KEY] = address


def site_address() -> str:
    """Give the address of this site, without a slash at its end.

    It is the configured one, else that on which the server listens; in a release,
    with the path below which it is served. What a request says of its host is a
    stranger's word and never part of it.
    """
    return address_in(request.environ, str(current_app.extensions[_KEY]))


def address_in(environ: WSGIEnvironment, configured: str) -> str:
    """Give the address of a site as `site_address` does, by a request's environment."""
    if configured:
        return f"{configured}{environ.get('SCRIPT_NAME', '')}"
    scheme, name, port = (environ[key] for key in ("wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT"))
    if name in _ANY:
        name = "localhost"
    host = f"[{name}]" if ":" in name else name
    if port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    return f"{scheme}://{host}{environ.get('SCRIPT_NAME', '')}"
