"""Judging what comes from outside: in each format, and whatever it is."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import SH, URIRef

from napgraph.checking import check_files
from napgraph.config import Config
from napgraph.curation.judging import Given, Judged, Judges
from napgraph.errors import (
    DataError,
    DataSyntaxError,
    DataTimeout,
    DataTooLarge,
    EndpointBusy,
    FactSheetError,
    NapgraphError,
    UnsupportedBody,
)
from napgraph.files import graph_files
from napgraph.generations import build
from napgraph.namespaces import BASE, NAPS, thing_iri
from napgraph.store_folder import current, pointer
from tests.curating import CONFORMING, MALI, PREFIXES

BROKEN = MALI.replace('nap:periodEnd "2023"', 'nap:periodEnd "2018"')
PLAN = thing_iri("plan", "MLI-3")
ORDER = NAPS["ActionPlan-periodOrdered"]
TYPES = {
    "Turtle": "text/turtle",
    "N-Triples": "application/n-triples",
    "TriG": "application/trig",
    "N-Quads": "application/n-quads",
    "JSON-LD": "application/ld+json",
    "RDF/XML": "application/rdf+xml",
}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Build a store of a small world that breaks no rule."""
    folder = tmp_path_factory.mktemp("judging")
    (folder / "data").mkdir()
    for name, text in CONFORMING.items():
        (folder / "data" / f"{name}.ttl").write_text(text, encoding="utf-8")
    config = Config(
        data_dir=folder / "data",
        store_dir=folder / "store",
        judge_timeout_s=6,
        judge_memory_mb=400,
        judge_statements=50_000,
    )
    build(graph_files(config), config.store_dir)
    return config


@pytest.fixture(scope="module")
def judges(config: Config) -> Iterator[Judges]:
    """Start judges that all tests share, whatever happens to their workers."""
    judges = Judges(config)
    judges.start()
    yield judges
    judges.close()


def violations(judged: Judged) -> set[URIRef]:
    """Give the shapes that are violated."""
    return {r.shape for r in judged.report.results if r.severity == SH.Violation}


