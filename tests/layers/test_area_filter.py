"""Near and inside: what a task is about lies there, measured in metres; what has no place never does."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.crs import geodesic_m
from geo.errors import CoordinateError
from layers.area_filter import area_around, is_on_map, parse_shape
from layers.atlas import Atlas, LinkedTask
from layers.errors import FilterError
from layers.tasks import TaskFilter, find_tasks
from lingang.errors import UnknownIdError

STOP = "stop-t1-lingangdadao"
LONS, LATS = st.floats(121.6, 122.1), st.floats(30.8, 31.15)


def ids(atlas: Atlas, **wanted: str) -> set[str]:
    return {item.id for item in find_tasks(atlas, TaskFilter(**wanted))}


def places(atlas: Atlas, item: LinkedTask) -> list[str]:
    """The places on the map that a task is about."""
    about = [x.target for x in item.links.links if x.relation in ("in", "near", "along")]
    return [place for place in about if is_on_map(atlas.features[place])]


@given(lon=LONS, lat=LATS, radii=st.tuples(st.floats(1, 30_000), st.floats(1, 30_000)).map(sorted))
@settings(max_examples=60)
def test_a_larger_radius_never_loses_a_task(atlas: Atlas, lon: float, lat: float, radii: list[float]) -> None:
    small, large = (ids(atlas, near=f"{lon},{lat}", radius=str(radius)) for radius in radii)
    assert small <= large


@pytest.mark.parametrize("radius", [300, 1000, 5000])
def test_near_a_stop_means_so_many_metres_along_the_ground(atlas: Atlas, radius: int) -> None:
    stop = atlas.features[STOP].geometry
    found = ids(atlas, near=STOP, radius=str(radius))
    assert isinstance(stop, Point)
    outlines = {f.id for f in atlas.features.values() if not isinstance(f.geometry, Point)}
    for item in atlas.tasks.values():
        points = [p for p in places(atlas, item) if p not in outlines]
        geometries = [atlas.features[p].geometry for p in points]
        metres = [geodesic_m((stop.x, stop.y), (g.x, g.y)) for g in geometries if isinstance(g, Point)]
        if any(m <= radius * 0.999 for m in metres):
            assert item.id in found
        elif len(points) == len(places(atlas, item)) and all(m > radius * 1.001 for m in metres):
            assert item.id not in found


def test_near_a_position_is_near_what_stands_there(atlas: Atlas) -> None:
    stop = atlas.features[STOP].geometry
    assert isinstance(stop, Point)
    assert (
        ids(atlas, near=f"{stop.x},{stop.y}") == ids(atlas, near=STOP) == ids(atlas, near=STOP, radius="1000")
    )
    assert ids(atlas, near=STOP, radius="50000") > ids(atlas, near=STOP)


def test_around_a_line_reaches_along_all_of_it(atlas: Atlas) -> None:
    line = atlas.features["t1"].geometry
    assert line is not None
    ends = shapely.get_coordinates(line)[[0, -1]]
    both = [ids(atlas, near=f"{lon},{lat}", radius="400") for lon, lat in ends]
    assert both[0] | both[1] <= ids(atlas, near="t1", radius="400")
    assert ids(atlas, target="t1") <= ids(atlas, near="t1", radius="1")


@pytest.mark.parametrize("zone_id", ["dishui-core", "community-105", "yangshan"])
def test_a_shape_that_is_a_zone_holds_what_is_placed_in_it(atlas: Atlas, zone_id: str) -> None:
    outline = atlas.zones.get(zone_id).geometry
    assert outline is not None
    hull = outline.convex_hull.simplify(0.0001).buffer(0.0002, quad_segs=1)
    shape = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in list(hull.exterior.coords)[:-1])
    found = ids(atlas, shape=shape)
    assert found >= ids(atlas, target=zone_id) - {
        item.id for item in atlas.tasks.values() if zone_id in item.zones("serves")
    }
    for item in atlas.tasks.values():
        inside = [p for p in places(atlas, item) if outline.covers(atlas.features[p].geometry)]
        assert item.id in found or not inside


@given(corners=st.lists(st.tuples(LONS, LATS), min_size=3, max_size=6, unique=True))
@settings(max_examples=60)
def test_a_shape_finds_what_its_area_touches(atlas: Atlas, corners: list[tuple[float, float]]) -> None:
    text = ";".join(f"{lon},{lat}" for lon, lat in corners)
    try:
        area = parse_shape(text)
    except FilterError:
        return  # corners in a line enclose nothing
    found = ids(atlas, shape=text)
    for item in atlas.tasks.values():
        touched = [p for p in places(atlas, item) if area.intersects(atlas.features[p].geometry)]
        assert (item.id in found) == bool(touched)


def test_a_task_without_a_place_is_nowhere(atlas: Atlas) -> None:
    world = ids(atlas, shape="100,20;130,20;130,40;100,40")
    assert world == {item.id for item in atlas.tasks.values() if places(atlas, item)}
    assert not world & ids(atlas, scope="whole") or world & ids(atlas, scope="zones")
    unplaced = next(item for item in atlas.tasks.values() if not item.links.links)
    assert unplaced.id not in world


def test_a_shape_that_crosses_itself_is_all_its_lobes() -> None:
    bow_tie = parse_shape("0,0;2,2;2,0;0,2")
    assert (
        bow_tie.covers(Point(0.3, 1)) and bow_tie.covers(Point(1.7, 1)) and not bow_tie.covers(Point(1, 0.2))
    )
    assert bow_tie.area == pytest.approx(2.0)


def test_the_area_shown_is_the_area_asked(atlas: Atlas) -> None:
    area = area_around(atlas, "121.93,30.90", "500")
    rim = [geodesic_m((121.93, 30.90), (lon, lat)) for lon, lat in shapely.get_coordinates(area)]
    assert max(rim) == pytest.approx(500, rel=0.001)


@pytest.mark.parametrize(
    "wanted, says",
    [
        ({"shape": "121.9,30.9;122,31"}, "3 to 200 corners"),
        ({"shape": ";".join(["121.9,30.9"] * 201)}, "3 to 200 corners"),
        ({"shape": "121.9,30.9;122,31;122.1,31.1"}, "corners around an area"),
        ({"shape": "30.9,121.9;31,122;31,121"}, "shape="),
        ({"shape": "a,b;c,d;e,f"}, "use one of: 121.90,30.88"),
        ({"near": "121.9"}, "unknown feature"),
        ({"near": "121.9,"}, "near='121.9,' is not known"),
        ({"near": "30.9,121.9"}, "lat"),
        ({"near": "2.35,48.85"}, "outside what EPSG:4549 serves"),
        ({"near": STOP, "radius": "0"}, "radius='0' is not known; use one of: metres above 0"),
        ({"near": STOP, "radius": "nan"}, "radius='nan'"),
        ({"near": STOP, "radius": "90000"}, "at most 50000"),
        ({"radius": "far"}, "radius='far'"),
    ],
)
def test_an_area_that_is_none_is_refused(atlas: Atlas, wanted: dict[str, str], says: str) -> None:
    with pytest.raises((FilterError, CoordinateError, UnknownIdError), match=says):
        find_tasks(atlas, TaskFilter(**wanted))


def test_a_place_that_is_not_on_the_map_is_no_centre(atlas: Atlas) -> None:
    unsure = next(f for f in atlas.files["sites"] if not is_on_map(f))
    with pytest.raises(FilterError, match="that is on the map"):
        find_tasks(atlas, TaskFilter(near=unsure.id))
