"""The day on which a page says how things stand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import abort, request

_NAME = "asOf"


def asked_day() -> date:
    """Give the day that `asOf=` names, or today.

    Raises:
        BadRequest: It is not a date.
    """
    text = request.args.get(_NAME, "").strip()
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(400, f"asOf is {text[:40]!r}; it takes a date such as 2020-10-31.")
