"""What was accepted is published once and whole, or not at all and with a reason."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from dulwich import porcelain
from filelock import FileLock

from napgraph.config import Config
from napgraph.curation.provenance import provenance
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Action, Status
from napgraph.errors import NotAllowed, PublicationError, StoreBusy, WorkspaceError
from napgraph.namespaces import PROVENANCE
from napgraph.store_folder import current
from tests.curating import AWA, BEN, CONFORMING, MALI, accept, accepted, workspace_config


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a workspace, built."""
    folder = tmp_path_factory.mktemp("workspace")
    Publisher(workspace_config(folder, CONFORMING)).start()
    return folder


@pytest.fixture
def publisher(template: Path, tmp_path: Path) -> Publisher:
    """Copy that workspace."""
    shutil.copytree(template / "var", tmp_path / "var")
    return Publisher(
        Config(
            data_dir=tmp_path / "var" / "data",
            store_dir=tmp_path / "var" / "store",
            workspace_dir=tmp_path / "var",
        )
    )


def mali(old: str, new: str) -> dict[str, bytes | None]:
    """Change Mali's file."""
    assert old in MALI
    return {"MLI": MALI.replace(old, new, 1).encode()}


END, LATER = 'nap:periodEnd "2023"', 'nap:periodEnd "2024"'


FORM = "nap:generation 3"


def noted(note: str) -> dict[str, bytes | None]:
    """Add a note to Mali's third plan."""
    return mali(FORM, f'rdfs:comment "{note}"@en ;\n    {FORM}')


def ends(publisher: Publisher) -> set[str]:
    """Ask the generation that is served when Mali's third plan ends."""
    rows = (
        current(publisher.config.store_dir)
        .open()
        .select(
            "SELECT ?end { <https://w3id.org/napgraph/id/plan/MLI-3>"
            " <https://w3id.org/napgraph/ontology#periodEnd> ?end }"
        )
    )
    return {str(row.end) for row in rows}


def state(publisher: Publisher) -> tuple[str, str]:
    """Give the end of the branch and the generation that is served."""
    return publisher.workspace.head(), current(publisher.config.store_dir).id


def test_accepted_is_published(publisher: Publisher) -> None:
    """The served generation, the branch, the folder and the journal all have it."""
    submission = accepted(publisher, mali(END, LATER))
    published = publisher.publish(submission.id)
    found = publisher.journal.get(submission.id)

    assert ends(publisher) == {"2024"}
    assert (found.status, found.commit) == (Status.PUBLISHED, publisher.workspace.head())
    assert LATER in (publisher.workspace.data_dir / "MLI.ttl").read_text("utf-8")
    assert published.generation == current(publisher.config.store_dir).id


def test_published_again_nothing_happens(publisher: Publisher) -> None:
    """One submission is one commit, however often it is to be published."""
    submission = accepted(publisher, mali(END, LATER))

    assert publisher.publish(submission.id) == publisher.publish(submission.id)


def test_violation_goes_back_to_its_author(publisher: Publisher) -> None:
    """What breaks a rule is not published, and the journal says which."""
    before = state(publisher)
    submission = accepted(publisher, mali(END, 'nap:periodEnd "2018"'))

    with pytest.raises(PublicationError, match="order of the period"):
        publisher.publish(submission.id)
    last = publisher.journal.events(submission.id)[-1]
    assert publisher.journal.get(submission.id).status == Status.NEEDS_WORK
    assert (last.action, "order of the period" in last.text) == (Action.FAIL, True)
    assert before == state(publisher)


def test_two_kinds_in_two_files_are_no_state(publisher: Publisher) -> None:
    """One address cannot be a plan in one file and a source in another."""
    text = (publisher.workspace.read("KEN") or b"").decode()
    text += "\nplan:MLI-3 a nap:Source ."
    submission = accepted(publisher, {"KEN": text.encode()})

    with pytest.raises(PublicationError, match="different types"):
        publisher.publish(submission.id)


