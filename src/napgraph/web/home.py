"""The first page."""

from __future__ import annotations

from flask import Blueprint, render_template

from napgraph.dataset import count_classes
from napgraph.resources import local_path
from napgraph.web.site import site
from napgraph.wording import DESCRIPTION

bp = Blueprint("home", __name__)


@bp.get("/")
def home() -> str:
    """Name the dataset, count what is in it, and show the ways in."""
    opened = site().current()
    counts = [(c.label, local_path(c.iri), c.count) for c in count_classes(opened.store)]
    countries = opened.store.select(
        """
        PREFIX nap: <https://w3id.org/napgraph/ontology#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?country ?name (COUNT(?plan) AS ?plans) {
            ?plan a nap:NationalActionPlan ; nap:country ?country .
            ?country skos:prefLabel ?name . FILTER(LANG(?name) = "en")
        } GROUP BY ?country ?name ORDER BY ?name
        """
    )
    listed = [(local_path(str(row[0])), str(row[1]), int(row[2])) for row in countries]
    return render_template(
        "home.html",
        description=DESCRIPTION,
        counts=counts,
        countries=listed,
        generation=opened.generation,
    )
