"""A form as a page shows it: controls with their words, choices and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rdflib import DCTERMS, FOAF, SKOS, Literal, URIRef
from rdflib.term import Node

from napgraph.curation.form_basis import Basis
from napgraph.curation.form_fields import Field, Group, Input
from napgraph.curation.form_problems import Verdict
from napgraph.curation.form_proposals import Problem
from napgraph.curation.form_values import UNDETERMINED, Written, thing_of
from napgraph.curation.forms import Form, Part
from napgraph.namespaces import ID, NAP, thing_iri
from napgraph.pages.reading import Reading, Text
from napgraph.resources import choose_text
from napgraph.web.languages import language
from napgraph.web.term_names import term_name

# As many can be ticked; of more, some are chosen from lists.
_MOST_TICKED = 40
# A publisher of so many sources is offered everywhere.
_OFTEN = 3
_UN_LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen; `value` is what the control sends."""

    value: str
    text: Text
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One of the values that a control has, and the choice of its language."""

    text: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """A field on a page.

    Attributes:
        id: Of the element, and of the first of several.
        name: What it sends its values as.
        way: How it is drawn: `line`, `text`, `address`, `digits`, `choose`, `tick`, `pick`.
        rows: The values, with an empty one to add another.
        choices: What can be chosen, or is offered.
        has_language: Whether a text's language is asked.
        language: The one in which a text has to be.
        is_needed: Whether there has to be a value.
        problems: What is wrong.
        notices: What a reviewer will look at.
    """

    id: str
    name: str
    way: str
    field: Field
    label: Text
    help: Text
    rows: tuple[Row, ...] = ()
    choices: tuple[Choice, ...] = ()
    has_language: bool = False
    language: str = ""
    is_needed: bool = False
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()

    @property
    def is_given(self) -> bool:
        """Whether anything is filled in."""
        return any(row.text for row in self.rows) or any(c.is_chosen for c in self.choices)


@dataclass(frozen=True, slots=True)
class Section:
    """Controls that belong together."""

    anchor: str
    title: Text
    controls: tuple[Control, ...]

    @property
    def has_problem(self) -> bool:
        """Whether something is wrong in it."""
        return any(control.problems for control in self.controls)

    @property
    def given(self) -> int:
        """How many of its controls are filled in."""
        return sum(control.is_given for control in self.controls)

    @property
    def is_needed(self) -> bool:
        """Whether something in it has to be filled in."""
        return any(control.is_needed for control in self.controls)


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part of a form on a page.

    Attributes:
        title: What kind of thing it is about.
        fixed: What cannot be changed.
        problems: What is wrong with it as a whole.
    """

    part: Part
    title: Text
    sections: tuple[Section, ...]
    fixed: tuple[tuple[Text, Text], ...]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]

    @property
    def controls(self) -> tuple[Control, ...]:
        """All its controls."""
        return tuple(control for section in self.sections for control in section.controls)


