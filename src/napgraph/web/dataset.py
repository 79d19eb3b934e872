"""The dataset: its description, dumps and tables."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from napgraph.dataset import describe_dataset
from napgraph.dcat import EXTRA_PREFIXES
from napgraph.derived_folder import DUMP, METADATA, TABLE, Derived, DerivedFile, find_derived
from napgraph.documents import Profile
from napgraph.errors import NotReady
from napgraph.formats import GRAPH_FORMATS, HTML, LINKSET_FORMATS
from napgraph.namespaces import BASE, DATASET, SCHEMA
from napgraph.research_tables import all_tables
from napgraph.resources import local_path, short_name
from napgraph.schema_org import schema_dataset
from napgraph.store_folder import Generation
from napgraph.web.address import site_address
from napgraph.web.files import send_derived
from napgraph.web.rdf import write_graph
from napgraph.web.representations import (
    Representation,
    choose_representation,
    named_format,
    respond,
    respond_with_linkset,
    see_other,
)
from napgraph.web.signposting import DATASET_PATH, LANDING_PAGE, Link, Signposts
from napgraph.web.site import site
from napgraph.wording import CITATION, LICENCE, PUBLISHER

bp = Blueprint("dataset", __name__)

# A program waits for the whole description; a person sooner gets what is known at once.
_WAIT_S, _PAGE_WAIT_S = 10.0, 2.0


@bp.get("/dataset")
@bp.get("/dataset.<suffix>")
def dataset(suffix: str = "") -> Response:
    """Describe the dataset."""
    named = named_format(suffix)
    generation = site().current().generation
    is_page = choose_representation(_signposts(generation, None), named).format is HTML
    wait_s = _PAGE_WAIT_S if is_page else _WAIT_S
    derived = site().deriver.get(generation.id, wait_s=wait_s)
    representation = choose_representation(_signposts(generation, derived), named)
    response = _describe(representation, generation, derived)
    if derived is None:  # there is more to say in a moment
        del response.headers["ETag"]
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/.well-known/void")
def void() -> Response:
    """Lead to the dataset's description, where VoID says it is to be found."""
    return see_other(DATASET_PATH, "describedby")


@bp.get("/dump/<name>")
@bp.get("/dump/<generation_id>/<name>")
def dump(name: str, generation_id: str = "") -> Response:
    """Give a dump of the current generation, or of the one named."""
    return _send(name, generation_id, (DUMP,))


@bp.get("/table/<name>")
@bp.get("/table/<generation_id>/<name>")
def table(name: str, generation_id: str = "") -> Response:
    """Give a table of the current generation, or of the one named, or what describes them."""
    response = _send(name, generation_id, (TABLE, METADATA))
    folder = f"/table/{generation_id}" if generation_id else "/table"
    if not name.endswith(".json"):
        link = f'<{folder}/csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
        response.headers.add("Link", link)
    return response


# -- files -------------------------------------------------------------------------------------


def _send(name: str, generation_id: str, kinds: tuple[str, ...]) -> Response:
    derived = _derived(generation_id)
    files: dict[str, DerivedFile] = {
        file.name: file for kind in kinds for file in derived.of_kind(kind)
    }
    if name not in files:
        abort(404, f"There is no file {name} here; there are {', '.join(files) or 'none'}.")
    try:
        response = send_derived(derived.path, files[name], forever=bool(generation_id))
    except FileNotFoundError:
        abort(404, f"The files of generation {derived.generation_id} are no longer kept.")
    response.headers.add("Link", f'<{LICENCE}>; rel="license"')
    response.headers.add("Link", f'<{DATASET}>; rel="collection"')
    return response


def _derived(generation_id: str) -> Derived:
    current_id = site().current().generation.id
    if generation_id not in ("", current_id):
        found = find_derived(site().config.store_dir, generation_id)
        return found or abort(
            404, f"Generation {generation_id} is not kept; the current one is {current_id}."
        )
    derived = site().deriver.get(current_id, wait_s=_WAIT_S)
    if derived is None:
        raise NotReady("The dumps and tables are being made; ask again in some seconds.")
    return derived


# -- the description ---------------------------------------------------------------------------


def _signposts(generation: Generation, derived: Derived | None) -> Signposts:
    """Say where the dataset leads: to its dumps, its tables and its named graphs."""
    files = derived.files.values() if derived else ()
    items = [Link(f"/{file.folder}/{file.name}", "item", file.served_as) for file in files]
    items += [
        Link(local_path(iri), "item", entry.media_type)
        for iri, entry in generation.graphs.items()
        if iri.startswith(BASE)
    ]
    return Signposts(
        path=DATASET_PATH,
        iri=DATASET,
        profile=Profile(types=(SCHEMA.Dataset,), licence=LICENCE, authors=(PUBLISHER,)),
        types=LANDING_PAGE,
        items=tuple(items),
    )


def _describe(
    representation: Representation, generation: Generation, derived: Derived | None
) -> Response:
    form = representation.format
    if form in LINKSET_FORMATS:
        return respond_with_linkset(representation)
    if form is HTML:
        return respond(representation, _page(representation, generation, derived))
    graph = describe_dataset(
        generation, derived, site_address(), site().config.contact, releases=site().releases()
    )
    body = write_graph(graph, form, prefixes=EXTRA_PREFIXES, first=DATASET)
    return respond(representation, body)


def _page(representation: Representation, generation: Generation, derived: Derived | None) -> str:
    return render_template(
        "dataset.html",
        links=representation.links,
        generation=generation,
        derived=derived,
        dumps=derived.of_kind(DUMP) if derived else [],
        tables=[
            (table, derived.rows[table.name], _files_of(derived, table.name))
            for table in all_tables()
            if derived and table.name in derived.rows
        ],
        releases=site().releases(),
        about=schema_dataset(generation, derived, site_address()),
        citation=CITATION,
        formats=GRAPH_FORMATS,
        short_name=short_name,
        local_path=local_path,
    )


def _files_of(derived: Derived, table_name: str) -> list[DerivedFile]:
    return [file for file in derived.of_kind(TABLE) if file.table == table_name]
