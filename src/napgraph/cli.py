"""The command line: arguments and printing only.

What only one command needs is imported there: curators validate many times an
hour, and a third of that time would be imports of what they do not use.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from napgraph.cli_curation import COMMANDS, show_local_token, start_workspace
from napgraph.config import Config, read_address
from napgraph.errors import NapgraphError
from napgraph.files import data_files, graph_files, use_our_terms, write_files
from napgraph.generations import build
from napgraph.namespaces import graph_iri
from napgraph.store import QUADS_TYPES, TRIPLES_TYPES, DataFile
from napgraph.store_folder import current
from napgraph.turtle import format_turtle, read_or_empty, to_turtle

if TYPE_CHECKING:
    from napgraph.annotations import Row
    from napgraph.checking import Checked

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
_DATA_DIR = click.option(
    "--data",
    "data_dir",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder of files to build from, in Turtle, N-Triples, TriG or N-Quads.",
)
_STORE_DIR = click.option(
    "--store",
    "store_dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder in which the store is kept.  [default: NAPGRAPH_STORE]",
)
_NO_VALIDATE = click.option(
    "--no-validate", is_flag=True, help="Take the files as they are, and judge nothing."
)
_ONTOLOGY = click.option(
    "--ontology/--no-ontology",
    default=None,
    help="Whether our ontology and shapes join the graphs of the files.  "
    "[default: yes; with --no-validate, if a file uses a term of ours]",
)


@click.group()
@click.version_option(package_name="napgraph")
def main() -> None:
    """Publish the knowledge graph of national action plans."""
    # A day that does not exist is for the shapes to judge; rdflib would print a traceback of it.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)


for command in COMMANDS:
    main.add_command(command)


@main.command("format")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
def format_files(files: tuple[Path, ...], check: bool) -> None:
    """Write Turtle FILES, or all those in folders, in the canonical layout."""
    paths = _files_in(files, {".ttl"})
    unlike = 0
    for path in paths:
        try:
            content = path.read_bytes()
            text = format_turtle(content, name=str(path))
            if text.encode() == content:
                continue
            if not check:
                write_files({path: text})
        except OSError as exc:
            _stop(f"{path}: {exc.strerror}.", status=2)
        except NapgraphError as exc:
            _stop(str(exc), status=2)
        unlike += 1
        click.echo(f"{path}: {'not in the canonical layout' if check else 'formatted'}")
    click.echo(f"{len(paths)} files, {unlike} {'to format' if check else 'formatted'}")
    sys.exit(1 if check and unlike else 0)


@main.command()
@click.argument("files", nargs=-1, type=_FILE)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "turtle", "json", "sarif", "github"]),
    default="text",
    show_default=True,
)
def validate(files: tuple[Path, ...], format_: str) -> None:
    """Judge FILES, or all those in folders, with what they refer to.

    They are in Turtle, N-Triples, TriG, N-Quads, JSON-LD or RDF/XML, or fact sheets
    in JSON. Without any, all the data are judged together.

    For services that check repositories, sarif is a log in SARIF 2.1.0, and github
    prints annotations of GitHub's own.

    Exits with 0 if the data can be published, 1 if a result is a violation, 2
    if a file cannot be read.
    """
    from napgraph.checking import check_all, check_files, rows

    config = _config()
    paths: list[Path] = []
    try:
        paths = _files_in(files, TRIPLES_TYPES.keys() | QUADS_TYPES.keys())
        checked = check_files(paths, config) if paths else check_all(config)
    except NapgraphError as exc:
        if format_ in ("sarif", "github"):
            _print_annotations([_unreadable(exc, paths)], format_)
        _stop(str(exc), status=2)
    if format_ == "turtle":
        click.echo(to_turtle(checked.report.graph), nl=False)
    elif format_ in ("sarif", "github"):
        _print_annotations(rows(checked), format_)
    elif format_ == "json":
        click.echo(json.dumps(rows(checked), ensure_ascii=False, indent=1))
    else:
        _print_results(checked)
    sys.exit(0 if checked.report.conforms else 1)


def _print_results(checked: Checked) -> None:
    from napgraph.checking import rows

    counts: Counter[str] = Counter()
    for row in rows(checked):
        if not counts[str(row["severity"])]:
            click.echo(f"\n{row['severity']}")
        counts[str(row["severity"])] += 1
        where = f"{_relative(row['file'])}:{row['line']}" if row["file"] else row["focusNode"]
        value = f" ({row['value']})" if row["value"] not in (None, row["focusNode"]) else ""
        click.echo(f"  {where}: {row['name']}{value}: {row['message']}")
    found = ", ".join(f"{counts[s]} {s}" for s in ("Violation", "Warning", "Info"))
    verdict = "conforms" if checked.report.conforms else "cannot be published"
    click.echo(f"\n{checked.files} files: {found}; {verdict}")


def _print_annotations(rows: Sequence[Row], format_: str) -> None:
    from napgraph.annotations import to_github, to_sarif
    from napgraph.namespaces import BASE

    found = [{**row, "file": row["file"] and _relative(row["file"])} for row in rows]
    if format_ == "github":
        for line in to_github(found):
            click.echo(line)
    else:
        log = to_sarif(found, version=version("napgraph"), address=BASE)
        click.echo(json.dumps(log, ensure_ascii=False, indent=1))


def _unreadable(error: NapgraphError, paths: Sequence[Path]) -> Row:
    """Write why a file cannot be read as a result, at the place that the error names."""
    from napgraph.namespaces import BASE

    path = next((path for path in paths if str(error).startswith(f"{path}: ")), None)
    message = str(error) if path is None else str(error).removeprefix(f"{path}: ")
    return {
        "severity": "Violation",
        "file": None if path is None else str(path),
        "line": getattr(error, "line", None),
        "column": getattr(error, "column", None),
        "name": "data that can be read",
        "message": message,
        "shape": f"{BASE}problems#data-syntax",
    }


def _relative(path: object) -> str:
    return os.path.relpath(str(path)) if Path(str(path)).is_relative_to(Path.cwd()) else str(path)


@main.command("build")
@_DATA_DIR
@_STORE_DIR
@_NO_VALIDATE
@_ONTOLOGY
def build_store(
    data_dir: Path | None, store_dir: Path | None, no_validate: bool, ontology: bool | None
) -> None:
    """Read and validate the files, and build the next generation of the store from them.

    The files are those of --data or else of NAPGRAPH_DATA. NAME.ttl or NAME.nt is
    the named graph …/graph/NAME. A file in TriG or N-Quads brings its own named
    graphs, and …/graph/NAME for what it says in none; a graph that several name
    has the statements of all.

    Numbers, booleans and times are kept by value: 01 is answered as 1.

    In a workspace (NAPGRAPH_WORKSPACE) they are what its repository has last.
    """
    config = _config(data_dir, store_dir)
    in_workspace = config.workspace_dir is not None and data_dir is None
    try:
        if in_workspace:
            generation = start_workspace(config)
        else:
            if not no_validate:
                _require_conforming(config)
            files = _files(config, validated=not no_validate, ontology=ontology)
            generation = build(files, config.store_dir)
    except NapgraphError as exc:
        _stop(str(exc), status=1)
    click.echo(
        f"{config.store_dir}: generation {generation.id}, {generation.statements} statements "
        f"in {len(generation.graphs)} graphs"
    )


def _files(config: Config, *, validated: bool, ontology: bool | None) -> list[DataFile]:
    """List what to build from; a foreign dataset is served as it is, without words of ours."""
    if ontology is None:
        ontology = validated or use_our_terms(config)
    if not validated:
        ours = "with" if ontology else "without"
        click.echo(f"not validated; built {ours} napgraph's ontology and shapes", err=True)
    return graph_files(config) if ontology else data_files(config)


@main.command("dump")
def dump() -> None:
    """Make the dumps and tables of the current generation, unless they are there.

    Prints a line for each, as `sha256sum --check` reads it.
    """
    from napgraph.derivation import derive

    config = _config()
    try:
        derived = derive(current(config.store_dir), config.store_dir)
    except NapgraphError as exc:
        _stop(str(exc), status=1)
    for file in derived.files.values():
        click.echo(f"{file.sha256}  {derived.path / file.name}")


@main.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--base-url", metavar="URL", help="Where the copy is reached.  [default: NAPGRAPH_ADDRESS]"
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="How many to work with.  [default: as there are processors]",
)
def export_site(folder: Path, base_url: str | None, processes: int | None) -> None:
    """Write the whole site but for SPARQL as files into DIR, with rules for web servers.

    DIR is not there yet, or was written by this command before; then files that
    are as they were stay untouched.
    """
    from napgraph.twin.exporting import TRIED_AT, export

    config = _config()
    try:
        address = read_address(base_url or config.address or TRIED_AT, name="--base-url")
        config = replace(config, address=address)
        exported = export(config, folder, processes=processes)
    except NapgraphError as exc:
        _stop(str(exc), status=1)
    click.echo(
        f"{folder}: generation {exported.generation_id} for {config.address}, {exported.files} "
        f"files of {exported.size / 1e6:.1f} MB; {exported.new} are new or differ, "
        f"{exported.removed} are gone"
    )
    for address in exported.missing:
        click.echo(f"nothing is at {address}, which other addresses lead to", err=True)


@main.command("query")
@click.argument("what", metavar="NAME|FILE|-")
@click.option("--param", "parameters", multiple=True, metavar="NAME=VALUE", help="May be repeated.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "json", "turtle"]),
    help="Default: table, and turtle for CONSTRUCT and DESCRIBE.",
)
@click.option("--endpoint", metavar="URL", help="Ask this endpoint instead of the local store.")
def query_(
    what: str, parameters: tuple[str, ...], format_: str | None, endpoint: str | None
) -> None:
    """Answer a question of the library by its NAME, or a query from a FILE or standard input."""
    from napgraph.asking import answer_text, query_text
    from napgraph.tables import as_table

    config = _config()
    try:
        text = query_text(what, parameters, stdin=sys.stdin)
        body, shown = answer_text(text, format_, config, endpoint=endpoint)
    except NapgraphError as exc:
        _stop(str(exc), status=1)
    if shown == "table":
        click.echo(as_table(body))
    else:
        click.echo(body.decode(), nl=not body.endswith(b"\n"))


@main.command("questions")
def list_questions() -> None:
    """List the questions of the library."""
    from napgraph.questions import all_questions

    for question in all_questions():
        click.echo(f"{question.name:<28} {question.title}")


@main.command("context")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if the file would change.")
def make_jsonld_context(check: bool) -> None:
    """Make the JSON-LD context anew from the ontology and the shapes."""
    from napgraph.contexts import context_from_files
    from napgraph.jsonld_context import VERSION

    config = _config()
    path = config.ontology_dir / "context" / f"{VERSION}.jsonld"
    try:
        text = context_from_files(config)
    except NapgraphError as exc:
        _stop(str(exc), status=2)
    is_same = path.is_file() and path.read_text(encoding="utf-8") == text
    if check and not is_same:
        _stop(f"{path} does not follow from the ontology; run `napgraph context`.", status=1)
    if not is_same:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    click.echo(f"{path}: {'as it should be' if is_same else 'written'}")


@main.command()
@_DATA_DIR
@_STORE_DIR
@_NO_VALIDATE
@_ONTOLOGY
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--local-token", is_flag=True, help="Print a token with which data can be changed.")
def serve(
    data_dir: Path | None,
    store_dir: Path | None,
    no_validate: bool,
    ontology: bool | None,
    host: str,
    port: int,
    local_token: bool,
) -> None:
    """Serve the current generation: pages, documents and the SPARQL endpoint.

    With --data, what is in that folder is validated and built first, unless the
    store has it already; without, what was built last is served.
    """
    from napgraph.serving import require_free, run_server

    if (no_validate or ontology is not None) and not data_dir:
        raise click.UsageError("What is built is served as it is; give --data to build first.")
    if data_dir and "NAPGRAPH_WORKSPACE" in os.environ:
        raise click.UsageError("A workspace serves what its repository has; leave out --data.")
    if local_token and not os.environ.get("NAPGRAPH_WORKSPACE"):
        raise click.UsageError(
            "Nothing can be changed without a workspace; name its folder in NAPGRAPH_WORKSPACE."
        )
    config = _config(data_dir, store_dir)
    try:
        require_free(host, port)
        if data_dir:
            files = _files(config, validated=not no_validate, ontology=ontology)
            judge = None if no_validate else lambda _: _require_conforming(config)
            generation = build(files, config.store_dir, validate=judge)
        elif config.workspace_dir:
            generation = start_workspace(config)
        else:
            generation = current(config.store_dir)
    except NapgraphError as exc:
        _stop(str(exc), status=1)
    click.echo(f"napgraph serves generation {generation.id}; open http://{host}:{port}/")
    if local_token:
        show_local_token(config)
    # The server reads its settings from there, in a process of its own.
    os.environ["NAPGRAPH_DATA"] = str(config.data_dir)
    os.environ["NAPGRAPH_STORE"] = str(config.store_dir)
    run_server(host, port, threads=config.threads)


def _require_conforming(config: Config) -> None:
    from napgraph.checking import require_conforming

    require_conforming(config)


def _files_in(paths: Iterable[Path], suffixes: Collection[str]) -> list[Path]:
    """List files, and in place of a folder those in it."""
    found: list[Path] = []
    for path in paths:
        inside = [path]
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.suffix in suffixes)
        if not inside:
            _stop(f"{path}: no file {' or '.join(sorted(suffixes))} is in this folder.", status=2)
        found += inside
    return found


def _config(data_dir: Path | None = None, store_dir: Path | None = None) -> Config:
    """Read the settings; folders that are given beat those of the environment."""
    try:
        config = Config.from_env(os.environ)
    except NapgraphError as exc:
        _stop(str(exc), status=2)
    return replace(
        config,
        data_dir=data_dir or config.data_dir,
        store_dir=store_dir or config.store_dir,
    )


@main.group("import")
def import_() -> None:
    """Bring data from elsewhere into our files."""


@import_.command("facts")
@click.argument("sheets", nargs=-1, required=True, type=_FILE)
@click.option("--replace", is_flag=True, help="Drop what the published file says beyond the sheet.")
@_DATA
def import_facts(sheets: tuple[Path, ...], replace: bool, data_dir: Path) -> None:
    """Turn fact SHEETS (JSON) into Turtle files; one bad sheet and nothing is written."""
    from napgraph.facts.importing import plan_imports, write_imports

    try:
        imports = plan_imports(sheets, data_dir, today=_today(), replace=replace)
        write_imports(imports)
    except NapgraphError as exc:
        _stop(f"{exc} Nothing was written.", status=2)
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
    from napgraph.countries import countries_graph, languages_graph, regions_graph
    from napgraph.graph_dates import dated

    try:
        path = data_dir / "countries.ttl"
        iri = graph_iri(path.stem)
        graphs = {
            path: dated(read_or_empty(path), countries_graph(), iri, _today()),
            ontology_dir / "schemes" / "regions.ttl": regions_graph(),
            ontology_dir / "schemes" / "languages.ttl": languages_graph(),
        }
        write_files({path: to_turtle(graph) for path, graph in graphs.items()})
    except NapgraphError as exc:
        _stop(f"{exc} Nothing was written.", status=2)
    for path, graph in graphs.items():
        click.echo(f"{path}: {len(graph)} statements")


def _today() -> date:
    return datetime.now(UTC).date()


def _stop(sentence: str, *, status: int) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(status)
