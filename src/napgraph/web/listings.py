"""What lists of things have in common: what is asked of them, their page and their table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flask import Response, render_template, request
from rdflib import URIRef

from napgraph.formats import HTML
from napgraph.pages.listing import Asked, Collection, find, read_listing
from napgraph.pages.records import Record, to_csv
from napgraph.table_files import CSV
from napgraph.web.index import current_index
from napgraph.web.languages import language, path_prefix
from napgraph.web.public import respond_public
from napgraph.web.signposting import Link

_YEARS = ("from", "to")
_OTHERS = (*_YEARS, "page", "asOf")
_MOST_DIGITS = 4


def list_page(
    template: str,
    path: str,
    collection: Collection,
    read_items: Callable[[Iterable[URIRef]], Sequence[object]],
    **shown: object,
) -> Response:
    """Answer with a page of a list.

    Args:
        template: Its template.
        path: Its path in English.
        collection: All that there is.
        read_items: Reads what the page says of the things that are on it.
        shown: What else the template shows.
    """
    asked = read_asked(collection)
    listing = read_listing(collection, asked, current_index().reading, language())
    own = f"{path_prefix(language())}{path}{asked.query(page=asked.page)}"
    text = render_template(
        template,
        listing=listing,
        items=read_items(listing.iris),
        path=path,
        links=[
            Link(own, "canonical"),
            Link(f"{path}.csv{asked.query()}", "alternate", CSV),
        ],
        **shown,
    )
    return respond_public(text, HTML.content_type)


def list_table(
    name: str,
    collection: Collection,
    columns: Sequence[str],
    read_record: Callable[[URIRef], Record],
) -> Response:
    """Answer with all things of a list that are asked for, as a table for spreadsheets."""
    records = [read_record(iri) for iri in find(collection, read_asked(collection))]
    return respond_table(name, columns, records)


def respond_table(name: str, columns: Sequence[str], records: Iterable[Record]) -> Response:
    """Answer with records as a table for spreadsheets."""
    response = respond_public(to_csv(columns, records), f"{CSV}; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.csv"'
    return response


def read_asked(collection: Collection) -> Asked:
    """Read from a request what is asked for of a list; what is not known is named and left out."""
    chosen: dict[str, tuple[str, ...]] = {}
    refused: list[tuple[str, str]] = []
    for facet, values in collection.values.items():
        asked_for = dict.fromkeys(request.args.getlist(facet))
        chosen[facet] = tuple(sorted(key for key in asked_for if key in values))
        refused += [(facet, key) for key in asked_for if key not in values]
    known = {*collection.values, *_OTHERS}
    refused += [(name, request.args[name]) for name in request.args if name not in known]
    numbers = {name: _number(name, refused) for name in (*_YEARS, "page")}
    return Asked(
        chosen=chosen,
        first=numbers["from"],
        last=numbers["to"],
        page=numbers["page"] or 1,
        refused=tuple(refused),
    )


def _number(name: str, refused: list[tuple[str, str]]) -> int | None:
    text = request.args.get(name, "").strip()
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    if text:
        refused.append((name, text))
    return None
