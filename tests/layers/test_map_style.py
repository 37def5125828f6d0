"""The style for vector tiles asks for layers and properties that the tiles have, and for nothing off-host."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from layers.atlas import Atlas
from layers.map_print_style import COLOURS
from layers.map_styles import LANGUAGES, SOURCES, map_style
from layers.selection import Selection
from layers.tiles import TileSource


def address(source: str) -> str:
    return f"http://127.0.0.1/tiles/{source}.json"


def asked(expression: Any) -> Iterator[str]:
    """The properties that an expression looks at."""
    if isinstance(expression, list):
        if len(expression) == 2 and expression[0] in ("get", "has"):
            yield expression[1]
        for part in expression:
            yield from asked(part)
    elif isinstance(expression, dict):
        for part in expression.values():
            yield from asked(part)


def test_every_layer_of_the_style_is_in_the_tiles_with_its_properties(atlas: Atlas) -> None:
    source = TileSource(atlas)
    layers = [layer for layer in map_style(address)["layers"] if layer["type"] != "background"]
    assert {layer["source"] for layer in layers} == set(SOURCES)
    for layer in layers:
        made = source.tile_json(layer["source"], Selection(), "x")["vector_layers"]
        fields = {part["id"]: part["fields"] for part in made}[layer["source-layer"]]
        known = set(fields) | {"interchange", "schematic", "name_en"}  # of some rows only
        assert set(asked([layer.get("filter"), layer["paint"], layer.get("layout")])) <= known, layer["id"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_in_the_language_and_nothing_is_fetched_from_elsewhere(language: str) -> None:
    made = map_style(address, language)
    assert "glyphs" not in made and "sprite" not in made
    assert {source["url"] for source in made["sources"].values()} == {address(name) for name in SOURCES}
    texts = [layer["layout"]["text-field"] for layer in made["layers"] if layer["type"] == "symbol"]
    assert texts and all(("name_en" in json.dumps(text)) == (language == "en") for text in texts)


def test_ids_are_single_and_zones_lie_under_lines_under_names(atlas: Atlas) -> None:
    ids = [layer["id"] for layer in map_style(address)["layers"]]
    assert len(set(ids)) == len(ids)
    assert (
        ids.index("base-land") < ids.index("zones-wide") < ids.index("lines-open") < ids.index("zone-names")
    )
    # A fill would hide the lake, and the lake its islands.
    assert (
        ids.index("zones-wide") < ids.index("base-lake") < ids.index("base-island") < ids.index("lines-open")
    )


def test_every_colour_is_one_of_the_map() -> None:
    def colours(value: Any) -> Iterator[str]:
        if isinstance(value, str) and value.startswith("#"):
            yield value
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from colours(part)

    plans = {"#5590a6", "#294eaf", "#cc5a28", "#813751"}
    used = set(colours(map_style(address)["layers"]))
    assert used <= {*COLOURS.values(), *plans, "#ffffff", "#000000"}
