"""The OpenAPI 3.0 document of `/ogc`: a set of paths for each collection, with its columns as parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layers.ogc_collections import Collection, Column
from layers.ogc_cql2 import MOST_JSON, languages
from layers.ogc_crs import CRS84
from layers.ogc_query import CORE, DEFAULT_LIMIT, FILTER, LOOK, MOST_ITEMS
from lingang import __version__
from webmap.i18n import LANGUAGES
from webmap.ogc_records import ABOUT, GEOJSON, HTML, OPENAPI, PLAIN_JSON, SCHEMA, TITLE

FORMATS = ("json", "html")
# As regular expressions of ECMAScript: a day or instant, and an end of an interval, which may be open.
_TIME = (
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"([Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?"
)
_END = rf"{_TIME}|(\.\.)?"


def describe_api(base: str, collections: Iterable[Collection]) -> dict[str, Any]:
    """Return the document; `base` is the address of the landing page."""
    listed = list(collections)
    paths: dict[str, Any] = {
        "/": _get("landing", "Landing page", "LandingPage"),
        "/conformance": _get("conformance", "Conformance classes", "Conformance"),
        "/api": _get("api", "This document", "Api"),
        "/collections": _get("collections", "All collections", "Collections"),
    }
    for one in listed:
        paths |= _collection_paths(one)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": TITLE,
            "description": ABOUT,
            "version": __version__,
            "license": {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": base}],
        "tags": [{"name": "ogc"}, *({"name": one.id, "description": one.layer.title_en} for one in listed)],
        "paths": paths,
        "components": {"parameters": _parameters(), "responses": _responses(), "schemas": _schemas()},
    }


def _get(
    name: str,
    summary: str,
    answer: str,
    *parameters: dict[str, Any],
    tag: str = "ogc",
    faults: tuple[str, ...] = ("400",),
) -> dict[str, Any]:
    """A path that can only be read."""
    look = [{"$ref": f"#/components/parameters/{one}"} for one in LOOK]
    answers = {"200": {"$ref": f"#/components/responses/{answer}"}}
    answers |= {code: {"$ref": "#/components/responses/Fault"} for code in faults}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": [tag],
            "parameters": [*parameters, *look],
            "responses": answers,
        }
    }


def _collection_paths(one: Collection) -> dict[str, Any]:
    path, title = f"/collections/{one.id}", one.layer.title_en
    crs = {"name": "crs", "in": "query", "schema": _choice(one.crs, CRS84)}
    own = [crs if name == "crs" else _own(name, one) for name in (*CORE, *FILTER)]
    feature_id = {
        "name": "featureId", "in": "path", "required": True, "schema": {"type": "string"},
        "example": one.features[0].id if one.features else "",
    }  # fmt: skip
    columns = (
        _column(column) for name, column in one.queryables.items() if name not in (*CORE, *FILTER, *LOOK)
    )
    return {
        path: _get(f"{one.id}.collection", title, "Collection", tag=one.id),
        f"{path}/queryables": _get(f"{one.id}.queryables", f"{title}: queryables", "Queryables", tag=one.id),
        f"{path}/items": _get(f"{one.id}.items", f"{title}: items", "Items", *own, *columns, tag=one.id),
        f"{path}/items/{{featureId}}": _get(
            f"{one.id}.item", f"{title}: one item", "Item", feature_id, crs, tag=one.id, faults=("400", "404")
        ),
    }


def _own(name: str, one: Collection) -> dict[str, Any]:
    """A parameter that depends on the collection's systems, or one that all share."""
    if name in ("bbox-crs", "filter-crs"):
        return {"name": name, "in": "query", "schema": _choice(one.crs, CRS84)}
    return {"$ref": f"#/components/parameters/{name}"}


def _choice(values: Iterable[str], default: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values), "default": default}


def _column(column: Column) -> dict[str, Any]:
    """A column as a parameter: equal to, or, of a list, holding the value. 16.0 finds the whole number 16."""
    kind = {"array": "string", "integer": "number"}.get(column.kind, column.kind)
    schema = {"type": kind} | ({"format": "date"} if column.is_day else {})
    return {"name": column.name, "in": "query", "schema": schema}


