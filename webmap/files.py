"""Files: layers for the map, exports, the generated map program, and the vendored Leaflet."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import fields
from pathlib import Path
from typing import IO
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, request, send_from_directory
from werkzeug.wsgi import wrap_file

from layers.errors import ExportError
from layers.export import EXAMPLE, is_address, map_layer, prepare_export
from layers.selection import Selection, parse_bbox
from layers.tasks import TaskFilter
from webmap.state import answer_bytes, get_state

VIEWS = Blueprint("files", __name__)
DATUMS = ("wgs84", "gcj02")
KEPT_BYTES = 16 << 20  # of a download in memory; a larger one goes through a file
BLOCK_BYTES = 1 << 20
HERE = "here"
_FRAME = ("tokens", "frame", "search", "help")
LEAFLET = "leaflet"  # not ours, but a style sheet among them
MAP_STYLES = (
    *_FRAME, LEAFLET, "map", "carto", "compare", "print", "facets", "table", "charts", "lens", "points",
    "layers", "swipe", "tools",
)  # fmt: skip
EMBED_STYLES = (*_FRAME, "map", LEAFLET, "carto", "facets", "points", "layers", "swipe", "embed")
PARAMETERS = (
    "crs", "where", "bbox", "fields", "service", *(field.name for field in fields(TaskFilter)),
    "datum", "lang",  # of the map and the pages: a download is never shifted and has one language
)  # fmt: skip


@VIEWS.get("/layers/<layer_id>.geojson")
def layer(layer_id: str) -> Response:
    """A layer for the map, in WGS 84 or, for a map on such a basemap, shifted to GCJ-02.

    It takes the filters of the tasks as `/export` does.
    """
    datum = request.args.get("datum", "wgs84")
    if datum not in DATUMS:
        raise ExportError(f"datum {datum!r} is not known; use one of: {', '.join(DATUMS)}")
    wanted = TaskFilter.from_query(request.args)
    if wanted.to_query():
        content = map_layer(get_state().atlas, layer_id, datum=datum, selection=Selection(wanted))
    else:
        content = get_state().layer(layer_id, datum)
    return answer_bytes(content, "application/geo+json")


@VIEWS.get("/export/<layer_id>.<fmt>")
def export(layer_id: str, fmt: str) -> Response:
    """A layer, or all, to take away: the same bytes as `lingang export`.

    The header `Link` leads to the metadata, `Export-Notes` says what the file does not hold as it was.
    """
    layer_id, _, fmt = f"{layer_id}.{fmt}".partition(".")  # an ending may have a dot, an id has none
    prepared = prepare_export(
        get_state().atlas,
        layer_id,
        fmt=fmt,
        crs=request.args.get("crs"),
        selection=selection_of(),
        source=_service(),
    )
    with tempfile.SpooledTemporaryFile(max_size=KEPT_BYTES) as spool:
        prepared.write(spool)  # type: ignore[arg-type]
        response = answer_file(spool, prepared.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{prepared.filename}"'
    query = request.query_string.decode("ascii", "replace")
    if len(prepared.tables) == 1:  # of several each has its own
        record = f"/export/{quote(layer_id)}.xml" + (f"?{query}" if query else "")
        response.headers["Link"] = f'<{record}>; rel="describedby"; type="application/xml"'
    if notes := (*prepared.warnings, *prepared.losses):
        response.headers["Export-Notes"] = " | ".join(notes).encode("ascii", "backslashreplace").decode()
    return response


def _service() -> str | None:
    """Where a project of QGIS shall read from: an address, or this very service."""
    asked = request.args.get("service") or None
    if asked == HERE:
        return request.url_root + "ogc"
    if asked and not is_address(asked):
        raise ExportError(f"service {asked!r} is neither {HERE!r} nor an address such as {EXAMPLE}")
    return asked


def selection_of(refused: Collection[str] = ()) -> Selection:
    """What the query asks for; raises ExportError for a parameter that means nothing here."""
    known = [name for name in PARAMETERS if name not in refused]
    for name in request.args:
        if name not in known:
            raise ExportError(f"parameter {name!r} is not known; use one of: {', '.join(known)}")
    bbox = request.args.get("bbox")
    return Selection(
        TaskFilter.from_query(request.args),
        tuple(request.args.getlist("where")),
        parse_bbox(bbox) if bbox is not None else None,
        tuple(name.strip() for name in request.args.get("fields", "").split(",") if name.strip()),
    )


def answer_file(spool: IO[bytes], mimetype: str) -> Response:
    """An answer with a file's content: from memory, or block by block from the disk where it is large."""
    size = spool.seek(0, os.SEEK_END)
    spool.seek(0)
    if size <= KEPT_BYTES:
        return answer_bytes(spool.read(), mimetype)
    digest = hashlib.sha256()
    for block in iter(lambda: spool.read(BLOCK_BYTES), b""):
        digest.update(block)
    copy = os.fdopen(os.dup(spool.fileno()), "rb")
    copy.seek(0)
    response = Response(wrap_file(request.environ, copy, BLOCK_BYTES), mimetype=mimetype)
    response.content_length = size
    response.set_etag(digest.hexdigest()[:24])
    response.cache_control.no_cache = True
    response.call_on_close(copy.close)
    response.make_conditional(request)
    return response


@VIEWS.get("/map.js")
def map_program() -> Response:
    """The program that Folium generated for the map."""
    return answer_bytes(get_state().shell.script.encode(), "text/javascript")


@VIEWS.get("/map.css")
def map_styles() -> Response:
    """The style sheets of the map page as one: a dozen requests would hold up the first view."""
    return answer_bytes(_styles(MAP_STYLES), "text/css")


@VIEWS.get("/embed.css")
def embed_styles() -> Response:
    """The style sheets of the embedded map as one."""
    return answer_bytes(_styles(EMBED_STYLES), "text/css")


def _styles(names: Iterable[str]) -> bytes:
    """Style sheets one after another; what Leaflet's names beside itself is named from the root."""
    folder = Path(str(current_app.static_folder)) / "css"
    leaflet_css = (get_state().leaflet / "leaflet.css").read_bytes()
    foreign = {LEAFLET: leaflet_css.replace(b"url(images/", b"url(/vendor/leaflet/images/")}
    return b"\n".join(foreign.get(name) or (folder / f"{name}.css").read_bytes() for name in names)


@VIEWS.get("/programs/<name>.js")
def program(name: str) -> Response:
    """The program of a page in one file, where the set-up has bundled it."""
    bundles = get_state().programs
    if name not in bundles:
        abort(404)
    return answer_bytes(bundles[name], "text/javascript")


@VIEWS.get("/vendor/leaflet/<path:name>")
def leaflet(name: str) -> Response:
    """Leaflet's own files; the path is confined to the package's folder."""
    return send_from_directory(get_state().leaflet, name, max_age=86_400)


@VIEWS.get("/favicon.ico")
def favicon() -> Response:
    """The seal of the lake, as SVG."""
    return send_from_directory("static", "favicon.svg", mimetype="image/svg+xml", max_age=86_400)
