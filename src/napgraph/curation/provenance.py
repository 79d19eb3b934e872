"""Who changed which named graph last, when, why and from what: as a named graph that can be asked.

It follows from the commits alone and is not part of the data repository. What
came with the first commit is not in it, so that the same files make the same
generation wherever they begin.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from rdflib import URIRef

from napgraph.curation.version_index import Version
from napgraph.curation.versions import read_version
from napgraph.curation.workspace import Workspace
from napgraph.namespaces import BASE, PROVENANCE, graph_iri
from napgraph.turtle import quoted


@dataclass(frozen=True, slots=True)
class Revision:
    """The last change of a named graph.

    Attributes:
        name: Of the graph.
        version: What was said of the change.
        before: When the graph was changed before, in seconds since 1970; None for a new one.
    """

    name: str
    version: Version
    before: int | None


def provenance(workspace: Workspace, commit: str, *, known: bytes = b"", since: str = "") -> bytes:
    """Write where the named graphs of a commit come from.

    Args:
        workspace: The data repository.
        commit: The commit.
        known: What was written for an earlier one; empty for nothing.
        since: That commit; empty to read all history.

    Returns:
        Turtle; empty where nothing has changed since the first commit.
    """
    blocks = _blocks(known)
    times = {name: _time_in(block) for name, block in blocks.items()}
    commits = workspace.line(until=commit, since=since)
    for logged in workspace.logged(reversed(commits)):
        is_first = not workspace.parents(logged.id)
        for change in logged.changes:
            if is_first:
                times[change.name] = logged.time
            elif change.after is None:
                blocks.pop(change.name, None)
                times.pop(change.name, None)
            else:
                before = times.get(change.name)
                if before is None and change.before is not None:
                    before = workspace.first_time()
                revision = Revision(change.name, read_version(logged), before)
                blocks[change.name] = _block(revision)
                times[change.name] = logged.time
    return _join(blocks)


def person_iri(name: str) -> URIRef:
    """Mint the IRI of a person by the name that is in git: one name is one person."""
    return URIRef(f"{PROVENANCE}#person-{hashlib.sha256(name.encode()).hexdigest()[:12]}")


# -- writing -----------------------------------------------------------------------------------

_HEAD = f"""\
PREFIX changes: <{BASE}changes/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX graph: <{BASE}graph/>
PREFIX nap: <{BASE}ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

<{PROVENANCE}>
    a prov:Bundle ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:title "Provenance: who changed which file last, when, why and from what"@en ;
.
"""
_MARK = "\n# "


def _join(blocks: Mapping[str, str]) -> bytes:
    if not blocks:
        return b""
    return (_HEAD + "".join(f"{_MARK}{name}\n{blocks[name]}" for name in sorted(blocks))).encode()


def _blocks(known: bytes) -> dict[str, str]:
    """Take apart what `_join` has put together."""
    parts = known.decode().split(_MARK)[1:]
    return {name: block for name, _, block in (part.partition("\n") for part in parts)}


def _time_in(block: str) -> int | None:
    match = re.search(r'prov:endedAtTime "([^"]+)"', block)
    return int(datetime.fromisoformat(match[1]).timestamp()) if match else None


def _block(revision: Revision) -> str:
    version, graph = revision.version, f"<{graph_iri(revision.name)}>"
    activity, author = f"changes:{version.commit}", _node(person_iri(version.author))
    people = {version.author: author}
    lines = [
        f"{graph}",
        f"    prov:wasAttributedTo {author} ;",
        f"    prov:wasGeneratedBy {activity} ;",
    ]
    if revision.before is not None:
        former = f"{BASE}memento/{_stamp(revision.before)}/graph/{revision.name}"
        lines.append(f"    prov:wasRevisionOf {_node(URIRef(former))} ;")
    lines += [".", f"{activity}", "    a prov:Activity ;"]
    lines.append(f"    dcterms:description {quoted(version.message)} ;")
    if version.source:
        lines.append(f"    dcterms:source {_source(version.source)} ;")
    ended = datetime.fromtimestamp(version.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines.append(f'    prov:endedAtTime "{ended}"^^xsd:dateTime ;')
    if version.submission and _is_plain(version.submission):
        lines.append(f"    prov:used {_node(URIRef(version.submission))} ;")
    if version.reviewer:
        reviewer = people[version.reviewer] = _node(person_iri(version.reviewer))
        lines.append(f"    nap:reviewer {reviewer} ;")
    lines.append(f"    prov:wasAssociatedWith {_list(people.values())} ;")
    for name, person in people.items():
        lines += [".", person, "    a prov:Person ;", f"    foaf:name {quoted(name)} ;"]
    return "\n".join([*lines, ".", ""])


def _list(nodes: Iterable[str]) -> str:
    return " , ".join(sorted(set(nodes)))


def _node(iri: URIRef) -> str:
    return iri.n3()


def _source(text: str) -> str:
    """Write a source as an address where it is one, else as the citation that it is."""
    return f"<{text}>" if _is_plain(text) else quoted(text)


def _is_plain(text: str) -> bool:
    return re.fullmatch(r'https?://[^\s<>"{}|\\^`\x00-\x20]+', text) is not None


def _stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d%H%M%S")
