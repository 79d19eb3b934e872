"""How to cite the dataset, a page of it, an answer to a query, or a source.

A reference names the version and, where there is one, the address at which that
very version stays, so that whoever follows it finds what was cited.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pylatexenc.latexencode import (
    RULE_DICT,
    UnicodeToLatexConversionRule,
    UnicodeToLatexEncoder,
)

from napgraph.formats import Format
from napgraph.namespaces import DATASET, slug
from napgraph.wording import CREATOR, LICENCE_NAME, TITLE

PUBLISHER = "napgraph"


class Kind(StrEnum):
    """What is cited."""

    DATASET = "dataset"
    PAGE = "page"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation says.

    Attributes:
        key: A name for it in somebody's library, of ASCII letters, digits and hyphens.
        authors: Names of bodies, which are never taken apart.
        issued: When it was published, as ISO 8601 has it, to the year, month or day; empty if
            no date is given.
        container: What it is a part of; empty if nothing.
        version: The version of the data, which never means another.
        url: Where it is found.
        frozen_url: Where this version stays; empty where there is no such address.
        accessed: When it was looked at; empty where the version says enough.
        language: The BCP 47 tag of the title; empty if unknown.
    """

    kind: Kind
    key: str
    title: str
    authors: tuple[str, ...]
    issued: str
    publisher: str
    url: str
    container: str = ""
    version: str = ""
    frozen_url: str = ""
    licence: str = ""
    accessed: str = ""
    language: str = ""


def cite_dataset(*, version: str, dated: date, frozen_url: str = "") -> Reference:
    """Cite the dataset as a whole.

    Args:
        version: The release, or the id of the generation.
        dated: The day of the data.
        frozen_url: Where this version can be had for good.
    """
    return Reference(
        kind=Kind.DATASET,
        key=_key(version),
        title=TITLE,
        authors=(CREATOR,),
        issued=dated.isoformat(),
        publisher=PUBLISHER,
        url=str(DATASET),
        version=version,
        frozen_url=frozen_url,
        licence=LICENCE_NAME,
        language="en",
    )


def cite_part(
    title: str, url: str, *, version: str, dated: date, language: str = "en", frozen_url: str = ""
) -> Reference:
    """Cite a page of the dataset, or an answer to a query, by its title and address.

    Args:
        title: What the page is called, or what was asked.
        url: Where it is found: a thing's IRI, or the address of a page.
        version: The release, or the id of the generation.
        dated: The day of the data.
        language: Of the title.
        frozen_url: Where this version of it can be had for good.
    """
    return Reference(
        kind=Kind.PAGE,
        key=_key(slug(title)[:60].strip("-"), version),
        title=title,
        authors=(CREATOR,),
        issued=dated.isoformat(),
        publisher=PUBLISHER,
        url=url,
        container=TITLE,
        version=version,
        frozen_url=frozen_url,
        licence=LICENCE_NAME,
        language=language,
    )


def cite_source(
    title: str,
    url: str,
    *,
    publisher: str,
    issued: str = "",
    language: str = "",
    accessed: str = "",
) -> Reference:
    """Cite a source itself, as whoever published it is its author.

    Args:
        title: Its title.
        url: Where it is; empty if nowhere.
        publisher: Who published it; empty if unknown.
        issued: As precisely as known, `2019` or `2019-10-31`; empty if it says no date.
        language: Of the title.
        accessed: When it was read for the dataset, if that is known.
    """
    return Reference(
        kind=Kind.SOURCE,
        key="-".join(filter(None, (slug(publisher)[:30], issued[:4], slug(title)[:30])))
        or "source",
        title=title,
        authors=(publisher,) if publisher else (),
        issued=issued,
        publisher=publisher,
        url=url,
        accessed=accessed,
        language=language,
    )


def to_text(reference: Reference) -> str:
    """Write a reference as a sentence, the way DataCite recommends.

    Source: https://datacite-metadata-schema.readthedocs.io/, “Recommended citation format”
    """
    work = _cleaned(reference)
    authors = "; ".join(work.authors)
    parts = [
        f"{authors} ({work.issued[:4] or 'no date'}): {work.title}".lstrip(),
        f"In: {work.container}" if work.container else "",
        f"Version {work.version} of {work.issued}" if work.version else "",
        work.url,
        f"This version: {work.frozen_url}" if work.frozen_url else "",
        f"Accessed {work.accessed}" if work.accessed else "",
        work.licence,
    ]
    return " ".join(_sentence(part) for part in parts if part)


def to_bibtex(reference: Reference) -> str:
    """Write a reference for BibTeX and BibLaTeX, in ASCII but for what TeX has no macro for."""
    work = _cleaned(reference)
    year, month = work.issued[:4], work.issued[5:7]
    # Braces around a body's name keep it whole: TeX would look for a family name in it.
    fields = {
        "title": f"{{{_tex(work.title)}}}",
        "author": " and ".join(f"{{{_tex(author)}}}" for author in work.authors),
        "year": year,
        "month": str(int(month)) if month else "",
        "publisher": _tex(work.publisher),
        "howpublished": _tex(f"In: {work.container}") if work.container else "",
        "version": _tex(work.version),
        "url": _url(work.url),
        "urldate": work.accessed,
        "note": _tex(_note(work)),
    }
    lines = (f"  {name} = {{{value}}}," for name, value in fields.items() if value)
    return "\n".join([f"@misc{{{work.key},", *lines, "}", ""])


