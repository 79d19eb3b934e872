"""What a form sends: what is filled in, and what somebody says of their change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from flask import request

from napgraph.curation.form_values import Written
from napgraph.curation.forms import BODY, MOST_ROWS, OBJECTIVE, Answers
from napgraph.web.curation.desk import desk

_LONGEST_TEXT = 5_000


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of their change.

    Attributes:
        base: The commit that the form was made from.
        key: Tells a form that is sent twice from two.
        revision: That of the submission which the form revises, if it does.
    """

    message: str = ""
    source: str = ""
    base: str = ""
    key: str = ""
    revision: str = ""


def read_claim() -> Claim:
    """Read what is said of the change; without a commit that is known, it is made from the last."""

    def said(name: str) -> str:
        return request.form.get(name, "").strip()[:_LONGEST_TEXT]

    workspace, base = desk().workspace, said("base")
    return Claim(
        message=said("message"),
        source=said("source"),
        base=base if workspace.has_commit(base) else workspace.head(),
        key=said("key")[:40],
        revision=said("revision"),
    )


def read_posted() -> Mapping[str, Answers]:
    """Read what is filled in, by the parts and fields of the form."""
    posted: dict[str, dict[str, tuple[Written, ...]]] = {}
    for name, texts in request.form.lists():
        part, _, field = name.partition(".")
        if not field or field.endswith(".language"):
            continue
        tags = request.form.getlist(f"{name}.language")
        pairs = zip_longest(texts, tags[: len(texts)], fillvalue="")
        posted.setdefault(part, {})[field] = tuple(Written(*pair) for pair in pairs)
    return posted


def read_rows() -> Mapping[str, int]:
    """Say how many objectives and bodies the form has, with one more of what is asked for."""
    more = request.form.get("more", "")
    return {kind: _number(f"rows.{kind}") + (more == kind) for kind in (OBJECTIVE, BODY)}


def _number(name: str) -> int:
    text = request.form.get(name, "0")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
