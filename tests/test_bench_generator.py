"""Generated data: of the wanted size, always the same, like ours and right by our shapes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF

from bench.generator import TooFew, generate
from napgraph.checking import check_all
from napgraph.config import Config
from napgraph.namespaces import GRAPH, ID, NAP, PREFIXES

COUNTRIES = """
graph:countries a prov:Entity ; dcterms:title "Two countries"@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
country:MLI a nap:Country ; dcterms:source source:un-m49 ; nap:region region:011 ;
    nap:iso2 "ML" ; nap:iso3 "MLI" ; nap:m49 "466" ; nap:unMembership un-membership:member ;
    nap:unMemberSince "1960"^^xsd:gYear ;
    skos:prefLabel "Mali"@en, "Mali"@fr, "Malí"@es, "مالي"@ar, "Мали"@ru, "马里"@zh .
country:NER a nap:Country ; dcterms:source source:un-m49 ; nap:region region:011 ;
    nap:iso2 "NE" ; nap:iso3 "NER" ; nap:m49 "562" ; nap:unMembership un-membership:member ;
    nap:unMemberSince "1960"^^xsd:gYear ;
    skos:prefLabel "Niger"@en, "Niger"@fr, "Níger"@es, "النيجر"@ar, "Нигер"@ru, "尼日尔"@zh .
publisher:un a foaf:Agent ; foaf:name "United Nations"@en .
source:un-m49 a nap:Source ; dcterms:identifier "un-m49" ; dcterms:publisher publisher:un ;
    dcterms:title "Codes of countries"@en ; nap:sourceKind source-kind:un-document ;
    nap:sourceUrl "https://un.example.org/m49"^^xsd:anyURI .
"""
MALI = """
graph:MLI a prov:Entity ; dcterms:subject country:MLI ; dcterms:title "Mali"@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    prov:hadPrimarySource source:MLI-profile .
source:MLI-profile a nap:Source ; dcterms:identifier "profile" ; dcterms:publisher publisher:un ;
    dcterms:title "Profile of Mali"@en ; nap:sourceKind source-kind:country-profile ;
    nap:sourceUrl "https://un.example.org/mali"^^xsd:anyURI .
publisher:un a foaf:Agent ; foaf:name "United Nations"@en .
plan:MLI-3 a nap:NationalActionPlan ; nap:country country:MLI ; nap:generation 3 ;
    rdfs:label "Mali, plan 3, 2019–2023"@en ; dcterms:source source:MLI-profile ;
    nap:adoptionStatus adoption-status:adopted ;
    nap:periodStart "2019"^^xsd:gYear ; nap:periodEnd "2023"^^xsd:gYear .
objective:MLI-3-1 a nap:Objective ; nap:objectiveOf plan:MLI-3 ; nap:number 1 ;
    nap:text "Women mediate and take part in talks of peace."@en ;
    nap:pillar pillar:participation ; dcterms:source source:MLI-profile .
"""
PREFIX_LINES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
SHIPPED = 63
TEXT, PLAN = ox.NamedNode(NAP.text), ox.NamedNode(NAP.NationalActionPlan)
TYPE = ox.NamedNode(RDF.type)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Write data of two countries, one of which has a plan."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "countries.ttl").write_text(PREFIX_LINES + COUNTRIES, encoding="utf-8")
    (folder / "MLI.ttl").write_text(PREFIX_LINES + MALI, encoding="utf-8")
    return folder


def read(folder: Path) -> dict[str, list[ox.Quad]]:
    """Read all files of a folder, by the names that they have."""
    return {path.stem: list(ox.parse(path=path)) for path in sorted(folder.glob("*.ttl"))}


def different(files: dict[str, list[ox.Quad]]) -> set[ox.Triple]:
    """Collect what files say, once."""
    return {quad.triple for quads in files.values() for quad in quads}


def content(folder: Path) -> dict[str, bytes]:
    """Read all files of a folder as bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("wanted", [SHIPPED, 100, 1000])
