"""The data repository: made whole, read at any commit, and never at odds with who edits by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from napgraph.curation.workspace import Workspace
from napgraph.errors import WorkspaceError

AWA = "Awa Traoré <awa@example.org>"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Make a workspace of two files."""
    (tmp_path / "shipped").mkdir()
    for name in ("KEN", "MLI"):
        (tmp_path / "shipped" / f"{name}.ttl").write_text(f"# {name}\n")
    return Workspace.open_or_make(tmp_path / "var" / "data", tmp_path / "shipped")


def publish(workspace: Workspace, **files: bytes | None) -> str:
    """Commit files as publishing does, and give the commit."""
    old = workspace.head()
    new = workspace.make_commit(
        files, author=AWA, committer="Ben", message="Change\n\nSubmission: x", parents=[old]
    )
    workspace.move_branch(old, new)
    workspace.follow(old, new)
    return new


def test_workspace_begins_with_the_files_that_are_shipped(workspace: Workspace) -> None:
    """Each file is a graph of the first commit, and lies in the folder."""
    read = {name: workspace.read(name) for name in workspace.names()}

    assert read == {"KEN": b"# KEN\n", "MLI": b"# MLI\n"}
    assert (workspace.data_dir / "MLI.ttl").read_bytes() == b"# MLI\n"


def test_opened_again_it_is_the_same(workspace: Workspace, tmp_path: Path) -> None:
    """A second start makes nothing anew."""
    head = publish(workspace, MLI=b"# new\n")

    assert head == Workspace.open_or_make(workspace.data_dir, tmp_path / "shipped").head()


def test_commit_changes_branch_and_folder(workspace: Workspace) -> None:
    """What is committed is read at the branch's end and from the folder; before, what was."""
    first = workspace.head()
    publish(workspace, MLI=b"# new\n", KEN=None)

    assert workspace.names() == ["MLI"]
    assert workspace.read("MLI", first) == b"# MLI\n"
    assert sorted(path.name for path in workspace.data_dir.glob("*.ttl")) == ["MLI.ttl"]


def test_what_was_changed_by_hand_stays(workspace: Workspace) -> None:
    """A file that is as neither commit has it is left to who changed it."""
    old = workspace.head()
    (workspace.data_dir / "MLI.ttl").write_bytes(b"# by hand\n")
    new = workspace.make_commit(
        {"MLI": b"# new\n"}, author=AWA, committer=AWA, message="x", parents=[old]
    )

    assert workspace.follow(old, new) == ["MLI.ttl"]
    assert (workspace.data_dir / "MLI.ttl").read_bytes() == b"# by hand\n"


def test_branch_that_moved_is_not_moved_back(workspace: Workspace) -> None:
    """Of two commits after the same one, the second is refused."""
    old = workspace.head()
    publish(workspace, MLI=b"# new\n")

    with pytest.raises(WorkspaceError, match="moved meanwhile"):
        workspace.move_branch(old, old)


def test_trailer_is_found_after_a_commit_only(workspace: Workspace) -> None:
    """A commit is known by a line of its message, from the next one on no more."""
    first, new = workspace.head(), publish(workspace, MLI=b"# new\n")

    assert workspace.find_trailer("Submission: x", since=first) == new
    assert workspace.find_trailer("Submission: x", since=new) is None


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".git", "é", "-a", "a" * 101])
def test_names_that_are_no_files_are_refused(workspace: Workspace, name: str) -> None:
    """A graph's name cannot lead out of the folder."""
    with pytest.raises(WorkspaceError, match="cannot be the name"):
        publish(workspace, **{name: b""})


@pytest.mark.parametrize("name", ["A\nauthor B <b>", "A <a> <b>", "<a@b>", ""])
def test_people_cannot_write_headers_of_commits(workspace: Workspace, name: str) -> None:
    """A name that git would read as something else makes no commit."""
    with pytest.raises(WorkspaceError, match="cannot be a person"):
        workspace.make_commit(
            {}, author=name, committer=AWA, message="x", parents=[workspace.head()]
        )


def test_files_that_are_shipped_are_never_a_workspace(tmp_path: Path) -> None:
    """Who points at the files of the package is told to take a clone."""
    with pytest.raises(WorkspaceError, match="not to be written"):
        Workspace.open_or_make(tmp_path, tmp_path)


def test_folder_without_repository_is_refused(tmp_path: Path) -> None:
    """A folder of files that git does not keep is left alone."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "MLI.ttl").write_text("# MLI\n")

    with pytest.raises(WorkspaceError, match="not kept in a git repository"):
        Workspace.open_or_make(tmp_path / "data", tmp_path / "shipped")
