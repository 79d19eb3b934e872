"""The index of plans and countries of the generation that is served."""

from __future__ import annotations

from napgraph.pages.plans import Index
from napgraph.pages.reading import Reading
from napgraph.web.site import site


def current_index() -> Index:
    """Give all plans and countries of the current generation, read once."""
    return site().kept("index", lambda opened: Index(Reading(opened.store)))
