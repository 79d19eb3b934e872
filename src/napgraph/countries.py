"""Countries, regions and languages, built from packages that keep their codes and names.

Babel brings the names of the Unicode CLDR; hdx-python-country the taxonomy of
the UN's Office for the Coordination of Humanitarian Affairs, with ISO and M49
codes, the UN geoscheme and the UN's short names in its six languages;
country-converter the years in which states joined the UN. They are needed only
to write `data/ttl/countries.ttl` and two schemes anew, so they are an extra:
`pip install 'napgraph[countries]'`. Of the last two only data files are read.
"""

from __future__ import annotations

import csv
import importlib.metadata
import importlib.util
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdflib import DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from napgraph.errors import DataError
from napgraph.namespaces import NAP, graph_iri, slug, thing_iri

PACKAGES = ("Babel", "country-converter", "hdx-python-country")
LANGUAGES = {
    "en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic", "ru": "Russian",
    "zh": "Chinese",
}  # fmt: skip

# The observers have no year of membership; Kosovo is on no list of the UN's.
_OBSERVERS = frozenset({"PSE", "VAT"})
_OTHERS = frozenset({"XKX"})
_NOTES = {
    "XKX": "References to Kosovo shall be understood in the context of Security Council "
    "resolution 1244 (1999)."
}

# Cells of the packages that are not what they should be, and what they should be.
_CORRECTIONS = {
    "هولندا (مملكة _)": "هولندا (مملكة -)",  # Netherlands: an underscore for the UN's dash
    "تيمور- ليشتي": "تيمور - ليشتي",  # Timor-Leste: a space is missing
    "لغة أهل جبل طارق": "الجيلبرتية",  # Gilbertese, not the language of Gibraltar
}

# M49's own names of the regions to which CLDR gives the name of another area, or a phrase.
_M49_REGION_NAMES = {
    "001": {"en": "World", "ru": "Мир"},
    "053": {
        "fr": "Australie et Nouvelle-Zélande", "es": "Australia y Nueva Zelandia",
        "ar": "أستراليا ونيوزيلندا", "ru": "Австралия и Новая Зеландия", "zh": "澳大利亚和新西兰",
    },
    "057": {"fr": "Micronésie", "es": "Micronesia", "ar": "ميكرونيزيا", "zh": "密克罗尼西亚"},
    "202": {"ru": "Африка к югу от Сахары"},
    "419": {
        "fr": "Amérique latine et Caraïbes", "es": "América Latina y el Caribe",
        "ar": "أمريكا اللاتينية ومنطقة البحر الكاريبي",
        "ru": "Латинская Америка и Карибский бассейн", "zh": "拉丁美洲和加勒比",
    },
}  # fmt: skip

# Names that people still search for and that no package's tables hold.
_FAMILIAR_NAMES = {
    ("CIV", "en"): "Ivory Coast",
    ("CIV", "es"): "Costa de Marfil",
    ("MMR", "en"): "Burma",
    ("SWZ", "en"): "Swaziland",
    ("TLS", "en"): "East Timor",
    ("TUR", "en"): "Turkey",
}

# The EU's table of countries has alpha-3 codes as its keys, but for Kosovo.
_EU_COUNTRY = "http://publications.europa.eu/resource/authority/country/"
_EU_CODES = {"XKX": "1A0"}
_ISO_639_1 = "http://id.loc.gov/vocabulary/iso639-1/"
_LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")

# Key: title, publisher, address, kind.
_SOURCES = {
    "cldr": (
        "Unicode Common Locale Data Repository",
        "Unicode Consortium",
        "https://cldr.unicode.org/",
        "other",
    ),
    "hdx-countries-territories": (
        "Countries & Territories Taxonomy, as HDX Python Country carries it",
        "OCHA Centre for Humanitarian Data",
        "https://github.com/OCHA-DAP/hdx-python-country",
        "other",
    ),
    "un-m49": (
        "Standard country or area codes for statistical use (M49)",
        "United Nations Statistics Division",
        "https://unstats.un.org/unsd/methodology/m49/",
        "un-document",
    ),
    "un-membership": (
        "Years of membership in the United Nations, as country converter (coco) carries them",
        "Konstantin Stadler",
        "https://github.com/IndEcol/country_converter",
        "other",
    ),
}


