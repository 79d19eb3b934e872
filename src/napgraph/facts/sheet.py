"""Read a fact sheet and refuse one that does not follow its schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from napgraph.errors import FactSheetError


def read_sheet(path: Path) -> dict[str, Any]:
    """Read the fact sheet of a country, or of the United Nations.

    Raises:
        FactSheetError: The file cannot be read, is not JSON, breaks the schema, or
            names a source it does not have; the message says where and why.
    """
    try:
        sheet = json.loads(
            path.read_bytes(), object_pairs_hook=_without_repetition, parse_float=_number
        )
    except OSError as exc:
        raise FactSheetError(f"{path}: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise FactSheetError(f"{path}: not UTF-8; save the file with that encoding.") from exc
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
        raise FactSheetError(f"{path}: {where}: not JSON: {exc.msg}.") from exc
    except FactSheetError as exc:
        raise FactSheetError(f"{path}: {exc}") from exc
    return checked_sheet(sheet, name=str(path))


def checked_sheet(sheet: Any, *, name: str) -> dict[str, Any]:
    """Give what was read from JSON back as a fact sheet.

    Args:
        sheet: What was read.
        name: What an error calls it.

    Raises:
        FactSheetError: It breaks the schema, or names a source it does not have.
    """
    for where, reason in _problems(sheet):
        raise FactSheetError(f"{name}: {where}: {reason}")
    return dict(sheet)


def is_un_sheet(sheet: Any) -> bool:
    """Tell the sheet of the United Nations from a country's."""
    return isinstance(sheet, dict) and "resolutions" in sheet


def _without_repetition(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members; JSON itself would keep the last of a name in silence."""
    found: dict[str, Any] = {}
    for name, value in members:
        if name in found:
            raise FactSheetError(f"{name!r} stands twice in one object; one of them would be lost.")
        found[name] = value
    return found


def _number(text: str) -> int | float:
    """Read 3.0 as the whole number it is, which a key may be made of."""
    value = float(text)
    return int(value) if value.is_integer() else value


_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("partial-date")
def _exists(value: object) -> bool:
    """Tell whether a date whose form is right is that of a day in the calendar."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return True
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = files("napgraph") / "schemas" / f"{name}.schema.json"
    return Draft202012Validator(
        json.loads(schema.read_text(encoding="utf-8")), format_checker=_FORMATS
    )


def _problems(sheet: Any) -> Iterator[tuple[str, str]]:
    validator = _validator("un-facts" if is_un_sheet(sheet) else "country-facts")
    errors: list[ValidationError] = sorted(
        validator.iter_errors(sheet), key=lambda error: list(map(str, error.absolute_path))
    )
    for error in errors:
        yield _pointer(error.absolute_path), _reason(error)
    if not errors:
        yield from _unknown_sources(sheet, sheet["sources"], ())


_PATTERNS = {
    r"\S": "is blank; write it, or leave it out.",
    "[A-Za-z0-9]": "has no Latin letter or figure, of which its key is made; "
    "write it in Latin letters.",
}


def _reason(error: ValidationError) -> str:
    """Say what is wrong with a value, by the schema's examples where its form is."""
    schema: Any = error.schema
    if error.validator == "pattern":
        of_form = f"is not of the form {' or '.join(schema.get('examples', ()))}."
        return f"{error.instance!r} {_PATTERNS.get(schema['pattern'], of_form)}"
    if error.validator == "format":
        return f"{error.instance!r} is a day that does not exist."
    return f"{error.message}."


def _unknown_sources(
    node: Any, known: dict[str, Any], path: tuple[str | int, ...]
) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        children: Any = enumerate(node)
    elif isinstance(node, dict):
        children = node.items()
    else:
        return
    for key, child in children:
        if key == "sources" and isinstance(child, list):
            for name in child:
                if name not in known:
                    yield _pointer((*path, key)), f"no source has the key {name!r}."
        else:
            yield from _unknown_sources(child, known, (*path, key))


def _pointer(path: Any) -> str:
    return "/" + "/".join(map(str, path))
