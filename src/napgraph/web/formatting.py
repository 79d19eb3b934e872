"""Numbers, dates and amounts as readers of the request's language write them, in Latin digits."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask

from napgraph.web.languages import gettext, language


def register(app: Flask) -> None:
    """Let templates write numbers, dates and amounts."""
    app.jinja_env.filters.update(number=number, day=day, money=money, percent=percent)
    app.jinja_env.filters["plan_number"] = plan_number


def number(value: float) -> str:
    """Write a number."""
    return _number(value, language())


@lru_cache(maxsize=4_096)
def _number(value: float, tag: str) -> str:
    return str(format_decimal(value, locale=tag, numbering_system=_LATIN))


def percent(share: float, digits: int = 0) -> str:
    """Write a share, 0 to 1, as a percentage with at most so many digits after the point."""
    return format_percent(
        round(share, 2 + digits),
        locale=language(),
        decimal_quantization=False,
        numbering_system=_LATIN,
    )


def money(amount: int, currency: str) -> str:
    """Write an amount with the name of its ISO 4217 currency."""
    return format_currency(
        amount,
        currency,
        locale=language(),
        format_type="name",
        currency_digits=False,
        decimal_quantization=False,
        numbering_system=_LATIN,
    )


def day(partial: str) -> str:
    """Write a date as precisely as it is known: `2019-10` as "October 2019"."""
    return _day(partial, language())


# Babel reads the locale anew for each of the hundreds of dates that a page may have.
@lru_cache(maxsize=16_384)
def _day(partial: str, tag: str) -> str:
    match = _PARTIAL_DATE.fullmatch(partial)
    if match is None:
        return partial
    year, month, of_month = match.groups()
    if month is None:
        return str(year)
    try:
        whole = date(int(year), int(month), int(of_month or 1))
    except ValueError:  # there is no 30 February
        return partial
    locale = _DATE_LOCALES.get(tag, tag)
    if of_month is None:
        text = format_skeleton("yMMMM", whole, locale=locale)
    else:
        text = format_date(whole, "long", locale=locale)
    return text.translate(_LATIN_DIGITS)


def plan_number(place: int) -> str:
    """Say which plan of its country it is, as a sentence begins: "Third plan"."""
    words = (
        gettext("First plan"), gettext("Second plan"), gettext("Third plan"),
        gettext("Fourth plan"), gettext("Fifth plan"), gettext("Sixth plan"),
    )  # fmt: skip
    if 1 <= place <= len(words):
        return words[place - 1]
    return gettext("Plan %(number)s") % {"number": place}


_LATIN = "latn"
_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
_PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?")
# British dates have the day first, as the United Nations write them.
_DATE_LOCALES = {"en": "en_GB"}
