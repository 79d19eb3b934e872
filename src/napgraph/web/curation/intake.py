"""What a request proposes: read from a form, from JSON or from RDF, and made into a draft."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from napgraph.curation import patches
from napgraph.curation.judging import Given, Judged
from napgraph.curation.patches import apply_patch, read_patch
from napgraph.curation.submissions import Draft
from napgraph.curation.workspace import require_graph_name
from napgraph.data_formats import FORMATS, SHEET, find_format, format_of_file
from napgraph.errors import RequestError, UnsupportedBody, WorkspaceError
from napgraph.formats import N_QUADS, TRIG, TURTLE, Format, by_name
from napgraph.namespaces import GRAPH
from napgraph.turtle import parse_turtle, to_turtle
from napgraph.web.bodies import read_body
from napgraph.web.curation.desk import desk
from napgraph.web.judging import judges

_JSON = "application/json"
# The longest of each, in characters.
_LENGTHS = {"message": 5_000, "source": 2_000, "key": 200}
_MOST_GRAPHS = 50


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes.

    Attributes:
        message: What changes and why.
        source: What says so.
        base: The commit that it was made from; empty for the last one.
        key: See `Draft.key`.
        given: The next states of graphs.
        removed: The names of graphs that go.
        patch: What changes in graphs, as RDF Patch; empty for nothing.
    """

    message: str
    source: str
    base: str
    key: str
    given: tuple[Given, ...] = ()
    removed: tuple[str, ...] = ()
    patch: bytes = b""


def read_proposal() -> Proposal:
    """Read what this request proposes.

    Raises:
        RequestError: Something is missing, or has a value that makes no sense.
        UnsupportedBody: Its body is in no form that is read here.
    """
    kind = request.mimetype
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedBody("The body is compressed; send it as it is.")
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return _checked(_from_form())
    # With the message in the address, the body is data: a fact sheet.
    if kind == _JSON and "message" not in request.args:
        return _checked(_from_json())
    said = _said(request.args)
    if kind == patches.MEDIA_TYPE:
        return _checked(replace(said, patch=read_body()))
    form = find_format(kind)
    given = Given(_graph_name(request.args.get("graph", "")), read_body(), form.media_type)
    return _checked(replace(said, given=(given,)))


def judged_draft(proposal: Proposal, author: str, *, client: str) -> tuple[Draft, Judged]:
    """Make a draft of a proposal, and judge it.

    Args:
        proposal: What is proposed.
        author: The name of a person.
        client: Whose it is, for the judges.

    Raises:
        CurationError: It cannot be submitted.
        DataError: Its graphs cannot be read or placed, or pass a limit.
        EndpointBusy: Too many are waiting to be judged.
    """
    base = proposal.base or desk().workspace.head()
    given = (*proposal.given, *_patched(proposal.patch, base))
    judged = judges().judge(given, removed=proposal.removed, client=client)
    gone = dict.fromkeys(proposal.removed)
    draft = Draft(
        author=author,
        message=proposal.message,
        source=proposal.source,
        base=base,
        files={**judged.files, **gone},
        key=proposal.key,
    )
    rebased = desk().publisher.check(draft)
    if rebased.files and dict(rebased.files) != dict(draft.files) and rebased.head != base:
        # What was published since belongs to what would be published.
        judged = judge_files(rebased.files, client=client)
    return draft, judged


def judge_files(files: Mapping[str, bytes | None], *, client: str) -> Judged:
    """Judge named graphs as they would be published; None stands for one that goes.

    Raises:
        DataError: They pass a limit.
        EndpointBusy: Too many are waiting to be judged.
    """
    given = [Given(name, content) for name, content in files.items() if content is not None]
    removed = [name for name, content in files.items() if content is None]
    return judges().judge(given, removed=removed, client=client)


# -- the three forms of a request --------------------------------------------------------------


def _from_form() -> Proposal:
    given = [*_files(request.files.getlist("file")), *_pasted()]
    removed = [name for text in request.form.getlist("remove") if (name := _graph_name(text))]
    patch = request.form.get("patch", "").strip()
    return replace(
        _said(request.form), given=tuple(given), removed=tuple(removed), patch=patch.encode()
    )


def _files(uploads: list[FileStorage]) -> Iterator[Given]:
    for upload in uploads:
        if not upload.filename:
            continue
        path = PurePath(upload.filename)
        form = format_of_file(path.name)
        if form is None:
            raise RequestError(
                f"{path.name[:100]} ends with no format that is read here; name it .ttl for "
                "Turtle, .jsonld, .nt, .rdf, .trig, .nq, or .json for a fact sheet."
            )
        yield Given(_name_of_file(path.stem, form), upload.read(), form.media_type)


