"""The rules for nginx: what to send for an address, and with which headers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from napgraph.formats import GRAPH_FORMATS, HTML
from napgraph.twin.accept import accept_rules
from napgraph.twin.places import ERRORS, IN_OTHER_LANGUAGES, LIKENESS, PAGES
from napgraph.twin.rules import FILE, HeaderRules
from napgraph.web.encodings import WORTH_BYTES, is_encodable
from napgraph.web.headers import ALLOWED

_METHODS = "GET, HEAD, OPTIONS"

# nginx takes no longer words in its configuration.
_LONGEST = 3_500
# Nor longer types to compress: those of citations and of the description for browsers.
_LONGEST_TYPE = 46


def nginx_maps(rules: HeaderRules, types: Mapping[str, str], gone: Mapping[str, str]) -> str:
    """Write what belongs into `http {…}`."""
    return "\n".join(
        [
            "# Written by napgraph export; belongs into http { }.",
            "map_hash_max_size 262144;",
            "map_hash_bucket_size 1024;",
            "variables_hash_max_size 4096;",
            *_map("$http_accept", "napgraph_suffix", _accept()),
            *_map("$http_accept", "napgraph_error", [("~*text/html", "html"), ("default", "json")]),
            *_map(
                "$args",
                "napgraph_page",
                [
                    ("~(?:^|&)page=(?<napgraph_number>[1-9][0-9]{0,8})(?:&|$)", _PAGE_FOLDER),
                    ("~(?:^|&)page=", "/-"),
                    ("default", ""),
                ],
            ),
            *_map(
                "$napgraph_page",
                "napgraph_folder",
                [(f"/{PAGES}/1", ""), ("default", "$napgraph_page")],
            ),
            *_map("$uri", "napgraph_codings", _codings(types)),
            *_map("$uri", "napgraph_gone", _gone(gone)),
            *_map(
                "$napgraph_gone", "napgraph_gone_place", [("", ""), ("-", ""), ("default", "N$uri")]
            ),
            *_map(
                "$request_method",
                "napgraph_allow",
                [("GET", ""), ("HEAD", ""), ("default", _METHODS)],
            ),
            *_map("$request_method", "napgraph_methods", [("OPTIONS", _METHODS)]),
            *_map("$request_method", "napgraph_headers", [("OPTIONS", ALLOWED)]),
            *_map("$request_method", "napgraph_age", [("OPTIONS", "86400")]),
            *_map(
                "$napgraph_place",
                "napgraph_key",
                [("", f"{FILE}$uri"), ("default", "$napgraph_place")],
            ),
            *_group("$napgraph_key", "napgraph"),
            # Of several formats, the one that is given is where its own address says.
            *_group('"F$uri"', "napgraph_file"),
            *_headers(rules),
            "",
        ]
    )


_PAGE_FOLDER = f"/{PAGES}/$napgraph_number"


def nginx_locations(
    rules: HeaderRules,
    types: Mapping[str, str],
    redirects: Mapping[str, str],
    single: Mapping[str, str],
) -> str:
    """Write what belongs into `server {…}`, below its `root`."""
    common, special = split_types(types)
    return "\n".join(
        [
            "# Written by napgraph export; belongs into server { }, whose root is the folder site.",
            "absolute_redirect off;",
            "gzip_static on;",
            "# brotli_static on;  # where nginx has the module for it",
            "# What is too short to have a compressed file beside it.",
            "gzip on;",
            "gzip_comp_level 5;",
            f"gzip_min_length {WORTH_BYTES};",
            *_compressed(types),
            # nginx's own way says nothing with a 304 of what it would compress itself.
            "gzip_vary off;",
            "add_header Vary $napgraph_codings always;",
            "etag on;",
            "if_modified_since before;",
            "default_type application/octet-stream;",
            "types {",
            *(f"    {_quoted(type_)} {suffix};" for suffix, type_ in sorted(common.items())),
            "}",
            'set $napgraph_place "";',
            *(
                f"add_header {name} {_quoted(value)} always;"
                for name, value in rules.everywhere.items()
            ),
            *_added(rules),
            "add_header Access-Control-Allow-Methods $napgraph_methods always;",
            "add_header Access-Control-Allow-Headers $napgraph_headers always;",
            "add_header Access-Control-Max-Age $napgraph_age always;",
            "add_header Allow $napgraph_allow always;",
            "error_page 404 @napgraph_missing;",
            "error_page 406 @napgraph_unacceptable;",
            "error_page 410 @napgraph_gone;",
            "if ($request_method = OPTIONS) { return 200; }",
            "if ($request_method !~ ^(?:GET|HEAD)$) { return 405; }",
            "if ($napgraph_gone) { return 410; }",
            "location / { try_files $napgraph_folder$uri @napgraph_negotiate; }",
            *_special(special),
            *_single(single, special),
            *_redirects(redirects),
            _FIXED,
        ]
    )


def nginx_server(port: int) -> str:
    """Write a whole configuration, to try the twin on this machine."""
    return f"""\
