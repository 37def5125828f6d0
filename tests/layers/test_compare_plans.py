"""Two plans compared: counts are the map's, every task and project is told, nothing is claimed built."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import permutations

import pytest

from layers.atlas import Atlas, load_atlas
from layers.built_in import read_built_in
from layers.compare_plans import KINDS, PlanComparison, compare_plans, pairs_of, parse_pair
from layers.errors import FilterError
from layers.intake import Source
from layers.projects import load_projects
from layers.tasks import TaskFilter, find_tasks
from layers.workspace import Workspace
from lingang.errors import UnknownIdError

PAIRS = [",".join(pair) for pair in permutations(["2020", "145", "2023", "national"], 2)]
OWN_PLAN = """{title}

一、建设

（一）交通

1. 加快建设中银西岛。中银西岛年内投运，荣耀之环二期6月底前开工。

2. {taken}。做好服务。

3. 完善制度。研究若干办法。
"""
BUILT = re.compile("(?<!可能)(?<!应)已(?:经)?(?:建成|完成|开工|竣工|投运|开通|落地|取消|放弃)")


@pytest.fixture(scope="module")
def two(atlas: Atlas) -> PlanComparison:
    return compare_plans(atlas, "2020,2023")


def told_ids(found: PlanComparison) -> set[str]:
    """The tasks that a comparison names anywhere."""
    ids = {i for d in found.differences for side in d.tasks for i in side}
    ids |= {task.id for pair in found.same_title for task in pair}
    return ids | {task.id for tasks in found.untracked for task in tasks}


@pytest.mark.parametrize("pair", PAIRS)
def test_every_task_and_every_named_project_is_told(atlas: Atlas, pair: str) -> None:
    found = compare_plans(atlas, pair)
    tasks = {t.id for t in atlas.tasks.values() if t.task.plan in pair.split(",")}
    assert told_ids(found) == tasks
    named = {key for t in tasks for key in load_projects(atlas).by_task.get(t, ())}
    assert {d.view.id for d in found.differences} == named
    assert {d.kind for d in found.differences} <= set(KINDS)
    said = [(d.view.id, d.kind, d.zh) for d in found.differences]
    assert len(said) == len(set(said))


@pytest.mark.parametrize(
    "filters", [{}, {"due": "2020-H1"}, {"stage": "start"}, {"due": "2023", "implied": "1"}]
)
def test_zone_counts_are_those_of_each_plan_alone(atlas: Atlas, filters: dict[str, str]) -> None:
    found = compare_plans(atlas, "2020,2023", TaskFilter(**filters))
    for side, plan in enumerate(("2020", "2023")):
        tasks = find_tasks(atlas, TaskFilter(**filters, plan=plan))
        alone = atlas.zone_counts(tasks)
        assert {z.zone: z.counts[side] for z in found.zones} == {k: c["total"] for k, c in alone.items()}
        assert [task.id for task in found.tasks[side]] == [task.id for task in tasks]
        assert sum(counts[side] for counts in found.scopes.values()) == len(tasks)


def test_zones_are_named_in_one_plan_or_both_as_their_counts_say(two: PlanComparison) -> None:
    names = {where: {z.zone for z in two.zones_named(where)} for where in ("first", "second", "both", "none")}
    assert sum(map(len, names.values())) == len(two.zones)
    assert all(z.counts[0] > 0 and z.counts[1] > 0 for z in two.zones_named("both"))
    assert all(z.counts[1] == 0 and z.more == "first" for z in two.zones_named("first"))
    assert all(z.counts[0] == 0 and z.more == "second" for z in two.zones_named("second"))
    assert {z.more for z in two.zones_named("none")} == {"none"}


def test_the_earlier_plan_stands_first_however_the_pair_is_written(atlas: Atlas, two: PlanComparison) -> None:
    other = compare_plans(atlas, "2023, 2020")
    assert other.key == two.key == "2020,2023"
    assert [(d.kind, d.zh) for d in other.differences] == [(d.kind, d.zh) for d in two.differences]


def test_the_island_is_told_to_have_advanced_with_evidence_on_both_sides(two: PlanComparison) -> None:
    (told,) = [d for d in two.of_kind("advanced") if d.view.id == "west-island"]
    assert told.tasks == (("2020-12",), ("2023-54",))
    assert [m.task for m in told.before] == ["2020-12"] and [m.task for m in told.after] == ["2023-54"]


@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_said_agrees_with_the_tasks_of_both_plans(atlas: Atlas, pair: str) -> None:
    found = compare_plans(atlas, pair)
    for told in found.differences:
        first, second = (bool(ids) for ids in told.tasks)
        if told.kind in ("added", "second_only"):
            assert (first, second) == (False, True), told.view.id
        if told.kind in ("dropped", "unnamed", "first_only"):
            assert (first, second) == (True, False), told.view.id
        if told.kind in ("advanced", "slipped", "both"):
            assert (first, second) == (True, True), told.view.id


@pytest.mark.parametrize("pair", PAIRS)
def test_a_project_is_new_only_where_no_earlier_plan_of_all_names_it(atlas: Atlas, pair: str) -> None:
    found = compare_plans(atlas, pair)
    order = [plan.id for plan in load_projects(atlas).plans]
    later = found.plans[1].id
    for told in found.of_kind("added"):
        assert told.view.plans[0] == later, told.view.id
    for told in found.of_kind("second_only"):
        earlier = [p for p in told.view.plans if order.index(p) < order.index(later)]
        assert earlier, f"{told.view.id} is new in {later} and not told so"


@pytest.mark.parametrize("pair", PAIRS)
def test_nothing_is_said_to_be_built_or_given_up(atlas: Atlas, pair: str) -> None:
    said = [told.zh for told in compare_plans(atlas, pair).differences]
    assert [words for words in said if BUILT.search(words)] == []


def test_a_filter_leaves_the_projects_that_its_tasks_name(atlas: Atlas, two: PlanComparison) -> None:
    wanted = TaskFilter(due="2020-H1")
    found = compare_plans(atlas, "2020,2023", wanted)
    shown = {task.id for tasks in found.tasks for task in tasks}
    kept = [d for d in two.differences if shown & {*d.tasks[0], *d.tasks[1]}]
    assert 0 < len(kept) < len(two.differences)
    assert [(d.view.id, d.kind) for d in found.differences] == [(d.view.id, d.kind) for d in kept]


@pytest.mark.parametrize("written", ["", "2020", "2020,2020", "2020,", ",", "2020,145,2023", "2020;2023"])
def test_what_is_no_pair_is_refused_with_the_pairs_there_are(atlas: Atlas, written: str) -> None:
    with pytest.raises(FilterError, match="use one of: 2020,2023, "):
        compare_plans(atlas, written)


def test_an_unknown_plan_is_refused_with_the_nearest(atlas: Atlas) -> None:
    with pytest.raises(UnknownIdError, match="did you mean '2023'"):
        parse_pair(atlas, "2020,2032")


def test_pairs_of_one_series_come_first_and_every_pair_is_there(atlas: Atlas) -> None:
    pairs = pairs_of(atlas)
    assert pairs[0] == "2020,2023"
    assert len(pairs) == len(set(pairs)) == 6


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, atlas: Atlas) -> Atlas:
    """An atlas with a planner's own plans: one of 2031, and one that says no year."""
    folder = tmp_path_factory.mktemp("own")
    taken = atlas.get_task("2023-1").task.title
    for name, title in (("a.txt", "临港新片区2031年工作要点"), ("b.txt", "临港新片区工作设想")):
        document = OWN_PLAN.format(title=title, taken=taken).encode()
        Workspace(folder).add(Source(name, document), read_built_in())
    return load_atlas(workspace=folder)


def test_a_plan_of_the_reader_is_compared_as_the_built_in_ones(own: Atlas) -> None:
    found = compare_plans(own, "2031,2023")
    assert found.key == "2023,2031"
    assert next(d.kind for d in found.differences if d.view.id == "west-island") == "advanced"
    assert ("2023-1", "2031-2") in [(one.id, other.id) for one, other in found.same_title]
    assert "2031-3" in {task.id for task in found.untracked[1]}


def test_a_plan_without_a_year_gets_no_verdicts(own: Atlas) -> None:
    (timeless,) = [plan.id for plan in own.plans.values() if plan.year is None]
    found = compare_plans(own, f"{timeless},2023")
    assert set(found.kinds) <= {"both", "first_only", "second_only"}
    assert "both" in found.kinds
    assert told_ids(found) == {t.id for t in own.tasks.values() if t.task.plan in (timeless, "2023")}


def test_a_comparison_follows_the_atlas_it_is_asked_of(atlas: Atlas) -> None:
    fewer = replace(atlas, tasks={k: t for k, t in atlas.tasks.items() if t.task.plan != "2023"})
    assert compare_plans(fewer, "2020,2023").tasks[1] == ()
    assert compare_plans(atlas, "2020,2023").tasks[1] != ()
