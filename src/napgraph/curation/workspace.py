"""The data repository: named graphs as Turtle files under git, each change a commit.

The branch is the truth. A commit is made from what its caller gives, not from
the folder's files; these follow, and what somebody has changed there by hand
and not committed is never written over.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dulwich import porcelain
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository
from dulwich.file import FileLocked
from dulwich.graph import can_fast_forward, find_merge_base
from dulwich.index import index_entry_from_stat
from dulwich.object_store import commit_tree_changes, iter_tree_contents
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.objects import Tag as GitTag
from dulwich.refs import Ref
from dulwich.repo import Repo
from filelock import FileLock, Timeout

from napgraph.errors import WorkspaceBusy, WorkspaceError

SUFFIX = ".ttl"
_FILE_MODE = 0o100644
_BRANCH = b"main"
_NAME = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_LOCK_S = 60.0


@dataclass(frozen=True, slots=True)
class Change:
    """A named graph that a commit changes: git's ids of its file before and after.

    None stands for a file that is not there.
    """

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class LoggedCommit:
    """A commit as history tells of it.

    Attributes:
        time: When it was made, in seconds since 1970.
        author: `Awa Traoré <awa@example.org>`, as git has it.
        committer: Likewise.
        message: With its trailers.
        changes: What differs from its first parent.
    """

    id: str
    time: int
    author: str
    committer: str
    message: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A release as git has it."""

    name: str
    commit: str
    time: int
    message: str


def require_graph_name(name: str) -> None:
    """Check that a named graph, and so its file, can have this name.

    Raises:
        WorkspaceError: It cannot.
    """
    if not _NAME.fullmatch(name) or len(name) > 100:
        raise WorkspaceError(
            f"{name!r} cannot be the name of a graph; write letters and digits, joined by hyphens."
        )