@dataclass(frozen=True, slots=True)
class _Scheme:
    """What is said of a scheme, by language."""

    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    labels: Mapping[str, str]


_SCHEMES = {
    "language": _Scheme(
        titles={
            "ar": "اللغات",
            "en": "Languages",
            "es": "Idiomas",
            "fr": "Langues",
        },
        descriptions={
            "ar": "اللغات الرسمية، قانونا أو واقعا، في بلد أو إقليم، والتي يسميها Unicode "
            "CLDR بالإنكليزية والفرنسية والإسبانية والعربية والروسية والصينية.",
            "en": "Languages that are official, in law or in fact, in a country or "
            "territory, and that the Unicode CLDR names in English, French, Spanish, "
            "Arabic, Russian and Chinese.",
            "es": "Los idiomas oficiales, de derecho o de hecho, en un país o territorio, "
            "y que el CLDR de Unicode nombra en inglés, francés, español, árabe, "
            "ruso y chino.",
            "fr": "Les langues officielles, en droit ou en fait, dans un pays ou "
            "territoire, et que l'Unicode CLDR nomme en anglais, français, espagnol, "
            "arabe, russe et chinois.",
        },
        labels={"ar": "اللغات", "en": "Languages", "es": "Idiomas", "fr": "Langues"},
    ),
    "region": _Scheme(
        titles={
            "ar": "مناطق العالم",
            "en": "Regions of the world",
            "es": "Regiones del mundo",
            "fr": "Régions du monde",
        },
        descriptions={
            "ar": "مناطق التقسيم الجغرافي M49 للأمم المتحدة التي تقع فيها البلدان.",
            "en": "The regions of the United Nations' M49 geoscheme in which the countries lie.",
            "es": "Las regiones del geoesquema M49 de las Naciones Unidas en las que están "
            "los países.",
            "fr": "Les régions du géoschéma M49 des Nations Unies où se trouvent les pays.",
        },
        labels={"ar": "المناطق", "en": "Regions", "es": "Regiones", "fr": "Régions"},
    ),
}
# What is said of each concept of a scheme, by language.
_DEFINITIONS = {
    "language": {
        "ar": "اللغة التي رمزها «{code}» وفق المعيار {standard}: {name}.",
        "en": 'The language with the {standard} code "{code}": {name}.',
        "es": "El idioma con el código {standard} «{code}»: {name}.",
        "fr": "La langue qui a le code {standard} «\u00a0{code}\u00a0»\u00a0: {name}.",
    },
    "region": {
        "ar": "البلدان والمناطق التي يجمعها التقسيم الجغرافي M49 تحت اسم «{name}».",
        "en": 'The countries and areas that the M49 geoscheme groups as "{name}".',
        "es": "Los países y zonas que el geoesquema M49 agrupa como «{name}».",
        "fr": "Les pays et zones que le géoschéma M49 réunit sous le nom «\u00a0{name}\u00a0».",
    },
}
_SCHEMES_CREATED = Literal("2026-11-24", datatype=XSD.date)


def countries_graph() -> Graph:
    """Build the countries: UN member states, observers and Kosovo.

    Raises:
        DataError: A package that this needs is not installed.
    """
    graph = Graph(bind_namespaces="none")
    for country in _countries():
        _add_country(graph, country)
    for key in _SOURCES:
        _add_source(graph, key)
    _describe_graph(graph)
    return graph


def regions_graph() -> Graph:
    """Build the scheme of the M49 regions in which the countries lie, up to the world.

    Raises:
        DataError: A package that this needs is not installed.
    """
    graph = Graph(bind_namespaces="none")
    _add_scheme(graph, "region", "un-m49", "cldr")
    for code, (name, broader) in _regions().items():
        region = thing_iri("region", code)
        cldr = {language: _cldr("territories", language).get(code) for language in LANGUAGES}
        m49 = {"en": name, **_M49_REGION_NAMES.get(code, {})}
        _add_concept(graph, "region", code)
        _add_labels(graph, region, {lang: [m49.get(lang), cldr[lang]] for lang in LANGUAGES})
        _define(graph, "region", code)
        if broader is not None:
            graph.add((region, SKOS.broader, thing_iri("region", broader)))
        else:
            graph.add((region, SKOS.topConceptOf, thing_iri("scheme", "region")))
    return graph


