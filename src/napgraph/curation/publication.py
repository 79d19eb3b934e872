"""From an accepted submission to what readers get: merged, judged, committed, built and switched.

The steps, by the sole writer of the data repository:

1. The submission is merged with what was published since it was made.
2. The commit is made, and the next generation built beside the one that is
   served, with where its graphs come from, and judged.
3. The branch is moved to the commit: this one step decides. Before
   it nothing has happened, after it the submission is published.
4. The generation is made current; the journal notes that all is done; the
   folder's files follow.

What fails before the third step leaves all as it was, and the journal says why.
A process that is killed leaves what `recover` makes whole: it takes the branch
for the truth, whose commits name their submissions, so that none is published
twice, and brings generation, journal and files in step with it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from napgraph.checking import require_conforming
from napgraph.config import Config, shipped
from napgraph.curation.consequences import judge_change, terms
from napgraph.curation.journal import Attempt, Journal
from napgraph.curation.merging import Conflict
from napgraph.curation.provenance import provenance
from napgraph.curation.rebasing import clash_words, merge_files
from napgraph.curation.submissions import (
    NAPGRAPH,
    Action,
    Draft,
    Files,
    Status,
    Submission,
)
from napgraph.curation.workspace import Workspace, require_graph_name
from napgraph.errors import (
    CurationError,
    DataError,
    NapgraphError,
    NotAllowed,
    PublicationError,
    StoreError,
    WorkspaceError,
)
from napgraph.files import with_ours
from napgraph.generations import build, prepare, switch
from napgraph.namespaces import PROVENANCE, graph_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.store import GraphFile
from napgraph.store_folder import Generation, current

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """What came of a publication.

    Attributes:
        commit: The commit with it.
        generation: The id of the generation that has it.
    """

    commit: str
    generation: str


@dataclass(frozen=True, slots=True)
class Rebased:
    """A submission on what is published now.

    Attributes:
        head: The commit that it is on.
        files: The named graphs that differ from that, as they would be published.
        conflicts: Where it clashes with what was published since it was made, by graph.
    """

    head: str
    files: Mapping[str, bytes | None]
    conflicts: Mapping[str, tuple[Conflict, ...]]


class Publisher:
    """Publishes into one workspace; any number of threads and processes may.

    Raises:
        CurationError: No workspace is configured, or it cannot be opened or made.
    """

    def __init__(self, config: Config) -> None:
        if config.journal_path is None:
            raise CurationError(
                "Nothing can be changed here; name a folder for submissions in NAPGRAPH_WORKSPACE."
            )
        self.config = config
        self.workspace = Workspace.open_or_make(config.data_dir, shipped("data/ttl"))
        self.journal = Journal(config.journal_path)

    def start(self) -> Generation:
        """Mend what a crash has left, publish what was accepted, and give what is served.

        Raises:
            NapgraphError: The data cannot be served as they are.
        """
        self.recover()
        self.publish_accepted()
        return current(self.config.store_dir)

    def publish_accepted(self) -> None:
        """Publish all that waits to be, in the order of acceptance; the journal says what fails."""
        for submission_id in self.journal.accepted():
            try:
                self.publish(submission_id)
            except (CurationError, DataError, StoreError) as exc:
                log.warning("submission %s is not published: %s", submission_id, exc)

    def recover(self) -> None:
        """Bring journal, branch, generation and files in step, whatever a crash has left."""
        with self.workspace.sole_writer():
            self._recover()

    def publish(self, submission_id: str) -> Published:
        """Publish an accepted submission; one that is published already stays as it is.

        Raises:
            SubmissionMissing: There is no such submission.
            NotAllowed: It is not accepted.
            PublicationError: It clashes with what was published since, or breaks a
                rule together with it; it goes back to its author.
            DataError: It is not Turtle; it goes back likewise.
            WorkspaceError: The repository cannot be written; try again.
            StoreError: The store cannot be written; try again.
        """
        with self.workspace.sole_writer():
            self._recover()
            submission = self.journal.get(submission_id)
            if submission.status == Status.PUBLISHED:
                return Published(submission.commit, current(self.config.store_dir).id)
            if submission.status != Status.ACCEPTED:
                raise NotAllowed("Only what a reviewer has accepted can be published.")
            if done := self._commit_with(submission, since=submission.base):
                # The branch has it, though the journal could not be told.
                self.journal.mark_published(submission.id, done, who=NAPGRAPH.name)
                return Published(done, current(self.config.store_dir).id)
            try:
                return self._publish(submission)
            except (PublicationError, DataError) as exc:
                self._note(submission, Action.FAIL, exc)
                raise
            except (NapgraphError, OSError) as exc:
                self._note(submission, Action.POSTPONE, exc)
                raise

    def rebase(self, submission: Submission, head: str | None = None) -> Rebased:
        """Bring a submission onto what is published now, without changing anything.

        Raises:
            WorkspaceError: The commit that it was made from is not here.
            TurtleError: What it proposes is not Turtle.
        """
        head = head or self.workspace.head()
        return self._rebased_on(submission.files, submission.base, head)

    def check(self, draft: Draft) -> Rebased:
        """Check that a draft can be submitted: names, base and Turtle; not yet what rules say.

        Returns:
            What it would change now.

        Raises:
            CurationError: A graph cannot have its name, or the base is not known.
            TurtleError: A file is not Turtle.
        """
        for name in draft.files:
            require_graph_name(name)
        rebased = self._rebased_on(draft.files, draft.base, self.workspace.head())
        if not rebased.files and not rebased.conflicts:
            raise CurationError("The submission changes nothing that is published.")
        return rebased

    def reverting(self, submission_id: str, *, author: str, message: str = "") -> Draft:
        """Make the draft that takes back what a submission changed.

        Raises:
            NotAllowed: It is not published.
        """
        submission = self.journal.get(submission_id)
        if not submission.commit:
            raise NotAllowed("Only what is published can be taken back.")
        parent = self.workspace.parents(submission.commit)[0]
        names = submission.names
        after = self.workspace.read_all(names, submission.commit)
        before = self.workspace.read_all(names, parent)
        return Draft(
            author=author,
            message=message or f"Take back “{submission.message.splitlines()[0]}”",
            source=submission.iri,
            base=submission.commit,
            files={name: before[name] for name in names if before[name] != after[name]},
        )

    def pull(self, remote: str = "origin", *, who: str = NAPGRAPH.name) -> Published | None:
        """Publish what a remote has that is not here, judged as all else is.

        Where both sides have gone on, they are merged statement by statement.

        Returns:
            None where there is nothing new.

        Raises:
            PublicationError: It clashes with what is here, or breaks a rule.
            WorkspaceError: The remote cannot be reached, or the repository not written.
            StoreError: The store cannot be written.
        """
        with self.workspace.sole_writer():
            self._recover()
            head, theirs = self.workspace.head(), self.workspace.fetch(remote)
            if self.workspace.is_before(theirs, head):
                return None
            if self.workspace.is_before(head, theirs):
                files = self._differing(head, theirs)
                return self._carry_out("", head, files, lambda: theirs)
            files = self._joined(head, theirs, remote)
            return self._carry_out(
                "",
                head,
                files,
                lambda: self.workspace.make_commit(
                    files,
                    author=who,
                    committer=who,
                    message=f"Merge what {remote} has",
                    parents=[head, theirs],
                ),
            )

    # -- publishing ----------------------------------------------------------------------------

    def _publish(self, submission: Submission) -> Published:
        rebased = self.rebase(submission)
        if rebased.conflicts:
            raise PublicationError(clash_words(rebased.conflicts))
        published = self._carry_out(
            submission.id,
            rebased.head,
            rebased.files,
            lambda: self.workspace.make_commit(
                rebased.files,
                author=submission.author,
                committer=self._reviewer(submission),
                message=self._message(submission),
                parents=[rebased.head],
            ),
        )
        log.info("published submission %s as commit %s", submission.id, published.commit)
        return published

    def _carry_out(
        self,
        what: str,
        head: str,
        files: Mapping[str, bytes | None],
        make_commit: Callable[[], str],
    ) -> Published:
        """Commit, build, judge, let the branch have it, switch.

        Args:
            what: The submission's id; empty for what came by a pull.
            head: The commit before.
            files: The named graphs that differ from it.
            make_commit: Gives the commit that has them.
        """
        for name in files:
            if not self.workspace.is_clean(name):
                raise _by_hand(name, self.workspace)
        number = self.journal.begin_publication(what, head, tuple(sorted(files)))
        try:
            # Nobody hears of a commit before the branch has it.
            commit = make_commit()
            generation = self._built_and_judged(files, head, commit)
            self.journal.note_publication(number, commit=commit, generation=generation.id)
            self.workspace.move_branch(head, commit)
            try:
                switch(generation, self.config.store_dir)
            except (StoreError, OSError):
                self.workspace.move_branch(commit, head)
                raise
        except (NapgraphError, OSError) as exc:
            self.journal.note_publication(number, outcome=f"given up: {exc}")
            raise
        self._finish(number, what, head, commit)
        return Published(commit, generation.id)

    def _built_and_judged(
        self, files: Mapping[str, bytes | None], head: str, commit: str
    ) -> Generation:
        changed = [
            GraphFile(graph_iri(name), content, name=f"{name}.ttl")
            for name, content in files.items()
            if content is not None
        ]
        removed = [graph_iri(name) for name, content in files.items() if content is None]
        before = current(self.config.store_dir)
        generation = prepare(
            [*changed, self._provenance(before, head, commit)],
            self.config.store_dir,
            removed=removed,
        )
        names = [*(file.iri for file in changed), *removed]
        judge_change(before, generation, names, self.config)
        return generation

    def _provenance(self, before: Generation, head: str, commit: str) -> GraphFile:
        """Say where the graphs of a commit come from, by what is known of the commit before."""
        file = before.files.get(PROVENANCE)
        known = file.read() if file else b""
        since = head if known or not self.workspace.parents(head) else ""
        text = provenance(self.workspace, commit, known=known, since=since)
        return GraphFile(PROVENANCE, text, name="the provenance")

    def _finish(self, number: int, what: str, head: str, commit: str) -> None:
        if what:
            self.journal.mark_published(what, commit, who=NAPGRAPH.name)
        for path in self.workspace.follow(head, commit):
            log.warning("%s has been changed by hand and stays as it is", path)
        self.journal.note_publication(number, commit=commit, outcome="done")

    def _note(self, submission: Submission, action: Action, exc: Exception) -> None:
        self.journal.act(submission.id, action, who=NAPGRAPH.name, text=str(exc))
        log.warning("submission %s is not published: %s", submission.id, exc)

    def _reviewer(self, submission: Submission) -> str:
        accepted = [
            event.who
            for event in self.journal.events(submission.id)
            if event.action == Action.ACCEPT
        ]
        return accepted[-1]

    def _message(self, submission: Submission) -> str:
        lines = [
            f"Submission: {submission.iri}",
            f"Source: {' '.join(submission.source.split())}" if submission.source.strip() else "",
            f"Reviewed-by: {self._reviewer(submission)}",
        ]
        said = submission.message.strip() or "Change " + ", ".join(submission.names)
        return said + "\n\n" + "\n".join(line for line in lines if line)

    # -- pulling -------------------------------------------------------------------------------

    def _differing(self, old: str, new: str) -> dict[str, bytes | None]:
        before, after = self.workspace.blobs(old), self.workspace.blobs(new)
        names = [n for n in before.keys() | after.keys() if before.get(n) != after.get(n)]
        return self.workspace.read_all(names, new)

    def _joined(self, head: str, theirs: str, remote: str) -> dict[str, bytes | None]:
        base = self.workspace.common(head, theirs)
        if base is None:
            raise WorkspaceError(f"{remote} has another history, with which nothing is shared.")
        if others := self.workspace.other_changes(base, theirs):
            raise WorkspaceError(
                f"{remote} has also changed {others[0]}, which is no graph; merge it with git, "
                "and run `napgraph publish`."
            )
        rebased = self._rebased_on(self._differing(base, theirs), base, head)
        if rebased.conflicts:
            raise PublicationError(clash_words(rebased.conflicts))
        return dict(rebased.files)

    def _rebased_on(self, wanted: Files, base: str, head: str) -> Rebased:
        """Bring files that were made from one commit onto another."""
        if not self.workspace.has_commit(base):
            raise WorkspaceError(
                f"The submission was made from a version that is not known here ({base[:10]}); "
                "make it again from what is published."
            )
        bases = self.workspace.read_all(list(wanted), base)
        heads = self.workspace.read_all(list(wanted), head)
        files: dict[str, bytes | None] = {}
        conflicts: dict[str, tuple[Conflict, ...]] = {}
        rules, today = terms(self.config).rules, datetime.now(UTC).date()
        for name, proposed in wanted.items():
            merged, clashes = merge_files(
                name, bases[name], heads[name], proposed, rules, today=today
            )
            if clashes:
                conflicts[name] = clashes
            if merged != heads[name]:
                files[name] = merged
        return Rebased(head, files, conflicts)

    # -- after a crash -------------------------------------------------------------------------

    def _recover(self) -> None:
        unfinished = self.journal.unfinished()
        if unfinished:
            self.workspace.remove_locks()
        found = [(attempt, self._commit_of(attempt)) for attempt in unfinished]
        self._keep_in_step(judged={commit for _, commit in found if commit})
        for attempt, commit in found:
            if commit:
                self._finish(attempt.number, attempt.what, attempt.parent, commit)
            else:
                self.journal.note_publication(attempt.number, outcome="given up: it was cut off")

    def _commit_of(self, attempt: Attempt) -> str | None:
        """Find the commit on the branch that an attempt made, if it came so far."""
        if attempt.what:
            return self._commit_with(self.journal.get(attempt.what), since=attempt.parent)
        head, commit = self.workspace.head(), attempt.commit
        is_on_branch = commit and self.workspace.is_before(commit, head)
        return commit if is_on_branch else None

    def _commit_with(self, submission: Submission, *, since: str) -> str | None:
        return self.workspace.find_trailer(f"Submission: {submission.iri}", since=since)

    def _keep_in_step(self, judged: Collection[str]) -> None:
        """Build what the branch has, unless it is what is served.

        Args:
            judged: Commits that are known to break no rule.
        """
        served, head = self._served(), self.workspace.head()
        if served is not None and self.journal.is_in_step(head, served.id):
            return
        files = self.workspace.read_all()
        hashes = {
            graph_iri(name): hashlib.sha256(content or b"").hexdigest()
            for name, content in files.items()
        }
        if served is not None and hashes.items() <= {
            (iri, entry.sha256) for iri, entry in served.graphs.items()
        }:
            return
        is_judged = head in judged
        data = [GraphFile(graph_iri(n), content or b"", name=n) for n, content in files.items()]
        if said := provenance(self.workspace, head):
            data.append(GraphFile(PROVENANCE, said, name="the provenance"))
        build(
            with_ours(data, self.config),
            self.config.store_dir,
            validate=None if is_judged else self._judge_all,
        )

    def _judge_all(self, _: OxigraphStore) -> None:
        """Judge what somebody else has committed, which the folder's files have as well."""
        for name in self.workspace.names():
            if not self.workspace.is_clean(name):
                raise _by_hand(name, self.workspace)
        require_conforming(self.config)

    def _served(self) -> Generation | None:
        try:
            return current(self.config.store_dir)
        except StoreError:
            return None


def _by_hand(name: str, workspace: Workspace) -> WorkspaceError:
    return WorkspaceError(
        f"{name}.ttl in {workspace.data_dir} has been changed by hand; commit that or take it back."
    )
