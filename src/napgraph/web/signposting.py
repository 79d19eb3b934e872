"""Links for programs: from a document to its formats, its thing, its licence and its pages.

Two levels: the links of one answer in its Link header, and those of a whole
document, each with its own anchor, in a linkset.

Source: RFC 8288; RFC 9264; https://signposting.org/FAIR/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from napgraph.documents import Page, Profile
from napgraph.formats import GRAPH_FORMATS, HTML, LINKSET_FORMATS, Format
from napgraph.namespaces import SCHEMA

DATASET_PATH = "/dataset"
# Before the address of a document: where its former states are chosen from, and listed.
TIMEGATE, TIMEMAP = "/timegate", "/timemap"
LINK_FORMAT = "application/link-format"
# What a page is that a cited IRI leads to and that stands for what it is about.
LANDING_PAGE = (str(SCHEMA.AboutPage),)
_REPLACED_BY = "http://purl.org/dc/terms/isReplacedBy"

# What stands for them in a template; no address has it.
_PATH, _IRI = "\0path", "\0iri"
# How many links of a kind a header has at most, and of more items none; the linkset has all.
_MOST = 20


class Link(NamedTuple):
    """A link: where it leads, as what, and the media type that is found there.

    The target is an address as a header may have it: see `clean`.
    """

    target: str
    rel: str
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Signposts:
    """What the links of a document follow from.

    Attributes:
        path: Its address on this site, without the suffix of a format.
        iri: What is to be cited, which leads to the document.
        profile: What is known of that.
        types: What the document is to the web, besides.
        page: Which of its pages this is.
        items: What it is a collection of.
        has_history: Whether its former states can be had.
    """

    path: str
    iri: str
    profile: Profile
    types: tuple[str, ...] = ()
    page: Page = field(default_factory=lambda: Page(1, 1))
    items: tuple[Link, ...] = ()
    has_history: bool = False

    def address(self, form: Format | None = None, page: int | None = None) -> str:
        """Give the address of a page, this one if none is named, in a format or in any."""
        number = page or self.page.number
        path = f"{self.path}.{form.suffix}" if form else self.path
        return path if number == 1 else f"{path}?page={number}"


def page_links(signposts: Signposts) -> list[Link]:
    """List the links of the document itself, in whatever format it is sent."""
    links = [*_about(signposts), Link(signposts.iri, "describes"), *_pages(signposts, None)]
    links += [*_formats(signposts, "alternate describedby"), *_linksets(signposts)]
    return [*links, *_history(signposts, None)]


def data_links(signposts: Signposts, form: Format) -> list[Link]:
    """List the links of the document in one format, under that format's own address."""
    return [
        Link(signposts.iri, "cite-as"),
        Link(signposts.iri, "describes"),
        Link(signposts.address(), "describes", HTML.media_type),
        Link(clean(signposts.profile.licence), "license"),
        *_pages(signposts, form),
        *_formats(signposts, "alternate"),
        *_linksets(signposts),
        *_history(signposts, form),
    ]


def links_of(signposts: Signposts, form: Format | None) -> list[Link]:
    """List the links of the document itself, or under the address of one of its formats."""
    return page_links(signposts) if form is None else data_links(signposts, form)


def link_header(signposts: Signposts, form: Format | None) -> str:
    """Write these links as the value of a Link header, as `header_of` does but sooner.

    The links of documents about things of a class differ in path and IRI alone.
    """
    if signposts.page.count > 1 or signposts.items:
        return header_of(links_of(signposts, form))
    template = _template(signposts.profile, signposts.types, form, signposts.has_history)
    return template.replace(_PATH, signposts.path).replace(_IRI, signposts.iri)


@lru_cache(maxsize=1_024)
def _template(
    profile: Profile, types: tuple[str, ...], form: Format | None, has_history: bool
) -> str:
    signposts = Signposts(_PATH, _IRI, profile, types, has_history=has_history)
    return header_of(links_of(signposts, form))


def header_of(links: Iterable[Link]) -> str:
    """Write links as the value of a Link header."""
    return ", ".join(map(_write, links))