def test_it_counts_the_statements_it_writes(shipped: Path, tmp_path: Path, wanted: int) -> None:
    """The number is reached, by less than a file, and is that of different statements."""
    made = generate(shipped, tmp_path / "made", statements=wanted)
    files = read(made.folder)

    assert wanted <= made.statements < wanted + 40
    assert (made.files, made.statements) == (len(files), len(different(files)))


def test_what_we_ship_is_in_it_as_it_is(shipped: Path, tmp_path: Path) -> None:
    """The shipped files come first, byte for byte."""
    made = generate(shipped, tmp_path / "made", statements=1000)

    assert content(shipped).items() <= content(made.folder).items()


def test_fewer_than_we_ship_are_fewer_countries(shipped: Path, tmp_path: Path) -> None:
    """What all countries share is always there."""
    made = generate(shipped, tmp_path / "made", statements=39)

    assert ["countries"] == list(read(made.folder))


def test_fewer_than_all_countries_share_is_refused(shipped: Path, tmp_path: Path) -> None:
    """Nothing is written then."""
    with pytest.raises(TooFew, match="share is 39 statements"):
        generate(shipped, tmp_path / "made", statements=38)

    assert not (tmp_path / "made").exists()


def test_the_seed_decides_all(shipped: Path, tmp_path: Path) -> None:
    """The same seed gives the same bytes, another seed others."""
    first, same, other = (
        content(generate(shipped, tmp_path / name, statements=500, seed=seed).folder)
        for name, seed in (("first", 1), ("same", 1), ("other", 2))
    )

    assert first == same
    assert first != other


def test_proportions_stay(shipped: Path, tmp_path: Path) -> None:
    """For every new country there is what each of ours has, property by property."""
    files = read(generate(shipped, tmp_path / "made", statements=5000).folder)
    copies = [quads for name, quads in files.items() if len(name) == 3 and name != "MLI"]
    counts = {tuple(sorted(Counter(q.predicate.value for q in quads).items())) for quads in copies}

    assert len(copies) > 50
    assert [tuple(sorted(Counter(q.predicate.value for q in files["MLI"]).items()))] == [*counts]


def test_a_copy_speaks_of_its_own_country(shipped: Path, tmp_path: Path) -> None:
    """No IRI of the original is left, and the file's name is the country's code."""
    files = read(generate(shipped, tmp_path / "made", statements=100).folder)
    (code,) = (name for name in files if len(name) == 3 and name != "MLI")
    plans = [quad.subject.value for quad in files[code] if quad.object == PLAN]

    assert [f"{ID}plan/{code}-3"] == plans
    assert f"{GRAPH}{code}" in {quad.subject.value for quad in files[code]}
    assert "MLI" not in str(files[code])


def test_texts_differ_but_have_the_same_words(shipped: Path, tmp_path: Path) -> None:
    """A store finds other strings, a search the same words."""
    files = read(generate(shipped, tmp_path / "made", statements=1000).folder)
    texts = [q.object.value for quads in files.values() for q in quads if q.predicate == TEXT]

    assert len(set(texts)) > 10
    assert 1 == len({tuple(sorted(text.split())) for text in texts})


def test_codes_of_countries_are_used_once(shipped: Path, tmp_path: Path) -> None:
    """As long as there are codes, no two countries share one."""
    said = different(read(generate(shipped, tmp_path / "made", statements=5000).folder))
    kinds = {str(NAP.iso2), str(NAP.iso3), str(NAP.m49)}
    codes = [triple.object.value for triple in said if triple.predicate.value in kinds]

    assert len(codes) > 300
    assert len(codes) == len(set(codes))


def test_it_conforms_to_our_shapes(shipped: Path, tmp_path: Path) -> None:
    """Data right by our shapes stay right: no result is a violation."""
    made = generate(shipped, tmp_path / "made", statements=300)
    report = check_all(Config(data_dir=made.folder)).report

    assert [] == [result for result in report.results if result.severity.endswith("Violation")]
