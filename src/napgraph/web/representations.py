"""One document in several formats: choosing one, and the headers that an answer has."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Response, abort, after_this_request, request
from werkzeug.datastructures import Headers
from werkzeug.http import http_date

from napgraph.errors import NotAcceptable
from napgraph.formats import (
    GRAPH_FORMATS,
    HTML,
    JSON_LD,
    LINKSET_FORMATS,
    LINKSET_JSON,
    Format,
    by_suffix,
    choose,
    split_suffix,
)
from napgraph.web.address import site_address
from napgraph.web.signposting import (
    Link,
    Signposts,
    header_of,
    link_header,
    links_of,
    linkset,
    linkset_json,
    linkset_text,
    page_links,
)
from napgraph.web.site import site

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# A program that says nothing gets Turtle; a browser, which asks for HTML, gets a page.
FORMATS = (*GRAPH_FORMATS, HTML)

# What was published is to be seen within a minute. A cache between may go on giving the last
# answer while it fetches a new one, or while we give none.
CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"


@dataclass(frozen=True, slots=True)
class Representation:
    """A document in the format that a request is answered in.

    Attributes:
        is_negotiated: Whether Accept decided, and not the suffix of the path.
        query: What the address of this form of the format has after a question mark.
    """

    signposts: Signposts
    format: Format
    is_negotiated: bool
    query: str = ""

    @property
    def address(self) -> str:
        """Where it is found whatever Accept says."""
        address = self.signposts.address(self.format)
        if not self.query:
            return address
        return f"{address}{'&' if '?' in address else '?'}{self.query}"

    @property
    def links(self) -> list[Link]:
        """The links that the answer has, to be written into a page."""
        return links_of(self.signposts, self._named)

    @property
    def link_header(self) -> str:
        """The links that the answer has, as its header has them."""
        if self.format in LINKSET_FORMATS:
            return header_of([Link(self.signposts.path, "describes")])
        return link_header(self.signposts, self._named)

    @property
    def _named(self) -> Format | None:
        """The format that the answer's address is of; a page's stands for the document itself."""
        return None if self.is_negotiated or self.format is HTML else self.format


def split_name(name: str) -> tuple[str, Format | None]:
    """Split the last part of a path, `MLI-3` or `MLI-3.ttl`, into key and format."""
    return split_suffix(name, (*FORMATS, *LINKSET_FORMATS))


def named_format(suffix: str) -> Format | None:
    """Find the format that a suffix names; None without one.

    Raises:
        NotFound: There is no such format.
    """
    form = by_suffix(suffix, (*FORMATS, *LINKSET_FORMATS))
    if form is None and suffix:
        names = ", ".join(form.suffix for form in FORMATS)
        abort(404, f"There is no format .{suffix}; there are {names}.")
    return form


def page_number() -> int:
    """Read which page of a document is asked for; 0, of which there is none, for nonsense."""
    if not request.query_string:
        return 1
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def choose_representation(signposts: Signposts, named: Format | None) -> Representation:
    """Choose the format that the path names, or else the one that Accept likes best.

    Raises:
        NotAcceptable: Accept likes none; the answer links to those that there are.
    """
    if named is not None:
        return Representation(signposts, named, is_negotiated=False)
    try:
        chosen = negotiate(request.headers.get("Accept"))
    except NotAcceptable:
        after_this_request(_link_to(page_links(signposts)))
        raise
    return Representation(signposts, chosen, is_negotiated=True)


@lru_cache(maxsize=256)
def negotiate(accept: str | None) -> Format:
    """Choose the format of a document that Accept likes best.

    Raises:
        NotAcceptable: It likes none.
    """
    return choose(accept, FORMATS)


def respond(representation: Representation, body: str | bytes, *, status: int = 200) -> Response:
    """Answer with a representation, whose text this is."""
    content = body.encode() if isinstance(body, str) else body
    headers = headers_of(representation, content, created=site().current().generation.created)
    response = WholeResponse(content, status, headers)
    if status == 200 and is_conditional():
        response.make_conditional(request)
    return response


def headers_of(representation: Representation, content: bytes, *, created: str) -> dict[str, str]:
    """Give the headers of a representation, but for those that every answer has.

    Args:
        representation: What is answered.
        content: Its bytes.
        created: When the generation was made that it is from.
    """
    form = representation.format
    headers = {
        "Content-Type": form.content_type,
        # Bytes that two formats share are still two representations.
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:20]}-{form.suffix}"',
        "Last-Modified": http_time(created),
        "Cache-Control": CACHE_CONTROL,
        "Content-Location": representation.address,
        "Link": representation.link_header,
    }
    # JSON-LD has forms that Accept chooses among by their profile.
    if representation.is_negotiated or form is JSON_LD:
        headers["Vary"] = "Accept"
    return headers


class WholeResponse(Response):
    """An answer whose headers are whole, so that nothing has to be made of them for the server."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Give the headers as they are; those of a 304 lose what is about the body."""
        return super().get_wsgi_headers(environ) if self.status_code == 304 else self.headers


def see_other(path: str, rel: str) -> Response:
    """Lead to another document, which is to this address what a link relation says."""
    headers, body = elsewhere(path, rel)
    return Response(body, 303, headers)


def elsewhere(path: str, rel: str) -> tuple[dict[str, str], bytes]:
    """Give headers and body of an answer that leads to another document; see `see_other`."""
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Location": path,
        "Vary": "Accept",
        "Cache-Control": CACHE_CONTROL,
        "Link": header_of([Link(path, rel)]),
    }
    return headers, f"See {path}\n".encode()


def respond_with_linkset(representation: Representation) -> Response:
    """Answer with all the links of a document."""
    return respond(representation, write_linkset(representation, site_address()))


def write_linkset(representation: Representation, site_address: str) -> bytes:
    """Write all the links of a document, whose site is at an address."""
    write = linkset_json if representation.format is LINKSET_JSON else linkset_text
    return write(linkset(representation.signposts, site_address)).encode()


def is_conditional() -> bool:
    """Tell whether this request asks for an answer only where it is another than one before."""
    # The cache before the application answers conditions, but for requests that it lets pass.
    environ = request.environ
    return "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ


def _link_to(links: list[Link]) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        response.headers["Link"] = header_of(links)
        return response

    return add


@lru_cache(maxsize=8)
def http_time(iso_time: str) -> str:
    """Write a time of ISO 8601 as headers have it."""
    return http_date(datetime.fromisoformat(iso_time))
