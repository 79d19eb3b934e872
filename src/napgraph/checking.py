"""Judge files: read them with what they refer to, validate, and say where each result is."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rdflib import SH, URIRef
from rdflib.term import Node

from napgraph.config import Config
from napgraph.data_formats import SHEET, format_of_file
from napgraph.errors import DataError
from napgraph.files import (
    Contents,
    context_paths,
    data_sources,
    ontology_sources,
    read_contents,
    require_one_type,
    shapes_graph,
    statements_of,
)
from napgraph.formats import JSON_LD, RDF_XML
from napgraph.turtle import graph_of, subject_lines
from napgraph.validation import Report, Result, validate


@dataclass(frozen=True)
class Place:
    """Where a focus node stands: the file, and the 1-based line of its first statement."""

    path: Path
    line: int


@dataclass(frozen=True)
class Checked:
    """The report on some files, and the place of each focus node in them."""

    report: Report
    places: dict[URIRef, Place]
    files: int


def check_all(config: Config) -> Checked:
    """Judge all data files together.

    Raises:
        DataError: A file cannot be read, or two claim one IRI with different types.
    """
    with _no_garbage_collection():
        data = [_of_turtle(source.path) for source in data_sources(config)]
        return _check(data, [source.path for source in ontology_sources(config)], config)


def check_files(paths: Sequence[Path], config: Config) -> Checked:
    """Judge some files, with what they refer to in the others.

    They are in Turtle, N-Triples, TriG, N-Quads, JSON-LD or RDF/XML, or fact sheets in JSON,
    of which what `napgraph import facts` would make is judged.

    Raises:
        DataError: A file cannot be read, or two claim one IRI with different types.
    """
    with _no_garbage_collection():
        data = [_read(path, config) for path in dict.fromkeys(paths)]
        return _check(data, context_paths([file.contents for file in data], config), config)


@dataclass(frozen=True, slots=True)
class _File:
    """A file to judge: what it says, and where its things stand."""

    contents: Contents
    lines: Callable[[Collection[Node]], Mapping[Node, int]]


def _check(files: list[_File], referred_to: Iterable[Path], config: Config) -> Checked:
    data, context = [file.contents for file in files], read_contents(referred_to)
    require_one_type([*data, *context])
    report = validate(
        graph_of(statements_of(data)), shapes=shapes_graph(config), context=statements_of(context)
    )
    return Checked(report, _places(report, files), len(data))


def _read(path: Path, config: Config) -> _File:
    form = format_of_file(path.name)
    if form not in (JSON_LD, RDF_XML, SHEET):
        return _of_turtle(path)
    # Only those who have such files wait for the import of what reads them.
    from napgraph.other_files import read_other

    statements, lines = read_other(path, form, config)
    return _File(Contents(path, statements), lines)


def _of_turtle(path: Path) -> _File:
    return _File(read_contents([path])[0], lambda wanted: _lines_of_turtle(path, wanted))


def _lines_of_turtle(path: Path, wanted: Collection[Node]) -> Mapping[Node, int]:
    lines = subject_lines(path.read_text(encoding="utf-8-sig"))
    return {thing: line for thing, line in lines.items() if thing in wanted}


def require_conforming(config: Config) -> None:
    """Check that the data can be published.

    Raises:
        DataError: They cannot; the message names the first violation.
    """
    checked = check_all(config)
    violations = [r for r in rows(checked) if r["severity"] == "Violation"]
    if violations:
        first = violations[0]
        raise DataError(
            f"{first['file']}:{first['line']}: {first['name']}: {first['message']} "
            f"({len(violations)} violations in all; `napgraph validate` lists them.)"
        )


def rows(checked: Checked) -> list[dict[str, str | int | None]]:
    """List the results as plain values, the worst first."""
    return [_row(result, checked.places) for result in checked.report.results]


def severity(result: Result) -> str:
    """Name a result's severity: Violation, Warning or Info."""
    return str(result.severity).removeprefix(str(SH))


def _row(result: Result, places: dict[URIRef, Place]) -> dict[str, str | int | None]:
    place = places.get(URIRef(str(result.focus_node)))
    return row_of(result, str(place.path) if place else None, place.line if place else None)


def row_of(result: Result, file: str | None, line: int | None) -> dict[str, str | int | None]:
    """Write a result as plain values.

    Args:
        result: The result.
        file: The file in which its focus node stands, if it is known.
        line: The 1-based line on which it stands, likewise.
    """
    return {
        "severity": severity(result),
        "file": file,
        "line": line,
        "focusNode": str(result.focus_node),
        "path": str(result.path) if result.path else None,
        "name": result.name,
        "value": str(result.value) if result.value is not None else None,
        "message": result.message,
        "shape": str(result.shape),
    }


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Let Python not look through millions of terms again and again: a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _places(report: Report, files: Sequence[_File]) -> dict[URIRef, Place]:
    """Find the focus nodes in the files, whose text is read again only if there is a result."""
    wanted = {result.focus_node for result in report.results}
    places: dict[URIRef, Place] = {}
    for file in files if wanted else ():
        for subject, line in file.lines(wanted & _subjects(file)).items():
            places.setdefault(URIRef(str(subject)), Place(file.contents.path, line))
    return places


def _subjects(file: _File) -> set[Node]:
    return {subject for subject, _, _ in file.contents.statements}
