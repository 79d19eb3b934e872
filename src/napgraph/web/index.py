"""The index of plans and countries of the generation that is served."""

from __future__ import annotations

from napgraph.pages.plans import Index
from napgraph.pages.reading import Reading
from napgraph.web.site import site


def current_index() -> Index:
    """Give all plans and countries of the current generation, read once."""
    return site().kept("index", lambda opened: Index(Reading(opened.store)))


def read_things() -> None:
    """Read all things of the current generation, unless there are many: no page has to then."""
    index = current_index()
    if site().current().generation.statements <= _MOST_AT_ONCE:
        index.reading.read_all()


# They take some 400 bytes of memory each; of larger graphs pages read what they show.
_MOST_AT_ONCE = 200_000
