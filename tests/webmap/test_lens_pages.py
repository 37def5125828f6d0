"""The service lens without script: what a walk reaches from a point or a project, the gaps, and the rings."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from html_of import Page
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, shape

from geo.crs import geodesic_m
from geo.gcj02 import shift_geometry
from layers.atlas import Atlas
from layers.errors import FilterError
from layers.projects import load_projects
from layers.reach import Origin, ServiceLens, reach_of
from layers.reach_lens import dump_place, dump_reach, parse_place, parse_reach, planned_days, ring_around
from layers.statuses import StatusBook
from lingang.errors import UnknownIdError

STOP = "121.92549,30.9096"  # Dishui Lake, Line 16
WITHIN = 0.005  # of the distance: how well a ring must keep it
PROJECT_AND_ZONE = "west-island"  # an id that a zone and a project share


@pytest.fixture(scope="module")
def lens(atlas: Atlas) -> ServiceLens:
    return ServiceLens(atlas, load_projects(atlas), StatusBook({}))


def origin_of(geometry: Any) -> Origin:
    return Origin("point", "", "here", "here", geometry, 0.0)


def rows_of(page: Page, name: str) -> list[str]:
    """What the table rows bear in a data attribute, in the order of the page."""
    return [row[name] for row in page.all("tr") if row.get(name)]


# ---- rings ------------------------------------------------------------------------------------------------


@given(
    lon=st.floats(121.2, 122.4), lat=st.floats(30.4, 31.4), distance_m=st.floats(50, 10_000),
)  # fmt: skip
def test_a_circle_on_the_map_has_the_radius_that_it_says(lon: float, lat: float, distance_m: float) -> None:
    ring = ring_around(origin_of(Point(lon, lat)), distance_m)
    for corner, other in zip(ring.exterior.coords[:-1], ring.exterior.coords[1:], strict=True):
        between = (corner[0] + other[0]) / 2, (corner[1] + other[1]) / 2
        for place in (corner, between):
            assert geodesic_m((lon, lat), place) == pytest.approx(distance_m, rel=WITHIN)
    assert ring.exterior.is_ccw


@settings(max_examples=30)
@given(lon=st.floats(121.2, 122.3), lat=st.floats(30.4, 31.3), distance_m=st.floats(200, 5_000))
def test_a_ring_round_an_outline_keeps_its_distance(lon: float, lat: float, distance_m: float) -> None:
    square = Polygon([(lon, lat), (lon + 0.02, lat), (lon + 0.02, lat + 0.02), (lon, lat + 0.02)])
    ring = ring_around(origin_of(square), distance_m)
    west, south, east, north = ring.bounds
    assert geodesic_m((west, lat + 0.01), (lon, lat + 0.01)) == pytest.approx(distance_m, rel=WITHIN)
    assert geodesic_m((lon + 0.01, north), (lon + 0.01, lat + 0.02)) == pytest.approx(distance_m, rel=WITHIN)
    assert ring.covers(square)
    assert east > lon + 0.02
    assert south < lat


def test_the_map_gets_both_reaches_with_the_chosen_one_marked(client: FlaskClient) -> None:
    record = client.get(f"/api/lens?at={STOP}&reach=500m").json
    rings = {ring["id"]: ring["properties"] for ring in record["rings"]["features"]}
    assert {key: ring["chosen"] for key, ring in rings.items()} == {"15min": False, "500m": True}
    assert rings["500m"]["distance_m"] == 500
    assert round(rings["15min"]["distance_m"]) == 923  # 15 minutes at 80 m a minute over 1.3
    assert {near["id"] for near in record["within_reach"]} == {
        near["id"] for near in client.get(f"/api/lens?at={STOP}").json["within_reach"] if near["within_500_m"]
    }


def test_a_shifted_map_gets_shifted_rings_and_the_same_places(client: FlaskClient) -> None:
    plain, moved = (client.get(f"/api/lens?at={STOP}&datum={x}").json for x in ("wgs84", "gcj02"))
    assert moved["place"] == plain["place"] == "121.92549,30.90960"
    assert moved["within_reach"] == plain["within_reach"]
    expected = shift_geometry(Point(plain["middle"]), "gcj02")
    assert moved["middle"] == pytest.approx([expected.x, expected.y], abs=1e-7)
    one, other = (shape(x["rings"]["features"][0]["geometry"]).centroid for x in (plain, moved))
    assert geodesic_m((one.x, one.y), (other.x, other.y)) > 300  # the shift of GCJ-02 hereabouts


# ---- what can be written ----------------------------------------------------------------------------------


@given(minutes=st.sampled_from([5, 7.5, 10, 15, 30, 120]))
def test_a_reach_is_written_as_it_is_read(minutes: float) -> None:
    assert parse_reach(dump_reach(minutes)) == minutes


def test_five_hundred_metres_are_a_straight_line() -> None:
    assert reach_of(parse_reach("500m")) == 500
    assert dump_reach(parse_reach("500m")) == "500m"


@pytest.mark.parametrize("written", ["", "500", "0m", "-5min", "121min", "9e9m", "15 minutes", "nan"])
def test_another_reach_is_refused(written: str) -> None:
    with pytest.raises(FilterError, match="500m, 15min"):
        parse_reach(written)


def test_places_are_written_as_they_are_read(lens: ServiceLens) -> None:
    for written in (STOP, "community-105", f"project:{PROJECT_AND_ZONE}", PROJECT_AND_ZONE, "t1"):
        origin = parse_place(written, lens)
        again = parse_place(dump_place(origin), lens)
        assert (again.kind, again.id) == (origin.kind, origin.id)
    assert parse_place(PROJECT_AND_ZONE, lens).kind == "zone"
    assert parse_place(f"project:{PROJECT_AND_ZONE}", lens).kind == "project"
    assert parse_place("stop-line-16-dishuihu", lens).kind == "feature"


def test_a_wrong_id_names_the_nearest(lens: ServiceLens) -> None:
    with pytest.raises(UnknownIdError, match="community-105"):
        parse_place("comunity-105", lens)


def test_days_worth_a_look_are_those_of_projects_nearby(lens: ServiceLens) -> None:
    days = planned_days(lens, parse_place(STOP, lens))
    assert [day.day for day in days] == sorted({day.day for day in days})
    named = {project for day in days for project, _, _ in day.projects}
    assert "t1" in named  # the line that stops there
    assert all(lens.own_places(project) for project in named)
    own = planned_days(lens, lens.project("shengang-chc"), within_m=0)
    assert [day.day for day in own if "shengang-chc" in {x[0] for x in day.projects}] == [date(2023, 12, 31)]


# ---- pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reach, says", [("500m", "500 米"), ("15min", "923 米")])
def test_the_page_of_a_point_lists_what_the_json_has(client: FlaskClient, reach: str, says: str) -> None:
    page = Page(client.get(f"/services?at={STOP}&reach={reach}").text)
    lon, lat = STOP.split(",")
    record = client.get(f"/api/reach?lon={lon}&lat={lat}&reach={reach}").json
    assert sorted(rows_of(page, "data-id")) == sorted(near["id"] for near in record["within_reach"])
    assert rows_of(page, "data-service") == list(record["services"])
    assert record["method"]["words"] in page.text
    assert says in page.text
    missing = next(iter(record["nearest"].values()))
    assert missing["name"] in page.text
    assert f"{missing['distance_m'] / 1000:.1f} km" in page.text


def test_a_project_is_looked_at_now_and_on_its_due_day(client: FlaskClient) -> None:
    page = Page(client.get("/projects/shengang-chc/services").text)
    assert "2023-12-31" in page.text
    assert "到 2023-12-31（含承诺）" in page.text
    now = Page(client.get("/projects/shengang-chc/services?date=now").text)
    assert f"到 {date.today().isoformat()}（含承诺）" in now.text
    assert "/projects/shengang-chc/services" in Page(client.get("/projects/shengang-chc").text).links()


def test_a_promise_counts_from_its_day_on_and_apart_from_what_runs(client: FlaskClient) -> None:
    def on(day: str) -> dict[str, Any]:
        record: dict[str, Any] = client.get(f"/api/lens?at=lingang&today=2023-06-01&date={day}").json
        return record

    eve, due = on("2023-12-30"), on("2023-12-31")
    before, after = ({near["id"]: near["then"] for near in x["within_reach"]} for x in (eve, due))
    turned = [near["id"] for near in eve["within_reach"] if near["promised_by"] == "2023-12-31"]
    turned = [key for key in turned if before[key] == "later"]
    assert turned
    assert all(after[key] == "promised" for key in turned)
    for service, counted in due["services"].items():
        assert counted["now"] == eve["services"][service]["now"]  # what runs now does not depend on the day
        assert counted["then"] >= eve["services"][service]["then"]


def test_due_is_the_last_day_that_plans_promise_there(client: FlaskClient) -> None:
    record = client.get(f"/api/lens?at={STOP}&date=due").json
    assert record["date"] == record["days"][-1]["date"]
    nowhere = client.get("/api/lens?at=121.2,30.5&date=due").json  # the sea: nothing is promised there
    assert nowhere["days"] == []
    assert nowhere["date"] == nowhere["today"]


def test_the_start_page_asks_for_a_place(client: FlaskClient) -> None:
    page = Page(client.get("/services?lang=en").text)
    assert [field["name"] for field in page.all("input") if field.get("name") == "at"] == ["at"]
    assert "/zones/community-105/services?lang=en" in page.links()
    assert "/services/gaps?lang=en" in page.links()


def test_the_gaps_are_ranked_as_the_json_has_them(client: FlaskClient) -> None:
    answer = client.get("/services/gaps?reach=500m")
    page = Page(answer.text)
    record = client.get("/api/reach/gaps?reach=500m").json
    assert list(zip(rows_of(page, "data-zone"), rows_of(page, "data-service"), strict=True)) == [
        (row["zone"], row["service"]) for row in record["gaps"]
    ]
    assert record["method"]["words"] in page.text
    assert "2023-120" in page.text  # the plans' own aim for parks
    one = Page(client.get("/services/gaps?zone=dishui-core&service=clinic").text)
    assert set(rows_of(one, "data-service")) == {"clinic"}
    assert "2023-120" not in one.text


def test_parks_stand_beside_the_aim_of_the_plan(client: FlaskClient) -> None:
    record = client.get("/api/zones/community-105/parks").json
    (aim,) = record["figures"]
    assert (aim["op"], aim["value"], aim["unit"], aim["task"]) == ("≥", 80, "%", "2023-120")
    page = Page(client.get("/zones/community-105/services").text)
    assert f"{100 * record['share_now']:.1f}%" in page.text
    assert "≥ 80%" in page.text
    assert "/tasks/2023-120" in page.links()


@pytest.mark.parametrize(
    "address, status, says",
    [
        ("/services?at=121.9", 404, "121.9"),
        ("/services?at=nan,30.9", 400, "nan"),
        ("/services?at=30.9,121.9", 400, "lon first"),
        ("/services?at=east,30.9", 400, "decimal degrees"),
        ("/services?at=<b>,1", 400, "decimal degrees"),
        (f"/services?at={STOP}&reach=far", 400, "500m, 15min"),
        (f"/services?at={STOP}&date=2023-02-30", 400, "YYYY-MM-DD"),
        ("/projects/shengang-chcc/services", 404, "shengang-chc"),
        ("/projects/shengang-chc/services?date=soon", 400, "YYYY-MM-DD"),
        ("/services/gaps?zone=comunity-105", 404, "community-105"),
        ("/services/gaps?service=pub", 400, "kindergarten"),
        ("/api/lens", 400, "lon,lat"),
        ("/api/lens?at=comunity-105", 404, "community-105"),
        (f"/api/lens?at={STOP}&datum=bd09", 400, "gcj02"),
        ("/api/zones/comunity-105/parks", 404, "community-105"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    client: FlaskClient, address: str, status: int, says: str
) -> None:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang=en")
    opens = "?" in address and not address.startswith("/api/")  # a page, without what makes no sense
    assert answer.status_code == (200 if opens else status)
    assert says in (answer.json["error"] if answer.is_json else Page(answer.text).text)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "address", [f"/services?at={STOP}", "/projects/t1/services", "/services/gaps?zone=yangshan"]
)
def test_the_pages_hold_together_in_both_languages(client: FlaskClient, address: str, language: str) -> None:
    mark = "&" if "?" in address else "?"
    page = Page(client.get(f"{address}{mark}lang={language}").text)
    assert len(page.all("h1")) == 1
    ids = [a["id"] for _, a in page.elements if a.get("id")]
    assert len(ids) == len(set(ids))
    own = [
        link for link in page.links() if link.startswith(("/services", "/api/", "/projects/", "/features/"))
    ]
    assert own
    assert all(client.get(link).status_code == 200 for link in own[:12])
    assert all(("lang=en" in link) == (language == "en") for link in own)
