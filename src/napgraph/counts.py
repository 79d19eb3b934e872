"""How much is in a generation, and what its description needs to know: counted once, then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from napgraph.store import Store


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class, how many entities it has, one of them, and their statements by property."""

    iri: str
    entities: int
    example: str
    properties: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PropertyCount:
    """A property, its statements, and their different subjects and objects."""

    iri: str
    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True, slots=True)
class LinkCount:
    """Statements that match entities with others elsewhere, whose addresses begin with `target`."""

    property: str
    target: str
    triples: int


@dataclass(frozen=True, slots=True)
class Place:
    """A country that has a plan; `match` is its IRI in the European Union's table, if known."""

    iri: str
    name: str
    match: str


@dataclass(frozen=True, slots=True)
class GraphNote:
    """What a named graph says of itself: its title in English and when it was last changed."""

    title: str
    modified: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of all named graphs together.

    Attributes:
        entities: How many IRIs of ours are subjects.
        classes: Those with the most entities first.
        properties: Those with the most statements first.
        languages: The number of texts by language tag, the most first.
        first_year: The first that a plan is of; empty where none has a year.
        last_year: See `first_year`.
        places: The countries that have a plan.
        graphs: By IRI; those that say nothing of themselves are left out.
    """

    subjects: int
    objects: int
    entities: int
    classes: tuple[ClassCount, ...]
    properties: tuple[PropertyCount, ...]
    links: tuple[LinkCount, ...]
    languages: Mapping[str, int]
    first_year: str
    last_year: str
    places: tuple[Place, ...]
    graphs: Mapping[str, GraphNote]

    def to_json(self) -> dict[str, Any]:
        """Give all as JSON knows it."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Counts:
        """Read what `to_json` gave."""
        return cls(
            **{
                **said,
                "classes": tuple(ClassCount(**part) for part in said["classes"]),
                "properties": tuple(PropertyCount(**part) for part in said["properties"]),
                "links": tuple(LinkCount(**part) for part in said["links"]),
                "places": tuple(Place(**part) for part in said["places"]),
                "graphs": {iri: GraphNote(**note) for iri, note in said["graphs"].items()},
            }
        )


def count(store: Store) -> Counts:
    """Count what a store holds."""
    (totals,) = _ask(store, "totals")
    (years,) = _ask(store, "years")
    return Counts(
        subjects=int(totals.subjects),
        objects=int(totals.objects),
        entities=int(totals.entities),
        classes=_count_classes(store),
        properties=tuple(
            PropertyCount(str(row.property), int(row.triples), int(row.subjects), int(row.objects))
            for row in _ask(store, "properties")
        ),
        links=tuple(
            LinkCount(str(row.property), str(row.target), int(row.triples))
            for row in _ask(store, "links")
        ),
        languages={str(row.language): int(row.texts) for row in _ask(store, "languages")},
        first_year=str(years.first or ""),
        last_year=str(years.last or ""),
        places=tuple(
            {
                str(row.country): Place(str(row.country), str(row.name or ""), str(row.match or ""))
                for row in _ask(store, "places")
            }.values()
        ),
        graphs={
            str(row.graph): GraphNote(str(row.title or ""), str(row.modified or ""))
            for row in _ask(store, "graphs")
        },
    )


def _count_classes(store: Store) -> tuple[ClassCount, ...]:
    properties: dict[str, dict[str, int]] = {}
    for row in _ask(store, "class_properties"):
        properties.setdefault(str(row.type), {})[str(row.property)] = int(row.triples)
    return tuple(
        ClassCount(iri, int(row.entities), str(row.example or ""), properties[iri])
        for row in _ask(store, "classes")
        if (iri := str(row.type))
    )


def _ask(store: Store, name: str) -> list[Any]:
    path = files("napgraph") / "queries" / "dataset" / f"{name}.rq"
    return store.select(path.read_text(encoding="utf-8"))
