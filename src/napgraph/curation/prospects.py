"""What a submission would change of what is published, or has changed: what a reviewer looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.term import Node

from napgraph.curation.differences import Difference, EntityChange, difference
from napgraph.curation.merging import Conflict
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Files, Status, Submission
from napgraph.namespaces import ID, NAP
from napgraph.turtle import Statement, parse_turtle

# By these a thing belongs to another, on whose page it is shown.
_BELONGS = (NAP.country, NAP.plan, NAP.objectiveOf, NAP.remarkOn, NAP.organisation)
# By these it is pointed at from what it belongs to.
_PARTS = (NAP.budget, NAP.monitoring)
_STEPS = 2
# Whose pages show what is said of other things.
_WHOLE_PAGES = ("country/", "plan/")


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A named graph before and after, and what differs."""

    name: str
    before: Graph
    after: Graph
    difference: Difference


@dataclass(frozen=True, slots=True)
class Prospect:
    """A submission seen from what is published.

    Attributes:
        submission: As it stands.
        head: The commit that is published.
        files: The named graphs as they would be, or were, published.
        changes: Their differences, by the names of the graphs.
        conflicts: Where it clashes with what was published since it was made, by graph.
    """

    submission: Submission
    head: str
    files: Files
    changes: tuple[GraphChange, ...]
    conflicts: Mapping[str, tuple[Conflict, ...]]

    @property
    def entities(self) -> tuple[EntityChange, ...]:
        """The things that come, go or change, of all graphs."""
        return tuple(entity for change in self.changes for entity in change.difference.entities)

    @property
    def added(self) -> tuple[Statement, ...]:
        """The statements that come, of all graphs."""
        return tuple(s for change in self.changes for s in change.difference.added)

    @property
    def removed(self) -> tuple[Statement, ...]:
        """The statements that go, of all graphs."""
        return tuple(s for change in self.changes for s in change.difference.removed)

    @property
    def minted(self) -> tuple[URIRef, ...]:
        """The addresses of things that come into being."""
        return tuple(iri for change in self.changes for iri in change.difference.minted)

    @property
    def pages(self) -> tuple[str, ...]:
        """The paths of documents that read otherwise after it; countries and plans first."""
        found = {path for change in self.changes for path in change.difference.pages}
        found |= {path for change in self.changes for path in _pages_around(change)}
        return tuple(sorted(found, key=_page_order))


def look_at(publisher: Publisher, submission: Submission, head: str) -> Prospect:
    """Compare what a submission proposes with what is published; where it is, with what was.

    Args:
        publisher: Of the workspace.
        submission: Of any status.
        head: The commit that is published.

    Raises:
        WorkspaceError: The commit that it was made from is not here.
    """
    workspace = publisher.workspace
    if submission.status == Status.PUBLISHED:
        parent = workspace.parents(submission.commit)[0]
        after = workspace.read_all(submission.names, submission.commit)
        before = workspace.read_all(submission.names, parent)
        return Prospect(submission, head, after, _changes(before, after), {})
    if not submission.status.is_open:
        before = workspace.read_all(submission.names, submission.base)
        return Prospect(submission, head, submission.files, _changes(before, submission.files), {})
    rebased = publisher.rebase(submission, head)
    names = sorted(rebased.files)
    changes = _changes(workspace.read_all(names, rebased.head), rebased.files)
    return Prospect(submission, rebased.head, rebased.files, changes, rebased.conflicts)


def _changes(before: Files, after: Files) -> tuple[GraphChange, ...]:
    return tuple(_change(name, before.get(name), content) for name, content in after.items())


def _change(name: str, before: bytes | None, after: bytes | None) -> GraphChange:
    old, new = (parse_turtle(content or b"", name=f"{name}.ttl") for content in (before, after))
    return GraphChange(name, old, new, difference(old, new))


def _pages_around(change: GraphChange) -> Iterator[str]:
    """Find countries and plans that changed things belong to, or belonged."""
    things: set[Node] = {entity.subject for entity in change.difference.entities}
    for graph in (change.before, change.after):
        latest = things
        for _ in range(_STEPS):
            latest = set(_belonged_to(latest, graph))
            for thing in latest:
                path = str(thing).removeprefix(str(ID))
                if path.startswith(_WHOLE_PAGES):
                    yield f"/doc/{path}"


def _belonged_to(things: Iterable[Node], graph: Graph) -> Iterator[Node]:
    for thing in things:
        for predicate in _BELONGS:
            yield from graph.objects(thing, predicate)
        for predicate in _PARTS:
            yield from graph.subjects(predicate, thing)


def _page_order(path: str) -> tuple[int, str]:
    key = path.removeprefix("/doc/")
    kinds = [place for place, kind in enumerate(_WHOLE_PAGES) if key.startswith(kind)]
    return (kinds[0] if kinds else len(_WHOLE_PAGES)), path
