"""The countries, regions and languages that we ship, and how they are built."""

import importlib.metadata
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import DCTERMS, RDF, SKOS, XSD, Graph, Literal, URIRef

from napgraph import countries
from napgraph.errors import DataError
from napgraph.namespaces import NAP, graph_iri, thing_iri
from napgraph.turtle import canonical, read_graph

ROOT = Path(__file__).parent.parent
COUNTRIES = read_graph(ROOT / "data/ttl/countries.ttl")
REGIONS = read_graph(ROOT / "ontology/schemes/regions.ttl")
SCHEME_LANGUAGES = read_graph(ROOT / "ontology/schemes/languages.ttl")
ALL = COUNTRIES + REGIONS + SCHEME_LANGUAGES
LANGUAGES = ["ar", "en", "es", "fr", "ru", "zh"]


def country(iso3: str) -> URIRef:
    """Give a country's IRI."""
    return thing_iri("country", iso3)


def texts(subject: URIRef, predicate: URIRef, language: str) -> set[str]:
    """Collect a subject's texts in one language."""
    found = ALL.objects(subject, predicate)
    return {str(o) for o in found if isinstance(o, Literal) and o.language == language}


def codes(predicate: URIRef, key: str) -> set[str]:
    """Collect the alpha-3 codes of the countries with one concept of a scheme."""
    concept = thing_iri("un-membership", key)
    return {str(s).rsplit("/", 1)[1] for s in COUNTRIES.subjects(predicate, concept)}


# -- countries -------------------------------------------------------------------------------


def test_every_member_state_and_three_more() -> None:
    """There are 193 members, the two observers and Kosovo."""
    assert len(codes(NAP.unMembership, "member")) == 193
    assert codes(NAP.unMembership, "observer") == {"PSE", "VAT"}
    assert codes(NAP.unMembership, "other") == {"XKX"}


def test_members_alone_have_a_year() -> None:
    """The year of membership is given for every member and nobody else."""
    with_year = {str(s).rsplit("/", 1)[1] for s in COUNTRIES.subjects(NAP.unMemberSince)}

    assert with_year == codes(NAP.unMembership, "member")


def test_mali_is_described_in_full() -> None:
    """One country has everything that its shape asks for."""
    mali = country("MLI")
    expected = {
        (RDF.type, NAP.Country),
        (NAP.iso3, Literal("MLI")),
        (NAP.iso2, Literal("ML")),
        (NAP.m49, Literal("466")),
        (NAP.region, thing_iri("region", "011")),
        (NAP.unMembership, thing_iri("un-membership", "member")),
        (NAP.unMemberSince, Literal("1960", datatype=XSD.gYear, normalize=False)),
        (SKOS.exactMatch, URIRef("http://publications.europa.eu/resource/authority/country/MLI")),
        (SKOS.prefLabel, Literal("Mali", lang="en")),
        (SKOS.prefLabel, Literal("Mali", lang="fr")),
        (SKOS.prefLabel, Literal("Malí", lang="es")),
        (SKOS.prefLabel, Literal("مالي", lang="ar")),
        (SKOS.prefLabel, Literal("Мали", lang="ru")),
        (SKOS.prefLabel, Literal("马里", lang="zh")),
    }

    assert expected <= set(COUNTRIES.predicate_objects(mali))


@pytest.mark.parametrize(
    ("iso3", "language", "name"),
    [
        ("COD", "en", "Democratic Republic of the Congo"),
        ("COD", "fr", "République démocratique du Congo"),
        ("COG", "en", "Congo"),
        ("CIV", "en", "Côte d'Ivoire"),
        ("KOR", "es", "República de Corea"),
        ("NLD", "ar", "هولندا (مملكة -)"),
        ("PSE", "en", "State of Palestine"),
        ("PSE", "fr", "État de Palestine"),
        ("RUS", "ru", "Российская Федерация"),
        ("TUR", "en", "Türkiye"),
        ("VAT", "zh", "罗马教廷"),
        ("VNM", "en", "Viet Nam"),
        ("XKX", "en", "Kosovo"),
    ],
)
def test_the_short_name_of_the_un_is_preferred(iso3: str, language: str, name: str) -> None:
    """The preferred name is the UN's, as Member States know it."""
    assert texts(country(iso3), SKOS.prefLabel, language) == {name}


