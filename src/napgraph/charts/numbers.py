"""What is drawn, and what is said of it, from the rows that answer a question."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from napgraph.charts.figures import Cell
from napgraph.namespaces import NAP

Row = Mapping[str, Any]
Value = dict[str, Cell]

# How many lines one drawing can have and each still be told from the others.
MAX_LINES = 4
# Fewer numbers of a country than this are said in a sentence.
MIN_POINTS = 2
# The first years of the spans by which themes are compared.
_SPANS = (2005, 2010, 2015, 2020)


@dataclass(frozen=True)
class Numbers:
    """What is drawn.

    Attributes:
        values: A mark each. Under `iri` they have what they are about, where they are named.
        facts: What the sentence that sums it up names.
    """

    values: Sequence[Value]
    facts: Mapping[str, Cell]


def adoptions(rows: Sequence[Row]) -> Numbers:
    """Count adoptions a year; a year without one has 0."""
    plans = {int(row["year"]): int(row["plans"]) for row in rows}
    years = range(min(plans), max(plans) + 1)
    most = max(plans.values())
    facts: dict[str, Cell] = {
        "total": sum(plans.values()),
        "since": min(plans),
        "most": most,
        "years": ", ".join(str(year) for year in years if plans.get(year) == most),
    }
    return Numbers([{"year": year, "plans": plans.get(year, 0)} for year in years], facts)


def adoptions_so_far(rows: Sequence[Row]) -> Numbers:
    """Count adoptions up to the end of each year."""
    values: list[Value] = [
        {"year": int(row["year"]), "plans": int(row["plans_so_far"])} for row in rows
    ]
    total = int(rows[-1]["plans_so_far"])
    half = next(int(row["year"]) for row in rows if 2 * int(row["plans_so_far"]) >= total)
    return Numbers(values, {"total": total, "year": int(rows[-1]["year"]), "half": half})


def contributions(rows: Sequence[Row]) -> Numbers:
    """Give the personnel of the countries that have most of it, and of which most is known."""
    by_country = _personnel(rows)
    several = {iri: points for iri, points in by_country.items() if len(points) > MIN_POINTS}
    by_size = sorted(several, key=lambda iri: -int(several[iri][-1]["people"] or 0))
    values = [point for iri in by_size[:MAX_LINES] for point in several[iri]]
    facts: dict[str, Cell] = {
        "countries": len({row["country"] for row in rows}),
        "figures": len(rows),
        "drawn": min(len(by_size), MAX_LINES),
    }
    return Numbers(values, facts)


def contributions_of_country(rows: Sequence[Row]) -> Numbers | None:
    """Give one country's personnel over time; None where one number is too few to draw."""
    points = next(iter(_personnel(rows).values()), [])
    if len(points) < MIN_POINTS:
        return None
    first, last = points[0], points[-1]
    facts: dict[str, Cell] = {
        "country": str(rows[0]["country"]),
        "first": first["people"],
        "first_date": first["as_of"],
        "last": last["people"],
        "last_date": last["as_of"],
    }
    return Numbers(points, facts)


def womens_share(rows: Sequence[Row]) -> Numbers:
    """Give each country's latest share of women, the largest first."""
    latest = {row["place"]: row for row in rows if row["percent"] is not None}
    values: list[Value] = [
        {
            "iri": str(iri),
            "percent": float(row["percent"]),
            "women": int(row["women"]),
            "people": int(row["total"]),
            "as_of": str(row["as_of"]),
        }
        for iri, row in latest.items()
    ]
    values.sort(key=lambda value: -float(value["percent"] or 0))
    shares = [float(value["percent"] or 0) / 100 for value in values]
    return Numbers(
        values,
        {
            "countries": len(values),
            "least": min(shares, default=None),
            "most": max(shares, default=None),
        },
    )


def pillars(rows: Sequence[Row]) -> Numbers:
    """Count objectives by pillar and year, the pillar with most of them first."""
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row["pillar"]] += int(row["objectives"])
    values: list[Value] = [
        {
            "iri": str(row["pillar"]),
            "year": int(row["year"]),
            "objectives": int(row["objectives"]),
            "place": place,
        }
        for place, (pillar, _) in enumerate(totals.most_common())
        for row in rows
        if row["pillar"] == pillar
    ]
    (top, most), *_ = totals.most_common(1)
    return Numbers(values, {"top": str(top), "most": most, "total": totals.total()})


