"""Values as people write them in a form, and the terms that they are in a graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from napgraph.curation.form_fields import Field, Input
from napgraph.namespaces import ID
from napgraph.turtle import canonical_literal

# The language of a text of which it is not known.
UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class Written:
    """A value as people write it.

    Attributes:
        text: For things and concepts the end of their IRIs, `plan/MLI-3`, but the
            name where a name is asked.
        language: The tag of a text's; empty of all else.
    """

    text: str
    language: str = ""

    def __bool__(self) -> bool:
        """Tell whether anything is written."""
        return bool(self.text.strip())


class ValueProblem(Exception):
    """What is written is no value of a field, whose message says what to do."""

    def __init__(self, field: Field) -> None:
        super().__init__(field.message)
        self.translations = field.translations


# Gives the name of a thing.
NameOf = Callable[[URIRef], str]
# Gives the thing of a name, which may be a new one.
Finder = Callable[[str], URIRef]


def written(field: Field, node: Node, name_of: NameOf) -> Written | None:
    """Write a term as people do; None for one that the field has no way to show."""
    if isinstance(node, BNode):
        return None
    if isinstance(node, URIRef):
        return _written_thing(field, node, name_of)
    assert isinstance(node, Literal)
    if field.input in _OF_THINGS:
        return None
    if field.input is Input.TEXT:
        return Written(str(node), node.language) if node.language else None
    fits = not node.language and (node.datatype or XSD.string) in (field.datatypes or (XSD.string,))
    return Written(str(node)) if fits else None


def _written_thing(field: Field, node: URIRef, name_of: NameOf) -> Written | None:
    if field.input not in _OF_THINGS or not node.startswith(str(ID)):
        return None
    if field.input is Input.NAME:
        return Written(name_of(node))
    return Written(node.removeprefix(str(ID)))


def read(field: Field, value: Written, find: Finder) -> Node:
    """Make what people wrote a term.

    Raises:
        ValueProblem: It cannot be one.
    """
    text = value.text.strip()
    match field.input:
        case Input.TEXT:
            return Literal(_lines(text), lang=_language(field, value.language))
        case Input.THING | Input.CONCEPT:
            if thing := thing_of(text):
                return thing
            raise ValueProblem(field)
        case Input.NAME:
            return find(text)
        case Input.CODE | Input.OPTION:
            return Literal(text)
        case _:
            return _typed(field, text)


def thing_of(text: str) -> URIRef | None:
    """Give the thing of the end of an IRI of ours, `plan/MLI-3`; None for what is none."""
    return URIRef(f"{ID}{text}") if _KEY.fullmatch(text) else None


def changed(
    field: Field, before: Iterable[Node], posted: Sequence[Written], name_of: NameOf, find: Finder
) -> tuple[frozenset[Node], frozenset[Node]]:
    """Tell what a filled-in field takes from a graph and what it adds.

    Args:
        field: The field.
        before: The values that the graph has; those that the field cannot show stay.
        posted: What is filled in now; empty ones are left aside.
        name_of: Gives the name of a thing.
        find: Gives the thing of a name.

    Raises:
        ValueProblem: One is no value of the field.
    """
    shown = {comparable(w): node for node in before if (w := written(field, node, name_of))}
    wanted = {shown.get(comparable(value)) or read(field, value, find) for value in posted if value}
    known = frozenset(shown.values())
    return known - wanted, frozenset(wanted) - known


_OF_THINGS = (Input.THING, Input.CONCEPT, Input.NAME)
_KEY = re.compile(r"[a-z-]+/[A-Za-z0-9][A-Za-z0-9._-]*")
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_DATES = (
    (re.compile(r"[0-9]{4}"), XSD.gYear),
    (re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"), XSD.gYearMonth),
    (re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"), XSD.date),
)
_FORMS = {
    Input.YEAR: ((re.compile(r"[0-9]{4}"), XSD.gYear),),
    Input.DATE: _DATES,
    Input.INTEGER: ((re.compile(r"-?[0-9]{1,18}"), XSD.integer),),
    Input.NUMBER: (
        (re.compile(r"-?[0-9]{1,18}"), XSD.integer),
        (re.compile(r"-?[0-9]{1,18}\.[0-9]{1,9}"), XSD.decimal),
    ),
    Input.ADDRESS: ((re.compile(r"\S+"), XSD.anyURI),),
}


def _typed(field: Field, text: str) -> Literal:
    for form, datatype in _FORMS[field.input]:
        if form.fullmatch(text):
            return canonical_literal(Literal(text, datatype=datatype, normalize=False))
    raise ValueProblem(field)


def _language(field: Field, tag: str) -> str:
    if len(field.languages) == 1:
        return field.languages[0]
    if not _TAG.fullmatch(tag):
        raise ValueProblem(field)
    return tag


def comparable(value: Written) -> Written:
    """Write the ends of lines as the graph has them, which a browser rewrites, and no margins."""
    return Written(_lines(value.text).strip(), value.language)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE)


# What no keyboard has, but for the ends of lines and tabs.
_INVISIBLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
