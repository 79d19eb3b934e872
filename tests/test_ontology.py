"""What the ontology, the cubes and the concept schemes say about themselves."""

import re
from pathlib import Path

import pytest
from rdflib import (
    DCTERMS,
    FOAF,
    ORG,
    OWL,
    PROV,
    QB,
    RDF,
    RDFS,
    SKOS,
    VANN,
    XSD,
    BNode,
    Graph,
    Literal,
    URIRef,
)

from napgraph.namespaces import ID, NAP, ONTOLOGY, thing_iri
from napgraph.turtle import read_graph

ROOT = Path(__file__).parent.parent / "ontology"
PATHS = sorted(ROOT.rglob("*.ttl"))
LABEL_LANGUAGES = {"en", "fr", "es", "ar"}
PROPERTY_TYPES = (OWL.ObjectProperty, OWL.DatatypeProperty)
# Those in which rdflib knows every term, so that a misspelt one shows.
CLOSED_NAMESPACES = (DCTERMS, FOAF, ORG, OWL, PROV, QB, RDF, RDFS, SKOS, VANN)

WORDS = {
    "adoption-status": "adopted in-preparation never-adopted",
    "aspect": "context priorities lessons-learned emerging-issues strength weakness "
    "implementation women-in-peacekeeping women-in-decision-making budget monitoring "
    "civil-society localisation change-from-previous-plan",
    "budget-status": "allocated estimated mentioned none",
    "count-qualifier": "exactly more-than nearly about",
    "degree": "yes partial no",
    "event-kind": "adoption launch consultation review report conference commitment other "
    "open-debate resolution focal-points-network presidential-statement policy regional-plan "
    "meeting appointment",
    "feature": "situational-analysis lessons-learned good-practices emerging-issues "
    "results-framework theory-of-change indicators time-frames costed dedicated-budget "
    "regular-reporting mid-term-review final-evaluation local-plans adaptive baseline "
    "risk-analysis monitoring-and-evaluation-plan translation-available",
    "orientation": "domestic outward both",
    "personnel-type": "troops staff-officers formed-police-units individual-police "
    "experts-on-mission",
    "pillar": "participation prevention protection relief-and-recovery coordination-and-monitoring",
    "resolution-group": "participation conflict-related-sexual-violence related",
    "role": "lead development implementation monitoring funding consulted",
    "source-kind": "country-profile plan-document government-page news un-document report "
    "academic other",
    "stakeholder-kind": "ministry government-body head-of-state-office parliament armed-forces "
    "police judiciary local-government civil-society women-organisation academia media "
    "un-entity regional-organisation donor private-sector committee other",
    "theme": "disarmament climate violent-extremism displacement human-trafficking digital "
    "health youth peacekeeping gender-based-violence security-sector-reform "
    "transitional-justice reintegration sexual-exploitation-and-abuse "
    "sexual-orientation-and-gender-identity migration education economic-empowerment "
    "mine-action humanitarian-action localisation men-and-masculinities disability "
    "rule-of-law mediation training international-cooperation",
    "un-membership": "member observer other",
}


def union(paths: list[Path]) -> Graph:
    """Read several files into one graph."""
    graph = Graph(bind_namespaces="none")
    for path in paths:
        graph += read_graph(path)
    return graph


GRAPH = union(PATHS)
CLASSES = sorted(GRAPH.subjects(RDF.type, OWL.Class))
PROPERTIES = sorted({s for kind in PROPERTY_TYPES for s in GRAPH.subjects(RDF.type, kind)})
SCHEMES = sorted(GRAPH.subjects(RDF.type, SKOS.ConceptScheme))
CONCEPTS = sorted(GRAPH.subjects(RDF.type, SKOS.Concept))
DIMENSIONS = sorted(GRAPH.subjects(RDF.type, QB.DimensionProperty))
CODED = sorted(GRAPH.subjects(RDF.type, QB.CodedProperty))


def languages(subject: URIRef, predicate: URIRef) -> list[str | None]:
    """List the languages in which a subject has a text, one entry a text."""
    return [o.language for o in GRAPH.objects(subject, predicate) if isinstance(o, Literal)]


def english(term: URIRef) -> str:
    """Give a term's English label."""
    return next(
        str(o)
        for o in GRAPH.objects(term, RDFS.label)
        if isinstance(o, Literal) and o.language == "en"
    )


