"""What is judged and what came of it, and how both go between a server and its workers.

As with queries, all goes as JSON and bytes, never pickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from napgraph.errors import DataError, DataTooLarge, JudgingFailed
from napgraph.turtle import graph_of, read_quads, to_n_triples
from napgraph.validation import Report, Result

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
            that the change reaches the violations.
        places: Where the things that the report is about stand in what was given.
        things: How many things were given.
        left_off: How many more results there are than the report has.
        generation: The id of the generation that it was judged with.
    """

    files: Mapping[str, bytes]
    report: Report
    places: Mapping[Node, Place]
    things: int = 0
    left_off: int = 0
    generation: str = ""

    def to_bytes(self) -> bytes:
        """Write it for the server."""
        said = {
            "files": {name: content.decode() for name, content in self.files.items()},
            "results": [_write_result(result) for result in self.report.results],
            "graph": to_n_triples(self.report.graph),
            "places": [[_write(t), p.given, p.line] for t, p in self.places.items()],
            "things": self.things,
            "left_off": self.left_off,
            "generation": self.generation,
        }
        return json.dumps(said).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Judged:
        """Read what `to_bytes` wrote.

        Raises:
            DataError: It is none; the worker lies.
        """
        try:
            said = json.loads(data)
            quads = read_quads(said["graph"].encode(), "application/n-triples", name="the report")
            return cls(
                files={str(name): text.encode() for name, text in said["files"].items()},
                report=Report(
                    tuple(map(_read_result, said["results"])),
                    graph_of(statement for statement, _ in quads),
                ),
                places={
                    _read(term): Place(int(given), int(line))
                    for term, given, line in said["places"]
                },
                things=int(said["things"]),
                left_off=int(said["left_off"]),
                generation=str(said["generation"]),
            )
        except (ValueError, LookupError, TypeError, AttributeError) as exc:
            raise DataError("The data cannot be judged: what judges them makes no sense.") from exc


@dataclass(frozen=True, slots=True)
class CaseLimits:
    """What judging a case may use.

    Attributes:
        statements: How many it may have.
        results: How many results to give.
        cpu_s: Seconds of processor time after which the system ends the worker.
    """

    statements: int
    results: int
    cpu_s: int


@dataclass(frozen=True, slots=True)
class Case:
    """What a worker is to judge.

    Attributes:
        given: Proposed graphs.
        removed: The names of graphs that go.
        limits: What it may use.
    """

    KIND: ClassVar[bytes] = b"j"

    given: Sequence[Given]
    limits: CaseLimits
    removed: Sequence[str] = field(default=())

    def to_bytes(self) -> bytes:
        """Write it for a worker: a line of JSON, and the contents."""
        limits = self.limits
        head = [
            [[one.name, one.media_type, len(one.content)] for one in self.given],
            list(self.removed),
            [limits.statements, limits.results, limits.cpu_s],
        ]
        contents = b"".join(one.content for one in self.given)
        return json.dumps(head).encode() + b"\n" + contents

    @classmethod
    def from_bytes(cls, data: bytes) -> Case:
        """Read what `to_bytes` wrote."""
        head, _, contents = data.partition(b"\n")
        described, removed, limits = json.loads(head)
        given = []
        start = 0
        for name, media_type, size in described:
            given.append(Given(name, contents[start : start + size], media_type))
            start += size
        return cls(given, CaseLimits(*limits), removed)


def too_much_memory(memory_bytes: int) -> DataTooLarge:
    """Say that data need more memory than judging may use."""
    return DataTooLarge(
        "To judge these data needs more memory than it may use; send fewer graphs at once.",
        limit=memory_bytes,
        unit="bytes of memory",
    )


def failed(cause: str) -> JudgingFailed:
    """Say that judging broke down."""
    return JudgingFailed("The data cannot be judged: what judges them failed.", cause=cause)


# -- terms -------------------------------------------------------------------------------------


def _write(term: Node | None) -> list[Any] | None:
    if isinstance(term, Literal):
        return [str(term), term.language, term.datatype]
    return None if term is None else [str(term), "blank" if isinstance(term, BNode) else "iri"]


def _read(said: Any) -> Node:
    if len(said) == 2:
        return BNode(said[0]) if said[1] == "blank" else URIRef(said[0])
    text, language, datatype = said
    if language:
        return Literal(text, lang=language)
    return Literal(text, datatype=datatype and URIRef(datatype), normalize=False)


def _write_result(result: Result) -> list[Any]:
    terms = [result.focus_node, result.path, result.value, result.severity, result.shape]
    translations = [_write(text) for text in result.translations]
    return [*map(_write, terms), result.name, result.message, translations]


def _read_result(said: Any) -> Result:
    focus, path, value, severity, shape, name, message, translations = said
    return Result(
        focus_node=_read(focus),
        path=URIRef(path[0]) if path else None,
        value=_read(value) if value else None,
        severity=URIRef(severity[0]),
        shape=URIRef(shape[0]),
        name=str(name),
        message=str(message),
        translations=tuple(Literal(text, lang=language) for text, language, _ in translations),
    )
