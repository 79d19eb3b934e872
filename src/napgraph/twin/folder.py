"""Writing the files of the twin: into a new folder, which then takes the old one's place.

    DIR/
        manifest.json    what is here
        site/            the files to serve
        nginx/ …         rules for servers

A file that is as it was is the same file as before, so that its date, which
clients know it by, is too.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli

from napgraph.errors import ExportError
from napgraph.web.encodings import encode, worth_encoding

MANIFEST = "manifest.json"
SITE = "site"

# What a browser asks for, and little else does.
_FOR_BROWSERS = ("text/html", "text/css", "text/javascript")


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the site.

    Attributes:
        size: In bytes, as it is.
        packed: Suffixes of the files beside it in which it is compressed.
        is_new: Whether it differs from what was there before.
    """

    sha256: str
    size: int
    packed: tuple[str, ...]
    is_new: bool


class FileWriter:
    """Writes files of the site, or takes them from the folder that was there before.

    Args:
        site: Where to write.
        before: The site before, or None.
        known: The digests of its files.
    """

    def __init__(self, site: Path, before: Path | None, known: Mapping[str, str]) -> None:
        self._site = site
        self._before = before
        self._known = known
        self._folders: set[str] = set()

    def write(self, name: str, body: bytes, content_type: str) -> Written:
        """Write a file, and beside it what it is when compressed.

        Raises:
            OSError: It cannot be written.
        """
        sha256 = hashlib.sha256(body).hexdigest()[:32]
        folder = name.rpartition("/")[0]
        if folder not in self._folders:
            (self._site / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        packed = _packings(body, content_type)
        is_new = not (self._known.get(name) == sha256 and self._take(name, len(body), packed))
        if is_new:
            # Two processes may be led to one address at once, and get the same there.
            with suppress(FileExistsError):
                _write(self._site / name, body)
                for suffix in packed:
                    _write(self._site / f"{name}{suffix}", _pack(body, suffix))
        return Written(sha256, len(body), packed, is_new)

    def _take(self, name: str, size: int, packed: tuple[str, ...]) -> bool:
        """Have a file be the same one as before; tell whether that is possible."""
        if self._before is None:
            return False
        names = [name, *(f"{name}{suffix}" for suffix in packed)]
        try:
            if (self._before / name).stat().st_size != size:
                return False
            for one in names:
                os.link(self._before / one, self._site / one)
        except OSError as exc:
            if exc.errno == errno.ENOSPC:
                raise
            for one in names:
                (self._site / one).unlink(missing_ok=True)
            return False
        return True


def _write(path: Path, body: bytes) -> None:
    with path.open("xb", buffering=0) as stream:
        rest = memoryview(body)
        while rest:
            rest = rest[stream.write(rest) :]


def _packings(body: bytes, content_type: str) -> tuple[str, ...]:
    if not worth_encoding(body, content_type):
        return ()
    return (".gz", ".br") if content_type.startswith(_FOR_BROWSERS) else (".gz",)


def _pack(body: bytes, suffix: str) -> bytes:
    return encode(body, "gzip") if suffix == ".gz" else bytes(brotli.compress(body, quality=5))


# -- the folder as a whole ---------------------------------------------------------------------


def read_manifest(target: Path) -> dict[str, Any] | None:
    """Read what is in a folder that was exported before; None if there is nothing.

    Raises:
        ExportError: Something else is there.
    """
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return None
    try:
        manifest: dict[str, Any] = json.loads((target / MANIFEST).read_bytes())
        if not (manifest["napgraph"] and isinstance(manifest["files"], dict)):
            raise ValueError("the manifest of something else")
        return manifest
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ExportError(
            f"{target} is there and was not written by `napgraph export`; name another folder, "
            "or empty this one."
        ) from exc


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder beside the target to write into, and remove it where it is still there.

    Raises:
        ExportError: Something cannot be written; the target is as it was.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as exc:
        raise ExportError(f"{target.parent} cannot be written to: {exc.strerror}.") from exc
    try:
        folder.chmod(0o755)
        yield folder
    except OSError as exc:
        raise ExportError(
            f"{exc.filename or folder} cannot be written: {exc.strerror}; {target} is as it was."
        ) from exc
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def replace_folder(folder: Path, target: Path) -> None:
    """Have a new folder take the place of the target, which is removed."""
    old = folder.with_name(f"{folder.name}-old")
    if target.exists():
        target.rename(old)
    try:
        folder.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
