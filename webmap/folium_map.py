"""The map's shell, built once by Folium: the Leaflet map, its panes, its basemap and one source per layer.

Folium composes; it does not carry data. Each layer is only an address that the page's own script fetches,
so the shell stays a few kilobytes however many tasks there are, and it holds no inline script: the
generated program is served as a file of its own, which is what lets the page forbid inline script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import Figure, MacroElement
from folium.map import CustomPane
from folium.template import Template

from geo.zones import ZoneTree
from layers.registry import LAYERS
from webmap.basemaps import Basemap

# Panes from the sea upwards: name and z-index. Parks and water lie over the zone fills and keep their colour.
PANES = (
    ("shore", 205), ("land-out", 210), ("land", 215), ("zone-fill", 300), ("green", 310), ("water", 320),
    ("belt", 330), ("street", 340), ("motorway", 350), ("zone-line", 360), ("frame", 370), ("transit", 400),
    ("focus", 420), ("points", 450), ("labels", 500),
)  # fmt: skip
MIN_ZOOM, MAX_ZOOM = 9, 18
MAP_NAME = re.compile(r"map_[0-9a-f]{32}")


class SlimMap(folium.Map):
    """A Folium map that needs Leaflet and nothing else (no jQuery, Bootstrap or icon fonts)."""

    default_js = [("leaflet", "/vendor/leaflet/leaflet.js")]
    default_css = [("leaflet_css", "/vendor/leaflet/leaflet.css")]


class LayerSource(MacroElement):
    """Registers a layer with the page's script: its id, the address of its data, and its legend group."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "LingangAtlas.addLayer({{ this._parent.get_name() }}, {{ this.spec|tojson }});\n"
        "{% endmacro %}"
    )

    def __init__(self, spec: dict[str, Any]) -> None:
        super().__init__()
        self._name = "LayerSource"
        self.spec = spec


class AtlasStart(MacroElement):
    """Starts the page's script once every layer is registered."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "LingangAtlas.start({{ this._parent.get_name() }}, {{ this.options|tojson }});\n"
        "{% endmacro %}"
    )

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__()
        self._name = "AtlasStart"
        self.options = options


@dataclass(frozen=True)
class MapShell:
    """The rendered shell: the id of the map's element, its program, and the files it needs."""

    element_id: str
    script: str
    js_urls: tuple[str, ...]
    css_urls: tuple[str, ...]


def build_map(zones: ZoneTree, basemap: Basemap) -> folium.Map:
    """Return the Folium map: panes, basemap, one source per layer of the registry."""
    west, south, east, north = home_bounds(zones)
    atlas_map = SlimMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=11,
        min_zoom=MIN_ZOOM,
        max_zoom=MAX_ZOOM,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        control_scale=False,
        zoom_snap=0.5,
        wheel_px_per_zoom_level=90,
    )
    for name, z_index in PANES:
        CustomPane(name, z_index=z_index, pointer_events=True).add_to(atlas_map)
    if basemap.tiles:
        folium.TileLayer(basemap.tiles, attr=basemap.attribution, max_zoom=MAX_ZOOM).add_to(atlas_map)
    for layer in LAYERS:
        url = f"/layers/{layer.id}.geojson" + ("?datum=gcj02" if basemap.datum == "gcj02" else "")
        LayerSource({"id": layer.id, "url": url, "group": layer.group}).add_to(atlas_map)
    options = {"home": [[south, west], [north, east]], "basemap": basemap.id, "datum": basemap.datum}
    AtlasStart(options).add_to(atlas_map)
    return atlas_map


def render_shell(zones: ZoneTree, basemap: Basemap) -> MapShell:
    """Render the map once. Folium gives its element a random name; here it is a fixed one.

    So the program's bytes, and with them its ETag, are the same at every start.
    """
    figure: Figure = build_map(zones, basemap).get_root()
    figure.render()
    script = MAP_NAME.sub("lingang_map", figure.script.render())
    script = re.sub(r"(tile_layer|custom_pane|layer_source|atlas_start)_[0-9a-f]{32}", r"\1", script)
    return MapShell(
        element_id="lingang_map",
        script=script,
        js_urls=tuple(url for _, url in SlimMap.default_js),
        css_urls=tuple(url for _, url in SlimMap.default_css),
    )


def home_bounds(zones: ZoneTree) -> tuple[float, float, float, float]:
    """West, south, east, north (degrees) of the first view: the mainland core and its four zones.

    The island and the airport block lie far off; with them the core would be a thumbnail.
    """
    west, south, east, north = zones.get("dishui-core").geometry.bounds
    for zone_id in ("comprehensive", "emerging", "frontier-tech", "yangshan-luchao"):
        largest = max(getattr(zones.get(zone_id).geometry, "geoms", [zones.get(zone_id).geometry]), key=lambda g: g.area)
        w, s, e, n = largest.bounds
        west, south, east, north = min(west, w), min(south, s), max(east, e), max(north, n)
    return west, south, east, north
