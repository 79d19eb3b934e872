"""JSON from outside: read with the place of each object, and nothing lost in silence."""

from __future__ import annotations

import json
import json.decoder
import json.scanner
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from napgraph.errors import DataSyntaxError


@dataclass(frozen=True, slots=True)
class JsonText:
    """What a text in JSON says, and where.

    Attributes:
        value: What it says.
        text: The text.
        objects: Each object with the character that it begins with, the inner ones first.
    """

    value: Any
    text: str
    objects: tuple[tuple[dict[str, Any], int], ...]

    def lines(self) -> Iterator[tuple[dict[str, Any], int]]:
        """Give each object with the 1-based line that it begins on, in the order of the text."""
        breaks = [match.start() for match in re.finditer("\n", self.text)]
        for found, start in sorted(self.objects, key=lambda one: one[1]):
            yield found, bisect_left(breaks, start) + 1


def parse_json(text: str, *, name: str) -> JsonText:
    """Read JSON; its nesting has to be known to be shallow.

    Args:
        text: The text.
        name: What an error calls it.

    Raises:
        DataSyntaxError: It is not JSON, or an object has two members of one name.
    """
    decoder = _Decoder()
    try:
        value = decoder.decode(text)
    except json.JSONDecodeError as exc:
        raise DataSyntaxError(
            f"{name}: line {exc.lineno}, column {exc.colno}: not JSON: {exc.msg}.",
            line=exc.lineno,
            column=exc.colno,
        ) from exc
    except _Repetition as exc:
        raise DataSyntaxError(
            f"{name}: {exc.member!r} stands twice in one object; one of them would be lost."
        ) from exc
    except ValueError as exc:  # a number with thousands of digits
        raise DataSyntaxError(f"{name}: not JSON that can be read: {exc}.") from exc
    return JsonText(value, text, tuple(decoder.objects))


class _Repetition(Exception):
    def __init__(self, member: str) -> None:
        super().__init__(member)
        self.member = member[:100]


class _Decoder(json.JSONDecoder):
    """Python's decoder, in the variant that is Python itself and can be told of each object."""

    def __init__(self) -> None:
        super().__init__(
            object_pairs_hook=_without_repetition, parse_float=_number, parse_constant=_refuse
        )
        self.objects: list[tuple[dict[str, Any], int]] = []
        parse = json.decoder.JSONObject  # type: ignore[attr-defined]

        def parse_object(at: tuple[str, int], *args: Any) -> tuple[dict[str, Any], int]:
            found, end = parse(at, *args)
            self.objects.append((found, at[1] - 1))
            return found, end

        self.parse_object = parse_object
        self.scan_once = json.scanner.py_make_scanner(self)  # type: ignore[attr-defined]


def _without_repetition(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in members:
        if name in found:
            raise _Repetition(name)
        found[name] = value
    return found


def _number(text: str) -> int | float:
    """Read 3.0 as the whole number it is, which a key may be made of."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is not a number")
