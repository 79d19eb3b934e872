"""What changed from one plan to another: objectives, bodies, themes, contents and facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from napgraph.pages.bibliography import Bibliography, Entry
from napgraph.pages.comparing import Compared, Row, cite_again, read_compared, rows_of
from napgraph.pages.matching import Pair, Sentence, Sureness, Words, changed_words, match
from napgraph.pages.plan_parts import Objective, PlanParts
from napgraph.pages.plans import Index, Plan
from napgraph.pages.reading import Link
from napgraph.pages.records import Record


@dataclass(frozen=True, slots=True)
class Reworded:
    """An objective that both plans have, in other words."""

    older: Objective
    newer: Objective
    pair: Pair
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class ObjectiveChanges:
    """What became of objectives.

    Attributes:
        unchanged: Those of the newer plan that the older has in the same words.
    """

    added: tuple[Objective, ...]
    dropped: tuple[Objective, ...]
    reworded: tuple[Reworded, ...]
    unchanged: tuple[tuple[Objective, Objective], ...]


@dataclass(frozen=True, slots=True)
class SetChanges:
    """What only the newer plan has, only the older, and both."""

    added: tuple[Link, ...]
    dropped: tuple[Link, ...]
    kept: tuple[Link, ...]


@dataclass(frozen=True)
class Changes:
    """What changed from a plan to another; None where it is not known of either plan or both.

    Attributes:
        of_one_owner: Whether both are of the same country or organisation.
        facts: The aspects in which they differ, or may.
    """

    day: date
    older: Compared
    newer: Compared
    of_one_owner: bool
    objectives: ObjectiveChanges | None
    bodies: SetChanges | None
    themes: SetChanges | None
    features: SetChanges | None
    facts: tuple[Row, ...]
    sources: tuple[Entry, ...]

    def without(self, what: str) -> tuple[Compared, ...]:
        """Give the plans whose objectives, bodies, themes or features are not known."""
        known = _KNOWN[what]
        return tuple(side for side in (self.older, self.newer) if not known(side.parts))


def read_changes(index: Index, older: Plan, newer: Plan, language: str, day: date) -> Changes:
    """Read what changed.

    Args:
        index: All plans and countries.
        older: The plan to begin with.
        newer: The other plan.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    bibliography = Bibliography(index.reading, language)
    before, after = read_compared(index, (older, newer), language, day, bibliography)
    rows = [row for row in rows_of((before, after)) if row.key not in _SHOWN_APART]
    return Changes(
        day=day,
        older=before,
        newer=after,
        of_one_owner=(older.country, older.organisation) == (newer.country, newer.organisation),
        objectives=_objective_changes(before.parts, after.parts, bibliography),
        bodies=_compare_sets(_bodies(before.parts), _bodies(after.parts)),
        themes=_compare_sets(before.parts.themes, after.parts.themes),
        features=_compare_sets(_features(before.parts), _features(after.parts)),
        facts=tuple(row.cited_in(bibliography) for row in rows if row.may_differ),
        sources=bibliography.entries,
    )


def compare_objectives(
    older: tuple[Objective, ...], newer: tuple[Objective, ...]
) -> ObjectiveChanges:
    """Say what became of objectives, matching them by their words."""
    pairs = match([_sentence(o) for o in older], [_sentence(o) for o in newer])
    paired_older, paired_newer = {p.older for p in pairs}, {p.newer for p in pairs}
    return ObjectiveChanges(
        added=tuple(o for place, o in enumerate(newer) if place not in paired_newer),
        dropped=tuple(o for place, o in enumerate(older) if place not in paired_older),
        reworded=tuple(
            Reworded(before, after, pair, changed_words(before.text.text, after.text.text))
            for pair in pairs
            if pair.sureness is not Sureness.SAME_WORDS
            for before, after in ((older[pair.older], newer[pair.newer]),)
        ),
        unchanged=tuple(
            (older[p.older], newer[p.newer]) for p in pairs if p.sureness is Sureness.SAME_WORDS
        ),
    )


COLUMNS = (
    "what", "change", "older_code", "older", "newer_code", "newer", "likeness_percent",
    "sureness", "older_plan", "newer_plan", "source", "address",
)  # fmt: skip


def change_records(changes: Changes) -> tuple[Record, ...]:
    """Give changes as records, one for each objective, body, theme, content and fact."""
    return (
        *_objective_records(changes),
        *_set_records(changes, "body", changes.bodies),
        *_set_records(changes, "theme", changes.themes),
        *_set_records(changes, "feature", changes.features),
        *_fact_records(changes),
    )


