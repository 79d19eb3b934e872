"""Plans as records for those who take a list away: a column for a code, one for its label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from rdflib import DCTERMS, URIRef

from napgraph.namespaces import NAP
from napgraph.pages.plans import Index, Plan, State
from napgraph.pages.reading import Thing
from napgraph.pages.records import Record

_COLUMNS = (
    "plan", "country_code", "country", "organisation_code", "organisation", "generation",
    "adopted", "period_start", "period_end", "state_code", "state", "as_of", "region_codes",
    "regions", "theme_codes", "themes", "pillar_codes", "pillars", "budget_status_code",
    "budget_status", "monitoring_code", "monitoring", "civil_society_in_development_code",
    "civil_society_in_development", "civil_society_in_implementation_code",
    "civil_society_in_implementation", "civil_society_in_monitoring_code",
    "civil_society_in_monitoring", "feature_codes", "features", "orientation_code", "orientation",
    "language_codes", "languages", "source", "address",
)  # fmt: skip

# What the states of plans are called.
STATE_LABELS: Mapping[State, str] = {
    State.IN_FORCE: "In force",
    State.END_NOT_STATED: "End not stated",
    State.ENDED: "Ended",
    State.YEARS_NOT_KNOWN: "Years not known",
    State.IN_PREPARATION: "In preparation",
    State.NONE: "Not adopted",
}
_LANGUAGE = "en"


def plan_records(index: Index, plans: Iterable[Plan], day: date) -> tuple[Record, ...]:
    """Give what is known of plans, as on a day; labels are in English.

    Returns:
        A record for each; None where no source tells, a tuple where there may be several.
    """
    return tuple(_record(index, plan, day) for plan in plans)


def plan_columns() -> tuple[str, ...]:
    """Name the columns of these records, in their order."""
    return _COLUMNS


def _record(index: Index, plan: Plan, day: date) -> Record:
    thing, group = plan.thing, index.standing(plan, day).group
    country = index.country_of(plan)
    budget, monitoring = (_through(index, plan, p) for p in (NAP.budget, NAP.monitoring))
    return {
        "plan": plan.key,
        **_coded(index, "country", plan.country),
        **_coded(index, "organisation", plan.organisation),
        "generation": plan.generation,
        "adopted": plan.adopted or None,
        "period_start": plan.starts,
        "period_end": plan.ends,
        "state_code": str(group),
        "state": STATE_LABELS[group],
        "as_of": day.isoformat(),
        **_listed(index, "region", index.regions_of(country) if country else ()),
        **_listed(index, "theme", thing.iris(NAP.theme)),
        **_listed(index, "pillar", sorted(index.pillars.get(plan.iri, ()))),
        **_coded(index, "budget_status", budget.iri_of(NAP.budgetStatus)),
        **_coded(index, "monitoring", monitoring.iri_of(NAP.monitoringStatus)),
        **_coded(
            index, "civil_society_in_development", thing.iri_of(NAP.civilSocietyInDevelopment)
        ),
        **_coded(
            index, "civil_society_in_implementation", thing.iri_of(NAP.civilSocietyInImplementation)
        ),
        **_coded(index, "civil_society_in_monitoring", thing.iri_of(NAP.civilSocietyInMonitoring)),
        **_listed(index, "feature", thing.iris(NAP.feature)),
        **_coded(index, "orientation", thing.iri_of(NAP.orientation)),
        **_listed(index, "language", thing.iris(DCTERMS.language)),
        "source": tuple(map(str, thing.iris(DCTERMS.source))),
        "address": str(plan.iri),
    }


def _through(index: Index, plan: Plan, predicate: URIRef) -> Thing:
    iri = plan.thing.iri_of(predicate)
    return index.reading.thing(iri) if iri else Thing(plan.iri, {})


def _coded(index: Index, name: str, iri: URIRef | None) -> Record:
    if iri is None:
        return {f"{name}_code": None, name: None}
    return {f"{name}_code": _key(iri), name: _label(index, iri)}


def _listed(index: Index, name: str, iris: Iterable[URIRef]) -> Record:
    found = tuple(iris)
    labels = tuple(_label(index, iri) for iri in found)
    return {f"{name}_codes": tuple(map(_key, found)), f"{name}s": labels}


def _key(iri: URIRef) -> str:
    return iri.rpartition("/")[2]


def _label(index: Index, iri: URIRef) -> str:
    return index.reading.label(iri, _LANGUAGE).text
