"""Read a fact sheet and refuse one that does not follow its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from napgraph.errors import FactSheetError


def read_sheet(path: Path) -> dict[str, Any]:
    """Read the fact sheet of a country, or of the United Nations.

    Raises:
        FactSheetError: The file cannot be read, is not JSON, breaks the schema, or
            names a source it does not have; the message says where and why.
    """
    try:
        sheet = json.loads(path.read_bytes())
    except OSError as exc:
        raise FactSheetError(f"{path}: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise FactSheetError(f"{path}: not UTF-8; save the file with that encoding.") from exc
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
        raise FactSheetError(f"{path}: {where}: not JSON: {exc.msg}.") from exc
    for where, reason in _problems(sheet):
        raise FactSheetError(f"{path}: {where}: {reason}")
    return dict(sheet)


def is_un_sheet(sheet: Any) -> bool:
    """Tell the sheet of the United Nations from a country's."""
    return isinstance(sheet, dict) and "resolutions" in sheet


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = files("napgraph") / "schemas" / f"{name}.schema.json"
    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))


def _problems(sheet: Any) -> Iterator[tuple[str, str]]:
    validator = _validator("un-facts" if is_un_sheet(sheet) else "country-facts")
    errors: list[ValidationError] = sorted(
        validator.iter_errors(sheet), key=lambda error: list(map(str, error.absolute_path))
    )
    for error in errors:
        yield _pointer(error.absolute_path), error.message
    if not errors:
        yield from _unknown_sources(sheet, sheet["sources"], ())


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
