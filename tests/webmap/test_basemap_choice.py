"""Which background: none by default, tile services only when chosen, and GCJ-02 ones with shifted layers."""

import pytest

from layers.atlas import Atlas
from layers.registry import LAYERS
from webmap.app import Config, create_app
from webmap.basemaps import NAMES, NONE, BasemapError, get_basemap
from webmap.folium_map import render_shell

KEY = "0123456789abcdef"


@pytest.mark.parametrize("name", NAMES)
def test_each_name_gives_its_basemap(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("TIANDITU_KEY", KEY)
    basemap = get_basemap(name)
    assert basemap.id == name
    assert bool(basemap.tiles) == (name != "none")
    assert all(basemap.tiles.startswith(host) for host in basemap.hosts)
    assert bool(basemap.attribution) == bool(basemap.tiles)
    assert basemap.datum == ("gcj02" if name == "amap" else "wgs84")


def test_the_built_in_basemap_asks_nobody() -> None:
    assert (NONE.tiles, NONE.hosts) == ("", ())


@pytest.mark.parametrize("key", [None, "", "  ", "abc&x=1", "a b", "'><script>"])
def test_tianditu_needs_a_plain_key(monkeypatch: pytest.MonkeyPatch, key: str | None) -> None:
    monkeypatch.delenv("TIANDITU_KEY", raising=False)
    if key is not None:
        monkeypatch.setenv("TIANDITU_KEY", key)
    with pytest.raises(BasemapError, match="TIANDITU_KEY"):
        get_basemap("tianditu")


def test_tianditu_asks_with_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANDITU_KEY", KEY)
    assert f"tk={KEY}" in get_basemap("tianditu").tiles


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(BasemapError, match="unknown basemap 'google'; use one of: none, tianditu, amap, osm"):
        get_basemap("google")


@pytest.mark.parametrize("name, query", [("none", ""), ("osm", ""), ("amap", "?datum=gcj02")])
def test_the_map_asks_for_layers_in_the_datum_of_its_background(atlas: Atlas, name: str, query: str) -> None:
    script = render_shell(atlas.zones, get_basemap(name)).script
    for layer in LAYERS:
        assert f'"/layers/{layer.id}.geojson{query}"' in script


@pytest.mark.parametrize("name", ["osm", "amap"])
def test_a_chosen_background_is_drawn_and_credited(atlas: Atlas, name: str) -> None:
    basemap = get_basemap(name)
    client = create_app(Config(basemap=basemap), atlas=atlas).test_client()
    assert basemap.hosts[0] in client.get("/map.js").text
    assert basemap.attribution in client.get("/").text
    assert "has-tiles" in client.get("/").text


def test_without_a_background_no_tiles_are_announced(atlas: Atlas) -> None:
    client = create_app(atlas=atlas).test_client()
    assert "has-tiles" not in client.get("/").text
    assert "tileLayer" not in client.get("/map.js").text
