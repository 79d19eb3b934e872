"""A sheet's sources, from a fact sheet to statements."""

from __future__ import annotations

from typing import Any

from rdflib import DCTERMS, FOAF, RDF, Graph

from napgraph.facts import terms
from napgraph.namespaces import NAP, slug, thing_iri


def source_keys(sheet: dict[str, Any]) -> dict[str, str]:
    """Map each source's key to the key it is published under.

    The same address in one sheet is one source, named by the first of its keys.
    """
    first_of: dict[str, str] = {}
    for key, source in sheet["sources"].items():
        first_of.setdefault(source["url"], key)
    return {key: first_of[source["url"]] for key, source in sheet["sources"].items()}


def add_source_entities(graph: Graph, sheet: dict[str, Any]) -> None:
    """Add the sources of one sheet with their publishers, keyed `MLI-wilpf-profile`.

    Of sources that share an address, every key stays as an identifier and each
    further title as an alternative.
    """
    published_as = source_keys(sheet)
    for key, fact in sheet["sources"].items():
        source = thing_iri("source", f"{sheet['iso3']}-{published_as[key]}")
        publisher = thing_iri("publisher", slug(fact["publisher"]))
        titled = DCTERMS.title if published_as[key] == key else DCTERMS.alternative
        graph.add((source, RDF.type, NAP.Source))
        graph.add((source, titled, terms.name(fact["title"], at_least=2)))
        graph.add((source, DCTERMS.identifier, terms.code(key)))
        graph.add((source, DCTERMS.publisher, publisher))
        graph.add((source, NAP.sourceUrl, terms.address(fact["url"])))
        graph.add((publisher, RDF.type, FOAF.Agent))
        graph.add((publisher, FOAF.name, terms.name(fact["publisher"], at_least=2)))
        if fact.get("published"):
            graph.add((source, DCTERMS.issued, terms.date(fact["published"])))
        if fact.get("kind"):
            graph.add((source, NAP.sourceKind, thing_iri("source-kind", fact["kind"])))
