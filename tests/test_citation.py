"""Citations: what they say, and that other programs' readers take them as they were meant."""

from __future__ import annotations

import json
from datetime import date

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

from napgraph.pages.citation import (
    WRITERS,
    Kind,
    Reference,
    cite_dataset,
    cite_part,
    cite_source,
    to_bibtex,
    to_csl_json,
    to_ris,
    to_text,
)

VERSION = "0123456789abcdef"
DAY = date(2026, 11, 24)
DATASET = cite_dataset(
    version=VERSION, dated=DAY, frozen_url=f"https://napgraph.example/dump/{VERSION}/napgraph.nq.gz"
)
PLAN = cite_part(
    "Third national action plan of Mali, 2019–2023",
    "https://w3id.org/napgraph/id/plan/MLI-3",
    version=VERSION,
    dated=DAY,
)
SOURCE = cite_source(
    "Mali", "https://example.org/mali?a=b_c", publisher="WILPF", issued="2019-10", language="en"
)
ODD = cite_source(
    "50 % of women & men: C:\\x_1 #2 ~ $5 « é » 马里 مالي\nER  - \nAU  - Mallory",
    "https://example.org/{a}\n?b",
    publisher="Ministère de l'Égalité, Bamako",
)
REFERENCES = {"dataset": DATASET, "plan": PLAN, "source": SOURCE, "odd": ODD}


def read_bibtex(text: str) -> dict[str, str]:
    """Read the one entry of a file as an independent reader does."""
    library = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    (entry,) = library.entries
    assert [] == library.failed_blocks
    return {field.key: str(field.value) for field in entry.fields} | {"ID": entry.key}


def test_text_of_the_dataset_names_version_and_frozen_address() -> None:
    """Who reads the sentence alone can find the very data."""
    expected = (
        "napgraph contributors (2026): napgraph: national action plans on women, peace and "
        f"security. Version {VERSION} of 2026-11-24. https://w3id.org/napgraph/dataset "
        f"This version: https://napgraph.example/dump/{VERSION}/napgraph.nq.gz CC BY 4.0."
    )

    assert expected == to_text(DATASET)


def test_text_of_a_page_says_what_it_is_part_of() -> None:
    """A page is cited by its own title, in the dataset."""
    expected = (
        "napgraph contributors (2026): Third national action plan of Mali, 2019–2023. In: "
        f"napgraph: national action plans on women, peace and security. Version {VERSION} of "
        "2026-11-24. https://w3id.org/napgraph/id/plan/MLI-3 CC BY 4.0."
    )

    assert expected == to_text(PLAN)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (SOURCE, "WILPF (2019): Mali. https://example.org/mali?a=b_c"),
        (cite_source("Mali", "", publisher=""), "(no date): Mali."),
    ],
)
def test_text_of_a_source(source: Reference, text: str) -> None:
    """A source is cited by who published it, and says so where it has no date."""
    assert text == to_text(source)


@pytest.mark.parametrize("name", REFERENCES)
def test_bibtex_says_the_same_to_a_reader(name: str) -> None:
    """Title, key, year and address come back from BibTeX."""
    work = REFERENCES[name]
    found = read_bibtex(to_bibtex(work))

    assert " ".join(work.title.split()) == found["title"].strip("{}")
    assert (work.key, work.issued[:4]) == (found["ID"], found.get("year", ""))


def test_bibtex_writes_a_lone_brace_as_a_word() -> None:
    """A brace of a title is a macro: BibTeX pairs braces, even those after a backslash."""
    work = cite_source("Women {and", "", publisher="")

    assert r"title = {{Women {\textbraceleft}and}}" in to_bibtex(work)


def test_bibtex_keeps_a_body_whole() -> None:
    """The name of a body is in braces of its own, so that no family name is looked for in it."""
    assert "author = {{napgraph contributors}}" in to_bibtex(PLAN)


@pytest.mark.parametrize("name", REFERENCES)
def test_ris_says_the_same_to_a_reader(name: str) -> None:
    """Title, authors and address come back from RIS, as one reference."""
    work = REFERENCES[name]
    (found,) = rispy.loads(to_ris(work))

    assert " ".join(work.title.split()) == found["title"]
    assert list(work.authors) == found.get("authors", [])
    assert "".join(work.url.splitlines()[:1]) == found["urls"][0].partition(" ")[0]


def test_ris_gives_dates_as_its_readers_expect() -> None:
    """The date has slashes, and the year stands alone too."""
    assert {"PY  - 2026", "DA  - 2026/11/24"} <= set(to_ris(PLAN).splitlines())


def test_csl_json_has_dates_in_parts() -> None:
    """The item is of a type that citation processors know, with its date as numbers."""
    (item,) = json.loads(to_csl_json(DATASET))

    assert ("dataset", {"date-parts": [[2026, 11, 24]]}) == (item["type"], item["issued"])
    assert [{"literal": "napgraph contributors"}] == item["author"]


def test_csl_json_leaves_out_what_is_not_known() -> None:
    """A source without a date has no member for it."""
    (item,) = json.loads(to_csl_json(cite_source("Mali", "", publisher="")))

    assert {"id", "type", "title"} == set(item)


@given(st.text(), st.text(), st.text())
def test_no_title_breaks_out(title: str, url: str, publisher: str) -> None:
    """Whatever a title, an address or a name has in it, each form stays one reference."""
    work = Reference(Kind.SOURCE, "key", f"x{title}", (publisher,), "2019", publisher, url)
    written = {form.suffix: write(work) for form, write in WRITERS.items()}

    assert "\n" not in written["txt"]
    assert 1 == sum(line.startswith("ER  -") for line in written["ris"].split("\r\n"))
    assert ["key"] == [item["id"] for item in json.loads(written["csl.json"])]
    assert written["bib"].count("{") == written["bib"].count("}")