@pytest.mark.parametrize(
    ("iso3", "name"),
    [
        ("CIV", "Ivory Coast"),
        ("COD", "Congo - Kinshasa"),
        ("CPV", "Cape Verde"),
        ("CZE", "Czech Republic"),
        ("GBR", "United Kingdom"),
        ("KOR", "South Korea"),
        ("MLI", "Republic of Mali"),
        ("NRU", "Nauru"),
        ("PSE", "Palestine"),
        ("SWZ", "Swaziland"),
        ("TUR", "Turkey"),
        ("VNM", "Vietnam"),
    ],
)
def test_familiar_names_are_found(iso3: str, name: str) -> None:
    """Names that people search for are alternative labels."""
    assert name in texts(country(iso3), SKOS.altLabel, "en")


@pytest.mark.parametrize(
    ("iso3", "year"),
    [("CHE", "2002"), ("DEU", "1973"), ("FRA", "1945"), ("MNE", "2006"), ("SSD", "2011")],
)
def test_year_of_membership(iso3: str, year: str) -> None:
    """A member's year is the one in which it joined."""
    assert str(COUNTRIES.value(country(iso3), NAP.unMemberSince, any=False)) == year


@pytest.mark.parametrize(
    ("iso3", "region"),
    [
        ("USA", "021"),
        ("COL", "005"),
        ("CYP", "145"),
        ("SDN", "015"),
        ("ZAF", "018"),
        ("FJI", "054"),
    ],
)
def test_region_is_the_most_specific(iso3: str, region: str) -> None:
    """A country is in its intermediate region where it has one, else its sub-region."""
    assert COUNTRIES.value(country(iso3), NAP.region, any=False) == thing_iri("region", region)


def test_kosovo_has_no_code_of_the_un() -> None:
    """Kosovo has its user-assigned codes, no M49 code, and the note on its status."""
    kosovo = country("XKX")

    assert COUNTRIES.value(kosovo, NAP.iso2, any=False) == Literal("XK")
    assert COUNTRIES.value(kosovo, NAP.m49) is None
    assert COUNTRIES.value(kosovo, NAP.region, any=False) == thing_iri("region", "039")
    assert "resolution 1244 (1999)" in str(COUNTRIES.value(kosovo, SKOS.note, any=False))


@pytest.mark.parametrize("predicate", [NAP.iso2, NAP.iso3, NAP.m49])
def test_no_two_countries_share_a_code(predicate: URIRef) -> None:
    """A code is well formed and belongs to one country."""
    found = [str(o) for o in COUNTRIES.objects(None, predicate)]
    form = {NAP.iso2: "[A-Z]{2}", NAP.iso3: "[A-Z]{3}", NAP.m49: "[0-9]{3}"}[predicate]

    assert len(found) == len(set(found))
    assert [code for code in found if not re.fullmatch(form, code)] == []


def test_no_two_countries_share_a_name() -> None:
    """A name in one language, preferred or not, means one country."""
    owners: dict[Literal, set[object]] = {}
    for predicate in (SKOS.prefLabel, SKOS.altLabel):
        for subject, name in COUNTRIES.subject_objects(predicate):
            owners.setdefault(Literal(name, lang=getattr(name, "language", None)), set()).add(
                subject
            )

    assert {name: who for name, who in owners.items() if len(who) > 1} == {}


def test_sources_are_described() -> None:
    """Every source that a country or a scheme names is described in the countries' file."""
    named = set(ALL.objects(None, DCTERMS.source))

    assert named == set(COUNTRIES.subjects(RDF.type, NAP.Source))


# -- labels ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [NAP.Country, SKOS.Concept])
def test_one_preferred_label_in_each_language(kind: URIRef) -> None:
    """Countries, regions and languages have exactly one preferred label in six languages."""
    wrong = {
        subject
        for subject in ALL.subjects(RDF.type, kind)
        if sorted(getattr(o, "language", "") for o in ALL.objects(subject, SKOS.prefLabel))
        != LANGUAGES
    }

    assert wrong == set()


@pytest.mark.parametrize("predicate", [SKOS.prefLabel, SKOS.altLabel])
def test_labels_are_clean(predicate: URIRef) -> None:
    """No label has a footnote mark, a stray space or a bracket that is never closed."""
    odd = re.compile(r"[*_†‡\[\]{}|;\t\n\u00a0’]|  |^\s|\s$|^the |\((?:the)?\)$", re.IGNORECASE)
    labels = [str(o) for o in ALL.objects(None, predicate)]

    assert [label for label in labels if odd.search(label)] == []
    assert [label for label in labels if label.count("(") != label.count(")")] == []


