"""Judge files: read them with what they refer to, validate, and say where each result is."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rdflib import SH, URIRef

from napgraph.config import Config
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
        data = read_contents(source.path for source in data_sources(config))
        return _check(data, [source.path for source in ontology_sources(config)], config)


def check_files(paths: Sequence[Path], config: Config) -> Checked:
    """Judge some files, with what they refer to in the others.

    Raises:
        DataError: A file cannot be read, or two claim one IRI with different types.
    """
    with _no_garbage_collection():
        data = read_contents(dict.fromkeys(paths))
        return _check(data, context_paths(data, config), config)


def _check(data: list[Contents], referred_to: Iterable[Path], config: Config) -> Checked:
    context = read_contents(referred_to)
    require_one_type([*data, *context])
    report = validate(
        graph_of(statements_of(data)), shapes=shapes_graph(config), context=statements_of(context)
    )
    return Checked(report, _places(report, [file.path for file in data]), len(data))


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
    return {
        "severity": severity(result),
        "file": str(place.path) if place else None,
        "line": place.line if place else None,
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


def _places(report: Report, paths: Sequence[Path]) -> dict[URIRef, Place]:
    """Find the focus nodes in the files, whose text is read again only if there is a result."""
    wanted = {result.focus_node for result in report.results}
    places: dict[URIRef, Place] = {}
    for path in paths if wanted else ():
        for subject, line in subject_lines(path.read_text(encoding="utf-8-sig")).items():
            if subject in wanted:
                places.setdefault(subject, Place(path, line))
    return places
