"""Files as responses: whole, in part, or not at all where the client has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from flask import Response, request
from werkzeug.datastructures import ContentRange
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_etags, parse_range_header

from napgraph.derived_folder import DerivedFile
from napgraph.web.encodings import digest_field

_FOREVER = "public, max-age=31536000, immutable"
_NEWEST = "public, max-age=60"
_CONTENT_TYPES = {"text/csv": "text/csv; charset=utf-8; header=present"}
_PART_BYTES = 65_536


def send_derived(folder: Path, file: DerivedFile, *, forever: bool) -> Response:
    """Send a file made from a generation.

    Args:
        folder: Where it is.
        file: The file.
        forever: Whether the address means these bytes, or always the newest.

    Raises:
        FileNotFoundError: It is no longer there.
        RequestedRangeNotSatisfiable: The part asked for is not in it.
    """
    path = folder / file.name
    response = Response(content_type=_CONTENT_TYPES.get(file.served_as, file.served_as))
    response.set_etag(file.sha256[:32])
    response.last_modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = _FOREVER if forever else _NEWEST
    response.headers["Content-Disposition"] = f'inline; filename="{file.name}"'
    response.headers["Repr-Digest"] = digest_field(file.sha256)
    part = _part_asked_for(response, file.size)
    start, stop = part or (0, file.size)
    response.response = _read(path, start, stop)
    response.content_length = stop - start
    if part:
        response.status_code = 206
        response.content_range = ContentRange("bytes", start, stop, file.size)
    else:
        response.make_conditional(request)
    return response


def _part_asked_for(response: Response, size: int) -> tuple[int, int] | None:
    """Read which bytes are asked for: one range, for whoever has not got the whole.

    Several ranges, and what is no range of bytes, are not heeded.

    Returns:
        The first, and the one after the last; None for all.

    Source: RFC 9110, sections 13.2.2 and 14.2
    """
    asked = request.headers.get("Range")
    if asked is None or request.method != "GET" or not _is_wanted(response):
        return None
    if asked.replace(" ", "") == "bytes=-0":
        raise RequestedRangeNotSatisfiable(size)
    ranges = parse_range_header(asked)
    if ranges is None or ranges.units != "bytes" or len(ranges.ranges) != 1:
        return None
    part = ranges.range_for_length(size)
    if part is None:
        raise RequestedRangeNotSatisfiable(size)
    return part


def _is_wanted(response: Response) -> bool:
    """Tell whether a client has not got the file, and what it has got of it is of this one."""
    known = parse_etags(request.headers.get("If-None-Match"))
    same = (response.headers["ETag"], response.headers["Last-Modified"])
    begun = request.headers.get("If-Range")
    is_known = known.contains_weak(str(response.get_etag()[0]))
    return not is_known and (begun is None or begun in same)


def _read(path: Path, start: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < stop and (part := file.read(min(_PART_BYTES, stop - start))):
            start += len(part)
            yield part
