"""A small workspace for the tests of forms: two plans, a body, sources, something nameless."""

from __future__ import annotations

from napgraph.turtle import format_turtle
from tests.curating import CONFORMING, MALI, PREFIXES

_MORE = """
source:MLI-profile a nap:Source ;
  dcterms:identifier "profile" ;
  dcterms:publisher publisher:lists ;
  dcterms:title "A profile of Mali"@en ;
  nap:sourceUrl "https://example.org/profile"^^xsd:anyURI ;
.
publisher:lists a foaf:Agent ; foaf:name "Lists"@en .
organisation:MLI-media a nap:Stakeholder ;
  dcterms:source source:MLI-profile ;
  nap:country country:MLI ;
  skos:prefLabel "Media"@en , "Médias"@fr ;
.
plan:MLI-3
  rdfs:seeAlso [ rdfs:comment "nameless"@en ] ;
  nap:theme theme:climate , theme:displacement ;
.
"""
_SHARED = """
graph:organisations a prov:Entity ;
  dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
  dcterms:title "Bodies of no country"@en ;
.
organisation:un-women a nap:Stakeholder ;
  dcterms:source source:world-list ;
  skos:prefLabel "UN Women"@en ;
  skos:altLabel "United Nations Entity for Gender Equality"@en ;
.
"""


def _formatted(text: str, name: str) -> str:
    return format_turtle(text.encode(), name=name)


FILES = {
    **CONFORMING,
    "MLI": "# Read with care.\n" + _formatted(MALI + PREFIXES + _MORE, "MLI.ttl"),
    "organisations": _formatted(PREFIXES + _SHARED, "organisations.ttl"),
}
