"""What an editor of queries completes: prefixes, and the terms that a store uses."""

from __future__ import annotations

from typing import Any

from rdflib import OWL, RDF

from napgraph.namespaces import PREFIXES
from napgraph.store import Store


def read_completions(store: Store) -> dict[str, Any]:
    """Give the prefixes by name, and the classes and properties that are used or declared.

    Those used most come first, so that they are the first to be offered.
    """
    return {
        "prefixes": PREFIXES,
        "classes": _terms(store, _CLASSES),
        "properties": _terms(store, _PROPERTIES),
    }


def _terms(store: Store, query: str) -> list[str]:
    uses = {str(row.term): int(row.uses) for row in store.select(query)}
    return sorted(uses, key=lambda term: (-uses[term], term))


_CLASSES = f"""
SELECT ?term (COUNT(?thing) AS ?uses) {{
  {{ ?thing <{RDF.type}> ?term }} UNION {{ ?term <{RDF.type}> <{OWL.Class}> }}
  FILTER(isIRI(?term))
}} GROUP BY ?term
"""
_PROPERTIES = f"""
SELECT ?term (COUNT(?thing) AS ?uses) {{
  {{ ?thing ?term ?value }} UNION {{
    ?term <{RDF.type}> ?kind FILTER(?kind IN (<{OWL.ObjectProperty}>, <{OWL.DatatypeProperty}>))
  }}
}} GROUP BY ?term
"""