class Workspace:
    """A data folder inside a git repository; any thread may use it.

    Args:
        data_dir: The folder of `.ttl` files.

    Raises:
        WorkspaceError: It is not kept in a git repository.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self.root = _root_of(self.data_dir)
        inside = self.data_dir.relative_to(self.root).as_posix()
        self._prefix = b"" if inside == "." else inside.encode() + b"/"
        self._first_time: int | None = None

    @classmethod
    def open_or_make(cls, data_dir: Path, source_dir: Path) -> Workspace:
        """Open a workspace or, where nothing is, make one from the files of a folder.

        Raises:
            WorkspaceError: There is a folder, but no repository; or it cannot be made.
        """
        if data_dir.resolve() == source_dir.resolve():
            raise WorkspaceError(
                f"{data_dir} comes with napgraph and is not to be written; point NAPGRAPH_DATA at "
                "a clone of your own, or at a folder that is not there yet."
            )
        if not data_dir.exists() or not any(data_dir.iterdir()):
            _make(data_dir, source_dir)
        return cls(data_dir)

    # -- reading -------------------------------------------------------------------------------

    def head(self) -> str:
        """Give the id of the last commit of the branch."""
        with self._repo() as repo:
            return str(repo.head().decode())

    def names(self, commit: str | None = None) -> list[str]:
        """List the named graphs of a commit, or of the last one."""
        return sorted(self.blobs(commit))

    def blobs(self, commit: str | None = None) -> dict[str, str]:
        """Give the git id of each named graph's file in a commit, or in the last one."""
        with self._repo() as repo:
            return {name: entry.decode() for name, entry in self._blobs(repo, commit)}

    def read(self, name: str, commit: str | None = None) -> bytes | None:
        """Read a named graph's file in a commit, or in the last one; None if it is not there."""
        return self.read_all([name], commit)[name]

    def read_all(
        self, names: Sequence[str] | None = None, commit: str | None = None
    ) -> dict[str, bytes | None]:
        """Read some named graphs' files, or all, in a commit or in the last one."""
        with self._repo() as repo:
            entries = dict(self._blobs(repo, commit))
            wanted = list(entries) if names is None else names
            return {
                name: repo[entries[name]].as_raw_string() if name in entries else None
                for name in wanted
            }

    def has_commit(self, commit: str) -> bool:
        """Tell whether there is such a commit."""
        with self._repo() as repo:
            return bool(re.fullmatch("[0-9a-f]{40}", commit)) and isinstance(
                _get(repo, commit), Commit
            )

    def find_trailer(self, trailer: str, *, since: str, limit: int = 100_000) -> str | None:
        """Find the commit after another whose message has a line, if there is one.

        Args:
            trailer: The whole line, such as `Submission: https://…`.
            since: Where to stop looking; the empty text for the beginning.
            limit: How many commits to look at.
        """
        with self._repo() as repo:
            exclude = [since.encode()] if since and _get(repo, since) else []
            walker = repo.get_walker(include=[repo.head()], exclude=exclude, max_entries=limit)
            for entry in walker:
                message = entry.commit.message.decode("utf-8", "replace").rstrip()
                # Trailers are the last paragraph; what people write comes before.
                if trailer in message.rpartition("\n\n")[2].splitlines():
                    return str(entry.commit.id.decode())
        return None

    def parents(self, commit: str) -> list[str]:
        """List the parents of a commit."""
        with self._repo() as repo:
            return [parent.decode() for parent in _commit(repo, commit).parents]

    def other_changes(self, old: str, new: str) -> list[str]:
        """List the paths that differ between two commits and are no graphs of ours."""
        with self._repo() as repo:
            before, after = _files(repo, old), _files(repo, new)
            graphs = {
                self._prefix + f"{name}{SUFFIX}".encode()
                for commit in (old, new)
                for name, _ in self._blobs(repo, commit)
            }
        paths = (before.keys() | after.keys()) - graphs
        return sorted(p.decode() for p in paths if before.get(p) != after.get(p))

    def message(self, commit: str) -> str:
        """Give the message of a commit with its trailers."""
        with self._repo() as repo:
            return str(_commit(repo, commit).message.decode("utf-8", "replace"))

    def line(self, *, since: str = "", until: str = "") -> list[str]:
        """List the commits that the branch ended with one after the other, the last first.

        Of what was merged, the merge alone is one of them.

        Args:
            since: Where to stop, which is not listed; where it is none of them,
                all are listed.
            until: Where to begin; without it, where the branch ends.
        """
        found: list[str] = []
        with self._repo() as repo:
            commit: bytes | None = until.encode() or repo.head()
            while commit is not None and commit.decode() != since:
                found.append(commit.decode())
                commit = next(iter(_commit(repo, commit.decode()).parents), None)
        return found

    def first_time(self) -> int:
        """Give the time of the first commit, in seconds since 1970; it is looked for once."""
        if self._first_time is None:
            (first,) = self.logged(self.line()[-1:])
            self._first_time = first.time
        return self._first_time

    def logged(self, commits: Iterable[str]) -> Iterator[LoggedCommit]:
        """Read commits with what each changes."""
        with self._repo() as repo:
            blobs: dict[str, dict[str, bytes]] = {}
            for commit in commits:
                found = _commit(repo, commit)
                parent = found.parents[0].decode() if found.parents else ""
                before = blobs.get(parent) or (dict(self._blobs(repo, parent)) if parent else {})
                after = dict(self._blobs(repo, commit))
                blobs = {commit: after}
                yield LoggedCommit(
                    commit,
                    found.commit_time,
                    found.author.decode("utf-8", "replace"),
                    found.committer.decode("utf-8", "replace"),
                    found.message.decode("utf-8", "replace"),
                    _changes(before, after),
                )

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Read files by their git ids."""
        with self._repo() as repo:
            return {blob: repo[blob.encode()].as_raw_string() for blob in set(blobs)}

    def is_clean(self, name: str) -> bool:
        """Tell whether a named graph's file in the folder is as the last commit has it."""
        path = self.data_dir / f"{name}{SUFFIX}"
        return (path.read_bytes() if path.exists() else None) == self.read(name)

    # -- writing -------------------------------------------------------------------------------

    @contextmanager
    def sole_writer(self) -> Iterator[None]:
        """Keep all others from writing, in this process or another.

        Raises:
            WorkspaceBusy: Another one has been writing for a minute.
        """
        lock = FileLock(self.root / ".git" / "napgraph.lock", timeout=_LOCK_S)
        try:
            with lock:
                yield
        except Timeout as exc:
            raise WorkspaceBusy(f"{self.data_dir} is being written; try again soon.") from exc

    def make_commit(
        self,
        files: Mapping[str, bytes | None],
        *,
        author: str,
        committer: str,
        message: str,
        parents: Sequence[str],
    ) -> str:
        """Make a commit that is not on the branch yet.

        Args:
            files: The named graphs that differ from the first parent; None for one that goes.
            author: `Awa Traoré <awa@example.org>`, or a name alone.
            committer: The same of who accepted it.
            message: With its trailers.
            parents: The commits before it, of which the first is the branch's.
        """
        for name in files:
            require_graph_name(name)
        with self._repo() as repo, _writing(self.root):
            changes: list[tuple[bytes, int | None, ObjectID | None]] = []
            for name, content in files.items():
                path = self._prefix + f"{name}{SUFFIX}".encode()
                if content is None:
                    changes.append((path, None, None))
                    continue
                blob = Blob.from_string(content)
                repo.object_store.add_object(blob)
                changes.append((path, _FILE_MODE, blob.id))
            tree = commit_tree_changes(repo.object_store, _commit(repo, parents[0]).tree, changes)
            return _add_commit(repo, tree, parents, author, committer, message)

    def move_branch(self, old: str, new: str) -> None:
        """Make the branch end with another commit, in one step.

        Raises:
            WorkspaceError: It does not end with the old one, as somebody else has moved it.
        """
        with self._repo() as repo, _writing(self.root):
            if not repo.refs.set_if_equals(b"HEAD", old.encode(), new.encode()):
                raise WorkspaceError(
                    f"The branch in {self.root} has moved meanwhile; nothing was changed."
                )

    def follow(self, old: str, new: str) -> list[str]:
        """Bring the folder's files and git's index from one commit to another.

        Returns:
            The paths that are as neither commit has them, which stay as they are.
        """
        kept = []
        with self._repo() as repo, _writing(self.root):
            before, after = _files(repo, old), _files(repo, new)
            index = repo.open_index()
            for path in sorted(before.keys() | after.keys()):
                if before.get(path) == after.get(path):
                    continue
                file = self.root / path.decode()
                if _blob_id(file) not in (before.get(path), after.get(path)):
                    kept.append(path.decode())
                    continue
                if path in after:
                    _write(file, repo[after[path]].as_raw_string())
                    index[path] = index_entry_from_stat(file.lstat(), after[path])
                else:
                    file.unlink(missing_ok=True)
                    if path in index:
                        del index[path]
            index.write()
        return kept

    def remove_locks(self) -> None:
        """Remove what a process of ours that was killed has locked.

        Only the sole writer may do so, who knows that it was one of ours.
        """
        with self._repo() as repo:
            branch = repo.refs.follow(b"HEAD")[0][-1].decode()
        git = self.root / ".git"
        for name in ("HEAD", "index", branch):
            (git / f"{name}.lock").unlink(missing_ok=True)
        for lock in git.glob("objects/??/*.lock"):
            lock.unlink(missing_ok=True)

    def tag(self, name: str, *, author: str, message: str, commit: str | None = None) -> None:
        """Make an annotated tag.

        Raises:
            WorkspaceError: There is one of this name, or it cannot be one.
        """
        with self._repo() as repo, _writing(self.root):
            if f"refs/tags/{name}".encode() in repo.refs:
                raise WorkspaceError(f"{name} is a release already; releases never change.")
            target = commit or repo.head().decode()
            porcelain.tag_create(
                repo, name, author=_person(author), message=message.encode(), annotated=True,
                objectish=target,
            )  # fmt: skip

    def tags(self) -> list[Tag]:
        """List the annotated tags."""
        found = []
        with self._repo() as repo:
            for name, sha in repo.refs.as_dict(b"refs/tags").items():
                tag = repo[sha]
                if isinstance(tag, GitTag):
                    message = tag.message.decode("utf-8", "replace")
                    commit = tag.object[1].decode()
                    found.append(Tag(name.decode(), commit, int(tag.tag_time or 0), message))
        return found

    # -- exchange ------------------------------------------------------------------------------

    def fetch(self, remote: str = "origin") -> str:
        """Fetch a remote's branch of our branch's name, and give its last commit.

        Raises:
            WorkspaceError: It cannot be reached, or has no such branch.
        """
        with self._repo() as repo, _exchanging(remote):
            branch = repo.refs.follow(b"HEAD")[0][-1]
            fetched = porcelain.fetch(repo, remote, quiet=True)
            found = fetched.refs.get(branch)
        if found is None:
            raise WorkspaceError(f"{remote} has no branch {branch.decode()}.")
        return str(found.decode())

    def push(self, remote: str = "origin") -> str:
        """Send the branch and all tags to a remote, and give the branch's last commit.

        Raises:
            WorkspaceError: It cannot be reached, or has commits that are not here.
        """
        with self._repo() as repo, _exchanging(remote), Path(os.devnull).open("wb") as silence:
            branch = repo.refs.follow(b"HEAD")[0][-1]
            tags = [ref for ref in repo.refs.keys() if ref.startswith(b"refs/tags/")]  # noqa: SIM118
            specs = [ref + b":" + ref for ref in (branch, *tags)]
            porcelain.push(repo, remote, specs, outstream=silence, errstream=silence)
            return str(repo.head().decode())

    def is_before(self, old: str, new: str) -> bool:
        """Tell whether a commit is another one, or comes before it."""
        with self._repo() as repo:
            return bool(can_fast_forward(repo, _id(old), _id(new)))

    def common(self, one: str, other: str) -> str | None:
        """Find the last commit that two have in common."""
        with self._repo() as repo:
            found = find_merge_base(repo, [_id(one), _id(other)])
        return found[0].decode() if found else None

    # -- inside --------------------------------------------------------------------------------

    @contextmanager
    def _repo(self) -> Iterator[Any]:
        repo = Repo(str(self.root))
        # What a commit names is on the disk before it.
        repo.object_store.fsync_object_files = True
        try:
            yield repo
        finally:
            repo.close()

    def _blobs(self, repo: Any, commit: str | None) -> Iterator[tuple[str, bytes]]:
        tree = _commit(repo, commit or repo.head().decode()).tree
        for part in self._prefix.split(b"/")[:-1]:
            if part not in repo[tree]:
                return
            tree = repo[tree][part][1]
        for entry in repo[tree].iteritems():
            path = entry.path.decode()
            if path.endswith(SUFFIX) and stat.S_ISREG(entry.mode):
                yield path.removesuffix(SUFFIX), entry.sha


