"""The one layout of our Turtle: how statements are written so that people can read them.

One statement a line and one block a subject, labels first, blank nodes and
lists where they are used, and only the prefixes in use. It is rdflib's
`longturtle`, written from the lines of N-Triples, which any engine gives and
whose terms are Turtle's too: ten times as fast.

Source: https://www.w3.org/TR/turtle/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeVar

# In N-Triples' words: the term itself, as a line has it.
Term = str
_Properties = dict[Term, dict[Term, None]]
_T = TypeVar("_T")

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE, _FIRST, _REST, _NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))


class TurtleLayout:
    """Writes statements as Turtle, with some prefixes and some properties before all others.

    Args:
        prefixes: Namespaces by prefix; those that a text uses are declared in it.
        first: IRIs of the properties that come first in a block, after its type.
    """

    def __init__(self, prefixes: Mapping[str, str], *, first: Sequence[str] = ()) -> None:
        self.prefixes = prefixes
        self._prefix_of = {namespace: prefix for prefix, namespace in prefixes.items()}
        # Sorted with IRIs as N-Triples has them, which begin with "<", these come before.
        places = (_TYPE, *(f"<{iri}>" for iri in first))
        self._places = {predicate: chr(place) for place, predicate in enumerate(places)}
        self._blocks: dict[str, _Block] = {}
        self.names = _Kept(self._make_name, most=_MAX_NAMES)
        self.verbs = _Kept(self._make_verb, most=_MAX_NAMES)

    def write(self, parts: Iterable[str], *, named: Callable[[Term], str] | None = None) -> str:
        """Write statements, each once.

        Args:
            parts: N-Triples in its canonical form: a statement a line, a space
                between terms. Subjects of an earlier part come before those of
                a later one; within a part they are in alphabetical order.
            named: Gives what an IRI is and is called, in the same form. It is
                asked for all that the parts mention but as class or property,
                and what it gives comes last.
        """
        writing = _Writing(self)
        for part in parts:
            writing.read(part)
        ready = {} if named is None else self._read_names(writing, named)
        return writing.text(ready)

    def _read_names(self, writing: _Writing, named: Callable[[Term], str]) -> dict[Term, _Block]:
        """Add what IRIs are called that are mentioned.

        Returns:
            The blocks of those of which no more is said; they are kept, as
            they are the same in each document.
        """
        ready, besides = {}, []
        for term in sorted(writing.mentions(), key=_WITHOUT_LAST):
            lines = named(term)
            if not lines:
                continue
            if writing.says(term) or "_:" in lines:
                besides.append(lines)
                continue
            block = self._blocks.get(lines)
            if block is None:
                if len(self._blocks) >= _MAX_BLOCKS:
                    self._blocks.clear()
                block = self._blocks[lines] = _Writing(self).block_of(term, lines)
            ready[term] = block
        writing.read("".join(besides))
        return ready

    def _make_name(self, term: Term) -> tuple[str, str]:
        """Find the prefix that an IRI or typed literal needs, if any, and how it is written."""
        if term == _NIL:
            return "", "()"
        if term[0] == "<":
            start = max(term.rfind("/"), term.rfind("#")) + 1
            prefix, local = self._prefix_of.get(term[1:start], ""), term[start:-1]
            return (
                (prefix, f"{prefix}:{local}") if prefix and _LOCAL.fullmatch(local) else ("", term)
            )
        lexical, _, datatype = term.rpartition("^^")
        plain = _PLAIN.get(datatype)
        if plain and plain.fullmatch(lexical):
            return "", lexical[1:-1]
        prefix, name = self.names[datatype]
        return prefix, f"{lexical}^^{name}"

    def _make_verb(self, predicate: Term) -> _Verb:
        place = self._places.get(predicate, predicate[:-1])
        prefix, name = ("", "a") if predicate == _TYPE else self.names[predicate]
        return _Verb(place, predicate, prefix, name)


class _Verb(NamedTuple):
    """A property: its place in a block, the prefix that it needs, and how it is written."""

    place: str
    predicate: Term
    prefix: str
    name: str


class _Kept(dict[Term, _T]):
    """What is made of a term, once; looked up as fast as in any dictionary."""

    def __init__(self, make: Callable[[Term], _T], *, most: int) -> None:
        self._make = make
        self._most = most

    def __missing__(self, term: Term) -> _T:
        made = self._make(term)
        if len(self) >= self._most:
            self.clear()
        self[term] = made
        return made


class _Block(NamedTuple):
    """A block as it is written, and the prefixes in it."""

    text: str
    used: frozenset[str]


class _Writing:
    """One text while it is written."""

    def __init__(self, layout: TurtleLayout) -> None:
        self._layout = layout
        self._said: dict[Term, _Properties] = {}
        self._subjects: list[Term] = []
        self._used = {""}
        self._has_blank = False
        self._references: dict[Term, int] = {}
        self._written: set[Term] = set()

    def read(self, part: str) -> None:
        """Take in what comes after all that was taken in before."""
        said = self._said
        known = len(said)
        last, properties = "", {}
        # No text has a line break in N-Triples, so none has the end of a line.
        for line in part.split(" .\n")[:-1]:
            subject, predicate, term = line.split(" ", 2)
            if subject != last:
                last = subject
                found = said.get(subject)
                properties = said[subject] = {} if found is None else found
            objects = properties.get(predicate)
            if objects is None:
                properties[predicate] = {term: None}
            else:
                objects[term] = None
        self._has_blank = self._has_blank or "_:" in part
        order = _iri_order if self._has_blank else _WITHOUT_LAST
        self._subjects += sorted(list(said)[known:], key=order)

    def says(self, subject: Term) -> bool:
        """Tell whether anything is said of a subject."""
        return subject in self._said

    def mentions(self) -> set[Term]:
        """Find the IRIs that are mentioned, but for those that are a class or a property."""
        things: set[Term] = set(self._said)
        words: set[Term] = set()
        for properties in self._said.values():
            words.update(properties)
            for predicate, objects in properties.items():
                (words if predicate == _TYPE else things).update(objects)
        return {term for term in things - words if term[0] == "<"}

    def block_of(self, subject: Term, lines: str) -> _Block:
        """Write the block of one subject, of which these lines say all."""
        self.read(lines)
        return _Block(self._block(subject), frozenset(self._used))

    def text(self, ready: Mapping[Term, _Block]) -> str:
        """Give the whole text, with blocks at its end that are written already."""
        if self._has_blank:
            self._references = _count_references(self._said)
        blocks = [self._block(subject) for subject in self._subjects if subject[0] == "<"]
        for block in ready.values():
            blocks.append(block.text)
            self._used |= block.used
        if self._has_blank:
            blocks += self._blocks_of_blank_nodes()
        prefixes = self._layout.prefixes
        head = [f"PREFIX {name}: <{prefixes[name]}>\n" for name in sorted(self._used) if name]
        return "".join([*head, *blocks]) if head else "".join(blocks).removeprefix("\n")

    def _blocks_of_blank_nodes(self) -> list[str]:
        """Write those that are used nowhere or more than once, then those in circles."""
        blank = [subject for subject in self._subjects if subject[0] == "_"]
        free = [subject for subject in blank if self._references.get(subject) != 1]
        blocks = [self._block(subject) for subject in free]
        # To write one may write others of the same circle.
        blocks += [self._block(subject) for subject in blank if subject not in self._written]
        return blocks

    def _block(self, subject: Term) -> str:
        self._written.add(subject)
        name = self._name(subject) if subject in self._references or subject[0] == "<" else "[]"
        lines = "\n".join(self._lines(self._said[subject], 1))
        return f"\n{name}\n{lines}\n.\n"

    def _lines(self, properties: _Properties, level: int) -> list[str]:
        """Write what is said of a subject, one line a statement."""
        indent = _INDENT * level
        lines = []
        for _, predicate, prefix, verb in sorted(map(self._layout.verbs.__getitem__, properties)):
            self._used.add(prefix)
            objects = properties[predicate]
            if len(objects) == 1:
                (term,) = objects
                value = self._value(term, level) if term[0] == "_" else f" {self._name(term)}"
                lines.append(f"{indent}{verb}{value} ;")
            else:
                items = [self._item(o, level + 1) for o in _in_order(objects)]
                lines += [f"{indent}{verb}", f"{f' ,{_NEW_LINE}'.join(items)} ;"]
        return lines

    def _value(self, term: Term, level: int) -> str:
        """Write a blank node as the only value of a property: below that, or a list beside it."""
        if (items := self._items(term, level)) is not None:
            return f" {self._list(items, level)}"
        if self._is_nested(term, level):
            return f"\n{self._item(term, level + 1)}"
        return f" {self._name(term)}"

    def _item(self, term: Term, level: int) -> str:
        """Write one of several values, on a line of its own."""
        indent = _INDENT * level
        if term[0] == "_":
            if (items := self._items(term, level)) is not None:
                return f"{indent}{self._list(items, level)}"
            if self._is_nested(term, level):
                return f"{indent}{self._nested(term, level)}"
        return f"{indent}{self._name(term)}"

    def _list(self, items: list[Term], level: int) -> str:
        lines = "".join(f"{self._item(item, level + 1)}\n" for item in items)
        return f"(\n{lines}{_INDENT * level})"

    def _nested(self, node: Term, level: int) -> str:
        self._written.add(node)
        properties = self._said.get(node)
        if not properties:
            return "[]"
        lines = "\n".join(self._lines(properties, level + 1))
        return f"[\n{lines}\n{_INDENT * level}]"

    def _is_nested(self, node: Term, level: int) -> bool:
        """Tell whether a blank node is written where it is used, and only there."""
        return self._references[node] == 1 and node not in self._written and level < _MAX_LEVEL

    def _items(self, node: Term, level: int) -> list[Term] | None:
        """Read the items of a list, and take it as written; None for what is no list."""
        items: list[Term] = []
        nodes: dict[Term, None] = {}
        while node != _NIL:
            properties = self._said.get(node, {})
            first, rest = properties.get(_FIRST, {}), properties.get(_REST, {})
            alone = len(properties) == 2 and len(first) == len(rest) == 1
            if not alone or node in nodes or not self._is_nested(node, level):
                return None
            nodes[node] = None
            items += first
            (node,) = rest
        self._written.update(nodes)
        return items

    def _name(self, term: Term) -> str:
        # Texts and blank nodes are written in Turtle as in N-Triples.
        if term[0] == "_" or (term[0] == '"' and term[-1] != ">"):
            return term
        prefix, name = self._layout.names[term]
        self._used.add(prefix)
        return name


def _count_references(said: Mapping[Term, _Properties]) -> dict[Term, int]:
    counts: dict[Term, int] = {}
    for properties in said.values():
        for objects in properties.values():
            for term in objects:
                if term[0] == "_":
                    counts[term] = counts.get(term, 0) + 1
    return counts


def _iri_order(term: Term) -> str:
    # Its closing bracket would come after what a longer IRI goes on with.
    return term.rstrip(">")


def _in_order(objects: Iterable[Term]) -> list[Term]:
    """Sort the values of a property; most often they are IRIs alone."""
    if all(term[0] == "<" for term in objects):
        return sorted(objects, key=_WITHOUT_LAST)
    return sorted(objects, key=_object_order)


def _object_order(term: Term) -> tuple[int, str, str, float, str]:
    """Order as rdflib does: blank nodes, IRIs, then literals by datatype, language and value."""
    if term[0] != '"':
        return term[0] == "<", "", "", 0.0, _iri_order(term)
    lexical, _, end = term[1:].rpartition('"')
    datatype = end[3:-1] if end.startswith("^^") else f"{_XSD}string"
    language = end[1:] if end.startswith("@") else ""
    number = float(lexical) if f"<{datatype}>" in _PLAIN and _NUMBER.fullmatch(lexical) else 0.0
    return 2, datatype, language, number, lexical


# The order of IRIs, as `_iri_order` has it for any terms.
_WITHOUT_LAST = itemgetter(slice(None, -1))
_INDENT = "    "
_NEW_LINE = "\n"
_MAX_NAMES = 200_000
_MAX_BLOCKS = 20_000
# Deeper blank nodes get a block of their own, as parsers have limits.
_MAX_LEVEL = 40
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# Local names that need no escape and do not end in a full stop.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
# The forms that Turtle writes without quotes.
_PLAIN = {
    f"<{_XSD}integer>": re.compile(r'"-?[0-9]+"'),
    f"<{_XSD}decimal>": re.compile(r'"-?[0-9]+\.[0-9]+"'),
    f"<{_XSD}boolean>": re.compile('"(true|false)"'),
}
