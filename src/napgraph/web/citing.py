"""Citations of the dataset, of a thing's page and of an answer, for people and for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, abort, request
from rdflib import DCTERMS, URIRef

from napgraph.current_store import OpenGeneration
from napgraph.errors import RequestError
from napgraph.formats import Format
from napgraph.namespaces import GRAPH, ID
from napgraph.pages.citation import WRITERS, Reference, cite_dataset, cite_part
from napgraph.pages.plans import Plan
from napgraph.release_folder import Release
from napgraph.resources import local_path
from napgraph.web.address import site_address
from napgraph.web.index import current_index
from napgraph.web.languages import language
from napgraph.web.public import public_headers, respond_public
from napgraph.web.site import site

bp = Blueprint("citing", __name__)

_LONGEST = 2_000
_DUMP = "napgraph.nq.gz"


def dataset_reference() -> Reference:
    """Cite the dataset as it is served, with the release or dump of the very statements."""
    if release := site().release_served():
        return release_reference(release)
    generation_id, day = _version()
    frozen = f"{site_address()}/dump/{generation_id}/{_DUMP}"
    return cite_dataset(version=generation_id, dated=day, frozen_url=frozen)


def release_reference(release: Release) -> Reference:
    """Cite a release."""
    day = date.fromisoformat(release.created[:10])
    return cite_dataset(version=release.name, dated=day, frozen_url=str(release.iri))


def thing_reference(iri: URIRef) -> Reference | None:
    """Cite the page of a thing by what it is called; None where nothing is said of it."""
    index = current_index()
    if not index.reading.thing(iri):
        return None
    key = iri.rpartition("/")[2]
    plan = index.plans.get(key) if iri.startswith(f"{ID}plan/") else None
    label = index.reading.label(iri, "en")
    title = _plan_title(plan, str(label)) if plan else str(label)
    return _part(title, str(iri), label.language or "en", local_path(iri))


def written(reference: Reference) -> Mapping[str, str]:
    """Write a reference in each format, by what people call it."""
    return {form.name: write(reference) for form, write in WRITERS.items()}


def answer_reference(title: str, path: str) -> Reference:
    """Cite what this site answers at a path, under a title."""
    return _part(title, f"{site_address()}{path}", language(), path)


def _part(title: str, url: str, tag: str, path: str) -> Reference:
    version, day = _version()
    release = site().release_served()
    frozen = f"{release.iri}{path}" if release else ""
    return cite_part(title, url, version=version, dated=day, language=tag, frozen_url=frozen)


def _plan_title(plan: Plan, label: str) -> str:
    """Name a plan for who reads the citation alone: by its number, its country and its years."""
    country = current_index().country_of(plan)
    if country is None or plan.generation is None:
        return label
    name = str(current_index().name(country, "en"))
    years = f", {plan.starts}–{plan.ends}" if plan.starts and plan.ends else ""
    return f"{name}: national action plan {plan.generation} on women, peace and security{years}"


def _version() -> tuple[str, date]:
    """Give the version of the data that is served, and their day."""
    if release := site().release_served():
        return release.name, date.fromisoformat(release.created[:10])
    opened = site().current()
    return opened.generation.id, site().kept("day of the data", _day)


def _day(opened: OpenGeneration) -> date:
    """Give the day on which a file of the data was last changed, or that of the build."""
    rows = opened.store.select(_LAST_CHANGE)
    last = str(rows[0].last or "") if rows else ""
    found = re.match(r"\d{4}-\d{2}-\d{2}", last) or re.match(r".{10}", opened.generation.created)
    return date.fromisoformat(found[0]) if found else date.min


_LAST_CHANGE = f"""
SELECT (MAX(STR(?day)) AS ?last) {{
    ?graph <{DCTERMS.modified}> ?day . FILTER(STRSTARTS(STR(?graph), "{GRAPH}"))
}}
"""


# -- as files ----------------------------------------------------------------------------------


@bp.get("/cite/dataset.<suffix>")
def cite_the_dataset(suffix: str) -> Response:
    """Give the citation of the dataset in a format."""
    return _respond(dataset_reference(), suffix)


@bp.get("/cite/<kind>/<name>")
def cite_a_thing(kind: str, name: str) -> Response:
    """Give the citation of a thing's page in the format that the end of its name says."""
    key, suffix = _split(name)
    is_iri = not re.search(r"""[\x00-\x20<>"{}|\\^`\x7f]""", kind + key)
    reference = thing_reference(URIRef(f"{ID}{kind}/{key}")) if is_iri else None
    if reference is None:
        abort(404, f"The graph says nothing about {kind[:40]}/{key[:80]}.")
    return _respond(reference, suffix)


def plain_citation(kind: str, name: str) -> tuple[dict[str, str], bytes] | None:
    """Give headers and body of what `cite_a_thing` answers; None where it finds something wrong.

    Args:
        kind: The type in the IRI of the thing, of ASCII letters, digits and hyphens.
        name: Its key, likewise but with full stops and underscores, and the suffix.
    """
    key, suffix = _split(name)
    form = _FORMS.get(suffix)
    reference = thing_reference(URIRef(f"{ID}{kind}/{key}")) if form else None
    return _written(reference, form) if reference and form else None


def read_answer() -> Reference | None:
    """Read from a request which answer to cite; None if it names none.

    Raises:
        RequestError: The path is none of this site.
    """
    title, path = (request.args.get(name, "").strip()[:_LONGEST] for name in ("title", "path"))
    if not title and not path:
        return None
    if not re.fullmatch(r"/(?![/\\])[^\s\\]*", path):
        raise RequestError("path has to be one of this site, such as /sparql?query=…")
    return answer_reference(title or path, path)


def _split(name: str) -> tuple[str, str]:
    """Split a name before the suffix of a format, which may have a full stop in it."""
    suffixes = [form.suffix for form in WRITERS if name.endswith(f".{form.suffix}")]
    suffix = max(suffixes, key=len, default=name.rpartition(".")[2])
    return name.removesuffix(suffix).rstrip("."), suffix


def _respond(reference: Reference, suffix: str) -> Response:
    form = _FORMS.get(suffix)
    if form is None:
        abort(404, f"There is no format .{suffix}; there are {', '.join(_FORMS)}.")
    headers, content = _written(reference, form)
    response = respond_public(content, headers["Content-Type"])
    response.headers["Content-Disposition"] = headers["Content-Disposition"]
    return response


def _written(reference: Reference, form: Format) -> tuple[dict[str, str], bytes]:
    content = WRITERS[form](reference).encode()
    headers = public_headers(content, f"{form.media_type}; charset=utf-8")
    headers["Content-Disposition"] = f'inline; filename="{reference.key}.{form.suffix}"'
    return headers, content


_FORMS = {form.suffix: form for form in WRITERS}