# -- making ------------------------------------------------------------------------------------


def _make(data_dir: Path, source_dir: Path) -> None:
    """Make a repository of a folder's files, which appears whole or not at all."""
    try:
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(data_dir.parent / f".{data_dir.name}.lock"):
            if data_dir.exists() and any(data_dir.iterdir()):
                return  # another process has made it meanwhile
            for leftover in data_dir.parent.glob(f".{data_dir.name}-making-*"):
                shutil.rmtree(leftover)
            folder = Path(tempfile.mkdtemp(prefix=f".{data_dir.name}-making-", dir=data_dir.parent))
            folder.chmod(0o755)
            _fill(folder, source_dir)
            folder.rename(data_dir)
    except OSError as exc:
        raise WorkspaceError(f"{data_dir} cannot be made: {exc.strerror}.") from exc


def _fill(folder: Path, source_dir: Path) -> None:
    with Repo.init(str(folder), default_branch=_BRANCH) as repo:
        index, tree = repo.open_index(), Tree()
        for source in sorted(source_dir.glob(f"*{SUFFIX}")):
            blob = Blob.from_string(source.read_bytes())
            repo.object_store.add_object(blob)
            path = folder / source.name
            _write(path, blob.as_raw_string())
            tree.add(source.name.encode(), _FILE_MODE, blob.id)
            index[source.name.encode()] = index_entry_from_stat(path.lstat(), blob.id)
        repo.object_store.add_object(tree)
        message = "Begin with the data that come with napgraph"
        commit = _add_commit(repo, tree.id, [], "napgraph", "napgraph", message)
        repo.refs[Ref(b"refs/heads/" + _BRANCH)] = _id(commit)
        index.write()