def terms(graph: Graph, namespace: str) -> set[URIRef]:
    """Collect the IRIs of a namespace that a graph uses anywhere."""
    return {
        term
        for triple in graph
        for term in triple
        if isinstance(term, URIRef) and term.startswith(namespace) and term != URIRef(namespace)
    }


def file_name(path: Path) -> str:
    """Name a file in a test's id."""
    return path.stem


# -- terms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("term", CLASSES + PROPERTIES)
def test_term_is_labelled_once_in_each_language(term: URIRef) -> None:
    """A term has one label in each of our languages."""
    assert sorted(LABEL_LANGUAGES) == sorted(map(str, languages(term, RDFS.label)))


@pytest.mark.parametrize("predicate", [SKOS.definition, SKOS.example])
@pytest.mark.parametrize("term", CLASSES + PROPERTIES)
def test_term_is_explained_once_in_each_language(term: URIRef, predicate: URIRef) -> None:
    """A term has one definition and one example in each of our languages."""
    assert sorted(LABEL_LANGUAGES) == sorted(map(str, languages(term, predicate)))


@pytest.mark.parametrize("term", sorted(set(GRAPH.subjects(SKOS.scopeNote))))
def test_note_is_there_in_each_language(term: URIRef) -> None:
    """What else there is to say of a term is said in each of our languages."""
    assert sorted(LABEL_LANGUAGES) == sorted(map(str, languages(term, SKOS.scopeNote)))


@pytest.mark.parametrize("term", CLASSES + PROPERTIES)
def test_term_is_defined_by_the_ontology(term: URIRef) -> None:
    """A term of ours lies in our namespace and says where it is defined."""
    assert term.startswith(str(NAP))
    assert list(GRAPH.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY]


@pytest.mark.parametrize("term", sorted(terms(GRAPH, str(NAP))))
def test_no_term_is_used_without_being_defined(term: URIRef) -> None:
    """Ranges, superclasses and cubes name only terms that exist."""
    assert term in CLASSES + PROPERTIES


@pytest.mark.parametrize("term", CLASSES)
def test_class_name(term: URIRef) -> None:
    """A class is UpperCamel and its English label capitalised."""
    assert re.fullmatch(r"([A-Z][a-z]*)+", term.removeprefix(NAP))
    assert english(term)[0].isupper()


@pytest.mark.parametrize("term", PROPERTIES)
def test_property_name(term: URIRef) -> None:
    """A property is lowerCamel and its English label lower case, but for acronyms."""
    first_word = english(term).split()[0]

    assert re.fullmatch(r"[a-z]+[0-9]*([A-Z][a-z]*)*", term.removeprefix(NAP))
    assert first_word.islower() or first_word.isupper()


def test_ontology_says_what_it_is() -> None:
    """The header has what a catalogue of vocabularies asks for."""
    expected = {
        RDFS.label, DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.license,
        DCTERMS.created, DCTERMS.modified, OWL.versionIRI, OWL.versionInfo,
        VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri,
    }  # fmt: skip

    assert expected <= set(GRAPH.predicates(ONTOLOGY))


# -- concepts --------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme_is_described(scheme: URIRef) -> None:
    """A scheme has a label, a title and a description in each language, and a licence."""
    for_people = (SKOS.prefLabel, DCTERMS.title, DCTERMS.description)
    said = [sorted(map(str, languages(scheme, predicate))) for predicate in for_people]

    assert 3 * [sorted(LABEL_LANGUAGES)] == said
    assert DCTERMS.license in set(GRAPH.predicates(scheme))


@pytest.mark.parametrize("concept", CONCEPTS)
def test_concept_is_in_the_scheme_that_its_iri_names(concept: URIRef) -> None:
    """A concept's IRI has the key of its scheme, which also defines it."""
    scheme = thing_iri("scheme", concept.removeprefix(ID).split("/")[0])

    assert scheme in SCHEMES
    assert [scheme] == list(GRAPH.objects(concept, SKOS.inScheme))
    assert [scheme] == list(GRAPH.objects(concept, RDFS.isDefinedBy))


@pytest.mark.parametrize("concept", CONCEPTS)
def test_concept_notation_is_its_key(concept: URIRef) -> None:
    """The last segment of a concept's IRI is its notation."""
    assert [Literal(concept.rsplit("/", 1)[1])] == list(GRAPH.objects(concept, SKOS.notation))


