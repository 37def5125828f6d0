"""The small map of a page: shows its target within its frame, and nothing where nothing is placed."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from shapely.geometry import Point

from geo.features import Feature
from layers.atlas import Atlas
from lingang.errors import UnknownIdError
from webmap.locator import HEIGHT, WIDTH, draw_locator, frame_of

MARGIN = 0.06  # the drawing is cut to a window five per cent larger on each side


def drawn(atlas: Atlas, *ids: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(draw_locator(atlas, ids)))


def positions(element: ElementTree.Element) -> list[tuple[float, float]]:
    """Every position of an element, in user units."""
    if element.tag == "circle":
        return [(float(element.attrib["cx"]), float(element.attrib["cy"]))]
    pairs = re.findall(r"(-?[\d.]+) (-?[\d.]+)", element.attrib.get("d", ""))
    return [(float(x), float(y)) for x, y in pairs]


def test_without_a_target_nothing_is_drawn(atlas: Atlas) -> None:
    assert draw_locator(atlas, []) == ""
    unplaced = [f.id for f in atlas.features.values() if f.geometry is None]
    assert draw_locator(atlas, unplaced) == ""


def test_an_unknown_target_is_refused(atlas: Atlas) -> None:
    with pytest.raises(UnknownIdError, match="community-105"):
        draw_locator(atlas, ["comunity-105"])


@pytest.mark.parametrize("target", ["lingang", "community-105", "yangshan", "line-16", "town-nicheng"])
def test_the_target_lies_wholly_within_the_drawing(atlas: Atlas, target: str) -> None:
    svg = drawn(atlas, target)
    targets = [e for e in svg if e.attrib["class"] == "loc-target"]
    assert targets
    for x, y in (p for e in targets for p in positions(e)):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


@pytest.mark.parametrize("target", ["lingang", "community-105", "line-16"])
def test_what_lies_around_is_cut_to_the_drawing(atlas: Atlas, target: str) -> None:
    for x, y in (p for element in drawn(atlas, target) for p in positions(element)):
        assert -MARGIN * WIDTH <= x <= (1 + MARGIN) * WIDTH
        assert -MARGIN * HEIGHT <= y <= (1 + MARGIN) * HEIGHT


def test_north_is_up_and_east_is_right() -> None:
    frame = frame_of([Feature("a", {}, Point(121.9, 30.9))])
    x, y = frame.place(121.9, 30.9)
    assert (x, y) == (WIDTH / 2, HEIGHT / 2)
    assert frame.place(121.91, 30.9)[0] > x
    assert frame.place(121.9, 30.91)[1] < y


def test_a_place_is_a_point_with_its_surroundings(atlas: Atlas) -> None:
    site = next(f for f in atlas.files["schools"] if f.geometry is not None)
    svg = drawn(atlas, site.id)
    assert [e.tag for e in svg if e.attrib["class"] == "loc-target"] == ["circle"]
    assert len(list(svg)) > 3


def test_the_drawing_says_what_it_shows_and_has_no_style_of_its_own(atlas: Atlas) -> None:
    svg = drawn(atlas, "finance-bay", "west-island")
    names = [atlas.zones.get(z).name for z in ("finance-bay", "west-island")]
    assert (svg.attrib["role"], svg.attrib["aria-label"]) == ("img", "、".join(names))
    assert all(not {"style", "fill", "stroke"} & set(e.attrib) for e in svg.iter())


def test_a_hostile_name_stays_a_name(atlas: Atlas) -> None:
    name = '"><script>alert(1)</script>'
    hostile = [
        replace(f, properties={**f.properties, "name": name}) if f.id == "community-105" else f
        for f in atlas.files["zones"]
    ]
    svg = drawn(replace(atlas, files={**atlas.files, "zones": hostile}), "community-105")
    assert svg.attrib["aria-label"] == name
    assert "script" not in [e.tag for e in svg.iter()]
