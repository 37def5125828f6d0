"""What `/ogc` says of itself, as OGC API records: landing page, conformance, collections, queryables, links.

`base` is the address of the landing page without a slash at its end: links of a record are absolute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from layers.ogc_collections import TIMES, Collection
from layers.ogc_cql2 import JSON, TEXT, languages
from layers.ogc_crs import CRS84

GEOJSON, HTML, PLAIN_JSON = "application/geo+json", "text/html", "application/json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
ISO = "application/xml"
SCHEMA = "application/schema+json"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
DOWNLOADS = {
    "gpkg": "application/geopackage+sqlite3", "geojson": GEOJSON, "fgb": "application/flatgeobuf",
}  # fmt: skip
_SPEC = "http://www.opengis.net/spec/"
_CORE = [
    f"{_SPEC}ogcapi-common-1/1.0/conf/core",
    f"{_SPEC}ogcapi-common-2/1.0/conf/collections",
    *(f"{_SPEC}ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "html", "geojson")),
    f"{_SPEC}ogcapi-features-2/1.0/conf/crs",
    *(f"{_SPEC}ogcapi-features-3/1.0/conf/{name}" for name in ("queryables", "queryables-query-parameters")),
    *(f"{_SPEC}ogcapi-features-3/1.0/conf/{name}" for name in ("filter", "features-filter")),
    *(
        f"{_SPEC}cql2/1.0/conf/{name}"
        for name in (
            "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
            "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions", "array-functions",
        )
    ),
]  # fmt: skip
_WORDS = {TEXT: f"{_SPEC}cql2/1.0/conf/cql2-text", JSON: f"{_SPEC}cql2/1.0/conf/cql2-json"}
TITLE = "临港规划一张图 Lingang Atlas"
ABOUT = (
    "规划文件里的任务、项目、节点、指标与片区、交通、学校、医院。界线为示意，不具法律效力。 "
    "Tasks, projects, milestones and targets of planning documents with zones, transit, schools and "
    "hospitals. Outlines are schematic and without legal force."
)


def link(href: str, rel: str, kind: str, title: str = "") -> dict[str, str]:
    """A link of a record."""
    return {"href": href, "rel": rel, "type": kind} | ({"title": title} if title else {})


def self_links(address: str, query: Mapping[str, str], kind: str = PLAIN_JSON) -> list[dict[str, str]]:
    """The links of a record to itself and to its page; `query` is what was asked but for the format."""
    as_json, as_html = (f"{address}?{urlencode({**query, 'f': form})}" for form in ("json", "html"))
    return [link(as_json, "self", kind), link(as_html, "alternate", HTML)]


def landing(base: str) -> dict[str, Any]:
    """The landing page."""
    return {
        "title": TITLE,
        "description": ABOUT,
        "links": [
            *self_links(base, {}),
            link(f"{base}/api", "service-desc", OPENAPI, "OpenAPI 3.0"),
            link(f"{base}/api?f=html", "service-doc", HTML, "接口说明 API documentation"),
            link(f"{base}/conformance", "conformance", PLAIN_JSON, "符合的标准 Conformance classes"),
            link(f"{base}/collections", "data", PLAIN_JSON, "图层 Collections"),
        ],
    }


def conformance_classes() -> list[str]:
    """The addresses of the conformance classes; CQL2 text only where its reader is installed."""
    return [*_CORE, *(_WORDS[name] for name in languages())]


def collections(base: str, found: Iterable[Collection]) -> dict[str, Any]:
    """All collections."""
    listed = list(found)
    systems = list(dict.fromkeys(uri for one in listed for uri in one.crs))
    root = base.removesuffix("/ogc")
    package = link(f"{root}/export/all.gpkg", "enclosure", DOWNLOADS["gpkg"], "GeoPackage")
    return {
        "links": [*self_links(f"{base}/collections", {}), package],
        "crs": systems,
        "collections": [collection(base, one) for one in listed],
    }


def collection(base: str, one: Collection) -> dict[str, Any]:
    """One collection: titles in both languages, extent, coordinate systems, links."""
    layer, address, root = one.layer, collection_address(base, one.id), base.removesuffix("/ogc")
    record: dict[str, Any] = {
        "id": one.id,
        "title": f"{layer.title} {layer.title_en}",
        "description": describe_collection(one),
        "itemType": "feature",
        "extent": extent(one),
        "crs": list(one.crs),
        "storageCrs": CRS84,
    }
    record["links"] = [
        *self_links(address, {}),
        link(f"{address}/items", "items", GEOJSON, "GeoJSON"),
        link(f"{address}/items?f=html", "items", HTML),
        link(
            f"{address}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA, "Queryables"
        ),
        link(f"{root}/export/{layer.id}.xml", "describedby", ISO, "ISO 19139"),
        *(link(f"{root}/export/{layer.id}.{fmt}", "enclosure", kind) for fmt, kind in DOWNLOADS.items()),
    ]
    return record


def describe_collection(one: Collection) -> str:
    """What the collection holds, and which column is the time of its features."""
    timed = f" (datetime: {TIMES[one.id]})" if one.has_time else ""
    return one.layer.about + timed


def extent(one: Collection) -> dict[str, Any]:
    """The bounds and the span of time, as far as there are any."""
    found: dict[str, Any] = {}
    if one.bounds:
        found["spatial"] = {"bbox": [list(one.bounds)], "crs": CRS84}
    if one.span:
        first, last = (day.isoformat() for day in one.span)
        found["temporal"] = {"interval": [[f"{first}T00:00:00Z", f"{last}T23:59:59Z"]], "trs": GREGORIAN}
    return found


def queryables(base: str, one: Collection) -> dict[str, Any]:
    """The columns that can be asked for, as JSON Schema."""
    properties: dict[str, Any] = {name: column.schema() for name, column in one.queryables.items()}
    form = "geometry-point" if one.layer.geometry == "point" else "geometry-any"
    properties["geometry"] = {"title": "geometry", "x-ogc-role": "primary-geometry", "format": form}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{collection_address(base, one.id)}/queryables",
        "type": "object",
        "title": f"{one.layer.title} {one.layer.title_en}",
        "properties": properties,
        "additionalProperties": False,
    }


def page_links(address: str, query: Mapping[str, str], offset: int, limit: int, matched: int) -> list[Any]:
    """The links of a page of items: itself, its page, the one before and the one after."""
    links = self_links(address, query, GEOJSON)
    plain = {**query, "limit": str(limit)}

    def there(start: int) -> str:
        return f"{address}?{urlencode({**plain, 'offset': str(start)})}"

    if offset > 0:
        links.append(link(there(max(0, min(offset, matched) - limit)), "prev", GEOJSON))
    if offset + limit < matched:
        links.append(link(there(offset + limit), "next", GEOJSON))
    return [*links, link(address.removesuffix("/items"), "collection", PLAIN_JSON)]


def collection_address(base: str, collection_id: str) -> str:
    """The address of a collection."""
    return f"{base}/collections/{quote(collection_id, safe='')}"


def item_address(base: str, collection_id: str, feature_id: str) -> str:
    """The address of a feature; ids hold signs that an address may not."""
    return f"{collection_address(base, collection_id)}/items/{quote(feature_id, safe='')}"
