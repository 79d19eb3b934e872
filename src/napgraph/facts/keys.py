"""The IRIs of what a fact sheet's entries become, minted of what the entries say."""

from __future__ import annotations

import re
from typing import Any

from rdflib import URIRef

from napgraph.errors import FactSheetError
from napgraph.namespaces import slug, thing_iri


def plan_key(iso3: str, plan: dict[str, Any]) -> str:
    """Make a plan's key: `MLI-3`, or its first year where its generation is not known.

    Raises:
        FactSheetError: The sheet gives neither.
    """
    if plan["generation"]:
        return f"{iso3}-{plan['generation']}"
    first_year = plan["period_start"] or (plan["adopted"] or "")[:4]
    if not first_year:
        raise FactSheetError("the plan has neither a generation nor a year; its key needs one.")
    return f"{iso3}-{first_year}"


def objective_iri(plan_key: str, fact: dict[str, Any]) -> URIRef:
    """Mint the IRI of a plan's objective: `MLI-3-2`."""
    return thing_iri("objective", f"{plan_key}-{fact['number']}")


def involvement_iri(plan_key: str, body: URIRef) -> URIRef:
    """Mint the IRI of a body's part in a plan: `MLI-3-ministry-of-…`."""
    body_key = body.rsplit("/", 1)[1].removeprefix(f"{plan_key[:3]}-")
    return thing_iri("involvement", f"{plan_key}-{body_key}")


def event_iri(owner: str, fact: dict[str, Any]) -> URIRef:
    """Mint the IRI of an event of a country or of the `UN`."""
    return thing_iri("event", f"{owner}-{fact['date']}-{slug(fact['title'])}")


def contribution_iri(owner: str, fact: dict[str, Any]) -> URIRef:
    """Mint the IRI of a country's or the world's personnel on a day: `MLI-2023-11-30`."""
    return thing_iri("contribution", f"{owner}-{fact['as_of']}")


def document_iri(symbol: str) -> URIRef:
    """Mint the IRI of a document of the United Nations: `S-RES-1325-2000`."""
    return thing_iri("document", re.sub(r"[^A-Za-z0-9]+", "-", symbol).strip("-"))