def in_format(text: str, media_type: str) -> bytes:
    """Write Turtle in another format."""
    quads = list(ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    form = ox.RdfFormat.from_media_type(media_type)
    assert form
    return ox.serialize(quads, format=form) or b""


# -- what is judged ----------------------------------------------------------------------------


def test_what_conforms(judges: Judges) -> None:
    """What is published breaks no rule, and is written as it was."""
    judged = judges.judge([Given("MLI", MALI.encode())])

    assert set() == violations(judged)
    assert {"MLI": MALI.encode()} == judged.files


def test_results_are_those_of_the_command_line(
    judges: Judges, config: Config, tmp_path: Path
) -> None:
    """A graph has the results that its file has, and the report the same ones."""
    (tmp_path / "MLI.ttl").write_text(BROKEN)
    expected = {(r.focus_node, r.shape, r.message) for r in results_of(tmp_path, config)}
    judged = judges.judge([Given("MLI", BROKEN.encode())])

    assert expected == {(r.focus_node, r.shape, r.message) for r in judged.report.results}
    assert len(expected) == len(list(judged.report.graph.objects(None, SH.result)))


def results_of(folder: Path, config: Config) -> list:  # type: ignore[type-arg]
    """Judge Mali's file as `napgraph validate` does."""
    return list(check_files([folder / "MLI.ttl"], config).report.results)


@pytest.mark.parametrize("media_type", TYPES.values(), ids=TYPES)
def test_each_format(judges: Judges, media_type: str) -> None:
    """In each format the same is found, at the line on which the thing begins."""
    content = in_format(BROKEN, media_type)
    judged = judges.judge([Given(None, content, media_type)])
    line = content.decode().split("\n")[judged.places[PLAN].line - 1]

    assert {ORDER} == violations(judged)
    assert {"MLI"} == judged.files.keys()
    assert "plan/MLI-3" in line or "plan:MLI-3" in line or media_type == TYPES["JSON-LD"]


def test_our_own_context(judges: Judges) -> None:
    """Documents in JSON-LD may name our context, which is at hand."""
    said = {
        "@context": f"{BASE}context.jsonld",
        "id": PLAN,
        "type": "NationalActionPlan",
        "periodEnd": "2018",
    }
    content = json.dumps(said, indent=1).encode()
    judged = judges.judge([Given(None, content, "application/ld+json")])

    assert {ORDER} == violations(judged)
    assert 1 == judged.places[PLAN].line


def sheet(**plan: object) -> bytes:
    """Write a fact sheet of Mali with one plan."""
    fact = {"generation": 4, "adopted": None, "period_start": 2024, "period_end": 2020} | plan
    said = {
        "iso3": "MLI",
        "name": "Mali",
        "plans": [fact | {"sources": ["a"]}],
        "peacekeeping": [],
        "events": [],
        "conflicts": [],
        "sources": {"a": {"title": "A", "publisher": "B", "url": "https://example.org/a"}},
    }
    return json.dumps(said, indent=1).encode()


def test_fact_sheet(judges: Judges) -> None:
    """A fact sheet is put into what is published, and its plans are found by line."""
    judged = judges.judge([Given(None, sheet(), "application/json")])
    plan = thing_iri("plan", "MLI-4")

    assert ORDER in violations(judged)
    assert 5 == judged.places[plan].line
    assert b"plan:MLI-4" in judged.files["MLI"]
    assert b"plan:MLI-3" in judged.files["MLI"]


def test_bad_fact_sheet(judges: Judges) -> None:
    """A fact sheet that breaks its schema is refused, with the place."""
    with pytest.raises(FactSheetError, match="/plans/0/generation"):
        judges.judge([Given(None, sheet(generation="four"), "application/json")])


def test_addition_gives_the_new_value(judges: Judges) -> None:
    """A statement alone takes the place of the value that it corrects, and all else stays."""
    text = PREFIXES + 'plan:MLI-3 nap:periodEnd "2018"^^xsd:gYear .'
    judged = judges.judge([Given(None, text.encode())])

    assert {ORDER} == violations(judged)
    assert {"MLI": BROKEN.encode()} == judged.files
    assert {PLAN} == {result.focus_node for result in judged.report.results}


def test_addition_goes_where_its_things_are(judges: Judges) -> None:
    """Each thing goes to the graph that has it, or that of its country; others along with most."""
    text = PREFIXES + (
        'source:world-list dcterms:alternative "Another name"@en .'
        'plan:KEN-1 a nap:NationalActionPlan . publisher:none foaf:name "None"@en .'
    )
    judged = judges.judge([Given(None, text.encode())])

    assert {"KEN", "world"} == judged.files.keys()
    assert b"plan:KEN-1" in judged.files["KEN"]


def test_our_own_documents(judges: Judges) -> None:
    """What one of our documents says of itself, and what is published, adds nothing anywhere."""
    about = f"<{BASE}doc/plan/MLI-3> <http://xmlns.com/foaf/0.1/primaryTopic> plan:MLI-3 ."
    said = MALI.removeprefix(MALI[: MALI.index("\n\n")])
    text = f"{PREFIXES} {about} {said} source:world-list a nap:Source ."
    judged = judges.judge([Given(None, text.encode())])

    assert {} == judged.files
    assert set() == violations(judged)
    assert judged.things > 3


def test_trig_names_its_graphs(judges: Judges) -> None:
    """Several graphs in one text are judged together."""
    kenya = CONFORMING["KEN"].removeprefix(PREFIXES)
    body = BROKEN[BROKEN.index("\n\n") :]
    text = f"{PREFIXES} graph:KEN {{ {kenya} }} graph:MLI {{ {body} }}"
    judged = judges.judge([Given(None, text.encode(), "application/trig")])

    assert {"KEN", "MLI"} == judged.files.keys()
    assert {ORDER} == violations(judged)


def test_references_are_checked(judges: Judges) -> None:
    """What is neither given nor published cannot be referred to."""
    text = MALI.replace("dcterms:source source:world-list", "dcterms:source source:none")
    judged = judges.judge([Given("MLI", text.encode())])

    assert NAPS["ActionPlan-source"] in violations(judged)


def test_what_a_change_breaks_elsewhere(judges: Judges) -> None:
    """A graph that goes breaks rules for the things that refer to its own."""
    judged = judges.judge([], removed=["world"])
    broken = {r.focus_node for r in judged.report.results}

    assert PLAN in broken
    assert {} == judged.files
    assert PLAN not in judged.places


def test_nothing_is_changed(judges: Judges, config: Config) -> None:
    """Neither the store nor a file is another one afterwards."""
    files = {path: path.read_bytes() for path in config.data_dir.iterdir()}
    before = pointer(config.store_dir).stat(), current(config.store_dir)
    judges.judge([Given("MLI", BROKEN.encode()), Given("NEW", MALI.encode())])

    assert before == (pointer(config.store_dir).stat(), current(config.store_dir))
    assert files == {path: path.read_bytes() for path in config.data_dir.iterdir()}


def test_next_generation(config: Config, tmp_path: Path) -> None:
    """What has been published meanwhile is what is judged with."""
    config = replace(config, store_dir=tmp_path / "store")
    build(graph_files(config), config.store_dir)
    judges = Judges(config)
    first = judges.judge([Given("MLI", MALI.encode())])
    files = [f for f in graph_files(config) if not f.iri.endswith("graph/world")]
    generation = build(files, config.store_dir)
    second = judges.judge([Given("MLI", MALI.encode())])
    judges.close()

    assert generation.id == second.generation != first.generation
    assert NAPS["ActionPlan-source"] in violations(second)


PLACES = {
    "no name": ("MLI.old", MALI, "cannot be the name"),
    "ontology": ("pillars", MALI, "no graph of data"),
    "questions": ("questions", MALI, "no graph of data"),
    "two graphs": (None, MALI + "graph:KEN a prov:Entity .", "it describes"),
    "nothing": (None, "# nothing", "says nothing"),
    "two types": (None, PREFIXES + "plan:MLI-3 a nap:Event .", None),
    "types differ": ("KEN", PREFIXES + "plan:MLI-3 a nap:Event .", "different types"),
    "a term": (None, PREFIXES + 'nap:aim rdfs:label "Aim"@en .', "no graph of data"),
}


@pytest.mark.parametrize(("name", "text", "message"), PLACES.values(), ids=PLACES)
def test_where_it_belongs(judges: Judges, name: str, text: str, message: str | None) -> None:
    """What belongs to no graph of data, or to two, is refused in words."""
    if message is None:
        assert violations(judges.judge([Given(name, text.encode())]))
        return
    with pytest.raises(DataError, match=message):
        judges.judge([Given(name, text.encode())])


# -- hostile input -----------------------------------------------------------------------------

XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
ENTITIES = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
BOMB = (
    f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "{"a" * 100}">{ENTITIES}]>'
    f'{XML}<rdf:Description rdf:about="urn:a"><e:b>&a9;</e:b></rdf:Description></rdf:RDF>'
)
OUTSIDE = BOMB.replace(f'<!ENTITY a0 "{"a" * 100}">', '<!ENTITY a0 SYSTEM "file:///etc/passwd">')
DEEP_XML = XML + '<e:a><e:p rdf:parseType="Resource">' * 20_000
HOSTILE: dict[str, tuple[bytes, str, type[NapgraphError], str]] = {
    "nested Turtle": (b"<urn:a> <urn:b> " + b"[<urn:b> " * 50_000, "Turtle", DataTooLarge, "64"),
    "nested lists": (b"<urn:a> <urn:b> " + b"(" * 50_000, "Turtle", DataTooLarge, "line 1"),
    "nested after texts": (
        b"<urn:a> <urn:b> '''(\"''' , \"(\" , " + b"[<urn:b> " * 500, "Turtle", DataTooLarge, "64"
    ),
    "nested TriG": (b"{" * 70_000, "TriG", DataTooLarge, "levels"),
    "nested JSON": (b'{"a":' * 200_000, "JSON-LD", DataTooLarge, "levels"),
    "nested arrays": (b"[" * 200_000, "JSON", DataTooLarge, "levels"),
    "nested XML": (DEEP_XML.encode(), "RDF/XML", DataSyntaxError, "not XML"),
    "entity bomb": (BOMB.encode(), "RDF/XML", DataError, "DOCTYPE"),
    "entity of a file": (OUTSIDE.encode(), "RDF/XML", DataError, "DOCTYPE"),
    "bomb in UTF-16": (BOMB.encode("utf-16"), "RDF/XML", DataSyntaxError, "UTF-8"),
    "bomb in UTF-16 unmarked": (BOMB.encode("utf-16-le"), "RDF/XML", DataError, "UTF-8|DOCTYPE"),
    "bomb in UTF-7": (
        b'<?xml version="1.0" encoding="UTF-7"?>+ADw-!DOCTYPE r+AD4-', "RDF/XML", DataSyntaxError,
        "UTF-8",
    ),
    "context elsewhere": (
        b'{"@context": "http://127.0.0.1:9/c", "@id": "urn:a"}', "JSON-LD", DataError, "fetched"
    ),
    "context of a file": (
        b'{"@context": ["file:///etc/passwd"], "@id": "urn:a"}', "JSON-LD", DataError, "fetched"
    ),
    "imported context": (
        b'{"@context": {"@import": "http://127.0.0.1:9/c"}, "@id": "urn:a"}', "JSON-LD", DataError,
        "fetched",
    ),
    "context inside a term": (
        b'{"@context": {"a": {"@id": "urn:a", "@context": "http://127.0.0.1:9/c"}}, "a": "b"}',
        "JSON-LD", DataError, "line 1: .*fetched",
    ),
    "context again and again": (
        json.dumps([{"@context": f"{BASE}context.jsonld", "id": f"urn:{i}"} for i in range(9)])
        .encode(), "JSON-LD", DataTooLarge, "more than 8 times",
    ),
    "number of many digits": (b'{"@id": "urn:a", "urn:b": ' + b"9" * 9_000 + b"}", "JSON-LD",
                              DataSyntaxError, "read"),
    "not a number": (b'{"@id": "urn:a", "urn:b": NaN}', "JSON-LD", DataSyntaxError, "NaN"),
    "infinite": (b'{"@id": "urn:a", "urn:b": 1e999}', "JSON-LD", DataSyntaxError, "JSON"),
    "member twice": (b'{"@id": "urn:a", "@id": "urn:b"}', "JSON-LD", DataSyntaxError, "twice"),
    "half of a character": (rb'{"@id": "urn:a", "urn:b": "\ud800"}', "JSON-LD", DataSyntaxError,
                            "The data"),
    "Latin 1": ("<urn:a> <urn:b> 'é' .".encode("latin-1"), "Turtle", DataSyntaxError, "UTF-8"),
    "UTF-16": ("<urn:a> <urn:b> 'é' .".encode("utf-16"), "Turtle", DataSyntaxError, "UTF-8"),
    "Latin 1 in JSON": ('{"@id": "urn:é"}'.encode("latin-1"), "JSON-LD", DataSyntaxError, "UTF-8"),
    "bytes": (bytes(range(256)) * 10, "N-Triples", DataSyntaxError, "UTF-8"),
    "too long": (b"#" * 8_000_001, "Turtle", DataTooLarge, "8,000,000 bytes"),
    "a million statements": (
        b"<a:> <b:> <c:> .\n" * 1_000_000, "N-Triples", DataTooLarge, "8,000,000 bytes"
    ),
    "too many statements": (
        b"".join(b"<a:> <b:> %d." % i for i in range(300_000)), "Turtle", DataTooLarge, "statements"
    ),
    "about statements": (b"<<<urn:a> <urn:b> <urn:c>>> <urn:d> 1 .", "Turtle", DataError, "line 1"),
    "blank nodes that look alike": (
        b"".join(b"_:a%d <urn:b> _:a%d ." % (i, j) for i in range(150) for j in range(150)
                 if i != j and (i * j) % 7),
        "Turtle", DataError, "stopped after|too often|memory|failed",
    ),
    "a long list": (b"<urn:a> <urn:b> (" + b" 1" * 24_000 + b") .", "Turtle", DataError, "."),
}  # fmt: skip


