"""Facets add up inside and narrow each other, and a count is what choosing the value would find."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layers.atlas import Atlas, LinkedTask, load_atlas
from layers.errors import FilterError
from layers.facets import FACETS, count_facets
from layers.place_kinds import PLACE_KINDS, kind_of_place
from layers.projects import load_projects
from layers.task_index import HAS, SCOPE_FILTERS, index_of
from layers.tasks import LISTS, TaskFilter, find_tasks
from lingang.errors import PlanningMapError, UnknownIdError
from plans.records import COMMITMENTS, STAGES

PARTS = list(index_of(load_atlas()).parts)
CHOICES: dict[str, Any] = {
    "plan": ["2023", "145", "national"],
    "part": ["2023:2", "2023:2.5", "145:1", "national:2", PARTS[-1]],
    "zone": ["dishui-core", "community-105", "yangshan", "frontier-tech", "lingang"],
    "kind": PLACE_KINDS,
    "stage": STAGES,
    "due": ["2020", "2023", "2023-H1", "2025"],
    "commitment": COMMITMENTS,
    "scope": SCOPE_FILTERS,
    "has": HAS,
    "target": ["t1", "line-16", "community-105", "catl-lingang"],
}
OTHERS = {
    "implied": st.just("1"),
    "q": st.sampled_from(["建设", "社区 学校"]),
    "near": st.sampled_from(["121.93,30.90", "stop-t1-lingangdadao"]),
}
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        **{k: st.lists(st.sampled_from(v), min_size=1, max_size=2).map(",".join) for k, v in CHOICES.items()},
        **OTHERS,
    },
)


def ids(atlas: Atlas, **wanted: str) -> set[str]:
    return {item.id for item in find_tasks(atlas, TaskFilter(**wanted))}


@given(wanted=FILTERS)
@settings(max_examples=40)
@example({"stage": "start", "due": "2020", "commitment": "firm"})
def test_a_count_is_what_choosing_that_value_alone_in_its_facet_finds(
    atlas: Atlas, wanted: dict[str, str]
) -> None:
    asked = TaskFilter(**wanted)
    counted = count_facets(atlas, asked)
    for facet, values in counted.values.items():
        for value in values:
            alone = replace(asked, **{facet: value.value})
            assert value.count == len(find_tasks(atlas, alone)), (facet, value)
            assert value.selected == (value.value in wanted.get(facet, "").split(","))


@given(wanted=FILTERS)
@settings(max_examples=40)
def test_the_zones_and_the_sum_are_those_of_the_list(atlas: Atlas, wanted: dict[str, str]) -> None:
    counted = count_facets(atlas, TaskFilter(**wanted))
    found = find_tasks(atlas, TaskFilter(**wanted))
    assert (counted.found, counted.total) == (len(found), len(atlas.tasks))
    assert counted.zones == atlas.zone_counts(found)


@pytest.mark.parametrize("field", LISTS)
def test_values_of_one_facet_add_up_and_facets_narrow_each_other(atlas: Atlas, field: str) -> None:
    first, second = CHOICES[field][:2]
    either = ids(atlas, **{field: f"{first},{second}"})
    assert either == ids(atlas, **{field: first}) | ids(atlas, **{field: second})
    other = {"zone": "dishui-core"} if field != "zone" else {"plan": "2023"}
    assert ids(atlas, **{field: f"{first}, {second}"}, **other) == either & ids(atlas, **other)


def test_every_facet_says_something_about_every_plan_s_tasks(atlas: Atlas) -> None:
    counted = count_facets(atlas, TaskFilter())
    assert set(counted.values) == set(FACETS) == set(LISTS)
    for facet, values in counted.values.items():
        assert any(value.count for value in values), facet
    assert sum(value.count for value in counted.values["plan"]) == len(atlas.tasks)


def test_a_part_holds_the_tasks_under_its_heading(atlas: Atlas) -> None:
    for part_id, part in index_of(atlas).parts.items():
        found = find_tasks(atlas, TaskFilter(part=part_id))
        assert found
        assert all(item.task.plan == part.plan and part.title in item.task.path for item in found)
        chapters = [p.id for p in index_of(atlas).parts.values() if p.parent == part_id]
        direct = sum(item.task.path[-1] == part.title for item in found)
        assert sum(len(find_tasks(atlas, TaskFilter(part=p))) for p in chapters) + direct >= len(found)
    whole = [p.id for p in index_of(atlas).parts.values() if p.parent is None]
    assert ids(atlas, part=",".join(whole)) == {i.id for i in atlas.tasks.values() if i.task.path}


def test_kinds_are_those_of_the_places_a_task_is_about(atlas: Atlas) -> None:
    def kinds(item: LinkedTask) -> set[str]:
        about = [x.target for x in item.links.links if x.relation in ("in", "near", "along")]
        return {kind_of_place(atlas.features[place]) for place in about}

    for kind in PLACE_KINDS:
        plainly = {item.id for item in atlas.tasks.values() if kind in kinds(item)}
        assert ids(atlas, kind=kind) == plainly
    sorted_in = set(PLACE_KINDS) - {"stop"}  # no built-in task names a stop
    assert all(ids(atlas, kind=kind) for kind in sorted_in - {"other"})


def test_what_a_task_holds(atlas: Atlas) -> None:
    named = load_projects(atlas).by_task
    tasks = atlas.tasks.values()
    assert ids(atlas, has="projects") == set(named)
    assert ids(atlas, has="targets") == {item.id for item in tasks if item.task.targets}
    assert ids(atlas, has="milestones") == {item.id for item in tasks if item.task.milestones}
    assert ids(atlas, has="official") == {item.id for item in tasks if item.official}
    assert 0 < len(ids(atlas, has="dates")) < len(ids(atlas, has="milestones,targets"))


def test_one_milestone_meets_stage_due_and_commitment(atlas: Atlas) -> None:
    found = find_tasks(atlas, TaskFilter(stage="start", commitment="aim"))
    assert found
    for item in found:
        assert any(m.stage == "start" and m.commitment == "aim" for m in item.task.milestones)
    apart = ids(atlas, stage="start") & ids(atlas, commitment="aim")
    assert apart > {item.id for item in found}


def test_chosen_values_are_listed_whatever_their_count(atlas: Atlas) -> None:
    counted = count_facets(atlas, TaskFilter(target="t1,china-japan-zone", due="2023-Q2", plan="national"))
    chosen = {f: [v.value for v in values if v.selected] for f, values in counted.values.items()}
    assert chosen["target"] == ["t1", "china-japan-zone"]
    assert (chosen["due"], chosen["plan"]) == (["2023-Q2"], ["national"])


@given(
    wanted=st.dictionaries(
        st.sampled_from([*TaskFilter.__dataclass_fields__, "lang"]),
        st.one_of(st.text(max_size=12), st.sampled_from(["2023,nowhere", "start,", "t1", "121.9,30.9", "1"])),
    )
)
@settings(max_examples=150)
@example({"near": "nan,nan", "radius": "1e9", "shape": "1,1;2,2;3,3", "part": "2023:99", "due": "2023-13"})
def test_a_lenient_filter_keeps_what_makes_sense_and_names_the_rest(
    atlas: Atlas, wanted: dict[str, str]
) -> None:
    kept, ignored = TaskFilter.lenient(atlas, wanted)
    find_tasks(atlas, kept)
    for field, text in TaskFilter.from_query(wanted).to_query().items():
        parts = [part.strip() for part in text.split(",")] if field in LISTS else [text]
        left = list(kept.values(field)) if field in LISTS else [getattr(kept, field)]
        assert {*left, *(value for name, value in ignored if name == field)} - {None} == set(parts)
    for field, value in ignored:
        with pytest.raises(PlanningMapError):
            find_tasks(atlas, TaskFilter(**{field: value or ","}))


@pytest.mark.parametrize(
    "field, value, says",
    [
        ("kind", "castle", "kind='castle' is not known; use one of: zone, transit"),
        ("commitment", "sure", "use one of: firm, aim, explore"),
        ("has", "gold", "use one of: milestones, dates"),
        ("part", "second", "use one of: 2023:2"),
        ("stage", "start,begun", "stage='begun'"),
    ],
)
def test_a_value_that_nothing_can_match_is_refused(atlas: Atlas, field: str, value: str, says: str) -> None:
    with pytest.raises(FilterError, match=says):
        find_tasks(atlas, TaskFilter(**{field: value}))


def test_an_unknown_part_is_refused_with_the_nearest(atlas: Atlas) -> None:
    with pytest.raises(UnknownIdError) as raised:
        find_tasks(atlas, TaskFilter(part="2023:44"))
    assert raised.value.nearest in index_of(atlas).parts
