"""Clients and checkers that nobody here wrote: OWSLib reads /ogc, and its OpenAPI document is valid."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import openapi_spec_validator
import pytest
from flask import Flask
from flask.testing import FlaskClient
from owslib.ogcapi.features import Features
from waitress.server import create_server

from layers.atlas import Atlas
from layers.registry import LAYERS, get_layer


@pytest.fixture(scope="module")
def service(app: Flask) -> Iterator[Features]:
    """A running server, opened by OWSLib."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Features(f"http://127.0.0.1:{server.effective_port}/ogc")
    server.close()
    thread.join(timeout=10)


def test_the_openapi_document_is_valid(client: FlaskClient) -> None:
    openapi_spec_validator.validate(client.get("/ogc/api").get_json(force=True))


def test_owslib_lists_every_layer(service: Features) -> None:
    assert service.feature_collections() == [layer.id for layer in LAYERS]
    assert service.collection("zones")["storageCrs"].endswith("CRS84")


def test_owslib_reads_page_by_page(service: Features, atlas: Atlas) -> None:
    seen: list[str] = []
    while page := service.collection_items("tasks", limit=200, offset=len(seen))["features"]:
        seen += [feature["id"] for feature in page]
    assert seen == sorted(feature.id for feature in get_layer("tasks").build(atlas))


def test_owslib_filters(service: Features) -> None:
    every = service.collection_items("zones", limit=1)["numberMatched"]
    there = service.collection_items("zones", bbox=[121.9, 30.85, 121.96, 30.92])["numberMatched"]
    assert 0 < there < every
    due = service.collection_items("milestones", datetime_="2023-01-01/2023-06-30")["numberMatched"]
    assert 0 < due < service.collection_items("milestones")["numberMatched"]
    found = service.collection_items("zones", filter="rank = 'park' AND tasks_total > 0")["features"]
    assert found
    assert all(f["properties"]["rank"] == "park" and f["properties"]["tasks_total"] > 0 for f in found)
    assert "rank" in service.collection_queryables("zones")["properties"]
