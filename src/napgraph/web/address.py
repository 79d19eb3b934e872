"""Where this site is to be reached."""

from __future__ import annotations

from flask import Flask, current_app, request

_KEY = "napgraph.address"
# What a server says of itself that listens on all addresses of its machine.
_ANY = ("0.0.0.0", "::")  # noqa: S104
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def configure(app: Flask, address: str) -> None:
    """Have an application say that it is reached there; nothing is configured if empty."""
    app.extensions[_KEY] = address


def site_address() -> str:
    """Give the address of this site, without a slash at its end.

    It is the configured one, else that on which the server listens. What a
    request says of its host is a stranger's word and never part of it.
    """
    configured = str(current_app.extensions[_KEY])
    if configured:
        return configured
    environ = request.environ
    scheme, name, port = (environ[key] for key in ("wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT"))
    if name in _ANY:
        name = "localhost"
    host = f"[{name}]" if ":" in name else name
    return f"{scheme}://{host}" if port == _DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{port}"
