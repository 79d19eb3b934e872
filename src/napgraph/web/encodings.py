"""Content codings: which are worth it, which a client takes, applying one; and digests."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Callable
from functools import lru_cache

import brotli
import zstandard
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

IDENTITY = "identity"

# The best first: of those that a client likes the same, the first is taken.
_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": lambda body: zstandard.ZstdCompressor(level=6).compress(body),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
# Shorter bodies fit into one packet as they are.
WORTH_BYTES = 860


def worth_encoding(body: bytes, media_type: str) -> bool:
    """Tell whether a body gets shorter by much."""
    return len(body) >= WORTH_BYTES and is_encodable(media_type)


@lru_cache(maxsize=256)
def is_encodable(media_type: str) -> bool:
    """Tell whether bodies of a media type get shorter, if they are long enough."""
    main, _, sub = media_type.partition(";")[0].partition("/")
    return main == "text" or sub.endswith(
        ("json", "xml", "n-triples", "n-quads", "trig", "linkset")
    )


@lru_cache(maxsize=256)
def choose_encoding(accept_encoding: str) -> str:
    """Choose a content coding by an Accept-Encoding header; `identity` where none is liked.

    Source: RFC 9110, section 12.5.3
    """
    accepted = parse_accept_header(accept_encoding, Accept)
    plain = next((q for value, q in accepted if value.lower() == IDENTITY), 0)
    best = max(_ENCODERS, key=accepted.quality)
    quality = accepted.quality(best)
    return best if quality > 0 and quality >= plain else IDENTITY


def repr_digest(body: bytes) -> str:
    """Say what the bytes of a representation are, as its Repr-Digest header has it.

    Source: RFC 9530, sections 2 and 5
    """
    return digest_field(hashlib.sha256(body).hexdigest())


def digest_field(sha256: str) -> str:
    """Write a SHA-256 digest, given in hexadecimal, as a header has it."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


def encode(body: bytes, encoding: str) -> bytes:
    """Apply a content coding that `choose_encoding` chose."""
    return body if encoding == IDENTITY else _ENCODERS[encoding](body)
