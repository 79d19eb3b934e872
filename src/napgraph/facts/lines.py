"""Where the entities of a fact sheet stand in its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rdflib import URIRef
from rdflib.term import Node

from napgraph.facts.keys import contribution_iri, document_iri, event_iri, objective_iri, plan_key
from napgraph.facts.sources import source_keys
from napgraph.json_text import JsonText
from napgraph.namespaces import ID, graph_iri, thing_iri

_Object = dict[str, Any]


def sheet_lines(sheet: JsonText) -> SheetLines:
    """Find the entities of a fact sheet that follows its schema."""
    lines = {id(found): line for found, line in sheet.lines()}
    found: dict[URIRef, int] = {}
    for iri, object_ in _entities(sheet.value):
        found.setdefault(iri, lines[id(object_)])
    return SheetLines(found)


class SheetLines:
    """The lines of a sheet's entities, and of what hangs on them."""

    def __init__(self, found: dict[URIRef, int]) -> None:
        self._found = found

    def line(self, thing: Node) -> int:
        """Give the 1-based line of a thing's object, or of that of its plan; else the first."""
        if (line := self._found.get(URIRef(str(thing)))) is not None:
            return line
        kind, _, key = str(thing).removeprefix(str(ID)).partition("/")
        while kind and "-" in key:
            key = key.rpartition("-")[0]
            if (line := self._found.get(thing_iri("plan", key))) is not None:
                return line
        return 1


def _entities(sheet: _Object) -> Iterator[tuple[URIRef, _Object]]:
    iso3 = sheet.get("iso3", "UN")
    if "iso3" in sheet:
        yield graph_iri(iso3), sheet
        yield thing_iri("country", iso3), sheet
        for plan in sheet["plans"]:
            key = plan_key(iso3, plan)
            yield thing_iri("plan", key), plan
            yield from ((objective_iri(key, one), one) for one in plan.get("objectives", ()))
    for fact in sheet.get("peacekeeping", ()):
        yield contribution_iri(iso3, fact), fact
    for fact in sheet.get("events", ()):
        yield event_iri(iso3, fact), fact
    for part in ("resolutions", "secretary_general_reports"):
        for fact in sheet.get(part, ()):
            if fact.get("symbol"):
                yield document_iri(fact["symbol"]), fact
    published_as = source_keys(sheet)
    for key, fact in sheet["sources"].items():
        yield thing_iri("source", f"{iso3}-{published_as[key]}"), fact