def test_commit_says_who_why_and_from_what(publisher: Publisher) -> None:
    """Author, reviewer, message, source and submission are in git for ever."""
    submission = accepted(publisher, mali(END, LATER), message="It was extended.\n\nSee page 3.")
    commit = publisher.publish(submission.id).commit
    with porcelain.open_repo_closing(str(publisher.workspace.root)) as repo:
        found = repo[commit.encode()]

    assert (found.author.decode(), found.committer.decode()) == (AWA, BEN)
    assert found.message.decode() == (
        "It was extended.\n\nSee page 3.\n\n"
        f"Submission: https://w3id.org/napgraph/submissions/{submission.id}\n"
        f"Source: https://example.org/a\nReviewed-by: {BEN}\n"
    )


def test_folder_has_nothing_to_commit_then(publisher: Publisher) -> None:
    """For git, files, index and branch agree after a publication."""
    publisher.publish(accepted(publisher, mali(END, LATER)).id)
    status = porcelain.status(str(publisher.workspace.root))

    assert (status.unstaged, {k: v for k, v in status.staged.items() if v}) == ([], {})


def test_layout_is_canonical_and_day_is_noted(publisher: Publisher) -> None:
    """However a file is written, what is published has the one layout, and its day."""
    text = MALI.replace(END, LATER, 1).replace(" ;\n    nap:", ";nap:")
    publisher.publish(accepted(publisher, {"MLI": text.encode()}).id)
    written = (publisher.workspace.read("MLI") or b"").decode()
    differing = set(written.splitlines()) ^ set(MALI.splitlines())

    assert all("periodEnd" in line or "dcterms:modified" in line for line in differing)
    assert len(differing) == 4


# -- together with others ----------------------------------------------------------------------


def test_changes_of_one_file_that_do_not_clash_are_both_published(publisher: Publisher) -> None:
    """The second is brought onto the first, though it was made from the same version."""
    base = publisher.workspace.head()
    first = accepted(publisher, mali(END, LATER), base=base)
    second = accepted(publisher, noted("Noted."), base=base)
    publisher.publish(first.id)
    publisher.publish(second.id)

    assert ends(publisher) == {"2024"}
    assert b"Noted." in (publisher.workspace.read("MLI") or b"")


def test_changes_that_clash_are_shown(publisher: Publisher) -> None:
    """Of two different ends of one period, the second goes back with both values in words."""
    base = publisher.workspace.head()
    first = accepted(publisher, mali(END, LATER), base=base)
    second = accepted(publisher, mali(END, 'nap:periodEnd "2025"'), base=base)
    publisher.publish(first.id)

    with pytest.raises(PublicationError, match="meanwhile 2024, where this submission has 2025"):
        publisher.publish(second.id)
    assert ends(publisher) == {"2024"}
    assert publisher.journal.get(second.id).status == Status.NEEDS_WORK


def test_change_that_somebody_else_has_made_too_is_no_clash(publisher: Publisher) -> None:
    """Both say the same: the second is published and alters nothing."""
    base = publisher.workspace.head()
    both = [accepted(publisher, mali(END, LATER), base=base) for _ in range(2)]
    done = [publisher.publish(submission.id) for submission in both]

    assert done[0].generation == done[1].generation
    assert publisher.journal.get(both[1].id).status == Status.PUBLISHED


def test_publication_is_taken_back_as_a_submission(publisher: Publisher) -> None:
    """Undoing restores what was, and keeps what others have changed since."""
    first = accepted(publisher, mali(END, LATER))
    publisher.publish(first.id)
    text = (publisher.workspace.read("MLI") or b"").decode()
    text = text.replace(FORM, f'rdfs:comment "Noted."@en ;\n    {FORM}', 1)
    publisher.publish(accepted(publisher, {"MLI": text.encode()}).id)
    undo = publisher.journal.submit(publisher.reverting(first.id, author=AWA))
    publisher.publish(accept(publisher.journal, undo).id)

    assert ends(publisher) == {"2023"}
    assert b"Noted." in (publisher.workspace.read("MLI") or b"")


def test_graph_that_goes_is_gone(publisher: Publisher) -> None:
    """A file may be removed whole, if nothing refers to what was in it."""
    publisher.publish(accepted(publisher, {"KEN": None}).id)

    assert "KEN" not in publisher.workspace.names()
    assert not (publisher.workspace.data_dir / "KEN.ttl").exists()


# -- what does not work ------------------------------------------------------------------------