def _query(name: str, about: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": about, "schema": schema, **more}


def _parameters() -> dict[str, Any]:
    most = {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": DEFAULT_LIMIT}
    start = {"type": "integer", "minimum": 0, "maximum": 10**12 - 1, "default": 0}
    corner = {"type": "array", "items": {"type": "number"}, "oneOf": [
        {"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6},
    ]}  # fmt: skip
    known, timed = list(languages()), {"type": "string", "pattern": f"^({_TIME}|({_END})/({_END}))$"}
    text = {"type": "string", "maxLength": MOST_JSON}
    return {
        "limit": _query("limit", "How many features a page has.", most),
        "offset": _query("offset", "How many features stand before the page.", start),
        "bbox": _query("bbox", "Corners in the axis order of bbox-crs.", corner, style="form", explode=False),
        "datetime": _query("datetime", "RFC 3339 day, instant or interval.", timed),
        "filter": _query("filter", "A CQL2 filter.", text),
        "filter-lang": _query("filter-lang", "The language of filter.", _choice(known, known[0])),
        "f": _query("f", "The form of the answer.", {"type": "string", "enum": list(FORMATS)}),
        "lang": _query("lang", "The language of pages.", {"type": "string", "enum": list(LANGUAGES)}),
    }


def _responses() -> dict[str, Any]:
    def said(about: str, kind: str, schema: str) -> dict[str, Any]:
        shape = {"$ref": f"#/components/schemas/{schema}"}
        return {
            "description": about,
            "content": {kind: {"schema": shape}, HTML: {"schema": {"type": "string"}}},
        }

    located = {"Content-Crs": {"description": "The system, in brackets", "schema": {"type": "string"}}}
    return {
        "LandingPage": said("The landing page", PLAIN_JSON, "Landing"),
        "Conformance": said("Addresses of conformance classes", PLAIN_JSON, "Conformance"),
        "Api": said("OpenAPI 3.0", OPENAPI, "Any"),
        "Collections": said("All collections", PLAIN_JSON, "Collections"),
        "Collection": said("One collection", PLAIN_JSON, "Collection"),
        "Queryables": said("JSON Schema", SCHEMA, "Any"),
        "Items": {**said("A page of features", GEOJSON, "FeatureCollection"), "headers": located},
        "Item": {**said("A feature", GEOJSON, "Feature"), "headers": located},
        "Fault": said("What was wrong, and what is allowed", PLAIN_JSON, "Fault"),
    }


def _record(required: Iterable[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _schemas() -> dict[str, Any]:
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    links = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
    texts = {"type": "array", "items": text}
    thing: dict[str, Any] = {"type": "object", "nullable": True}
    features = {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}}
    found = {"type": "array", "items": {"$ref": "#/components/schemas/Collection"}}
    return {
        "Any": {"type": "object"},
        "Link": _record(("href", "rel"), href=text, rel=text, type=text, title=text),
        "Landing": _record(("title", "links"), title=text, description=text, links=links),
        "Conformance": _record(("conformsTo",), conformsTo=texts),
        "Collections": _record(("links", "collections"), links=links, crs=texts, collections=found),
        "Collection": _record(
            ("id", "links"), id=text, title=text, description=text, itemType=text, extent=thing, crs=texts,
            storageCrs=text, links=links,
        ),
        "FeatureCollection": _record(
            ("type", "features"), type={"type": "string", "enum": ["FeatureCollection"]}, features=features,
            links=links, timeStamp={"type": "string", "format": "date-time"}, numberMatched=number,
            numberReturned=number,
        ),
        "Feature": _record(
            ("type", "id", "properties", "geometry"), type={"type": "string", "enum": ["Feature"]}, id=text,
            properties=thing, geometry=thing, links=links,
        ),
        "Fault": _record(("code", "description"), code=text, description=text, error=text, status=number),
    }  # fmt: skip
