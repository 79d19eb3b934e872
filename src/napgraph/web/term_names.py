"""What classes and properties of other vocabularies are called, and classes in the plural."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from flask import Flask

from napgraph.web.languages import gettext, language


def register(app: Flask) -> None:
    """Let templates name terms."""
    app.jinja_env.filters.update(term_name=term_name, class_plural=class_plural)


def term_name(name: str) -> str:
    """Give the name of a term by its short one, `dcterms:title`; what has none stays as it is."""
    return _terms(language()).get(name, name)


def class_plural(key: str, otherwise: str = "") -> str:
    """Say what the things of a class are called, by the class's local name."""
    return _plurals(language()).get(key) or otherwise or key


@cache
def _terms(_tag: str) -> Mapping[str, str]:
    """Give the names of terms in the language of this request, which is the tag."""
    return {
        "dcat:Dataset": gettext("Dataset"),
        "dcat:landingPage": gettext("page"),
        "dcterms:abstract": gettext("summary"),
        "dcterms:alternative": gettext("other title"),
        "dcterms:created": gettext("made"),
        "dcterms:creator": gettext("made by"),
        "dcterms:description": gettext("description"),
        "dcterms:identifier": gettext("short name"),
        "dcterms:isReplacedBy": gettext("replaced by"),
        "dcterms:issued": gettext("date"),
        "dcterms:language": gettext("language"),
        "dcterms:license": gettext("licence"),
        "dcterms:modified": gettext("last changed"),
        "dcterms:publisher": gettext("publisher"),
        "dcterms:replaces": gettext("plan before"),
        "dcterms:source": gettext("source"),
        "dcterms:subject": gettext("country"),
        "dcterms:title": gettext("title"),
        "foaf:Agent": gettext("Publisher"),
        "foaf:name": gettext("name"),
        "org:unitOf": gettext("part of"),
        "prov:Entity": gettext("File"),
        "prov:hadPrimarySource": gettext("source"),
        "qb:dataSet": gettext("data set"),
        "qb:DataSet": gettext("Data set"),
        "rdfs:isDefinedBy": gettext("list that defines it"),
        "rdfs:label": gettext("label"),
        "rdfs:seeAlso": gettext("see also"),
        "schema:endDate": gettext("end"),
        "schema:location": gettext("place"),
        "schema:name": gettext("name"),
        "schema:organizer": gettext("organiser"),
        "schema:startDate": gettext("date"),
        "skos:altLabel": gettext("other name"),
        "skos:broader": gettext("broader concept"),
        "skos:changeNote": gettext("why it was withdrawn"),
        "skos:Concept": gettext("Concept"),
        "skos:ConceptScheme": gettext("List of concepts"),
        "skos:definition": gettext("definition"),
        "skos:editorialNote": gettext("disagreement of sources"),
        "skos:exactMatch": gettext("the same elsewhere"),
        "skos:example": gettext("example"),
        "skos:inScheme": gettext("list"),
        "skos:notation": gettext("short code"),
        "skos:note": gettext("note"),
        "skos:prefLabel": gettext("name"),
        "skos:scopeNote": gettext("what it covers"),
        "skos:topConceptOf": gettext("list that it heads"),
    }


@cache
def _plurals(_tag: str) -> Mapping[str, str]:
    """Name the things of classes in the language of this request, which is the tag."""
    return {
        "NationalActionPlan": gettext("National plans"),
        "RegionalActionPlan": gettext("Plans of organisations"),
        "Country": gettext("Countries"),
        "Objective": gettext("Objectives"),
        "Involvement": gettext("Parts of bodies in plans"),
        "Stakeholder": gettext("Bodies"),
        "Budget": gettext("Budgets"),
        "Monitoring": gettext("How plans are monitored"),
        "Remark": gettext("Remarks on plans"),
        "Event": gettext("Events"),
        "PersonnelContribution": gettext("Peacekeeping figures"),
        "PlanCount": gettext("Counts of plans"),
        "Resolution": gettext("Resolutions"),
        "UNReport": gettext("Reports"),
        "Source": gettext("Sources"),
        "Tombstone": gettext("Withdrawn"),
        "Agent": gettext("Publishers"),
        "ConceptScheme": gettext("Lists of concepts"),
        "Concept": gettext("Concepts"),
        "Dataset": gettext("Datasets elsewhere"),
        "DataSet": gettext("Data sets"),
        "Entity": gettext("Files"),
    }
