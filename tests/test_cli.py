"""The command line as a user meets it: answers, exit codes, one clear sentence for bad input."""

from __future__ import annotations

import json
import socket
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rdflib import SH, Graph

from napgraph.cli import main
from napgraph.config import Config
from napgraph.namespaces import ONTOLOGY, SHAPES
from napgraph.store_folder import current
from servers import free_port

OBJECTIVE = """\
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX objective: <https://w3id.org/napgraph/id/objective/>

objective:MLI-1-1
    a nap:Objective ;
    nap:number 0 ;
.
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make a data folder with one small good file."""
    folder = tmp_path / "ttl"
    folder.mkdir()
    (folder / "organisations.ttl").write_text(
        "PREFIX nap: <https://w3id.org/napgraph/ontology#>\n"
        "PREFIX source: <https://w3id.org/napgraph/id/source/>\n"
        "source:UN-a a nap:Source .\n",
        encoding="utf-8",
    )
    return folder


def run(data: Path, *arguments: str, **env: str) -> Result:
    """Run a command on a data folder with a store beside it."""
    settings = {"NAPGRAPH_DATA": str(data), "NAPGRAPH_STORE": str(data.parent / "store"), **env}
    return CliRunner().invoke(main, list(arguments), env=settings)


def test_validate_says_where_and_what(data: Path) -> None:
    """A violation is printed with file, line, name and message, and the exit code is 1."""
    path = data / "MLI.ttl"
    path.write_text(OBJECTIVE, encoding="utf-8")
    result = run(data, "validate", str(path))

    assert 1 == result.exit_code
    assert f"{path}:4: number (0):" in result.stdout
    assert "cannot be published" in result.stdout


def test_validate_as_json(data: Path) -> None:
    """Rows have the severity, place, property and message of each result."""
    path = data / "MLI.ttl"
    path.write_text(OBJECTIVE, encoding="utf-8")
    rows = json.loads(run(data, "validate", str(path), "--format", "json").stdout)
    row = next(row for row in rows if row["name"] == "number")

    assert ("Violation", str(path), 4) == (row["severity"], row["file"], row["line"])


def test_validate_as_turtle(data: Path) -> None:
    """The SHACL report says that the data do not conform."""
    path = data / "MLI.ttl"
    path.write_text(OBJECTIVE, encoding="utf-8")
    report = Graph().parse(data=run(data, "validate", str(path), "--format", "turtle").stdout)

    assert [False] == [value.toPython() for value in report.objects(None, SH.conforms)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PREFIX nap: <x:>\nnap:a nap:b .", "line 2, column"),
        (b"plan:MLI-1 a nap:Plan .", "line 1, column 1"),
        ("# a\n# caf\xe9".encode("latin-1"), "line 2: byte 0xE9 is not UTF-8"),
    ],
)
def test_unreadable_file(data: Path, content: bytes, says: str) -> None:
    """A file that cannot be read is named with line and column, and the exit code is 2."""
    path = data / "MLI.ttl"
    path.write_bytes(content)
    result = run(data, "validate", str(path))

    assert 2 == result.exit_code
    assert f"{path}: {says}" in result.stderr


def test_validate_takes_a_folder(data: Path) -> None:
    """A folder stands for the Turtle files in it."""
    (data / "MLI.ttl").write_text(OBJECTIVE, encoding="utf-8")
    result = run(data, "validate", str(data))

    assert (1, True) == (result.exit_code, "\n2 files: " in result.stdout)


@pytest.mark.parametrize(
    ("command", "suffixes"), [("validate", ".nq or .nt or .trig or .ttl"), ("format", ".ttl")]
)
def test_folder_without_files(data: Path, tmp_path: Path, command: str, suffixes: str) -> None:
    """A folder that is given and has nothing to read is named."""
    folder = tmp_path / "empty"
    folder.mkdir()
    result = run(data, command, str(folder))

    assert (2, f"{folder}: no file {suffixes} is in this folder.\n") == (
        result.exit_code,
        result.stderr,
    )


def test_missing_file(data: Path) -> None:
    """A file that is not there is named."""
    result = run(data, "validate", str(data / "none.ttl"))

    assert (2, f"{data}/none.ttl: No such file or directory.\n") == (
        result.exit_code,
        result.stderr,
    )


@pytest.mark.parametrize(("command", "status"), [("validate", 2), ("build", 1)])
def test_data_file_that_cannot_be_read(data: Path, command: str, status: int) -> None:
    """A data file that is no file is named, by every command that reads it."""
    (data / "MLI.ttl").mkdir()
    result = run(data, command)

    assert (status, f"{data}/MLI.ttl: Is a directory.\n") == (result.exit_code, result.stderr)


