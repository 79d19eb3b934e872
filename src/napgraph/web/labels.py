"""What things of ours are called, for tables of answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from rdflib import SKOS, Literal, URIRef

from napgraph.namespaces import BASE, ID, SCHEMES
from napgraph.resources import Value
from napgraph.store import LABEL_PROPERTIES, Store
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language
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
    reading = current_index().reading
    if not any(predicate in reading.thing(iri).values for predicate in LABEL_PROPERTIES):
        return None
    text = reading.label(iri, language())
    return Value(text.text, language=text.language)


def word_of(text: str) -> Value | None:
    """Say a word of an answer in the language of this request.

    Args:
        text: What a concept is called in English, or what one of our queries writes itself.

    Returns:
        The word; None if it is neither, or the request is in English.
    """
    tag = language()
    if tag == "en" or not text:
        return None
    words = site().kept(("words", tag), lambda opened: _read_words(opened.store, tag))
    said = words.get(text) or gettext(text)
    return Value(said, language=tag) if text in words or said != text else None


def with_labels(table: Table) -> Table:
    """Give a table with things of ours by what they are called."""
    rows = tuple(tuple(_labelled(cell) for cell in row) for row in table.rows)
    return replace(table, rows=rows)


def _labelled(cell: Value | None) -> Value | None:
    found = label_of(cell.href) if cell and cell.href else None
    return replace(found, href=cell.href) if cell and found else cell


def _read_words(store: Store, tag: str) -> Mapping[str, str]:
    """Read what concepts are called by their English names, where all that share one agree."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for subject, _, label in store.triples(None, SKOS.prefLabel, None):
        scheme = str(subject).removeprefix(str(ID)).partition("/")[0]
        if scheme in SCHEMES and isinstance(label, Literal):
            labels[str(subject)][label.language or ""] = str(label)
    found: dict[str, set[str]] = defaultdict(set)
    for texts in labels.values():
        found[texts.get("en", "")].add(texts.get(tag, ""))
    return {english: said for english, (said, *others) in found.items() if said and not others}