def linkset(signposts: Signposts, site_address: str) -> dict[str, list[Link]]:
    """Collect all links of a document, with each address as an absolute one.

    Args:
        signposts: The document; its first page.
        site_address: Where this site is, without a slash at its end.

    Returns:
        Links by the address that they lead from: the document, its formats and
        what it is a collection of.
    """
    document = f"{site_address}{signposts.path}"
    metadata = [
        Link(signposts.address(form), "describedby", form.media_type) for form in GRAPH_FORMATS
    ]
    links = {document: [*_about(signposts, most=None), *metadata, *_history(signposts, None)]}
    for link in metadata:
        links[link.target] = [Link(document, "describes", HTML.media_type)]
    for link in (*_contents(signposts), *signposts.items):
        links[link.target] = [Link(document, "collection", HTML.media_type)]
    return {
        _absolute(anchor, site_address): [
            Link(_absolute(link.target, site_address), link.rel, link.media_type) for link in found
        ]
        for anchor, found in links.items()
    }


def linkset_text(links: dict[str, list[Link]]) -> str:
    """Write a linkset as `application/linkset`: a Link header over several lines."""
    lines = (
        f'{_write(link)}; anchor="{anchor}"' for anchor, found in links.items() for link in found
    )
    return ",\n".join(lines) + "\n"


def linkset_json(links: dict[str, list[Link]]) -> str:
    """Write a linkset as `application/linkset+json`."""
    contexts = [_context(anchor, found) for anchor, found in links.items()]
    return json.dumps({"linkset": contexts}, indent=1, ensure_ascii=False) + "\n"


@lru_cache(maxsize=4_096)
def clean(address: str) -> str:
    """Encode what may not stand in an address, or would end it: data say what they like."""
    return quote(address, safe="%/:?#[]@!$&'()*+,;=")


def _about(signposts: Signposts, *, most: int | None = _MOST) -> Iterator[Link]:
    """Say what FAIR Signposting asks of a landing page, but for what describes it."""
    profile = signposts.profile
    yield Link(signposts.iri, "cite-as")
    for iri in (*profile.types[:most], *signposts.types):
        yield Link(clean(iri), "type")
    yield from (Link(clean(iri), "author") for iri in profile.authors[:most])
    yield Link(clean(profile.licence), "license")
    if signposts.path != DATASET_PATH:
        yield Link(DATASET_PATH, "collection", HTML.media_type)
    items = [*_contents(signposts), *signposts.items]
    yield from items if most is None or len(items) <= most else ()
    yield from (Link(clean(iri), _REPLACED_BY) for iri in profile.replaced_by[:most])


def _contents(signposts: Signposts) -> list[Link]:
    return [Link(clean(address), "item") for address in signposts.profile.contents]


def _formats(signposts: Signposts, rel: str) -> Iterator[Link]:
    yield Link(signposts.address(HTML), "alternate", HTML.media_type)
    for form in GRAPH_FORMATS:
        yield Link(signposts.address(form), rel, form.media_type)


def _linksets(signposts: Signposts) -> Iterator[Link]:
    for form in LINKSET_FORMATS:
        yield Link(signposts.address(form, page=1), "linkset", form.media_type)


def _history(signposts: Signposts, form: Format | None) -> Iterator[Link]:
    """Say where former states are found, as RFC 7089 has it, section 2.2."""
    if signposts.has_history and signposts.page.number == 1:
        address = signposts.address(form)
        yield Link(f"{TIMEGATE}{address}", "timegate")
        yield Link(f"{TIMEMAP}{address}", "timemap", LINK_FORMAT)


def _pages(signposts: Signposts, form: Format | None) -> Iterator[Link]:
    page = signposts.page
    if page.count > 1:
        places = {"first": 1, "prev": page.previous, "next": page.next, "last": page.count}
        for rel, number in places.items():
            if number:
                yield Link(signposts.address(form, page=number), rel)


def _context(anchor: str, links: Sequence[Link]) -> dict[str, object]:
    """Write the links of one anchor.

    Source: RFC 9264, section 4.2
    """
    context: dict[str, object] = {"anchor": anchor}
    for rel in dict.fromkeys(link.rel for link in links):
        context[rel] = [
            {"href": link.target} | ({"type": link.media_type} if link.media_type else {})
            for link in links
            if link.rel == rel
        ]
    return context


def _write(link: Link) -> str:
    kind = f'; type="{link.media_type}"' if link.media_type else ""
    return f'<{link.target}>; rel="{link.rel}"{kind}'


def _absolute(address: str, site_address: str) -> str:
    return f"{site_address}{address}" if address.startswith("/") else address