def test_day_that_does_not_exist(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is a violation with a message for people, and nothing else is printed or logged."""
    path = data / "MLI.ttl"
    day = '"2019-02-30"^^<http://www.w3.org/2001/XMLSchema#date>'
    plan = OBJECTIVE.replace("objective:MLI-1-1", "<https://w3id.org/napgraph/id/plan/MLI-1>")
    text = plan.replace("Objective", "NationalActionPlan").replace("number 0", f"adopted {day}")
    path.write_text(text, encoding="utf-8")
    result = run(data, "validate", str(path))

    assert ("", []) == (result.stderr, caplog.records)
    assert f"{path}:4: date of adoption (2019-02-30): " in result.stdout


@pytest.mark.parametrize("command", ["validate", "build"])
def test_empty_data_folder(tmp_path: Path, command: str) -> None:
    """A folder without files is said to be so."""
    result = run(tmp_path, command)

    assert 0 != result.exit_code
    assert f"{tmp_path} has no file in Turtle, N-Triples, TriG or N-Quads" in result.stderr


def test_two_files_claim_one_iri(data: Path) -> None:
    """Two types in two files for one IRI: both files are named."""
    (data / "MLI.ttl").write_text(
        (data / "organisations.ttl").read_text().replace("nap:Source", "nap:Event"),
        encoding="utf-8",
    )
    result = run(data, "validate")

    assert 2 == result.exit_code
    assert f"is Event in {data}/MLI.ttl and Source in {data}/organisations.ttl" in result.stderr


def test_two_files_of_one_name(data: Path) -> None:
    """Two formats of one name are not two graphs; both files are named."""
    (data / "organisations.trig").write_text("", encoding="utf-8")
    result = run(data, "build")

    assert 1 == result.exit_code
    assert f"{data}/organisations.trig and {data}/organisations.ttl have one name" in result.stderr


def test_violation_in_quads(data: Path) -> None:
    """What a file in TriG says in any graph is judged, and found in its lines."""
    prefixes, statement = OBJECTIVE.split("\n\n")
    (data / "MLI.trig").write_text(f"{prefixes}\n<urn:g> {{\n{statement} }}", encoding="utf-8")
    result = run(data, "build")

    assert 1 == result.exit_code
    assert f"{data}/MLI.trig:4: " in result.stderr


FOREIGN = "<urn:g> { <urn:a> <urn:p> _:b } GRAPH <urn:empty> { } <urn:c> <urn:p> _:b , <> ."
OURS = "<urn:g> { <urn:a> a <https://w3id.org/napgraph/ontology#Plan> }"


@pytest.mark.parametrize(
    ("text", "options", "says", "graphs"),
    [
        (FOREIGN, [], "not validated; built without", 3),
        (FOREIGN, ["--no-ontology"], "not validated; built without", 3),
        (OURS, ["--no-ontology"], "not validated; built without", 1),
        (OURS, [], "not validated; built with napgraph's", None),
        (FOREIGN, ["--ontology"], "not validated; built with napgraph's", None),
    ],
)
def test_build_of_a_foreign_dataset(
    tmp_path: Path, text: str, options: list[str], says: str, graphs: int | None
) -> None:
    """Without validation a dataset is what its files say, unless it uses our terms."""
    data, store = tmp_path / "foreign", tmp_path / "foreign store"
    data.mkdir()
    (data / "a b.trig").write_text(text, encoding="utf-8")
    folders = ["--data", str(data), "--store", str(store)]
    result = run(tmp_path / "none", "build", "--no-validate", *folders, *options)
    built = current(store).graphs

    assert (0, True) == (result.exit_code, says in result.stderr)
    assert (graphs is None) == (ONTOLOGY in built) == (SHAPES in built)
    assert graphs in (None, len(built))


def test_serve_refuses_violations(data: Path) -> None:
    """What is to be built first is validated first."""
    (data / "MLI.ttl").write_text(OBJECTIVE, encoding="utf-8")
    result = run(data, "serve", "--data", str(data), "--port", str(free_port()))

    assert 1 == result.exit_code
    assert f"{data}/MLI.ttl:4: " in result.stderr
    assert not (data.parent / "store" / "current").exists()


@pytest.mark.parametrize("option", ["--no-validate", "--ontology", "--no-ontology"])
def test_serve_builds_nothing_without_data(data: Path, option: str) -> None:
    """Options of a build without a folder to build from are a mistake."""
    result = run(data, "serve", option)

    assert (2, True) == (result.exit_code, "give --data to build first" in result.stderr)


def test_serve_gives_no_token_without_a_workspace(data: Path) -> None:
    """Where nothing can be changed, nobody is let in to change it."""
    result = run(data, "serve", "--local-token")

    assert (2, True) == (result.exit_code, "name its folder" in result.stderr)


def test_build_refuses_violations_and_serves_the_old(data: Path) -> None:
    """A build of bad data stops with the first violation; what was built stays current."""
    assert 0 == run(data, "build", "--no-validate").exit_code
    before = (data.parent / "store" / "current").read_text()
    (data / "MLI.ttl").write_text(OBJECTIVE, encoding="utf-8")
    result = run(data, "build")

    assert 1 == result.exit_code
    assert f"{data}/MLI.ttl:4: " in result.stderr
    assert before == (data.parent / "store" / "current").read_text()


def test_same_files_same_generation(data: Path) -> None:
    """What is built follows from the files alone."""
    first = run(data, "build", "--no-validate").stdout
    second = run(data, "build", "--no-validate").stdout

    assert "generation " in first
    assert first == second


def test_query_before_build(data: Path) -> None:
    """Without a store the sentence says how to make one."""
    result = run(data, "query", "resolutions")

    assert (1, True) == (result.exit_code, "run `napgraph build`" in result.stderr)


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("ASK { ?s ?p ?o }",), 0, "yes"),
        (("SELECT ?s { ?s a <https://w3id.org/napgraph/ontology#Source> }",), 0, "source:UN-a"),
        (("SELECT ?s {",), 1, "line 1, column"),
        (("ASK { SERVICE <http://127.0.0.1:9/> {} }",), 1, "SERVICE"),
        (("ASK {}", "--format", "turtle"), 1, "ask for table, csv or json"),
        (("ASK {}", "--param", "a=b"), 1, "Only questions take parameters"),
    ],
)
def test_query_from_standard_input(
    data: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    """A query is answered, or what is wrong with it is said in one sentence."""
    run(data, "build", "--no-validate")
    settings = {"NAPGRAPH_DATA": str(data), "NAPGRAPH_STORE": str(data.parent / "store")}
    text, *options = arguments
    result = CliRunner().invoke(main, ["query", "-", *options], input=text, env=settings)

    assert status == result.exit_code
    assert says in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("no_such_question",), "neither a question nor a file"),
        (("plans_in_force", "--param", "date=yesterday"), "it takes a date such as"),
        (("plans_in_force", "--param", "date"), "not of the form name=value"),
        (("resolutions", "--endpoint", "http://127.0.0.1:9/sparql"), "does not answer"),
    ],
)
def test_bad_question(data: Path, arguments: tuple[str, ...], says: str) -> None:
    """A question that is not there, a bad value, a dead endpoint: one sentence."""
    result = run(data, "query", *arguments)

    assert (1, True) == (result.exit_code, says in result.stderr)


def test_port_in_use(data: Path) -> None:
    """A port that something listens on is said to be in use."""
    run(data, "build", "--no-validate")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = run(data, "serve", "--port", str(port))

    assert (1, f"Port {port} on 127.0.0.1 is in use; choose another with --port.\n") == (
        result.exit_code,
        result.stderr,
    )


@pytest.mark.parametrize("value", ["0", "-1", "many", "nan"])
def test_bad_setting(data: Path, value: str) -> None:
    """A setting that makes no sense is named with its value."""
    result = run(data, "validate", NAPGRAPH_QUERY_TIMEOUT=value)

    assert 2 == result.exit_code
    assert f"NAPGRAPH_QUERY_TIMEOUT is '{value}'; give a number above 0." in result.stderr


def test_questions_are_listed(data: Path) -> None:
    """The library's names and titles are printed."""
    assert "plans_in_force" in run(data, "questions").stdout


def test_context_is_made_from_the_ontology(data: Path) -> None:
    """The context is written where it differs from what the ontology says, and is checked."""
    (data.parent / "nap.ttl").write_text("", encoding="utf-8")
    ontology = {"NAPGRAPH_ONTOLOGY": str(data.parent)}
    before, made, after = (
        run(data, "context", *option, **ontology) for option in (["--check"], [], ["--check"])
    )

    assert [1, 0, 0] == [before.exit_code, made.exit_code, after.exit_code]
    assert "run `napgraph context`" in before.stderr
    assert '"objectives"' in (data.parent / "context" / "0.1.jsonld").read_text()


def test_default_folders_exist() -> None:
    """What comes with napgraph is found where it is installed."""
    config = Config()

    assert all(p.is_dir() for p in (config.data_dir, config.ontology_dir, config.shapes_dir))


def test_dump_prints_checksums(data: Path) -> None:
    """Dumps are made once, and listed with checksums as `sha256sum --check` reads them."""
    run(data, "build", "--no-validate")
    first, second = run(data, "dump"), run(data, "dump")
    listed = dict(line.split("  ", 1)[::-1] for line in first.stdout.splitlines())

    assert first.stdout == second.stdout
    assert {sha256(Path(path).read_bytes()).hexdigest() for path in listed} == {*listed.values()}
    assert any(path.endswith("napgraph.nq.gz") for path in listed)


def test_dump_without_store_is_one_clear_error(data: Path) -> None:
    """Nothing can be dumped before anything is built."""
    result = run(data, "dump")

    assert (1, "") == (result.exit_code, result.stdout)
    assert "run `napgraph build`" in result.stderr


@pytest.mark.parametrize("contact", ["us@example.org", "mailto:us", "javascript:x", "https://a b"])
def test_bad_contact_is_one_clear_error(data: Path, contact: str) -> None:
    """Where questions go is a mail or web address that makes sense."""
    result = run(data, "build", NAPGRAPH_CONTACT=contact)

    assert 2 == result.exit_code
    assert "NAPGRAPH_CONTACT" in result.stderr
