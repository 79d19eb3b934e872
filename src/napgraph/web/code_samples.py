"""A query as code that asks it: curl, Python and R, ready to be run."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """Code in a language; `needs` names what has to be installed, if anything."""

    language: str
    text: str
    needs: str = ""


def samples_of(query: str, endpoint: str, *, is_of_results: bool) -> tuple[Sample, ...]:
    """Write code that asks a query.

    Args:
        query: In SPARQL, of whatever content.
        endpoint: The address to ask.
        is_of_results: Whether the answer is a table or a yes or no, and not a graph.
    """
    return (
        Sample("curl", _curl(query, endpoint, "text/csv" if is_of_results else "text/turtle")),
        Sample("Python", _python(query, endpoint, is_of_results), "SPARQLWrapper"),
        Sample("R", _r(query, endpoint, is_of_results)),
    )


def _curl(query: str, endpoint: str, media_type: str) -> str:
    quoted = query.replace("'", "'\\''")
    return (
        f"curl --silent --header 'Accept: {media_type}' {endpoint} \\\n"
        f"  --data-urlencode 'query={quoted}'"
    )


def _python(query: str, endpoint: str, is_of_results: bool) -> str:
    form = "JSON" if is_of_results else "TURTLE"
    lines = [
        f"from SPARQLWrapper import {form}, POST, SPARQLWrapper",
        "",
        f'endpoint = SPARQLWrapper("{endpoint}", returnFormat={form})',
        "endpoint.setMethod(POST)",
        f"endpoint.setQuery({_python_text(query)})",
        "answer = endpoint.queryAndConvert()",
    ]
    if is_of_results:
        lines += [
            'for row in answer.get("results", {}).get("bindings", [answer]):',
            '    print({name: cell["value"] for name, cell in row.items() if "value" in cell})',
        ]
    else:
        lines.append("print(answer.decode())")
    return "\n".join(lines)


def _python_text(text: str) -> str:
    """Quote a text over several lines, as far as it can be read so."""
    if "\\" in text or '"""' in text or text.endswith('"') or "\r" in text:
        return json.dumps(text)
    return f'"""{text}"""'


def _r(query: str, endpoint: str, is_of_results: bool) -> str:
    dashes = "-"
    while f'){dashes}"' in query:
        dashes += "-"
    form = "csv" if is_of_results else "ttl"
    read = "read.csv" if is_of_results else "readLines"
    return "\n".join(
        (
            f'query <- r"{dashes}({query}){dashes}"',
            f'address <- paste0("{endpoint}?format={form}&query=",',
            "                  URLencode(query, reserved = TRUE))",
            f"answer <- {read}(address)",
            "print(answer)",
        )
    )
