"""A program that publishes and is killed on the way, again and again, and looks at what is left.

    python -m tests.killing FOLDER HOW NUMBER

It copies the workspace `FOLDER/var`, publishes the submissions that are
accepted in it in a process of its own, kills that process at each of NUMBER
places, starts another one as after a crash, and prints what that one finds, as
a line of JSON for each. HOW is `lines`: killed before a line of our code, by a
tracing function; or `times`: killed after some milliseconds, wherever it is.
It opens no store itself, as a process that has opened one cannot be copied.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from napgraph.config import Config
from napgraph.curation import publication
from napgraph.curation.journal import Journal
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Status
from napgraph.curation.workspace import Workspace
from napgraph.store_folder import current
from napgraph.turtle import parse_turtle

OURS = str(Path(publication.__file__).parents[1])


def config_of(folder: Path) -> Config:
    """Give the settings of a workspace that `FOLDER/small` has shapes and ontology for."""
    return Config(
        data_dir=folder / "data",
        store_dir=folder / "store",
        workspace_dir=folder,
        ontology_dir=folder.parent / "small" / "ontology",
        shapes_dir=folder.parent / "small" / "shapes",
    )


def in_process(work: Callable[[], Any]) -> tuple[int, Any]:
    """Do something in a copy of this process; give the signal that ended it and what it gave."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            with os.fdopen(writing, "w") as out:
                json.dump(work(), out)
        except BaseException as exc:  # what it is, the parent tells
            sys.stderr.write(f"{type(exc).__name__}: {exc}\n")
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        said = stream.read()
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("the process has failed")
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return ended_by, json.loads(said) if said and not ended_by else None


def publish_all(config: Config) -> None:
    """Publish what is accepted."""
    publisher = Publisher(config)
    for submission_id in publisher.journal.accepted():
        publisher.publish(submission_id)


def killed_at_line(config: Config, number: int) -> int:
    """Publish, and kill this process before a line of our code; else give how many there are."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    publish_all(config)
    sys.settrace(None)
    return count


def killed_after(config: Config, seconds: float) -> float:
    """Publish, and be killed after a time; else give how long it took."""
    started = time.perf_counter()
    if seconds:
        # Nobody handles this signal: the kernel ends the process at once.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    publish_all(config)
    return time.perf_counter() - started


def state(config: Config) -> dict[str, Any]:
    """Start as after a crash, and tell how journal, branch, folder and generation stand."""
    publisher = Publisher(config)
    publisher.start()
    return {
        "published": [s.id for s in publisher.journal.submissions(status=Status.PUBLISHED)],
        "in_branch": commits_of(publisher.workspace),
        "unfinished": len(publisher.journal.unfinished()),
        "unclean": [
            name for name in publisher.workspace.names() if not publisher.workspace.is_clean(name)
        ],
        "leftovers": [str(path) for path in publisher.workspace.root.rglob("*.lock")
                      if path.name != "napgraph.lock"],
        "disagree": disagreeing(publisher.workspace, config),
        "events": published_events(publisher.journal),
    }  # fmt: skip


def commits_of(workspace: Workspace) -> list[str]:
    """List the submissions that the branch's commits name, once for each commit."""
    found, commit = [], workspace.head()
    while commit:
        message = workspace.message(commit)
        found += [
            line.rpartition("/")[2]
            for line in message.splitlines()
            if line.startswith("Submission: ")
        ]
        commit = next(iter(workspace.parents(commit)), "")
    return found


def disagreeing(workspace: Workspace, config: Config) -> list[str]:
    """List the graphs of which the generation that is served holds something else."""
    generation = current(config.store_dir)
    store = generation.open()
    graphs = {str(iri).rpartition("/")[2]: iri for iri in generation.graphs}
    return [
        name
        for name in workspace.names()
        if set(store.read(graphs[name]).statements)
        != set(parse_turtle(workspace.read(name) or b"", name=name))
    ] + ["number of statements"] * (store.count() != generation.statements)


def published_events(journal: Journal) -> int:
    """Count the events that say that something was published."""
    return sum(
        event.action == "publish" for s in journal.submissions() for event in journal.events(s.id)
    )


def main() -> None:
    """Kill and look."""
    folder, how, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    work = killed_at_line if how == "lines" else killed_after
    whole = fresh(folder)
    _, total = in_process(lambda: work(whole, 0))
    for step in range(number):
        config = fresh(folder)
        place = total * (step + 0.5) / number
        at = int(place) + 1 if how == "lines" else place
        ended_by, _ = in_process(lambda config=config, at=at: work(config, at))
        again = 0
        if step % 3 == 0:  # killed while it mends, too
            again, _ = in_process(lambda config=config, at=at: work(config, at / 2 + 1e-3))
        _, found = in_process(lambda config=config: state(config))
        sys.stdout.write(json.dumps({"at": at, "killed": [ended_by, again], **found}) + "\n")


def fresh(folder: Path) -> Config:
    """Copy the workspace anew."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder / "var", copy)
    return config_of(copy)


if __name__ == "__main__":
    main()
