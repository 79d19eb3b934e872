"""Our namespaces and prefixes, and the functions that mint our IRIs.

Every IRI in files is written with `BASE`, wherever a server runs: the base is
part of the data, not of a deployment.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from rdflib import (
    DCAT,
    DCTERMS,
    FOAF,
    ORG,
    OWL,
    PROV,
    QB,
    RDF,
    RDFS,
    SH,
    SKOS,
    VANN,
    VOID,
    XSD,
    Namespace,
    URIRef,
)

BASE = "https://w3id.org/napgraph/"

NAP = Namespace(f"{BASE}ontology#")
NAPS = Namespace(f"{BASE}shapes#")
ID = Namespace(f"{BASE}id/")
DOC = Namespace(f"{BASE}doc/")
GRAPH = Namespace(f"{BASE}graph/")
ONTOLOGY = URIRef(f"{BASE}ontology")
SHAPES = URIRef(f"{BASE}shapes")
DATASET = URIRef(f"{BASE}dataset")
QUESTIONS = GRAPH["questions"]
PROVENANCE = GRAPH["provenance"]
SCHEMA = Namespace("https://schema.org/")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")

THING_TYPES = (
    "budget", "contribution", "country", "cube", "document", "event", "external-dataset",
    "involvement", "monitoring", "objective", "organisation", "plan", "plan-count", "publisher",
    "question", "remark", "source",
)  # fmt: skip
SCHEMES = (
    "adoption-status", "aspect", "budget-status", "count-qualifier", "degree", "event-kind",
    "feature", "language", "orientation", "personnel-type", "pillar", "region",
    "resolution-group", "role", "scheme", "source-kind", "stakeholder-kind", "theme",
    "un-membership",
)  # fmt: skip

PREFIXES: dict[str, str] = {
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "foaf": str(FOAF),
    "graph": str(GRAPH),
    "hydra": str(HYDRA),
    "nap": str(NAP),
    "naps": str(NAPS),
    "org": str(ORG),
    "owl": str(OWL),
    "prov": str(PROV),
    "qb": str(QB),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "schema": str(SCHEMA),
    "sd": str(SD),
    "sh": str(SH),
    "skos": str(SKOS),
    "vann": str(VANN),
    "void": str(VOID),
    "xsd": str(XSD),
    **{kind: f"{ID}{kind}/" for kind in THING_TYPES + SCHEMES},
}


def declaration(prefix: str) -> str:
    """Write the line that declares a prefix, with our namespace where it is one of ours."""
    return f"PREFIX {prefix}: <{PREFIXES.get(prefix, '…')}>"


def thing_iri(kind: str, key: str) -> URIRef:
    """Mint the IRI of a thing or concept: `thing_iri("plan", "MLI-3")`."""
    return URIRef(f"{ID}{kind}/{key}")


def graph_iri(name: str) -> URIRef:
    """Mint the IRI of the named graph that a file `{name}.ttl` holds, whatever its name."""
    return GRAPH[quote(name, safe=_PLAIN)]


def slug(text: str) -> str:
    """Turn a name into a key: lower case ASCII words joined by hyphens.

    Letters lose their accents ("Ministère" gives "ministere"); whatever is not
    a letter or digit separates words.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    ascii_text = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"'(?=s\b)", "", ascii_text)).strip("-")


# What a segment of a path may have besides letters and digits.
_PLAIN = "-._~!$&'()*+,;=:@"

# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "đ": "d",
     "Đ": "D", "ł": "l", "Ł": "L", "ı": "i", "ð": "d", "þ": "th", "’": "'", "ʼ": "'"}
)  # fmt: skip