def test_what_is_not_accepted_is_not_published(publisher: Publisher) -> None:
    """No way leads from a submission to readers but through a reviewer."""
    draft = publisher.reverting(accepted_and_published(publisher), author=AWA)

    with pytest.raises(NotAllowed, match="accepted"):
        publisher.publish(publisher.journal.submit(draft).id)


def accepted_and_published(publisher: Publisher) -> str:
    """Publish a correction, and give its submission."""
    submission = accepted(publisher, mali(END, LATER))
    publisher.publish(submission.id)
    return submission.id


def test_commit_that_the_journal_does_not_know_is_not_made_twice(publisher: Publisher) -> None:
    """A submission that the branch names is published, whatever the journal says."""
    submission = accepted(publisher, mali(END, LATER))
    old = publisher.workspace.head()
    new = publisher.workspace.make_commit(
        submission.files,
        author=AWA,
        committer=BEN,
        message=f"Correct it.\n\nSubmission: {submission.iri}",
        parents=[old],
    )
    publisher.workspace.move_branch(old, new)
    publisher.workspace.follow(old, new)

    assert publisher.publish(submission.id).commit == new == publisher.workspace.head()
    assert ends(publisher) == {"2024"}


def test_store_that_is_being_built_leaves_all_as_it_was(publisher: Publisher) -> None:
    """The submission stays accepted, the journal says why, and the next start publishes it."""
    before = state(publisher)
    submission = accepted(publisher, mali(END, LATER))
    with FileLock(publisher.config.store_dir / ".lock"), pytest.raises(StoreBusy):
        publisher.publish(submission.id)
    last = publisher.journal.events(submission.id)[-1]

    assert before == state(publisher)
    assert (last.action, "Another process is building" in last.text) == (Action.POSTPONE, True)
    publisher.start()
    assert ends(publisher) == {"2024"}


def test_file_changed_by_hand_is_not_written_over(publisher: Publisher) -> None:
    """Who edits in the folder without committing is told, and keeps the text."""
    submission = accepted(publisher, mali(END, LATER))
    path = publisher.workspace.data_dir / "MLI.ttl"
    path.write_text(MALI + "\n# mine\n", encoding="utf-8")

    with pytest.raises(WorkspaceError, match="changed by hand"):
        publisher.publish(submission.id)
    assert path.read_text("utf-8").endswith("# mine\n")


def test_unknown_base_is_said(publisher: Publisher) -> None:
    """A submission from a version that is nowhere cannot be merged."""
    submission = accepted(publisher, mali(END, LATER), base="0" * 40)

    with pytest.raises(WorkspaceError, match="not known here"):
        publisher.publish(submission.id)


def test_commit_of_somebody_else_is_judged_and_served(publisher: Publisher) -> None:
    """What is committed in the folder with git is published at the next start."""
    path = publisher.workspace.data_dir / "MLI.ttl"
    path.write_text(MALI.replace(END, LATER, 1), encoding="utf-8")
    root = str(publisher.workspace.root)
    porcelain.add(root, [str(path)])
    porcelain.commit(root, b"By hand", author=BEN.encode(), committer=BEN.encode())
    publisher.start()

    assert ends(publisher) == {"2024"}


# -- exchange ----------------------------------------------------------------------------------


@pytest.fixture
def other(publisher: Publisher, tmp_path: Path) -> Publisher:
    """Make a second deployment whose repository is a clone of the first's."""
    data = tmp_path / "other" / "data"
    data.parent.mkdir()
    porcelain.clone(str(publisher.workspace.root), str(data)).close()
    config = Config(
        data_dir=data, store_dir=tmp_path / "other" / "store", workspace_dir=tmp_path / "other"
    )
    shutil.copytree(publisher.config.store_dir, config.store_dir)
    return Publisher(config)


def test_pull_publishes_what_came(publisher: Publisher, other: Publisher) -> None:
    """What one deployment published, another one has after a pull, by the same commit."""
    publisher.publish(accepted(publisher, mali(END, LATER)).id)
    other.pull()

    assert ends(other) == {"2024"}
    assert other.workspace.head() == publisher.workspace.head()
    assert other.pull() is None


def test_pull_joins_what_both_have_done(publisher: Publisher, other: Publisher) -> None:
    """Changes here and there of one file are merged statement by statement."""
    publisher.publish(accepted(publisher, mali(END, LATER)).id)
    other.publish(accepted(other, noted("Noted.")).id)
    other.pull()

    assert ends(other) == {"2024"}
    assert b"Noted." in (other.workspace.read("MLI") or b"")
    assert len(other.workspace.parents(other.workspace.head())) == 2