@pytest.mark.parametrize("concept", CONCEPTS)
def test_concept_is_at_the_top_or_below_another(concept: URIRef) -> None:
    """A concept is found by walking down from its scheme."""
    assert set(GRAPH.predicates(concept)) & {SKOS.topConceptOf, SKOS.broader}


@pytest.mark.parametrize("concept", CONCEPTS)
def test_concept_is_labelled_and_defined(concept: URIRef) -> None:
    """A concept has one label a language, ours among them, and a definition in each of ours."""
    found = list(map(str, languages(concept, SKOS.prefLabel)))

    assert len(found) == len(set(found))
    assert set(found) >= set(LABEL_LANGUAGES)
    assert sorted(LABEL_LANGUAGES) == sorted(map(str, languages(concept, SKOS.definition)))


@pytest.mark.parametrize("language", sorted(LABEL_LANGUAGES))
@pytest.mark.parametrize("scheme", SCHEMES)
def test_labels_of_a_scheme_differ(scheme: URIRef, language: str) -> None:
    """No two concepts of a scheme have the same label in one language."""
    labels = [
        label
        for concept in GRAPH.subjects(SKOS.inScheme, scheme)
        for label in GRAPH.objects(concept, SKOS.prefLabel)
        if isinstance(label, Literal) and label.language == language
    ]

    assert sorted(set(labels)) == sorted(labels)


@pytest.mark.parametrize("key", WORDS)
def test_scheme_covers_the_words_of_the_fact_sheets(key: str) -> None:
    """A scheme has a concept for each word that a fact sheet may use, and no other."""
    concepts = set(GRAPH.subjects(SKOS.inScheme, thing_iri("scheme", key)))

    assert {thing_iri(key, word) for word in WORDS[key].split()} == concepts


# -- cubes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_dimension_has_a_range(dimension: URIRef) -> None:
    """Data Cube, IC-4: a dimension says what its values are."""
    assert GRAPH.value(dimension, RDFS.range) is not None


@pytest.mark.parametrize("coded", CODED)
def test_coded_property_has_a_code_list(coded: URIRef) -> None:
    """Data Cube, IC-5: a property of concepts says which scheme they are of."""
    assert str(ID["scheme/"]) in str(GRAPH.value(coded, QB.codeList))


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        (QB.dimension, QB.DimensionProperty),
        (QB.measure, QB.MeasureProperty),
        (QB.attribute, QB.AttributeProperty),
    ],
)
def test_component_has_a_property_of_its_kind(role: URIRef, kind: URIRef) -> None:
    """What a structure uses as a dimension, measure or attribute is declared as one."""
    assert set(GRAPH.objects(None, role)) == set(GRAPH.subjects(RDF.type, kind))


@pytest.mark.parametrize("key", ["personnel", "plan-counts"])
def test_cube_has_a_structure(key: str) -> None:
    """A cube's structure has the cube's key, a dimension and a measure."""
    structure = GRAPH.value(thing_iri("cube", key), QB.structure, any=False)
    components = set(GRAPH.objects(structure, QB.component))
    roles = {p for component in components for p in GRAPH.predicates(component)}

    assert thing_iri("cube", f"{key}-structure") == structure
    assert {QB.dimension, QB.measure} <= roles


# -- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("namespace", CLOSED_NAMESPACES, ids=lambda ns: ns.__name__)
@pytest.mark.parametrize("path", PATHS, ids=file_name)
def test_terms_of_others_exist(path: Path, namespace: type) -> None:
    """No term of another vocabulary is misspelt."""
    used = terms(read_graph(path), str(namespace))

    assert set() == {term for term in used if term not in namespace}


@pytest.mark.parametrize("path", PATHS, ids=file_name)
def test_every_text_has_a_language(path: Path) -> None:
    """What has no language is a code, a number, a date or an address."""
    plain = {
        p
        for _, p, o in read_graph(path)
        if isinstance(o, Literal) and o.language is None and o.datatype in (None, XSD.string)
    }

    assert plain <= {SKOS.notation, OWL.versionInfo, VANN.preferredNamespacePrefix}


@pytest.mark.parametrize("path", PATHS, ids=file_name)
def test_no_blank_nodes(path: Path) -> None:
    """Whatever is described has an IRI."""
    assert not [term for triple in read_graph(path) for term in triple if isinstance(term, BNode)]
