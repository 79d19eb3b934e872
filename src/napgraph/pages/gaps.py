"""What nobody has told us yet, by country: where whoever knows something can begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rdflib import RDF, SKOS

from napgraph.namespaces import NAP
from napgraph.pages.bibliography import Bibliography
from napgraph.pages.plan_parts import FACTS, PlanReader
from napgraph.pages.plans import Index, Plan
from napgraph.pages.reading import Link


@dataclass(frozen=True, slots=True)
class Gap:
    """A country, the plan of it to speak of, and the facts of that which no source tells.

    Attributes:
        unknown: Keys of `FACTS`.
    """

    country: Link
    plan: Plan
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is open.

    Attributes:
        plans: Those with most unknown first.
        without_plan: Countries of which no source names a plan.
        disagreements: How many countries and plans sources differ about.
        facts: How many facts are looked for of each plan.
    """

    plans: tuple[Gap, ...]
    without_plan: tuple[Link, ...]
    disagreements: int
    facts: int = len(FACTS)


def read_gaps(index: Index, language: str, day: date) -> Gaps:
    """Read what is unknown of each country's newest plan, and of which countries no plan is."""
    reading = index.reading
    found, without = [], []
    for country in index.countries.values():
        link = reading.link(country.iri, language)
        plan = country.newest(day)
        if plan is None:
            without.append(link)
            continue
        parts = PlanReader(reading, language, Bibliography(reading, language)).read(plan)
        if parts.unknown:
            found.append(Gap(link, plan, parts.unknown))
    return Gaps(
        plans=tuple(sorted(found, key=lambda gap: (-len(gap.unknown), gap.country.text.text))),
        without_plan=tuple(sorted(without, key=lambda link: link.text.text)),
        disagreements=sum(
            bool(thing.literals(SKOS.editorialNote))
            for cls in (NAP.Country, NAP.NationalActionPlan)
            for thing in reading.things(RDF.type, cls)
        ),
    )