# -- what plans have ---------------------------------------------------------------------------

# Aspects that have a place of their own on the page of changes.
_SHOWN_APART = frozenset(("themes", "features", "objectives", "actors", "state"))


def objectives_of(parts: PlanParts) -> tuple[Objective, ...]:
    """Give a plan's objectives in its own order."""
    found = [objective for group in parts.objectives for objective in group.objectives]
    return tuple(sorted(found, key=lambda o: (o.number is None, o.number or 0)))


def _objective_changes(
    older: PlanParts, newer: PlanParts, bibliography: Bibliography
) -> ObjectiveChanges | None:
    """Say what became of objectives, citing the sources of those that the page shows."""
    before, after = objectives_of(older), objectives_of(newer)
    if not (before and after):
        return None
    return compare_objectives(_cited(before, bibliography), _cited(after, bibliography))


def _cited(objectives: Iterable[Objective], bibliography: Bibliography) -> tuple[Objective, ...]:
    return tuple(
        replace(o, citations=cite_again(bibliography, o.citations, "objectives"))
        for o in objectives
    )


def _bodies(parts: PlanParts) -> tuple[Link, ...]:
    links = {actor.link: None for group in parts.roles for actor in group.actors}
    return tuple(sorted(links, key=lambda link: link.text.text.casefold()))


def _features(parts: PlanParts) -> tuple[Link, ...]:
    return tuple(feature.link for feature in parts.features if feature.is_stated)


_KNOWN = {
    "objectives": objectives_of,
    "bodies": _bodies,
    "themes": lambda parts: parts.themes,
    "features": _features,
}


def _sentence(objective: Objective) -> Sentence:
    pillars = frozenset(pillar.key for pillar in objective.pillars)
    return Sentence(objective.text.text, objective.text.language, pillars)


def _compare_sets(older: tuple[Link, ...], newer: tuple[Link, ...]) -> SetChanges | None:
    if not (older and newer):
        return None
    return SetChanges(
        added=tuple(link for link in newer if link not in older),
        dropped=tuple(link for link in older if link not in newer),
        kept=tuple(link for link in newer if link in older),
    )


# -- records -----------------------------------------------------------------------------------


def _change(changes: Changes, what: str, change: str, **told: str | int | None) -> Record:
    older, newer = changes.older, changes.newer
    cited = {str(c.source.iri): None for side in (older, newer) for c in side.citations}
    empty = dict.fromkeys(COLUMNS)
    return {
        **empty,
        "what": what,
        "change": change,
        **told,
        "older_plan": older.plan.key,
        "newer_plan": newer.plan.key,
        "source": tuple(cited),
        "address": str(newer.plan.iri),
    }


def _objective_records(changes: Changes) -> Iterable[Record]:
    found = changes.objectives
    if found is None:
        return
    for o in found.added:
        yield _change(changes, "objective", "added", newer_code=o.key, newer=o.text.text)
    for o in found.dropped:
        yield _change(changes, "objective", "dropped", older_code=o.key, older=o.text.text)
    for r in found.reworded:
        yield _change(
            changes, "objective", "reworded", older_code=r.older.key, older=r.older.text.text,
            newer_code=r.newer.key, newer=r.newer.text.text,
            likeness_percent=round(100 * r.pair.likeness), sureness=str(r.pair.sureness),
        )  # fmt: skip
    for before, after in found.unchanged:
        yield _change(
            changes, "objective", "unchanged", older_code=before.key, older=before.text.text,
            newer_code=after.key, newer=after.text.text, likeness_percent=100,
            sureness=str(Sureness.SAME_WORDS),
        )  # fmt: skip


def _set_records(changes: Changes, what: str, found: SetChanges | None) -> Iterable[Record]:
    if found is None:
        return
    for link in found.added:
        told = {"newer_code": link.key, "newer": link.text.text}
        yield _change(changes, what, "added", **told)
    for link in found.dropped:
        told = {"older_code": link.key, "older": link.text.text}
        yield _change(changes, what, "dropped", **told)
    for link in found.kept:
        told = {"newer_code": link.key, "newer": link.text.text}
        yield _change(changes, what, "kept", **told, older_code=link.key, older=link.text.text)


def _fact_records(changes: Changes) -> Iterable[Record]:
    for row in changes.facts:
        before, after = row.cells
        yield _change(
            changes, row.key, str(row.verdict),
            older_code=";".join(item.key for item in before.items) or None,
            older=";".join(item.text.text for item in before.items) or None,
            newer_code=";".join(item.key for item in after.items) or None,
            newer=";".join(item.text.text for item in after.items) or None,
        )  # fmt: skip
