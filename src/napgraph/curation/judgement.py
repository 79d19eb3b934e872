"""Proposed graphs judged together with what is published, as a function of both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rdflib import RDF, SH, Literal, URIRef
from rdflib.term import Node

from napgraph.config import Config
from napgraph.curation.cases import Case, CaseLimits, Given, Judged, Place
from napgraph.curation.consequences import Terms, terms
from napgraph.curation.placing import Placed, Placing, Proposal, Published
from napgraph.curation.reach import around, reached
from napgraph.errors import DataError
from napgraph.files import ontology_sources
from napgraph.incoming import Contexts, Incoming, read_contexts, read_incoming
from napgraph.namespaces import QUESTIONS, SHAPES, graph_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.turtle import Statement, decode, graph_of, leading_comment, to_turtle
from napgraph.validation import Report, Result, part_of, validate

# Longer texts are cut in results, which people read.
_LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What judging needs that does not change with the data.

    Attributes:
        terms: The ontology and the shapes.
        contexts: Our JSON-LD contexts.
        reserved: The graphs that are no data.
    """

    terms: Terms
    contexts: Contexts
    reserved: frozenset[URIRef]

    @classmethod
    def read(cls, config: Config) -> Knowledge:
        """Read it from the files.

        Raises:
            DataError: A file cannot be read.
        """
        ontology = (source.iri for source in ontology_sources(config))
        return cls(
            terms(config),
            read_contexts(config.context_dir),
            frozenset((*ontology, SHAPES, QUESTIONS)),
        )


def judge(case: Case, published: Published, known: Knowledge, *, today: date) -> Judged:
    """Judge the published graphs with some others in their places.

    Args:
        case: The others.
        published: The published graphs.
        known: The rules.
        today: The day that a fact sheet's graphs are dated with.

    Raises:
        DataError: What was given cannot be read or placed.
        DataTooLarge: It is too much.
    """
    incoming = [_read(one, known, case.limits) for one in case.given]
    placed = _place(case, incoming, published, known, today)
    overlay = _Overlay(placed.proposals, published.store)
    _require_one_type(overlay)
    results, report = _judge(placed.things, overlay, known)
    kept = results[: case.limits.results]
    return Judged(
        files={name: _written(one) for name, one in placed.proposals.items() if one.after},
        report=_cut(part_of(report, kept)),
        places=_places({r.focus_node for r in kept}, placed, incoming),
        things=sum(isinstance(thing, URIRef) for thing in placed.things),
        left_off=len(results) - len(kept),
    )


# -- what was given ------------------------------------------------------------------------------


def _label(given: Given) -> str:
    """Say what errors call something that was given."""
    return given.name or "The data"


def _read(given: Given, known: Knowledge, limits: CaseLimits) -> Incoming:
    return read_incoming(
        given.content,
        given.media_type,
        name=_label(given),
        contexts=known.contexts,
        max_statements=limits.statements,
    )


def _place(
    case: Case,
    incoming: Sequence[Incoming],
    published: Published,
    known: Knowledge,
    today: date,
) -> Placed:
    placing = Placing(published, known.terms.rules, today)
    for name in case.removed:
        placing.remove(name)
    # Additions go into what is proposed for their graphs, so these come before.
    for index in sorted(range(len(incoming)), key=lambda i: case.given[i].name is None):
        given = case.given[index]
        comment = leading_comment(decode(given.content, name="")) if _is_turtle(given) else ""
        placing.put(incoming[index], index, name=given.name, label=_label(given), comment=comment)
    return placing.placed


def _is_turtle(given: Given) -> bool:
    return given.media_type.startswith("text/turtle")


def _written(proposal: Proposal) -> bytes:
    return to_turtle(graph_of(proposal.after), leading_comment=proposal.comment).encode()


# -- together with what is published -------------------------------------------------------------


