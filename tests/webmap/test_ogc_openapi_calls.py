"""Whatever is asked of `/ogc`, within its OpenAPI document or beside it, is answered as the document says."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator

EXAMPLES = 150
CHECKED_FEATURES = 3  # of a page; all are written by the same code
# Lone surrogates cannot stand in an address.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(app.test_client().get("/ogc/api").data)
    return found


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a node of the document says, itself or where it leads."""
    if "$ref" not in node:
        return node
    found = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def values_of(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    """Texts of values that a schema allows."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "pattern" in schema:
        return st.from_regex(re.compile(schema["pattern"], re.ASCII), fullmatch=True)
    if schema.get("format") == "date":
        return st.dates().map(str)
    if schema["type"] == "array":
        sizes = st.sampled_from([one["minItems"] for one in schema["oneOf"]])
        numbers = st.floats(-400, 400).map(repr)
        return sizes.flatmap(lambda n: st.lists(numbers, min_size=n, max_size=n)).map(",".join)
    return {
        "integer": st.integers(schema.get("minimum"), schema.get("maximum")).map(str),
        "number": st.floats(allow_nan=False, allow_infinity=False).map(repr),
        "boolean": st.sampled_from(["true", "false"]),
        "string": TEXTS,
    }[schema["type"]]


@st.composite
def calls(draw: st.DrawFn, document: dict[str, Any], *, allowed: bool) -> tuple[str, dict[str, str]]:
    """A path and a query: all as the document allows, or with values of any kind."""
    path = draw(st.sampled_from(sorted(document["paths"])))
    asked: dict[str, str] = {}
    for given_one in document["paths"][path]["get"]["parameters"]:
        parameter = resolved(document, given_one)
        known = values_of(parameter["schema"])
        value = known if allowed else known | TEXTS
        if parameter["in"] == "path":
            example = st.just(parameter["example"])
            named = draw(example | TEXTS.filter(lambda text: text.strip("./")))
            path = path.replace("{featureId}", quote(named, safe=""))
        elif draw(st.integers(0, 4)) == 0:
            asked[parameter["name"]] = draw(value)
    return path, asked


@cache
def validator(schema: str) -> OAS30Validator:
    return OAS30Validator(json.loads(schema))


def check(client: FlaskClient, document: dict[str, Any], path: str, asked: dict[str, str]) -> int:
    """Ask, and compare status, media type and body with the document; the status."""
    known = next(
        (name for name in document["paths"] if name == path),
        re.sub(r"(/items/).*", r"\1{featureId}", path, flags=re.DOTALL),
    )
    answer = client.get(f"/ogc{path}", query_string=asked)
    responses = document["paths"][known]["get"]["responses"]
    assert str(answer.status_code) in responses, (path, asked, answer.status_code)
    content = resolved(document, responses[str(answer.status_code)])["content"]
    kinds = {kind.partition(";")[0]: kind for kind in content}
    assert answer.mimetype in kinds, (path, asked, answer.mimetype)
    if answer.mimetype != "text/html":
        record = json.loads(answer.data)
        if "features" in record:
            record["features"] = record["features"][:CHECKED_FEATURES]
        whole = {**content[kinds[answer.mimetype]]["schema"], "components": document["components"]}
        validator(json.dumps(whole)).validate(record)
    return answer.status_code


bounded = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])


@bounded
@given(data=st.data())
def test_a_call_that_the_document_allows_is_answered_as_it_says(
    client: FlaskClient, document: dict[str, Any], data: st.DataObject
) -> None:
    check(client, document, *data.draw(calls(document, allowed=True)))


@bounded
@given(data=st.data())
def test_a_call_with_anything_in_it_is_answered_as_the_document_says(
    client: FlaskClient, document: dict[str, Any], data: st.DataObject
) -> None:
    check(client, document, *data.draw(calls(document, allowed=False)))


def test_a_parameter_beside_the_document_is_refused_everywhere(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    for path, said in document["paths"].items():
        example = next((p["example"] for p in said["get"]["parameters"] if p.get("in") == "path"), "")
        plain = path.replace("{featureId}", quote(example, safe=""))
        assert check(client, document, plain, {}) == 200, path
        assert check(client, document, plain, {"nonsense": "1"}) == 400
