"""JSON-LD as web developers like it: a tree of plain JSON about one thing, or a flat list.

The engine writes expanded JSON-LD, in which each IRI and each value is whole.
Here it gets the short names of our context, and what a document says of other
things goes where they are mentioned. Any JSON-LD processor that has the
context reads the same statements from it.

Source: https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rdflib import RDF, XSD

from napgraph.jsonld_context import KEYWORDS, Context, Term
from napgraph.store import LABEL_PROPERTIES

_Json = dict[str, Any]
# Writes what the thing that a property leads to is, there.
_Tell = Callable[[str, str], _Json]

_ID, _TYPE = KEYWORDS["@id"], KEYWORDS["@type"]
# A deeper tree is hard to read, and some parsers give up; what is left stands beside it.
_MAX_DEPTH = 8


def frame(expanded: bytes, main: str, context: Context) -> bytes:
    """Write what a document says as one tree of JSON whose root is a thing.

    Each thing is told where the way to it from the root is shortest, and is
    named by its IRI, type and label elsewhere. What the root does not lead to
    stands under `included`.

    Args:
        expanded: The statements in expanded JSON-LD, each once.
        main: IRI of the root.
        context: The context to write with.
    """
    things = _read(expanded, context)
    if _are_mistaken(things, context):
        return expanded
    # An rdflib term is never equal to a plain string.
    root, *others = _Frame(things, str(main), context).write()
    included = {KEYWORDS["@included"]: others} if others else {}
    return _to_bytes({"@context": context.iri, **root, **included})


def flatten(expanded: bytes, context: Context) -> bytes:
    """Write statements as a list of things that name each other by their IRIs.

    Args:
        expanded: The statements in expanded JSON-LD, each once.
        context: The context to write with.
    """
    things = _read(expanded, context)
    if _are_mistaken(things, context):
        return expanded
    listed = [{_ID: iri, **_write(thing, context, _name)} for iri, thing in things.items()]
    return _to_bytes({"@context": context.iri, "@graph": listed})


@dataclass(slots=True)
class _Thing:
    """What is said of a thing: the IRIs of its classes, and expanded values by property."""

    types: list[str] = field(default_factory=list)
    said: dict[str, list[_Json]] = field(default_factory=dict)

    def links(self) -> Iterator[tuple[str, str]]:
        """Give the property and the other thing of each statement that leads to one."""
        for prop, values in self.said.items():
            for value in values:
                if "@id" in value:
                    yield prop, value["@id"]


_NOTHING = _Thing()
_RDF_TYPE = str(RDF.type)


def _read(expanded: bytes, context: Context) -> dict[str, _Thing]:
    """Read things in one order, whatever order the statements come in."""
    things: dict[str, _Thing] = defaultdict(_Thing)
    for part in json.loads(expanded):
        thing = things[part.pop("@id")]
        thing.types += part.pop("@type", ())
        thing.types += (value["@id"] for value in part.pop(_RDF_TYPE, ()))
        for prop, values in part.items():
            thing.said.setdefault(prop, []).extend(values)
    for thing in things.values():
        thing.types.sort()
        props = sorted(thing.said, key=lambda prop: (context.term(prop).place, prop))
        thing.said = {prop: sorted(thing.said[prop], key=_order) for prop in props}
    return {iri: things[iri] for iri in sorted(things, key=_natural)}


def _order(value: _Json) -> tuple[str, str, list[Any]]:
    text = value.get("@id") or value["@value"]
    return value.get("@type", ""), value.get("@language", ""), _natural(text)


def _natural(text: str) -> list[Any]:
    """Order as people count: `MLI-3-2` before `MLI-3-10`."""
    parts = _DIGITS.split(text)
    return [(len(part), part) if i % 2 else part for i, part in enumerate(parts)]


_DIGITS = re.compile("([0-9]+)")


def _are_mistaken(things: dict[str, _Thing], context: Context) -> bool:
    """Tell whether a reader would take an IRI for another, so that only the long form is right."""
    iris = set(things)
    for thing in things.values():
        iris.update(thing.types, thing.said, (other for _, other in thing.links()))
    return any(map(context.mistakes, iris))


def _to_bytes(document: _Json) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


# -- where things are told -------------------------------------------------------------------


class _Frame:
    """A document as a tree, in which each thing has one place."""

    def __init__(self, things: dict[str, _Thing], main: str, context: Context) -> None:
        self._things = things
        self._context = context
        self._pointing: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for iri, thing in things.items():
            for prop, other in thing.links():
                self._pointing[other].append((prop, iri))
        self._waiting = dict.fromkeys(things)
        # Where a thing is told: in another that leads to it with a property, …
        self._inside: dict[str, tuple[str, str]] = {}
        # … or in one that it leads to itself, and which says the property's reverse.
        self._behind: dict[str, tuple[str, str]] = {}
        self._told_behind: dict[str, dict[Term, list[str]]] = defaultdict(dict)
        self._mentions: dict[str, _Json] = {}
        self._roots = list(self._place(main))

    def write(self) -> list[_Json]:
        """Write the tree, and after it what its root does not lead to."""
        return [self._write(root) for root in self._roots]

    def _place(self, main: str) -> Iterator[str]:
        self._waiting.pop(main, None)
        yield main
        self._grow(main)
        for root in self._things:
            if root in self._waiting:
                del self._waiting[root]
                yield root
                self._grow(root)

    def _grow(self, root: str) -> None:
        level = [root]
        for _ in range(_MAX_DEPTH):
            level = [*self._follow(level), *self._follow_back(level)]

    def _follow(self, level: Iterable[str]) -> Iterator[str]:
        for iri in level:
            for prop, other in self._things.get(iri, _NOTHING).links():
                if other in self._waiting:
                    del self._waiting[other]
                    self._inside[other] = (prop, iri)
                    yield other

    def _follow_back(self, level: Iterable[str]) -> Iterator[str]:
        for term, other, prop, iri in sorted(self._ways_back(level), key=lambda way: way[0].place):
            if other in self._waiting:
                del self._waiting[other]
                self._behind[other] = (prop, iri)
                self._told_behind[iri].setdefault(term, []).append(other)
                yield other

    def _ways_back(self, level: Iterable[str]) -> Iterator[tuple[Term, str, str, str]]:
        for iri in level:
            for prop, other in self._pointing.get(iri, ()):
                if other in self._waiting:
                    term = self._context.reverse_term(prop, self._things[other].types)
                    if term is not None:
                        yield term, other, prop, iri

    def _write(self, iri: str) -> _Json:
        thing = self._things.get(iri, _NOTHING)
        written: _Json = {} if self._is_told_in_one_place(iri) else {_ID: iri}
        written |= _write(self._without_turned(iri, thing), self._context, self._tell(iri))
        for term, others in self._told_behind.get(iri, {}).items():
            written[term.name] = [self._write(other) for other in others]
        return written

    def _tell(self, iri: str) -> _Tell:
        def tell(prop: str, other: str) -> _Json:
            if self._inside.get(other) == (prop, iri):
                return self._write(other)
            return self._mention(other)

        return tell

    def _mention(self, iri: str) -> _Json:
        if iri not in self._mentions:
            thing = self._things.get(iri, _NOTHING)
            brief = _Thing(thing.types, _label(thing))
            self._mentions[iri] = {_ID: iri, **_write(brief, self._context, _name)}
        return self._mentions[iri]

    def _without_turned(self, iri: str, thing: _Thing) -> _Thing:
        """Leave out the statement that is said from the other side."""
        if iri not in self._behind:
            return thing
        prop, other = self._behind[iri]
        rest = [value for value in thing.said[prop] if value.get("@id") != other]
        return _Thing(thing.types, {**thing.said, prop: rest})

    def _is_told_in_one_place(self, iri: str) -> bool:
        """Tell whether a thing is a blank node that nothing leads to from elsewhere."""
        pointing = self._pointing.get(iri, [])
        return iri.startswith("_:") and pointing in ([], [self._inside.get(iri)])


_LABELS = tuple(map(str, LABEL_PROPERTIES))


def _label(thing: _Thing) -> dict[str, list[_Json]]:
    """Find what a thing is called, and with which property."""
    for prop in _LABELS:
        if texts := [value for value in thing.said.get(prop, ()) if "@value" in value]:
            return {prop: texts}
    return {}


# -- short forms -----------------------------------------------------------------------------

_INTEGER, _BOOLEAN = str(XSD.integer), str(XSD.boolean)
# Those that every reader of JSON keeps as they are.
_NUMBER = re.compile("0|-?[1-9][0-9]{0,14}")


def _write(thing: _Thing, context: Context, tell: _Tell) -> _Json:
    written: _Json = {}
    if thing.types:
        names = [context.name(cls) for cls in thing.types]
        written[_TYPE] = names[0] if len(names) == 1 else names
    for prop, values in thing.said.items():
        term = context.term(prop)
        if term.is_map and (texts := [value for value in values if "@language" in value]):
            written[term.name] = _language_map(texts, is_array=term.is_array)
            values = [value for value in values if "@language" not in value]
        if values:
            term = context.open_term(prop)
            told = [
                _reference(tell(prop, value["@id"]), term)
                if "@id" in value
                else _literal(value, term, context)
                for value in values
            ]
            written[term.name] = told[0] if len(told) == 1 and not term.is_array else told
    return written


def _language_map(texts: list[_Json], *, is_array: bool) -> _Json:
    by_language: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        by_language[text["@language"]].append(text["@value"])
    return {
        language: found if is_array or len(found) > 1 else found[0]
        for language, found in by_language.items()
    }


def _name(_prop: str, iri: str) -> _Json:
    """Tell nothing of a thing but its IRI."""
    return {_ID: iri}


def _reference(told: _Json, term: Term) -> Any:
    return told[_ID] if term.coerced == "@id" and told.keys() == {_ID} else told


def _literal(value: _Json, term: Term, context: Context) -> Any:
    """Write a literal: as plain JSON where the context says the rest."""
    text, language, datatype = value["@value"], value.get("@language"), value.get("@type", "")
    if language:
        return {"@language": language, "@value": text}
    if datatype == term.coerced:
        return text
    if not term.coerced and datatype == _INTEGER and _NUMBER.fullmatch(text):
        return int(text)
    if not term.coerced and datatype == _BOOLEAN and text in ("true", "false"):
        return text == "true"
    return {_TYPE: context.name(datatype), "@value": text} if datatype else {"@value": text}
