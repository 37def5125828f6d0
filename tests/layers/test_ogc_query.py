"""A request for items is read strictly and answered with exactly the rows that meet it."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.geometry import Point, box

from geo.features import Feature
from layers.atlas import Atlas
from layers.ogc_collections import Collection, Collections
from layers.ogc_cql2 import JSON, MOST_JSON
from layers.ogc_crs import CRS84, EPSG, SERVED, OgcError
from layers.ogc_query import MOST_ITEMS, parse_query, select_rows
from layers.registry import LAYERS, Layer
from lingang.errors import UnknownIdError

LAYER_IDS = [layer.id for layer in LAYERS if layer.id != "edges"]  # seconds to build, and nothing of its own
AROUND_LAKE = (121.9, 30.85, 121.96, 30.92)


@pytest.fixture(scope="module")
def collections(atlas: Atlas) -> Collections:
    return Collections(atlas)


@pytest.fixture(scope="module")
def zones(collections: Collections) -> Collection:
    return collections.get("zones")


def ask(collection: Collection, **arguments: str) -> list[str]:
    """The ids that a query selects; `_` in a name stands for `-` where the standard has one."""
    given = [(name.replace("__", "-"), value) for name, value in arguments.items()]
    rows = select_rows(collection, parse_query(collection, given))
    return [collection.features[row].id for row in rows]


def filtered(collection: Collection, expression: object, **more: str) -> list[str]:
    return ask(collection, filter=json.dumps(expression), filter__lang=JSON, **more)


def op(name: str, *arguments: object) -> dict[str, object]:
    return {"op": name, "args": list(arguments)}


def prop(name: str) -> dict[str, str]:
    return {"property": name}


@pytest.mark.parametrize("layer_id", LAYER_IDS)
def test_every_row_is_geojson_with_every_column(collections: Collections, layer_id: str) -> None:
    one = collections.get(layer_id)
    members = [json.loads(line) for line in one.frame().lines]
    assert [member["id"] for member in members] == [feature.id for feature in one.features]
    assert {tuple(member["properties"]) for member in members} == {tuple(one.columns)}
    for member, feature in zip(members, one.features, strict=True):
        assert (member["geometry"] is None) == (feature.geometry is None)
        assert {k: v for k, v in member["properties"].items() if v is not None} == {
            k: v for k, v in feature.properties.items() if v is not None
        }


def test_an_unknown_collection_suggests_the_nearest(collections: Collections) -> None:
    with pytest.raises(UnknownIdError, match="did you mean 'zones'"):
        collections.get("zone")


@pytest.mark.parametrize(
    "code, north_first", [(4326, True), (4490, True), (4549, True), (32651, False), (3857, False)]
)
def test_axes_stand_as_the_authority_has_them(collections: Collections, code: int, north_first: bool) -> None:
    stops = collections.get("stops")
    own, there = stops.frame().shapes[0], stops.frame(f"{EPSG}{code}").shapes[0]
    x, y = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=True).transform(own.x, own.y)
    assert (there.x, there.y) == pytest.approx((y, x) if north_first else (x, y), abs=0.006)


@pytest.mark.parametrize("uri", SERVED)
def test_a_box_selects_the_same_in_every_system(zones: Collection, uri: str) -> None:
    frame = zones.frame(uri)
    window = zones.crs[uri].place(np.array([box(*AROUND_LAKE)]))[0]
    corners = ",".join(map(str, window.bounds))
    meant = [
        f.id for f, s in zip(zones.features, frame.shapes, strict=True) if s.intersects(box(*window.bounds))
    ]
    assert meant
    assert ask(zones, bbox=corners, bbox__crs=uri) == meant
    if zones.crs[uri].is_geographic:
        assert meant == ask(zones, bbox=",".join(map(str, AROUND_LAKE)))


@given(
    lons=st.tuples(st.floats(121, 122.5), st.floats(121, 122.5)),
    lats=st.tuples(st.floats(30.5, 31.5), st.floats(30.5, 31.5)),
)
def test_a_box_takes_what_touches_it_and_nothing_else(
    collections: Collections, lons: tuple[float, float], lats: tuple[float, float]
) -> None:
    stops = collections.get("stops")
    window = box(min(lons), min(lats), max(lons), max(lats))
    found = ask(stops, bbox=f"{min(lons)!r},{min(lats)!r},{max(lons)!r},{max(lats)!r}")
    assert found == [f.id for f in stops.features if f.geometry is not None and window.intersects(f.geometry)]


def test_heights_of_a_box_do_not_count(zones: Collection) -> None:
    assert ask(zones, bbox="121.9,30.85,-5,121.96,30.92,5000") == ask(zones, bbox="121.9,30.85,121.96,30.92")


def test_a_box_may_cross_the_antimeridian(zones: Collection) -> None:
    everywhere = [feature.id for feature in zones.features]
    assert ask(zones, bbox="100,-80,-100,80") == everywhere
    assert ask(zones, bbox="170,-80,-100,80") == []
    assert ask(zones, bbox="-80,100,80,-100", bbox__crs=f"{EPSG}4326") == everywhere


def test_rows_without_a_place_are_in_no_box(collections: Collections) -> None:
    tasks = collections.get("tasks")
    found = ask(tasks, bbox="-180,-90,180,90")
    assert found == [f.id for f in tasks.features if f.geometry is not None]
    assert len(found) < len(tasks.features)


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("2023-05-01", date(2023, 5, 1), date(2023, 5, 1)),
        ("2023-05-01T12:00:00Z", date(2023, 5, 1), date(2023, 5, 1)),
        ("2023-04-30T20:00:00Z", date(2023, 5, 1), date(2023, 5, 1)),  # the next day in China
        ("2023-01-01/2023-06-30", date(2023, 1, 1), date(2023, 6, 30)),
        ("2024-01-01/..", date(2024, 1, 1), date.max),
        ("/2020-12-31", date.min, date(2020, 12, 31)),
        ("../..", date.min, date.max),
    ],
)
def test_a_time_selects_the_milestones_due_in_it(
    collections: Collections, text: str, first: date, last: date
) -> None:
    milestones = collections.get("milestones")
    meant = [
        f.id
        for f in milestones.features
        if f.properties["due_start"]
        and date.fromisoformat(f.properties["due_start"]) <= last
        and date.fromisoformat(f.properties["due_end"]) >= first
    ]
    assert meant
    assert ask(milestones, datetime=text) == meant


def test_the_time_of_a_task_is_the_year_of_its_plan(collections: Collections, atlas: Atlas) -> None:
    tasks = collections.get("tasklist")
    found = ask(tasks, datetime="2023-07-01")
    plans = {atlas.tasks[task_id].task.plan for task_id in found}
    assert "2023" in plans and "2020" not in plans


def test_a_layer_without_times_gives_all_at_any_time(zones: Collection) -> None:
    assert len(ask(zones, datetime="1900-01-01")) == len(zones.features)


def test_a_column_is_a_condition(zones: Collection) -> None:
    parks = [f.id for f in zones.features if f.properties["rank"] == "park"]
    assert parks
    assert ask(zones, rank="park") == parks
    assert ask(zones, rank="park", tasks_total="1.0") == [
        z for z in parks if zones.features[zones.rows[z]].properties["tasks_total"] == 1
    ]


def test_a_list_is_met_by_what_it_holds(collections: Collections) -> None:
    stops = collections.get("stops")
    held = [f.id for f in stops.features if "line-16" in f.properties["lines"]]
    assert held
    assert ask(stops, lines="line-16") == held
    assert filtered(stops, op("a_contains", prop("lines"), ["line-16"])) == held


@pytest.mark.parametrize(
    "name, value, says",
    [
        ("limt", "3", "did you mean 'limit'"),
        ("limit", "0", "1 or more"),
        ("limit", "ten", "whole number"),
        ("limit", "１０", "whole number"),
        ("offset", "-1", "0 or more"),
        ("bbox", "1,2,3", "four numbers"),
        ("bbox", "1,2,3,4,5", "four numbers"),
        ("bbox", "a,b,c,d", "four numbers"),
        ("bbox", "121,31,122,nan", "four numbers"),
        ("bbox", "121,1e999,122,31", "four numbers"),
        ("bbox", "121,31,122,30", "lower corner first"),
        ("datetime", "2023", "RFC 3339"),
        ("datetime", "2023-02-30", "RFC 3339"),
        ("datetime", "..", "RFC 3339"),
        ("datetime", "2023-01-01/2023-02-01/2023-03-01", "RFC 3339"),
        ("datetime", "2023-02-01/2023-01-01", "ends before"),
        ("crs", "EPSG:4326", "CRS84"),
        ("bbox-crs", f"{EPSG}2154", "CRS84"),
        ("filter-crs", "urn:x", "CRS84"),
        ("filter-lang", "cql", "cql2-json"),
        ("tasks_total", "many", "numbers"),
        ("edges_published", "yes", "true, false"),
        ("tasks_by_plan", "2023", "not known"),
    ],
)
def test_what_means_nothing_is_refused_with_what_is_allowed(
    zones: Collection, name: str, value: str, says: str
) -> None:
    with pytest.raises(OgcError, match=says):
        parse_query(zones, [(name, value)])


def test_a_parameter_stands_once(zones: Collection) -> None:
    with pytest.raises(OgcError, match="given twice"):
        parse_query(zones, [("limit", "1"), ("limit", "2")])


def test_a_limit_beyond_the_most_gives_the_most(zones: Collection) -> None:
    assert parse_query(zones, [("limit", "99999")]).limit == MOST_ITEMS


def test_a_day_as_gdal_writes_it_is_a_day(zones: Collection) -> None:
    assert parse_query(zones, [("datetime", "2023-01-01T/..")]).first == date(2023, 1, 1)


PARK_OR_SMALL = (op("=", prop("rank"), "park"), op("<", prop("area_km2"), 5))
BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}


@pytest.mark.parametrize(
    "expression, meant",
    [
        (op("=", prop("rank"), "park"), lambda p: p["rank"] == "park"),
        (op("<>", prop("rank"), "park"), lambda p: p["rank"] != "park"),
        (op("not", op("=", prop("parent"), "lingang")), lambda p: p["parent"] not in ("lingang", None)),
        (op("isNull", prop("parent")), lambda p: p["parent"] is None),
        (op("between", prop("area_km2"), 10, 20), lambda p: 10 <= p["area_km2"] <= 20),
        (op("in", prop("rank"), ["park", "town"]), lambda p: p["rank"] in ("park", "town")),
        (op("like", prop("name"), "%社区"), lambda p: p["name"].endswith("社区")),
        (op("like", prop("name"), "10_社区"), lambda p: len(p["name"]) == 5 and p["name"].startswith("10")),
        (
            op("=", op("casei", prop("rank")), op("casei", "PARK")),
            lambda p: p["rank"] == "park",
        ),
        (
            op("and", op(">", prop("tasks_total"), 3), op("or", *PARK_OR_SMALL)),
            lambda p: p["tasks_total"] > 3 and (p["rank"] == "park" or p["area_km2"] < 5),
        ),
        (op("=", prop("tasks_total"), "3"), lambda p: False),  # a number equals no text
    ],
)  # fmt: skip
def test_a_filter_takes_the_rows_that_meet_it(zones: Collection, expression: object, meant: object) -> None:
    assert callable(meant)
    assert filtered(zones, expression) == [f.id for f in zones.features if meant(f.properties)]


def test_a_filter_knows_the_relations_of_geometry(zones: Collection) -> None:
    whole, point = {"bbox": [120, 30, 123, 32]}, {"type": "Point", "coordinates": [121.93, 30.9]}
    assert len(filtered(zones, op("s_within", prop("geometry"), whole))) == len(zones.features)
    holding = [
        f.id for f in zones.features if f.geometry is not None and f.geometry.contains(Point(121.93, 30.9))
    ]
    assert holding
    assert filtered(zones, op("s_contains", prop("geometry"), point)) == holding
    assert filtered(zones, op("s_within", point, prop("geometry"))) == holding
    there = {"type": "Point", "coordinates": [30.9, 121.93]}
    assert filtered(zones, op("s_contains", prop("geometry"), there), filter__crs=f"{EPSG}4326") == holding


@pytest.mark.parametrize(
    "expression, says",
    [
        (op("=", prop("rnk"), 1), "rank"),
        (op("s_dwithin", prop("geometry"), 1, 2), "s_intersects"),
        (op("=", 1), "2 arguments"),
        (op("s_intersects", prop("geometry"), prop("geometry")), "one fixed geometry"),
        (op("s_intersects", prop("geometry"), {"bbox": [1, 2]}), "BBOX of four"),
        (op("s_intersects", prop("geometry"), BOW_TIE), "not valid"),
        (op("=", prop("name"), {"date": "2023-13-01"}), "no day"),
        ({"op": "and"}, "not served"),
        ({}, "not served"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_met_is_refused(zones: Collection, expression: object, says: str) -> None:
    with pytest.raises(OgcError, match=says):
        filtered(zones, expression)


@pytest.mark.parametrize("text", ["{", "[" * 5000, "1" * (MOST_JSON + 1), json.dumps([[[]]] * 3)[:-1]])
def test_broken_json_is_refused(zones: Collection, text: str) -> None:
    with pytest.raises(OgcError, match="filter"):
        ask(zones, filter=text, filter__lang=JSON)


def test_deep_nesting_is_refused(zones: Collection) -> None:
    expression: object = True
    for _ in range(200):
        expression = op("not", expression)
    with pytest.raises(OgcError, match="nested deeper"):
        filtered(zones, expression)


def test_systems_that_cannot_hold_the_data_are_left_out(collections: Collections) -> None:
    for layer_id in LAYER_IDS:
        one = collections.get(layer_id)
        assert next(iter(one.crs)) == CRS84
        for uri in one.crs:
            assert np.isfinite(shapely.get_coordinates(one.frame(uri).shapes)).all()


@pytest.mark.parametrize("features", [[], [Feature("a", {"id": "a", "name": "a"}, None)]])
def test_a_layer_without_rows_or_places_can_be_asked(atlas: Atlas, features: list[Feature]) -> None:
    one = Collection(atlas, Layer("bare", "空", "Bare", "areas", "mixed", "nothing", lambda _: features))
    for uri in SERVED:
        assert ask(one, crs=uri, bbox="0,0,9,9", bbox__crs=uri) == []
        assert len(one.frame(uri).lines) == len(features)
    assert (one.bounds, one.span) == (None, None)
    assert filtered(one, op("s_intersects", prop("geometry"), {"bbox": [0, 0, 9, 9]})) == []