def _root_of(data_dir: Path) -> Path:
    for folder in (data_dir, *data_dir.parents):
        if not (folder / ".git").exists():
            continue
        try:
            with Repo(str(folder)) as repo:
                tree: Any = repo[_commit(repo, repo.head().decode()).tree]
                for part in data_dir.relative_to(folder).parts:
                    tree = repo[tree[part.encode()][1]]
                return folder
        except (NotGitRepository, KeyError):
            break
    raise WorkspaceError(
        f"{data_dir} is not kept in a git repository; point NAPGRAPH_DATA at a clone, or at a "
        "folder that is not there yet."
    )


# -- git's objects -----------------------------------------------------------------------------


def _id(commit: str) -> ObjectID:
    return ObjectID(commit.encode())


def _get(repo: Any, commit: str) -> Any:
    try:
        return repo[commit.encode()]
    except KeyError:
        return None


def _commit(repo: Any, commit: str) -> Commit:
    found = _get(repo, commit)
    if not isinstance(found, Commit):
        raise WorkspaceError(f"There is no commit {commit} in {repo.path}.")
    return found


def _add_commit(
    repo: Any, tree: Any, parents: Sequence[str], author: str, committer: str, message: str
) -> str:
    commit = Commit()
    commit.tree = tree
    commit.parents = [_id(parent) for parent in parents]
    commit.author, commit.committer = _person(author), _person(committer)
    commit.author_time = commit.commit_time = int(time.time())
    commit.author_timezone = commit.commit_timezone = 0
    commit.encoding = b"UTF-8"
    commit.message = message.rstrip().encode() + b"\n"
    repo.object_store.add_object(commit)
    return commit.id.decode()


