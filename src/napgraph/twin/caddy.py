"""The rules for Caddy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from napgraph.formats import GRAPH_FORMATS, HTML
from napgraph.twin.nginx import encoded_types, split_types
from napgraph.twin.places import ERRORS, IN_OTHER_LANGUAGES, PAGES
from napgraph.twin.rules import FILE, NEGOTIATED, HeaderRules
from napgraph.web.encodings import WORTH_BYTES


def caddyfile(
    rules: HeaderRules,
    types: Mapping[str, str],
    redirects: Mapping[str, str],
    single: Mapping[str, str],
    gone: Mapping[str, str],
    *,
    port: int,
) -> str:
    """Write a whole configuration, which starts at the exported folder."""
    body = [
        "root * site",
        *(f"header {name} {_quoted(value)}" for name, value in rules.everywhere.items()),
        "map {header.Accept} {napgraph_suffix} {",
        *(f"    {line}" for line in _accept()),
        "}",
        *_encoding(types),
        "route {",
        *(f"    {line}" for line in _route(rules, types, redirects, single, gone)),
        "}",
        "handle_errors {",
        "    @page header_regexp Accept (?i)text/html",
        f"    rewrite @page /{ERRORS}/404.html",
        "    @other not header_regexp Accept (?i)text/html",
        f"    rewrite @other /{ERRORS}/404.json",
        "    header @other Content-Type application/problem+json",
        "    file_server",
        "}",
    ]
    site = "\n".join(f"    {line}" for line in body)
    start = "# Written by napgraph export; to try it: caddy run --config Caddyfile"
    return f"{start}\n{{\n    admin off\n}}\nhttp://:{port} {{\n{site}\n}}\n"


def _encoding(types: Mapping[str, str]) -> Iterator[str]:
    """Have what is too short to have a compressed file beside it be compressed when sent."""
    yield "encode zstd gzip {"
    yield f"    minimum_length {WORTH_BYTES}"
    yield "    match {"
    for type_ in dict.fromkeys(t.partition(";")[0] for t in encoded_types(types)):
        yield f"        header Content-Type {type_}*"
    yield "    }"
    yield "}"


def _accept() -> Iterator[str]:
    for form in (HTML, *GRAPH_FORMATS):
        names = "|".join(re.escape(name) for name in (form.media_type, *form.aliases))
        yield f"{_quoted(f'~(?i)^(?:{names})')} {form.suffix}"
    for form in (HTML, *GRAPH_FORMATS):
        names = "|".join(re.escape(name) for name in (form.media_type, *form.aliases))
        yield f"{_quoted(f'~(?i){names}')} {form.suffix}"
    yield f"default {GRAPH_FORMATS[0].suffix}"


def _route(
    rules: HeaderRules,
    types: Mapping[str, str],
    redirects: Mapping[str, str],
    single: Mapping[str, str],
    gone: Mapping[str, str],
) -> Iterator[str]:
    if gone:
        yield f"@gone path {' '.join(sorted(gone))}"
        yield 'respond @gone "This has been withdrawn." 410'
    yield "@thing path_regexp thing ^/id/([^/]+)/([^/]+)$"
    yield "header @thing Vary Accept"
    yield "redir @thing /doc/{re.thing.1}/{re.thing.2} 303"
    for address, target in redirects.items():
        if not address.startswith("/id/"):
            yield f"redir {address} {target} 303"
    yield "@english {"
    yield f"    path_regexp english {IN_OTHER_LANGUAGES}"
    yield "    not file {path}.html"
    yield "}"
    yield "redir @english {re.english.1} 303"
    yield "@page query page=*"
    yield f"rewrite @page /{PAGES}/{{query.page}}{{path}}"
    for address, name in single.items():
        path, _, query = address.partition("?page=")
        yield f"rewrite {f'/{PAGES}/{query}' if query else ''}{path} /{name}"
    yield from _headers(rules, NEGOTIATED)
    yield "@several {"
    yield "    not file"
    yield "    file {"
    yield "        try_files {path}.ttl"
    yield "    }"
    yield "}"
    yield "header @several Vary Accept"
    yield "rewrite @several {path}.{napgraph_suffix}"
    yield from _headers(rules, FILE)
    common, special = split_types(types)
    for number, (suffix, type_) in enumerate(sorted(common.items())):
        yield f"@type{number} path *.{suffix}"
        yield f"header @type{number} Content-Type {_quoted(type_)}"
    for name, type_ in special.items():
        yield f"header /{name} Content-Type {_quoted(type_)}"
    yield "file_server {"
    yield "    precompressed br gzip"
    yield "}"


def _headers(rules: HeaderRules, kind: str) -> Iterator[str]:
    """Write what most of a group have; who differs gets that too."""
    number = 0
    for header, groups in rules.shared.items():
        for group, value in groups.items():
            if group.startswith(kind) and value and header.lower() != "vary":
                number += 1
                name = f"{kind}{header.replace('-', '').lower()}{number}"
                yield f"@{name} path_regexp {name} {_quoted(_pattern(group[1:]))}"
                text = value.replace("{}", f"{{re.{name}.1}}")
                yield f"header @{name} {header} {_quoted(text)}"


def _pattern(group: str) -> str:
    before, star, after = group.rpartition("*")
    name = "([^/]+?)" if after else "([^/]+)"
    return f"^{re.escape(before)}{name if star else ''}{re.escape(after)}$"


def _quoted(text: str) -> str:
    return f"`{text}`" if "`" not in text else json.dumps(text)