def to_ris(reference: Reference) -> str:
    """Write a reference as RIS, which Zotero, EndNote and Mendeley read.

    Source: https://en.wikipedia.org/wiki/RIS_(file_format)
    """
    work = _cleaned(reference)
    fields = [
        ("TY", {Kind.DATASET: "DATA"}.get(work.kind, "ELEC")),
        ("ID", work.key),
        ("TI", work.title),
        *(("AU", author) for author in work.authors),
        ("T2", work.container),
        ("PY", work.issued[:4]),
        ("DA", work.issued.replace("-", "/")),
        ("PB", work.publisher),
        ("ET", work.version),
        ("LA", work.language),
        ("UR", work.url),
        ("Y2", work.accessed.replace("-", "/")),
        ("N1", _note(work)),
    ]
    lines = [f"{tag}  - {value}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def to_csl_json(reference: Reference) -> str:
    """Write a reference as an item of CSL-JSON, the form of citation processors.

    Source: https://docs.citationstyles.org/en/stable/specification.html
    """
    work = _cleaned(reference)
    item: dict[str, Any] = {
        "id": work.key,
        "type": {Kind.DATASET: "dataset"}.get(work.kind, "webpage"),
        "title": work.title,
        "author": [{"literal": author} for author in work.authors],
        "issued": _date_parts(work.issued),
        "container-title": work.container,
        "publisher": work.publisher,
        "version": work.version,
        "URL": work.url,
        "accessed": _date_parts(work.accessed),
        "language": work.language,
        "note": _note(work),
    }
    said = {name: value for name, value in item.items() if value}
    return json.dumps([said], ensure_ascii=False, indent=1) + "\n"


TEXT = Format("txt", "text/plain", "Text")
BIBTEX = Format("bib", "application/x-bibtex", "BibTeX")
RIS = Format("ris", "application/x-research-info-systems", "RIS")
CSL_JSON = Format("csl.json", "application/vnd.citationstyles.csl+json", "CSL-JSON")

WRITERS: Mapping[Format, Callable[[Reference], str]] = {
    TEXT: to_text,
    BIBTEX: to_bibtex,
    RIS: to_ris,
    CSL_JSON: to_csl_json,
}


def _key(*parts: str) -> str:
    return "-".join(filter(None, (PUBLISHER, *(slug(part) for part in parts))))


# Each format of a citation begins with it.
@lru_cache(maxsize=64)
def _cleaned(work: Reference) -> Reference:
    """Put each text on one line: in RIS, and in a page that is copied from, a line is a field."""
    texts = {name: _one_line(getattr(work, name)) for name in _TEXTS}
    return Reference(
        kind=work.kind,
        authors=tuple(filter(None, map(_one_line, work.authors))),
        **texts,
    )


_TEXTS = tuple(name for name in Reference.__dataclass_fields__ if name not in ("kind", "authors"))


def _one_line(text: str) -> str:
    return " ".join(_BREAKS.sub(" ", text).split())


# Characters of the categories Cc, Cs, Zl and Zp.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _sentence(text: str) -> str:
    """End a text with a full stop, but not an address, which would be taken to have it."""
    return text if text[-1] in ".!?" or re.search(r"https?://\S+$", text) else f"{text}."


def _note(work: Reference) -> str:
    said = (
        f"Data of {work.issued}" if work.version else "",
        f"This version: {work.frozen_url}" if work.frozen_url else "",
        work.licence,
    )
    return "; ".join(filter(None, said))


def _date_parts(text: str) -> dict[str, list[list[int]]]:
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        return {}
    return {"date-parts": [[int(part) for part in text.split("-")]]}


# BibTeX pairs braces even after a backslash, so that a lone one has to be a word.
_BRACES = UnicodeToLatexConversionRule(
    RULE_DICT, {ord("{"): r"\textbraceleft", ord("}"): r"\textbraceright"}
)
# What has no macro (Arabic, Chinese) stays as it is: BibLaTeX and the newer engines print it.
_ENCODER = UnicodeToLatexEncoder(
    conversion_rules=[_BRACES, "defaults"],
    non_ascii_only=False,
    replacement_latex_protection="braces-all",
    unknown_char_policy="keep",
    unknown_char_warning=False,
)


# Most texts of a citation are those of all: its licence, its publisher, what it is a part of.
@lru_cache(maxsize=1_024)
def _tex(text: str) -> str:
    return str(_ENCODER.unicode_to_latex(text))


def _url(address: str) -> str:
    """Write an address for a field that TeX reads as it stands, in which braces must pair."""
    return address.replace("{", "%7B").replace("}", "%7D").replace(" ", "%20").replace("\\", "%5C")
