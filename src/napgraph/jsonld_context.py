"""Our JSON-LD context as those who write with it need it: the name of each class and property."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from rdflib import DCTERMS, FOAF, ORG, PROV, QB, RDFS, SKOS

from napgraph.namespaces import BASE, NAP

# A change of what a name means makes a new version; the old one stays where it is.
VERSION = "0.1"

# What we call the keywords that we have other names for. Not @value: with another name for it,
# jsonld.js and PyLD write language maps that nobody can read.
KEYWORDS = {
    "@id": "id",
    "@type": "type",
    "@included": "included",
}


@dataclass(frozen=True, slots=True)
class ReverseTerm:
    """What a thing calls those that lead to it with a property.

    Attributes:
        classes: The classes of those that it is for; without any, it is for all.
    """

    name: str
    property: str
    classes: frozenset[str]


def _reverse(name: str, prop: str, *classes: str) -> ReverseTerm:
    return ReverseTerm(name, str(prop), frozenset(map(str, classes)))


def is_of(name: str) -> str:
    """Name the reverse of a property that has no better name: `isThemeOf` for `theme`."""
    return f"is{name[0].upper()}{name[1:]}Of"


_PLANS = (NAP.ActionPlan, NAP.NationalActionPlan, NAP.RegionalActionPlan)

# The first that can lead to a thing has it told there.
REVERSE_TERMS = (
    _reverse("objectives", NAP.objectiveOf),
    _reverse("involvements", NAP.plan, NAP.Involvement),
    _reverse("remarks", NAP.remarkOn),
    _reverse("plans", NAP.country, *_PLANS),
    _reverse("stakeholders", NAP.country, NAP.Stakeholder),
    _reverse("contributions", NAP.country, NAP.PersonnelContribution),
    _reverse("events", NAP.country, NAP.Event),
    _reverse("takesPartIn", NAP.stakeholder),
    _reverse("replacedBy", DCTERMS.replaces),
    _reverse("implementedBy", NAP.implements),
    _reverse("initiated", NAP.initiatedBy),
    _reverse("units", ORG.unitOf),
    _reverse("observations", QB.dataSet),
    _reverse("isPrimarySourceOf", PROV.hadPrimarySource),
    _reverse("topConcepts", SKOS.topConceptOf),
    _reverse("concepts", SKOS.inScheme),
    _reverse("narrower", SKOS.broader),
    _reverse("defines", RDFS.isDefinedBy),
    _reverse("isPrimaryTopicOf", FOAF.primaryTopic),
)
_CLASSES = {term.name: term.classes for term in REVERSE_TERMS}


def context_iri(version: str = VERSION) -> str:
    """Say where a version of the context is published."""
    return f"{BASE}context/{version}.jsonld"


@dataclass(frozen=True, slots=True)
class Term:
    """How the context has a property.

    Attributes:
        name: Its key.
        place: Its place among the keys of a thing.
        coerced: The datatype that a plain string has, `@id` where it is an IRI; empty if neither.
        is_map: Whether texts are a map from language to text.
        is_array: Whether there is an array even for a single value.
    """

    name: str
    place: int
    coerced: str = ""
    is_map: bool = False
    is_array: bool = False


class Context:
    """A version of the context: names for IRIs.

    Attributes:
        iri: Where it is published.
    """

    def __init__(self, content: bytes, iri: str = context_iri()) -> None:
        """Read a context that `make_context` made."""
        self.iri = iri
        said: dict[str, Any] = json.loads(content)["@context"]
        self._prefixes = {
            name: to for name, to in said.items() if isinstance(to, str) and to.endswith(("/", "#"))
        }
        self._terms: dict[str, Term] = {}
        # The term of a property, and the classes that it is for.
        self._reverse_terms: dict[str, list[tuple[Term, frozenset[str]]]] = defaultdict(list)
        for place, (name, definition) in enumerate(said.items()):
            if isinstance(definition, str):
                definition = {"@id": definition}
            if not isinstance(definition, dict):
                continue
            term = self._read(name, place, definition)
            if "@reverse" in definition:
                prop = self._expand(definition["@reverse"])
                self._reverse_terms[prop].append((term, _CLASSES.get(name, frozenset())))
            else:
                self._terms[self._expand(definition["@id"])] = term

    def term(self, prop: str) -> Term:
        """Give the term of a property; one that the context does not know takes any value."""
        return self._terms.get(prop) or Term(self.shorten(prop), place=len(self._terms))

    def open_term(self, prop: str) -> Term:
        """Give the term of a property for values of any kind, also where it is for texts alone."""
        term = self.term(prop)
        return Term(self.shorten(prop), term.place) if term.is_map else term

    def name(self, iri: str) -> str:
        """Name a class or a datatype: by its term, else by its prefix, else whole."""
        found = self._terms.get(iri)
        return found.name if found else self.shorten(iri)

    def shorten(self, iri: str) -> str:
        """Write an IRI with its prefix, if it has one."""
        for prefix, namespace in self._prefixes.items():
            local = iri.removeprefix(namespace)
            if local and local != iri and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri

    def mistakes(self, iri: str) -> bool:
        """Tell whether a reader would take a whole IRI for a short one: `schema:name`."""
        scheme, _, rest = iri.partition(":")
        return scheme in self._prefixes and not rest.startswith("//")

    def reverse_term(self, prop: str, classes: Collection[str]) -> Term | None:
        """Find the term for things of some classes that lead to another with a property."""
        for term, those in self._reverse_terms.get(prop, ()):
            if not (those and those.isdisjoint(classes)):
                return term
        return None

    def _expand(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return self._prefixes[prefix] + local if prefix in self._prefixes else name

    def _read(self, name: str, place: int, definition: dict[str, Any]) -> Term:
        container = definition.get("@container", ())
        return Term(
            name,
            place,
            coerced=self._expand(definition.get("@type", "")),
            is_map="@language" in container,
            is_array="@set" in container,
        )
