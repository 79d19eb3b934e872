"""The comment lines that a file with a query opens with: `# key: value`.

A line that begins with `#` and three spaces continues the one before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from napgraph.errors import DataError

Header = list[tuple[str, str]]


def read_header(name: str, text: str, keys: Sequence[str]) -> Header:
    """Read the lines of a header as keys and values, in their order.

    Args:
        name: The file's name without its suffix, for errors.
        text: The whole file.
        keys: Those that it may have.

    Raises:
        DataError: A line has none of them.
    """
    header: Header = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("#"):
            break
        match = _LINE.fullmatch(line)
        if line.startswith("#   ") and header:
            key, value = header[-1]
            header[-1] = (key, f"{value} {line[1:].strip()}")
        elif match and match["key"] in keys:
            header.append((match["key"], match["value"]))
        else:
            *most, last = (f"“# {key}: …”" for key in keys)
            raise DataError(
                f"{name}.rq line {number}: expected {', '.join(most)} or {last}, not {shown(line)}."
            )
    return header


def one_value(name: str, header: Header, key: str) -> str:
    """Give the value of a key that a header has once.

    Raises:
        DataError: It has the key more often, or not at all.
    """
    values = [value for found, value in header if found == key]
    if len(values) != 1:
        raise DataError(f"{name}.rq: expected one line “# {key}: …”, not {len(values)}.")
    return values[0]


def shown(text: str) -> str:
    """Quote what somebody gave, for a message."""
    return ascii(text if len(text) <= 60 else f"{text[:60]}…")


_LINE = re.compile(r"# (?P<key>[a-z]+): (?P<value>.*\S)")
