"""The history of the data, of a named graph and of a thing: versions, and how two differ.

Git is where history is; an index of it, made when it is asked for and brought
up to date with each commit, says in which commits something of a thing changed.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rdflib import DCTERMS, PROV, RDF, BNode, Graph, URIRef
from rdflib.term import Node

from napgraph.curation.differences import (
    Difference,
    EntityChange,
    PropertyChange,
    difference,
    statements,
)
from napgraph.curation.parts import differing_parts
from napgraph.curation.version_index import GraphChange, Version, VersionIndex
from napgraph.curation.workspace import Change, LoggedCommit, Workspace
from napgraph.errors import TurtleError
from napgraph.namespaces import ID, graph_iri
from napgraph.store import LABEL_PROPERTIES
from napgraph.turtle import Statement, parse_turtle, read_links

__all__ = ["History", "Version", "person_name"]

# The index of a workspace, beside the journal.
FILE = "history.sqlite"
# How many commits to read while others who would do the same wait.
_AT_ONCE = 200
# How often to look again where other processes bring the index up to date as well.
_TRIES = 5
# How much of files may differ for all of it to be compared: a second's work.
_MOST_BYTES = 1_000_000


class History:
    """The published states of a workspace; any thread may ask.

    Args:
        workspace: The data repository.
        path: The file of the index, which is made if need be.
    """

    def __init__(self, workspace: Workspace, path: Path) -> None:
        self._workspace = workspace
        self._path = path
        self._index = VersionIndex(path)
        self._tip = ""
        self._lock = threading.Lock()

    @property
    def workspace(self) -> Workspace:
        """The data repository."""
        return self._workspace

    @property
    def index(self) -> VersionIndex:
        """Give the index, brought up to date.

        Raises:
            WorkspaceError: The repository or the index cannot be read.
        """
        if self._workspace.head() != self._tip:
            with self._lock:
                self._follow()
        return self._index

    def last(self) -> Version:
        """Give the version that is published."""
        return self.index.newest(limit=1)[0]

    def difference_of_graph(
        self, name: str, old: Version | None, new: Version
    ) -> Difference | None:
        """Say how a named graph differs between two versions.

        Args:
            name: The graph.
            old: The version before; None for before the first.
            new: The version after.

        Returns:
            None where too much differs to be looked at while somebody waits.
        """
        changes = [c for c in self._changes(old, new) if c.graph == name]
        return self._difference(changes)

    def difference(self, old: Version | None, new: Version) -> Difference | None:
        """Say how all named graphs differ between two versions, as of one graph."""
        return self._difference(self._changes(old, new))

    def difference_of_thing(
        self, thing: str, old: Version | None, new: Version
    ) -> Difference | None:
        """Say how what the document about a thing says differs between two versions.

        Args:
            thing: `plan/MLI-3`.
            old: The version before; None for before the first.
            new: The version after.

        Returns:
            None where too much differs to be looked at while somebody waits.
        """
        iri = URIRef(f"{ID}{thing}")
        changes = self._changes(old, new, thing=thing)
        whole = self._difference(changes)
        if whole is None:
            return None
        blobs = {blob: c.graph for c in changes for blob in (c.before, c.after) if blob}
        states = [(blobs[b], content) for b, content in self._workspace.contents(blobs).items()]
        if any(str(iri) in subjects_of(name, content) for name, content in states):
            return whole
        linked = {
            term
            for name, content in states
            for term in _linked_with({str(iri)}, read_links(content, name=name))
        }
        return _about(iri, whole, linked)

    def exists_after(self, thing: str) -> dict[int, bool]:
        """Say after which of its versions a thing is still spoken of."""
        there: set[str] = set()
        found: dict[int, bool] = {}
        for number, graph, remains in self.index.presence(thing):
            there = there | {graph} if remains else there - {graph}
            found[number] = bool(there)
        return found

    # -- keeping the index in step -------------------------------------------------------------

    def _follow(self) -> None:
        for _ in range(_TRIES):
            head, tip = self._workspace.head(), self._index.tip()
            self._tip = tip
            if tip == head:
                return
            commits = self._workspace.line(since=tip)
            first = commits[-1] if commits else head
            # Where the branch was moved to another history, all is read anew.
            follows = tip if tip in self._workspace.parents(first)[:1] else ""
            for some in _batches(commits[::-1]):
                self._index.add(self._read(some), old=follows, new=some[-1])
                follows = some[-1]

    def _read(self, commits: Iterable[str]) -> Iterator[tuple[Version, list[GraphChange]]]:
        for logged in self._workspace.logged(commits):
            if logged.changes:
                yield read_version(logged), self._touched(logged.changes)

    def _touched(self, changes: Iterable[Change]) -> list[GraphChange]:
        changes = list(changes)
        blobs = {blob for change in changes for blob in (change.before, change.after) if blob}
        contents = self._workspace.contents(blobs)
        return [
            GraphChange(
                change.name,
                change.before,
                change.after,
                touched(
                    change.name,
                    contents[change.before] if change.before else b"",
                    contents[change.after] if change.after else b"",
                ),
            )
            for change in changes
        ]

    # -- differences ---------------------------------------------------------------------------

    def _changes(self, old: Version | None, new: Version, *, thing: str = "") -> list[GraphChange]:
        first, last = (old.number if old else 0), new.number
        if first <= last:
            return self.index.changes(first + 1, last, thing=thing)
        back = self.index.changes(last + 1, first, thing=thing)
        return [GraphChange(c.graph, c.after, c.before) for c in back]

    def _difference(self, changes: Iterable[GraphChange]) -> Difference | None:
        changes = [change for change in changes if change.before != change.after]
        blobs = {blob for change in changes for blob in (change.before, change.after) if blob}
        contents = self._workspace.contents(blobs)
        parts = [
            (c.graph, differing_parts(*(contents[b] if b else b"" for b in (c.before, c.after))))
            for c in changes
        ]
        if sum(len(old) + len(new) for _, (old, new) in parts) > _MOST_BYTES:
            return None
        before, after = Graph(bind_namespaces="none"), Graph(bind_namespaces="none")
        for name, (old, new) in parts:
            before += parse_turtle(old, name=name)
            after += parse_turtle(new, name=name)
        return difference(before, after)


def _batches(commits: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(commits), _AT_ONCE):
        yield commits[start : start + _AT_ONCE]


def person_name(person: str) -> str:
    """Give the name of a person without the address, which is not for everybody."""
    return person.partition("<")[0].strip()


def touched(name: str, before: bytes, after: bytes) -> dict[str, bool]:
    """Find the things about which documents say something else after a change of a named graph.

    These are the things that statements differ about or point at, those that
    lead to blank nodes that differ, those that the graph links with a thing of
    another name or class, and the thing that the whole graph is about.

    Returns:
        Their keys, `plan/MLI-3`, with whether the graph still speaks of each afterwards.
    """
    try:
        links = list(read_links(after, name=name))
        if before:
            terms, renamed = _differing_terms(name, before, after)
            terms |= _linked_with(renamed, links)
        else:
            terms = {term for link in links for term in link}
        terms |= subjects_of(name, before) | subjects_of(name, after)
    except TurtleError:
        # Somebody has committed by hand what is no Turtle; it was never served.
        return {}
    remaining = _keys(term for link in links for term in link)
    return {key: key in remaining for key in _keys(terms)}


def subjects_of(name: str, content: bytes) -> set[str]:
    """List the IRIs of what a named graph says it is about."""
    iri = graph_iri(name)
    graph = parse_turtle(_head(content), name=name)
    if (iri, RDF.type, PROV.Entity) not in graph:
        return set()
    return {str(o) for o in graph.objects(iri, DCTERMS.subject)}


def _head(content: bytes) -> bytes:
    """Give prefixes and the block about the graph, which is the first where files are as ours."""
    match = re.match(rb"(?:(?:PREFIX [^\n]*|#[^\n]*)?\n)*graph:\S+\n(?: [^\n]*\n)*\.\n", content)
    return match[0] if match else content


def _differing_terms(name: str, before: bytes, after: bytes) -> tuple[set[str], set[str]]:
    """List the IRIs in statements that differ, and those of things of another name or class."""
    old, new = (parse_turtle(part, name=name) for part in differing_parts(before, after))
    was, now = statements(old), statements(new)
    changed = was ^ now
    subjects = {s for s, _, _ in changed}
    owners = _owners(was | now, {s for s in subjects if isinstance(s, BNode)})
    terms = subjects | owners | {o for _, _, o in changed}
    renamed = {str(s) for s, p, _ in changed if p in _NAMES}
    return {str(term) for term in terms if isinstance(term, URIRef)}, renamed


def _linked_with(iris: set[str], links: Iterable[tuple[str, str]]) -> set[str]:
    """List what is linked with some things; documents call these by their names."""
    return {other for s, o in links for one, other in ((s, o), (o, s)) if one in iris and other}


# What a document says of things that it mentions.
_NAMES = frozenset((RDF.type, *LABEL_PROPERTIES))


def _owners(said: Iterable[Statement], blank: set[Node]) -> set[Node]:
    """Find the things that lead to blank nodes, through others where need be."""
    leading: dict[Node, set[Node]] = {}
    for s, _, o in said:
        if isinstance(o, BNode):
            leading.setdefault(o, set()).add(s)
    found: set[Node] = set()
    waiting = list(blank)
    while waiting:
        for owner in leading.get(waiting.pop(), set()) - found:
            found.add(owner)
            waiting.append(owner)
    return found


def _keys(iris: Iterable[str]) -> set[str]:
    return {iri.removeprefix(str(ID)) for iri in iris if iri.startswith(str(ID))}


def _about(iri: URIRef, whole: Difference, linked: set[str]) -> Difference:
    """Leave of a difference what the document about a thing says.

    Args:
        iri: The thing.
        whole: What differs.
        linked: The things that it is linked with.
    """
    own = [entity for entity in whole.entities if entity.subject == iri]
    values = {v for e in own for c in e.changes for v in (*c.before, *c.after)}
    blank = {node for node in values if isinstance(node, BNode)}

    def is_said(subject: Node, predicate: Node, value: Node) -> bool:
        is_name = predicate in _NAMES and str(subject) in linked
        return subject == iri or subject in blank or value == iri or is_name

    # The thing itself comes before what is linked with it.
    entities = sorted(whole.entities, key=lambda entity: entity.subject != iri)
    kept = ((entity, _said(entity, is_said)) for entity in entities)
    return replace(
        whole,
        added=tuple(statement for statement in whole.added if is_said(*statement)),
        removed=tuple(statement for statement in whole.removed if is_said(*statement)),
        entities=tuple(replace(entity, changes=changes) for entity, changes in kept if changes),
    )


def _said(
    entity: EntityChange, is_said: Callable[[Node, Node, Node], bool]
) -> tuple[PropertyChange, ...]:
    return tuple(
        change
        for change in entity.changes
        if any(
            is_said(entity.subject, change.predicate, value)
            for value in (*change.added, *change.removed)
        )
    )


# -- reading commits ---------------------------------------------------------------------------


def read_version(logged: LoggedCommit) -> Version:
    """Read what a commit says of itself; its number is for the index to know."""
    message, trailers = _split_message(logged.message)
    reviewer = trailers.get("Reviewed-by", "")
    return Version(
        number=0,
        commit=logged.id,
        time=logged.time,
        author=person_name(logged.author),
        reviewer=person_name(reviewer),
        message=message,
        submission=trailers.get("Submission", ""),
        source=trailers.get("Source", ""),
    )


_TRAILER = re.compile(r"([A-Z][A-Za-z]*(?:-[A-Za-z]+)*): (\S.*)")


def _split_message(text: str) -> tuple[str, dict[str, str]]:
    """Split a commit's message from its trailers, which are its last paragraph."""
    said, gap, last = text.rstrip().rpartition("\n\n")
    matches = [_TRAILER.fullmatch(line) for line in last.splitlines()]
    if not gap or not all(matches):
        return text.strip(), {}
    return said.strip(), {match[1]: match[2].strip() for match in matches if match}
