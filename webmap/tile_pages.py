"""Vector tiles of the layers, what their readers must know (TileJSON), and the map's look as a style.

Tiles and TileJSON take `fields`, `where`, `bbox` and the filters of the tasks, as the downloads do.
"""

from __future__ import annotations

from dataclasses import fields
from urllib.parse import quote

import orjson
from flask import Blueprint, Response, current_app, request

from layers.errors import ExportError
from layers.map_styles import LANGUAGES, map_style
from layers.registry import LAYERS
from layers.tasks import TaskFilter, check_filter
from layers.tiles import TileSource, parse_tile
from webmap.files import selection_of
from webmap.state import answer_bytes, get_state

VIEWS = Blueprint("tiles", __name__)
EXTENSION = "lingang-tiles"
TILE_TYPE = "application/vnd.mapbox-vector-tile"
STYLE_PARAMETERS = ("lang", *(field.name for field in fields(TaskFilter)))
NOT_HERE = ("crs", "datum", "service")  # tiles are in Web Mercator and never shifted


@VIEWS.get("/tiles/<layer_id>/<z>/<x>/<y>.mvt")
def tile(layer_id: str, z: str, x: str, y: str) -> Response:
    """A tile of a layer; 204 where nothing of it lies there."""
    place = parse_tile(z, x, y)
    content = _source().layer(layer_id, selection_of(NOT_HERE)).tile(*place)
    if content:
        return answer_bytes(content, TILE_TYPE)
    empty = Response(status=204)
    del empty.headers["Content-Type"]  # there is nothing to describe, or to compress
    return empty


@VIEWS.get("/tiles/<layer_id>.json")
def tile_json(layer_id: str) -> Response:
    """What a reader of a layer's tiles must know; the filter stays in the address of the tiles."""
    address = f"{_root()}/tiles/{quote(layer_id)}/{{z}}/{{x}}/{{y}}.mvt{_query()}"
    made = _source().tile_json(layer_id, selection_of(NOT_HERE), address)
    return answer_bytes(orjson.dumps(made), "application/json")


@VIEWS.get("/tiles/style.json")
def style() -> Response:
    """The look of the map over the tiles; a filter narrows the tasks, and the numbers of the zones."""
    language = request.args.get("lang", "zh")
    if language not in LANGUAGES:
        raise ExportError(f"lang {language!r} is not known; use one of: {', '.join(LANGUAGES)}")
    for name in request.args:
        if name not in STYLE_PARAMETERS:
            raise ExportError(f"parameter {name!r} is not known; use one of: {', '.join(STYLE_PARAMETERS)}")
    check_filter(get_state().atlas, TaskFilter.from_query(request.args))  # told here, not by every tile
    narrowed = {layer.id for layer in LAYERS if layer.group == "tasks"} | {"zones"}

    def address(source: str) -> str:
        return f"{_root()}/tiles/{source}.json" + (_query() if source in narrowed else "")

    return answer_bytes(orjson.dumps(map_style(address, language)), "application/json")


def _source() -> TileSource:
    """The tiles of this application; made at the first request."""
    made = current_app.extensions.get(EXTENSION)
    if made is None:
        made = current_app.extensions.setdefault(EXTENSION, TileSource(get_state().atlas))
    assert isinstance(made, TileSource)
    return made


def _root() -> str:
    return request.url_root.rstrip("/")


def _query() -> str:
    """The filter of this request, for the addresses that follow from it."""
    asked = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return "?" + "&".join(f"{quote(key)}={quote(value, safe=':,')}" for key, value in asked) if asked else ""
