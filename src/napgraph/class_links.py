"""Which class leads to which by which property, as the shapes have it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rdflib import URIRef

from napgraph.resources import Value
from napgraph.rules import Rule
from napgraph.vocabulary import Term, Vocabulary


@dataclass(frozen=True, slots=True)
class ClassLink:
    """A property that leads from the things of a class to those of another."""

    rule: Rule
    path: Value
    target: Term


@dataclass(frozen=True, slots=True)
class LinkedClass:
    """A class that has rules of its own.

    Attributes:
        kinds: The classes that are kinds of it and have the same rules.
        kind_of: The classes of ours that it is a kind of and that have no rules.
        links: The properties that lead from it to other classes.
    """

    term: Term
    kinds: tuple[Value, ...]
    kind_of: tuple[Value, ...]
    links: tuple[ClassLink, ...]


@dataclass(frozen=True, slots=True)
class ClassMap:
    """The classes and their links.

    Attributes:
        common: A link of each kind that more than half of the classes have; these are in no
            class's own.
    """

    classes: tuple[LinkedClass, ...]
    common: tuple[ClassLink, ...]


def map_classes(vocabulary: Vocabulary) -> ClassMap:
    """Find the links between classes of ours."""
    by_name = {term.label.href: term for term in vocabulary.classes}
    shown = [term for term in vocabulary.classes if _has_own_rules(term, by_name)]
    found = {term.iri: _links(term, by_name) for term in shown}
    counts = Counter(_kind(link) for links in found.values() for link in links)
    common = {kind for kind, count in counts.items() if 2 * count > len(shown)}
    examples = {_kind(link): link for links in found.values() for link in links}
    return ClassMap(
        classes=tuple(
            LinkedClass(
                term=term,
                kinds=tuple(v for v in term.narrower if by_name[v.href].group == term.group),
                kind_of=tuple(
                    v for v in term.broader if v.href in by_name and not by_name[v.href].group
                ),
                links=tuple(link for link in found[term.iri] if _kind(link) not in common),
            )
            for term in shown
        ),
        common=tuple(examples[kind] for kind in sorted(common)),
    )


def _has_own_rules(term: Term, by_name: dict[str, Term]) -> bool:
    broader = (by_name[value.href] for value in term.broader if value.href in by_name)
    return term.group is not None and all(other.group != term.group for other in broader)


def _links(term: Term, by_name: dict[str, Term]) -> tuple[ClassLink, ...]:
    return tuple(
        ClassLink(rule, rule.path, by_name[value.href])
        for rule in (term.group.properties if term.group else ())
        for value in (*rule.values, *rule.either)
        if rule.path and value.href in by_name
    )


def _kind(link: ClassLink) -> tuple[str, URIRef]:
    return link.path.href, link.target.iri
