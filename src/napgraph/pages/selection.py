"""A choice of plans as an address says it: its query string, read and written in one order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from napgraph.pages.facets import FACETS, UNKNOWN, Values

SORTS = ("newest", "oldest", "country", "end")
VIEWS = ("list", "map")

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Selection:
    """Which plans to show, and how.

    Attributes:
        chosen: The values that plans may have, by facet; several of one facet mean "or".
        first: The year from which plans begin; None for any.
        last: The year until which they begin.
        with_unknown_years: Whether plans whose first year no source tells are shown though
            others have to begin in some years.
        as_of: The day, as the address names it; empty for today.
        page: Which fifty of them, from 1 on.
    """

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None
    with_unknown_years: bool = False
    as_of: str = ""
    sort: str = SORTS[0]
    view: str = VIEWS[0]
    page: int = 1

    @property
    def is_narrow(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.chosen or self.has_years)

    @property
    def has_years(self) -> bool:
        """Whether plans have to begin in some years."""
        return bool(self.first or self.last or self.with_unknown_years)

    @property
    def pairs(self) -> Pairs:
        """Its query string as names and values, in the one order, defaults left out."""
        pairs = [(facet, key) for facet in FACETS for key in self.chosen.get(facet, ())]
        rest = (
            ("from", self.first), ("to", self.last),
            ("begins", UNKNOWN if self.with_unknown_years else ""), ("asOf", self.as_of),
            ("sort", self.sort if self.sort != SORTS[0] else ""),
            ("view", self.view if self.view != VIEWS[0] else ""),
            ("page", self.page if self.page > 1 else ""),
        )  # fmt: skip
        return [*pairs, *((name, str(value)) for name, value in rest if value)]

    def query(self, **changes: Any) -> str:
        """Write its query string, with its question mark, or that of one changed a little.

        A change of anything but the page leads to the first page.
        """
        changed = replace(self, **{"page": 1, **changes}) if changes else self
        return f"?{urlencode(changed.pairs)}" if changed.pairs else ""

    def on_page(self, page: int) -> Selection:
        """Give another page of the same."""
        return replace(self, page=page)

    def as_if_today(self) -> Selection:
        """Give the same without a day, for an address that is to say what is so on each day."""
        return replace(self, as_of="")

    def without(self, facet: str, key: str) -> Selection:
        """Give the same without a value."""
        left = tuple(other for other in self.chosen.get(facet, ()) if other != key)
        chosen = {**self.chosen, facet: left}
        return replace(self, chosen={f: keys for f, keys in chosen.items() if keys}, page=1)

    def without_years(self) -> Selection:
        """Give the same with plans that begin in any year."""
        return replace(self, first=None, last=None, with_unknown_years=False, page=1)

    def cleared(self) -> Selection:
        """Give all plans, on the same day and in the same order."""
        return Selection(as_of=self.as_of, sort=self.sort, view=self.view)


@dataclass(frozen=True, slots=True)
class Refused:
    """A part of a query string that we do not know; no value where its name is not known."""

    name: str
    value: str | None = None


def read_selection(
    pairs: Iterable[tuple[str, str]], values: Values
) -> tuple[Selection, tuple[Refused, ...]]:
    """Read a query string, whose names may come in any order.

    What a form sends for a field left empty counts as not there.

    Args:
        pairs: Its names and values.
        values: The values of facets that there are.

    Returns:
        The selection without what is not known, and that.
    """
    selection, refused = Selection(), []
    for name, value in ((name, value.strip()) for name, value in pairs):
        if not value:
            continue
        if (changed := _read(selection, name, value, values)) is None:
            is_known = name in FACETS or name in _OTHERS
            refused.append(Refused(name[:60], value[:60] if is_known else None))
        else:
            selection = changed
    ordered = {facet: tuple(sorted(keys)) for facet, keys in selection.chosen.items()}
    return replace(selection, chosen=ordered), tuple(dict.fromkeys(refused))


def _read(selection: Selection, name: str, value: str, values: Values) -> Selection | None:
    """Give a selection with one thing more; None where it is not known."""
    if name in FACETS:
        if value not in values[name]:
            return None
        keys = selection.chosen.get(name, ())
        return replace(selection, chosen={**selection.chosen, name: (*{*keys, value},)})
    if name == "asOf":  # whether it is a day is found where days are read
        return replace(selection, as_of=value)
    allowed = _OTHERS.get(name)
    if allowed is None or not allowed[1].fullmatch(value):
        return None
    what, read = allowed[0], allowed[2]
    return replace(selection, **{what: read(value)})


_YEAR, _NUMBER = re.compile(r"[0-9]{4}"), re.compile(r"[1-9][0-9]{0,3}")
_OTHERS: Mapping[str, tuple[str, re.Pattern[str], Any]] = {
    "from": ("first", _YEAR, int),
    "to": ("last", _YEAR, int),
    "begins": ("with_unknown_years", re.compile(UNKNOWN), bool),
    "asOf": ("as_of", re.compile(""), str),
    "sort": ("sort", re.compile("|".join(SORTS)), str),
    "view": ("view", re.compile("|".join(VIEWS)), str),
    "page": ("page", _NUMBER, int),
}
