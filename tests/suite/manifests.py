"""The tests that the suite's manifests list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")

QUERIES = (
    "sparql10/manifest-evaluation.ttl",
    "sparql10/manifest-syntax.ttl",
    "sparql11/manifest-sparql11-query.ttl",
    "sparql11/csv-tsv-res/manifest.ttl",
    "sparql11/json-res/manifest.ttl",
)


@dataclass(frozen=True)
class Suite:
    """A checkout of w3c/rdf-tests; its files have these IRIs wherever it lies."""

    folder: Path
    base: str = "https://w3c.github.io/rdf-tests/sparql/"

    def iri(self, path: Path) -> str:
        """Give the IRI of a file."""
        return self.base + path.relative_to(self.folder).as_posix()

    def path(self, iri: str) -> Path:
        """Give the file of an IRI."""
        return self.folder / iri.removeprefix(self.base)


@dataclass(frozen=True)
class Test:
    """One test.

    Attributes:
        name: The folder and the test's own name.
        kind: The local name of its class.
        data: IRIs of the files that make up the default graph.
        graphs: IRIs of the named graphs.
    """

    name: str
    kind: str
    query: Path
    data: tuple[str, ...]
    graphs: tuple[str, ...]
    result: Path | None
    lax: bool


def read_tests(suite: Suite, manifest: Path) -> Iterator[Test]:
    """Read the tests of a manifest and of those that it includes, in order."""
    graph = Graph().parse(manifest, publicID=suite.iri(manifest))
    for head in graph.objects(None, MF.include):
        for included in Collection(graph, head):
            yield from read_tests(suite, suite.path(str(included)))
    for head in graph.objects(None, MF.entries):
        for entry in Collection(graph, head):
            if (test := _read_test(suite, graph, entry, manifest.parent)) is not None:
                yield test


def _read_test(suite: Suite, graph: Graph, entry: URIRef, folder: Path) -> Test | None:
    kind = next((str(t).rsplit("#", 1)[1] for t in graph.objects(entry, RDF.type)), "")
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    query = graph.value(action, QT.query) or action
    if not isinstance(query, URIRef):
        return None
    return Test(
        name=f"{folder.relative_to(suite.folder)}/{str(entry).rsplit('#', 1)[-1]}",
        kind=kind,
        query=suite.path(str(query)),
        data=tuple(map(str, graph.objects(action, QT.data))),
        graphs=tuple(map(str, graph.objects(action, QT.graphData))),
        result=suite.path(str(result)) if result else None,
        lax=graph.value(entry, MF.resultCardinality) == MF.LaxCardinality,
    )