class Shower:
    """Makes controls of one form's fields.

    Args:
        form: The form, filled in.
        basis: What it began with.
        reading: Says what things are called.
        verdict: What is wrong.
    """

    def __init__(self, form: Form, basis: Basis, reading: Reading, verdict: Verdict) -> None:
        self._form = form
        self._basis = basis
        self._reading = reading
        self._verdict = verdict
        self._language = language()

    def parts(self) -> Mapping[str, ShownPart]:
        """Give the parts by their names."""
        return {part.name: self._part(part) for part in self._form.parts}

    def languages(self) -> tuple[Choice, ...]:
        """List the languages in which texts may be, those of the United Nations first."""
        of_plans = self._reading.values(DCTERMS.language).values()
        keys = {iri.rpartition("/")[2] for found in of_plans for iri in map(str, found)}
        in_use = {
            value.language
            for part in self._form.parts
            for values in part.answers.values()
            for value in values
            if thing_of(f"language/{value.language}")
        }
        others = (
            self._language_choice(key) for key in (keys | in_use) - {*_UN_LANGUAGES, UNDETERMINED}
        )
        return (
            *(self._language_choice(key) for key in _UN_LANGUAGES),
            *sorted(others, key=lambda choice: choice.text.text.casefold()),
        )

    def _language_choice(self, key: str) -> Choice:
        return Choice(key, self._reading.label(thing_iri("language", key), self._language))

    def _part(self, part: Part) -> ShownPart:
        controls = [self._control(part, field) for field in part.fields]
        groups: dict[Group, list[Control]] = {}
        for control in controls:
            groups.setdefault(control.field.group, []).append(control)
        return ShownPart(
            part=part,
            title=self._reading.label(part.cls, self._language),
            sections=tuple(self._section(part, *pair) for pair in groups.items()),
            fixed=tuple((self._label(field), self._named(node)) for field, node in part.fixed),
            problems=_of(self._verdict.problems, part.name, ""),
            notices=_of(self._verdict.notices, part.name, ""),
        )

    def _section(self, part: Part, group: Group, controls: list[Control]) -> Section:
        title = _text(group.labels, self._language)
        anchor = f"{part.name}-{str(group.iri).rpartition('#')[2]}"
        return Section(anchor, title, tuple(controls))

    def _control(self, part: Part, field: Field) -> Control:
        values = part.answers.get(field.name, ())
        control = Control(
            id=f"{part.name}-{field.name.replace(':', '-')}",
            name=f"{part.name}.{field.name}",
            way=_WAYS.get(field.input, "line"),
            field=field,
            label=self._label(field),
            help=_text(field.helps, self._language),
            has_language=field.input is Input.TEXT and len(field.languages) != 1,
            language=field.languages[0] if len(field.languages) == 1 else "",
            is_needed=field.minimum > 0 and field.path not in _MADE_FOR_THEM,
            problems=_of(self._verdict.problems, part.name, field.name),
            notices=_of(self._verdict.notices, part.name, field.name),
        )
        if field.input in (Input.THING, Input.CONCEPT, Input.OPTION):
            return self._choosing(control, values)
        offered = self._offered(field) if field.input is Input.NAME else ()
        way = "text" if field.is_long else control.way
        rows = self._rows(field, values, is_new=part.subject is None)
        return replace(control, way=way, rows=rows, choices=offered)

    def _choosing(self, control: Control, values: Sequence[Written]) -> Control:
        chosen = {value.text for value in values if value}
        found = self._choices(control.field, chosen)
        if control.field.is_single:
            return replace(control, choices=_marked(found, chosen))
        if len(found) <= _MOST_TICKED:
            return replace(control, way="tick", choices=_marked(found, chosen))
        rows = (*(Row(text) for text in sorted(chosen)), Row())
        return replace(control, way="pick", rows=rows, choices=found)

    def _rows(self, field: Field, values: Sequence[Written], *, is_new: bool) -> tuple[Row, ...]:
        """Give the values, and room for one more of a thing that is there already."""
        rows = tuple(Row(value.text, value.language) for value in values if value)
        most = 1 if is_new or len(field.languages) == 1 else field.maximum
        if most is not None and len(rows) >= most:
            return rows
        return (*rows, Row(language=self._language if field.input is Input.TEXT else ""))

    # -- choices -------------------------------------------------------------------------------

    def _choices(self, field: Field, chosen: Iterable[str]) -> tuple[Choice, ...]:
        if field.input is Input.OPTION:
            return tuple(Choice(code, Text(code)) for code in field.options)
        if field.scheme:
            found = [*self._reading.subjects(SKOS.inScheme, field.scheme)]
        else:
            found = [*self._things(field)]
        found += [iri for iri in map(thing_of, sorted(chosen)) if iri and iri not in found]
        choices = (Choice(iri.removeprefix(str(ID)), self._name(iri, field)) for iri in found)
        if field.scheme and len(found) <= _MOST_TICKED:
            return tuple(choices)
        return tuple(sorted(choices, key=lambda choice: choice.text.text.casefold()))

    def _things(self, field: Field) -> Iterator[URIRef]:
        """Give the things that fit a field, of those that the file or the country has."""
        home = self._basis.graph(self._form.home)
        for cls in field.classes:
            if cls == NAP.Source:
                things: Iterable[Node] = home.subjects(NAP.sourceUrl, None)
            elif cls == NAP.ActionPlan and self._form.owner:
                things = self._basis.subjects(NAP.country, thing_iri("country", self._form.owner))
                things = (iri for iri in things if str(iri).startswith(str(thing_iri("plan", ""))))
            elif cls == NAP.ActionPlan:
                things = self._basis.things(NAP.RegionalActionPlan)
            else:
                things = self._basis.things(cls)
            own = self._form.main.subject
            yield from sorted({iri for iri in things if isinstance(iri, URIRef) and iri != own})

    def _offered(self, field: Field) -> tuple[Choice, ...]:
        """Give names that one may mean; others can be written as well."""
        if FOAF.Agent in field.classes:
            names = self._publishers()
        else:
            names = set(self._basis.names(self._form.owner).preferred.values())
        return tuple(Choice(name, Text(name)) for name in sorted(names, key=str.casefold))

    def _publishers(self) -> set[str]:
        counts: dict[Node, int] = {}
        for found in self._reading.values(DCTERMS.publisher).values():
            for publisher in found:
                counts[publisher] = counts.get(publisher, 0) + 1
        often = {publisher for publisher, count in counts.items() if count >= _OFTEN}
        home = set(self._basis.graph(self._form.home).objects(None, DCTERMS.publisher))
        return {self._basis.name_of(iri) for iri in often | home if isinstance(iri, URIRef)}

    # -- words ---------------------------------------------------------------------------------

    def _name(self, iri: URIRef, field: Field) -> Text:
        """Name what can be chosen; a source with its publisher, as titles are often alike."""
        thing = self._reading.thing(iri)
        if not thing:  # what a submission proposes is not published yet
            return Text(self._basis.name_of(iri))
        text = self._reading.label(iri, self._language)
        if symbol := thing.value(NAP.symbol):
            return replace(text, text=f"{symbol}: {text.text}")
        publisher = thing.iri_of(DCTERMS.publisher)
        if NAP.Source not in field.classes or publisher is None:
            return text
        whose = self._reading.label(publisher, self._language)
        return replace(text, text=f"{text.text} ({whose.text})")

    def _label(self, field: Field) -> Text:
        return field_label(field, self._reading, self._language)

    def _named(self, node: Node) -> Text:
        if isinstance(node, URIRef):
            is_published = bool(self._reading.thing(node))
            own = self._reading.label(node, self._language)
            return own if is_published else Text(self._basis.name_of(node))
        return Text(str(node), (node.language or "") if isinstance(node, Literal) else "")


