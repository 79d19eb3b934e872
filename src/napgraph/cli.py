"""The command line: arguments and printing only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from napgraph.countries import countries_graph, languages_graph, regions_graph
from napgraph.errors import NapgraphError, TurtleError
from napgraph.facts.importing import plan_imports, write_imports
from napgraph.turtle import format_turtle, to_turtle

_FILE = click.Path(path_type=Path)
_DATA = click.option(
    "--data",
    "data_dir",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    envvar="NAPGRAPH_DATA",
    default="data/ttl",
    show_default=True,
    help="The folder of Turtle files.",
)


@click.group()
@click.version_option(package_name="napgraph")
def main() -> None:
    """Publish the knowledge graph of national action plans."""


@main.command("format")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
def format_files(files: tuple[Path, ...], check: bool) -> None:
    """Write Turtle FILES, or all those in folders, in the canonical layout."""
    paths = [p for f in files for p in (sorted(f.rglob("*.ttl")) if f.is_dir() else [f])]
    unlike = 0
    for path in paths:
        try:
            content = path.read_bytes()
            text = format_turtle(content, name=str(path))
        except OSError as exc:
            _stop(f"{path}: {exc.strerror}.", status=2)
        except TurtleError as exc:
            _stop(str(exc), status=2)
        if text.encode() == content:
            continue
        unlike += 1
        click.echo(f"{path}: {'not in the canonical layout' if check else 'formatted'}")
        if not check:
            path.write_text(text, encoding="utf-8")
    click.echo(f"{len(paths)} files, {unlike} {'to format' if check else 'formatted'}")
    sys.exit(1 if check and unlike else 0)


@main.group("import")
def import_() -> None:
    """Bring data from elsewhere into our files."""


@import_.command("facts")
@click.argument("sheets", nargs=-1, required=True, type=_FILE)
@click.option("--replace", is_flag=True, help="Drop what the published file says beyond the sheet.")
@_DATA
def import_facts(sheets: tuple[Path, ...], replace: bool, data_dir: Path) -> None:
    """Turn fact SHEETS (JSON) into Turtle files; one bad sheet and nothing is written."""
    try:
        imports = plan_imports(sheets, data_dir, replace=replace)
    except NapgraphError as exc:
        _stop(f"{exc} Nothing was written.", status=2)
    write_imports(imports)
    for item in imports:
        change = item.change
        click.echo(
            f"{item.path}: {change.added} added, {change.changed} changed, {change.kept} kept"
        )


@import_.command("countries")
@_DATA
@click.option(
    "--ontology",
    "ontology_dir",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default="ontology",
    show_default=True,
    help="The folder of the ontology.",
)
def import_countries(data_dir: Path, ontology_dir: Path) -> None:
    """Make countries, regions and languages anew from the packages that keep them."""
    try:
        graphs = {
            data_dir / "countries.ttl": countries_graph(),
            ontology_dir / "schemes" / "regions.ttl": regions_graph(),
            ontology_dir / "schemes" / "languages.ttl": languages_graph(),
        }
    except NapgraphError as exc:
        _stop(f"{exc} Nothing was written.", status=2)
    for path, graph in graphs.items():
        path.write_text(to_turtle(graph), encoding="utf-8")
        click.echo(f"{path}: {len(graph)} statements")


def _stop(sentence: str, *, status: int) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(status)
