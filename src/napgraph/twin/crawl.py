"""What the application answers at many addresses, written to files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from napgraph.errors import ExportError
from napgraph.twin.answers import Answer, ask, links_of
from napgraph.twin.folder import FileWriter, Written
from napgraph.twin.places import file_of, is_left_in_english
from napgraph.twin.rules import FILE, NEGOTIATED, REDIRECT, Observed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# What only a program can answer; a copy has pages of its own for asking and searching.
_LIVE = re.compile(
    r"(?:/(?:fr|es|ar))?/(?:ask|search(?!/names))(?:[/?].*)?"
    r"|/(?:api/search|sparql|graph-store|metrics|healthz|readyz)(?:[/?].*)?"
)
_ONE_OF_PAGES = re.compile(r"[^?]*(?:\?page=[1-9][0-9]*)?")


@dataclass
class Harvest:
    """What came of asking at some addresses.

    Attributes:
        files: By their names.
        types: Their content types.
        redirects: Where addresses lead to.
        gone: Addresses of what was withdrawn, and what their files' names begin
            with where one of several formats is given there; else empty.
        single: Files of addresses that have no suffix and one format.
        asked: Addresses that were asked at.
        found: Other addresses that answers lead to.
        missing: Addresses at which there is nothing.
    """

    files: dict[str, Written] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    observed: Observed = field(default_factory=Observed)
    redirects: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    single: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)

    def add(self, other: Harvest) -> None:
        """Put another harvest to this one."""
        self.observed.add(other.observed)
        for name in ("files", "types", "redirects", "gone", "single", "asked", "found", "missing"):
            getattr(self, name).update(getattr(other, name))


@lru_cache(maxsize=65_536)
def may_be_file(address: str) -> bool:
    """Tell whether an address can be answered from a file."""
    is_page = bool(_ONE_OF_PAGES.fullmatch(address))
    return is_page and not _LIVE.fullmatch(address) and not is_left_in_english(address)


def harvest(app: WSGIApplication, writer: FileWriter, addresses: Iterable[str]) -> Harvest:
    """Ask at some addresses, and at those of the other formats of what is there.

    Raises:
        ExportError: The application fails, or an answer cannot be a file.
        OSError: A file cannot be written.
    """
    result = Harvest()
    waiting = list(addresses)
    seen = set(waiting)
    while waiting:
        address = waiting.pop()
        answer = ask(app, address)
        links = {link for link in links_of(answer) if may_be_file(link)}
        _take(answer, writer, result)
        # Formats, pages and citations of a document are best asked for together.
        stem = stem_of(address)
        near = {link for link in links - seen if _is_of(link, stem)}
        waiting += sorted(near)
        seen |= near
        result.found |= links
    result.asked, result.found = seen, result.found - seen
    return result


def _take(answer: Answer, writer: FileWriter, result: Harvest) -> None:
    address = answer.address
    if 300 <= answer.status < 400:
        result.redirects[address] = answer.get("location")
        result.observed.note(REDIRECT, address, answer)
    elif answer.status == 404:
        result.missing.add(address)
    elif answer.status not in (200, 410):
        raise ExportError(f"{address} answers {answer.status}: {answer.body[:200].decode()}.")
    elif answer.is_of_another:
        if answer.status == 410:
            result.gone[address] = answer.get("content-location").rpartition(".")[0]
        place = file_of(address, "")
        if "." not in answer.get("content-location").rpartition("/")[2]:
            raise ExportError(
                f"{address} is at {answer.get('content-location')}, without a suffix."
            )
        result.observed.note(NEGOTIATED, f"/{place}", answer, without=("content-location",))
    else:
        _write(answer, writer, result)


def _write(answer: Answer, writer: FileWriter, result: Harvest) -> None:
    content_type = answer.get("content-type")
    name = file_of(answer.address, content_type)
    written = writer.write(name, answer.body, content_type)
    result.files[name] = written
    result.types[name] = content_type
    if answer.status == 410:
        result.gone[answer.address] = ""
    if name != file_of(answer.address, ""):
        result.single[answer.address] = name
    # A digest is of the body as it is sent, and this one may be sent in two codings.
    without = ("repr-digest",) if written.encodable else ()
    result.observed.note(FILE, f"/{name}", answer, without=without)


def stem_of(address: str) -> str:
    """Give the address of a document without a format and a page."""
    path = address.partition("?")[0]
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.removesuffix('.html')}"


def _is_of(link: str, stem: str) -> bool:
    """Tell whether an address is of a format, a page or a citation of a document."""
    if link.startswith("/cite/"):
        link = f"/doc/{link.removeprefix('/cite/')}"
    return link.startswith(stem) and link[len(stem) : len(stem) + 1] in (".", "?") and len(stem) > 1
