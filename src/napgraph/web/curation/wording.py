"""Differences and findings in words: things and properties by what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from napgraph.curation.differences import EntityChange, PropertyChange
from napgraph.curation.merging import Conflict
from napgraph.curation.prospects import Prospect
from napgraph.curation.reports import Finding
from napgraph.curation.submissions import Action, Status
from napgraph.namespaces import ID
from napgraph.pages.matching import Words, changed_words
from napgraph.pages.reading import Text
from napgraph.resources import choose_text, local_path, short_name
from napgraph.store import LABEL_PROPERTIES
from napgraph.web.formatting import day
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language
from napgraph.web.site import site
from napgraph.web.term_names import term_name

# How many values of a property, and how many characters of a text, a page shows.
_MOST_VALUES, _LONGEST = 30, 4_000
_LONGEST_NAME = 160


@dataclass(frozen=True, slots=True)
class Named:
    """A thing or a value by what it is called; `path` is that of its page, where it has one."""

    text: Text
    path: str = ""


@dataclass(frozen=True, slots=True)
class ChangedProperty:
    """A property whose values differ.

    Attributes:
        removed: The values that go, the first of many.
        added: The values that come, likewise.
        left: How many values there are besides.
        words: Where one text becomes another in the same language: word by word.
    """

    label: str
    removed: tuple[Named, ...]
    added: tuple[Named, ...]
    left: int = 0
    words: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedThing:
    """A thing of which something differs.

    Attributes:
        kind: `added`, `removed` or `changed`.
        cls: What it is.
    """

    kind: str
    named: Named
    cls: str
    changes: tuple[ChangedProperty, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Where a submission and what was published since make different things of one.

    Attributes:
        label: The property; empty where one removes what the other changes.
    """

    named: Named
    label: str
    before: tuple[Named, ...]
    published: tuple[Named, ...]
    proposed: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A finding with what it is about by name."""

    finding: Finding
    named: Named
    label: str


class Namer:
    """Names things as a prospect says them, else as they are published."""

    def __init__(self, prospect: Prospect | None) -> None:
        changes = prospect.changes if prospect else ()
        self._graphs: Sequence[Graph] = [
            graph for change in changes for graph in (change.after, change.before)
        ]

    def changed_things(self, entities: Iterable[EntityChange]) -> list[ChangedThing]:
        """Say how things differ."""
        return [self._changed(entity) for entity in entities]

    def clashes(self, conflicts: Iterable[Conflict]) -> list[Clash]:
        """Say where two changes clash."""
        return [
            Clash(
                self.name(conflict.subject),
                property_label(conflict.predicate) if conflict.predicate else "",
                *(
                    tuple(map(self.name, values))
                    for values in (conflict.before, conflict.published, conflict.proposed)
                ),
            )
            for conflict in conflicts
        ]

    def said(self, findings: Iterable[Finding]) -> list[Said]:
        """Say what findings are about."""
        return [
            Said(
                finding,
                self.name(URIRef(finding.about)),
                property_label(URIRef(finding.path)) if finding.path else "",
            )
            for finding in findings
        ]

    def name(self, node: Node) -> Named:
        """Say what a thing is called, or what a value is."""
        if isinstance(node, Literal):
            return Named(_literal(node))
        if isinstance(node, BNode):
            return Named(Text(gettext("something without an address")))
        iri = URIRef(str(node))
        return Named(_cut(self._label(iri), _LONGEST_NAME), _path(iri))

    def _label(self, iri: URIRef) -> Text:
        for graph in self._graphs:
            for predicate in LABEL_PROPERTIES:
                found = [o for o in graph.objects(iri, predicate) if isinstance(o, Literal)]
                if chosen := choose_text(found, language()):
                    return Text(str(chosen), chosen.language or "")
        return current_index().reading.label(iri, language())

    def _changed(self, entity: EntityChange) -> ChangedThing:
        changes = [change for change in entity.changes if change.predicate != RDF.type]
        return ChangedThing(
            entity.kind,
            self.name(entity.subject),
            ", ".join(class_label(URIRef(str(cls))) for cls in entity.types),
            tuple(map(self._changed_property, changes)),
        )

    def _changed_property(self, change: PropertyChange) -> ChangedProperty:
        return ChangedProperty(
            property_label(change.predicate),
            tuple(map(self.name, change.removed[:_MOST_VALUES])),
            tuple(map(self.name, change.added[:_MOST_VALUES])),
            sum(max(0, len(v) - _MOST_VALUES) for v in (change.removed, change.added)),
            _words(change.removed, change.added),
        )


def property_label(predicate: Node) -> str:
    """Say what a property is called."""
    iri = URIRef(str(predicate))
    short = short_name(iri)
    if (known := term_name(short)) != short:
        return known
    text = current_index().reading.label(iri, language()).text
    placement = site().placements().get(iri)
    return placement.name if placement and text == short else text


def class_label(cls: URIRef) -> str:
    """Say what a class is called."""
    short = short_name(cls)
    known = term_name(short)
    return known if known != short else current_index().reading.label(cls, language()).text


def status_words(status: Status) -> str:
    """Say where a submission stands."""
    return {
        Status.SUBMITTED: gettext("Waits for review"),
        Status.NEEDS_WORK: gettext("Needs work"),
        Status.ACCEPTED: gettext("Accepted, not published yet"),
        Status.REJECTED: gettext("Rejected"),
        Status.WITHDRAWN: gettext("Withdrawn"),
        Status.SUPERSEDED: gettext("Superseded"),
        Status.PUBLISHED: gettext("Published"),
    }[status]


def action_words(action: Action) -> str:
    """Say what somebody did."""
    return {
        Action.SUBMIT: gettext("submitted this"),
        Action.REVISE: gettext("revised this"),
        Action.COMMENT: gettext("commented"),
        Action.REQUEST_CHANGES: gettext("asked for changes"),
        Action.ACCEPT: gettext("accepted this"),
        Action.REJECT: gettext("rejected this"),
        Action.WITHDRAW: gettext("withdrew this"),
        Action.SUPERSEDE: gettext("marked this as superseded"),
        Action.PUBLISH: gettext("published this"),
        Action.FAIL: gettext("could not publish this and gave it back"),
        Action.POSTPONE: gettext("could not publish this yet"),
    }[action]


def severity_words(severity: str) -> str:
    """Say how grave a finding is."""
    return {"Violation": gettext("Has to be mended"), "Warning": gettext("Look at this")}.get(
        severity, gettext("Worth knowing")
    )


def person_words(name: str) -> str:
    """Name a person without the address of their mail."""
    return name.partition(" <")[0]


def _literal(value: Literal) -> Text:
    text = str(value)
    if not text.strip():
        return Text(gettext("an empty text"))
    return _cut(Text(text if value.language else day(text), value.language or ""), _LONGEST)


def _cut(text: Text, length: int) -> Text:
    """Give the beginning of a text that is longer than may be."""
    return Text(f"{text.text[:length]} …", text.language) if len(text.text) > length else text


def _words(removed: Sequence[Node], added: Sequence[Node]) -> tuple[Words, ...]:
    if len(removed) != 1 or len(added) != 1:
        return ()
    old, new = removed[0], added[0]
    if not (isinstance(old, Literal) and isinstance(new, Literal)):
        return ()
    if not old.language or old.language != new.language:
        return ()
    # To compare two texts word by word takes a time that grows with both.
    if len(old) + len(new) > _LONGEST:
        return ()
    words = changed_words(str(old), str(new))
    # Of two sentences that share little, each alone is easier to read.
    kept = sum(len(part.text) for part in words if part.kind == "kept")
    return words if kept > len(new) / 3 else ()


def _path(iri: URIRef) -> str:
    return local_path(iri) if iri.startswith(str(ID)) else ""
