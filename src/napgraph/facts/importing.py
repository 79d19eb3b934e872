"""Fact sheets into files: all of them or, if one is bad, none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph

from napgraph.errors import FactSheetError
from napgraph.facts.country import country_graph
from napgraph.facts.merge import Change, compare, merge
from napgraph.facts.sheet import read_sheet
from napgraph.facts.stakeholders import Names
from napgraph.turtle import read_graph, to_turtle


@dataclass(frozen=True)
class Import:
    """One file that an import makes, and what changes in it."""

    path: Path
    content: str
    change: Change


def plan_imports(sheets: Iterable[Path], data_dir: Path, *, replace: bool = False) -> list[Import]:
    """Work out what importing these fact sheets would write into `data_dir`.

    With `replace`, a file says afterwards what its sheet says and no more;
    else what others added to it is kept.

    Raises:
        FactSheetError: A sheet is bad, or two are of the same country.
        TurtleError: A published file cannot be read.
    """
    names = Names.from_graph(_read_or_empty(data_dir / "organisations.ttl"))
    seen: dict[str, Path] = {}
    imports = []
    for sheet_path in sheets:
        sheet = read_sheet(sheet_path)
        iso3 = sheet["iso3"]
        if iso3 in seen:
            raise FactSheetError(
                f"{sheet_path}: {seen[iso3]} is of {iso3} too; import one of them."
            )
        seen[iso3] = sheet_path
        path = data_dir / f"{iso3}.ttl"
        published, stated = _read_or_empty(path), country_graph(sheet, names)
        after = stated if replace else merge(published, stated)
        imports.append(Import(path, to_turtle(after), compare(published, after)))
    return imports


def write_imports(imports: Iterable[Import]) -> None:
    """Write the files, each in one step."""
    for item in imports:
        temporary = item.path.with_suffix(".ttl.new")
        temporary.write_text(item.content, encoding="utf-8")
        temporary.replace(item.path)


def _read_or_empty(path: Path) -> Graph:
    return read_graph(path) if path.exists() else Graph(bind_namespaces="none")
