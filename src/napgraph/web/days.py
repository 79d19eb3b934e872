"""The day on which a page says how things stand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import abort, request

_NAME = "asOf"


def today() -> date:
    """Give the day that it is in UTC."""
    return datetime.now(UTC).date()


def asked_day() -> date:
    """Give the day that `asOf=` names, or today.

    Raises:
        BadRequest: It is not a date.
    """
    text = request.args.get(_NAME, "").strip()
    if not text:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(400, f"asOf is {text[:40]!r}; it takes a date such as 2020-10-31.")
