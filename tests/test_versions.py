"""What changed when, by whom and why follows from git, for a thing as for a graph."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from rdflib import RDF, Literal, URIRef

from napgraph.config import Config
from napgraph.curation.differences import statements
from napgraph.curation.parts import differing_parts
from napgraph.curation.versions import FILE, History, touched
from napgraph.curation.workspace import Workspace
from napgraph.namespaces import ID, NAP
from napgraph.turtle import parse_turtle
from tests.curating import AWA, MALI, PREFIXES
from tests.histories import DAY_S, FIRST, STEPS

PLAN, OBJECTIVE = "plan/MLI-3", "objective/MLI-3-1"


@pytest.fixture
def history(history_config: Config, tmp_path: Path) -> History:
    """Read the history of the small workspace anew."""
    return History(Workspace(history_config.data_dir), tmp_path / FILE)


def test_versions_are_the_commits_that_changed_data(history: History) -> None:
    """Each has who made it, who reviewed it, why and from which source."""
    last = history.last()

    assert (last.number, last.time) == (5, FIRST + 4 * DAY_S)
    assert (last.author, last.reviewer) == ("Awa Traoré", "Ben")
    assert last.message == STEPS[-1][3]
    assert last.source == "https://example.org/a"
    assert last.submission.startswith("https://w3id.org/napgraph/submissions/2026-")


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ({"graph": "KEN"}, [4, 1]),
        ({"thing": PLAN}, [5, 3, 2, 1]),
        ({"thing": OBJECTIVE}, [3, 1]),
        ({"thing": "plan/MLI-2"}, [1]),
        ({"thing": "theme/climate"}, [5]),
        ({"thing": "country/MLI"}, [5, 3, 2, 1]),
        ({"thing": "country/KEN"}, [4, 1]),
        ({"thing": "plan/none"}, []),
    ],
)
def test_versions_of(history: History, of: dict[str, str], expected: list[int]) -> None:
    """A thing has those in which its document came to say something else."""
    found = [version.number for version in history.index.newest(limit=99, **of)]

    assert expected == found


def test_index_follows_the_branch(tmp_path: Path) -> None:
    """What is committed later is found at once, also by another process."""
    workspace = Workspace.open_or_make(tmp_path / "data", shipped(tmp_path))
    first, second = (History(workspace, tmp_path / "index") for _ in range(2))
    counts = [first.index.count(), second.index.count()]
    commit(workspace, MALI.replace("2023", "2024", 1))

    assert [*counts, first.index.count(), second.index.count()] == [1, 1, 2, 2]


def test_long_history_is_read_in_parts(
    history_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any number of parts it is the same."""
    workspace = Workspace(history_config.data_dir)
    whole = History(workspace, tmp_path / "whole").index.oldest(limit=99)
    monkeypatch.setattr("napgraph.curation.versions._AT_ONCE", 2)

    assert History(workspace, tmp_path / "parts").index.oldest(limit=99) == whole


def test_another_history_makes_another_index(tmp_path: Path) -> None:
    """Where the branch was moved back, what it no longer has is forgotten."""
    workspace = Workspace.open_or_make(tmp_path / "data", shipped(tmp_path))
    history = History(workspace, tmp_path / "index")
    begin = workspace.head()
    new = commit(workspace, MALI.replace("2023", "2024", 1))
    before = history.index.count()
    workspace.move_branch(new, begin)

    assert (before, history.index.count()) == (2, 1)


def test_what_was_removed_is_no_longer_there(tmp_path: Path) -> None:
    """The version that removes a thing is one of its versions, after which it is gone."""
    workspace = Workspace.open_or_make(tmp_path / "data", shipped(tmp_path))
    history = History(workspace, tmp_path / "index")
    before, _, rest = MALI.partition("objective:MLI-3-1\n")
    commit(workspace, before + rest.partition("\n.\n")[2])

    assert history.exists_after(OBJECTIVE) == {1: True, 2: False}
    assert history.exists_after(PLAN) == {1: True, 2: True}


def test_difference_of_a_thing(history: History) -> None:
    """Between any two versions it says what its document says otherwise, and no more."""
    first, last = history.index.oldest(limit=1)[0], history.last()
    found = history.difference_of_thing(PLAN, first, last)
    changed = {
        (str(e.subject).removeprefix(str(ID)), str(c.predicate).removeprefix(str(NAP)))
        for e in found.entities
        for c in e.changes
    }

    assert changed == {(PLAN, "periodEnd"), (PLAN, "theme"), (OBJECTIVE, "text")}


