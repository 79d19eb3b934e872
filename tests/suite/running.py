"""Ask the server and the engine the questions of a test."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

from servers import serving
from suite.answers import (
    Answer,
    Statements,
    difference,
    read_answer,
    read_csv,
    read_results,
    read_statements,
)
from suite.manifests import Suite, Test

# What asks for an empty dataset: a graph that is not there is empty.
NOTHING = "urn:nothing"
RESULTS_TYPES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/tab-separated-values",
)
GRAPH_TYPES = (
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "application/trig",
    "application/n-quads",
)


@dataclass(frozen=True)
class Outcome:
    """Whether a test passed, and if not why."""

    problem: str = ""
    skipped: bool = False

    @property
    def passed(self) -> bool:
        """Tell whether there is no problem."""
        return not self.problem


@dataclass(frozen=True)
class Reply:
    """A response of the server."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL endpoint."""

    address: str

    def ask(self, query: str, accept: str, **parameters: Iterable[str]) -> Reply:
        """Send a query as a form; names of parameters have `_` for `-`."""
        pairs = [(name.replace("_", "-"), v) for name, vs in parameters.items() for v in vs]
        body = urlencode([("query", query), *pairs]).encode()
        return send(urllib.request.Request(self.address, body, {"Accept": accept}))


def send(request: urllib.request.Request) -> Reply:
    """Send a request; an error is a reply too."""
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return Reply(response.status, response.headers.get_content_type(), response.read())
    except urllib.error.HTTPError as exc:
        with exc:
            return Reply(exc.code, exc.headers.get_content_type(), exc.read())


# -- the server ------------------------------------------------------------------------------


def write_data(suite: Suite, tests: Iterable[Test], folder: Path) -> None:
    """Write each file of data as N-Quads, its graph named by the file's IRI."""
    iris = {iri for t in tests for iri in (*t.data, *t.graphs, *_named_by_query(suite, t))}
    for iri in sorted(iris):
        path, graph = suite.path(iri), ox.NamedNode(iri)
        name = str(path.relative_to(suite.folder)).replace("/", "_")
        quads = (
            ox.Quad(quad.subject, quad.predicate, quad.object, graph)
            for quad in ox.parse(path=str(path), base_iri=graph.value)
        )
        ox.serialize(quads, str(folder / f"{name}.nq"), ox.RdfFormat.N_QUADS)


@contextmanager
def serving_folder(data: Path, store: Path) -> Iterator[str]:
    """Serve a folder as it is; give the endpoint's address once it answers."""
    with serving("--data", str(data), "--store", str(store), "--no-validate") as address:
        yield f"{address}sparql"


def ask_server(suite: Suite, test: Test, endpoint: Endpoint) -> Outcome:
    """Run a test over HTTP, in each format that its answer can have."""
    text = f"BASE <{suite.iri(test.query)}>\n{_text(test)}"
    if test.kind in _POSITIVE:
        return _expect_status(endpoint.ask(_text(test), "*/*", **_dataset(test)), 200)
    if test.kind in _NEGATIVE:
        return _expect_status(endpoint.ask(_text(test), "*/*", **_dataset(test)), 400)
    if test.kind == "CSVResultFormatTest":
        return _compare_csv(test, endpoint.ask(text, "text/csv", **_dataset(test)))
    if test.kind != "QueryEvaluationTest":
        return Outcome(f"{test.kind} is not run", skipped=True)
    expected = expected_answer(suite, test)
    for media_type in GRAPH_TYPES if isinstance(expected, Statements) else RESULTS_TYPES:
        if isinstance(expected, bool) and media_type == "text/tab-separated-values":
            continue
        reply = endpoint.ask(text, media_type, **_dataset(test))
        problem = _problem(test, expected, reply, media_type)
        if problem:
            return Outcome(f"{media_type}: {problem}")
    return Outcome()


def _problem(test: Test, expected: Answer, reply: Reply, media_type: str) -> str:
    if reply.status != 200:
        return f"status {reply.status}: {reply.body.decode(errors='replace')[:300]}"
    if reply.media_type != media_type:
        return f"the answer is {reply.media_type}"
    return difference(expected, read_answer(reply.body, media_type), lax=test.lax)


def _compare_csv(test: Test, reply: Reply) -> Outcome:
    assert test.result is not None
    if reply.status != 200 or read_csv(reply.body) != read_csv(test.result.read_bytes()):
        return Outcome(f"status {reply.status}: {reply.body.decode()[:300]}")
    return Outcome()


def _expect_status(reply: Reply, status: int) -> Outcome:
    if reply.status == status:
        return Outcome()
    return Outcome(f"status {reply.status}: {reply.body.decode(errors='replace')[:300]}")


def _dataset(test: Test) -> dict[str, tuple[str, ...]]:
    if test.kind == "QueryEvaluationTest" and _has_dataset(test):
        return {}
    return {"default_graph_uri": test.data or (NOTHING,), "named_graph_uri": test.graphs}


# -- the engine alone ------------------------------------------------------------------------


def ask_engine(suite: Suite, test: Test) -> Outcome:
    """Run a test in this process, on a store that holds its dataset and nothing else."""
    store = ox.Store()
    for iri in test.data:
        _load(store, suite, iri, ox.DefaultGraph())
    for iri in test.graphs or (_named_by_query(suite, test) if not test.data else ()):
        _load(store, suite, iri, ox.NamedNode(iri))
    try:
        results = store.query(_text(test), base_iri=suite.iri(test.query))
        if test.kind in _NEGATIVE:
            return Outcome("the query is taken for right")
        if test.kind in _POSITIVE:
            return Outcome()
        if test.kind == "CSVResultFormatTest":
            body = results.serialize(format=ox.QueryResultsFormat.CSV)
            return _compare_csv(test, Reply(200, "text/csv", body))
        expected = expected_answer(suite, test)
        return Outcome(difference(expected, read_results(results), lax=test.lax))
    except SyntaxError as exc:
        return Outcome() if test.kind in _NEGATIVE else Outcome(str(exc))
    except (OSError, RuntimeError) as exc:
        return Outcome(str(exc))


def expected_answer(suite: Suite, test: Test) -> Answer:
    """Read the answer that a test asks for."""
    assert test.result is not None
    name = str(test.result)
    if test.result.suffix in (".srx", ".srj", ".tsv"):
        return read_results(ox.parse_query_results(path=name))
    return read_statements(ox.parse(path=name, base_iri=suite.iri(test.result)))


def _load(store: ox.Store, suite: Suite, iri: str, graph: ox.NamedNode | ox.DefaultGraph) -> None:
    if isinstance(graph, ox.NamedNode):
        store.add_graph(graph)
    for quad in ox.parse(path=str(suite.path(iri)), base_iri=iri, rename_blank_nodes=True):
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, graph))


# -- the test --------------------------------------------------------------------------------


_POSITIVE = frozenset(("PositiveSyntaxTest", "PositiveSyntaxTest11"))
_NEGATIVE = frozenset(("NegativeSyntaxTest", "NegativeSyntaxTest11"))


def _text(test: Test) -> str:
    return test.query.read_text(encoding="utf-8")


def _has_dataset(test: Test) -> bool:
    """Tell whether the query itself names its dataset."""
    return re.search(r"(?i)\bFROM\s+(?:NAMED\s+)?<", _text(test)) is not None


def _named_by_query(suite: Suite, test: Test) -> list[str]:
    """List what FROM may name: the data of the test's folder."""
    if test.kind != "QueryEvaluationTest" or not _has_dataset(test):
        return []
    return [suite.iri(path) for path in sorted(test.query.parent.glob("data*.ttl"))]
