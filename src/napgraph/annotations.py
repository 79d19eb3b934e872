"""What validation found, in the formats of tools that show it beside the lines of files.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

# A result as `napgraph.checking.rows` gives it.
Row = Mapping[str, str | int | None]

_LEVELS = {"Violation": "error", "Warning": "warning", "Info": "note"}
_COMMANDS = {"Violation": "error", "Warning": "warning", "Info": "notice"}


def to_sarif(rows: Sequence[Row], *, version: str, address: str) -> dict[str, Any]:
    """Write results as a log in SARIF 2.1.0.

    Args:
        rows: The results.
        version: Of napgraph.
        address: Where napgraph is explained.
    """
    rules: dict[str, Row] = {}
    for row in rows:
        rules.setdefault(str(row["shape"]), row)
    places = {shape: place for place, shape in enumerate(rules)}
    driver = {
        "name": "napgraph",
        "version": version,
        "informationUri": address,
        "rules": [_rule(shape, row) for shape, row in rules.items()],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(row, places[str(row["shape"])]) for row in rows],
            }
        ],
    }


def to_github(rows: Iterable[Row]) -> Iterator[str]:
    """Write each result as a line that GitHub's runners make an annotation of."""
    for row in rows:
        parts = {"file": row["file"], "line": row["line"], "col": row.get("column")}
        parts = {name: value for name, value in parts.items() if value is not None}
        said = {**parts, "title": row["name"]}
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in said.items())
        yield f"::{_COMMANDS[str(row['severity'])]} {properties}::{_data(_sentence(row))}"


def _rule(shape: str, row: Row) -> dict[str, Any]:
    return {
        "id": _rule_id(shape),
        "shortDescription": {"text": str(row["name"])},
        "helpUri": shape,
        "defaultConfiguration": {"level": _LEVELS[str(row["severity"])]},
    }


def _rule_id(shape: str) -> str:
    return shape.rpartition("#")[2]


def _result(row: Row, rule_index: int) -> dict[str, Any]:
    about = {
        name: row[name] for name in ("focusNode", "path", "value") if row.get(name) is not None
    }
    said: dict[str, Any] = {
        "ruleId": _rule_id(str(row["shape"])),
        "ruleIndex": rule_index,
        "level": _LEVELS[str(row["severity"])],
        "message": {"text": _sentence(row)},
        "partialFingerprints": {"focusNodeAndRule/v1": _fingerprint(row)},
        "properties": about,
    }
    location: dict[str, Any] = {}
    if row["file"] is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": quote(str(row["file"]))}}
        if row["line"] is not None:
            physical["region"] = {"startLine": row["line"]}
            if row.get("column") is not None:
                physical["region"]["startColumn"] = row["column"]
        location["physicalLocation"] = physical
    if row.get("focusNode"):
        location["logicalLocations"] = [{"fullyQualifiedName": row["focusNode"]}]
    return {**said, "locations": [location]} if location else said


def _sentence(row: Row) -> str:
    value = row.get("value")
    is_more = value is not None and value != row.get("focusNode")
    about = f" ({value})" if is_more else ""
    return f"{row['name']}{about}: {row['message']}"


def _fingerprint(row: Row) -> str:
    """Tell a result from others, wherever in the file it comes to stand."""
    parts = (row["shape"], row.get("focusNode"), row.get("path"), row.get("value"))
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
