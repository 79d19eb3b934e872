"""Proposed graphs judged together with what is published, and nothing changed by that."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from rdflib.term import Node

from napgraph.config import Config
from napgraph.curation.consequences import terms
from napgraph.curation.reach import reach
from napgraph.namespaces import graph_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.store import GraphFile
from napgraph.store_folder import current
from napgraph.turtle import graph_of, parse_turtle, subject_lines, to_turtle
from napgraph.validation import Report, validate

TURTLE = "text/turtle"


@dataclass(frozen=True, slots=True)
class Given:
    """A proposed graph as it came.

    Attributes:
        name: The named graph whose next state it is, as `MLI` in `graph/MLI`; None
            to place it by its content: see `Judges.judge`.
        content: Its bytes.
        media_type: Of an RDF format; `application/json` of a fact sheet.
    """

    name: str | None
    content: bytes
    media_type: str = TURTLE


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing stands in what was given: the index in the sequence, and the 1-based line."""

    given: int
    line: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of proposed graphs.

    Attributes:
        files: Each named graph as it would be published, in the canonical layout.
        report: What the rules say: of the things that were given all, of other things
            that a change reaches the violations.
        places: Where the things that the report is about stand in what was given.
        left_off: How many more results there are than the report has.
        generation: The id of the generation that it was judged with.
    """

    files: Mapping[str, bytes]
    report: Report
    places: Mapping[Node, Place]
    left_off: int = 0
    generation: str = ""


class Judges:
    """Judges what comes from outside; any thread may ask.

    Args:
        config: Where the published graph is, and what judging may use.
    """

    def __init__(self, config: Config) -> None:
        self._config = config

    def judge(
        self, given: Sequence[Given], *, removed: Collection[str] = (), client: str = ""
    ) -> Judged:
        """Judge the published graph with some graphs put in their places.

        A graph without a name that says of itself which it is (`graph:MLI a prov:Entity`),
        or that is named in TriG, is the next state of that one. Any other content is an
        addition: each of its things goes to the graph that has it, or has its country; of
        a property with one value it gives the new value. A fact sheet is put in as
        `napgraph import facts` does it.

        Args:
            given: The graphs.
            removed: The names of graphs that go.
            client: Whose it is: no client takes all places.

        Raises:
            DataSyntaxError: One is not in its format, with line and column.
            DataError: One asks for what is not done here, or cannot be placed.
            DataTooLarge: They pass a limit of size, number, nesting or time.
            EndpointBusy: Too many are waiting already.
            StoreError: There is no published graph, or it cannot be read.
        """
        known, generation = terms(self._config), current(self._config.store_dir)
        names = [one.name or "new" for one in given]
        graphs = [
            parse_turtle(one.content, name=f"{name}.ttl")
            for name, one in zip(names, given, strict=True)
        ]
        files = {n: to_turtle(g).encode() for n, g in zip(names, graphs, strict=True)}
        replaced = {graph_iri(name) for name in (*names, *removed)}
        store = OxigraphStore.in_memory(
            [
                *(GraphFile(graph_iri(name), content) for name, content in files.items()),
                *(file for iri, file in generation.files.items() if iri not in replaced),
            ],
            with_blank_nodes=[iri for iri, e in generation.graphs.items() if e.blank_nodes],
        )
        data = graph_of(chain.from_iterable(graphs))
        found = reach(data, store, known.shapes, beyond=known.defined)
        report = validate(
            data,
            shapes=known.shapes,
            context=[*known.ontology, *found.context, *found.data],
        )
        places = {
            subject: Place(index, line)
            for index, one in reversed(list(enumerate(given)))
            for subject, line in subject_lines(one.content.decode()).items()
        }
        return Judged(files, report, places, generation=generation.id)