def test_difference_of_what_another_thing_says(history: History) -> None:
    """A statement that points at a thing is in its document, too."""
    before, after = history.index.newest(thing="theme/climate", limit=1) * 2
    found = history.difference_of_thing(
        "theme/climate", history.index.last_before(before.number), after
    )

    assert [(str(e.subject), len(e.changes)) for e in found.entities] == [(f"{ID}{PLAN}", 1)]


def test_difference_backwards_is_the_opposite(history: History) -> None:
    """What comes one way goes the other."""
    first, last = history.index.oldest(limit=1)[0], history.last()
    there = history.difference_of_graph("MLI", first, last)
    back = history.difference_of_graph("MLI", last, first)

    assert there
    assert (there.added, there.removed) == (back.removed, back.added)


def test_blank_nodes_are_of_what_leads_to_them() -> None:
    """A change inside of one is a change of the thing that has it."""
    before = f"{PREFIXES}plan:a nap:budget [ nap:amount 1 ] .\n"
    found = touched("MLI", before.encode(), before.replace("amount 1", "amount 2").encode())

    assert found == {"plan/a": True}


def test_a_graph_about_a_thing_changes_it() -> None:
    """Whatever changes in it, as the document has all of it."""
    found = touched("MLI", MALI.encode(), MALI.replace('"Second plan"', '"2nd plan"').encode())

    assert found["country/MLI"]


def test_what_is_no_turtle_touches_nothing() -> None:
    """It was never served."""
    assert touched("MLI", b"", b"no Turtle") == {}


@pytest.mark.parametrize("seed", range(30))
def test_parts_differ_as_the_whole_does(seed: int) -> None:
    """Lines taken away and values changed at random are found in the parts that differ."""
    chance = random.Random(seed)
    lines = MALI.splitlines(keepends=True)
    whole = [n for n, line in enumerate(lines) if re.fullmatch(r"    nap:\w+ \S.* ;\n", line)]
    place = chance.choice(whole)
    lines[place] = chance.choice(["", lines[place].replace("20", "19"), "    nap:number 7 ;\n"])
    before, after = MALI.encode(), "".join(lines).encode()
    old, new = (said(content) for content in (before, after))
    old_part, new_part = (said(content) for content in differing_parts(before, after))

    assert (old - new, new - old) == (old_part - new_part, new_part - old_part)
    assert len(old_part) < len(old)


@pytest.mark.parametrize(
    "more",
    [
        'plan:x nap:text """one\n.\ntwo"""@en .\n',
        "plan:x nap:budget _:a .\n_:a nap:amount 3 .\n",
        "PREFIX nap: <https://example.org/other#>\nplan:x nap:text 'a' .\n",
        "@base <https://example.org/> .\n<x> nap:text 'a' .\n",
    ],
)
def test_parts_are_whole_where_blocks_cannot_be_told(more: str) -> None:
    """Other layouts are read as a whole."""
    before, after = MALI.encode(), f"{MALI}\n{more}".encode()

    assert differing_parts(before, after) == (before, after)


def test_parts_have_their_prefixes() -> None:
    """Where one state declares more than the other, each part can be read."""
    after = f"PREFIX z: <https://example.org/z/>\n{MALI}\nz:a\n    a nap:Source ;\n.\n".encode()
    added = said(differing_parts(MALI.encode(), after)[1])

    assert (URIRef("https://example.org/z/a"), RDF.type, NAP.Source) in added
    assert Literal("Women take part.", lang="en") not in {value for _, _, value in added}


def said(content: bytes) -> set[tuple[object, ...]]:
    """Give the statements of a file so that two files can be compared."""
    return set(statements(parse_turtle(content, name="x")))


def commit(workspace: Workspace, text: str) -> str:
    """Commit Mali's file as the branch's last."""
    head = workspace.head()
    new = workspace.make_commit(
        {"MLI": text.encode()}, author=AWA, committer=AWA, message="Change it", parents=[head]
    )
    workspace.move_branch(head, new)
    return new


def shipped(folder: Path) -> Path:
    """Make a folder of Mali's file alone."""
    (folder / "shipped").mkdir()
    (folder / "shipped" / "MLI.ttl").write_text(MALI, encoding="utf-8")
    return folder / "shipped"
