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
    parts = path.split("/")[1:]
    if "%" in path:
        parts = [unquote(part) for part in parts]
    if parts[-1] == "":
        parts[-1] = "index"
    if not _SUFFIX.search(parts[-1]):
        if content_type.startswith("text/html"):
            parts[-1] += ".html"
        elif content_type == "application/json":
            # Its name may be that of a folder, too.
            parts.append("index.json")
    if not all(map(_is_name, parts)):
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
    folder, slash, last = address.rpartition("/")
    match = _OWN_NAME.fullmatch(last) if slash else None
    if match is None:
        return Likeness(address, "")
    return Likeness(f"{folder}/*{match[2] or ''}", match[1])


def templated(value: str, name: str) -> str:
    """Write `{}` for a name wherever it ends a path, so that what is alike looks alike."""
    if not name or f"/{name}" not in value or quote(name) != name:
        return value
    first, *others = value.split(f"/{name}")
    parts = [first]
    for place, text in enumerate(others, 1):
        is_end = text.startswith(_AFTER_PATHS) if text else place == len(others)
        parts.append(f"/{'{}' if is_end else name}{text}")
    return "".join(parts)


def _is_name(part: str) -> bool:
    """Tell whether a file may have such a name."""
    if part in ("", ".", "..") or "/" in part or "\0" in part:
        return False
    return len(part) <= _LONGEST_NAME and len(part.encode()) <= _LONGEST_NAME


_LONGEST_NAME = 240
_AFTER_PATHS = (".", ">", "?", "#", '"')
_SUFFIX = re.compile(r"\.[a-z0-9]+$")
_PAGE = re.compile(r"page=([1-9][0-9]*)")
# Of the language that regular expressions have in Python, nginx and others alike.
LIKENESS = re.compile(
    r"^(?P<dir>[^/]*/(?:.*/)?)(?P<name>[^/]+?)(?P<suffix>(?:\.linkset)?\.[a-z0-9]+)?$"
)
# The last part of the same.
_OWN_NAME = re.compile(r"([^/]+?)((?:\.linkset)?\.[a-z0-9]+)?")
# Documents in another language than English, and those of kinds that a copy has in all languages:
# it leads from all others to the English ones, of which there are ten thousand.
IN_OTHER_LANGUAGES = r"^/(?:ar|es|fr)(/doc/[^.]+)$"
_TRANSLATED = re.compile(r"/(?:ar|es|fr)/doc/(?:country|pillar|plan|region|theme)/.*")


def is_left_in_english(address: str) -> bool:
    """Tell whether a copy has a document in English alone that is asked for in another language."""
    path = address.partition("?")[0]
    return bool(re.match(IN_OTHER_LANGUAGES, path)) and not _TRANSLATED.fullmatch(path)
