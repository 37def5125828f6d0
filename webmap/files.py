"""Files: layers for the map, exports, the generated map program, and the vendored Leaflet."""

from __future__ import annotations

from flask import Blueprint, Response, request, send_from_directory

from layers.errors import ExportError
from layers.export import FORMATS, export_layer
from webmap.state import answer_bytes, get_state

VIEWS = Blueprint("files", __name__)
DATUMS = ("wgs84", "gcj02")


@VIEWS.get("/layers/<layer_id>.geojson")
def layer(layer_id: str) -> Response:
    """A layer for the map, in WGS 84 or, for a map on such a basemap, shifted to GCJ-02."""
    datum = request.args.get("datum", "wgs84")
    if datum not in DATUMS:
        raise ExportError(f"datum {datum!r} is not known; use one of: {', '.join(DATUMS)}")
    return answer_bytes(get_state().layer(layer_id, datum), "application/geo+json")


@VIEWS.get("/export/<layer_id>.<fmt>")
def export(layer_id: str, fmt: str) -> Response:
    """A layer to take away: the same bytes as `lingang export`."""
    content = export_layer(
        get_state().atlas, layer_id, fmt=fmt, crs=request.args.get("crs"), where=request.args.getlist("where")
    )
    response = answer_bytes(content, FORMATS[fmt])
    response.headers["Content-Disposition"] = f'attachment; filename="lingang-{layer_id}.{fmt}"'
    return response


@VIEWS.get("/map.js")
def map_program() -> Response:
    """The program that Folium generated for the map."""
    return answer_bytes(get_state().shell.script.encode(), "text/javascript")


@VIEWS.get("/vendor/leaflet/<path:name>")
def leaflet(name: str) -> Response:
    """Leaflet's own files; the path is confined to the package's folder."""
    return send_from_directory(get_state().leaflet, name, max_age=86_400)


@VIEWS.get("/favicon.ico")
def favicon() -> Response:
    """The seal of the lake, as SVG."""
    return send_from_directory("static", "favicon.svg", mimetype="image/svg+xml", max_age=86_400)
