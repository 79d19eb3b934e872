"""What pages about submissions show of them, made once as long as nothing changes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, request

from napgraph.config import Config
from napgraph.curation.previewing import Previews
from napgraph.curation.prospects import Prospect, look_at
from napgraph.curation.publication import Publisher
from napgraph.curation.reports import KeptReport, keep_report, kept_report, report_of
from napgraph.curation.submissions import Submission
from napgraph.current_store import OpenGeneration
from napgraph.errors import DataError, EndpointBusy
from napgraph.web.curation.desk import Desk, desk
from napgraph.web.curation.intake import judge_files
from napgraph.web.site import Site, site

_KEY = "napgraph-looking"
_KEPT = 16
_NOT_AGAIN_S = 600.0


class Looking:
    """Keeps what was compared and built of the last few submissions that were looked at."""

    def __init__(self, config: Config, publisher: Publisher) -> None:
        self._publisher = publisher
        self._prospects = lru_cache(_KEPT)(self._look_at)
        self._previews = Previews(config.store_dir)
        self._sites: dict[Path, Site] = {}
        self._failed: dict[tuple[str, int, str], float] = {}

    def prospect(self, submission: Submission) -> Prospect:
        """Compare a submission with what is published."""
        head = self._publisher.workspace.head()
        return self._prospects(submission.id, submission.revision, submission.status, head)

    def site(self, prospect: Prospect, real: Site) -> Site:
        """Give a site that shows what a submission proposes."""
        submission = prospect.submission
        preview = self._previews.get((submission.id, submission.revision), prospect.files)
        found = self._sites.get(preview.path)
        if found is None:
            self._sites = {path: kept for path, kept in self._sites.items() if path.exists()}
            found = PreviewSite(**_parts_of(real), opened=preview.opened)
            self._sites[preview.path] = found
        return found

    def note_failure(self, submission: Submission, generation: str) -> None:
        """Note that a submission cannot be judged, which may have taken long to find out."""
        now = time.monotonic()
        recent = {key: at for key, at in self._failed.items() if now - at < _NOT_AGAIN_S}
        self._failed = {**recent, (submission.id, submission.revision, generation): now}

    def has_failed(self, submission: Submission, generation: str) -> bool:
        """Tell whether that was found out a short time ago."""
        at = self._failed.get((submission.id, submission.revision, generation))
        return at is not None and time.monotonic() - at < _NOT_AGAIN_S

    def _look_at(self, submission_id: str, _revision: int, _status: str, head: str) -> Prospect:
        return look_at(self._publisher, self._publisher.journal.get(submission_id), head)


@dataclass
class PreviewSite(Site):
    """A site that shows a proposed state; `opened` is that."""

    opened: OpenGeneration = field(kw_only=True)

    def current(self) -> OpenGeneration:
        """Give the proposed state."""
        return self.opened


def _parts_of(real: Site) -> dict[str, Any]:
    """Give what a site is made of, but for what it has made since."""
    names = (part.name for part in fields(real) if not part.name.startswith("_"))
    return {name: getattr(real, name) for name in names}


def register(app: Flask, found: Desk) -> None:
    """Have an application keep what it compares and builds."""
    app.extensions[_KEY] = Looking(found.config, found.publisher)


def prospect_of(submission: Submission) -> Prospect:
    """Compare a submission with what is published."""
    return _looking().prospect(submission)


def preview_site(prospect: Prospect) -> Site:
    """Give a site on which pages look as they would if a submission were published.

    Raises:
        StoreError: There is no room for it.
    """
    return _looking().site(prospect, site())


def report_on(submission: Submission) -> KeptReport | None:
    """Give what the rules say of a submission together with what is published now.

    One that is closed is not judged again. None where it cannot be judged just now.
    """
    journal = desk().journal
    kept = kept_report(journal, submission)
    generation = site().current().generation.id
    if not submission.status.is_open or (kept and kept.generation == generation):
        return kept
    if _looking().has_failed(submission, generation):
        return None
    files = prospect_of(submission).files
    if not files:
        return KeptReport(generation, ())
    try:
        judged = judge_files(files, client=request.remote_addr or "")
    except EndpointBusy:
        return None
    except DataError:
        _looking().note_failure(submission, generation)
        return None
    report = report_of(judged)
    keep_report(journal, submission, report)
    return report


def _looking() -> Looking:
    return cast(Looking, current_app.extensions[_KEY])