# To try it: nginx -p . -c nginx/nginx.conf -g "daemon off;" in the exported folder
worker_processes auto;
pid nginx/nginx.pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    include maps.conf;
    server {{
        listen 127.0.0.1:{port};
        root site;
        include locations.conf;
    }}
}}
"""


_FIXED = """\
location /_error/ { internal; }
location ~ ^/id/([^/]+)/([^/]+)$ {
    set $napgraph_place "R$uri";
    if (!-f $document_root/doc/$1/$2.ttl) { return 404; }
    return 303 /doc/$1/$2;
}
location ~ ^/(?:ar|es|fr)/doc/ { try_files $napgraph_folder$uri.html @napgraph_english; }
location @napgraph_english {
    set $napgraph_place "R$uri";
    if ($uri ~ "^/(?:ar|es|fr)(/doc/[^.]+)$") { return 303 $1; }
    return 404;
}
location @napgraph_negotiate {
    if (!-f $document_root$napgraph_folder$uri.ttl) { return 404; }
    set $napgraph_place "N$napgraph_folder$uri";
    if ($napgraph_suffix = "") { return 406; }
    try_files $napgraph_folder$uri.$napgraph_suffix =404;
}
location @napgraph_gone {
    set $napgraph_place $napgraph_gone_place;
    try_files $uri $napgraph_gone.$napgraph_suffix $napgraph_gone.ttl =404;
}
location @napgraph_missing {
    set $napgraph_place "";
    types { "text/html; charset=utf-8" html; application/problem+json json; }
    try_files /_error/404.$napgraph_error =404;
}
location @napgraph_unacceptable {
    types { "text/html; charset=utf-8" html; application/problem+json json; }
    try_files /_error/406.$napgraph_error =406;
}
"""


def encoded_types(types: Mapping[str, str]) -> list[str]:
    """Find the content types that are worth a content coding."""
    return sorted({type_ for type_ in types.values() if is_encodable(type_)})


def split_types(types: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Find the content type that each suffix has, and the files that have another one."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, type_ in types.items():
        counts[_last_suffix(name)][type_] += 1
    common = {suffix: found.most_common(1)[0][0] for suffix, found in counts.items() if suffix}
    special = {
        name: type_ for name, type_ in types.items() if common.get(_last_suffix(name)) != type_
    }
    return common, special


def _last_suffix(name: str) -> str:
    _, dot, end = name.rpartition(".")
    return end if dot and end.isascii() and end.isalnum() else ""


def _codings(types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Say of each file whether it is sent compressed to those who want that."""
    common, special = split_types(types)
    for name, type_ in special.items():
        yield f"/{name}", "Accept-Encoding" if is_encodable(type_) else ""
    suffixes = sorted(suffix for suffix, type_ in common.items() if is_encodable(type_))
    if suffixes:
        yield rf"~\.(?:{'|'.join(suffixes)})$", "Accept-Encoding"
    yield "default", ""


def _compressed(types: Mapping[str, str]) -> Iterator[str]:
    # It compares them with their parameters, and complains where its own one is named.
    found = [
        _quoted(type_)
        for type_ in encoded_types(types)
        if type_ != HTML.media_type and len(type_) <= _LONGEST_TYPE
    ]
    if found:
        yield f"gzip_types {' '.join(found)};"


def _accept() -> Iterator[tuple[str, str]]:
    # The most usual ones need no pattern.
    yield "", "ttl"
    yield "*/*", "ttl"
    for form in (*GRAPH_FORMATS, HTML):
        yield form.media_type, form.suffix
    for rule in accept_rules((*GRAPH_FORMATS, HTML)):
        yield f"~*{rule.pattern}", rule.suffix
    yield "default", ""


