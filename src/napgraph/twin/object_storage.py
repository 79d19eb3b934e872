"""What an object store has to be told: each object's headers, and where addresses lead."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from napgraph.formats import HTML
from napgraph.twin.rules import FILE, HeaderRules

# What object stores keep beside an object and send with it.
_KEPT = ("Cache-Control", "Content-Disposition", "Content-Language")


def objects(
    rules: HeaderRules, types: Mapping[str, str], single: Mapping[str, str]
) -> Iterator[str]:
    """Write a line of JSON for each object: its key, its file and its headers.

    An address of several formats is an object too: the page, which is all
    that a store without negotiation can give there.
    """
    for name, type_ in sorted(types.items()):
        yield _object(name, name, type_, rules)
        stem = name.removesuffix(f".{HTML.suffix}")
        if stem != name and f"{stem}.ttl" in types:
            yield _object(stem, name, type_, rules)
    for address, name in sorted(single.items()):
        if address != "/" and "?" not in address:
            yield _object(address.removeprefix("/"), name, types[name], rules)


def _object(key: str, name: str, type_: str, rules: HeaderRules) -> str:
    said = rules.some(f"{FILE}/{name}", _KEPT)
    file, rest = encode_basestring(f"site/{name}"), _rest(type_, tuple(said.items()))
    return f'{{"key": {encode_basestring(key)}, "file": {file}, {rest}\n'


# There is a line for each of a hundred thousand files, and few differ from others in this.
@lru_cache(maxsize=1_024)
def _rest(type_: str, said: tuple[tuple[str, str], ...]) -> str:
    return json.dumps({"Content-Type": type_, **dict(said)}, ensure_ascii=False)[1:]


def website(redirects: Mapping[str, str]) -> str:
    """Write the configuration of a website in the form of S3, which others read too."""
    others = {address: to for address, to in redirects.items() if not address.startswith("/id/")}
    rules: list[dict[str, Any]] = [
        {
            "Condition": {"KeyPrefixEquals": "id/"},
            "Redirect": {"HttpRedirectCode": "303", "ReplaceKeyPrefixWith": "doc/"},
        }
    ]
    rules += [
        {
            "Condition": {"KeyPrefixEquals": address.removeprefix("/")},
            "Redirect": {"HttpRedirectCode": "303", "ReplaceKeyWith": to.removeprefix("/")},
        }
        for address, to in sorted(others.items())
    ]
    rules += [
        {
            "Condition": {"KeyPrefixEquals": f"{tag}/doc/", "HttpErrorCodeReturnedEquals": "404"},
            "Redirect": {"HttpRedirectCode": "303", "ReplaceKeyPrefixWith": "doc/"},
        }
        for tag in _OTHER_LANGUAGES
    ]
    configuration = {
        "IndexDocument": {"Suffix": "index.html"},
        "ErrorDocument": {"Key": "_error/404.html"},
        "RoutingRules": rules,
    }
    return json.dumps(configuration, indent=1) + "\n"


def redirects_file(redirects: Mapping[str, str]) -> str:
    """Write redirects as a line each, as hosts of static pages read them."""
    others = sorted(item for item in redirects.items() if not item[0].startswith("/id/"))
    # A rule that ends in a star holds where there is no file.
    others += [("/id/*", "/doc/:splat")]
    others += [(f"/{tag}/doc/*", "/doc/:splat") for tag in _OTHER_LANGUAGES]
    return "".join(f"{address} {to} 303\n" for address, to in others)


_OTHER_LANGUAGES = ("ar", "es", "fr")
