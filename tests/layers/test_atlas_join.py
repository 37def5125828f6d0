"""The atlas holds every task, every link leads somewhere, and the counts of the zones add up."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from layers.atlas import HERE, SCOPES, Atlas, LinkedTask, load_atlas
from layers.crossings import zones_crossed
from layers.errors import DataFaultError
from layers.facilities import in_zone, plan_summary
from layers.registry import LAYERS
from lingang.errors import UnknownIdError
from lingang.locations import data_dir


def ids(tasks: list[LinkedTask]) -> list[str]:
    return [task.id for task in tasks]


def test_every_item_of_the_plans_is_there_in_document_order(atlas: Atlas) -> None:
    annual = [f"2020-{n}" for n in range(1, 37)] + [f"2023-{n}" for n in range(1, 151)]
    national = [f"national-{n}" for n in range(1, 26)]
    five_year = [task_id for task_id in atlas.tasks if task_id.startswith("145-")]
    assert list(atlas.tasks) == [*annual, *five_year, *national]
    assert (len(five_year), five_year[:3]) == (69, ["145-1.p1", "145-1.1.p1", "145-1.1.p2"])


def test_every_link_leads_to_a_feature(atlas: Atlas) -> None:
    targets = {link.target for task in atlas.tasks.values() for link in task.links.links}
    assert targets
    assert targets <= set(atlas.features)


def test_every_zone_link_names_a_zone_and_no_other_link_does(atlas: Atlas) -> None:
    for task in atlas.tasks.values():
        for link in task.links.links:
            assert (link.kind == "zone") == (link.target in atlas.zones), (task.id, link)


def test_evidence_and_unplaced_names_are_the_exact_characters(atlas: Atlas) -> None:
    for task in atlas.tasks.values():
        spans = [span for link in task.links.links for span in link.evidence] + list(task.links.unplaced)
        for start, end, words in spans:
            assert words
            assert task.task.text[start:end] == words, task.id


def test_every_link_has_evidence_in_the_text_or_in_a_heading(atlas: Atlas) -> None:
    for task in atlas.tasks.values():
        for link in task.links.links:
            assert link.evidence or link.heading_evidence, (task.id, link.target)
            for index, start, end, words in link.heading_evidence:
                assert task.task.path[index][start:end] == words


def test_promises_quote_the_text(atlas: Atlas) -> None:
    found = [(t.task, m) for t in atlas.tasks.values() for m in (*t.task.milestones, *t.task.targets)]
    assert found
    for task, promise in found:
        start, end = promise.evidence
        assert 0 <= start < end <= len(task.text), task.id


def test_a_task_named_in_two_zones_stands_in_both(atlas: Atlas) -> None:
    assert {"finance-bay", "west-island"} <= set(atlas.get_task("2023-54").zones("in"))
    assert "2023-54" in ids(atlas.zone_tasks("finance-bay").own)
    assert "2023-54" in ids(atlas.zone_tasks("west-island").own)


def test_105_community_holds_its_task(atlas: Atlas) -> None:
    assert "2023-140" in ids(atlas.zone_tasks("community-105").own)


def test_a_task_about_lines_is_along_each_of_them(atlas: Atlas) -> None:
    task = atlas.get_task("2023-112")
    assert task.scope == "lines"
    assert {"t1", "t2", "t6"} <= {x.target for x in task.links.links if x.relation == "along"}


def test_a_total_counts_every_task_here_and_below_once(atlas: Atlas) -> None:
    counts = atlas.zone_counts()
    assert list(counts) == atlas.zones.ids()
    for zone_id, count in counts.items():
        family = {zone_id, *atlas.zones.descendants(zone_id)}
        here = {t.id for t in atlas.tasks.values() if family & set(t.zones(*HERE))}
        assert count["total"] == len(here), zone_id
        assert count["own"] == sum(zone_id in t.zones(*HERE) for t in atlas.tasks.values()), zone_id
        assert sum(count["by_plan"].values()) == count["total"], zone_id


def test_a_parent_counts_at_least_what_each_child_counts(atlas: Atlas) -> None:
    counts = atlas.zone_counts()
    for zone in atlas.zones:
        for child in atlas.zones.children(zone.id):
            assert counts[zone.id]["total"] >= counts[child]["total"], (zone.id, child)


def test_counts_of_the_plans_add_up_to_the_counts_of_all(atlas: Atlas) -> None:
    parts = [
        atlas.zone_counts([t for t in atlas.tasks.values() if t.task.plan == plan]) for plan in atlas.plans
    ]
    for zone_id, whole in atlas.zone_counts().items():
        for key in ("own", "total", "passing"):
            assert whole[key] == sum(part[zone_id][key] for part in parts), (zone_id, key)


def test_a_zones_list_agrees_with_its_counts(atlas: Atlas) -> None:
    for zone_id, count in atlas.zone_counts().items():
        found = atlas.zone_tasks(zone_id)
        assert (len(found.own), found.total, len(found.passing)) == (
            count["own"],
            count["total"],
            count["passing"],
        )


def test_a_task_of_a_child_zone_stands_under_the_child(atlas: Atlas) -> None:
    for zone in atlas.zones:
        found = atlas.zone_tasks(zone.id)
        assert list(found.children) == [z for z in atlas.zones.descendants(zone.id) if z in found.children]
        for child, tasks in found.children.items():
            assert tasks
            assert all(child in task.zones(*HERE) for task in tasks)
        assert all(zone.id in task.zones(*HERE) for task in found.own)


def test_a_task_that_only_passes_is_not_also_listed_as_happening_here(atlas: Atlas) -> None:
    for zone in atlas.zones:
        found = atlas.zone_tasks(zone.id)
        here = {*ids(found.own), *(t.id for tasks in found.children.values() for t in tasks)}
        assert not here & set(ids(found.passing)), zone.id


def test_every_task_is_reached_through_a_zone_or_a_scope(atlas: Atlas) -> None:
    in_zones = {t.id for root in atlas.zones.roots() for t in listed(atlas, root)}
    elsewhere = {t.id for t in atlas.tasks.values() if t.scope in ("lines", "whole", "outside")}
    unplaced = {t.id for t in atlas.tasks.values() if t.links.unplaced}
    sites = {t.id for t in atlas.tasks.values() if any(x.kind == "site" for x in t.links.links)}
    assert in_zones | elsewhere | unplaced | sites == set(atlas.tasks)


def listed(atlas: Atlas, zone_id: str) -> list[LinkedTask]:
    found = atlas.zone_tasks(zone_id)
    return [*found.own, *(t for tasks in found.children.values() for t in tasks)]


def test_the_scopes_of_a_plan_add_up_to_its_tasks(atlas: Atlas) -> None:
    for plan_id in atlas.plans:
        summary = plan_summary(atlas, plan_id)
        assert list(summary["scopes"]) == list(SCOPES)
        assert sum(summary["scopes"].values()) == summary["tasks"]


def test_a_placed_line_serves_the_zones_it_runs_through(atlas: Atlas) -> None:
    passing = [(t, x) for t in atlas.tasks.values() for x in t.links.links if x.rule == "crosses"]
    assert passing
    for task, link in passing:
        lines = [x for x in task.links.links if x.kind == "line" and x.evidence == link.evidence]
        assert link.relation == "serves"
        assert any(link.target in zones_crossed(atlas.features[x.target], atlas.zones) for x in lines), (
            task.id
        )


def test_a_crossing_is_less_sure_than_the_name_of_its_line(atlas: Atlas) -> None:
    for task in atlas.tasks.values():
        surest = max((x.confidence for x in task.links.links if x.kind == "line"), default=0.0)
        assert all(x.confidence < surest for x in task.links.links if x.rule == "crosses")


def test_a_schematic_line_crosses_nothing(atlas: Atlas) -> None:
    schematic = [f for f in atlas.files["transit"] if f.properties.get("schematic")]
    assert schematic
    assert all(zones_crossed(line, atlas.zones) == [] for line in schematic)


def test_metro_line_16_crosses_the_core_only_once_it_is_drawn_well_enough(atlas: Atlas) -> None:
    line = atlas.features["line-16"]
    assert zones_crossed(line, atlas.zones)
    rough = replace(line, properties={**line.properties, "accuracy_m": 5000})
    assert zones_crossed(rough, atlas.zones) == []
    assert zones_crossed(replace(line, geometry=None), atlas.zones) == []


def test_a_place_stands_in_its_zone_and_in_every_zone_above(atlas: Atlas) -> None:
    for kind in ("schools", "hospitals", "sites"):
        for feature in atlas.files[kind]:
            zone_id = feature.properties.get("zone")
            if zone_id:
                for holder in (zone_id, *atlas.zones.ancestors(zone_id)):
                    assert feature.id in [p["id"] for p in in_zone(atlas, holder)[kind]], (feature.id, holder)


@pytest.mark.parametrize(
    "get, wanted, nearest",
    [
        ("get_task", "2023-1400", "2023-140"),
        ("get_plan", "2032", "2023"),
        ("get_feature", "line-61", "line-16"),
    ],
)
def test_an_unknown_id_names_the_nearest(atlas: Atlas, get: str, wanted: str, nearest: str) -> None:
    with pytest.raises(UnknownIdError) as caught:
        getattr(atlas, get)(wanted)
    assert caught.value.nearest == nearest


def test_loading_twice_gives_the_same_records(atlas: Atlas) -> None:
    again = load_atlas()
    assert [t.to_json() for t in again.tasks.values()] == [t.to_json() for t in atlas.tasks.values()]


def test_a_task_record_survives_json_with_its_links(atlas: Atlas) -> None:
    item = atlas.get_task("2023-112")
    record = json.loads(json.dumps(item.to_json(), ensure_ascii=False))
    assert (record["id"], record["scope"], record["text"]) == ("2023-112", "lines", item.task.text)
    assert [x["target"] for x in record["links"]] == [x.target for x in item.links.links]


def test_a_plan_that_stands_twice_is_refused(data_copy: Path) -> None:
    (data_copy / "plans" / "2020.jsonl").write_bytes((data_dir() / "plans" / "2023.jsonl").read_bytes())
    with pytest.raises(DataFaultError, match="'2023-1' stands twice"):
        load_atlas(data_copy)


def test_a_zone_without_an_outline_breaks_no_layer(atlas: Atlas) -> None:
    bare = [
        replace(f, geometry=None, properties={**f.properties, "label": None, "accuracy_m": None})
        if f.id == "community-105"
        else f
        for f in atlas.files["zones"]
    ]
    changed = replace(
        atlas, files={**atlas.files, "zones": bare}, zones=type(atlas.zones).from_features(bare)
    )
    for layer in LAYERS:
        assert layer.build(changed), layer.id