def _gone(gone: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for address, name in gone.items():
        yield address, name or "-"
    yield "default", ""


def _group(key: str, prefix: str) -> Iterator[str]:
    pattern = LIKENESS.pattern
    for part in ("dir", "name", "suffix"):
        pattern = pattern.replace(f"?P<{part}>", f"?<{prefix}_{part}_>")
    group = f"${prefix}_dir_*${prefix}_suffix_"
    yield from _map(key, f"{prefix}_group", [(f"~{pattern}", group), ("default", key.strip('"'))])


# -- headers -----------------------------------------------------------------------------------


def _headers(rules: HeaderRules) -> Iterator[str]:
    for header, groups in rules.shared.items():
        own = rules.own.get(header, {})
        # A long value is sent as several headers of one name, which mean the same.
        parts = max(len(_split(value)) for value in (*groups.values(), *own.values(), ""))
        for part in range(parts):
            variable = _variable(header, part)
            key, prefix = ("$napgraph_key", "napgraph")
            if header == "Content-Location":
                key, prefix = ('"F$uri"', "napgraph_file")
            name = f"${{{prefix}_name_}}"
            shared = [
                (group, _value(value, part).replace("{}", name))
                for group, value in groups.items()
                if value
            ]
            yield from _map(f"${prefix}_group", f"{variable}_shared", shared)
            others = [(place, _value(value, part) or "-") for place, value in own.items()]
            yield from _map(key, f"{variable}_own", others)
            yield from _map(
                f"${variable}_own",
                variable,
                [("", f"${variable}_shared"), ("-", ""), ("default", f"${variable}_own")],
            )


def _added(rules: HeaderRules) -> Iterator[str]:
    for header, groups in rules.shared.items():
        own = rules.own.get(header, {})
        parts = max(len(_split(value)) for value in (*groups.values(), *own.values(), ""))
        for part in range(parts):
            yield f"add_header {header} ${_variable(header, part)} always;"


def _variable(header: str, part: int) -> str:
    return f"napgraph_{header.lower().replace('-', '_')}_{part}"


def _value(value: str, part: int) -> str:
    parts = _split(value)
    # nginx has no way to write a dollar sign.
    return parts[part].replace("$", "%24") if part < len(parts) else ""


def _split(value: str) -> list[str]:
    """Split a long list of links into several."""
    parts = [""]
    for link in re.split(r", (?=<)", value):
        if parts[-1] and len(parts[-1]) + len(link) > _LONGEST:
            parts.append("")
        parts[-1] += f", {link}" if parts[-1] else link
    return parts


# -- locations ---------------------------------------------------------------------------------


def _special(special: Mapping[str, str]) -> Iterator[str]:
    for name, type_ in special.items():
        if name.partition("/")[0] != ERRORS:
            yield (
                f"location = {_quoted(f'/{name}')} {{ types {{ }} default_type {_quoted(type_)}; "
                f"try_files {_quoted(f'/{name}')} =404; }}"
            )


def _single(single: Mapping[str, str], special: Mapping[str, str]) -> Iterator[str]:
    """Write where an address without a suffix has its file; of a list, each of its pages."""
    paged = {address.partition("?")[0] for address in single if "?" in address}
    for address, name in single.items():
        if "?" not in address and not re.match(IN_OTHER_LANGUAGES, address):
            folder = "$napgraph_folder" if address in paged else ""
            file = _quoted(f"{folder}/{name}")
            # The rules for the file's own address do not hold for this one.
            type_ = (
                f"types {{ }} default_type {_quoted(special[name])}; " if name in special else ""
            )
            yield f"location = {_quoted(address)} {{ {type_}try_files {file} =404; }}"


def _redirects(redirects: Mapping[str, str]) -> Iterator[str]:
    for address, target in redirects.items():
        if not address.startswith("/id/"):
            yield (
                f'location = {_quoted(address)} {{ set $napgraph_place "R$uri"; '
                f"return 303 {_quoted(target)}; }}"
            )


def _map(source: str, variable: str, entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"map {source} ${variable} {{"
    for key, value in entries:
        shown = key if key == "default" else _quoted(key)
        yield f"    {shown} {_quoted(value)};"
    yield "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
