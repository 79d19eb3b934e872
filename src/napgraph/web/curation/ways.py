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
    kind, _, key = path.removeprefix("/doc/").partition("/")
    if not has_desk() or kind not in _KINDS:
        return in_language(_ELSE)
    return in_language(f"/edit/{kind}/{key}") + (f"#{anchor}" if anchor else "")


def adding(kind: str, **belongs_to: str) -> str:
    """Give the address of the form for a new thing, or of how to contribute.

    Args:
        kind: What is added: `plan`.
        belongs_to: `country="MLI"`; without it, the form asks.
    """
    if not has_desk():
        return in_language(_ELSE)
    return in_language(f"/add/{kind}") + (f"?{urlencode(belongs_to)}" if belongs_to else "")
