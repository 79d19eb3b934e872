"""A choice of plans as a question in SPARQL, for whoever wants to ask it differently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from napgraph.namespaces import PREFIXES
from napgraph.pages.facets import ORGANISATIONS, UNKNOWN, Catalogue
from napgraph.pages.selection import Selection

# The ways from a plan to the values of a facet.
_PATHS: Mapping[str, str] = {
    "region": "nap:country/nap:region/skos:broader*",
    "theme": "nap:theme",
    "pillar": "^nap:objectiveOf/nap:pillar",
    "budget": "nap:budget/nap:budgetStatus",
    "monitoring": "nap:monitoring/nap:monitoringStatus",
    "civilSocietyInDevelopment": "nap:civilSocietyInDevelopment",
    "civilSocietyInImplementation": "nap:civilSocietyInImplementation",
    "civilSocietyInMonitoring": "nap:civilSocietyInMonitoring",
    "feature": "nap:feature",
    "orientation": "nap:orientation",
    "language": "dcterms:language",
}

_STATE = """\
  # How it stands on a day: a year counts from its first day to its last.
  BIND({day} AS ?day)
  BIND(xsd:integer(SUBSTR(STR(?day), 1, 4)) AS ?year)
  OPTIONAL {{ ?plan nap:adoptionStatus ?status }}
  OPTIONAL {{
    SELECT ?plan (MIN(?laterYear) AS ?nextYear)
    WHERE {{
      ?plan nap:generation ?generation ; nap:country|nap:organisation ?owner .
      ?later nap:country|nap:organisation ?owner ; nap:generation ?laterGeneration ;
        nap:adoptionStatus adoption-status:adopted .
      FILTER(?laterGeneration > ?generation)
      OPTIONAL {{ ?later nap:periodStart ?laterStart }}
      OPTIONAL {{ ?later nap:adopted ?laterAdopted }}
      BIND(xsd:integer(SUBSTR(STR(COALESCE(?laterStart, ?laterAdopted)), 1, 4)) AS ?laterYear)
      FILTER(BOUND(?laterYear))
    }}
    GROUP BY ?plan
  }}
  BIND(IF(BOUND(?adopted),
    CONCAT(STR(?adopted), SUBSTR("0000-01-01", 1 + STRLEN(STR(?adopted)))), "") AS ?firstDay)
  BIND(IF(!BOUND(?status), "years-not-known",
    IF(?status = adoption-status:in-preparation, "in-preparation",
    IF(?status = adoption-status:never-adopted, "none",
    IF(?status != adoption-status:adopted, "years-not-known",
    IF(?firstDay > STR(?day), "later",
    IF(BOUND(?begins) && ?begins > ?year, IF(BOUND(?adopted), "in-force", "later"),
    IF(BOUND(?lastYear) && ?lastYear < ?year, "ended",
    IF(BOUND(?nextYear) && ?nextYear <= ?year, "ended",
    IF(!BOUND(?begins), "years-not-known",
    IF(BOUND(?lastYear), "in-force", "end-not-stated"
  )))))))))) AS ?state)
"""


def question_of(selection: Selection, catalogue: Catalogue, day: date) -> str:
    """Write a selection as a query whose rows are its plans.

    Args:
        selection: The selection.
        catalogue: The values of facets.
        day: The day on which plans are in force or not.
    """
    facets = [
        _facet(catalogue, facet, keys)
        for facet, keys in selection.chosen.items()
        if facet != "state"
    ]
    states = selection.chosen.get("state", ())
    as_of = [_state(states, day)] if states or selection.as_of else []
    body = "".join([*facets, _years(selection), *as_of])
    query = _QUERY.format(body=body, order=_ORDERS[selection.sort])
    return _declarations(query) + query


_QUERY = """\

SELECT DISTINCT ?plan ?owner ?name ?begins ?lastYear
WHERE {{
  VALUES ?class {{ nap:NationalActionPlan nap:RegionalActionPlan }}
  ?plan a ?class .
  OPTIONAL {{ ?plan nap:country|nap:organisation ?owner }}
  OPTIONAL {{ ?owner skos:prefLabel ?name . FILTER(LANG(?name) = "en") }}
  OPTIONAL {{ ?plan nap:periodStart ?start }}
  OPTIONAL {{ ?plan nap:periodEnd ?end }}
  OPTIONAL {{ ?plan nap:adopted ?adopted }}
  BIND(xsd:integer(SUBSTR(STR(COALESCE(?start, ?adopted)), 1, 4)) AS ?begins)
  BIND(xsd:integer(STR(?end)) AS ?lastYear)
{body}}}
ORDER BY {order}
"""
_ORDERS = {
    "newest": "DESC(?begins) ?name ?plan",
    "oldest": "?begins ?name ?plan",
    "country": "?name ?plan",
    "end": "?lastYear ?name ?plan",
}


def _facet(catalogue: Catalogue, facet: str, keys: Iterable[str]) -> str:
    iris = [catalogue.iris[facet, key] for key in keys if (facet, key) in catalogue.iris]
    listed = ", ".join(_shortened(iri) for iri in iris)
    of_organisation = "EXISTS { ?plan nap:organisation ?organisation }"
    wanted = [f"?{facet} IN ({listed})"] if iris else []
    wanted += [of_organisation] if ORGANISATIONS in keys else []
    if UNKNOWN in keys:
        besides = f" && NOT {of_organisation}" if facet == "region" else ""
        wanted.append(f"!BOUND(?{facet}){besides}")
    values = f"?plan {_PATHS[facet]} ?{facet}"
    if len(wanted) == 1 and iris:
        return f"  {values} .\n  FILTER({wanted[0]})\n"
    return f"  OPTIONAL {{ {values} }}\n  FILTER({' || '.join(wanted)})\n"


def _years(selection: Selection) -> str:
    if not selection.has_years:
        return ""
    bounds = [f"?begins >= {selection.first}"] if selection.first else []
    bounds += [f"?begins <= {selection.last}"] if selection.last else []
    known = " && ".join(bounds)
    if not selection.with_unknown_years:
        return f"  FILTER({known})\n"
    return f"  FILTER(!BOUND(?begins){f' || ({known})' if known else ''})\n"


def _state(states: Iterable[str], day: date) -> str:
    listed = ", ".join(f'"{state}"' for state in states)
    wanted = f"?state IN ({listed})" if listed else '?state != "later"'
    return f"{_STATE.format(day=_day(day))}  FILTER({wanted})\n"


def _day(day: date) -> str:
    return f'"{day.isoformat()}"^^xsd:date'


def _shortened(iri: str) -> str:
    """Write an IRI with its prefix where that is plain, else whole."""
    for prefix, base in PREFIXES.items():
        local = iri.removeprefix(base)
        if local != iri and local.replace("-", "").isalnum() and local.isascii():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _declarations(query: str) -> str:
    used = sorted(prefix for prefix in PREFIXES if re.search(rf"\b{prefix}:", query))
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in used)
