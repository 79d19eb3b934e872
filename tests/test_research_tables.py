"""Researchers' tables: what their files say, cell by cell."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from csvw import CSVW
from fastparquet import ParquetFile

from napgraph.derivation import derive
from napgraph.derived_folder import Derived
from napgraph.errors import DataError
from napgraph.generations import build
from napgraph.namespaces import graph_iri
from napgraph.research_tables import Column, all_tables, parse_table
from napgraph.store import GraphFile

NAMES = ["events", "figures", "objectives", "plans", "sources", "stakeholders"]
HEADER = "# title: T\n# description: D\n# key: a\n"


def rows(derived: Derived, name: str) -> list[dict[str, str]]:
    """Read a table's CSV as Python's own reader does."""
    text = (derived.path / f"{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_all_tables_are_there(derived: Derived) -> None:
    """Each table is made in both formats, with what describes them all."""
    names = [f"{name}.{suffix}" for name in NAMES for suffix in ("csv", "parquet")]

    assert {*names, "csv-metadata.json"} == {n for n in derived.files if "napgraph" not in n}


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        ("plans", "KEN-2", {
            "country_code": "KEN", "country": "Kenya", "generation": "2", "title": "Mpango",
            "title_language": "sw", "adopted": "2020-03", "period_start": "2020",
            "adoption_status_code": "adopted", "adoption_status": "Adopted",
            "theme_codes": "climate;health", "budget_amount": "1200.5", "budget_currency": "KES",
            "organisation": "", "address": "https://w3id.org/napgraph/id/plan/KEN-2",
        }),
        ("objectives", "KEN-2-1", {
            "plan": "KEN-2", "number": "1", "text": "Women take part.", "text_language": "en",
            "pillar_codes": "participation;protection", "pillars": "Participation;Protection",
            "sources": "KEN-a;MLI-x",
        }),
        ("stakeholders", "KEN-a", {
            "name": "Wizara", "name_language": "sw", "plan": "KEN-2",
            "role_codes": "development;lead",
            "address": "https://w3id.org/napgraph/id/involvement/KEN-2-a",
        }),
        ("stakeholders", "KEN-b", {
            "plan": "", "roles": "", "address": "https://w3id.org/napgraph/id/organisation/KEN-b",
        }),
        ("events", "KEN-2020", {
            "name": 'A "plan", launched;\nwith a second line', "start_date": "2020-05-01",
        }),
        ("figures", "KEN-2023-11", {"kind": "personnel", "as_of": "2023-11", "personnel": "28"}),
        ("sources", "KEN-a", {
            "title": "A source", "publisher": "A publisher", "issued": "2021",
            "url": "https://example.org/a?b=c,d",
        }),
    ],
)  # fmt: skip
def test_csv_says_what_the_graph_says(
    derived: Derived, name: str, key: str, expected: dict[str, str]
) -> None:
    """A row has what is known of its thing: codes beside labels, and where it says so."""
    found = next(row for row in rows(derived, name) if next(iter(row.values())) == key)

    assert expected == {column: found[column] for column in expected}


def test_labels_stand_in_the_order_of_codes(derived: Derived) -> None:
    """The first label is what the first code is called, and so on."""
    (row,) = (row for row in rows(derived, "plans") if row["plan"] == "KEN-2")

    assert ["climate", "health"] == row["theme_codes"].split(";")
    assert ["Climate", "Health"] == [label.split()[0] for label in row["themes"].split(";")]


def test_csv_is_for_spreadsheets(derived: Derived) -> None:
    """A spreadsheet sees by its first bytes that a file is UTF-8."""
    content = (derived.path / "plans.csv").read_bytes()

    assert content.startswith(b"\xef\xbb\xbfplan,country_code,")
    assert 3 == content.count(b"\r\n")


def test_csvw_validates(derived: Derived) -> None:
    """A validator of CSV on the Web finds types, keys and references as they are described."""
    described = CSVW(derived.path / "csv-metadata.json", validate=True)

    assert described.is_valid
    assert len(NAMES) == len(described.tables)


def test_csvw_describes_each_column(derived: Derived) -> None:
    """Licence, citation and every column's meaning are in the metadata."""
    said = json.loads((derived.path / "csv-metadata.json").read_text())
    columns = [c for table in said["tables"] for c in table["tableSchema"]["columns"]]

    assert "https://creativecommons.org/licenses/by/4.0/" == said["dc:license"]["@id"]
    assert "w3id.org/napgraph/dataset" in said["dc:bibliographicCitation"]
    assert all(column["dc:description"].endswith(".") for column in columns)


@pytest.mark.parametrize("name", NAMES)
def test_parquet_has_the_cells_of_csv(derived: Derived, name: str) -> None:
    """A reader of another project finds the same rows."""
    with (derived.path / f"{name}.parquet").open("rb") as file:
        frame = ParquetFile(file).to_pandas().astype(object)
    cells = frame.where(frame.notna(), "").map(str)

    assert rows(derived, name) == cells.to_dict("records")


def test_parquet_has_numbers(derived: Derived) -> None:
    """Numbers are numbers, and the file says what it is."""
    with (derived.path / "plans.parquet").open("rb") as file:
        parquet = ParquetFile(file)
        (row,) = parquet.to_pandas().query("plan == 'KEN-2'").to_dict("records")
    about = json.loads(parquet.key_value_metadata["napgraph"])

    assert (2, 2020, 1200.5) == (row["generation"], row["period_start"], row["budget_amount"])
    assert "https://creativecommons.org/licenses/by/4.0/" == about["license"]


def test_tables_of_other_data_are_not_made(tmp_path: Path) -> None:
    """Data without a plan have dumps and no tables."""
    file = GraphFile(graph_iri("x"), b"<x:a> <x:b> <x:c> .")
    made = derive(build([file], tmp_path), tmp_path)

    assert {} == made.rows
    assert not [name for name in made.files if "napgraph" not in name]


def test_shipped_tables_have_unique_columns() -> None:
    """No table has two columns of one name, and the last is the address."""
    names = [[column.name for column in table.columns] for table in all_tables()]

    assert NAMES == [table.name for table in all_tables()]
    assert all(len(set(n)) == len(n) and n[-1] == "address" for n in names)


def test_table_is_read_from_its_header() -> None:
    """Title, key, references and columns are in the header."""
    text = f"{HEADER}# refers: a others\n# column: a string What it is.\nSELECT …"
    table = parse_table("t", text)

    assert (("a",), {"a": "others"}) == (table.key, table.refers)
    assert (Column("a", "string", "What it is."),) == table.columns


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("# column: a\n", "name type description"),
        ("# column: a colour Red.\n", "with a type of"),
        ("# column: a codes Codes.\n# column: b string B.\n", "codes stands before one of labels"),
        ("# column: b text B.\n", "language stands before one of text"),
        ("# refers: a\n", "column table"),
        ("# colum: a string A.\n", "line 4"),
        ("# title: again\n", "one line “# title: …”"),
    ],
)
def test_bad_header_is_one_clear_error(lines: str, says: str) -> None:
    """A header that is not as it should be is refused with what was expected."""
    with pytest.raises(DataError, match=says):
        parse_table("t", f"{HEADER}{lines}")