@pytest.mark.parametrize(("content", "form", "error", "message"), HOSTILE.values(), ids=HOSTILE)
def test_hostile(
    judges: Judges, content: bytes, form: str, error: type[NapgraphError], message: str
) -> None:
    """What could hurt ends in a clear error, in time, and nobody else notices."""
    started = time.monotonic()
    with pytest.raises(error, match=message):
        judges.judge([Given(None, content, TYPES.get(form, "application/json"))])

    assert time.monotonic() - started < 12
    assert set() == violations(judges.judge([Given("MLI", MALI.encode())]))


SMUGGLED = """
<https://w3id.org/napgraph/shapes#ActionPlan-periodOrdered> sh:deactivated true .
<urn:shape> a sh:NodeShape ; sh:targetClass nap:NationalActionPlan ; sh:deactivated false ;
  sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ] ;
  sh:js [ sh:jsLibrary [ sh:jsLibraryURL "http://127.0.0.1:9/" ] ] .
plan:MLI-3 owl:imports <http://127.0.0.1:9/> ; sh:severity sh:Info .
"""


def test_smuggled_shapes(judges: Judges) -> None:
    """Shapes among data judge nothing and switch nothing off; they are a violation themselves."""
    prefixes = (
        "PREFIX owl: <http://www.w3.org/2002/07/owl#>\nPREFIX sh: <http://www.w3.org/ns/shacl#>\n"
    )
    judged = judges.judge([Given("MLI", (prefixes + BROKEN + SMUGGLED).encode())])

    assert {ORDER, NAPS["Rule-apart"]} <= violations(judged)
    assert all(str(r.shape).startswith(NAPS) for r in judged.report.results)


