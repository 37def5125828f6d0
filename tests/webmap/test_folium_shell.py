"""The map program that Folium writes: small, the same at every start, and asking only this host."""

import re

import folium
import pytest
from flask.testing import FlaskClient
from html_of import Page

from layers.atlas import Atlas
from layers.registry import LAYERS
from webmap.basemaps import NONE
from webmap.folium_map import MapShell, SlimMap, build_map, home_bounds, render_shell


@pytest.fixture(scope="module")
def shell(atlas: Atlas) -> MapShell:
    return render_shell(atlas.zones, NONE)


def test_folium_makes_the_map(atlas: Atlas) -> None:
    assert isinstance(build_map(atlas.zones, NONE), folium.Map)


def test_the_program_names_no_other_host(shell: MapShell) -> None:
    assert not re.search(r"https?:|//[a-z]", shell.script)


def test_every_layer_of_the_registry_is_registered_once(shell: MapShell) -> None:
    registered = re.findall(
        r'LingangAtlas\.addLayer\(lingang_map, \{"group": "(\w+)", "id": "(\w+)"', shell.script
    )
    assert registered == [(layer.group, layer.id) for layer in LAYERS]


def test_the_program_starts_the_page_after_all_layers_are_registered(shell: MapShell) -> None:
    assert shell.script.count("LingangAtlas.start(lingang_map") == 1
    assert shell.script.rindex("addLayer") < shell.script.index("LingangAtlas.start")


def test_the_program_is_the_same_bytes_at_every_start(atlas: Atlas, shell: MapShell) -> None:
    assert render_shell(atlas.zones, NONE) == shell
    assert not re.search("[0-9a-f]{32}", shell.script)


def test_names_in_the_program_stay_apart(shell: MapShell) -> None:
    declared = re.findall(r"\bvar (\w+) =", shell.script)
    assert len(declared) == len(set(declared))
    assert "lingang_map" in declared


def test_the_program_carries_no_data(shell: MapShell, atlas: Atlas) -> None:
    assert len(shell.script) < 10_000
    assert "FeatureCollection" not in shell.script
    assert not any(zone.name in shell.script for zone in atlas.zones)


def test_the_map_needs_leaflet_and_nothing_else(shell: MapShell) -> None:
    assert shell.js_urls == ("/vendor/leaflet/leaflet.js",)
    assert shell.css_urls == ("/vendor/leaflet/leaflet.css",)
    addresses = [url for _, url in (*SlimMap.default_js, *SlimMap.default_css)]
    assert all(url.startswith("/vendor/") for url in addresses)


def test_the_page_has_the_element_that_the_program_looks_for(client: FlaskClient, shell: MapShell) -> None:
    page = Page(client.get("/").text)
    assert shell.element_id in [a.get("id") for a in page.all("div")]
    assert f'"{shell.element_id}"' in shell.script
    assert client.get("/map.js").text == shell.script


def test_the_page_loads_leaflet_before_the_program(client: FlaskClient) -> None:
    sources = [a["src"] for a in Page(client.get("/").text).all("script")]
    assert sources.index("/vendor/leaflet/leaflet.js") < sources.index("/map.js")
    assert sources.index("/static/js/main.js") < sources.index("/map.js")


def test_the_first_view_shows_the_core_and_leaves_out_far_islands(atlas: Atlas) -> None:
    west, south, east, north = home_bounds(atlas.zones)
    core = atlas.zones.get("dishui-core").geometry.bounds
    assert west <= core[0] < core[2] <= east
    assert south <= core[1] < core[3] <= north
    assert south > atlas.zones.get("yangshan-island").geometry.bounds[1]
