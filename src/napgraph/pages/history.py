"""What a page says of how two versions differ: in words, by what things are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import RDF, BNode, Literal, URIRef
from rdflib.term import Node

from napgraph.curation.differences import Difference, EntityChange, PropertyChange
from napgraph.namespaces import ID
from napgraph.pages.others import OtherFact, Value
from napgraph.pages.reading import Link, Reading, Text
from napgraph.resources import choose_text, local_path, natural_key, web_address
from napgraph.store import LABEL_PROPERTIES

# Of more things than these a page shows the first alone; all are in the same as data.
MOST = 200


@dataclass(frozen=True, slots=True)
class FactChange:
    """A property, the values that go and those that come."""

    label: Link
    removed: tuple[Value, ...]
    added: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ThingChange:
    """A thing of which something differs.

    Attributes:
        name: What it is called.
        path: Where its page is, without a language's prefix; empty where it is gone.
        classes: What it is.
        kind: `added`, `removed` or `changed`.
    """

    name: Text
    path: str
    classes: tuple[Link, ...]
    kind: str
    facts: tuple[FactChange, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """How two versions differ.

    Attributes:
        things: Those that come, go and change, as many as a page shows.
        total: How many there are.
    """

    things: tuple[ThingChange, ...]
    total: int


def read_difference(found: Difference | None, reading: Reading, language: str) -> Differing | None:
    """Say a difference in words; None where there is too much of it.

    Args:
        found: What differs.
        reading: What things and properties are called now.
        language: The reader's, as a BCP 47 tag.
    """
    if found is None:
        return None
    # What is said of blank nodes stands where they are values.
    named = [entity for entity in found.entities if isinstance(entity.subject, URIRef)]
    blank: dict[Node, EntityChange] = {
        e.subject: e for e in found.entities if isinstance(e.subject, BNode)
    }
    names = _names(found.entities)
    words = _Words(reading, language, names, blank)
    return Differing(tuple(words.thing(entity) for entity in named[:MOST]), len(named))


class _Words:
    """Says what things are called, those that are gone too."""

    def __init__(
        self,
        reading: Reading,
        language: str,
        names: Mapping[Node, Sequence[Literal]],
        blank: Mapping[Node, EntityChange],
    ) -> None:
        self._reading = reading
        self._language = language
        self._names = names
        self._blank = blank

    def thing(self, entity: EntityChange) -> ThingChange:
        iri = URIRef(str(entity.subject))
        return ThingChange(
            name=self._name(iri),
            path=local_path(iri) if self._reading.thing(iri) else "",
            classes=tuple(
                self._reading.link(cls, self._language)
                for cls in entity.types
                if isinstance(cls, URIRef)
            ),
            kind=entity.kind,
            facts=self._facts(entity.changes),
        )

    def _facts(self, changes: Iterable[PropertyChange]) -> tuple[FactChange, ...]:
        facts = (
            FactChange(
                self._reading.link(change.predicate, self._language),
                self._values(change.removed),
                self._values(change.added),
            )
            for change in changes
            if change.predicate != RDF.type or change.removed
        )
        return tuple(sorted(facts, key=lambda fact: fact.label.text.text.casefold()))

    def _values(self, nodes: Iterable[Node]) -> tuple[Value, ...]:
        return tuple(self._value(node) for node in sorted(nodes, key=natural_key))

    def _value(self, node: Node) -> Value:
        if isinstance(node, Literal):
            return Value(Text(str(node), node.language or ""), href=web_address(str(node)))
        if isinstance(node, BNode):
            return Value(Text(""), nested=self._nested(node))
        iri = URIRef(str(node))
        path = local_path(iri) if self._reading.thing(iri) else ""
        return Value(self._name(iri), path, "" if path else web_address(str(iri)))

    def _nested(self, node: Node) -> tuple[OtherFact, ...]:
        entity = self._blank.get(node)
        if entity is None:
            return ()
        return tuple(
            OtherFact(
                self._reading.link(change.predicate, self._language),
                self._values(change.after or change.before),
            )
            for change in entity.changes
            if change.predicate != RDF.type
        )

    def _name(self, iri: URIRef) -> Text:
        if not self._reading.thing(iri) and (chosen := self._former_name(iri)):
            return Text(str(chosen), chosen.language or "")
        if iri.startswith(str(ID)) or self._reading.thing(iri):
            return self._reading.label(iri, self._language)
        return Text(str(iri))

    def _former_name(self, iri: URIRef) -> Literal | None:
        return choose_text(self._names.get(iri, ()), self._language)


def _names(entities: Iterable[EntityChange]) -> dict[Node, list[Literal]]:
    """List what things are called by their first property that is a name."""
    names: dict[Node, list[Literal]] = {}
    for entity in entities:
        said = {c.predicate: [*c.after, *c.before] for c in entity.changes}
        found = next((said[p] for p in LABEL_PROPERTIES if p in said), [])
        names[entity.subject] = [value for value in found if isinstance(value, Literal)]
    return names
