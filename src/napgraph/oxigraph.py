"""The embedded engine: a store that Oxigraph keeps in a directory or in memory.

Oxigraph's own union of named graphs gives a statement once for each graph that
holds it, and takes no notice of `FROM`. So we keep each statement in its named
graph and, once, in the default graph.
"""

from __future__ import annotations

import io
import json
import re
from collections import namedtuple
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Protocol, cast

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.term import Node

from napgraph.errors import QueryError, QuerySyntaxError, StoreError
from napgraph.namespaces import BASE, declaration
from napgraph.oxigraph_dataset import AskedDataset, asked_dataset, merge
from napgraph.oxigraph_names import Names, Triples, mentioned
from napgraph.oxigraph_statements import Found, Mentions, OxigraphStatements
from napgraph.oxigraph_terms import (
    after_bom,
    from_ox,
    parse,
    rdf_format_of,
    to_ox,
)
from napgraph.store import Contents, Description, GraphFile


class SupportsWrite(Protocol):
    """What an answer can be written to."""

    def write(self, data: bytes, /) -> Any:
        """Add bytes."""

    def flush(self) -> None:
        """Pass on what is held back."""


class OxigraphStore:
    """A store in a directory or in memory; any number of threads may read it."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._totals: dict[ox.NamedNode, int] = {}
        self._busy: dict[ox.NamedNode, Triples] = {}
        self._names = Names(store)
        self._merged: tuple[AskedDataset | None, ox.Store] = None, store

    @classmethod
    def open(cls, path: Path) -> OxigraphStore:
        """Open a directory to read it, while no process writes it.

        Raises:
            StoreError: The directory is not a whole store.
        """
        try:
            return cls(ox.Store.read_only(str(path)))
        except (OSError, RuntimeError) as exc:
            raise StoreError(f"{path} cannot be opened as a store: {exc}.") from exc

    @classmethod
    def open_to_write(cls, path: Path) -> OxigraphStore:
        """Open or make a directory that no other process reads or writes."""
        return cls(ox.Store(str(path)))

    @classmethod
    def in_memory(
        cls, files: Iterable[GraphFile], *, with_blank_nodes: Collection[URIRef]
    ) -> OxigraphStore:
        """Load files into memory, which answers several times faster than a directory.

        Args:
            files: Files known to be right, since a store was built from them.
            with_blank_nodes: The graphs among them that have blank nodes.
        """
        self = cls(ox.Store())
        blank = []
        for file in files:
            if file.iri in with_blank_nodes:
                # Oxigraph's own loader is much faster, but labels blank nodes at random.
                blank.append(file)
                continue
            name, rdf_format = ox.NamedNode(file.iri), rdf_format_of(file.media_type)
            self._store.add_graph(name)
            for graph in (name, _DEFAULT):
                with file.open() as stream:
                    self._store.bulk_load(
                        after_bom(stream),
                        rdf_format,
                        base_iri=file.iri,
                        to_graph=graph,
                        lenient=True,
                    )
        for file in blank:
            self._store.add_graph(ox.NamedNode(file.iri))
            self._store.bulk_extend(_quads(file))
        return self

    # -- writing -----------------------------------------------------------------------------

    def replace_graphs(self, files: Iterable[GraphFile], *, removed: Iterable[URIRef] = ()) -> None:
        """Make each file's named graph hold what the file says, and drop the removed ones."""
        files = list(files)
        names = [ox.NamedNode(file.iri) for file in files]
        old = set(self._store.named_graphs()) & {*names, *(ox.NamedNode(iri) for iri in removed)}
        withdrawn = {quad.triple for name in old for quad in self._graph(name)}
        for name in old:
            self._store.remove_graph(name)
        self._load(chain.from_iterable(_quads(file) for file in files))
        for name in names:
            self._store.add_graph(name)
        for triple in withdrawn:
            self._withdraw(triple)
        self._totals.clear()
        self._busy.clear()
        self._names.forget()
        self._merged = None, self._store

    def amend(self, files: Iterable[GraphFile], *, removed: Iterable[URIRef] = ()) -> int:
        """Do as `replace_graphs` does, and write it to disk, where little changes.

        Returns:
            How many different statements the store has more than before.
        """
        files = list(files)
        new = {quad.triple for file in files for quad in parse(file)}
        added = sum(ox.Quad(*triple) not in self._store for triple in new)
        names = [ox.NamedNode(iri) for iri in (*(file.iri for file in files), *removed)]
        old = {quad.triple for name in names for quad in self._graph(name)}
        self.replace_graphs(files, removed=removed)
        gone = sum(ox.Quad(*triple) not in self._store for triple in old - new)
        self._store.flush()
        return added - gone

    def has_blank_nodes(self, graph: URIRef) -> bool:
        """Tell whether a named graph has blank nodes."""
        return any(
            isinstance(term, ox.BlankNode)
            for quad in self._graph(ox.NamedNode(graph))
            for term in (quad.subject, quad.object)
        )

    def flush(self) -> None:
        """Write all to disk, ordered for reading."""
        self._store.flush()
        self._store.optimize()

    def copy_to(self, path: Path) -> None:
        """Copy to a new directory, with hard links to the files that never change."""
        self._store.backup(str(path))

    def _load(self, quads: Iterator[ox.Quad]) -> None:
        """Add quads; to prepare for many takes a fifth of a second, which few are not worth."""
        few = list(islice(quads, _FEW))
        if len(few) < _FEW:
            self._store.extend(few)
        else:
            self._store.bulk_extend(chain(few, quads))

    def _graph(self, name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(None, None, None, name)

    def _withdraw(self, triple: ox.Triple) -> None:
        """Take a statement out of the default graph if no named graph holds it any more."""
        held = self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object)
        if all(quad.graph_name == _DEFAULT for quad in held):
            self._store.remove(ox.Quad(triple.subject, triple.predicate, triple.object))

    # -- asking ------------------------------------------------------------------------------

    def query(
        self,
        text: str,
        *,
        media_type: str,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> bytes:
        """Answer a query, written in a media type."""
        out = io.BytesIO()
        self.write_answer(
            out,
            text,
            media_type=media_type,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )
        return out.getvalue()

    def write_answer(
        self,
        out: SupportsWrite,
        text: str,
        *,
        media_type: str,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        max_rows: int | None = None,
    ) -> None:
        """Answer a query as `query` does, into a file.

        Args:
            out: What it raises ends the writing, and is raised here.
            text: See `query`.
            media_type: See `query`.
            default_graphs: See `query`.
            named_graphs: See `query`.
            max_rows: Where a SELECT is answered in JSON, how many solutions to
                give at most; `"more": true` says that there are others.
        """
        try:
            asked = asked_dataset(text, default_graphs, named_graphs)
            store, dataset = self._dataset(asked) if asked else (self._store, {})
            results = store.query(text, base_iri=BASE, **dataset)
            if max_rows is not None and isinstance(results, ox.QuerySolutions):
                out.write(_first_solutions(results, max_rows))
            else:
                _write(results, out, media_type)
        except SyntaxError as exc:
            raise _syntax_error(exc, text) from exc
        except (OSError, RuntimeError) as exc:
            raise QueryError(f"The query cannot be answered: {exc}.") from exc

    def _dataset(self, asked: AskedDataset) -> tuple[ox.Store, dict[str, Any]]:
        """Find the store to ask for a dataset, and how to name the dataset to it."""
        named = list(asked.named)
        if len(asked.default) < 2:
            return self._store, {"default_graph": list(asked.default), "named_graphs": named}
        last, merged = self._merged
        if last != asked:
            merged = merge(self._store, asked)
            if len(merged) <= _MAX_MERGED:
                self._merged = asked, merged
        return merged, {"default_graph": _DEFAULT, "named_graphs": named}

    def select(self, text: str, **bindings: Node) -> list[Any]:
        """Answer a SELECT query of ours, with variables bound to terms.

        Only a variable that the query's SELECT names can be bound.
        """
        terms = {ox.Variable(name): to_ox(term) for name, term in bindings.items()}
        solutions = self._store.query(text, substitutions=terms)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError(f"not a SELECT query: {text}")
        row = _row_type(tuple(variable.value for variable in solutions.variables))
        return [row(*(term and from_ox(term) for term in solution)) for solution in solutions]

    def count(self, graph: URIRef | None = None) -> int:
        """Count the statements of a named graph, or the different ones of all."""
        if graph is not None:
            return sum(1 for _ in self._graph(ox.NamedNode(graph)))
        return int(self.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0].n)

    def count_graphs(self) -> dict[URIRef, int]:
        """Count the statements of each named graph."""
        counts = {URIRef(graph.value): 0 for graph in self._store.named_graphs()}
        rows = self.select("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        return counts | {row.g: int(row.n) for row in rows}

    def graphs_with_blank_nodes(self) -> set[URIRef]:
        """Find the named graphs that have blank nodes."""
        rows = self.select(
            "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) } }"
        )
        return {row.g for row in rows}

    def graphs_with(self, statement: tuple[Node, Node, Node]) -> set[URIRef]:
        """Find the named graphs that have a statement."""
        quads = self._store.quads_for_pattern(*map(to_ox, statement))
        names = (quad.graph_name for quad in quads)
        return {URIRef(name.value) for name in names if isinstance(name, ox.NamedNode)}

    def lines(self, graph: URIRef) -> set[str]:
        """Give the statements of a named graph as N-Triples has them, but for the full stop."""
        return {str(quad.triple) for quad in self._graph(ox.NamedNode(graph))}

    def statement_lines(self, graph: URIRef | None = None) -> Iterator[str]:
        """Give the statements of a named graph, or the different ones of all, as N-Triples."""
        name = _DEFAULT if graph is None else ox.NamedNode(graph)
        for quad in self._graph(name):
            yield f"{quad.triple} .\n"

    # -- describing --------------------------------------------------------------------------

    def describe(
        self, iri: URIRef, *, incoming_limit: int = 100, incoming_offset: int = 0
    ) -> Description:
        """Collect what is known of an IRI."""
        node = ox.NamedNode(iri)
        own = self._own(node)
        incoming, total = self._incoming(node, incoming_limit, incoming_offset)
        said, names = own + incoming, self._names
        return Description(
            iri=iri,
            own=OxigraphStatements(own),
            incoming=OxigraphStatements(incoming),
            incoming_total=total,
            labels=OxigraphStatements(Mentions(names, said)),
            terms=OxigraphStatements(
                Found(lambda: names.labels_of(mentioned(said)[1] | self._graphs_about(node)))
            ),
            find_graphs=lambda: tuple(
                sorted(URIRef(graph.value) for graph in self._graphs_about(node))
            ),
        )

    def triples(
        self, subject: Node | None, predicate: Node | None, obj: Node | None
    ) -> Iterator[tuple[Node, Node, Node]]:
        """Give the statements of this pattern, None standing for any term."""
        s, p, o = (None if term is None else to_ox(term) for term in (subject, predicate, obj))
        for quad in self._store.quads_for_pattern(s, p, o, _DEFAULT):
            yield from_ox(quad.subject), from_ox(quad.predicate), from_ox(quad.object)

    def statements(self, triples: Iterable[tuple[Node, Node, Node]]) -> OxigraphStatements:
        """Turn statements of ours into the engine's, to be put after others."""
        return OxigraphStatements.of(triples)

    def read(self, graph: URIRef) -> Contents:
        """Read a named graph; one that the store does not have is empty."""
        triples = tuple(quad.triple for quad in self._graph(ox.NamedNode(graph)))
        names = self._names
        return Contents(
            statements=OxigraphStatements(triples),
            labels=OxigraphStatements(Mentions(names, triples)),
            terms=OxigraphStatements(Found(lambda: names.labels_of(mentioned(triples)[1]))),
        )

    def index_labels(self) -> None:
        """Read all labels and types at once, so that no description has to look for one."""
        self._names.read_all()

    def _graphs_about(self, node: ox.NamedNode) -> set[Any]:
        quads = self._store.quads_for_pattern(node, None, None)
        return {quad.graph_name for quad in quads} - {_DEFAULT}

    def _own(self, node: ox.NamedNode) -> Triples:
        own = [quad.triple for quad in self._store.quads_for_pattern(node, None, None, _DEFAULT)]
        todo = [triple.object for triple in own if type(triple.object) is ox.BlankNode]
        seen = set(todo)
        while todo:
            about = self._store.quads_for_pattern(todo.pop(), None, None, _DEFAULT)
            own += (more := [quad.triple for quad in about])
            found = {t.object for t in more if type(t.object) is ox.BlankNode} - seen
            seen |= found
            todo += found
        return tuple(own)

    def _incoming(self, node: ox.NamedNode, limit: int, offset: int) -> tuple[Triples, int]:
        """Find some of the statements that point at a node, and how many there are."""
        found = self._busy.get(node)
        if found is None:
            found = tuple(islice(self._pointing(node), _MAX_SORTED + 1))
            if limit < len(found):
                found = self._keep_busy(node, found)
        if len(found) <= _MAX_SORTED:
            return found[offset : offset + limit], len(found)
        # So many have the engine's order, which a store in a directory keeps.
        page = tuple(islice(self._pointing(node), offset, offset + limit))
        return page, self._incoming_total(node)

    def _pointing(self, node: ox.NamedNode) -> Iterator[ox.Triple]:
        return (q.triple for q in self._store.quads_for_pattern(None, None, node, _DEFAULT))

    def _keep_busy(self, node: ox.NamedNode, pointing: Triples) -> Triples:
        """Bring what points at a node into its order, for the pages to come."""
        if sum(map(len, list(self._busy.values()))) > _MAX_BUSY:
            self._busy.clear()
        self._busy[node] = in_order = tuple(sorted(pointing, key=_by_property))
        return in_order

    def _incoming_total(self, node: ox.NamedNode) -> int:
        if node not in self._totals:
            text = "SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o"
            rows = self.select(text, o=from_ox(node))
            self._totals[node] = int(rows[0].n) if rows else 0
        return self._totals[node]


_DEFAULT = ox.DefaultGraph()
_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
# How many quads are added one by one.
_FEW = 50_000
# How many statements of graphs put together are kept for the next query.
_MAX_MERGED = 100_000
# How many statements that point at one node are sorted, and how many at all nodes are kept so.
_MAX_SORTED = 20_000
_MAX_BUSY = 500_000
# What the engine's parser says in words, among the many characters it expected.
_SAID = re.compile(r"[A-Z][a-z]+(?: [\w?]+){2,}|Prefix not found")


def _by_property(triple: ox.Triple) -> tuple[str, str]:
    return triple.predicate.value, str(triple.subject)


def _quads(file: GraphFile) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(file.iri)
    for quad in parse(file):
        yield quad
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _first_solutions(results: ox.QuerySolutions, max_rows: int) -> bytes:
    names = [variable.value for variable in results.variables]
    bindings = [
        {name: _json_term(term) for name, term in zip(names, row, strict=True) if term is not None}
        for row in islice(results, max_rows)
    ]
    answer: dict[str, Any] = {"head": {"vars": names}, "results": {"bindings": bindings}}
    if next(results, None) is not None:
        answer["more"] = True
    return json.dumps(answer, ensure_ascii=False).encode()


def _json_term(term: Any) -> dict[str, Any]:
    """Write a term as SPARQL 1.1 Query Results JSON has it, section 3.2.2."""
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {part: _json_term(of) for part, of in parts.items()}}
    if not isinstance(term, ox.Literal):
        return {"type": "uri" if isinstance(term, ox.NamedNode) else "bnode", "value": term.value}
    said = {"type": "literal", "value": term.value}
    if term.language:
        return {**said, "xml:lang": term.language}
    plain = term.datatype == _STRING
    return said if plain else {**said, "datatype": term.datatype.value}


