"""The JSON Schemas of fact sheets."""

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

SHEET: dict[str, Any] = {
    "iso3": "MLI",
    "name": "Mali",
    "plans": [
        {
            "generation": 3,
            "adopted": "2019",
            "period_start": 2019,
            "period_end": 2023,
            "themes": ["climate"],
            "sources": ["profile"],
        }
    ],
    "peacekeeping": [],
    "events": [],
    "sources": {
        "profile": {"title": "Mali", "publisher": "P", "url": "https://example.org/mali"},
    },
    "conflicts": [],
}


def _validator(name: str) -> Draft202012Validator:
    path = files("napgraph") / "schemas" / f"{name}.schema.json"
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["country-facts", "un-facts"])
def test_schema_is_a_schema(name: str) -> None:
    """Each schema follows JSON Schema 2020-12."""
    Draft202012Validator.check_schema(_validator(name).schema)


def test_good_sheet_has_no_error() -> None:
    """A small sheet with what is required is accepted."""
    assert list(_validator("country-facts").iter_errors(SHEET)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("iso3",), "Mali"),
        (("plans", 0, "adopted"), "2019-13"),
        (("plans", 0, "period_start"), "2019"),
        (("plans", 0, "themes"), ["weather"]),
        (("plans", 0, "sources"), []),
        (("sources", "profile", "url"), "not an address"),
    ],
)
def test_bad_value_is_named(path: tuple[Any, ...], value: object) -> None:
    """A value that the schema does not know is refused where it stands."""
    sheet = json.loads(json.dumps(SHEET))
    target = sheet
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    found = {
        tuple(e.absolute_path)[: len(path)] for e in _validator("country-facts").iter_errors(sheet)
    }

    assert {path} == found
