"""One filter everywhere: interface, facets, page, counts, exports and commands list the same tasks."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from answers import Answer
from flask.testing import FlaskClient
from html_of import Page

from layers.atlas import Atlas
from layers.tasks import TaskFilter, find_tasks
from webmap.filter_words import filter_words
from webmap.i18n import Translations

TRIANGLE = "121.88,30.86;121.97,30.86;121.93,30.95"
FILTERS: list[dict[str, str]] = [
    {"plan": "2020,2023", "zone": "dishui-core"},
    {"part": "2023:2.5,145:1.3"},
    {"zone": "yangshan,community-105", "commitment": "firm"},
    {"kind": "school,hospital", "plan": "2023"},
    {"stage": "start,complete", "due": "2023"},
    {"due": "2023-H2,2020", "implied": "1", "has": "targets"},
    {"commitment": "aim,explore", "scope": "zones,lines"},
    {"has": "projects,dates", "q": "建设"},
    {"target": "t1,line-16"},
    {"near": "stop-t1-lingangdadao", "radius": "2000"},
    {"near": "121.93,30.90", "radius": "1500", "plan": "2023"},
    {"shape": TRIANGLE},
    {"shape": TRIANGLE, "near": "t1", "kind": "zone,industry", "stage": "start"},
    {"scope": "outside,unplaced"},
]
NAMES = [" ".join(wanted) for wanted in FILTERS]


def listed(client: FlaskClient, query: str) -> list[str]:
    return [task["id"] for task in client.get(f"/api/tasks?{query}").json["tasks"]]


def ids_of_csv(content: bytes) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]


@pytest.mark.parametrize("wanted", FILTERS, ids=NAMES)
def test_everything_that_lists_tasks_lists_the_same(client: FlaskClient, wanted: dict[str, str]) -> None:
    query = urlencode(wanted)
    tasks = listed(client, query)
    assert 0 < len(tasks) < 280
    assert sorted(ids_of_csv(client.get(f"/export/tasklist.csv?{query}").data)) == sorted(tasks)
    placed = client.get(f"/export/tasks.geojson?{query}").json["features"]
    assert {f["properties"]["task"] for f in placed} <= set(tasks)
    facets = client.get(f"/api/facets?{query}").json
    assert (facets["found"], facets["total"]) == (len(tasks), 280)
    assert client.get(f"/api/dues?{query}").json["tasks"] == len(tasks)
    zones = client.get(f"/api/zones?{query}").json["zones"]
    assert {z["id"]: z["tasks"] for z in zones} == facets["zones"]
    page = Page(client.get(f"/tasks?{query}").text)
    shown = [link.removeprefix("/tasks/") for link in page.links() if link.startswith("/tasks/")]
    assert list(dict.fromkeys(shown)) == tasks
    assert client.get(f"/api/filter?{query}").json["ignored"] == []


@pytest.mark.parametrize("wanted", [FILTERS[2], FILTERS[10], FILTERS[12]], ids=["lists", "near", "shape"])
def test_the_command_exports_what_the_interface_lists(
    client: FlaskClient, call: Callable[..., Answer], wanted: dict[str, str]
) -> None:
    options = [part for name, value in wanted.items() for part in (f"--{name}", value)]
    answer = call("export", "tasklist", "-o", "-", "--format", "csv", *options)
    assert answer.code == 0
    assert sorted(ids_of_csv(answer.out.encode())) == sorted(listed(client, urlencode(wanted)))


def test_milestones_are_exported_by_how_firmly_they_are_promised(client: FlaskClient) -> None:
    content = client.get("/export/milestones.csv?commitment=explore").data
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    wanted = [
        (task["id"], m["what"])
        for task in client.get("/api/tasks?commitment=explore").json["tasks"]
        for m in task["milestones"]
        if m["commitment"] == "explore"
    ]
    assert rows
    assert sorted((row["task"], row["what"]) for row in rows) == sorted(wanted)


def test_places_are_exported_by_kind_and_nearness(client: FlaskClient) -> None:
    near = client.get("/export/schools.geojson?near=dishui-core&radius=1").json["features"]
    every = client.get("/export/schools.geojson").json["features"]
    assert 0 < len(near) < len(every)
    inside = client.get(f"/export/sites.geojson?shape={TRIANGLE}&kind=culture").json["features"]
    assert inside
    assert {f["properties"]["kind"] for f in inside} <= {"culture", "sport"}


@pytest.mark.parametrize(
    "wanted, allowed",
    [
        ("kind=castle", "school"), ("commitment=x", "firm"), ("has=x", "targets"), ("shape=1,1", "corners"),
        ("radius=-1", "metres above 0"), ("near=1,2,3", "lon"), ("stage=start,x", "complete"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "address", ["/api/tasks", "/api/facets", "/api/zones", "/api/dues", "/export/tasklist.csv"]
)
def test_programs_are_told_what_is_allowed(
    client: FlaskClient, address: str, wanted: str, allowed: str
) -> None:
    answer = client.get(f"{address}?{wanted}")
    assert answer.status_code == 400
    assert wanted.partition("=")[0] in answer.json["error"]
    assert allowed in answer.json["error"]


NONSENSE = "plan=2023,2099&zone=nowhere&stage=%3Cb%3E&due=soon&shape=1,1&near=x&radius=far&scope=zones"


@pytest.mark.parametrize("lang, says", [("zh", "已忽略"), ("en", "was ignored")])
def test_a_page_shows_what_makes_sense_and_names_the_rest(client: FlaskClient, lang: str, says: str) -> None:
    answer = client.get(f"/tasks?{NONSENSE}&lang={lang}")
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.text.count(says) == 7
    assert "<b>" in page.text and "2099" in page.text
    assert f"{len(listed(client, 'plan=2023&scope=zones'))}" in page.text
    assert sum(one.get("role") == "status" for one in page.all("p")) >= 8
    zone = Page(client.get("/zones/dishui-core?stage=begun&plan=2023").text)
    assert "stage=begun" in zone.text


def test_a_link_is_tidied_for_the_map(client: FlaskClient) -> None:
    found = client.get(f"/api/filter?{NONSENSE}").json
    assert found["filter"] == {"plan": "2023", "scope": "zones"}
    assert [(one["field"], one["value"]) for one in found["ignored"]][:2] == [
        ("zone", "nowhere"),
        ("plan", "2099"),
    ]
    assert [phrase["words"] for phrase in found["phrases"]] == ["2023", "有落点"]
    areas = client.get(f"/api/filter?shape={TRIANGLE}&near=t1").json["areas"]
    assert {field: area["type"] for field, area in areas.items()} == {"near": "Polygon", "shape": "Polygon"}


def test_values_are_called_by_their_names_in_both_languages(client: FlaskClient) -> None:
    facets = {facet["id"]: facet for facet in client.get("/api/facets?plan=2023").json["facets"]}
    zone = next(one for one in facets["zone"]["values"] if one["value"] == "dishui-core")
    assert (zone["label"], zone["label_en"]) == ("滴水湖核心", "Dishui Lake Core")
    for facet in facets.values():
        assert all(one["label"] and one["label_en"] for one in (facet, *facet["values"]))
    chosen = [one["value"] for facet in facets.values() for one in facet["values"] if one["selected"]]
    assert chosen == ["2023"]


def test_the_form_holds_every_field_and_repeats_are_all_taken(client: FlaskClient) -> None:
    page = Page(client.get("/tasks?plan=2020&plan=2023&kind=school&lang=en").text)
    names = {one["name"] for tag in ("select", "input") for one in page.all(tag) if "name" in one}
    assert set(TaskFilter.__dataclass_fields__) <= names
    assert "Plan: 2020, 2023; Kind of place: schools" in page.text
    assert f"{len(listed(client, 'plan=2020,2023&kind=school'))} of 280" in page.text


def test_a_place_shows_its_tasks_under_the_filter(client: FlaskClient) -> None:
    whole = client.get("/api/features/t1").json
    narrow = client.get("/api/features/t1?plan=2023").json
    assert whole["linked"] == narrow["linked"] == len(whole["tasks"]) > len(narrow["tasks"]) > 0
    assert [t["id"] for t in narrow["tasks"]] == listed(client, "target=t1&plan=2023")


@pytest.mark.parametrize(
    "wanted, zh, en",
    [
        ({"plan": "2020,2023"}, "规划：2020、2023", "Plan: 2020, 2023"),
        ({"zone": "dishui-core"}, "片区：滴水湖核心（含下级）", "Zone: Dishui Lake Core (with child zones)"),
        ({"due": "2023-Q2"}, "时间：2023年第2季度", "Due: Q2 2023"),
        ({"near": "121.93,30.9"}, "附近：121.9300, 30.9000 周围 1000 米",
         "Near: within 1000 m of 121.9300, 30.9000"),
        ({"shape": "1,1;2,2;3,1;"}, "画出的范围：3 个角点", "Drawn shape: 3 corners"),
        ({"radius": "500", "implied": "1"}, None, None),
    ],
)  # fmt: skip
def test_a_filter_is_said_in_words(
    atlas: Atlas, wanted: dict[str, str], zh: str | None, en: str | None
) -> None:
    words = Translations.read()
    for language, expected in (("zh", zh), ("en", en)):
        said = filter_words(atlas, TaskFilter(**wanted), words.get(language), language)
        assert said == ([expected] if expected else [])


def test_every_filter_has_a_phrase_for_every_field(atlas: Atlas) -> None:
    words = Translations.read()
    for wanted in FILTERS:
        assert find_tasks(atlas, TaskFilter(**wanted))
        for language in ("zh", "en"):
            said = filter_words(atlas, TaskFilter(**wanted), words.get(language), language)
            assert len(said) == len(set(wanted) - {"radius"})
