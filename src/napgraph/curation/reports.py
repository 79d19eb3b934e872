"""What the rules say of a submission, kept with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from napgraph.checking import severity
from napgraph.curation.journal import Journal
from napgraph.curation.judging import Judged
from napgraph.curation.submissions import Submission
from napgraph.validation import Result

_KIND = "report"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule says.

    Attributes:
        severity: `Violation`, `Warning` or `Info`.
        about: What it is about: an IRI, or the label of a blank node.
        path: The property concerned; empty for the thing as a whole.
        value: The value that is wrong; empty where one is missing.
        shape: The IRI of the rule.
        name: What the rule is called.
        message: What to do.
    """

    severity: str
    about: str
    path: str
    value: str
    shape: str
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class KeptReport:
    """What the rules say of a revision of a submission.

    Attributes:
        generation: The id of the generation that it was judged with.
        findings: The worst first.
        left_off: How many more there are.
    """

    generation: str
    findings: tuple[Finding, ...]
    left_off: int = 0

    def of(self, severity: str) -> tuple[Finding, ...]:
        """Give those of a severity."""
        return tuple(finding for finding in self.findings if finding.severity == severity)

    @property
    def violations(self) -> tuple[Finding, ...]:
        """What has to be mended before it can be published."""
        return self.of("Violation")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a reviewer should look at."""
        return self.of("Warning")

    def count(self) -> dict[str, int]:
        """Count the findings of each severity."""
        return {kind: len(self.of(kind)) for kind in ("Violation", "Warning", "Info")}


def report_of(judged: Judged) -> KeptReport:
    """Make the report that is kept of what was judged."""
    return KeptReport(
        judged.generation, tuple(map(_finding, judged.report.results)), judged.left_off
    )


def keep_report(journal: Journal, submission: Submission, report: KeptReport) -> None:
    """Keep the report on a submission's revision, in place of an older one."""
    content = json.dumps(asdict(report), ensure_ascii=False).encode()
    journal.keep(submission.id, submission.revision, _KIND, content)


def kept_report(journal: Journal, submission: Submission) -> KeptReport | None:
    """Give the report on a submission's revision, if it was judged."""
    content = journal.kept(submission.id, submission.revision, _KIND)
    if content is None:
        return None
    said = json.loads(content)
    findings: Sequence[dict[str, str]] = said["findings"]
    return KeptReport(
        said["generation"], tuple(Finding(**finding) for finding in findings), said["left_off"]
    )


def _finding(result: Result) -> Finding:
    return Finding(
        severity=severity(result),
        about=str(result.focus_node),
        path=str(result.path or ""),
        value="" if result.value is None else str(result.value),
        shape=str(result.shape),
        name=result.name,
        message=result.message,
    )
