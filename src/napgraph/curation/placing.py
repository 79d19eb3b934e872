"""Which named graphs something from outside is of, and what it makes of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import unquote

from rdflib import PROV, RDF, BNode, URIRef
from rdflib.term import Node

from napgraph.curation.merging import Rules
from napgraph.curation.workspace import require_graph_name
from napgraph.errors import DataError, WorkspaceError
from napgraph.facts.importing import sheet_graphs
from napgraph.facts.merge import merge
from napgraph.facts.stakeholders import Names
from napgraph.facts.un import country_names
from napgraph.graph_dates import dated
from napgraph.incoming import Incoming
from napgraph.namespaces import BASE, DOC, GRAPH, graph_iri, thing_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.turtle import Statement, graph_of

# What an addition is put into of which no thing has a place.
NEW = "new"


class Published:
    """The published graphs, as far as placing asks of them.

    Args:
        store: All of them.
        reserved: The graphs that are no data: the ontology and what is made of it.
    """

    def __init__(self, store: OxigraphStore, reserved: Collection[URIRef]) -> None:
        self.store = store
        self.reserved = frozenset(reserved)

    @cached_property
    def names(self) -> Names:
        """The bodies that all countries share."""
        return Names.from_graph(graph_of(self.read("organisations")))

    @cached_property
    def countries(self) -> dict[str, URIRef]:
        """The countries by their names."""
        return country_names(graph_of(self.read("countries")))

    def read(self, name: str) -> set[Statement]:
        """Give the statements of a named graph; of one that is not there, none."""
        return set(self.store.read(graph_iri(name)).statements)

    def has(self, statement: Statement) -> bool:
        """Tell whether any graph says it."""
        return any(self.store.triples(*statement))

    def graphs_of(self, thing: Node) -> list[URIRef]:
        """List the graphs that have a thing; those first that say what it is."""
        text = "SELECT DISTINCT ?s ?p ?g { GRAPH ?g { ?s ?p ?o } }"
        rows = self.store.select(text, s=thing)
        typed = {row.g for row in rows if row.p == RDF.type}
        return sorted({row.g for row in rows}, key=lambda graph: (graph not in typed, graph))


@dataclass(slots=True)
class Proposal:
    """The next state of a named graph.

    Attributes:
        before: What is published.
        after: What is proposed.
        comment: What stands at the top of the file.
    """

    before: set[Statement]
    after: set[Statement]
    comment: str = ""


@dataclass(slots=True)
class Placed:
    """What came, in its places.

    Attributes:
        proposals: The next states, by the names of the graphs.
        things: What is spoken of, and in which of the given.
    """

    proposals: dict[str, Proposal] = field(default_factory=dict)
    things: dict[Node, int] = field(default_factory=dict)


class Placing:
    """Puts one after the other in its place.

    Args:
        published: What is published.
        rules: Of which properties there may be one value.
        today: The day that a fact sheet's graphs are dated with.
    """

    def __init__(self, published: Published, rules: Rules, today: date) -> None:
        self._published = published
        self._rules = rules
        self._today = today
        self.placed = Placed()

    def remove(self, name: str) -> None:
        """Propose that a graph goes."""
        self._propose(name, set(), label=name)

    def put(
        self, incoming: Incoming, index: int, *, name: str | None, label: str, comment: str = ""
    ) -> None:
        """Put what came in its place.

        Args:
            incoming: What came.
            index: Which of the given it is.
            name: The graph whose next state it is, if that is known.
            label: What an error calls it.
            comment: What stands at the top of it.

        Raises:
            DataError: It cannot be placed; the message says why.
        """
        additions: Collection[Statement] = ()
        states: Mapping[str, Collection[Statement]]
        if incoming.sheet is not None:
            states = self._of_sheet(incoming, name, label)
        else:
            states, additions = _of_graphs(incoming, name, label)
        for graph, statements in states.items():
            self._propose(graph, set(statements), label=label, comment=comment)
            self._note(statements, index)
        # Of what is published already nothing is judged but where that is all there is.
        new = [one for one in additions if not self._published.has(one)]
        self._add(new)
        self._note(new or additions, index)

    def _note(self, statements: Iterable[Statement], index: int) -> None:
        for subject, _, _ in statements:
            self.placed.things.setdefault(subject, index)

    def _propose(
        self, name: str, after: set[Statement], *, label: str, comment: str = ""
    ) -> Proposal:
        try:
            require_graph_name(name)
        except WorkspaceError as exc:
            raise DataError(f"{label}: {exc}") from exc
        if graph_iri(name) in self._published.reserved:
            raise DataError(
                f"{label}: {graph_iri(name)} is no graph of data; it cannot be changed."
            )
        if name in self.placed.proposals:
            raise DataError(f"{label}: {graph_iri(name)} is given twice; give it once.")
        proposal = Proposal(self._published.read(name), after, comment)
        self.placed.proposals[name] = proposal
        return proposal

    # -- fact sheets -----------------------------------------------------------------------------

    def _of_sheet(
        self, incoming: Incoming, name: str | None, label: str
    ) -> Mapping[str, Collection[Statement]]:
        known = self._published
        graphs = sheet_graphs(incoming.sheet or {}, known.names, known.countries, name=label)
        if name is not None and name not in graphs:
            raise DataError(f"{label}: the fact sheet is of {', '.join(graphs)}, not of {name}.")
        states = {}
        for graph, stated in graphs.items():
            before = graph_of(known.read(graph))
            after = merge(before, stated)
            states[graph] = set(dated(before, after, graph_iri(graph), self._today))
        return states

    # -- additions -------------------------------------------------------------------------------

    def _add(self, new: Sequence[Statement]) -> None:
        """Add statements to the graphs that have the things that they are about."""
        homes = _homes(new, self._published)
        for name in sorted(set(homes.values())):
            mine = {one for one in new if homes[one[0]] == name}
            proposal = self.placed.proposals.get(name)
            if proposal is None:
                proposal = self._propose(name, self._published.read(name), label="The data")
            filled = {place for one in mine if (place := self._rules.place(one))}
            proposal.after = {
                one for one in proposal.after if self._rules.place(one) not in filled
            } | mine


def _of_graphs(
    incoming: Incoming, name: str | None, label: str
) -> tuple[dict[str, list[Statement]], list[Statement]]:
    """Tell next states of graphs, which it names or describes, from additions.

    One of our documents says things of many graphs, and of itself: the former are
    additions, the latter is no data.
    """
    states: dict[str, list[Statement]] = {}
    rest: list[Statement] = []
    for graph, statements in incoming.graphs.items():
        if graph is None:
            rest = [one for one in statements if not _is_of_document(one)]
        else:
            states[_name_of(graph, label)] = statements
    if name is not None:
        if others := states.keys() - {name}:
            raise DataError(
                f"{label}: {min(others)} is another graph than {name}; give each alone."
            )
        return {name: [*states.get(name, ()), *rest]}, []
    is_document = len(rest) < len(incoming.graphs.get(None, ()))
    described = set() if is_document else _described(rest)
    if len(described) > 1:
        names = " and ".join(sorted(map(str, described)))
        raise DataError(f"{label}: it describes {names}; give each alone, or all of them in TriG.")
    if described:
        own = _name_of(described.pop(), label)
        return {**states, own: [*states.get(own, ()), *rest]}, []
    if not states and not rest:
        raise DataError(f"{label}: it says nothing; give at least one statement.")
    return states, rest


def _is_of_document(statement: Statement) -> bool:
    return any(str(term).startswith(DOC) for term in statement[::2])


def _described(statements: Iterable[Statement]) -> set[Node]:
    return {
        s for s, p, o in statements if p == RDF.type and o == PROV.Entity and _is_graph(s)
    }  # fmt: skip


def _is_graph(node: Node) -> bool:
    return isinstance(node, URIRef) and node.startswith(GRAPH)


def _name_of(graph: Node, label: str) -> str:
    if not _is_graph(graph):
        raise DataError(
            f"{label}: {str(graph)[:200]} cannot be the name of a graph here; names begin with "
            f"{GRAPH}."
        )
    return unquote(str(graph).removeprefix(str(GRAPH)))


# -- where things have their home ----------------------------------------------------------------

_OF_COUNTRY = re.compile(re.escape(BASE) + r"(?:id/[a-z-]+|graph)/([A-Z]{3})(?:-|$)")


def _homes(statements: Sequence[Statement], published: Published) -> dict[Node, str]:
    """Find the name of the graph that each subject belongs to.

    That is the graph that has it; else that of the country whose code begins its
    key; else, for a blank node, that of what leads to it; else the one that most of
    the others belong to.
    """
    subjects = dict.fromkeys(s for s, _, _ in statements)
    homes = {s: home for s in subjects if (home := _home(s, published))}
    leading: dict[Node, Node] = {o: s for s, _, o in statements if isinstance(o, BNode)}
    most = Counter(homes.values()).most_common(1)
    for subject in subjects.keys() - homes.keys():
        node: Node | None = subject
        for _ in range(len(leading) + 1):
            if node is None or node in homes:
                break
            node = leading.get(node)
        homes[subject] = homes[node] if node in homes else most[0][0] if most else NEW
    return homes


def _home(subject: Node, published: Published) -> str | None:
    if not isinstance(subject, URIRef):
        return None
    if found := published.graphs_of(subject):
        if found[0] in published.reserved:
            raise DataError(f"{subject} is in {found[0]}, which is no graph of data.")
        return unquote(str(found[0]).removeprefix(str(GRAPH)))
    match = _OF_COUNTRY.match(subject)
    if match and published.graphs_of(thing_iri("country", match[1])):
        return match[1]
    return None
