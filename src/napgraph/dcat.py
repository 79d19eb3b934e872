"""The dataset as catalogues list it: what it is, whose, under which licence, and as which files.

Source: https://www.w3.org/TR/vocab-dcat-3/, and DCAT-AP 3 for the controlled vocabularies
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rdflib import DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from napgraph.counts import Counts
from napgraph.derived_folder import DUMP, METADATA, TABLE, Derived, DerivedFile
from napgraph.namespaces import BASE, DATASET, ONTOLOGY, PROVENANCE
from napgraph.release_folder import Release, release_iri
from napgraph.research_tables import Table, all_tables
from napgraph.store_folder import Generation
from napgraph.turtle import parse_turtle
from napgraph.void import part
from napgraph.wording import CREATOR, DESCRIPTION, KEYWORDS, LICENCE, PUBLISHER, TITLE

# The terms of DCAT 3, some of which rdflib does not know yet.
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")

# What the description uses besides the prefixes of our files.
EXTRA_PREFIXES = {"dataset": part(""), "spdx": str(SPDX), "vcard": str(VCARD)}

CATALOG, SERIES, BUILD = part("catalog"), part("series"), part("build")
SPARQL, GRAPH_STORE = URIRef(f"{BASE}sparql"), URIRef(f"{BASE}graph-store")

_EU = "http://publications.europa.eu/resource/authority/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FILE_TYPES = {
    "application/n-quads": "RDF_N_QUADS",
    "application/trig": "RDF_TRIG",
    "text/turtle": "RDF_TURTLE",
    "text/csv": "CSV",
    "application/vnd.apache.parquet": "PARQUET",
}
# The European Union's table of languages has ISO 639-3 codes as its keys.
_LANGUAGES = {
    "ar": "ARA", "de": "DEU", "en": "ENG", "es": "SPA", "fr": "FRA", "it": "ITA", "pt": "POR",
    "ru": "RUS", "zh": "ZHO",
}  # fmt: skip

_THEMES = {
    "GOVE": "Government and public sector",
    "INTR": "International issues",
    "SOCI": "Population and society",
}
_DUMPS = {
    "application/n-quads": "Every statement with its named graph, one a line, in order.",
    "application/trig": "Every named graph with its statements.",
    "text/turtle": "The named graphs put together, each statement once.",
}
_TABLES = {
    "text/csv": "As CSV in UTF-8, several values in a cell separated by semicolons.",
    "application/vnd.apache.parquet": "As Parquet, with the types of the columns.",
}


def dcat_graph(
    generation: Generation,
    derived: Derived | None,
    address: str,
    contact: str,
    *,
    releases: Sequence[Release] = (),
) -> Graph:
    """Describe the dataset as a catalogue does.

    Args:
        generation: What is described.
        derived: The files made from it; without them no distribution is described.
        address: Where the site is reached, without a slash at its end.
        contact: Where questions go, as `mailto:` or web address; empty if nowhere.
        releases: Those that there are, the last first.
    """
    graph = Graph()
    _describe_dataset(graph, generation)
    _describe_agents(graph, contact)
    _describe_series(graph)
    _describe_services(graph, address)
    _describe_build(graph, generation)
    _describe_revisions(graph, generation)
    for release in releases:
        _describe_release(graph, release, address)
    tables: list[Table] = []
    if derived is not None:
        tables = [table for table in all_tables() if table.name in derived.rows]
        _describe_coverage(graph, derived.counts)
        _describe_graphs(graph, derived.counts)
        dumps = derived.of_kind(DUMP)
        _describe_distributions(graph, DATASET, dumps, derived.generation_id, address)
        for table in tables:
            _describe_table(graph, table, derived, address)
    _describe_catalog(graph, generation, tables)
    _name_classes(graph)
    return graph


def _add(graph: Graph, subject: Node, *pairs: tuple[URIRef, Node]) -> None:
    for predicate, value in pairs:
        graph.add((subject, predicate, value))


def _text(text: str) -> Literal:
    return Literal(text, lang="en")


# What the dataset is about, and so is each table.
_SUBJECT: tuple[tuple[URIRef, Node], ...] = (
    *((DCAT.keyword, _text(word)) for word in KEYWORDS),
    *((DCAT.theme, URIRef(f"{_EU}data-theme/{theme}")) for theme in _THEMES),
)


def _created(generation: Generation) -> Literal:
    return Literal(generation.created, datatype=XSD.dateTime, normalize=False)


def _describe_dataset(graph: Graph, generation: Generation) -> None:
    _add(
        graph,
        DATASET,
        (RDF.type, DCAT.Dataset),
        (DCTERMS.title, _text(TITLE)),
        (DCTERMS.description, _text(DESCRIPTION)),
        (DCTERMS.identifier, Literal(str(DATASET))),
        (DCTERMS.creator, PUBLISHER),
        (DCTERMS.publisher, PUBLISHER),
        (DCTERMS.license, LICENCE),
        (DCTERMS.accessRights, URIRef(f"{_EU}access-right/PUBLIC")),
        (DCTERMS.modified, _created(generation)),
        # Changes are published as they are accepted, at no fixed times.
        (DCTERMS.accrualPeriodicity, URIRef(f"{_EU}frequency/IRREG")),
        (DCAT.version, Literal(generation.id)),
        (DCAT.landingPage, URIRef(f"{DATASET}.html")),
        (PROV.wasGeneratedBy, BUILD),
        *_SUBJECT,
    )
    if ONTOLOGY in generation.graphs:
        graph.add((DATASET, DCTERMS.conformsTo, ONTOLOGY))


def _describe_agents(graph: Graph, contact: str) -> None:
    _add(graph, PUBLISHER, (RDF.type, FOAF.Agent), (FOAF.name, _text(CREATOR)))
    if contact:
        node = part("contact")
        by_mail = contact.startswith("mailto:")
        _add(
            graph,
            node,
            (RDF.type, VCARD.Kind),
            (VCARD.fn, _text(CREATOR)),
            (VCARD.hasEmail if by_mail else VCARD.hasURL, URIRef(contact)),
        )
        graph.add((DATASET, DCAT.contactPoint, node))


def _describe_series(graph: Graph) -> None:
    """Name the series that the dataset is in as it is now; a release is another member of it."""
    _add(
        graph,
        SERIES,
        (RDF.type, DCAT.DatasetSeries),
        (DCTERMS.title, _text(f"{TITLE}: all states")),
        (DCTERMS.description, _text("The dataset as it is now, and as it was released before.")),
        (DCTERMS.publisher, PUBLISHER),
        (DCTERMS.accrualPeriodicity, URIRef(f"{_EU}frequency/IRREG")),
        (DCAT.last, DATASET),
    )
    graph.add((DATASET, DCAT.inSeries, SERIES))


def _describe_release(graph: Graph, release: Release, address: str) -> None:
    """Describe a version of the dataset that stays.

    Source: DCAT 3, section 11, on versions
    """
    _add(
        graph,
        release.iri,
        (RDF.type, DCAT.Dataset),
        (DCTERMS.title, _text(f"{TITLE}: release {release.name}")),
        (DCTERMS.description, _text(release.notes or DESCRIPTION)),
        (DCTERMS.identifier, Literal(str(release.iri))),
        (DCTERMS.bibliographicCitation, Literal(release.citation)),
        (DCTERMS.creator, PUBLISHER),
        (DCTERMS.publisher, PUBLISHER),
        (DCTERMS.license, LICENCE),
        (DCTERMS.accessRights, URIRef(f"{_EU}access-right/PUBLIC")),
        (DCTERMS.issued, Literal(release.created, datatype=XSD.dateTime, normalize=False)),
        (DCAT.version, Literal(release.name)),
        (DCAT.isVersionOf, DATASET),
        (DCAT.inSeries, SERIES),
        (DCAT.landingPage, URIRef(f"{address}/release/{release.name}/")),
        *_SUBJECT,
        *((DCAT.contactPoint, node) for node in graph.objects(DATASET, DCAT.contactPoint)),
    )
    graph.add((DATASET, DCAT.hasVersion, release.iri))
    if release.previous:
        before = release_iri(release.previous)
        _add(graph, release.iri, (DCAT.previousVersion, before), (DCAT.prev, before))
    for file in release.dumps:
        node = URIRef(f"{release.iri}#{file.name}")
        graph.add((release.iri, DCAT.distribution, node))
        kept = f"{address}/release/{release.name}/files/{file.name}"
        _describe_file(graph, node, file, latest=kept, these=kept)


def _describe_services(graph: Graph, address: str) -> None:
    for service, title, standard in (
        (SPARQL, "SPARQL endpoint", "https://www.w3.org/TR/sparql11-protocol/"),
        (
            GRAPH_STORE,
            "Graph store, to read",
            "https://www.w3.org/TR/sparql11-http-rdf-update/",
        ),
    ):
        _add(
            graph,
            service,
            (RDF.type, DCAT.DataService),
            (DCTERMS.title, _text(f"{TITLE}: {title}")),
            (DCTERMS.license, LICENCE),
            (DCTERMS.accessRights, URIRef(f"{_EU}access-right/PUBLIC")),
            (DCTERMS.conformsTo, URIRef(standard)),
            (DCTERMS.publisher, PUBLISHER),
            (DCAT.endpointURL, URIRef(f"{address}/{service.removeprefix(BASE)}")),
            (DCAT.endpointDescription, SPARQL),
            (DCAT.servesDataset, DATASET),
        )


def _describe_build(graph: Graph, generation: Generation) -> None:
    """Say which files the dataset was made from, when and by what."""
    software = part("software")
    _add(
        graph,
        BUILD,
        (RDF.type, PROV.Activity),
        (PROV.endedAtTime, _created(generation)),
        (PROV.wasAssociatedWith, software),
    )
    name = Literal(f"napgraph {generation.napgraph_version}")
    _add(graph, software, (RDF.type, PROV.SoftwareAgent), (FOAF.name, name))
    for iri, entry in generation.graphs.items():
        graph.add((BUILD, PROV.used, iri))
        _add(graph, iri, (RDF.type, PROV.Entity), (SPDX.checksum, _checksum(graph, entry.sha256)))


def _describe_revisions(graph: Graph, generation: Generation) -> None:
    """Say of each named graph who changed it last, and what it was before."""
    file = generation.files.get(PROVENANCE)
    if file is None:
        return
    graph.add((DATASET, PROV.has_provenance, PROVENANCE))
    said = parse_turtle(file.read(), name=file.name)
    for predicate in (PROV.wasAttributedTo, PROV.wasGeneratedBy, PROV.wasRevisionOf):
        graph += said.triples((None, predicate, None))


def _describe_graphs(graph: Graph, counts: Counts) -> None:
    """Give the title and date that named graphs have."""
    for iri, note in counts.graphs.items():
        if note.title:
            graph.add((URIRef(iri), DCTERMS.title, _text(note.title)))
        if note.modified:
            date = Literal(note.modified, datatype=XSD.date, normalize=False)
            graph.add((URIRef(iri), DCTERMS.modified, date))


def _describe_coverage(graph: Graph, counts: Counts) -> None:
    for tag in counts.languages:
        graph.add((DATASET, DCTERMS.language, _language(tag)))
    for place in counts.places:
        graph.add((DATASET, DCTERMS.spatial, URIRef(place.match or place.iri)))
    if counts.first_year:
        years = part("years")
        graph.add((DATASET, DCTERMS.temporal, years))
        _add(
            graph,
            years,
            (RDF.type, DCTERMS.PeriodOfTime),
            (DCAT.startDate, Literal(counts.first_year, datatype=XSD.gYear, normalize=False)),
            (DCAT.endDate, Literal(counts.last_year, datatype=XSD.gYear, normalize=False)),
        )


def _language(tag: str) -> URIRef:
    if tag in _LANGUAGES:
        return URIRef(f"{_EU}language/{_LANGUAGES[tag]}")
    return URIRef(f"http://id.loc.gov/vocabulary/iso639-1/{tag.partition('-')[0]}")


def _describe_distributions(
    graph: Graph, dataset: URIRef, files: Iterable[DerivedFile], generation_id: str, address: str
) -> None:
    for file in files:
        node = part(file.name)
        folder = f"{address}/{file.folder}"
        graph.add((dataset, DCAT.distribution, node))
        these = f"{folder}/{generation_id}/{file.name}"
        _describe_file(graph, node, file, latest=f"{folder}/{file.name}", these=these)


def _describe_file(
    graph: Graph, node: URIRef, file: DerivedFile, *, latest: str, these: str
) -> None:
    """Describe a file.

    Args:
        graph: What is added to.
        node: The distribution that it is.
        file: The file.
        latest: The address that has always the newest.
        these: The address that has always these bytes.
    """
    _add(
        graph,
        node,
        (RDF.type, DCAT.Distribution),
        (DCTERMS.title, _text(file.name)),
        (DCTERMS.description, _text({**_DUMPS, **_TABLES}[file.media_type])),
        (DCTERMS.license, LICENCE),
        (DCTERMS["format"], URIRef(f"{_EU}file-type/{_FILE_TYPES[file.media_type]}")),
        (DCAT.mediaType, URIRef(f"{_MEDIA_TYPES}{file.media_type}")),
        (DCAT.accessURL, URIRef(latest)),
        (DCAT.downloadURL, URIRef(these)),
        (DCAT.byteSize, Literal(str(file.size), datatype=XSD.nonNegativeInteger)),
        (SPDX.checksum, _checksum(graph, file.sha256)),
    )
    if file.compression:
        graph.add((node, DCAT.compressFormat, URIRef(f"{_MEDIA_TYPES}{file.compression}")))


def _describe_table(graph: Graph, table: Table, derived: Derived, address: str) -> None:
    """Describe a table as a dataset of its own: it has some of the facts, in another form."""
    iri = part(table.name)
    _add(
        graph,
        iri,
        (RDF.type, DCAT.Dataset),
        (DCTERMS.title, _text(f"{TITLE}: {table.title.lower()}")),
        (DCTERMS.description, _text(table.description)),
        (DCTERMS.identifier, Literal(str(iri))),
        (DCTERMS.creator, PUBLISHER),
        (DCTERMS.publisher, PUBLISHER),
        (DCTERMS.license, LICENCE),
        (DCTERMS.isPartOf, DATASET),
        (DCAT.version, Literal(derived.generation_id)),
        (PROV.wasDerivedFrom, DATASET),
        *_SUBJECT,
        *((DCAT.contactPoint, node) for node in graph.objects(DATASET, DCAT.contactPoint)),
    )
    graph.add((DATASET, DCTERMS.hasPart, iri))
    files = [file for file in derived.of_kind(TABLE) if file.table == table.name]
    _describe_distributions(graph, iri, files, derived.generation_id, address)
    for file in derived.of_kind(METADATA):
        graph.add((iri, RDFS.seeAlso, URIRef(f"{address}/{file.folder}/{file.name}")))


def _describe_catalog(graph: Graph, generation: Generation, tables: Sequence[Table]) -> None:
    _add(
        graph,
        CATALOG,
        (RDF.type, DCAT.Catalog),
        (DCTERMS.title, _text("The catalogue of napgraph")),
        (DCTERMS.description, _text("What napgraph publishes: the dataset, tables and services.")),
        (DCTERMS.publisher, PUBLISHER),
        (DCTERMS.license, LICENCE),
        (DCTERMS.language, _language("en")),
        (DCTERMS.modified, _created(generation)),
        (FOAF.homepage, URIRef(BASE)),
        (DCAT.dataset, DATASET),
        *((DCAT.dataset, part(table.name)) for table in tables),
        *((DCAT.service, service) for service in (SPARQL, GRAPH_STORE)),
    )


def _checksum(graph: Graph, sha256: str) -> URIRef:
    node = part(f"sha256-{sha256[:16]}")
    _add(
        graph,
        node,
        (RDF.type, SPDX.Checksum),
        (SPDX.algorithm, SPDX.checksumAlgorithm_sha256),
        (SPDX.checksumValue, Literal(sha256, datatype=XSD.hexBinary, normalize=False)),
    )
    return node


def _name_classes(graph: Graph) -> None:
    """Say of what kind the things elsewhere are that the description points at."""
    for predicate, class_ in _CLASSES.items():
        for value in set(graph.objects(None, predicate)):
            graph.add((value, RDF.type, class_))
    for theme, label in _THEMES.items():
        graph.add((URIRef(f"{_EU}data-theme/{theme}"), SKOS.prefLabel, _text(label)))


_CLASSES = {
    DCTERMS.accessRights: DCTERMS.RightsStatement,
    DCTERMS.accrualPeriodicity: DCTERMS.Frequency,
    DCTERMS.conformsTo: DCTERMS.Standard,
    DCTERMS["format"]: DCTERMS.MediaTypeOrExtent,
    DCTERMS.language: DCTERMS.LinguisticSystem,
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS.spatial: DCTERMS.Location,
    DCAT.compressFormat: DCTERMS.MediaType,
    DCAT.landingPage: FOAF.Document,
    DCAT.mediaType: DCTERMS.MediaType,
    DCAT.theme: SKOS.Concept,
    FOAF.homepage: FOAF.Document,
}