def _person(name: str) -> bytes:
    """Write a person as git does, which would read signs of its own in a name otherwise."""
    match = re.fullmatch(r"([^<>\x00-\x1f]+?)(?: <([^<>\s\x00-\x1f]*)>)?", name)
    if match is None:
        raise WorkspaceError(f"{name!r} cannot be a person's name in git.")
    return f"{match[1]} <{match[2] or ''}>".encode()


def _files(repo: Any, commit: str) -> dict[bytes, bytes]:
    entries = iter_tree_contents(repo.object_store, _commit(repo, commit).tree)
    return {entry.path: entry.sha for entry in entries if stat.S_ISREG(entry.mode)}


def _changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Change, ...]:
    return tuple(
        Change(name, _text(before.get(name)), _text(after.get(name)))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def _text(blob: bytes | None) -> str | None:
    return blob.decode() if blob else None


def _blob_id(path: Path) -> bytes | None:
    try:
        return Blob.from_string(path.read_bytes()).id
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    try:
        yield
    except FileLocked as exc:
        raise WorkspaceBusy(
            f"{root} is locked by another git program; try again when it is done."
        ) from exc
    except OSError as exc:
        raise WorkspaceError(f"{root} cannot be written: {exc.strerror or exc}.") from exc


@contextmanager
def _exchanging(remote: str) -> Iterator[None]:
    try:
        yield
    except (porcelain.DivergedBranches, porcelain.Error) as exc:
        raise WorkspaceError(
            f"{remote} has commits that are not here, or refuses ours; run `napgraph pull` first."
        ) from exc
    except (GitProtocolError, HangupException, NotGitRepository, OSError, KeyError) as exc:
        raise WorkspaceError(f"{remote} cannot be reached: {exc}.") from exc
