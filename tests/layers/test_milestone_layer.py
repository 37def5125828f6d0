"""The layer of milestones has a row for every step of every task, with its project, dates and place."""

from __future__ import annotations

from datetime import date

import pytest

from geo.features import Feature
from layers.atlas import Atlas
from layers.milestones import milestone_features
from layers.projects import load_projects
from layers.registry import get_layer, mark_point
from plans.dues import due_interval


@pytest.fixture(scope="module")
def rows(atlas: Atlas) -> list[Feature]:
    return get_layer("milestones").build(atlas)


def test_every_milestone_of_every_task_is_one_row(atlas: Atlas, rows: list[Feature]) -> None:
    expected = sum(len(item.task.milestones) for item in atlas.tasks.values())
    assert len(rows) == len({row.id for row in rows}) == expected > 200
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    for row in rows:
        task = atlas.get_task(row.properties["task"]).task
        assert row.properties["words"] in task.text
        assert row.properties["plan"] == task.plan


def test_a_row_names_the_projects_whose_promise_it_is(atlas: Atlas, rows: list[Feature]) -> None:
    projects = load_projects(atlas)
    told = {(row.properties["task"], key) for row in rows for key in row.properties["projects"]}
    promised = {(p.task, v.id) for v in projects.views.values() for e in v.history for p in e.promises}
    assert told == promised


def test_the_days_are_those_that_the_printed_date_can_mean(rows: list[Feature]) -> None:
    for row in rows:
        p = row.properties
        if p["due"]:
            first, last = due_interval(p["due"])
            assert (p["due_start"], p["due_end"]) == (first.isoformat(), last.isoformat())
            assert p["due_implied"] is False
        elif p["due_implied"]:
            assert p["due_start"][4:] == "-01-01" and p["due_end"][4:] == "-12-31"
    assert {row.properties["due_implied"] for row in rows} == {True, False}


def test_a_row_lies_where_its_project_does(atlas: Atlas, rows: list[Feature]) -> None:
    projects = load_projects(atlas)
    for row in rows:
        if mine := row.properties["projects"]:
            points = [projects.get(key).point for key in mine]
            assert row.geometry in points
        assert (row.geometry is None) == (row.properties["placed_at"] == "none")


def test_lights_are_given_for_a_chosen_day_and_else_not(atlas: Atlas, rows: list[Feature]) -> None:
    assert not any("light" in row.properties for row in rows)
    lit = milestone_features(atlas, mark_point, today=date(2023, 6, 30))
    by_light: dict[str, list[Feature]] = {}
    for row in lit:
        by_light.setdefault(row.properties["light"], []).append(row)
    assert {"overdue", "open", ""} <= set(by_light)
    assert all(row.properties["due_end"] < "2023-06-30" for row in by_light["overdue"])
    assert all(not row.properties["projects"] for row in by_light[""])