@pytest.mark.parametrize("here", [True, False])
def test_pulled_graphs_say_where_they_come_from(
    publisher: Publisher, other: Publisher, here: bool
) -> None:
    """What is added with a pull is what follows from all commits, merged or not."""
    publisher.publish(accepted(publisher, mali(END, LATER)).id)
    if here:
        other.publish(accepted(other, noted("Noted.")).id)
    other.pull()
    served = current(other.config.store_dir).files[PROVENANCE].read()

    assert b"changes:" in served
    assert served == provenance(other.workspace, other.workspace.head())


def test_pull_does_not_lose_other_files(publisher: Publisher, other: Publisher) -> None:
    """Where both sides have gone on, and one in a file that is no graph, git has to merge."""
    root = publisher.workspace.root
    (root / "README.md").write_text("Ours\n")
    porcelain.add(str(root), [str(root / "README.md")])
    porcelain.commit(str(root), b"Explain", author=BEN.encode(), committer=BEN.encode())
    other.publish(accepted(other, noted("Noted.")).id)
    before = state(other)

    with pytest.raises(WorkspaceError, match=r"README\.md"):
        other.pull()
    assert before == state(other)


def test_pull_of_a_mistake_changes_nothing(publisher: Publisher, other: Publisher) -> None:
    """What breaks a rule comes in no other way than a submission's would."""
    text = MALI.replace(END, 'nap:periodEnd "2018"', 1).encode()
    old = publisher.workspace.head()
    new = publisher.workspace.make_commit(
        {"MLI": text}, author=AWA, committer=AWA, message="Wrong", parents=[old]
    )
    publisher.workspace.move_branch(old, new)
    before = state(other)

    with pytest.raises(PublicationError, match="order of the period"):
        other.pull()
    assert before == state(other)


def test_push_sends_what_was_published(publisher: Publisher, tmp_path: Path) -> None:
    """A remote that only keeps a repository has the branch's end after a push."""
    remote = porcelain.init(str(tmp_path / "remote.git"), bare=True)
    porcelain.remote_add(str(publisher.workspace.root), "origin", str(tmp_path / "remote.git"))
    publisher.publish(accepted(publisher, mali(END, LATER)).id)
    pushed = publisher.workspace.push()

    assert remote.refs[b"refs/heads/main"].decode() == pushed == publisher.workspace.head()


# -- many at once ------------------------------------------------------------------------------


def test_fifty_at_once_are_fifty(publisher: Publisher) -> None:
    """Fifty notes on one file by ten people, accepted and published at once, are all there."""
    base = publisher.workspace.head()

    def work(number: int) -> str:
        made = accepted(
            publisher, noted(f"Note {number}."), base=base, author=f"Person {number % 10}"
        )
        publisher.publish(made.id)
        return made.id

    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(work, range(50)))
    text = (publisher.workspace.read("MLI") or b"").decode()
    statuses = {publisher.journal.get(submission_id).status for submission_id in ids}

    assert statuses == {Status.PUBLISHED}
    assert [text.count(f'"Note {number}."') for number in range(50)] == [1] * 50


PUBLISH = """
import sys
from pathlib import Path
from napgraph.config import Config
from napgraph.curation.publication import Publisher
folder = Path(sys.argv[1])
config = Config(data_dir=folder / "data", store_dir=folder / "store", workspace_dir=folder)
publisher = Publisher(config)
for submission_id in publisher.journal.accepted():
    publisher.publish(submission_id)
"""


def test_processes_publish_nothing_twice(publisher: Publisher) -> None:
    """Three processes that all publish all that is accepted make one commit of each."""
    base = publisher.workspace.head()
    for number in range(6):
        accepted(publisher, noted(f"Note {number}."), base=base)
    command = [sys.executable, "-c", PUBLISH, str(publisher.config.workspace_dir)]
    processes = [subprocess.Popen(command) for _ in range(3)]
    ended = [process.wait() for process in processes]
    done = [attempt.outcome for attempt in publisher.journal.publications()]

    assert ended == [0, 0, 0]
    assert done == ["done"] * 6
    assert publisher.journal.accepted() == []
