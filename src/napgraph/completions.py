"""What an editor of queries completes: prefixes, and the terms that a store uses."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rdflib import RDF

from napgraph.namespaces import PREFIXES
from napgraph.store import Store


def read_completions(store: Store) -> dict[str, Any]:
    """Give the prefixes by name, and the classes and properties in use with how often.

    Those used most come first, so that they are the first to be offered.
    """
    classes: dict[str, int] = defaultdict(int)
    properties: dict[str, int] = defaultdict(int)
    for row in store.select(_CLASSES):
        classes[str(row.term)] = int(row.n)
    for row in store.select(_PROPERTIES):
        properties[str(row.term)] = int(row.n)
    return {
        "prefixes": PREFIXES,
        "classes": _by_use(classes),
        "properties": _by_use(properties),
    }


def _by_use(uses: dict[str, int]) -> list[str]:
    return sorted(uses, key=lambda iri: (-uses[iri], iri))


_CLASSES = f"SELECT ?term (COUNT(*) AS ?n) {{ ?thing <{RDF.type}> ?term }} GROUP BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term"