def field_label(field: Field, reading: Reading, tag: str) -> Text:
    """Say what a field is called: by the ontology for the reader, else by its shape."""
    text = Text(term_name(field.name))
    if text.text == field.name:
        text = reading.label(field.path, tag)
    if text.text == field.name:
        text = _text(field.labels, tag)
    return Text(text.text[:1].upper() + text.text[1:], text.language)


_WAYS = {
    Input.TEXT: "line",
    Input.CODE: "line",
    Input.NAME: "line",
    Input.DATE: "date",
    Input.YEAR: "digits",
    Input.INTEGER: "digits",
    Input.NUMBER: "number",
    Input.ADDRESS: "address",
    Input.OPTION: "choose",
    Input.CONCEPT: "choose",
    Input.THING: "choose",
}
# What is made where it is left out.
_MADE_FOR_THEM = frozenset((DCTERMS.identifier,))


def _marked(choices: Iterable[Choice], chosen: set[str]) -> tuple[Choice, ...]:
    return tuple(replace(choice, is_chosen=choice.value in chosen) for choice in choices)


def _of(problems: Iterable[Problem], part: str, field: str) -> tuple[Problem, ...]:
    return tuple(p for p in problems if (p.part, p.field) == (part, field))


def _text(literals: Iterable[Literal], tag: str) -> Text:
    chosen = choose_text(literals, tag)
    return Text("") if chosen is None else Text(str(chosen), chosen.language or "")