def _name_of_file(stem: str, form: Format) -> str | None:
    """Take a file's name for that of its graph, as in the data folder, if there is such a graph."""
    names_itself = form in (TRIG, N_QUADS, SHEET)
    return stem if not names_itself and stem in desk().workspace.blobs() else None


def _pasted() -> Iterator[Given]:
    # Browsers send line breaks as CR LF.
    text = request.form.get("text", "").replace("\r\n", "\n")
    if text.strip():
        form = _format(request.form.get("format", TURTLE.suffix))
        yield Given(_graph_name(request.form.get("graph", "")), text.encode(), form.media_type)


def _from_json() -> Proposal:
    try:
        body = json.loads(read_body())
    except (ValueError, RecursionError) as exc:
        raise RequestError(f"The body is not JSON: {str(exc)[:200]}.") from exc
    if not isinstance(body, dict):
        raise RequestError("The body is not a JSON object with message, source and graphs.")
    graphs = body.get("graphs", {})
    if not isinstance(graphs, dict):
        raise RequestError("graphs is no JSON object: give each graph's Turtle by its name.")
    names = {name: _graph_name(name) or "" for name in graphs}
    patch = _text(body, "patch")
    return replace(
        _said({name: _text(body, name) for name in ("message", "source", "base", "key")}),
        given=tuple(
            _given(names[name], value) for name, value in graphs.items() if value is not None
        ),
        removed=tuple(names[name] for name, value in graphs.items() if value is None),
        patch=patch.encode(),
    )


def _given(name: str, value: Any) -> Given:
    if isinstance(value, str):
        return Given(name, value.encode(errors="replace"), TURTLE.media_type)
    if isinstance(value, dict) and isinstance(value.get("content"), str):
        form = _format(str(value.get("mediaType", TURTLE.media_type)))
        return Given(name, value["content"].encode(errors="replace"), form.media_type)
    raise RequestError(
        f"graphs has for {name[:40]!r} neither Turtle as a text, nor content with its mediaType, "
        "nor null to remove it."
    )


def _said(fields: Mapping[str, str]) -> Proposal:
    return Proposal(
        message=fields.get("message", "").replace("\r\n", "\n").strip(),
        source=fields.get("source", "").strip(),
        base=fields.get("base", "").strip(),
        key=(request.headers.get("Idempotency-Key", "") or fields.get("key", "")).strip(),
    )


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise RequestError(f"{name} is no text in JSON.")
    return value


def _format(name: str) -> Format:
    form = by_name(name, FORMATS)
    if form is None:
        raise RequestError(f"{name[:40]!r} is no format that is read here.")
    return form


def _graph_name(text: str) -> str | None:
    """Read the name of a graph, or its IRI; None where none is given.

    Raises:
        RequestError: No graph can have it.
    """
    name = text.strip().removeprefix(str(GRAPH))
    if not name:
        return None
    try:
        require_graph_name(name)
    except WorkspaceError as exc:
        raise RequestError(str(exc)) from exc
    return name


def _checked(proposal: Proposal) -> Proposal:
    for name, longest in _LENGTHS.items():
        if len(getattr(proposal, name)) > longest:
            raise RequestError(f"{name} has more than {longest:,} characters.")
    if not proposal.message:
        raise RequestError("message is missing: say what changes, and why.")
    if not proposal.source:
        raise RequestError("source is missing: give the address or the title of what says so.")
    if not (proposal.given or proposal.removed or proposal.patch):
        raise RequestError("Nothing is proposed: give a file, a text or a patch.")
    if len(proposal.given) + len(proposal.removed) > _MOST_GRAPHS:
        raise RequestError(f"More than {_MOST_GRAPHS} graphs at once cannot be reviewed.")
    if proposal.base and not desk().workspace.has_commit(proposal.base):
        raise RequestError(
            f"base is {proposal.base[:50]!r}, which is no commit of the data here; leave it out "
            "for the last one."
        )
    return proposal


# -- patches -----------------------------------------------------------------------------------


def _patched(patch: bytes, base: str) -> Iterator[Given]:
    if not patch:
        return
    changes = read_patch(patch)
    for name in changes:
        _graph_name(name)
    before = desk().workspace.read_all(list(changes), base)
    for name, change in changes.items():
        graph = parse_turtle(before[name] or b"", name=f"{name}.ttl")
        yield Given(name, to_turtle(apply_patch(name, graph, change)).encode())
