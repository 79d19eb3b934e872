"""The command line of the bench."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import click

from bench import machine
from bench.generator import TooFew, generate
from bench.sections import Section
from bench.sections.clients import clients
from bench.sections.commands import commands
from bench.sections.documents import documents
from bench.sections.growth import growth
from bench.sections.library import library
from bench.sections.million_rows import million_rows
from bench.sections.publishing import publishing
from bench.sections.search import search
from bench.sections.small_select import small_select
from bench.sections.validating import validating
from bench.session import ALL, Session, say
from napgraph.config import Config

SECTIONS: dict[str, Section] = {
    "commands": commands,
    "documents": documents,
    "small-select": small_select,
    "library": library,
    "million-rows": million_rows,
    "search": search,
    "clients": clients,
    "publishing": publishing,
    "validating": validating,
    "growth": growth,
}


@click.group()
def main() -> None:
    """Measure napgraph and others beside it, or generate data.

    Each section prints Markdown tables and then on what they were measured.
    All that a section makes or starts is gone at its end.
    """


@main.command("generate")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--statements", type=click.IntRange(1, 20_000_000), required=True)
@click.option("--seed", default=1, show_default=True)
def generate_data(folder: Path, statements: int, seed: int) -> None:
    """Write data like ours to a new FOLDER, for `napgraph build --no-validate`."""
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty.")
    try:
        made = generate(Config().data_dir, folder, statements=statements, seed=seed)
    except TooFew as exc:
        raise click.ClickException(str(exc)) from exc
    click.echo(f"{made.folder}: {made.statements:,} statements in {made.files:,} files")


def _add(name: str, sections: Sequence[str], help_: str) -> None:
    """Add a command that measures some sections."""

    @main.command(name, help=help_)
    @click.option("--quick", is_flag=True, help="Shorter, with less to rely on.")
    @click.option(
        "--engine",
        "engines",
        multiple=True,
        type=click.Choice(list(ALL)),
        help="Measure this one; may be repeated. Default: all that are installed.",
    )
    @click.option(
        "--picture",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Draw growth to this SVG file.",
    )
    def run(quick: bool, engines: tuple[str, ...], picture: Path | None) -> None:
        with TemporaryDirectory(prefix="napgraph-bench-") as work:
            _measure(sections, Session(Path(work), quick, engines or tuple(ALL), picture))


def _measure(sections: Sequence[str], session: Session) -> None:
    notes = [machine.busy()]
    for name in sections:
        say(f"== {name}")
        for table in SECTIONS[name](session):
            click.echo(table.markdown())
    command = f"python -m bench {shlex.join(sys.argv[1:])}"
    notes += [*session.missing, f"Command: `{command}`."]
    others = f" Beside it: {', '.join(sorted(session.versions))}." if session.versions else ""
    click.echo(f"{machine.description()}{others} {' '.join(filter(None, notes))}\n")


def _stop(number: int, frame: object) -> NoReturn:
    """End as at an error, so that all that was started ends too."""
    sys.exit(128 + number)


for _name, _section in SECTIONS.items():
    _add(_name, [_name], sys.modules[_section.__module__].__doc__ or "")
_add("all", list(SECTIONS), "All sections, one after the other.")

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    main(prog_name="python -m bench")
