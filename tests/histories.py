"""A small history of our own making: what was published, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from napgraph.config import Config
from napgraph.curation.publication import Publisher
from tests.curating import CONFORMING, accepted, workspace_config

FORM = "nap:generation 3 ;"
CLIMATE = "nap:theme <https://w3id.org/napgraph/id/theme/climate> ;"
# What each publication changes in which file, a day after the one before.
STEPS = (
    ("MLI", 'nap:periodEnd "2023"', 'nap:periodEnd "2024"', "It was extended."),
    ("MLI", '"Women take part."', '"Women take part and decide."', "Say it in full."),
    ("KEN", '"Kenya: national action plans"', '"Kenya: plans"', "Shorten a title."),
    ("MLI", FORM, f"{FORM}\n    {CLIMATE}", "It names the climate.\n\nOn its second page."),
)
FIRST = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
DAY_S = 86_400
_CLOCK = "napgraph.curation.workspace.time.time"


def make_history(folder: Path) -> Config:
    """Make a workspace, and publish in it one change a day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_CLOCK, lambda: FIRST)
        config = workspace_config(folder, CONFORMING)
    publisher = Publisher(config)
    publisher.start()
    for place, (name, old, new, message) in enumerate(STEPS, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_CLOCK, lambda days=place: FIRST + days * DAY_S)
            change(publisher, name, old, new, message)
    return config


def change(publisher: Publisher, name: str, old: str, new: str, message: str) -> str:
    """Publish a change of a file's text, and give its commit."""
    text = (publisher.workspace.read(name) or b"").decode()
    assert old in text
    files: dict[str, bytes | None] = {name: text.replace(old, new, 1).encode()}
    return publisher.publish(accepted(publisher, files, message=message).id).commit
