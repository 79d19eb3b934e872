"""What we call the dataset and how it may be used, in the words that every description has."""

from __future__ import annotations

from rdflib import URIRef

from napgraph.namespaces import DATASET, thing_iri

TITLE = "napgraph: national action plans on women, peace and security"
DESCRIPTION = (
    "The open knowledge graph of the national action plans by which countries carry out "
    "Security Council resolution 1325, each fact with its source."
)
LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
LICENCE_NAME = "CC BY 4.0"
PUBLISHER = thing_iri("publisher", "napgraph")
CREATOR = "napgraph contributors"
CITATION = f"{CREATOR}: {TITLE}. {DATASET} ({LICENCE_NAME})"
KEYWORDS = (
    "women, peace and security",
    "national action plans",
    "Security Council resolution 1325",
    "gender equality",
    "peacekeeping",
    "linked open data",
)
