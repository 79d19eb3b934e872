"""Releases: versions of the data that stay as they are, to be cited."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from napgraph.curation.provenance import provenance
from napgraph.curation.publication import Publisher
from napgraph.curation.versions import person_name
from napgraph.curation.workspace import Tag
from napgraph.derivation import derive
from napgraph.derived_folder import Derived
from napgraph.errors import StoreError, WorkspaceError
from napgraph.generations import prepare
from napgraph.namespaces import PROVENANCE, graph_iri
from napgraph.release_folder import (
    Release,
    all_releases,
    find_release,
    is_release_name,
    release_iri,
    releases_path,
    write_release,
)
from napgraph.store import GraphFile
from napgraph.store_folder import Generation, appearing, current, keep_for_good

# Gives how to cite a release, by its name and the time when it was made.
Cite = Callable[[str, datetime], str]


def make_release(
    publisher: Publisher, name: str, *, author: str, cite: Cite, notes: str = ""
) -> Release:
    """Make what is published a release, or finish one that was cut off or lost with the store.

    Its dumps, tables and generation are kept first, then the tag in git is made,
    which alone says that there is such a release.

    Args:
        publisher: Of the workspace.
        name: `2026.1`.
        author: Who makes it.
        cite: See `Cite`.
        notes: What is new in it.

    Raises:
        WorkspaceError: There is a release of this name, or there can be none.
        StoreError: The store cannot be written.
    """
    if not is_release_name(name):
        raise WorkspaceError(
            f"{name!r} cannot be the name of a release; write digits, letters and full stops, "
            "such as 2026.1."
        )
    publisher.recover()
    store_dir, workspace = publisher.config.store_dir, publisher.workspace
    tag = next((tag for tag in workspace.tags() if tag.name == name), None)
    found = find_release(store_dir, name)
    if tag and found:
        raise WorkspaceError(f"{name} is a release already; releases never change.")
    if found is None:
        found = _keep(publisher, name, author=author, cite=cite, notes=notes, tag=tag)
    if tag is None:
        workspace.tag(name, author=author, message=tag_message(found), commit=found.commit)
        publisher.journal.log(author, "release", name)
    return found


def tag_message(release: Release) -> str:
    """Write what git's tag says of a release."""
    sums = (f"SHA256 ({file.name}): {file.sha256}" for file in release.dumps)
    lines = [
        f"Release: {release.iri}",
        f"Generation: {release.generation_id}",
        *([f"Previous: {release_iri(release.previous)}"] if release.previous else []),
        *sums,
    ]
    paragraphs = [f"Release {release.name}", release.notes, release.citation, "\n".join(lines)]
    return "\n\n".join(part for part in paragraphs if part) + "\n"


def _keep(
    publisher: Publisher, name: str, *, author: str, cite: Cite, notes: str, tag: Tag | None
) -> Release:
    """Keep generation and files of what is published or, where there is a tag, of its commit."""
    store_dir, workspace = publisher.config.store_dir, publisher.workspace
    with workspace.sole_writer():
        commit = tag.commit if tag else workspace.head()
        generation = _generation_at(publisher, commit) if tag else current(store_dir)
        keep_for_good(generation, store_dir)
    derived = derive(generation, store_dir)
    created = datetime.fromtimestamp(tag.time, UTC) if tag else datetime.now(UTC)
    before = [r for r in all_releases(store_dir) if datetime.fromisoformat(r.created) < created]
    release = Release(
        name=name,
        created=created.isoformat(timespec="seconds"),
        commit=commit,
        generation_id=generation.id,
        statements=generation.statements,
        previous=before[0].name if before else "",
        author=person_name(author),
        notes=notes,
        citation=cite(name, created),
        files=derived.files,
        path=releases_path(store_dir) / name,
    )
    _write(release, derived)
    return release


def _write(release: Release, derived: Derived) -> None:
    try:
        release.path.parent.mkdir(exist_ok=True)
        with appearing(release.path) as folder:
            for file in release.files.values():
                _link(derived.path / file.name, folder / file.name)
            write_release(release, folder)
    except OSError as exc:
        raise StoreError(f"{release.path} cannot be written: {exc}.") from exc


def _link(source: Path, path: Path) -> None:
    """Give a file a second name or, where that cannot be, copy it."""
    try:
        path.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, path)


def _generation_at(publisher: Publisher, commit: str) -> Generation:
    """Build the generation of a commit from the current one, without switching to it."""
    workspace, store_dir = publisher.workspace, publisher.config.store_dir
    then, now = workspace.blobs(commit), workspace.blobs()
    names = [name for name in then.keys() | now.keys() if then.get(name) != now.get(name)]
    contents = workspace.read_all(names, commit)
    changed = [
        GraphFile(graph_iri(name), content, name=name)
        for name, content in contents.items()
        if content is not None
    ]
    removed = [graph_iri(name) for name, content in contents.items() if content is None]
    if said := provenance(workspace, commit):
        changed.append(GraphFile(PROVENANCE, said, name="the provenance"))
    else:
        removed.append(PROVENANCE)
    return prepare(changed, store_dir, removed=removed)
