"""Ways from pages to the forms by which what they say is corrected and added to."""

from __future__ import annotations

from urllib.parse import urlencode

from napgraph.web.curation.desk import has_desk
from napgraph.web.languages import in_language

_KINDS = frozenset((
    "budget", "contribution", "country", "document", "event", "involvement", "monitoring",
    "objective", "organisation", "plan", "publisher", "remark", "source",
))  # fmt: skip
_ELSE = "/contribute"


def correcting(path: str, anchor: str = "") -> str:
    """Give the address of the form for a thing, or of how to contribute where there is none.

    Args:
        path: Where the thing's page is: `/doc/plan/MLI-3`.
        anchor: A field of the form: `thing-nap-periodEnd`.
    """
    form = _form_of(path)
    if not has_desk() or not form:
        return in_language(_ELSE)
    return in_language(form) + (f"#{anchor}" if anchor else "")


def mending(path: str, submission: str) -> str:
    """Give the address of the form that revises what a submission says of a thing.

    It is empty for what has no form.
    """
    form = _form_of(path)
    return f"{in_language(form)}?{urlencode({'submission': submission})}" if form else ""


def adding(kind: str, **belongs_to: str) -> str:
    """Give the address of the form for a new thing, or of how to contribute.

    Args:
        kind: What is added: `plan`.
        belongs_to: `country="MLI"`; without it, the form asks.
    """
    if not has_desk():
        return in_language(_ELSE)
    return in_language(f"/add/{kind}") + (f"?{urlencode(belongs_to)}" if belongs_to else "")


def _form_of(path: str) -> str:
    kind, _, key = path.removeprefix("/doc/").partition("/")
    return f"/edit/{kind}/{key}" if kind in _KINDS else ""
