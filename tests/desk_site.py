"""A small site with a workspace of its own, and people who work on its data."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from napgraph.config import Config
from napgraph.curation.accounts import Accounts
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Role
from napgraph.web import create_app
from tests.curating import AWA, BEN, CONFORMING, MALI, workspace_config

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LATER = MALI.replace('nap:periodEnd "2023"', 'nap:periodEnd "2024"')
# Its period ends before it starts.
BROKEN = MALI.replace('nap:periodEnd "2023"', 'nap:periodEnd "2014"')


@dataclass
class DeskSite:
    """An application with a workspace, and what opens it.

    Attributes:
        awa: The token of a contributor.
        ben: The token of a reviewer.
        eve: The token of an admin.
    """

    publisher: Publisher
    client: FlaskClient
    awa: str
    ben: str
    eve: str

    def send(self, token: str, path: str, **options: Any) -> Any:
        """Send a request by POST as a program does."""
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return self.client.post(path, headers=headers, **options)

    def propose(self, text: str = LATER, *, token: str = "", **more: Any) -> Any:
        """Submit another state of Mali's graph; give the answer."""
        body = {"message": "Extended.", "source": "https://example.org/d", **more}
        return self.send(token or self.awa, "/submissions", json={"graphs": {"MLI": text}, **body})

    def proposed(self, text: str = LATER, **more: Any) -> str:
        """Submit another state of Mali's graph; give the submission's id."""
        return str(self.propose(text, **more).get_json(force=True)["id"])

    def close(self) -> None:
        """End the processes that work for the application."""
        self.client.application.extensions["napgraph"].close()

    def person(self, token: str) -> FlaskClient:
        """Sign in with a browser of one's own."""
        browser = self.client.application.test_client()
        answer = browser.post("/sign-in", data={"token": token})
        assert 303 == answer.status_code
        return browser


def form_token(page: str) -> str:
    """Find the token that a page's forms send."""
    match = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
    assert match
    return match[1]


def make_desk_site(folder: Path, **settings: Any) -> DeskSite:
    """Make a workspace of the small conforming world, published, and serve it."""
    shutil.copytree(_template(), folder / "desk")
    config = replace(_config(folder / "desk"), **settings)
    publisher = Publisher(config)
    accounts = Accounts(publisher.journal.database)
    people = ((AWA, Role.CONTRIBUTOR), (BEN, Role.REVIEWER), ("Eve", Role.ADMIN))
    tokens = [accounts.make_token(name, role)[1] for name, role in people]
    return DeskSite(publisher, create_app(config).test_client(), *tokens)


@cache
def _template() -> Path:
    """Build such a workspace once, for all tests to have copies of."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    Publisher(workspace_config(folder, CONFORMING)).start()
    return folder


def _config(folder: Path) -> Config:
    """Give the settings of a copy; see `workspace_config`."""
    var = folder / "var"
    return Config(data_dir=var / "data", store_dir=var / "store", workspace_dir=var)
