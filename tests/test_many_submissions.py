"""Many people at once, on the server as it is run: nothing lost, nothing doubled, no error read."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from napgraph.config import Config
from napgraph.curation.accounts import Accounts
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Role
from tests.curating import CONFORMING, MALI, workspace_config
from tests.servers import serving

PEOPLE, EACH = 10, 5
OBJECTIVES = MALI + "".join(
    f"""
<https://w3id.org/napgraph/id/objective/MLI-3-{number}>
    a nap:Objective ;
    dcterms:source source:world-list ;
    nap:number {number} ;
    nap:objectiveOf plan:MLI-3 ;
    nap:text "Aim {number}."@en ;
.
"""
    for number in range(2, 2 + PEOPLE * EACH)
)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Config, str, list[str]]]:
    """Serve a workspace; give its settings, the address, a reviewer's token and those of others."""
    config = workspace_config(tmp_path_factory.mktemp("many"), {**CONFORMING, "MLI": OBJECTIVES})
    publisher = Publisher(config)
    publisher.start()
    accounts = Accounts(publisher.journal.database)
    names = [("Reviewer", Role.REVIEWER), *((f"P {n}", Role.CONTRIBUTOR) for n in range(PEOPLE))]
    tokens = [accounts.make_token(name, role)[1] for name, role in names]
    settings = {
        "NAPGRAPH_WORKSPACE": str(config.workspace_dir),
        "NAPGRAPH_DATA": str(config.data_dir),
    }
    with serving("--store", str(config.store_dir), settings=settings) as address:
        yield config, address, tokens


def send(address: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send JSON; where the server is busy, as often as it takes, as a program would."""
    data, headers = json.dumps(body).encode(), {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(address, data, {**headers, "Content-Type": "application/json"})
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as exc:
            if exc.code != 503:
                raise
            time.sleep(float(exc.headers["Retry-After"]))


def proposal(number: int) -> dict[str, Any]:
    """Propose other words for one objective."""
    old, new = f'"Aim {number}."@en', f'"Another aim {number}."@en'
    graph = "<https://w3id.org/napgraph/graph/MLI>"
    about = f"<https://w3id.org/napgraph/id/objective/MLI-3-{number}>"
    text = "<https://w3id.org/napgraph/ontology#text>"
    patch = f"D {about} {text} {old} {graph} .\nA {about} {text} {new} {graph} .\n"
    return {"message": f"Aim {number}", "source": "x", "patch": patch, "key": f"aim {number}"}


class Readers:
    """Threads that read pages and ask queries until they are told to stop; they count answers."""

    def __init__(self, address: str) -> None:
        self.found: Counter[tuple[str, int]] = Counter()
        self._stop = threading.Event()
        query = "sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%20%3Fs%20a%20%3Fc%20%7D"
        paths = ("doc/plan/MLI-3", "doc/objective/MLI-3-2.ttl", query)
        self._threads = [threading.Thread(target=self._read, args=(address, p)) for p in paths]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _read(self, address: str, path: str) -> None:
        while not self._stop.is_set():
            try:
                with urllib.request.urlopen(address + path, timeout=30) as answer:
                    answer.read()
                    self.found[path, answer.status] += 1
            except urllib.error.HTTPError as exc:
                self.found[path, exc.code] += 1
            time.sleep(0.02)


def test_fifty_at_once(people: tuple[Config, str, list[str]]) -> None:
    """50 submissions of 10 people at once, each sent twice, are 50, and all are published."""
    config, address, (reviewer, *others) = people
    jobs = [(others[n % PEOPLE], n + 2) for n in range(PEOPLE * EACH)] * 2
    with Readers(address) as readers:
        with ThreadPoolExecutor(len(jobs)) as pool:
            answers = list(
                pool.map(lambda job: send(f"{address}submissions", job[0], proposal(job[1])), jobs)
            )
        ids = {answer["id"] for answer in answers}
        for submission_id in sorted(ids)[:20]:
            send(f"{address}submissions/{submission_id}/accept", reviewer, {"revision": 1})
    journal = Publisher(config).journal
    statuses = {str(status): count for status, count in journal.count().items() if count}
    text = (Publisher(config).workspace.read("MLI") or b"").decode()

    assert {"published": 20, "submitted": PEOPLE * EACH - 20} == statuses
    assert PEOPLE * EACH == len(ids)
    assert 20 == text.count('"Another aim ')
    assert {200} == {status for _, status in readers.found}
    assert 3 == len({path for path, _ in readers.found})
