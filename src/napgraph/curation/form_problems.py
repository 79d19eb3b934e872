"""What the rules say of a filled-in form, each at the field where it is to be mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import DCTERMS, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from napgraph.curation.form_proposals import Problem, Proposal
from napgraph.curation.forms import MAIN, Form, Part
from napgraph.curation.merging import Conflict
from napgraph.namespaces import ID
from napgraph.resources import short_name
from napgraph.validation import Result

_NAME = r"[a-z][a-z-]*:[A-Za-z]\w*"
_OF_VALUE = re.compile(rf"({_NAME}) \?value\b")
_SOURCE = short_name(DCTERMS.source)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a filled-in form.

    Attributes:
        problems: What keeps it from being published.
        notices: What a reviewer will look at.
    """

    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]


# Of a form that nobody has looked at yet.
UNTOLD = Verdict((), ())


def verdict(form: Form, proposal: Proposal, results: Iterable[Result], shapes: Graph) -> Verdict:
    """Bring together what a proposal lacks and what the rules say of it.

    A field of which it is known what is wrong is not spoken of again; of things
    that are not in the form, only what keeps the whole from being published.
    """
    placed = [(result, _place(form, proposal, result, shapes)) for result in results]
    told = {(problem.part, problem.field) for problem in proposal.problems}
    problems = [
        problem
        for result, problem in placed
        if result.severity == SH.Violation and (problem.part, problem.field) not in told
    ]
    notices = [
        problem for result, problem in placed if result.severity == SH.Warning and problem.part
    ]
    return Verdict(
        tuple(dict.fromkeys((*proposal.problems, *problems))), tuple(dict.fromkeys(notices))
    )


def clashes(form: Form, proposal: Proposal, conflicts: Mapping[str, Sequence[Conflict]]) -> Verdict:
    """Say at its fields where a form clashes with what was published while it was filled in."""
    found = (conflict for of_graph in conflicts.values() for conflict in of_graph)
    return Verdict(tuple(dict.fromkeys(_clash(form, proposal, one) for one in found)), ())


def _clash(form: Form, proposal: Proposal, conflict: Conflict) -> Problem:
    part = form.part(proposal.things.get(conflict.subject, ""))
    field = short_name(str(conflict.predicate)) if conflict.predicate else ""
    thing = conflict.subject if isinstance(conflict.subject, URIRef) else None
    if part is None or not _asks(part, field):
        message = "Somebody else has changed this meanwhile: look at what is published now."
        return Problem(part.name if part else "", "", message, thing)
    now = " and ".join(str(value).removeprefix(str(ID)) for value in conflict.published)
    message = (
        f"Somebody else has changed this meanwhile; published is now {now or 'nothing'}. "
        "Look at it, and submit what is right."
    )
    return Problem(part.name, field, message)


def _place(form: Form, proposal: Proposal, result: Result, shapes: Graph) -> Problem:
    focus, value = result.focus_node, result.value
    # A rule about a plan may find a mistake in one of its objectives.
    about = value if value is not None and value in proposal.things else focus
    part = form.part(proposal.things.get(about, ""))
    if part is None:
        thing = URIRef(str(focus)) if isinstance(focus, URIRef) else None
        return Problem("", "", result.message, thing, result.translations)
    if result.path == DCTERMS.source and not _asks(part, _SOURCE):
        # Where all that the form says was read is asked once.
        main = MAIN if form.main.has_source else ""
        return Problem(main, _SOURCE, result.message, translations=result.translations)
    field = next((name for name in _fields_of(result, shapes) if _asks(part, name)), "")
    return Problem(part.name, field, result.message, translations=result.translations)


def _asks(part: Part, name: str) -> bool:
    return any(field.name == name for field in part.fields)


def _fields_of(result: Result, shapes: Graph) -> Iterator[str]:
    """Name the properties that a result is about, the one to mend first."""
    if result.path is not None:
        yield short_name(result.path)
    # A query that finds no value speaks of the thing as a whole.
    is_of_value = result.value is not None and result.value != result.focus_node
    for query in shapes.objects(result.shape, SH.sparql) if is_of_value else ():
        text = str(shapes.value(query, SH.select))
        yield from _OF_VALUE.findall(text)
        yield from re.findall(_NAME, text)
    paths = list(_paths_in(shapes, result.shape))
    # Of several ways to keep to a rule, to add what is missing is the one to tell.
    yield from (short_name(path) for path, is_asked in paths if is_asked)
    yield from (short_name(path) for path, _ in paths)


def _paths_in(shapes: Graph, shape: Node) -> Iterator[tuple[URIRef, bool]]:
    """Find the properties of which the nameless parts of a shape speak; whether each asks one."""
    path = shapes.value(shape, SH.path)
    if isinstance(path, URIRef):
        yield path, shapes.value(shape, SH.minCount) is not None
    for part in _parts(shapes, shape):
        yield from _paths_in(shapes, part)


def _parts(shapes: Graph, shape: Node) -> Sequence[Node]:
    lists = (o for p in (SH["or"], SH.xone, SH["and"]) for o in shapes.objects(shape, p))
    members = [member for found in lists for member in Collection(shapes, found)]
    members += shapes.objects(shape, SH.property)
    return [member for member in members if isinstance(member, BNode)]
