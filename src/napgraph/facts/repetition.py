"""Entries of a fact sheet that would become one thing, so that facts of one would be lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rdflib import URIRef

from napgraph.errors import FactSheetError
from napgraph.facts.keys import (
    contribution_iri,
    document_iri,
    event_iri,
    involvement_iri,
    objective_iri,
    plan_key,
)
from napgraph.facts.sheet import is_un_sheet
from napgraph.facts.stakeholders import Names, body_iri
from napgraph.namespaces import ID, slug, thing_iri

# Where an entry stands in its sheet, and what it becomes.
_Entry = tuple[str, URIRef]


def require_no_repetition(sheet: dict[str, Any], names: Names) -> None:
    """Check that each entry of a sheet becomes a thing of its own.

    Raises:
        FactSheetError: Two become one, or a plan has nothing to make a key of;
            the message says where they stand.
    """
    first: dict[URIRef, str] = {}
    for where, iri in _un_entries(sheet) if is_un_sheet(sheet) else _entries(sheet, names):
        if iri in first:
            key = iri.removeprefix(ID)
            raise FactSheetError(
                f"{where}: this would be {key}, as {first[iri]} is; "
                "make one entry of the two, or tell them apart."
            )
        first[iri] = where


def _entries(sheet: dict[str, Any], names: Names) -> Iterator[_Entry]:
    iso3 = sheet["iso3"]
    for i, plan in enumerate(sheet["plans"]):
        where = f"/plans/{i}"
        key = _plan_key(iso3, plan, where)
        yield where, thing_iri("plan", key)
        for place, fact in _numbered(f"{where}/objectives", plan.get("objectives", [])):
            yield place, objective_iri(key, fact)
        for place, fact in _numbered(f"{where}/stakeholders", plan.get("stakeholders", [])):
            body = body_iri(iso3, fact["name"], fact["kind"], names)
            yield place, involvement_iri(key, body)
    for place, fact in _numbered("/peacekeeping", sheet["peacekeeping"]):
        yield place, contribution_iri(iso3, fact)
    for place, fact in _numbered("/events", sheet["events"]):
        yield place, event_iri(iso3, fact)


def _un_entries(sheet: dict[str, Any]) -> Iterator[_Entry]:
    for section in ("resolutions", "secretary_general_reports"):
        for place, fact in _numbered(f"/{section}", sheet[section]):
            if fact["symbol"]:
                yield place, document_iri(fact["symbol"])
    for place, fact in _numbered("/uniformed_personnel", sheet["uniformed_personnel"]):
        yield place, contribution_iri(fact["iso3"] or slug(fact["name"]), fact)
    for place, fact in _numbered("/events", sheet["events"]):
        yield place, event_iri("UN", fact)
    for section in ("contribution_reports", "open_data"):
        for place, fact in _numbered(f"/{section}", sheet.get(section, [])):
            yield place, thing_iri("external-dataset", fact["id"])


def _numbered(where: str, facts: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((f"{where}/{i}", fact) for i, fact in enumerate(facts))


def _plan_key(iso3: str, plan: dict[str, Any], where: str) -> str:
    try:
        return plan_key(iso3, plan)
    except FactSheetError as exc:
        raise FactSheetError(f"{where}: {exc}") from exc
