"""The pages about resolutions and reports of the United Nations, and the list of all."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template

from napgraph.documents import Document
from napgraph.formats import HTML
from napgraph.namespaces import BASE
from napgraph.pages.records import Record
from napgraph.pages.un_document import list_documents, read_document_page
from napgraph.web.days import asked_day
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, page_route
from napgraph.web.listings import respond_table
from napgraph.web.public import respond_public
from napgraph.web.thing_parts import crumb, sections

bp = Blueprint("un_documents", __name__)

_PATH = "/documents"
_COLUMNS = ("symbol", "title", "issued", "kind", "group", "said", "plans", "address")


@page_route(bp, _PATH)
def un_documents() -> Response:
    """List the resolutions with what each added, and the reports."""
    listed = list_documents(current_index(), language())
    text = render_template("un_documents.html", documents=listed, path=_PATH)
    return respond_public(text, HTML.content_type)


@bp.get(f"{_PATH}.csv")
def un_documents_csv() -> Response:
    """Give the resolutions and reports as a table."""
    records: list[Record] = [
        {
            "symbol": document.symbol,
            "title": str(document.title),
            "issued": document.issued,
            "kind": "resolution" if document.is_resolution else "report",
            "group": document.group.key if document.group else "",
            "said": tuple(map(str, document.said)),
            "plans": document.plans,
            "address": f"{BASE}id/{document.path.removeprefix('/doc/')}",
        }
        for document in list_documents(current_index(), "en")
    ]
    return respond_table("documents", _COLUMNS, records)


def write_document(about: Document, shown: Mapping[str, object]) -> str:
    """Write a page about a document of the United Nations."""
    page = read_document_page(current_index(), about, language(), asked_day())
    return render_template(
        "un_document.html",
        page=page,
        crumbs=[crumb(gettext("UN documents"), "/documents")],
        sections=sections(
            ("said", gettext("What it added"), page.provisions or page.abstract),
            ("read", gettext("Read it"), True),
            ("facts", gettext("Facts"), True),
            ("mentions", gettext("Named by"), page.mentions.total),
            ("sources", gettext("Sources"), page.sources),
        ),
        **shown,
    )
