"""What lies within a walk: distances and minutes, what is promised, what is left out, and the gaps."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.crs import area_m2, geodesic_m
from geo.errors import CoordinateError
from layers.atlas import Atlas
from layers.errors import FilterError
from layers.projects import load_projects
from layers.reach import ServiceLens, parse_minutes, reach_of
from layers.reach_areas import ServiceAreas
from layers.reach_facilities import SERVICES
from layers.statuses import Status, StatusBook
from lingang.errors import UnknownIdError

TODAY = date(2023, 6, 1)
END_OF_2023 = date(2023, 12, 31)
STEPS = 15  # of the points across a zone
LAKE_STOP, ITS_PLACE = "stop-line-16-dishuihu", (121.92549, 30.9096)


@pytest.fixture(scope="module")
def lens(atlas: Atlas) -> ServiceLens:
    return ServiceLens(atlas, load_projects(atlas), StatusBook({}))


def ids(nears) -> list[str]:
    return [near.facility.id for near in nears]


def test_a_quarter_of_an_hour_reaches_923_metres_in_a_straight_line():
    assert reach_of(15) == pytest.approx(15 * 80 / 1.3)
    assert round(reach_of(15)) == 923


def test_distance_and_minutes_are_those_of_the_ellipsoid(lens):
    found = lens.walk(lens.point(*ITS_PLACE), minutes=15, today=TODAY)
    assert found.found[0].facility.id == LAKE_STOP
    assert found.found[0].distance_m == 0
    (other,) = [near for near in found.found if near.facility.id == "stop-t1-huanhuxisanlu"]
    straight = geodesic_m(ITS_PLACE, (121.91971, 30.91454))
    assert other.distance_m == pytest.approx(straight, abs=0.01)
    assert other.minutes == pytest.approx(straight * 1.3 / 80)


def test_the_way_there_is_as_long_as_the_way_back(lens):
    stops = [x for x in lens.facilities if x.kind == "stops" and x.is_placed(500)]
    here, there = stops[0], stops[5]

    def metres(one, other):
        walk = lens.walk(lens.point(one.geometry.x, one.geometry.y), minutes=120, today=TODAY)
        nears = {near.facility.id: near for near in (*walk.found, *walk.nearest.values())}
        return nears[other.id].distance_m

    near_ones = lens.walk(lens.point(here.geometry.x, here.geometry.y), minutes=120, today=TODAY)
    assert there.id in ids(near_ones.found)
    assert metres(here, there) == pytest.approx(metres(there, here), abs=0.001)


@settings(max_examples=15)
@given(
    lon=st.floats(121.6, 122.1), lat=st.floats(30.6, 31.1), minutes=st.floats(1, 60), more=st.floats(0, 60)
)
def test_who_walks_longer_reaches_no_less(lens, lon, lat, minutes, more):
    origin = lens.point(lon, lat)
    short = lens.walk(origin, minutes=minutes, today=TODAY)
    long = lens.walk(origin, minutes=minutes + more, today=TODAY)
    assert set(ids(short.found)) <= set(ids(long.found))
    assert [n.distance_m for n in long.found] == sorted(n.distance_m for n in long.found)
    assert all(near.distance_m <= reach_of(minutes) for near in short.found)


def test_whatever_stands_inside_a_zone_is_within_reach_of_it(lens, atlas):
    placed = [x for x in lens.facilities if x.is_placed(reach_of(15))]
    points, inside = [x for x in placed if isinstance(x.geometry, Point)], 0
    for zone in atlas.zones:
        found = {n.facility.id: n for n in lens.walk(lens.zone(zone.id), minutes=15, today=TODAY).found}
        for facility in points:
            if zone.geometry.covers(facility.geometry):
                inside += 1
                assert found[facility.id].distance_m == 0
    assert inside > 50


def test_a_place_known_worse_than_the_reach_is_listed_apart_until_the_reach_is_longer(lens):
    clinic = lens.project("shengang-chc")
    near = lens.walk(clinic, minutes=15, today=TODAY)
    assert "shengang-chc" in [x.id for x in near.unsure]
    assert "shengang-chc" not in ids(near.found)
    assert not near.origin_is_sure
    far = lens.walk(clinic, minutes=30, today=TODAY)
    assert "shengang-chc" in ids(far.found)
    assert far.origin_is_sure


def test_a_place_that_nobody_knows_is_unsure_in_its_zone(lens):
    unplaced = [x for x in lens.facilities if x.geometry is None and x.zone]
    for facility in unplaced:
        listed = lens.walk(lens.zone(facility.zone), minutes=15, today=TODAY).unsure
        assert facility in listed


def test_what_a_plan_promises_counts_from_the_promised_day_on(lens):
    (park,) = [x for x in lens.facilities if x.id == "science-park-wla"]
    assert [park.state_at(day) for day in (TODAY, date(2023, 12, 30))] == ["later", "later"]
    assert park.state_at(END_OF_2023) == "promised"
    found = lens.walk(lens.zone("top-scientists"), minutes=15, today=TODAY, day=END_OF_2023)
    (near,) = [n for n in found.found if n.facility is park]
    assert (near.now, near.then) == ("later", "promised")
    now, then = found.count("park")
    assert then == now + 1


def test_a_project_is_looked_at_on_its_last_promised_day(lens):
    assert lens.due_day("shengang-chc") == END_OF_2023
    assert lens.due_day("finance-east-9") is None


def test_a_record_shows_what_the_data_does_not_say(atlas):
    projects = load_projects(atlas)
    done = Status("science-park-wla", "open", date(2023, 5, 1), "", "", "李四", TODAY)
    lens = ServiceLens(atlas, projects, StatusBook({"science-park-wla": (done,)}))
    (park,) = [x for x in lens.facilities if x.id == "science-park-wla"]
    assert [park.state_at(day) for day in (date(2023, 4, 30), TODAY)] == ["later", "recorded"]


def test_a_line_that_has_not_opened_yet_serves_no_stop(lens):
    by_id = {x.id: x for x in lens.facilities}
    assert by_id[LAKE_STOP].state_at(date(2012, 12, 31)) == "later"
    assert by_id[LAKE_STOP].state_at(date(2014, 1, 1)) == "open"
    assert by_id["stop-lianggang-express-xinghaiwanlu"].state_at(TODAY) == "undated"


def test_a_freight_station_is_no_stop_for_passengers(lens):
    by_id = {x.id: x for x in lens.facilities}
    assert by_id["stop-pudong-railway-luchaogang"].services == ()
    assert by_id[LAKE_STOP].services == ("stop",)


def test_every_level_of_a_school_gives_its_services(lens):
    by_id = {x.id: x for x in lens.facilities}
    assert by_id["dishui-lake-school"].services == ("primary", "junior", "senior")
    assert {s for x in lens.facilities for s in x.services} == set(SERVICES)


def test_the_nearest_beyond_reach_is_named_for_what_is_missing(lens):
    found = lens.walk(lens.zone("dishui-core"), minutes=15, today=TODAY)
    assert set(found.nearest) == {"clinic"}
    near = found.nearest["clinic"]
    assert near.distance_m > found.reach_m
    others = [x for x in lens.facilities if "clinic" in x.services and x.state_at(TODAY) == "open"]
    far = lens.walk(lens.zone("dishui-core"), minutes=120, today=TODAY)
    assert min(n.distance_m for n in far.found if n.facility in others) == near.distance_m


def test_park_coverage_is_the_share_of_points_within_500_metres(lens, atlas):
    areas = ServiceAreas(lens, today=TODAY)
    zone = atlas.zones.get("intl-innovation")
    parks = [x for x in lens.facilities if x.kind == "parks" and x.is_placed(500)]
    origin_parks = [x.id for x in parks if x.state_at(TODAY) == "open"]
    west, south, east, north = zone.geometry.bounds
    hits = []
    for column in range(STEPS):
        for row in range(STEPS):
            lon = west + (east - west) * (column + 0.5) / STEPS
            point = Point(lon, south + (north - south) * (row + 0.5) / STEPS)
            if zone.geometry.covers(point):
                walk = lens.walk(lens.point(point.x, point.y), minutes=500 * 1.3 / 80, today=TODAY)
                hits.append(any(i in origin_parks for i in ids(walk.found)))
    assert len(hits) > 80
    assert areas.park_coverage(zone.id).now == pytest.approx(sum(hits) / len(hits), abs=0.05)


def test_land_is_the_zone_without_the_lake(lens, atlas):
    areas = ServiceAreas(lens, today=TODAY)
    lake = areas.park_coverage("dishui-lake")
    assert lake.land_km2 < 0.3 * area_m2(atlas.zones.get("dishui-lake").geometry) / 1e6
    town = areas.park_coverage("town-shuyuan")
    assert town.land_km2 == pytest.approx(area_m2(atlas.zones.get("town-shuyuan").geometry) / 1e6, rel=0.005)


@pytest.mark.parametrize("service", SERVICES)
def test_a_longer_walk_covers_no_less_land(lens, service):
    areas = ServiceAreas(lens, today=TODAY, day=END_OF_2023)
    few, many = (areas.coverage("dishui-core", service, reach_m=metres) for metres in (500.0, 1500.0))
    assert 0 <= few.now <= many.now <= 1
    assert few.now <= few.then and many.now <= many.then


def test_parks_known_worse_than_500_metres_are_counted_as_left_out(lens):
    entry = ServiceAreas(lens, today=TODAY).park_coverage("dishui-core")
    vague = [x for x in lens.facilities if x.kind == "parks" and not x.is_placed(500)]
    assert entry.left_out == sum(x.zone == "dishui-core" or x.zone == "dishui-lake" for x in vague) > 0


def test_gaps_are_ranked_by_share_then_by_land_and_count_no_land_twice(lens, atlas):
    areas = ServiceAreas(lens, today=TODAY)
    gaps = areas.gaps(minutes=15)
    keys = [(round(x.now, 4), -x.uncovered_km2) for x in gaps]
    assert keys == sorted(keys)
    assert not any(atlas.zones.children(x.zone) for x in gaps)
    assert {x.service for x in gaps} == set(SERVICES)
    assert areas.gaps(["community-105"], minutes=15)[0].zone == "community-105"


def test_what_cannot_be_is_refused(lens):
    with pytest.raises(UnknownIdError, match="community-105"):
        lens.zone("comunity-105")
    with pytest.raises(UnknownIdError, match="shengang-chc"):
        lens.project("shengang-chcc")
    with pytest.raises(CoordinateError):
        lens.point(30.9, 121.9)
    with pytest.raises(CoordinateError):
        lens.point(float("nan"), 30.9)


@pytest.mark.parametrize("written", ["0", "-1", "121", "nan", "inf", "ten", ""])
def test_minutes_that_nobody_walks_are_refused(written):
    with pytest.raises(FilterError, match="minutes"):
        parse_minutes(written)
