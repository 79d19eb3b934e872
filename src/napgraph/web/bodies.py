"""The body of a request, which is as long as it may be and no longer."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge


def read_body() -> bytes:
    """Read the body of this request.

    Raises:
        RequestEntityTooLarge: It is longer than it may be.
    """
    body = request.get_data(cache=False)
    # Of a body that does not say its length, Werkzeug gives so much and is silent on the rest.
    if request.content_length is None and len(body) >= (request.max_content_length or 0):
        raise RequestEntityTooLarge
    return body


def allow_body(size: int) -> None:
    """Let the body of this request be so long, also where it is a form."""
    request.max_content_length = size
    request.max_form_memory_size = size