def _write(results: Any, out: SupportsWrite, media_type: str) -> None:
    of_graphs = isinstance(results, ox.QueryTriples)
    formats: Any = ox.RdfFormat if of_graphs else ox.QueryResultsFormat
    if (form := formats.from_media_type(media_type)) is None:
        kind = "statements" if of_graphs else "a SELECT's or ASK's results"
        raise QueryError(f"The answer is {kind}, which {media_type} is no format for.")
    # An engine that writes may be given anything with a method `write`.
    results.serialize(cast(IO[bytes], out), form)


def _syntax_error(exc: SyntaxError, text: str) -> QuerySyntaxError:
    match = re.match(r"error at (\d+):(\d+): expected (.*)", exc.msg, re.DOTALL)
    if match is None:
        return QuerySyntaxError(f"The query is not SPARQL: {exc.msg}.")
    line, column = int(match[1]), int(match[2])
    before = _before(text, line, column)
    after = f", after “{before[-30:]}”" if before else ""
    where = f"at line {line}, column {column}{after}"
    message = f"The query is not SPARQL {where}: {_reason(match[3], before)}."
    return QuerySyntaxError(message, line=line, column=column)


def _before(text: str, line: int, column: int) -> str:
    """Give what stands before a place in a text, its white space as single spaces."""
    lines = text.split("\n")[:line]
    return " ".join(" ".join([*lines[:-1], lines[-1][: column - 1]]).split())


def _reason(expected: str, before: str) -> str:
    said = _SAID.search(expected)
    if said is None:
        return "look for what is missing or too much there"
    if said[0] == "Prefix not found":
        prefix = re.split(r"[\s<>(){}\[\]|/^!,;.]", before)[-1].partition(":")[0]
        return f"correct the prefix {prefix}:, or add the line {declaration(prefix)} at the top"
    return said[0]


@lru_cache(maxsize=512)
def _row_type(variables: tuple[str, ...]) -> Any:
    return namedtuple("Row", variables, rename=True)
