"""What plans may be chosen by: the values of each facet, and which plans have them.

Sets of plans are the bits of a number, so that counting all values of all facets
for one choice takes a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import pairwise
from operator import or_

from rdflib import DCTERMS, SKOS, URIRef

from napgraph.namespaces import NAP, thing_iri
from napgraph.pages.plans import GROUPS, Index, Plan, State, standing_of

# The key of the value that stands for what no source tells.
UNKNOWN = "unknown"
# The region of plans that no country adopted but an organisation of countries.
ORGANISATIONS = "organisations"

# In the order in which a page shows them and a query string names them.
FACETS = (
    "state", "region", "theme", "pillar", "budget", "monitoring", "civilSocietyInDevelopment",
    "civilSocietyInImplementation", "civilSocietyInMonitoring", "feature", "orientation",
    "language",
)  # fmt: skip

Bits = int
Values = Mapping[str, Mapping[str, Bits]]


@dataclass(frozen=True)
class Catalogue:
    """All plans, and which of them have which value of each facet that is the same on all days.

    Attributes:
        plans: They; the first is bit 0 of a set of plans, the second bit 1.
        values: Plans by value and facet; `UNKNOWN` is a value of each.
        iris: The concept of a value, by facet and key.
        parents: The next larger region around a region.
    """

    plans: tuple[Plan, ...]
    values: Values
    iris: Mapping[tuple[str, str], URIRef]
    parents: Mapping[str, str]

    @property
    def everything(self) -> Bits:
        """All plans."""
        return (1 << len(self.plans)) - 1

    @property
    def values_always(self) -> Values:
        """The values of all facets, without which plans have which state, which is of a day."""
        return self.values_on(dict.fromkeys(map(str, GROUPS), 0))

    def bits(self, plans: Iterable[Plan]) -> Bits:
        """Give plans as a set."""
        wanted = {plan.key for plan in plans}
        return sum(1 << place for place, plan in enumerate(self.plans) if plan.key in wanted)

    def chosen(self, bits: Bits) -> tuple[Plan, ...]:
        """Give the plans of a set."""
        return tuple(plan for place, plan in enumerate(self.plans) if bits >> place & 1)

    def values_on(self, states: Mapping[str, Bits]) -> Values:
        """Give the values of all facets, in their order, those of a day among them."""
        return {**self.values, "state": states}


def read_catalogue(index: Index) -> Catalogue:
    """Read which plans have which value."""
    builder = _Builder(index)
    for place, plan in enumerate(index.plans.values()):
        builder.add(1 << place, plan)
    return Catalogue(tuple(index.plans.values()), builder.found, builder.iris, builder.parents)


def states_on(index: Index, plans: Iterable[Plan], day: date) -> Mapping[str, Bits]:
    """Give the plans in each of the six states on a day, without those adopted later."""
    found: dict[str, Bits] = {str(group): 0 for group in GROUPS}
    for place, plan in enumerate(plans):
        standing = standing_of(plan, index.siblings(plan), day)
        if standing.state is not State.LATER:
            found[str(standing.group)] |= 1 << place
    return found


def matching(values: Values, chosen: Mapping[str, Iterable[str]], within: Bits) -> Bits:
    """Give the plans that have one of the chosen values of each facet with any."""
    for facet, keys in chosen.items():
        within &= _union(values[facet], keys) if keys else within
    return within


def count_values(
    values: Values, chosen: Mapping[str, Iterable[str]], within: Bits
) -> Mapping[str, Mapping[str, int]]:
    """Count what each value would show: all other facets' choices apply, its own facet's do not.

    Args:
        values: Plans by value and facet.
        chosen: Chosen values by facet.
        within: The plans that are left by all that is no facet.
    """
    counts = {}
    for facet, of_facet in values.items():
        others = {other: keys for other, keys in chosen.items() if other != facet}
        left = matching(values, others, within)
        counts[facet] = {key: (bits & left).bit_count() for key, bits in of_facet.items()}
    return counts


def _union(of_facet: Mapping[str, Bits], keys: Iterable[str]) -> Bits:
    return reduce(or_, (of_facet.get(key, 0) for key in keys), 0)


# The scheme of a facet's concepts, whose values are shown though no plan has them.
_SCHEMES = {
    "theme": "theme", "pillar": "pillar", "budget": "budget-status", "monitoring": "degree",
    "civilSocietyInDevelopment": "degree", "civilSocietyInImplementation": "degree",
    "civilSocietyInMonitoring": "degree", "feature": "feature", "orientation": "orientation",
}  # fmt: skip


class _Builder:
    """Collects the values of plans."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.found: dict[str, dict[str, Bits]] = {facet: {} for facet in FACETS}
        self.iris: dict[tuple[str, str], URIRef] = {}
        self.parents: dict[str, str] = {}
        for facet, scheme in _SCHEMES.items():
            for iri in index.reading.subjects(SKOS.inScheme, thing_iri("scheme", scheme)):
                self._note(facet, iri, 0)
        for country in index.countries.values():
            self._note_regions(index.regions_of(country))
        self.found["region"][ORGANISATIONS] = 0
        for facet in FACETS[1:]:
            self.found[facet][UNKNOWN] = 0

    def add(self, bit: Bits, plan: Plan) -> None:
        """Note the values of a plan."""
        for facet, iris in self._values_of(plan).items():
            for iri in iris:
                self._note(facet, iri, bit)
            if not iris and not (facet == "region" and plan.organisation):
                self.found[facet][UNKNOWN] |= bit
        if plan.organisation and not plan.country:
            self.found["region"][ORGANISATIONS] |= bit

    def _values_of(self, plan: Plan) -> Mapping[str, Iterable[URIRef]]:
        thing, country = plan.thing, self._index.country_of(plan)
        return {
            "region": self._index.regions_of(country) if country else (),
            "theme": thing.iris(NAP.theme),
            "pillar": self._index.pillars.get(plan.iri, ()),
            "budget": self._through(plan, NAP.budget, NAP.budgetStatus),
            "monitoring": self._through(plan, NAP.monitoring, NAP.monitoringStatus),
            "civilSocietyInDevelopment": thing.iris(NAP.civilSocietyInDevelopment),
            "civilSocietyInImplementation": thing.iris(NAP.civilSocietyInImplementation),
            "civilSocietyInMonitoring": thing.iris(NAP.civilSocietyInMonitoring),
            "feature": thing.iris(NAP.feature),
            "orientation": thing.iris(NAP.orientation),
            "language": thing.iris(DCTERMS.language),
        }

    def _through(self, plan: Plan, first: URIRef, then: URIRef) -> tuple[URIRef, ...]:
        things = map(self._index.reading.thing, plan.thing.iris(first))
        return tuple(iri for thing in things for iri in thing.iris(then))

    def _note(self, facet: str, iri: URIRef, bit: Bits) -> None:
        key = iri.rpartition("/")[2]
        self.iris[facet, key] = iri
        self.found[facet][key] = self.found[facet].get(key, 0) | bit

    def _note_regions(self, regions: tuple[URIRef, ...]) -> None:
        for region in regions:
            self._note("region", region, 0)
        for region, around in pairwise(regions):
            self.parents[region.rpartition("/")[2]] = around.rpartition("/")[2]
