"""Words for the states that plans are in."""

from __future__ import annotations

from flask import Flask

from napgraph.pages.plans import Standing, State
from napgraph.web.languages import gettext


def register(app: Flask) -> None:
    """Let templates say how plans stand."""
    app.jinja_env.globals.update(standing_words=standing_words, group_name=group_name)


def standing_words(standing: Standing) -> str:
    """Say how a plan or a country stands: "Ended 2023"."""
    return _words(standing.state) % {"year": standing.year}


def group_name(group: State) -> str:
    """Name one of the six states, for a legend or a filter."""
    return {
        State.IN_FORCE: gettext("In force"),
        State.END_NOT_STATED: gettext("End not stated"),
        State.ENDED: gettext("Ended"),
        State.YEARS_NOT_KNOWN: gettext("Years not known"),
        State.IN_PREPARATION: gettext("In preparation"),
    }.get(group) or gettext("No plan found")


def _words(state: State) -> str:
    words = {
        State.IN_FORCE: gettext("In force to %(year)s"),
        State.STARTS: gettext("Starts %(year)s"),
        State.END_NOT_STATED: gettext("From %(year)s, end not stated"),
        State.ENDED: gettext("Ended %(year)s"),
        State.REPLACED: gettext("Replaced %(year)s"),
        State.YEARS_NOT_KNOWN: gettext("Years not known"),
        State.IN_PREPARATION: gettext("In preparation"),
        State.NOT_ADOPTED: gettext("Not adopted"),
        State.LATER: gettext("Adopted later"),
    }
    return words.get(state) or gettext("No plan found")
