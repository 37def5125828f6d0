"""The JSON interface: zones with counts, tasks with links and evidence, and refusals that help."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from layers.atlas import HERE, Atlas
from layers.registry import LAYERS


def get(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text[:300])
    assert answer.mimetype == "application/json"
    return answer.json


def test_zones_come_parents_first_with_their_counts(client: FlaskClient, atlas: Atlas) -> None:
    zones = get(client, "/api/zones")["zones"]
    assert [zone["id"] for zone in zones] == atlas.zones.ids()
    seen: set[str | None] = {None}
    for zone in zones:
        assert zone["parent"] in seen
        assert zone["source"] and zone["method"] and zone["name_en"]
        assert zone["tasks"] == atlas.zone_counts()[zone["id"]]
        seen.add(zone["id"])


def test_zone_counts_follow_the_filter(client: FlaskClient, atlas: Atlas) -> None:
    by_plan = {
        plan: {z["id"]: z["tasks"]["total"] for z in get(client, f"/api/zones?plan={plan}")["zones"]}
        for plan in atlas.plans
    }
    for zone_id, count in atlas.zone_counts().items():
        assert sum(found[zone_id] for found in by_plan.values()) == count["total"]


def test_one_zone_tells_its_path_children_and_facilities(client: FlaskClient, atlas: Atlas) -> None:
    zone = get(client, "/api/zones/community-105")
    above = [z["id"] for z in zone["path"]]
    assert above == atlas.zones.ancestors("community-105")[::-1]
    assert (above[0], above[-1]) == ("lingang", "modern-services")
    parent = get(client, "/api/zones/modern-services")
    assert [z["id"] for z in parent["children"]] == atlas.zones.children("modern-services")
    assert "community-105" in [z["id"] for z in parent["children"]]
    assert set(zone["facilities"]) == {"schools", "hospitals", "stops", "sites"}


@pytest.mark.parametrize("zone_id", ["lingang", "dishui-core", "community-105", "yangshan", "coastal-belt"])
def test_tasks_of_a_zone_come_own_first_then_by_child(
    client: FlaskClient, atlas: Atlas, zone_id: str
) -> None:
    answer = get(client, f"/api/zones/{zone_id}/tasks")
    order = [zone_id, *atlas.zones.descendants(zone_id)]
    places = [order.index(task["zone"]) for task in answer["tasks"]]
    assert places == sorted(places)
    assert len({task["id"] for task in answer["tasks"]}) == len(answer["tasks"]) == answer["counts"]["total"]
    assert sum(task["zone"] == zone_id for task in answer["tasks"]) == answer["counts"]["own"]
    assert len(answer["passing"]) == answer["counts"]["passing"]
    for task in answer["tasks"]:
        links = [x for x in task["links"] if x["target"] == task["zone"] and x["relation"] in HERE]
        assert links and all(x["evidence"] or x["heading_evidence"] for x in links), task["id"]


def test_passing_tasks_stand_apart_with_the_line_that_passes(client: FlaskClient, atlas: Atlas) -> None:
    zone_id = next(z for z, count in atlas.zone_counts().items() if count["passing"])
    answer = get(client, f"/api/zones/{zone_id}/tasks")
    assert not {t["id"] for t in answer["tasks"]} & {t["id"] for t in answer["passing"]}
    family = {zone_id, *atlas.zones.descendants(zone_id)}
    for task in answer["passing"]:
        assert any(x["target"] in family and x["relation"] == "serves" for x in task["links"])


def test_a_task_gives_the_exact_words_behind_each_link(client: FlaskClient, atlas: Atlas) -> None:
    for task in get(client, "/api/tasks")["tasks"]:
        assert task["text"][task["body_start"] :] == atlas.get_task(task["id"]).task.body
        for link in task["links"]:
            assert link["name"] == atlas.features[link["target"]].properties["name"]
            assert link["name_en"]
            for start, end, words in link["evidence"]:
                assert task["text"][start:end] == words


@pytest.mark.parametrize(
    "query, holds",
    [
        ({}, "2020-1"),
        ({"zone": "dishui-core"}, "2023-54"),
        ({"plan": "2023"}, "2023-1"),
        ({"scope": "lines"}, "2023-112"),
        ({"target": "t6"}, "2023-112"),
        ({"q": "105社区"}, "2023-140"),
        ({"zone": "community-105", "plan": "2023", "q": "105"}, "2023-140"),
        ({"q": "  ", "zone": ""}, "2020-1"),
    ],
)
def test_a_filter_narrows_and_is_repeated_in_the_answer(
    client: FlaskClient, query: dict[str, str], holds: str
) -> None:
    answer = client.get("/api/tasks", query_string=query).json
    assert answer["total"] == len(answer["tasks"])
    assert answer["filter"] == {k: v for k, v in query.items() if v.strip()}
    assert holds in [task["id"] for task in answer["tasks"]]


@pytest.mark.parametrize("stage, due", [("start", "2023"), ("complete", "2023"), ("operate", "2023-H1")])
def test_stage_and_due_look_at_the_milestones(client: FlaskClient, stage: str, due: str) -> None:
    for task in get(client, f"/api/tasks?stage={stage}&due={due}")["tasks"]:
        assert stage in [m["stage"] for m in task["milestones"]]
        assert any((m["due"] or "").startswith(due) for m in task["milestones"])


def test_unplaced_lists_every_task_with_an_unplaced_name(client: FlaskClient, atlas: Atlas) -> None:
    found = get(client, "/api/tasks?scope=unplaced")["tasks"]
    assert [t["id"] for t in found] == [t.id for t in atlas.tasks.values() if t.links.unplaced]
    assert all(task["unplaced"] for task in found)


def test_a_feature_tells_which_tasks_name_it(client: FlaskClient, atlas: Atlas) -> None:
    answer = get(client, "/api/features/t1")
    assert answer["placed"] == (atlas.features["t1"].geometry is not None)
    assert "2023-112" in [task["id"] for task in answer["tasks"]]


def test_plans_add_up(client: FlaskClient) -> None:
    plans = get(client, "/api/plans")["plans"]
    assert [(plan["id"], plan["tasks"]) for plan in plans] == [
        ("2020", 36),
        ("2023", 150),
        ("145", 69),
        ("national", 25),
    ]
    assert all(sum(plan["scopes"].values()) == plan["tasks"] for plan in plans)


def test_the_registry_gives_addresses_that_answer(client: FlaskClient) -> None:
    rows = get(client, "/api/layers")["layers"]
    assert [row["id"] for row in rows] == [layer.id for layer in LAYERS]
    for row in rows:
        assert len(client.get(row["url"]).json["features"]) == row["features"]
        assert client.get(row["export"]).status_code == 200


def test_search_answers_with_what_was_asked(client: FlaskClient) -> None:
    answer = client.get("/api/search", query_string={"q": "105社区"}).json
    assert answer["q"] == "105社区"
    assert answer["results"][0]["id"] == "community-105"
    assert get(client, "/api/search")["results"] == []


def test_messages_follow_the_language(client: FlaskClient) -> None:
    chinese, english = get(client, "/api/messages"), get(client, "/api/messages?lang=en")
    assert chinese.keys() == english.keys()
    assert (chinese["app.name"], english["app.name"]) == ("临港规划一张图", "Lingang Atlas")


def test_health_says_how_much_there_is(client: FlaskClient, atlas: Atlas) -> None:
    answer = get(client, "/healthz")
    assert answer == {"status": "ok", "zones": len(atlas.zones), "tasks": 280, "plans": list(atlas.plans)}


def test_chinese_is_sent_as_chinese(client: FlaskClient) -> None:
    assert "105社区" in client.get("/api/zones/community-105").text


@pytest.mark.parametrize(
    "address, nearest",
    [
        ("/api/zones/comunity-105", "community-105"),
        ("/api/zones/comunity-105/tasks", "community-105"),
        ("/api/tasks/2023-1400", "2023-140"),
        ("/api/features/line16", "line-16"),
        ("/api/tasks?zone=comunity-105", "community-105"),
        ("/api/tasks?plan=2032", "2023"),
        ("/api/tasks?target=line16", "line-16"),
        ("/layers/zone.geojson", "zones"),
        ("/export/hospital.geojson", "hospitals"),
    ],
)
def test_an_unknown_id_is_404_with_the_nearest(client: FlaskClient, address: str, nearest: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.json["nearest"] == nearest
    assert f"did you mean '{nearest}'" in answer.json["error"]
    assert answer.json["status"] == 404


@pytest.mark.parametrize(
    "address, says",
    [
        ("/api/tasks?stage=started", "stage='started' is not known; use one of: plan"),
        ("/api/tasks?scope=zone", "scope='zone' is not known; use one of: zones"),
        ("/api/tasks?due=soon", "due='soon' is not known; use one of: 2023"),
        ("/api/zones?stage=started", "stage='started'"),
        ("/api/zones/lingang/tasks?due=soon", "due='soon'"),
        ("/layers/zones.geojson?datum=bd09", "datum 'bd09' is not known; use one of: wgs84, gcj02"),
        ("/export/zones.shp", "format 'shp' is not known; use one of: geojson"),
        ("/export/zones.geojson?crs=EPSG:4549", "always WGS 84"),
        ("/export/zones.geojson?where=rank", "not of the form property=value"),
        ("/export/zones.geojson?where=rnk=area", "has no property 'rnk'"),
    ],
)
def test_a_bad_value_is_400_and_says_what_is_possible(client: FlaskClient, address: str, says: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert says in answer.json["error"]


def test_an_address_that_is_not_there_is_json_for_programs(client: FlaskClient) -> None:
    answer = client.get("/api/nothing")
    assert (answer.status_code, answer.json["status"]) == (404, 404)