class _Overlay:
    """The statements of all graphs as they would be."""

    def __init__(self, proposals: Mapping[str, Proposal], store: OxigraphStore) -> None:
        self.proposals = proposals
        self.store = store
        replaced = {graph_iri(name) for name in proposals}
        said = {one for proposal in proposals.values() for one in proposal.after}
        self._gone = {
            one
            for proposal in proposals.values()
            for one in proposal.before - said
            if store.graphs_with(one) <= replaced
        }
        self._come = graph_of(one for one in said if not any(store.triples(*one)))
        # What another graph says as well comes and goes for nobody.
        self.changed = {*self._gone, *self._come}

    def triples(
        self, subject: Node | None, predicate: Node | None, obj: Node | None
    ) -> Iterator[Statement]:
        """Give the statements of this pattern, None standing for any term."""
        for statement in self.store.triples(subject, predicate, obj):
            if statement not in self._gone:
                yield statement
        yield from self._come.triples((subject, predicate, obj))

    def types(self, thing: Node) -> dict[URIRef, frozenset[Node]]:
        """Give the classes that each graph says a thing is of."""
        rows = self.store.select("SELECT ?s ?g ?type { GRAPH ?g { ?s a ?type } }", s=thing)
        said = {(row.g, row.type) for row in rows}
        said = {pair for pair in said if pair[0] not in self._proposed}
        for graph, types in self._proposed.items():
            said |= {(graph, type_) for type_ in types.get(thing, ())}
        return {
            graph: frozenset(type_ for other, type_ in said if other == graph) for graph, _ in said
        }

    @cached_property
    def _proposed(self) -> dict[URIRef, dict[Node, set[Node]]]:
        """The classes of the things of each graph that is proposed."""
        found: dict[URIRef, dict[Node, set[Node]]] = {}
        for name, proposal in self.proposals.items():
            types = found.setdefault(graph_iri(name), {})
            for s, p, o in proposal.after:
                if p == RDF.type:
                    types.setdefault(s, set()).add(o)
        return found


def _require_one_type(overlay: _Overlay) -> None:
    typed = {s for s, p, _ in overlay.changed if p == RDF.type and isinstance(s, URIRef)}
    for thing in sorted(typed):
        found = overlay.types(thing)
        if len(set(found.values())) > 1:
            places = " and ".join(sorted(found))
            raise DataError(
                f"{thing} would have different types in {places}; give one of them another key."
            )


def _judge(
    things: Collection[Node], overlay: _Overlay, known: Knowledge
) -> tuple[list[Result], Report]:
    """Judge the things that were given, and for violations those that the change reaches."""
    rules, beyond = known.terms, known.terms.defined
    elsewhere: set[Node] = set()
    if overlay.changed:
        elsewhere = reached(overlay.changed, overlay, rules.strict, beyond=beyond)
    focus = elsewhere | set(things)
    found = around(focus, overlay, rules.shapes, beyond=beyond)
    report = validate(
        found.data,
        shapes=rules.shapes,
        context=[*rules.ontology, *found.context],
        focus=focus,
    )
    results = [r for r in report.results if r.focus_node in things or r.severity == SH.Violation]
    return results, report


# -- results -------------------------------------------------------------------------------------


def _places(
    wanted: Collection[Node], placed: Placed, incoming: Sequence[Incoming]
) -> dict[Node, Place]:
    places: dict[Node, Place] = {}
    for index, one in enumerate(incoming):
        mine = {thing for thing in wanted if placed.things.get(thing) == index}
        if mine:
            places |= {thing: Place(index, line) for thing, line in one.lines(mine).items()}
    return places


def _cut(report: Report) -> Report:
    """Cut texts of a length that nobody reads."""
    graph = graph_of((s, p, _cut_term(o)) for s, p, o in report.graph)
    return Report(tuple(map(_cut_result, report.results)), graph)


def _cut_result(result: Result) -> Result:
    value = None if result.value is None else _cut_term(result.value)
    return Result(
        result.focus_node,
        result.path,
        value,
        result.severity,
        result.shape,
        result.name,
        _cut_text(result.message),
        tuple(Literal(_cut_text(text), lang=text.language) for text in result.translations),
    )


def _cut_term(term: Node) -> Node:
    if not isinstance(term, Literal) or len(term) <= _LONGEST_TEXT:
        return term
    return Literal(_cut_text(term), lang=term.language, datatype=term.datatype, normalize=False)


def _cut_text(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
