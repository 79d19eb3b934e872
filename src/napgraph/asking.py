"""Queries from the command line: find the text, ask the local store or an endpoint."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from napgraph.config import Config
from napgraph.errors import QueryError
from napgraph.formats import CSV, RESULTS_JSON, TURTLE
from napgraph.gate import check_query
from napgraph.questions import all_questions, bound_text, question
from napgraph.remote import ask_endpoint
from napgraph.store_folder import current

_MEDIA_TYPES = {
    "table": RESULTS_JSON.media_type,
    "json": RESULTS_JSON.media_type,
    "csv": CSV.media_type,
    "turtle": TURTLE.media_type,
}


def query_text(what: str, parameters: Iterable[str], *, stdin: TextIO) -> str:
    """Find the query that a caller means.

    Args:
        what: The name of a question, a file, or `-` for standard input.
        parameters: `name=value` pairs, for a question only.
        stdin: Where `-` is read from.

    Raises:
        QueryError: There is no such question or file, or a parameter is wrong.
    """
    given = dict(_pair(text) for text in parameters)
    if what in {known.name for known in all_questions()}:
        return bound_text(question(what), **given)
    if given:
        raise QueryError(f"Only questions take parameters, and there is none called {what!r}.")
    try:
        return stdin.read() if what == "-" else Path(what).read_text(encoding="utf-8")
    except OSError as exc:
        raise QueryError(
            f"{what} is neither a question nor a file that can be read; "
            "`napgraph questions` lists the questions."
        ) from exc
    except UnicodeDecodeError as exc:
        raise QueryError(f"{what} is not UTF-8.") from exc


def answer_text(
    text: str, format_name: str | None, config: Config, *, endpoint: str | None
) -> tuple[bytes, str]:
    """Answer a query.

    Returns:
        The answer, and the name of the format it is to be shown in; a table
        is answered in JSON.

    Raises:
        QueryError: The query or the format is wrong, or the endpoint fails.
        StoreMissing: No endpoint is given and nothing has been built yet.
    """
    form = check_query(text, federation=config.federation).form
    is_graph = form in ("construct", "describe")
    shown = format_name or ("turtle" if is_graph else "table")
    if is_graph != (shown == "turtle"):
        fitting = "turtle" if is_graph else "table, csv or json"
        raise QueryError(f"{form.upper()} cannot be answered as {shown}; ask for {fitting}.")
    media_type = _MEDIA_TYPES[shown]
    if endpoint:
        return ask_endpoint(endpoint, text, media_type=media_type), shown
    store = current(config.store_dir).load()
    return store.query(text, media_type=media_type), shown


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise QueryError(f"--param {text!r} is not of the form name=value.")
    return name, value
