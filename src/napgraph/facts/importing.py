"""Fact sheets into files: all of them or, if one is bad, none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rdflib import Graph, URIRef

from napgraph.errors import FactSheetError
from napgraph.facts.country import country_graph
from napgraph.facts.merge import Change, compare, merge
from napgraph.facts.repetition import require_no_repetition
from napgraph.facts.sheet import is_un_sheet, read_sheet
from napgraph.facts.stakeholders import Names
from napgraph.facts.un import country_names, un_graphs
from napgraph.files import write_files
from napgraph.graph_dates import dated
from napgraph.namespaces import graph_iri, thing_iri
from napgraph.turtle import read_or_empty, to_turtle


@dataclass(frozen=True)
class Import:
    """One file that an import makes, and what changes in it."""

    path: Path
    content: str
    change: Change


def plan_imports(
    sheets: Iterable[Path], data_dir: Path, *, today: date, replace: bool = False
) -> list[Import]:
    """Work out what importing these fact sheets would write into `data_dir`.

    With `replace`, a file says afterwards what its sheet says and no more;
    else what others added to it is kept. A file that changes is dated `today`.

    Raises:
        FactSheetError: A sheet is bad, or two are of the same country.
        TurtleError: A published file cannot be read.
    """
    names = Names.from_graph(read_or_empty(data_dir / "organisations.ttl"))
    countries = country_names(read_or_empty(data_dir / "countries.ttl"))
    made_by: dict[str, Path] = {}
    imports = []
    for sheet_path in sheets:
        for name, stated in _graphs(sheet_path, names, countries).items():
            if name in made_by:
                raise FactSheetError(
                    f"{sheet_path}: {made_by[name]} is of {name} too; import one of them."
                )
            made_by[name] = sheet_path
            path = data_dir / f"{name}.ttl"
            published = read_or_empty(path)
            after = stated if replace else merge(published, stated)
            after = dated(published, after, graph_iri(name), today)
            imports.append(Import(path, to_turtle(after), compare(published, after)))
    return imports


def _graphs(path: Path, names: Names, countries: dict[str, URIRef]) -> dict[str, Graph]:
    return sheet_graphs(read_sheet(path), names, countries, name=str(path))


def sheet_graphs(
    sheet: dict[str, Any], names: Names, countries: dict[str, URIRef], *, name: str
) -> dict[str, Graph]:
    """Turn a fact sheet into the named graphs that it is of, by their names.

    Args:
        sheet: One that follows its schema.
        names: The bodies that all countries share.
        countries: As `country_names` gives them.
        name: What an error calls the sheet.

    Raises:
        FactSheetError: It says something twice, or of a country that is not known.
    """
    try:
        require_no_repetition(sheet, names)
        _require_known_country(sheet, countries)
        if is_un_sheet(sheet):
            return un_graphs(sheet, names, countries)
        return {sheet["iso3"]: country_graph(sheet, names)}
    except FactSheetError as exc:
        raise FactSheetError(f"{name}: {exc}") from exc


def _require_known_country(sheet: dict[str, Any], countries: dict[str, URIRef]) -> None:
    iso3 = sheet.get("iso3")
    if iso3 and countries and thing_iri("country", iso3) not in countries.values():
        raise FactSheetError(
            f"/iso3: countries.ttl has no country {iso3}; use its ISO 3166-1 alpha-3 code."
        )


def write_imports(imports: Iterable[Import]) -> None:
    """Write the files, all or none.

    Raises:
        DataError: One cannot be written.
    """
    write_files({item.path: item.content for item in imports})
