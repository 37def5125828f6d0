"""The colours of exported layers are those of the map's light theme."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import webmap
from layers.formats.qml import qml
from layers.formats.styles import (
    BASE,
    HALO,
    LINES,
    OUTLINES,
    PLANS,
    ZONES,
    kml_colour,
    kml_styles,
    sld,
    style_of,
)
from layers.registry import LAYERS

TOKENS = Path(str(webmap.__file__)).parent / "static" / "css" / "tokens.css"


def token(name: str) -> str:
    """The first value of a colour token: the light theme stands first."""
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}});", TOKENS.read_text(encoding="utf-8"))
    assert found, name
    return found[1]


@pytest.mark.parametrize("palette", ZONES)
def test_zones_have_the_colours_of_the_map(palette: str) -> None:
    assert (ZONES[palette].fill, ZONES[palette].line) == (
        token(f"zone-{palette}"),
        token(f"zone-{palette}-line"),
    )


@pytest.mark.parametrize("line", LINES)
def test_lines_have_the_colours_of_the_map(line: str) -> None:
    short = "lg" if line == "lianggang-express" else line.removeprefix("line-")
    assert LINES[line].line == token(f"line-{short}")


@pytest.mark.parametrize(
    "kind, name",
    [("land", "land"), ("green", "green"), ("lake", "lake"), ("river", "river"), ("motorway", "motorway")],
)
def test_the_base_map_has_the_colours_of_the_map(kind: str, name: str) -> None:
    assert BASE[kind].fill == token(f"map-{name}")


def test_limits_of_towns_and_of_the_area_have_the_colours_of_the_map() -> None:
    assert OUTLINES["town"].line == token("map-town")
    assert OUTLINES["area"].line == token("map-frame")
    assert OUTLINES["coast"].line == token("zone-coast-line")
    assert token("map-halo") == HALO


@pytest.mark.parametrize("plan", PLANS)
def test_plans_have_the_colours_of_the_map(plan: str) -> None:
    assert PLANS[plan].fill == token(f"plan-{plan}")


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
def test_every_style_is_well_formed_and_has_a_symbol_for_every_value(layer) -> None:
    style = style_of(layer)
    for shape in ("fill", "line", "marker"):
        made = ElementTree.fromstring(qml(style, shape).partition("\n")[2])
        has_none = shape == "marker" and not style.marks
        assert len(made.findall(".//symbol")) == (0 if has_none else len(style.paints()))
        rules = ElementTree.fromstring(sld(style, shape, layer.id).encode())
        assert len(rules.findall(".//{http://www.opengis.net/sld}Rule")) == len(style.paints())
    assert len(ElementTree.fromstring(f"<x>{kml_styles(style)}</x>")) == len(style.paints())


def test_kml_writes_colours_backwards() -> None:
    assert kml_colour("#123456") == "ff563412"
    assert kml_colour("#123456", 0.5) == "80563412"