def languages_graph() -> Graph:
    """Build the scheme of the languages that CLDR calls official, in law or in fact.

    Left out are the few that CLDR does not name in all of our languages.

    Raises:
        DataError: A package that this needs is not installed.
    """
    graph = Graph(bind_namespaces="none")
    _add_scheme(graph, "language", "cldr")
    for code in sorted(_official_languages()):
        names = {language: _cldr("languages", language).get(code) for language in LANGUAGES}
        if not all(names.values()):
            continue
        iri = thing_iri("language", code)
        standard = "ISO 639-1" if len(code) == 2 else "ISO 639-3"
        _add_concept(graph, "language", code)
        _add_labels(graph, iri, {language: [name] for language, name in names.items()})
        _define(graph, "language", code, standard=standard)
        graph.add((iri, RDF.type, DCTERMS.LinguisticSystem))
        graph.add((iri, SKOS.topConceptOf, thing_iri("scheme", "language")))
        if len(code) == 2:
            graph.add((iri, SKOS.exactMatch, URIRef(f"{_ISO_639_1}{code}")))
    return graph


# -- what the packages hold ------------------------------------------------------------------


@dataclass(frozen=True)
class _Country:
    """A country's row in the taxonomy (`hdx`) and in country-converter's table (`coco`)."""

    iso3: str
    hdx: Mapping[str, str]
    coco: Mapping[str, str]

    @property
    def iso2(self) -> str:
        return self.hdx["ISO 3166-1 Alpha 2-Codes"] or self.hdx["x Alpha2 codes"]

    @property
    def m49(self) -> str | None:
        code = self.hdx["m49 numerical code"]
        return f"{int(code):03}" if code else None

    @property
    def member_since(self) -> str | None:
        return self.coco["UNmember"] or None

    @property
    def regions(self) -> list[tuple[str, str]]:
        """The code and name of each region around the country, the widest first."""
        levels = ("Region", "Sub-region", "Intermediate Region")
        codes = ((self.hdx[f"{level} Code"], self.hdx[f"{level} Name"]) for level in levels)
        return [(f"{int(code):03}", name) for code, name in codes if code]


def _countries() -> list[_Country]:
    """Read what the packages hold about each of our countries, by alpha-3 code."""
    coco = {
        row["ISO3"]: row
        for row in _read_table("country_converter", "country_data.tsv", delimiter="\t")
    }
    hdx = {
        row["ISO 3166-1 Alpha 3-Codes"] or row["x Alpha3 codes"]: row
        for row in _read_table("hdx.location", "*Taxonomy*.csv", delimiter=",")
    }
    members = {iso3 for iso3, row in coco.items() if row["UNmember"]}
    ours = sorted(members | _OBSERVERS | _OTHERS)
    missing = [iso3 for iso3 in ours if iso3 not in hdx]
    if missing:
        raise DataError(f"hdx-python-country has no row for {', '.join(missing)}")
    return [_Country(iso3, hdx[iso3], coco[iso3]) for iso3 in ours]


def _regions() -> dict[str, tuple[str, str | None]]:
    """Read the name of each region of our countries and the code of the one around it."""
    regions: dict[str, tuple[str, str | None]] = {"001": ("World", None)}
    for country in _countries():
        broader = "001"
        for code, name in country.regions:
            regions[code] = (name, broader)
            broader = code
    return regions


def _official_languages() -> set[str]:
    """Collect the codes of official languages, without their scripts."""
    _require("babel")
    from babel.core import get_global

    statuses = ("official", "de_facto_official")
    territories: Mapping[str, Mapping[str, Mapping[str, object]]]
    territories = get_global("territory_languages")
    return {
        code.split("_")[0]
        for languages in territories.values()
        for code, facts in languages.items()
        if facts["official_status"] in statuses
    }