def test_smuggled_definitions(judges: Judges) -> None:
    """To call a term defined among the data does not make it one."""
    text = (
        PREFIXES
        + "nap:colour rdfs:isDefinedBy <https://w3id.org/napgraph/ontology> ; a rdfs:Class ."
        + "plan:MLI-3 nap:colour 1 ."
    )
    judged = judges.judge([Given("NEW", text.encode())])

    assert NAPS["Rule-apart"] in violations(judged)


@pytest.mark.parametrize(
    "bomb",
    ["a" * 99_999 + "!", "((" * 30_000, "\\" * 60_000, "http://" + "a." * 50_000, " " * 90_000],
)
def test_texts_that_patterns_stumble_on(judges: Judges, bomb: str) -> None:
    """No pattern of a rule takes more than its time for a text, and results stay short."""
    text = json.dumps(bomb)
    said = f"""
plan:MLI-3 nap:periodStart {text}^^xsd:gYear ; nap:aim {text}@en ; skos:note {text} ;
  nap:documentUrl {text}^^xsd:anyURI ; rdfs:label {text}@fr .
source:world-list nap:sourceUrl {text}^^xsd:anyURI .
country:MLI nap:iso3 {text} ."""
    judged = judges.judge([Given(None, (PREFIXES + said).encode())])

    assert violations(judged)
    assert max(len(str(r.value)) for r in judged.report.results) <= 1_001


