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
import shapely
from branca.element import Figure, MacroElement
from folium.map import CustomPane
from folium.template import Template

from geo.zones import ZoneTree
from layers.registry import LAYERS
from webmap.basemaps import Basemap

# Panes from the sea upwards: name and z-index. Parks and water lie over the zone fills and keep their colour.
PANES = (
    ("shore", 205), ("zone-fill", 300), ("water", 320), ("belt", 330), ("motorway", 350), ("zone-line", 360),
    ("transit", 400), ("focus", 420), ("points", 450), ("labels", 500),
)  # fmt: skip
MIN_ZOOM, MAX_ZOOM = 10, 18
SHEET = (121.15, 30.35, 122.46, 31.45)  # west, south, east, north: a little more than what is drawn
MAP_NAME = re.compile(r"\bmap_[0-9a-f]{32}\b")
RANDOM_NAME = re.compile(r"\b([a-z_]+)_[0-9a-f]{32}\b")


class SlimMap(folium.Map):
    """A Folium map that needs Leaflet and nothing else (no jQuery, Bootstrap or icon fonts)."""

    # Lists on the class, as in Folium, which copies nothing and changes nothing in them.
    default_js = [("leaflet", "/vendor/leaflet/leaflet.js")]  # noqa: RUF012
    default_css = [("leaflet_css", "/vendor/leaflet/leaflet.css")]  # noqa: RUF012


class PageCall(MacroElement):
    """One call of the page's own script, `LingangAtlas.<method>(map, argument)`, in Folium's program.

    `addLayer` registers a layer (id, address of its data, legend group); `start` follows the last of them.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "LingangAtlas.{{ this.method }}({{ this._parent.get_name() }}, {{ this.argument|tojson }});\n"
        "{% endmacro %}"
    )

    def __init__(self, method: str, argument: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "PageCall"
        self.method = method
        self.argument = argument


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
        max_bounds=True,
        min_lon=SHEET[0],
        min_lat=SHEET[1],
        max_lon=SHEET[2],
        max_lat=SHEET[3],
        zoom_snap=0.5,
        wheel_px_per_zoom_level=90,
    )
    for name, z_index in PANES:
        CustomPane(name, z_index=z_index, pointer_events=True).add_to(atlas_map)
    if basemap.tiles:
        folium.TileLayer(basemap.tiles, attr=basemap.attribution, max_zoom=MAX_ZOOM).add_to(atlas_map)
    for layer in LAYERS:
        url = f"/layers/{layer.id}.geojson" + ("?datum=gcj02" if basemap.datum == "gcj02" else "")
        PageCall("addLayer", {"id": layer.id, "url": url, "group": layer.group}).add_to(atlas_map)
    # Folium hands its zoom limits to tile layers only; the page's script sets the map's own.
    options = {
        "home": [[south, west], [north, east]],
        "basemap": basemap.id,
        "minZoom": MIN_ZOOM,
        "maxZoom": MAX_ZOOM,
    }
    PageCall("start", options).add_to(atlas_map)
    return atlas_map


def render_shell(zones: ZoneTree, basemap: Basemap) -> MapShell:
    """Render the map once. Folium gives its elements random names; here they are numbered.

    So the program's bytes, and with them its ETag, are the same at every start.
    """
    figure = build_map(zones, basemap).get_root()
    assert isinstance(figure, Figure)  # a folium.Map always puts itself into one
    figure.render()
    numbers: dict[str, str] = {}
    script = RANDOM_NAME.sub(
        lambda found: f"{found[1]}_{numbers.setdefault(found[0], str(len(numbers)))}",
        MAP_NAME.sub("lingang_map", figure.script.render()),
    )
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
    shown = ("dishui-core", "comprehensive", "emerging", "frontier-tech", "yangshan-luchao")
    largest = [max(shapely.get_parts(zones.get(z).geometry), key=shapely.area) for z in shown]
    west, south, east, north = shapely.total_bounds(largest).tolist()
    return west, south, east, north