@cache
def _cldr(kind: str, language: str) -> dict[str, str]:
    """Read CLDR's names of `territories` or `languages` in one language, by code."""
    _require("babel")
    from babel import Locale

    names: Mapping[str, str] = getattr(Locale(language), kind)
    return {code: _tidy(name) for code, name in names.items()}


def _read_table(package: str, pattern: str, *, delimiter: str) -> list[dict[str, str]]:
    """Read the one data file of a package that matches, without importing the package."""
    paths = [path for place in _require(package) for path in sorted(Path(place).glob(pattern))]
    if len(paths) != 1:
        raise DataError(f"{package}: expected one file {pattern}, found {len(paths)}")
    with paths[0].open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def _require(package: str) -> list[str]:
    """Find the directories of a package."""
    try:
        spec = importlib.util.find_spec(package)
    except ModuleNotFoundError:  # the package around it is missing
        spec = None
    if spec is None or spec.submodule_search_locations is None:
        raise DataError(f"{package} is not installed; run pip install 'napgraph[countries]'.")
    return list(spec.submodule_search_locations)


# -- names -----------------------------------------------------------------------------------


def _country_names(country: _Country) -> dict[str, list[str | None]]:
    """List a country's names in each language, the UN's short name first."""
    row = country.hdx
    names: dict[str, list[str | None]] = {
        language: [
            row[f"{column} Short"],
            row[f"M49 {column}"],
            _cldr("territories", language).get(country.iso2),
            _FAMILIAR_NAMES.get((country.iso3, language)),
        ]
        for language, column in LANGUAGES.items()
    }
    others = [row[c] for c in row if c.endswith(("Alt Term", "RW Short Name", "Preferred Term"))]
    names["en"] += [*others, row["English Formal"], country.coco["name_short"]]
    names["en"] = [re.sub(r"^the | \(the\)$", "", name) if name else None for name in names["en"]]
    return names


def _add_labels(graph: Graph, subject: URIRef, names: Mapping[str, Iterable[str | None]]) -> None:
    """Add the first name in each language as preferred, and others that differ in words."""
    for language, given in names.items():
        distinct: dict[str, str] = {}
        for name in given:
            if name:
                distinct.setdefault(_words(name), _tidy(name))
        preferred, *others = distinct.values()
        graph.add((subject, SKOS.prefLabel, Literal(preferred, lang=language)))
        for name in others:
            graph.add((subject, SKOS.altLabel, Literal(name, lang=language)))


def _tidy(name: str) -> str:
    """Write a name with plain spaces and apostrophes, and correct the ones we know wrong."""
    plain = " ".join(name.split()).replace("’", "'")
    return _CORRECTIONS.get(plain, plain)


def _words(name: str) -> str:
    """Reduce a name to what two spellings of it share."""
    return " ".join(re.findall(r"\w+", _tidy(name).casefold().replace("&", " and ")))


# -- statements ------------------------------------------------------------------------------


def _add_country(graph: Graph, country: _Country) -> None:
    iri = thing_iri("country", country.iso3)
    region, _ = country.regions[-1]
    eu_code = _EU_CODES.get(country.iso3, country.iso3)
    graph.add((iri, RDF.type, NAP.Country))
    graph.add((iri, NAP.iso3, Literal(country.iso3)))
    graph.add((iri, NAP.iso2, Literal(country.iso2)))
    graph.add((iri, NAP.region, thing_iri("region", region)))
    graph.add((iri, SKOS.exactMatch, URIRef(f"{_EU_COUNTRY}{eu_code}")))
    for key in ("cldr", "hdx-countries-territories"):
        graph.add((iri, DCTERMS.source, thing_iri("source", key)))
    if country.m49 is not None:
        graph.add((iri, NAP.m49, Literal(country.m49)))
        graph.add((iri, DCTERMS.source, thing_iri("source", "un-m49")))
    _add_labels(graph, iri, _country_names(country))
    _add_membership(graph, iri, country)
    _add_notes(graph, iri, country)


