"""What things of ours are called, for tables of answers."""

from __future__ import annotations

from dataclasses import replace

from rdflib import Literal, URIRef

from napgraph.namespaces import BASE
from napgraph.resources import Value, choose_text
from napgraph.store import LABEL_PROPERTIES
from napgraph.web.languages import language
from napgraph.web.results import Table
from napgraph.web.site import site

_DOCUMENT, _THING = "/doc/", "id/"


def label_of(path: str) -> Value | None:
    """Say what a thing is called in the language of this request, else English, else any.

    Args:
        path: Its address on this site, `/doc/plan/MLI-3`.
    """
    if not path.startswith(_DOCUMENT):
        return None
    iri = URIRef(f"{BASE}{_THING}{path.removeprefix(_DOCUMENT)}")
    store = site().current().store
    for predicate in LABEL_PROPERTIES:
        found = [text for _, _, text in store.triples(iri, predicate, None)]
        if text := choose_text((one for one in found if isinstance(one, Literal)), language()):
            return Value(str(text), language=text.language or "")
    return None


def with_labels(table: Table) -> Table:
    """Give a table with things of ours by what they are called."""
    rows = tuple(tuple(_labelled(cell) for cell in row) for row in table.rows)
    return replace(table, rows=rows)


def _labelled(cell: Value | None) -> Value | None:
    found = label_of(cell.href) if cell and cell.href else None
    return replace(found, href=cell.href) if cell and found else cell
