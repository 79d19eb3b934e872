"""What a form asks about a thing: the fields that the shape of its class makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rdflib import DCTERMS, FOAF, RDF, RDFS, SH, SKOS, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from napgraph.namespaces import NAP, SCHEMA
from napgraph.resources import choose_text, short_name


class Input(StrEnum):
    """How people fill in a field."""

    TEXT = "text"  # with the language that it is in
    CODE = "code"  # a text without one
    YEAR = "year"
    DATE = "date"  # a day, a month or a year
    INTEGER = "integer"
    NUMBER = "number"
    ADDRESS = "address"
    OPTION = "option"  # a code out of a list
    CONCEPT = "concept"  # out of a scheme
    THING = "thing"  # out of those that are recorded
    NAME = "name"  # of a thing that is recorded, or that the name makes


@dataclass(frozen=True, slots=True)
class Group:
    """The fields that belong together, under what they are called in several languages."""

    iri: URIRef | None
    labels: tuple[Literal, ...]
    order: float


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a thing in a form.

    Attributes:
        name: The property as one writes it: `nap:periodStart`.
        labels: What the shape calls it.
        helps: What it means.
        message: What to do where a value does not fit, in English.
        translations: The same in other languages.
        minimum: How many values there are at least.
        maximum: How many there are at most; None for any number.
        languages: Those in which a text may be; empty for all.
        scheme: Where concepts come from.
        options: The codes that may be chosen.
        classes: Of what kind things are.
        datatypes: Of which a value may be.
        is_long: Whether a text is more than a line.
    """

    path: URIRef
    name: str
    input: Input
    labels: tuple[Literal, ...]
    helps: tuple[Literal, ...]
    message: str
    group: Group
    order: float
    minimum: int = 0
    maximum: int | None = None
    languages: tuple[str, ...] = ()
    scheme: URIRef | None = None
    options: tuple[str, ...] = ()
    classes: tuple[URIRef, ...] = ()
    datatypes: tuple[URIRef, ...] = ()
    is_long: bool = False
    translations: tuple[Literal, ...] = ()

    @property
    def is_single(self) -> bool:
        """Whether there is one value at most."""
        return self.maximum == 1


def read_fields(shapes: Graph, cls: URIRef) -> tuple[Field, ...]:
    """Make the fields for the things of a class, in the order of the shapes.

    What a form cannot ask is left out, such as what another thing says of this one.
    """
    properties = {
        shape
        for head in _heads(shapes, cls)
        for shape in shapes.objects(head, SH.property)
        if isinstance(shapes.value(shape, SH.path), URIRef)
    }
    found = (_field(shapes, shape) for shape in properties)
    fields = [field for field in found if field]
    return tuple(sorted(fields, key=lambda field: (field.group.order, field.order, field.name)))


def classes_with_fields(shapes: Graph) -> frozenset[URIRef]:
    """Find the classes for whose things there are fields."""
    heads = {head for head, o in shapes.subject_objects(SH.property) if isinstance(o, URIRef)}
    targets = {o for head in heads for o in shapes.objects(head, SH.targetClass)}
    return frozenset(o for o in targets if isinstance(o, URIRef)) | {FOAF.Agent}


def _heads(shapes: Graph, cls: URIRef) -> Iterable[Node]:
    if cls == FOAF.Agent:  # what sources name as their publisher, whatever it says that it is
        return shapes.subjects(SH.targetObjectsOf, DCTERMS.publisher)
    return shapes.subjects(SH.targetClass, cls)


