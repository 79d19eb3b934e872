"""The description for programs is valid, and true of the endpoint."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from napgraph.protocol import formats_of
from napgraph.web.openapi import describe
from napgraph.web.sparql import METHODS


def test_description_is_valid(client: FlaskClient) -> None:
    """What is served is OpenAPI 3.1, and the same as is described."""
    served = client.get("/openapi.json").json
    OpenAPIV31SpecValidator(served).validate()

    assert describe() == served


def test_history_is_described_where_there_is_one(history_client: FlaskClient) -> None:
    """Only where former states can be had."""
    served = history_client.get("/openapi.json").json
    OpenAPIV31SpecValidator(served).validate()

    assert served["paths"].keys() - describe()["paths"].keys() >= {"/changes.jsonld"}
    assert "/changes.jsonld" in history_client.get("/api").text


def test_query_is_valid_too() -> None:
    """What stands in an extension, where no validator looks, would be a valid operation."""
    spec = describe()
    item = spec["paths"]["/sparql"]
    spec["paths"] = {"/sparql": {"put": item["x-query"]}}
    OpenAPIV31SpecValidator(spec).validate()

    assert item["post"]["requestBody"] == item["x-query"]["requestBody"]


def test_each_method_is_described() -> None:
    """No method that the endpoint takes is left out."""
    described = {name.removeprefix("x-").upper() for name in describe()["paths"]["/sparql"]}

    assert {*METHODS, "HEAD", "OPTIONS"} == described


@pytest.mark.parametrize("form", ["select", "construct"])
def test_each_format_is_described(form: str) -> None:
    """No format of an answer is left out."""
    content = describe()["paths"]["/sparql"]["get"]["responses"]["200"]["content"]

    assert {format_.media_type for format_ in formats_of(form)} <= content.keys()


def test_problems_are_described() -> None:
    """Each kind of problem is one of those that the schema allows."""
    schema = describe()["components"]["schemas"]["Problem"]
    statuses = describe()["paths"]["/sparql"]["post"]["responses"]

    assert 10 < len(schema["properties"]["type"]["enum"])
    assert {"400", "403", "406", "413", "415", "422", "502", "503", "504"} <= statuses.keys()
