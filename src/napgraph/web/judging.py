"""Who judges data from outside for the application that serves this request."""

from __future__ import annotations

from napgraph.curation.judging import Judges
from napgraph.web.site import site


def judges() -> Judges:
    """Give the judges of the application, which has them with a workspace or without."""
    return site().judges
