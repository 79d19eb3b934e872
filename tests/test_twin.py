"""The static twin has all that there is, and is written whole or not at all."""

from __future__ import annotations

import gzip
import json
import re
import resource
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from conftest import TWIN_ADDRESS as ADDRESS
from napgraph.cli import main
from napgraph.config import Config
from napgraph.errors import ExportError, StoreMissing
from napgraph.twin.exporting import Exported, export


def files_of(folder: Path) -> dict[str, tuple[int, int]]:
    """List files with their inode and the time of their last change."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    "path",
    [
        *(f"/doc/plan/MLI-3.{suffix}" for suffix in ("ttl", "jsonld", "rdf", "nt", "trig", "nq")),
        "/doc/plan/MLI-3.html",
        "/doc/adoption-status/adopted.ttl",
        "/graph/MLI.ttl",
        "/ontology.html",
        "/shapes.ttl",
        "/context.jsonld",
        "/table/plans.csv",
        "/dump/napgraph.nq.gz",
    ],
)
def test_file_is_the_answer(twin: Path, client: FlaskClient, path: str) -> None:
    """A file has the bytes that the application gives at its address."""
    # From disk, where a store begins, statements come in another order.
    client.application.extensions["napgraph"].stores.wait_loaded(60)
    with client.get(path) as answer:
        given = answer.data

    assert given == (twin / "site" / path[1:]).read_bytes()


def test_styles(twin: Path, client: FlaskClient) -> None:
    """The style sheet that pages name is there, with the bytes that the application gives."""
    (address,) = re.findall(r'href="(/static/style[^"]+)', (twin / "site/index.html").read_text())

    assert client.get(address).data == (twin / "site" / address[1:]).read_bytes()


def test_later_pages(twin: Path, client: FlaskClient) -> None:
    """The pages of a long document are there too, in each format."""
    found = [(twin / f"site/_page/{n}/doc/publisher/busy.nt").read_bytes() for n in (2, 3)]

    assert [client.get(f"/doc/publisher/busy.nt?page={n}").data for n in (2, 3)] == found


def test_addresses_are_those_of_the_twin(twin: Path) -> None:
    """What says where the site is says where the twin is."""
    assert f"<loc>{ADDRESS}/" in (twin / "site/sitemap-pages-1.xml").read_text()


PAGES = ["index.html", "ask.html", "dataset.html", "fr/ontology.html", "questions.html"]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(twin: Path, page: str) -> None:
    """What a page of the twin leads to is in the twin."""
    text = (twin / "site" / page).read_text()
    paths = set(re.findall(r'(?:href|src)="/([^"#?]+)', text))
    suffixes = ("", ".html", "index.html", "/index.json")
    lost = {p for p in paths if not any((twin / f"site/{p}{s}").is_file() for s in suffixes)}

    assert {"graph-store", "sparql"} >= lost


@pytest.mark.parametrize(
    ("suffix", "unpack"), [(".gz", gzip.decompress), (".br", brotli.decompress)]
)
def test_compressed_beside(twin: Path, suffix: str, unpack: object) -> None:
    """Beside a long page are the same bytes compressed."""
    page = twin / "site/shapes.html"
    packed = page.with_name(f"{page.name}{suffix}").read_bytes()

    assert page.read_bytes() == unpack(packed)  # type: ignore[operator]


def test_short_files_stand_alone(twin: Path) -> None:
    """Beside what a server compresses soon enough by itself is no second file."""
    beside = {path.name for path in (twin / "site/doc/plan").glob("MLI-3.ttl*")}

    assert {"MLI-3.ttl"} == beside


@pytest.mark.parametrize(("suffix", "alike"), [("trig", "ttl"), ("nq", "nt")])
def test_same_bytes_are_written_once(twin: Path, suffix: str, alike: str) -> None:
    """Formats in which a document has the same bytes are one file with two names."""
    stem = twin / "site/doc/plan/MLI-3"

    assert stem.with_suffix(f".{alike}").samefile(stem.with_suffix(f".{suffix}"))


def test_saved_results(twin: Path) -> None:
    """The answer to a question is there as the question names its columns."""
    header = (twin / "site/results/plans_in_force.csv").read_text().splitlines()[0]
    results = json.loads((twin / "site/results/plans_in_force.srj").read_bytes())

    assert header.split(",") == results["head"]["vars"]


def test_questions(twin: Path) -> None:
    """A question is there with its answer: a page without a form, rows in JSON and in CSV."""
    page = (twin / "site/questions/sources_by_publisher.html").read_text()
    rows = json.loads((twin / "site/api/queries/sources_by_publisher.json").read_bytes())
    text = (twin / "site/api/queries/sources_by_publisher.csv").read_text("utf-8-sig")

    assert "parameters" not in page
    assert "A busy publisher" in page
    assert text.splitlines()[0].split(",") == list(rows[0])


def test_objects(twin: Path) -> None:
    """An object store is told the key, file and headers of a document and of its page."""
    lines = (twin / "object-storage/objects.jsonl").read_text().splitlines()
    found = {entry["key"]: entry for entry in map(json.loads, lines)}

    assert "text/turtle; charset=utf-8" == found["doc/plan/MLI-3.ttl"]["Content-Type"]
    assert "site/doc/plan/MLI-3.html" == found["doc/plan/MLI-3"]["file"]


def test_again_changes_nothing(twin: Path, config: Config) -> None:
    """A second export of one generation leaves each file as it is, and says so."""
    before = files_of(twin)
    arguments = ["export", str(twin), "--base-url", ADDRESS, "--processes", "1"]
    result = CliRunner().invoke(main, arguments, env={"NAPGRAPH_STORE": str(config.store_dir)})

    assert 0 == result.exit_code, result.output
    assert "0 are new or differ, 0 are gone" in result.output
    assert before == files_of(twin)


def test_only_what_differs_is_written(config: Config, twin: Path, tmp_path: Path) -> None:
    """An export for another address writes what names the address, and nothing else."""
    folder = tmp_path / "export"
    shutil.copytree(twin, folder)
    before = files_of(folder)
    export(replace(config, address="https://other.example"), folder, processes=1)
    after = files_of(folder)
    written = {name for name in after if after[name] != before.get(name)}

    assert "site/doc/plan/MLI-3.linkset" in written
    assert "site/doc/plan/MLI-3.ttl" not in written
    assert before.keys() == after.keys()


def test_foreign_folder(config: Config, tmp_path: Path) -> None:
    """A folder with something else in it is left alone."""
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(ExportError, match="was not written by `napgraph export`"):
        export(replace(config, address=ADDRESS), tmp_path, processes=1)

    assert ["letter.txt"] == [path.name for path in tmp_path.iterdir()]


def test_nothing_is_left_of_what_fails(config: Config, tmp_path: Path) -> None:
    """Where a file is in the way of the folder to write into, the error says so."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written to"):
        export(replace(config, address=ADDRESS), tmp_path / "file" / "twin", processes=1)