def _field(shapes: Graph, shape: Node) -> Field | None:
    path = URIRef(str(shapes.value(shape, SH.path)))
    datatypes, classes = _either(shapes, shape, SH.datatype), _either(shapes, shape, SH["class"])
    scheme, options = _scheme(shapes, shape), _codes(shapes, shape)
    way = _input(path, datatypes, classes, scheme, options)
    if way is None or shapes.value(shape, SH.hasValue) is not None:
        return None
    maximum = shapes.value(shape, SH.maxCount)
    languages = shapes.value(shape, SH.languageIn)
    return Field(
        path=path,
        name=short_name(path),
        input=way,
        labels=_texts(shapes, shape, SH.name),
        helps=_texts(shapes, shape, SH.description),
        message=str(choose_text(_texts(shapes, shape, SH.message), "en") or ""),
        group=_group(shapes, shapes.value(shape, SH.group)),
        order=_order(shapes, shape),
        minimum=int(str(shapes.value(shape, SH.minCount) or 0)),
        maximum=None if maximum is None else int(str(maximum)),
        languages=tuple(map(str, Collection(shapes, languages))) if languages else (),
        scheme=scheme,
        options=options,
        classes=classes,
        datatypes=datatypes,
        is_long=way is Input.TEXT and path not in _OF_ONE_LINE,
        translations=_texts(shapes, shape, SH.message),
    )


# Names and titles; other texts are sentences.
_OF_ONE_LINE = frozenset((
    RDFS.label, SKOS.prefLabel, SKOS.altLabel, DCTERMS.title, DCTERMS.alternative,
    SCHEMA.name, SCHEMA.location, FOAF.name,
))  # fmt: skip
# What has little more than a name, so that the name is enough to make one.
_MADE_BY_NAME = frozenset((FOAF.Agent, NAP.Stakeholder))
_INPUTS = {
    RDF.langString: Input.TEXT,
    XSD.string: Input.CODE,
    XSD.gYear: Input.YEAR,
    XSD.date: Input.DATE,
    XSD.integer: Input.INTEGER,
    XSD.decimal: Input.NUMBER,
    XSD.anyURI: Input.ADDRESS,
}


def _input(
    path: URIRef,
    datatypes: tuple[URIRef, ...],
    classes: tuple[URIRef, ...],
    scheme: URIRef | None,
    options: tuple[str, ...],
) -> Input | None:
    if options:
        return Input.OPTION
    if scheme:
        return Input.CONCEPT
    if classes:
        return Input.NAME if not _MADE_BY_NAME.isdisjoint(classes) else Input.THING
    inputs = {_INPUTS.get(datatype) for datatype in datatypes}
    if Input.DATE in inputs:
        return Input.DATE
    if Input.NUMBER in inputs:
        return Input.NUMBER
    return inputs.pop() if len(inputs) == 1 else None


def _either(shapes: Graph, shape: Node, predicate: URIRef) -> tuple[URIRef, ...]:
    """Give what a shape asks of a value, or each of what it leaves the choice of."""
    members = (
        member
        for members in shapes.objects(shape, SH["or"])
        for member in Collection(shapes, members)
    )
    found = (o for one in (shape, *members) for o in shapes.objects(one, predicate))
    return tuple(o for o in found if isinstance(o, URIRef) and o != SKOS.Concept)


def _scheme(shapes: Graph, shape: Node) -> URIRef | None:
    for node in shapes.objects(shape, SH.node):
        for part in shapes.objects(node, SH.property):
            scheme = shapes.value(part, SH.hasValue)
            if shapes.value(part, SH.path) == SKOS.inScheme and isinstance(scheme, URIRef):
                return scheme
    return None


def _codes(shapes: Graph, shape: Node) -> tuple[str, ...]:
    members = shapes.value(shape, SH["in"])
    return tuple(map(str, Collection(shapes, members))) if members else ()


def _group(shapes: Graph, group: Node | None) -> Group:
    if not isinstance(group, URIRef):
        return Group(None, (), _LAST)
    return Group(group, _texts(shapes, group, RDFS.label), _order(shapes, group))


_LAST = 9999.0


def _order(shapes: Graph, node: Node) -> float:
    order = shapes.value(node, SH.order)
    return _LAST if order is None else float(str(order))


def _texts(shapes: Graph, node: Node, predicate: URIRef) -> tuple[Literal, ...]:
    found = (o for o in shapes.objects(node, predicate) if isinstance(o, Literal))
    return tuple(sorted(found, key=lambda text: text.language or ""))