@pytest.mark.parametrize(
    ("language", "script"),
    [
        ("ar", r"[^\W\d_a-zA-Zа-яёА-ЯЁ]"),
        ("ru", r"[а-яёА-ЯЁ]"),
        ("zh", r"[\u4e00-\u9fff]"),
        ("en", r"[A-Za-zÀ-ɏ]"),
        ("es", r"[A-Za-zÀ-ɏ]"),
        ("fr", r"[A-Za-zÀ-ɏ]"),
    ],
)
def test_labels_are_in_the_script_of_their_language(language: str, script: str) -> None:
    """No cell of one language has slipped into the column of another."""
    letters = {
        letter
        for label in ALL.objects(None, SKOS.prefLabel)
        if isinstance(label, Literal) and label.language == language
        for letter in str(label)
        if letter.isalpha()
    }

    assert {letter for letter in letters if not re.fullmatch(script, letter)} == set()


# -- regions and languages -------------------------------------------------------------------


@pytest.mark.parametrize(
    "region", sorted({URIRef(str(o)) for o in COUNTRIES.objects(None, NAP.region)})
)
def test_every_region_is_in_the_world(region: URIRef) -> None:
    """Going to ever wider regions ends at the world, which alone is at the top."""
    *_, widest = REGIONS.transitive_objects(region, SKOS.broader)

    assert widest == thing_iri("region", "001")
    assert set(REGIONS.subjects(SKOS.topConceptOf)) == {thing_iri("region", "001")}


def test_regions_are_those_of_our_countries() -> None:
    """No region is there that holds none of our countries."""
    used = {
        wider
        for region in COUNTRIES.objects(None, NAP.region)
        for wider in REGIONS.transitive_objects(region, SKOS.broader)
    }

    assert used == set(REGIONS.subjects(RDF.type, SKOS.Concept))


def test_western_africa_lies_in_sub_saharan_africa() -> None:
    """The chain from Western Africa is the one of the UN geoscheme."""
    chain = REGIONS.transitive_objects(thing_iri("region", "011"), SKOS.broader)

    assert [str(iri).rsplit("/", 1)[1] for iri in chain] == ["011", "202", "002", "001"]


@pytest.mark.parametrize("code", ["ar", "en", "es", "fr", "fil", "pt", "ro", "tet", "uk", "zh"])
def test_language_has_a_concept(code: str) -> None:
    """Languages that plans are written in are concepts and linguistic systems."""
    kinds = set(SCHEME_LANGUAGES.objects(thing_iri("language", code), RDF.type))

    assert kinds == {SKOS.Concept, DCTERMS.LinguisticSystem}


def test_language_codes_are_plain() -> None:
    """A code has two or three letters, and two are linked to ISO 639-1."""
    found = {str(o) for o in SCHEME_LANGUAGES.objects(None, SKOS.notation)}
    linked = {str(o).rsplit("/", 1)[1] for o in SCHEME_LANGUAGES.objects(None, SKOS.exactMatch)}

    assert {code for code in found if not re.fullmatch("[a-z]{2,3}", code)} == set()
    assert linked == {code for code in found if len(code) == 2}


# -- building --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shipped", "build"),
    [
        (COUNTRIES, countries.countries_graph),
        (REGIONS, countries.regions_graph),
        (SCHEME_LANGUAGES, countries.languages_graph),
    ],
    ids=["countries", "regions", "languages"],
)
def test_shipped_files_are_what_we_build(shipped: Graph, build: Callable[[], Graph]) -> None:
    """The files hold what the packages give, where the versions are those they were made from."""
    for module in ("babel", "hdx.location", "country_converter"):
        if not installed(module):
            pytest.skip(f"{module} is not installed")
    versions = str(COUNTRIES.value(graph_iri("countries"), DCTERMS.description, any=False))
    for package in countries.PACKAGES:
        if f"{package} {importlib.metadata.version(package)}" not in versions:
            pytest.skip(f"another version of {package}: {versions}")

    days = (graph_iri("countries"), DCTERMS.modified, None)
    assert set(canonical(build())) == set(shipped) - set(shipped.triples(days))


@pytest.mark.parametrize(
    "build", [countries.countries_graph, countries.regions_graph, countries.languages_graph]
)
def test_a_missing_package_is_named(
    build: Callable[[], Graph], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the packages, the error says what to install."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(DataError, match=re.escape("pip install 'napgraph[countries]'")):
        build()


def installed(module: str) -> bool:
    """Tell whether a module can be imported, without importing it."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
