"""The board shows the projects that meet a filter as a day knew them, and its counts add up."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from layers.atlas import Atlas
from layers.board import FACETS, Board, make_board, projects_meeting
from layers.errors import FilterError
from layers.project_filter import LIGHT_KEYS, NO_STAGE, SORTS, ProjectFilter, read_filter
from layers.project_filter import read_today as today_of
from layers.projects import Projects, load_projects
from layers.statuses import StatusBook, add_status, make_status, read_statuses
from layers.tasks import TaskFilter, find_tasks
from layers.workspace import Workspace

DAY = date(2023, 6, 30)
NOTHING = StatusBook({})


@pytest.fixture(scope="module")
def projects(atlas: Atlas) -> Projects:
    return load_projects(atlas)


def board(projects: Projects, today: date = DAY, book: StatusBook = NOTHING, **wanted: str) -> Board:
    return make_board(projects, book, today, ProjectFilter(**wanted))


def ids(found: Board) -> set[str]:
    return {row.id for row in found.rows}


def test_without_a_filter_every_project_known_by_the_day_is_there(projects: Projects) -> None:
    found = board(projects)
    named = {v.id for v in projects.views.values() if {"2020", "145", "2023"} & set(v.plans)}
    assert ids(found) == named
    assert found.known == len(named) > 300
    assert sum(found.lights.values()) == len(named)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [("kind", "school", "park"), ("zone", "dishui-core", "yangshan"), ("stage", "start", "open"),
     ("plan", "2020", "145"), ("due", "2020", "2023"), ("part", "2023:2", "2020:1"),
     ("kind", "stop", "school")],
)  # fmt: skip
def test_two_values_of_a_field_take_what_has_either(
    projects: Projects, field: str, one: str, other: str
) -> None:
    both = board(projects, **{field: f"{one},{other}"})
    assert ids(both) == ids(board(projects, **{field: one})) | ids(board(projects, **{field: other}))


def test_one_promise_meets_stage_due_and_commitment(projects: Projects) -> None:
    found = board(projects, stage="start", commitment="firm", due="2023", implied="1")
    met = {(row.promise.stage, row.promise.commitment) for x in found.rows for row in x.promises}
    assert met == {("start", "firm")}
    assert ids(found) < ids(board(projects, stage="start", due="2023", implied="1"))


def test_what_only_a_task_has_is_asked_of_one_task_that_names_the_project(
    projects: Projects, atlas: Atlas
) -> None:
    asked = {"plan": "2023", "scope": "zones", "has": "targets", "target": "dishui-core,yangshan"}
    tasks = {item.id for item in find_tasks(atlas, TaskFilter(**asked))}
    found = board(projects, **asked)
    assert ids(found) == {view.id for view in projects.views.values() if tasks & set(view.tasks)} != set()


def test_an_area_is_asked_of_the_project_s_own_places(projects: Projects) -> None:
    near = board(projects, near="dishui-lake", radius="600")
    far = board(projects, near="dishui-lake", radius="6000")
    assert set() != ids(near) < ids(far)
    assert all(row.view.places for row in far.rows)
    shape = board(projects, shape="121.80,30.60;122.20,30.60;122.20,30.70;121.80,30.70")
    assert {row.view.zone for row in shape.rows} <= {"yangshan-island", "yangshan", "lingang"} and shape.rows


def test_the_filter_of_the_tasks_lists_the_projects_of_the_board(projects: Projects) -> None:
    wanted = {"zone": "dishui-core", "stage": "start,open", "plan": "2023", "part": "2023:2"}
    listed = projects_meeting(projects, TaskFilter(**wanted))
    assert {view.id for view in listed} == ids(board(projects, date(2026, 1, 1), **wanted))
    assert projects_meeting(projects, TaskFilter()) == list(projects.views.values())
    with pytest.raises(FilterError):
        projects_meeting(projects, TaskFilter(kind="plant"))


def test_a_day_knows_neither_later_plans_nor_verdicts_on_them(projects: Projects) -> None:
    found = board(projects, date(2020, 6, 30))
    assert 0 < len(found.rows) < len(projects.views)
    assert {plan for row in found.rows for plan in row.plans} == {"2020"}
    assert all(row.course is None for row in found.rows)
    assert board(projects, date(2019, 1, 1)).rows == ()


@pytest.mark.parametrize("facet", FACETS)
def test_a_facet_s_count_is_what_choosing_the_value_shows(projects: Projects, facet: str) -> None:
    around: dict[str, str] = {"zone": "dishui-core"} if facet != "zone" else {"kind": "school"}
    counts = board(projects, **around).facets[facet]
    assert counts
    for value, number in counts.items():
        assert len(board(projects, **around, **{facet: value}).rows) == number, value


def test_a_zone_takes_in_its_children_and_its_count_says_so(projects: Projects, atlas: Atlas) -> None:
    found = board(projects, zone="dishui-core")
    inside = {"dishui-core", *atlas.zones.descendants("dishui-core")}
    assert {row.view.zone for row in found.rows} <= inside
    by_zone = {count.zone: count for count in board(projects).zones}
    assert by_zone["dishui-core"].total == len(found.rows) > by_zone["dishui-core"].own > 0
    for count in by_zone.values():
        assert sum(count.lights.values()) == count.total


def test_stage_and_due_must_be_met_by_one_promise(projects: Projects) -> None:
    found = board(projects, stage="start", due="2023-Q2")
    for row in found.rows:
        assert row.promises
        for one in row.promises:
            assert one.promise.stage == "start"
            assert one.promise.due
            assert one.promise.first <= date(2023, 6, 30) and date(2023, 4, 1) <= one.promise.last
    assert ids(found) <= ids(board(projects, due="2023-Q2")) & ids(board(projects, stage="start"))


def test_undated_promises_meet_a_due_only_when_the_plan_s_last_year_counts(projects: Projects) -> None:
    printed, implied = board(projects, due="2023"), board(projects, due="2023", implied="1")
    assert ids(printed) < ids(implied)
    assert all(x.promise.due for row in printed.rows for x in row.promises)


def test_the_light_of_a_project_is_the_most_pressing_of_its_promises(projects: Projects) -> None:
    for row in board(projects).rows:
        states = [x.light.state for x in row.promises]
        assert row.light == (min(states, key=LIGHT_KEYS.index) if states else NO_STAGE)
    for light in ("overdue", "open", NO_STAGE):
        assert {row.light for row in board(projects, light=light).rows} == {light}


def test_a_record_turns_the_light_and_counts_from_its_day_on(projects: Projects, tmp_path: Path) -> None:
    (wanted, *_) = (row for row in board(projects, light="overdue").rows if len(row.promises) == 1)
    stage, folder = wanted.promises[0].promise.stage, Workspace(tmp_path / "own")
    made = make_status(wanted.view, stage, date(2022, 5, 1), author="A", today=date(2022, 6, 1))
    add_status(folder, made)
    book = read_statuses(folder, projects.views)
    (row,) = (row for row in board(projects, book=book).rows if row.id == wanted.id)
    assert row.light == "done"
    (row,) = (row for row in board(projects, date(2022, 4, 30), book).rows if row.id == wanted.id)
    assert row.light == "overdue"


@pytest.mark.parametrize("sort", SORTS)
def test_rows_are_sorted_both_ways_and_none_is_lost(projects: Projects, sort: str) -> None:
    up, down = board(projects, sort=sort), board(projects, sort=f"-{sort}")
    assert ids(up) == ids(down) == ids(board(projects))
    values: dict[str, Any] = {
        "name": [row.view.project.name for row in up.rows],
        "light": [LIGHT_KEYS.index(row.light) for row in up.rows],
        "due": [row.shown.promise.last for row in up.rows if row.shown],
        "stage": [row.shown.promise.rank for row in up.rows if row.shown],
    }
    if sort in values:
        assert values[sort] == sorted(values[sort])
    assert [row.id for row in up.rows] != [row.id for row in down.rows]


def test_words_are_looked_for_in_every_name(projects: Projects) -> None:
    assert "t1" in ids(board(projects, q="T1线"))
    assert "t1" in ids(board(projects, q="Medium-capacity T1".lower()))
    assert ids(board(projects, q="没有这样的名字")) == set()


def test_what_nothing_can_meet_is_left_out_and_said(projects: Projects) -> None:
    query = {"kind": "schol", "zone": "yangshn", "due": "2023-Q9", "stage": "start", "sort": "size", "q": " "}
    wanted, ignored = read_filter(query, projects)
    assert wanted == ProjectFilter(stage="start")
    assert {(x.name, x.value) for x in ignored} == {
        ("kind", "schol"), ("zone", "yangshn"), ("due", "2023-Q9"), ("sort", "size"),
    }  # fmt: skip
    (zone,) = (x for x in ignored if x.name == "zone")
    assert "yangshan" in str(zone.error)


@pytest.mark.parametrize("written", ["2023-02-30", "20230630", "heute", "２０２３-06-30"])
def test_a_day_that_is_none_leaves_the_default(written: str) -> None:
    assert today_of({"today": written}, DAY)[0] == DAY
    assert today_of({"today": written}, DAY)[1]
    assert today_of({"today": "2021-07-01"}, DAY) == (date(2021, 7, 1), ())
    assert today_of({}, DAY) == (DAY, ())


def test_the_farthest_days_do_no_harm(projects: Projects) -> None:
    states = Counter(row.light for row in board(projects, date.max).rows)
    assert states["overdue"] > 100
    assert board(projects, date.min).rows == ()
