"""Projects on the atlas: all placed, mentions that follow from matcher and reviews, workspaces joined."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from layers.atlas import Atlas, load_atlas
from layers.built_in import Plan, read_built_in
from layers.errors import DataFaultError, FilterError
from layers.intake import Source
from layers.project_check import check_projects, refresh_register
from layers.projects import (
    REGISTER,
    REVIEWS,
    Projects,
    built_in_plans,
    join_projects,
    load_projects,
    plan_times,
    project_features,
)
from layers.workspace import Workspace
from lingang.errors import UnknownIdError
from lingang.locations import data_dir
from plans.project_history import ImpossiblePromiseError
from plans.projects import KINDS, ProjectError
from plans.records import Milestone

NEW_PLAN = """临港新片区2031年工作要点

一、建设

（一）交通

1. 加快重点项目。中银西岛年内投运，荣耀之环二期6月底前开工，云帆大剧院9月底前封顶。

2. 完善公交。中运量T1线加密班次。
"""


@pytest.fixture(scope="module")
def projects(atlas: Atlas) -> Projects:
    return load_projects(atlas)


@pytest.fixture(scope="module")
def with_new_plan(tmp_path_factory: pytest.TempPathFactory) -> Projects:
    """The projects with one more work plan, read from a document that nobody saw."""
    folder = tmp_path_factory.mktemp("projects")
    Workspace(folder).add(Source("plan.txt", NEW_PLAN.encode()), read_built_in())
    return load_projects(load_atlas(workspace=folder))


# ---- the shipped register ----------------------------------------------------------------------------------


def test_the_register_is_sound_and_its_mentions_follow_from_matcher_and_reviews(atlas: Atlas) -> None:
    assert check_projects(atlas, data_dir()) == []


def test_things_that_people_ask_for_are_followed(projects: Projects) -> None:
    wanted = {
        "finance-bay", "west-island", "t1", "shzx-east-senior", "sixth-hospital-2", "youth-centre",
        "glory-ring", "lianggang-express", "snow-world",
    }  # fmt: skip
    assert wanted <= set(projects.views)
    assert len(projects.views) >= 150
    assert {view.project.kind for view in projects.views.values()} <= set(KINDS)


def test_every_project_stands_on_the_map_and_in_a_zone(projects: Projects) -> None:
    for view in projects.views.values():
        assert view.point is not None, view.id
        assert view.zone in projects.atlas.zones
        assert view.mentions, f"no plan names {view.id}"


def test_a_line_is_marked_at_one_of_its_own_vertices(projects: Projects, atlas: Atlas) -> None:
    view = projects.get("t1")
    assert view.placed_at == "line" and view.point
    assert (view.point.x, view.point.y) in [p[:2] for p in atlas.get_feature("t1").geometry.coords]


def test_a_site_nobody_can_place_is_marked_at_its_zone(projects: Projects, atlas: Atlas) -> None:
    view = projects.get("acm-research")
    assert (view.placed_at, view.zone) == ("zone", "chip-port")
    assert view.point and [view.point.x, view.point.y] == atlas.get_feature("chip-port").properties["label"]


def test_an_advance_and_a_renaming_show_the_words_of_both_plans(projects: Projects) -> None:
    found = {v.kind: v for v in projects.get("snow-world").verdicts}
    assert {"advanced", "renamed"} <= set(found)
    assert (found["renamed"].before[0].words, found["renamed"].after[0].words) == (
        "冰雪之星",
        "耀雪·冰雪世界",
    )
    for verdict in found.values():
        for place in (*verdict.before, *verdict.after):
            assert projects.atlas.get_task(place.task).task.text[place.start : place.end] == place.words


def test_every_quotation_of_every_verdict_and_promise_stands_in_its_task(projects: Projects) -> None:
    for view in projects.views.values():
        text = {key: projects.atlas.get_task(key).task.text for key in view.tasks}
        for entry in view.history:
            for promise in entry.promises:
                assert text[promise.task][slice(*promise.evidence)] == promise.words
        for verdict in view.verdicts:
            assert verdict.before or verdict.after
            assert verdict.zh.endswith("。") and verdict.en.endswith(".")


def test_the_next_work_plan_answers_the_last_one_and_the_five_year_plan_does_not(projects: Projects) -> None:
    silent = [
        v for view in projects.views.values() for v in view.verdicts if v.kind in ("dropped", "unnamed")
    ]
    assert silent
    assert {(v.earlier, v.later) for v in silent} == {("2020", "2023")}


# ---- asking ------------------------------------------------------------------------------------------------


def test_filters_narrow_and_a_zone_holds_what_lies_in_its_parts(projects: Projects) -> None:
    bay = {view.id for view in projects.select(zone="finance-bay")}
    core = {view.id for view in projects.select(zone="dishui-core")}
    assert {"glory-ring", "west-island", "finance-bay"} <= bay < core
    for view in projects.select(kind="transit", stage="operate"):
        assert view.project.kind == "transit"
    assert {"t1", "t2", "t6"} <= {view.id for view in projects.select(kind="transit", stage="operate")}
    assert "west-island" in {view.id for view in projects.select(verdict="advanced")}
    assert len(projects.select()) == len(projects.views)


def test_an_unknown_filter_or_project_is_told_with_what_is_known(projects: Projects) -> None:
    with pytest.raises(FilterError, match="kind='castle' is not known; use one of: transit"):
        projects.select(kind="castle")
    with pytest.raises(UnknownIdError, match="did you mean 'finance-bay'"):
        projects.select(zone="finance-bai")
    with pytest.raises(UnknownIdError, match="unknown project id 'west-ilsand'; did you mean 'west-island'"):
        projects.get("west-ilsand")


def test_a_task_tells_its_projects(projects: Projects) -> None:
    assert set(projects.by_task["2023-112"]) == {"t1", "t2", "t6"}
    assert set(projects.by_task["2023-54"]) == {
        "finance-bay", "finance-bay-phase-1", "finance-bay-phase-2", "glory-ring", "west-island",
    }  # fmt: skip


def test_things_that_no_project_covers_are_ranked_and_hold_no_known_one(projects: Projects) -> None:
    scores = [candidate.score for candidate in projects.candidates]
    assert scores == sorted(scores, reverse=True)
    assert not {c.what for c in projects.candidates} & {v.project.name for v in projects.views.values()}


def test_the_record_says_all_and_is_json(projects: Projects) -> None:
    record = json.loads(json.dumps(projects.get("west-island").to_json(at=date(2023, 6, 30))))
    assert (record["stage"], record["verdict"], record["plans"]) == (
        "topped_out",
        "advanced",
        ["2020", "145", "2023"],
    )
    assert record["state"]["plan"] == "2023" and record["state"]["ahead"]["stage"] == "topped_out"
    assert record["places"][0] == {
        "id": "west-island", "name": "滴水湖西岛", "name_en": "Dishui Lake West Island", "kind": "zone",
    }  # fmt: skip


def test_the_layer_has_a_point_for_every_project_with_its_stage_and_verdict(atlas: Atlas) -> None:
    rows = {feature.id: feature for feature in project_features(atlas)}
    assert set(rows) == set(load_projects(atlas).views)
    island = rows["west-island"].properties
    assert (island["stage"], island["verdict"], island["plans"]) == (
        "topped_out",
        "advanced",
        "2020,145,2023",
    )
    assert island["tasks"] == "145-4.1.p2,2020-12,2023-54"


# ---- a document that nobody saw ----------------------------------------------------------------------------


def test_a_new_plan_is_matched_and_judged_against_the_last_one_of_its_kind(with_new_plan: Projects) -> None:
    island = with_new_plan.get("west-island")
    assert island.plans == ("2020", "145", "2023", "2031")
    assert [m.words for m in island.live] == ["中银西岛"]
    course = island.course
    assert course and (course.kind, course.earlier, course.later) == ("advanced", "2023", "2031")
    dropped = [v for v in with_new_plan.get("glory-ring").verdicts if v.later == "2031"]
    assert [v.kind for v in dropped] == ["dropped"]


def test_things_new_in_a_document_are_candidates(with_new_plan: Projects) -> None:
    found = {(c.task, c.what, c.stage) for c in with_new_plan.candidates if c.task.startswith("2031")}
    assert found == {("2031-1", "荣耀之环二期", "start"), ("2031-1", "云帆大剧院", "topped_out")}


def test_a_plan_without_a_year_has_no_place_in_time() -> None:
    plan = Plan("x", "工作要点", "", None, "", "")
    assert plan_times([plan]) == ()
    assert plan_times([replace(plan, year=2030)])[0].published == date(2030, 1, 1)


def test_work_plans_are_one_series_and_the_five_year_plan_another(atlas: Atlas) -> None:
    series = {plan.id: plan.series for plan in plan_times(atlas.plans.values())}
    assert series["2020"] == series["2023"]
    assert len({series["2020"], series["145"], series["national"]}) == 3


# ---- bad data ----------------------------------------------------------------------------------------------


def change(root: Path, project_id: str, **fields: Any) -> None:
    path = root / REGISTER
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row | fields if row["id"] == project_id else row for row in rows]
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")


def review(root: Path, **fields: str) -> None:
    record = {"task": "2023-54", "project": "glory-ring", "decision": "reject", "words": "荣耀之环"}
    record |= {"author": "甲", "date": "2030-01-01", "reason": "试"} | fields
    (root / REVIEWS).write_text(json.dumps(record) + "\n", encoding="utf-8")


OWNER = {"name": "某集团", "task": "2023-54", "words": "某集团"}
MOVED = {"task": "2023-54", "start": 0, "end": 4, "words": "荣耀之环"}
DAMAGE: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    "a place that is none": (
        lambda root: change(root, "t1", places=["t11"]), REGISTER, "places", "'t11' is no site, line or zone",
    ),
    "no place": (lambda root: change(root, "t1", places=[]), REGISTER, "places", "needs a place"),
    "no source": (lambda root: change(root, "t1", source=""), REGISTER, "source", "does not say"),
    "an owner that no task names": (
        lambda root: change(root, "t1", owner=OWNER), REGISTER, "owner", "'某集团' does not stand in task",
    ),
    "words that stand elsewhere": (
        lambda root: change(root, "glory-ring", mentions=[MOVED]), REGISTER, "mentions", "not stand at 0-4",
    ),
    "a mention that is missing": (
        lambda root: change(root, "glory-ring", mentions=[]), REGISTER, "mentions", "is missing; lingang",
    ),
    "a line that is no JSON": (
        lambda root: (root / REGISTER).write_text("{\n", encoding="utf-8"), REGISTER, "projects", "line 1",
    ),
    "no register": (lambda root: (root / REGISTER).unlink(), REGISTER, "read", "cannot be read"),
    "another form": (
        lambda root: (root / REGISTER).write_bytes(b"\n" + (root / REGISTER).read_bytes()),
        REGISTER, "canonical", "canonical form",
    ),
    "a review of nothing": (
        lambda root: review(root, words="荣耀之塔"), REVIEWS, "reviews", "line 1: '荣耀之塔' does not stand",
    ),
    "a review that nobody can read": (
        lambda root: (root / REVIEWS).write_text("{", encoding="utf-8"), REVIEWS, "read", "line 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_to_the_projects_is_named(atlas: Atlas, data_copy: Path, name: str) -> None:
    damage, file, rule, says = DAMAGE[name]
    damage(data_copy)
    found = [fault for fault in check_projects(atlas, data_copy) if (fault.file, fault.rule) == (file, rule)]
    assert any(says in str(fault) for fault in found), check_projects(atlas, data_copy)


def test_a_rejected_mention_is_gone_after_the_register_is_made_anew(atlas: Atlas, data_copy: Path) -> None:
    review(data_copy)
    content, _ = refresh_register(atlas, data_copy)
    (data_copy / REGISTER).write_bytes(content)
    assert check_projects(atlas, data_copy) == []
    assert load_projects(atlas, data_copy).get("glory-ring").mentions == ()


def test_making_the_register_anew_changes_nothing_in_the_shipped_one(atlas: Atlas) -> None:
    content, _ = refresh_register(atlas, data_dir())
    assert content == (data_dir() / REGISTER).read_bytes()


def test_a_review_of_an_unknown_project_stops_it(atlas: Atlas, data_copy: Path) -> None:
    review(data_copy, project="glory-rign")
    with pytest.raises(ProjectError, match="line 1: project 'glory-rign': there is no project"):
        refresh_register(atlas, data_copy)


def test_a_promise_that_cannot_be_is_a_fault_and_stops_it(atlas: Atlas) -> None:
    item = atlas.get_task("2023-54")
    ring = item.task.text.index("荣耀之环")
    steps = tuple(
        Milestone("荣耀之环", stage, due, (ring, ring + 4))
        for stage, due in (("start", "2023-09"), ("complete", "2023-03"))
    )
    task = replace(item.task, milestones=steps)
    broken = replace(atlas, tasks={**atlas.tasks, item.id: replace(item, task=task)})
    with pytest.raises(ImpossiblePromiseError, match=r"complete .* is promised before start"):
        refresh_register(broken, data_dir())
    assert [fault.rule for fault in check_projects(broken, data_dir())] == ["promises"]


def test_a_place_that_is_no_feature_stops_the_join(atlas: Atlas, projects: Projects) -> None:
    lost = {"t1": replace(projects.get("t1").project, places=("t11",))}
    with pytest.raises(DataFaultError, match="project 't1' names the place 't11', which is no feature"):
        join_projects(atlas, lost, built_in=built_in_plans(data_dir()))


def test_a_folder_without_a_register_has_no_projects(atlas: Atlas, data_copy: Path) -> None:
    (data_copy / REGISTER).unlink()
    assert load_projects(atlas, data_copy).views == {}
