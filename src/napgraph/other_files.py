"""Files in other formats than ours: JSON-LD, RDF/XML, and fact sheets in JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain
from pathlib import Path

from rdflib.term import Node

from napgraph.config import Config
from napgraph.errors import DataError
from napgraph.facts.importing import sheet_graphs
from napgraph.facts.merge import merge
from napgraph.facts.stakeholders import Names
from napgraph.facts.un import country_names
from napgraph.formats import Format
from napgraph.incoming import Incoming, read_contexts, read_incoming
from napgraph.turtle import Statement, read_or_empty


def read_other(
    path: Path, form: Format, config: Config
) -> tuple[list[Statement], Callable[[Collection[Node]], Mapping[Node, int]]]:
    """Read what such a file says, or would make of our files, and how to find the lines of things.

    Raises:
        DataError: It cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise DataError(f"{path}: {exc.strerror}.") from exc
    incoming = read_incoming(
        content,
        form.media_type,
        name=str(path),
        contexts=read_contexts(config.context_dir),
        max_statements=sys.maxsize,
    )
    if incoming.sheet is not None:
        return list(_of_sheet(path, incoming, config)), incoming.lines
    return list(chain.from_iterable(incoming.graphs.values())), incoming.lines


def _of_sheet(path: Path, incoming: Incoming, config: Config) -> Iterator[Statement]:
    """Give what a fact sheet's graphs would say, put into what is published."""
    names = Names.from_graph(read_or_empty(config.data_dir / "organisations.ttl"))
    countries = country_names(read_or_empty(config.data_dir / "countries.ttl"))
    graphs = sheet_graphs(incoming.sheet or {}, names, countries, name=str(path))
    for name, stated in graphs.items():
        yield from merge(read_or_empty(config.data_dir / f"{name}.ttl"), stated)