def themes(rows: Sequence[Row]) -> Numbers:
    """Give the share of plans that name each theme, by spans of years, the most named first."""
    begun: dict[tuple[str, int], int] = defaultdict(int)
    naming: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        span = max(first for first in _SPANS if first <= max(int(row["year"]), _SPANS[0]))
        begun[row["theme"], span] += int(row["plans"])
        naming[row["theme"], span] += int(row["naming"])
    totals: Counter[str] = Counter()
    for (theme, _), number in naming.items():
        totals[theme] += number
    last = max(int(row["year"]) for row in rows)
    values: list[Value] = [
        {
            "iri": str(theme),
            "span": _span_words(span, last),
            "percent": round(100 * naming[theme, span] / begun[theme, span]),
            "place": place,
        }
        for place, (theme, _) in enumerate(totals.most_common())
        for span in _SPANS
        if begun.get((theme, span))
    ]
    (top, most), *_ = totals.most_common(1)
    plans = sum(number for (theme, _), number in begun.items() if theme == top)
    return Numbers(values, {"top": str(top), "share": most / plans, "themes": len(totals)})


def themes_first_named(rows: Sequence[Row]) -> Numbers:
    """Give the year in which each theme was first named, the earliest first."""
    first = {row["theme"]: row for row in rows}
    values: list[Value] = [
        {
            "iri": str(theme),
            "year": int(row["first_year"]),
            "plans": int(row["plans"]),
            "place": place,
        }
        for place, (theme, row) in enumerate(first.items())
    ]
    latest = values[-1]
    return Numbers(values, {"themes": len(values), "latest": latest["iri"], "year": latest["year"]})


# What is counted of plans: the columns of the question, and the property that names it.
_QUALITIES = {
    "indicators": NAP.indicators,
    "monitoring_body": NAP.monitoringBody,
    "budget": NAP.budget,
    "civil_society": NAP.civilSocietyInMonitoring,
}


def qualities(rows: Sequence[Row]) -> Numbers:
    """Give the share of plans that have a budget and the like, by year."""
    values: list[Value] = [
        {
            "iri": str(iri),
            "year": int(row["year"]),
            "percent": float(row[f"{column}_percent"]),
            "place": place,
        }
        for place, (column, iri) in enumerate(_QUALITIES.items())
        for row in rows
    ]
    plans = sum(int(row["plans"]) for row in rows)
    shares: dict[str, Cell] = {
        column: sum(int(row[f"with_{column}"]) for row in rows) / plans for column in _QUALITIES
    }
    return Numbers(values, {**shares, "plans": plans})


def events(rows: Sequence[Row]) -> Numbers:
    """Count events a year; a year without one has 0."""
    by_year: Counter[int] = Counter()
    for row in rows:
        by_year[int(row["year"])] += int(row["events"])
    years = range(min(by_year), max(by_year) + 1)
    (busiest, most), *_ = by_year.most_common(1)
    facts: dict[str, Cell] = {"total": by_year.total(), "year": busiest, "most": most}
    return Numbers([{"year": year, "events": by_year[year]} for year in years], facts)


def _personnel(rows: Iterable[Row]) -> dict[str, list[Value]]:
    """Give the numbers of personnel of each country, the earliest first."""
    by_country: dict[str, list[Value]] = defaultdict(list)
    for row in rows:
        if row["personnel"] is not None:
            by_country[str(row["country"])].append(
                {
                    "iri": str(row["country"]),
                    "as_of": str(row["as_of"]),
                    "day": day_of(str(row["as_of"])),
                    "people": int(row["personnel"]),
                }
            )
    return {
        iri: list(_without_repeats(sorted(points, key=lambda point: str(point["day"]))))
        for iri, points in by_country.items()
    }


def _without_repeats(points: Sequence[Value]) -> Iterator[Value]:
    """Leave out what another source says of the same day."""
    yield from points[:1]
    yield from (point for before, point in pairwise(points) if before["day"] != point["day"])


def day_of(partial: str) -> str:
    """Place a date of whatever precision in time: a month or a year at its middle."""
    if re.fullmatch(r"[0-9]{4}", partial):
        return f"{partial}-07-01"
    return f"{partial}-15" if re.fullmatch(r"[0-9]{4}-[0-9]{2}", partial) else partial[:10]


def _span_words(first: int, last: int) -> str:
    following = [span for span in _SPANS if span > first]
    return f"{first}–{(min(following) - 1 if following else last) % 100:02}"