def test_full_disk(twin: Path, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full, the error says so, and what was there before still is."""
    before = files_of(twin)
    with pytest.raises(ExportError, match=r"File too large; .* is as it was"):
        export_with_small_files(replace(config, address="https://third.example"), twin)

    assert before == files_of(twin)
    assert [twin] == list(twin.parent.iterdir())


def export_with_small_files(config: Config, folder: Path) -> Exported:
    """Export where the system lets no file be large, as a full disk would not."""
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, limits[1]))
    try:
        return export(config, folder, processes=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, old)


def test_no_store(tmp_path: Path) -> None:
    """Before anything is built, the error says so."""
    with pytest.raises(StoreMissing):
        export(Config(store_dir=tmp_path / "store"), tmp_path / "twin", processes=1)


def test_command_refuses_an_address(twin: Path) -> None:
    """An address with a path is refused."""
    result = CliRunner().invoke(main, ["export", str(twin), "--base-url", "https://a.example/x"])

    assert 1 == result.exit_code
    assert "and no path" in result.output


@pytest.mark.parametrize("tag", ["", "ar/"])
def test_copy_says_what_its_search_finds(twin: Path, tag: str) -> None:
    """The search page of a copy is its own, with the names that its script looks through."""
    page = (twin / "site" / f"{tag}search.html").read_text(encoding="utf-8")
    (names,) = re.findall(r'data-names="/([^"]+)"', page)
    things = json.loads((twin / "site" / names).read_bytes())["things"]

    assert "/doc/country/MLI" in {path for _, path, _, _ in things}


def test_pages_of_prose_are_in_the_copy(twin: Path) -> None:
    """What explains the site is there in every language, and citations as files."""
    missing = [
        path
        for path in ("about/method.html", "fr/about/cite.html", "ar/contribute.html",
                     "sources.html", "cite/dataset.bib", "opensearch.xml")
        if not (twin / "site" / path).is_file()
    ]  # fmt: skip

    assert [] == missing
