"""What is said of a thing and its page has no place for: shown all the same, by property."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rdflib import RDF, BNode, Literal, URIRef
from rdflib.term import Node

from napgraph.pages.reading import Link, Reading, Text, Thing
from napgraph.resources import web_address


@dataclass(frozen=True, slots=True)
class Value:
    """A value of some property.

    Attributes:
        path: Where its page is, without a language's prefix; empty if it has none.
        href: Its address elsewhere; empty if it has none that may be a link.
        nested: What is said of it, where it has no name of its own.
    """

    text: Text
    path: str = ""
    href: str = ""
    nested: tuple[OtherFact, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherFact:
    """A property and its values; the property's path leads to what it means, if it is ours."""

    label: Link
    values: tuple[Value, ...]


def other_facts(
    reading: Reading, thing: Thing, shown: Collection[URIRef], language: str
) -> tuple[OtherFact, ...]:
    """Give what is said of a thing besides what a page shows of it, by properties' names.

    Args:
        reading: Where to read.
        thing: The thing.
        shown: The properties that the page has a place for; what has no name of its own is
            given nevertheless.
        language: The reader's, as a BCP 47 tag.
    """
    facts = (
        OtherFact(
            reading.link(predicate, language),
            tuple(_value(reading, node, language) for node in nodes),
        )
        for predicate, values in thing.values.items()
        if predicate != RDF.type
        and (nodes := [v for v in values if predicate not in shown or isinstance(v, BNode)])
    )
    return tuple(sorted(facts, key=lambda fact: fact.label.text.text.casefold()))


def _value(reading: Reading, node: Node, language: str) -> Value:
    if isinstance(node, Literal):
        return Value(Text(str(node), node.language or ""), href=web_address(str(node)))
    if isinstance(node, BNode):
        return Value(Text(""), nested=other_facts(reading, reading.thing(node), (), language))
    link = reading.link(URIRef(str(node)), language)
    return Value(link.text, link.path, "" if link.path else web_address(str(node)))