def test_gigantic_literal(judges: Judges) -> None:
    """A text of megabytes is judged as others are."""
    text = PREFIXES + f'plan:MLI-3 nap:aim "{"peace " * 1_000_000}" .'
    judged = judges.judge([Given(None, text.encode())])

    assert NAPS["ActionPlan-aim"] in violations(judged) or NAPS["Text-tagged"] in violations(judged)


def test_many_results_are_counted(judges: Judges) -> None:
    """Of more results than anybody reads, the worst are given, and the others counted."""
    text = PREFIXES + "".join(f"plan:MLI-{i} a nap:NationalActionPlan .\n" for i in range(10, 150))
    judged = judges.judge([Given(None, text.encode())])

    assert 1_000 == len(judged.report.results)
    assert judged.left_off > 100
    assert not judged.report.conforms


def test_nobody_is_called(judges: Judges) -> None:
    """Whatever data name, no connection leaves this host."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        imports = f"<{url}> <http://www.w3.org/2002/07/owl#imports> <{url}> ."
        xml = OUTSIDE.replace("file:///etc/passwd", url)
        for content, media_type in (
            (json.dumps({"@context": url, "@id": "urn:a"}), TYPES["JSON-LD"]),
            (imports, TYPES["Turtle"]),
            (xml, TYPES["RDF/XML"]),
        ):
            try:
                judges.judge([Given(None, content.encode(), media_type)])
            except DataError:
                continue
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("media_type", ["text/html", "application/zip", "", "text", "*/*"])
def test_other_formats(judges: Judges, media_type: str) -> None:
    """A format that we do not read is refused by name, with those that we do."""
    with pytest.raises(UnsupportedBody, match="text/turtle"):
        judges.judge([Given(None, b"", media_type)])


# -- processes ---------------------------------------------------------------------------------

SLOW, SLOW_TYPE = HOSTILE["blank nodes that look alike"][0], "text/turtle"


def test_queue_is_bounded(config: Config) -> None:
    """Who comes when as many wait as may is sent away, and told when to come again."""
    busy = Judges(replace(config, judge_workers=1, judge_queue=2, judge_timeout_s=3))
    with ThreadPoolExecutor(4) as pool:
        case = [Given(None, SLOW, SLOW_TYPE)]
        running = pool.submit(busy.judge, case, client="a")
        time.sleep(0.5)
        waiting = pool.submit(busy.judge, case, client="b")
        time.sleep(0.5)
        with pytest.raises(EndpointBusy) as caught:
            busy.judge(case, client="b")
        errors = [running.exception(), waiting.exception()]
    busy.close()

    assert caught.value.retry_after_s > 0
    assert all(isinstance(error, DataError) for error in errors)


def test_time_is_limited(config: Config) -> None:
    """What takes longer than it may is stopped, and says so."""
    hasty = Judges(replace(config, judge_timeout_s=0.01))
    with pytest.raises(DataTimeout) as caught:
        hasty.judge([Given("MLI", MALI.encode())])
    hasty.close()

    assert (0.01, "seconds") == (caught.value.limit, caught.value.unit)


def test_memory_is_limited(config: Config) -> None:
    """What needs more memory than it may use is stopped, and says so."""
    poor = Judges(replace(config, judge_memory_mb=20, judge_timeout_s=60))
    text = "".join(f"<urn:s{i}> <urn:p{i}> 'o{i}' .\n" for i in range(40_000))
    with pytest.raises(DataTooLarge, match="memory"):
        poor.judge([Given("NEW", text.encode())])
    poor.close()


@pytest.mark.parametrize("who", ["workers", "fork server"])
def test_processes_may_die(config: Config, who: str) -> None:
    """Whoever kills the processes, the next request is answered."""
    judges = Judges(config)
    judges.judge([Given("MLI", MALI.encode())])
    crews = judges._crews
    crew = crews.of(current(config.store_dir).id)
    server = crews._server
    assert server
    pids = [w.pid for w in list(crew._home)] if who == "workers" else [server.pid]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    judged = judges.judge([Given("MLI", BROKEN.encode())])
    judges.close()

    assert {ORDER} == violations(judged)
