"""What a change of some graphs breaks, found without judging all data again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.term import Node

from napgraph.config import Config
from napgraph.curation.merging import Rules
from napgraph.curation.reach import reach
from napgraph.errors import PublicationError
from napgraph.files import ontology_sources, read_contents, shapes_graph, statements_of
from napgraph.oxigraph import OxigraphStore
from napgraph.store_folder import Generation
from napgraph.turtle import Statement, graph_of
from napgraph.validation import Result, validate


@dataclass(frozen=True, slots=True)
class Terms:
    """What does not change with the data.

    Attributes:
        ontology: The statements of the ontology and its schemes but for their texts,
            which are for people and no rule reads.
        defined: Their subjects.
        shapes: All shapes.
        strict: The shapes but for those that only warn or inform.
        rules: Of which properties there may be one value.
    """

    ontology: tuple[Statement, ...]
    defined: frozenset[Node]
    shapes: Graph
    strict: Graph
    rules: Rules


def terms(config: Config) -> Terms:
    """Read ontology and shapes, once while their files stay as they are."""
    paths = [*(s.path for s in ontology_sources(config)), *config.shapes_dir.glob("*.ttl")]
    stamps = tuple(sorted((str(path), path.stat().st_mtime_ns) for path in paths))
    return _terms(config.ontology_dir, config.shapes_dir, stamps)


@lru_cache(maxsize=1)
def _terms(ontology_dir: Path, shapes_dir: Path, stamps: tuple[tuple[str, int], ...]) -> Terms:
    config = Config(ontology_dir=ontology_dir, shapes_dir=shapes_dir)
    ontology = tuple(
        (s, p, o)
        for s, p, o in statements_of(read_contents(s.path for s in ontology_sources(config)))
        if not (isinstance(o, Literal) and o.language)
    )
    shapes = shapes_graph(config)
    defined = frozenset(s for s, _, _ in ontology)
    return Terms(ontology, defined, shapes, _strict(shapes), Rules.of_shapes(shapes))


def judge_change(
    before: Generation, after: Generation, graphs: Sequence[URIRef], config: Config
) -> None:
    """Check that a generation can be published, knowing that the one before could be.

    Args:
        before: The generation before.
        after: The generation to judge.
        graphs: The named graphs in which they differ.
        config: Where the ontology and the shapes are.

    Raises:
        PublicationError: It breaks rules; the message names the first.
    """
    changed, store = _changed(before, after, graphs)
    _require_one_type(changed, store)
    results = _violations(changed, store, config)
    if results:
        first = results[0]
        more = f" ({len(results)} violations in all.)" if len(results) > 1 else ""
        raise PublicationError(f"{first.focus_node}: {first.name}: {first.message}{more}")


def violations_of_change(
    before: Generation, after: Generation, graphs: Sequence[URIRef], config: Config
) -> list[Result]:
    """Find the violations that a change of some graphs brings; see `reach` on why they are all."""
    changed, store = _changed(before, after, graphs)
    return _violations(changed, store, config)


def _violations(changed: set[Statement], store: OxigraphStore, config: Config) -> list[Result]:
    if not changed:
        return []
    known = terms(config)
    found = reach(changed, store, known.strict, beyond=known.defined)
    report = validate(
        found.data,
        shapes=known.strict,
        context=[*known.ontology, *found.context],
        focus=set(found.focus),
    )
    return [result for result in report.results if result.severity == SH.Violation]


def _strict(shapes: Graph) -> Graph:
    """Copy shapes but for those that only warn or inform."""
    weak = {
        shape
        for severity in (SH.Warning, SH.Info)
        for shape in shapes.subjects(SH.severity, severity)
    }
    aims = (SH.targetClass, SH.targetObjectsOf, SH.sparql)
    return graph_of(
        (s, p, o)
        for s, p, o in shapes
        if not (p == SH.property and o in weak) and not (s in weak and p in aims)
    )


def _changed(
    before: Generation, after: Generation, graphs: Sequence[URIRef]
) -> tuple[set[Statement], OxigraphStore]:
    """Give the statements that have come or gone, and the store as it is after that."""
    old, new = before.open(), after.open()
    changed = {
        statement
        for graph in graphs
        for statement in set(old.read(graph).statements) ^ set(new.read(graph).statements)
    }
    return changed, new


def _require_one_type(changed: set[Statement], store: OxigraphStore) -> None:
    for thing in {s for s, p, _ in changed if p == RDF.type and isinstance(s, URIRef)}:
        rows = store.select("SELECT ?s ?g ?type { GRAPH ?g { ?s a ?type } }", s=thing)
        types: dict[Node, set[Node]] = {}
        for row in rows:
            types.setdefault(row.g, set()).add(row.type)
        if len({frozenset(found) for found in types.values()}) > 1:
            places = " and ".join(sorted(str(graph) for graph in types))
            raise PublicationError(
                f"{thing} has different types in {places}; give one of them another key."
            )
