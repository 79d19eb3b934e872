"""Writing the files of the twin: into a new folder, which then takes the old one's place.

    DIR/
        manifest.json    what is here
        site/            the files to serve
        nginx/ …         rules for servers

A file that is as it was is the same file as before, so that its date, which
clients know it by, is too. Files with the same bytes, as Turtle and TriG of a
document are, are one file with several names.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import brotli

from napgraph.errors import ExportError
from napgraph.web.encodings import worth_encoding

MANIFEST = "manifest.json"
SITE = "site"

# What a browser asks for, and little else does.
_FOR_BROWSERS = ("text/html", "text/css", "text/javascript")
# Shorter ones a server compresses while it sends them, in less than 0.1 ms: a copy beside each of
# them would take as much of a disk as the file, and there are eighty thousand.
_WORTH_A_FILE_BYTES = 8_192
# Brotli makes pages a tenth shorter than gzip, which of a shorter one is less than a packet.
_WORTH_BROTLI_BYTES = 32_768
# The bytes of how many files are known, so that those of another one are not written again.
_MOST_KNOWN = 64


class Written(NamedTuple):
    """A file of the site.

    Attributes:
        size: In bytes, as it is.
        packed: Suffixes of the files beside it in which it is compressed.
        encodable: Whether it is sent compressed, from such a file or not.
        is_new: Whether it differs from what was there before.
    """

    sha256: str
    size: int
    packed: tuple[str, ...]
    encodable: bool
    is_new: bool


class FileWriter:
    """Writes files of the site, or takes them from the folder that was there before.

    Args:
        site: Where to write.
        before: The site before, or None.
        known: The digests of its files.
    """

    def __init__(self, site: Path, before: Path | None, known: Mapping[str, str]) -> None:
        self._site = str(site)
        self._before = before and str(before)
        self._known = known
        self._folders: set[str] = set()
        self._written: dict[str, str] = {}

    def write(self, name: str, body: bytes, content_type: str) -> Written:
        """Write a file, and beside it what it is when compressed.

        Raises:
            OSError: It cannot be written.
        """
        sha256 = hashlib.sha256(body).hexdigest()[:32]
        folder = name.rpartition("/")[0]
        if folder not in self._folders:
            Path(self._site, folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        encodable = worth_encoding(body, content_type)
        packed = _packings(body, content_type) if encodable else ()
        is_new = self._known.get(name) != sha256
        # Two processes may be led to one address at once, and get the same there.
        with suppress(FileExistsError):
            if is_new or not self._take(name, len(body), packed):
                is_new = True
                self._write(name, body, packed, sha256)
        return Written(sha256, len(body), packed, encodable, is_new)

    def _write(self, name: str, body: bytes, packed: tuple[str, ...], sha256: str) -> None:
        site, alike = self._site, f"{sha256} {packed}"
        same = self._written.get(alike)
        if same and _link_all(f"{site}/{same}", f"{site}/{name}", packed):
            return
        _write(f"{site}/{name}", body)
        for suffix in packed:
            _write(f"{site}/{name}{suffix}", _pack(body, suffix))
        if len(self._written) >= _MOST_KNOWN:
            del self._written[next(iter(self._written))]
        self._written[alike] = name

    def _take(self, name: str, size: int, packed: tuple[str, ...]) -> bool:
        """Have a file be the same one as before; tell whether that is possible."""
        if self._before is None:
            return False
        before = f"{self._before}/{name}"
        try:
            if Path(before).stat().st_size != size:
                return False
        except OSError:
            return False
        return _link_all(before, f"{self._site}/{name}", packed)


def _link_all(there: str, here: str, packed: tuple[str, ...]) -> bool:
    """Give a file and its compressed ones a second name; tell whether that is possible."""
    suffixes = ("", *packed)
    try:
        for suffix in suffixes:
            os.link(f"{there}{suffix}", f"{here}{suffix}")
    except FileExistsError:
        raise
    except OSError as exc:
        if exc.errno == errno.ENOSPC:
            raise
        for suffix in suffixes:
            Path(f"{here}{suffix}").unlink(missing_ok=True)
        return False
    return True


def _write(path: str, body: bytes) -> None:
    # Of a hundred thousand files, to open each takes a third less so than as a stream.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        rest = memoryview(body)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as exc:
        # The system names no file where it has an open one.
        raise OSError(exc.errno, exc.strerror, path) from exc
    finally:
        os.close(descriptor)


def _packings(body: bytes, content_type: str) -> tuple[str, ...]:
    if len(body) < _WORTH_A_FILE_BYTES:
        return ()
    is_worth_both = len(body) >= _WORTH_BROTLI_BYTES and content_type.startswith(_FOR_BROWSERS)
    return (".gz", ".br") if is_worth_both else (".gz",)


def _pack(body: bytes, suffix: str) -> bytes:
    if suffix == ".gz":
        return gzip.compress(body, compresslevel=5, mtime=0)
    return bytes(brotli.compress(body, quality=5))


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
