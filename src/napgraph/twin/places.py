"""Where an address is in the folder of files, and which addresses are alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from napgraph.errors import ExportError

# The folder of the pages of documents that come in several, but for their first.
PAGES = "_page"
# The folder of what errors say.
ERRORS = "_error"


def file_of(address: str, content_type: str) -> str:
    """Name the file that has what is at an address, from the site's folder on.

    Raises:
        ExportError: No file can have such a name.
    """
    path, _, query = address.partition("?")
    parts = [unquote(part) for part in path.split("/")[1:]]
    if parts[-1] == "":
        parts[-1] = "index"
    if not _SUFFIX.search(parts[-1]) and content_type.startswith("text/html"):
        parts[-1] += ".html"
    elif not _SUFFIX.search(parts[-1]) and content_type == "application/json":
        # Its name may be that of a folder, too.
        parts.append("index.json")
    for part in parts:
        if part in ("", ".", "..") or "/" in part or "\0" in part or len(part.encode()) > 240:
            raise ExportError(f"{address} cannot be the name of a file; give it another key.")
    if not query:
        return "/".join(parts)
    page = _PAGE.fullmatch(query)
    if page is None:
        raise ExportError(f"{address} cannot be the name of a file.")
    return "/".join([PAGES, page[1], *parts])


@dataclass(frozen=True, slots=True)
class Likeness:
    """Which addresses are alike: those in a folder with one suffix.

    Attributes:
        group: The address with `*` for what is its own.
        name: What is its own.
    """

    group: str
    name: str


def likeness_of(address: str) -> Likeness:
    """Find the group of an address."""
    match = LIKENESS.fullmatch(address)
    if match is None:
        return Likeness(address, "")
    return Likeness(f"{match['dir']}*{match['suffix'] or ''}", match["name"])


def templated(value: str, name: str) -> str:
    """Write `{}` for a name wherever it ends a path, so that what is alike looks alike."""
    if not name or quote(name) != name:
        return value
    return re.sub(rf"(?<=/){re.escape(name)}(?=[.>?#\"]|$)", "{}", value)


_SUFFIX = re.compile(r"\.[a-z0-9]+$")
_PAGE = re.compile(r"page=([1-9][0-9]*)")
# Of the language that regular expressions have in Python, nginx and others alike.
LIKENESS = re.compile(
    r"^(?P<dir>[^/]*/(?:.*/)?)(?P<name>[^/]+?)(?P<suffix>(?:\.linkset)?\.[a-z0-9]+)?$"
)
# Documents in another language than English, and those of kinds that a copy has in all languages:
# it leads from all others to the English ones, of which there are ten thousand.
IN_OTHER_LANGUAGES = r"^/(?:ar|es|fr)(/doc/[^.]+)$"
_TRANSLATED = re.compile(r"/(?:ar|es|fr)/doc/(?:country|pillar|plan|region|theme)/.*")


def is_left_in_english(address: str) -> bool:
    """Tell whether a copy has a document in English alone that is asked for in another language."""
    path = address.partition("?")[0]
    return bool(re.match(IN_OTHER_LANGUAGES, path)) and not _TRANSLATED.fullmatch(path)