def _add_membership(graph: Graph, iri: URIRef, country: _Country) -> None:
    membership = "observer" if country.iso3 in _OBSERVERS else "other"
    if country.member_since is not None:
        membership = "member"
        year = Literal(country.member_since, datatype=XSD.gYear, normalize=False)
        graph.add((iri, NAP.unMemberSince, year))
        graph.add((iri, DCTERMS.source, thing_iri("source", "un-membership")))
    graph.add((iri, NAP.unMembership, thing_iri("un-membership", membership)))


def _add_notes(graph: Graph, iri: URIRef, country: _Country) -> None:
    if country.iso3 in _NOTES:
        graph.add((iri, SKOS.note, Literal(_NOTES[country.iso3], lang="en")))
    short, m49 = country.hdx["English Short"], country.hdx["M49 English"]
    if m49 and _words(short) != _words(m49):
        note = f'The UN\'s list of short names has "{short}", the list of M49 codes "{m49}".'
        graph.add((iri, SKOS.editorialNote, Literal(note, lang="en")))


def _add_source(graph: Graph, key: str) -> None:
    title, publisher_name, address, kind = _SOURCES[key]
    source = thing_iri("source", key)
    publisher = thing_iri("publisher", slug(publisher_name))
    graph.add((source, RDF.type, NAP.Source))
    graph.add((source, DCTERMS.title, Literal(title, lang="en")))
    graph.add((source, DCTERMS.identifier, Literal(key)))
    graph.add((source, DCTERMS.publisher, publisher))
    graph.add((source, NAP.sourceUrl, Literal(address, datatype=XSD.anyURI)))
    graph.add((source, NAP.sourceKind, thing_iri("source-kind", kind)))
    graph.add((publisher, RDF.type, FOAF.Agent))
    graph.add((publisher, FOAF.name, Literal(publisher_name, lang="en")))


def _describe_graph(graph: Graph) -> None:
    node = graph_iri("countries")
    versions = [f"{package} {importlib.metadata.version(package)}" for package in PACKAGES]
    made_from = f"Made from {', '.join(versions)}."
    graph.add((node, RDF.type, PROV.Entity))
    graph.add((node, DCTERMS.title, Literal("Countries: codes, names and regions", lang="en")))
    graph.add((node, DCTERMS.description, Literal(made_from, lang="en")))
    graph.add((node, DCTERMS.license, _LICENCE))
    for key in _SOURCES:
        graph.add((node, PROV.hadPrimarySource, thing_iri("source", key)))


def _add_scheme(graph: Graph, key: str, *sources: str) -> None:
    said = _SCHEMES[key]
    scheme = thing_iri("scheme", key)
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.creator, thing_iri("publisher", "napgraph")))
    graph.add((scheme, DCTERMS.created, _SCHEMES_CREATED))
    graph.add((scheme, DCTERMS.modified, _SCHEMES_CREATED))
    graph.add((scheme, DCTERMS.license, _LICENCE))
    for predicate, texts in (
        (DCTERMS.title, said.titles),
        (DCTERMS.description, said.descriptions),
        (SKOS.prefLabel, said.labels),
    ):
        for language, text in texts.items():
            graph.add((scheme, predicate, Literal(text, lang=language)))
    for source in sources:
        graph.add((scheme, DCTERMS.source, thing_iri("source", source)))


def _add_concept(graph: Graph, scheme_key: str, key: str) -> None:
    concept, scheme = thing_iri(scheme_key, key), thing_iri("scheme", scheme_key)
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.inScheme, scheme))
    graph.add((concept, RDFS.isDefinedBy, scheme))
    graph.add((concept, SKOS.notation, Literal(key)))


def _define(graph: Graph, scheme_key: str, key: str, *, standard: str = "") -> None:
    """Add a definition in each language that there is one in, by what the concept is called."""
    concept = thing_iri(scheme_key, key)
    names = {
        label.language: str(label)
        for label in graph.objects(concept, SKOS.prefLabel)
        if isinstance(label, Literal)
    }
    for language, template in _DEFINITIONS[scheme_key].items():
        text = template.format(code=key, name=names[language], standard=standard)
        graph.add((concept, SKOS.definition, Literal(text, lang=language)))
