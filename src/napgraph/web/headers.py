"""The headers that every response has, whoever makes it."""

from __future__ import annotations

from flask import Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_EXPOSED = (
    "Accept-Query, Accept-Ranges, Allow, Content-Disposition, Content-Location, Content-Range, "
    "ETag, Link, Location, Memento-Datetime, Repr-Digest, Retry-After"
)
ALLOWED = (
    "Accept, Accept-Datetime, Accept-Language, Content-Type, If-None-Match, If-Range, Range, "
    "X-Requested-With"
)

PUBLIC = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)


def add_headers(response: Response) -> Response:
    """Let any page read what is public, and a browser run nothing that is not ours."""
    headers = response.headers
    headers.extend(PUBLIC)
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET")
        headers["Access-Control-Allow-Headers"] = ALLOWED
        headers["Access-Control-Max-Age"] = "86400"
    if not any(name == "Content-Security-Policy" for name, _ in headers):
        headers.add("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    return response
