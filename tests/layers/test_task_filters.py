"""A filter lists exactly the tasks that meet each of its parts, and refuses what nothing can meet."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.folding import fold_name
from layers.atlas import Atlas, LinkedTask, load_atlas
from layers.due_times import count_dues
from layers.errors import FilterError
from layers.tasks import SCOPE_FILTERS, TaskFilter, find_tasks
from lingang.errors import UnknownIdError
from plans.records import STAGES

ZONES = load_atlas().zones.ids()
CHOICES: dict[str, Any] = {
    "zone": ZONES,
    "target": ["t1", "line-16", "g1503", "lema-river", "community-105"],
    "plan": ["2020", "2023", "2020,2023", "145, national"],
    "stage": STAGES,
    "due": ["2020", "2023", "2023-H1", "2023-Q4", "2023-08", "1999"],
    "implied": ["1"],
    "scope": SCOPE_FILTERS,
    "q": ["105", "社区", "2023-112", "滴水湖 学校", "T1", "t1", "(", ".*", "没有这样的词"],
}


def months(due: str) -> set[int]:
    """The months of a due, counted from the year 0."""
    year, _, part = due.partition("-")
    spans = {"": (1, 12), "H1": (1, 6), "H2": (7, 12)}
    spans |= {"Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12)}
    first, last = spans[part] if part in spans else (int(part), int(part))
    return {int(year) * 12 + month for month in range(first, last + 1)}


def is_due(milestone: dict[str, Any], wanted: dict[str, str]) -> bool:
    """Whether one milestone meets both `stage` and `due` of a filter."""
    due = milestone["due"] or ("implied" in wanted and milestone.get("due_implied")) or None
    return wanted.get("stage") in (None, milestone["stage"]) and (
        "due" not in wanted or (due is not None and bool(months(due) & months(wanted["due"])))
    )


def meets(atlas: Atlas, item: LinkedTask, wanted: dict[str, str]) -> bool:
    """A whole filter, said as plainly as can be."""
    milestones = item.to_json()["milestones"]
    dated = not {"stage", "due"} & set(wanted) or any(is_due(m, wanted) for m in milestones)
    others = {k: v for k, v in wanted.items() if k not in ("stage", "due", "implied")}
    return dated and all(meets_part(atlas, item, key, value) for key, value in others.items())


def meets_part(atlas: Atlas, item: LinkedTask, key: str, value: str) -> bool:
    """One part of a filter."""
    record = item.to_json()
    links = record["links"]
    if key == "zone":
        here = [x["target"] for x in links if x["kind"] == "zone" and x["relation"] in ("in", "near")]
        return any(value == zone or value in atlas.zones.ancestors(zone) for zone in here)
    if key == "target":
        return value in [x["target"] for x in links]
    if key == "plan":
        return record["plan"] in value.replace(" ", "").split(",")
    if key == "scope":
        return bool(record["unplaced"]) if value == "unplaced" else bool(record["scope"] == value)
    return all(fold_name(word) in fold_name(f"{record['id']};;{record['text']}") for word in value.split())


SPELLINGS = [("學校", "学校"), ("ｔ１", "T1"), ("监测", "監測"), ("（", "(")]


@pytest.mark.parametrize(("typed", "written"), SPELLINGS)
def test_words_are_found_in_any_spelling(atlas: Atlas, typed: str, written: str) -> None:
    found = find_tasks(atlas, TaskFilter(q=typed))
    assert found == find_tasks(atlas, TaskFilter(q=written))
    assert found


def test_a_comma_too_many_asks_for_nothing_more(atlas: Atlas) -> None:
    wanted, ignored = TaskFilter.lenient(atlas, {"plan": " 2023,,2020, ", "stage": ","})
    assert (wanted, ignored) == (TaskFilter(plan="2023,2020"), [])


@given(wanted=st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in CHOICES.items()}))
@settings(max_examples=150)
def test_a_filter_finds_what_one_by_one_checking_finds(atlas: Atlas, wanted: dict[str, str]) -> None:
    plainly = [t.id for t in atlas.tasks.values() if meets(atlas, t, wanted)]
    assert [t.id for t in find_tasks(atlas, TaskFilter(**wanted))] == plainly


@pytest.mark.parametrize("key", ["zone", "plan", "stage", "scope", "q"])
def test_each_part_finds_something_and_leaves_something_out(atlas: Atlas, key: str) -> None:
    value = {"zone": "community-105", "plan": "2020", "stage": "start", "scope": "lines", "q": "社区"}[key]
    assert 0 < len(find_tasks(atlas, TaskFilter(**{key: value}))) < len(atlas.tasks)


def test_no_filter_lists_everything_in_document_order(atlas: Atlas) -> None:
    assert find_tasks(atlas, TaskFilter()) == list(atlas.tasks.values())


def test_a_zone_takes_in_its_children(atlas: Atlas) -> None:
    assert "2023-54" in [t.id for t in find_tasks(atlas, TaskFilter(zone="dishui-core"))]


def dues_found(atlas: Atlas, **wanted: str) -> set[str | None]:
    """The printed dues of the tasks that a filter finds."""
    return {m.due for t in find_tasks(atlas, TaskFilter(**wanted)) for m in t.task.milestones}


def test_a_due_finds_what_lies_in_it_and_what_is_only_dated_to_the_half_or_year_around(atlas: Atlas) -> None:
    assert {"2020-04", "2020-H1", "2020"} <= dues_found(atlas, due="2020-Q2", plan="2020")
    assert "2020-04" not in {
        m.due
        for t in find_tasks(atlas, TaskFilter(due="2020-Q1"))
        for m in t.task.milestones
        if m.due and not months(m.due) & months("2020-Q1") and len(t.task.milestones) == 1
    }
    assert find_tasks(atlas, TaskFilter(due="2019")) == find_tasks(atlas, TaskFilter(due="2030-H1")) == []


def test_the_end_of_a_plan_counts_only_when_asked_for(atlas: Atlas) -> None:
    assert find_tasks(atlas, TaskFilter(due="2025")) == []
    implied = find_tasks(atlas, TaskFilter(due="2025", implied="1"))
    assert {task.task.plan for task in implied} == {"145"}


def test_one_milestone_must_meet_stage_and_due(atlas: Atlas) -> None:
    wanted = TaskFilter(stage="start", due="2020-09")
    found = find_tasks(atlas, wanted)
    assert found
    assert all(any(m.stage == "start" and m.due for m in task.task.milestones) for task in found)
    apart = {t.id for t in find_tasks(atlas, TaskFilter(stage="start"))} & {
        t.id for t in find_tasks(atlas, TaskFilter(due="2020-09"))
    }
    assert {task.id for task in found} < apart or {task.id for task in found} == apart


@pytest.mark.parametrize(
    "wanted", [{}, {"implied": "1"}, {"plan": "2020"}, {"stage": "start", "implied": "1"}]
)
def test_the_chart_of_dues_counts_what_the_filter_finds(atlas: Atlas, wanted: dict[str, str]) -> None:
    times = count_dues(atlas, TaskFilter(**wanted))
    assert [q.due[:4] for q in times.quarters[::4]] == [
        str(y) for y in range(times.years[0], times.years[1] + 1)
    ]
    for quarter in times.quarters:
        asked = {**wanted, "due": quarter.due}
        found = find_tasks(atlas, TaskFilter(**asked))
        met = [m for t in found for m in t.to_json()["milestones"] if is_due(m, asked)]
        assert quarter.within + quarter.wider == len(met), quarter.due
        chosen = count_dues(atlas, TaskFilter(**asked))
        assert (chosen.tasks, chosen.milestones) == (len(found), len(met))
        assert chosen.quarters == times.quarters


@pytest.mark.parametrize(
    "wanted, nearest",
    [
        (TaskFilter(zone="comunity-105"), "community-105"),
        (TaskFilter(plan="2032"), "2023"),
        (TaskFilter(plan="2020,2032"), "2023"),
        (TaskFilter(target="line16"), "line-16"),
    ],
)
def test_an_unknown_id_is_refused_with_the_nearest(atlas: Atlas, wanted: TaskFilter, nearest: str) -> None:
    with pytest.raises(UnknownIdError, match=f"did you mean '{nearest}'"):
        find_tasks(atlas, wanted)


@pytest.mark.parametrize(
    "wanted, says",
    [
        (TaskFilter(stage="started"), r"stage='started' is not known; use one of: plan, .*start"),
        (TaskFilter(scope="zone"), r"scope='zone' is not known; use one of: zones, lines, .*unplaced"),
        (TaskFilter(due="2023-13"), r"due='2023-13' is not known; use one of: 2023, 2023-H1"),
        (TaskFilter(due="2023-Q5"), "due='2023-Q5'"),
        (TaskFilter(due="20"), "due='20'"),
        (TaskFilter(due="２０２３"), "due='２０２３'"),
        (TaskFilter(due="0000"), "due='0000'"),
        (TaskFilter(due="2023", implied="yes"), "implied='yes' is not known; use one of: 1"),
    ],
)
def test_a_value_that_nothing_can_have_is_refused_with_those_it_can(
    atlas: Atlas, wanted: TaskFilter, says: str
) -> None:
    with pytest.raises(FilterError, match=says):
        find_tasks(atlas, wanted)


@given(st.dictionaries(st.sampled_from([*CHOICES, "lang", "colour"]), st.text(max_size=12)))
def test_a_query_keeps_what_narrows_and_drops_blanks_and_strangers(query: dict[str, str]) -> None:
    kept = {k: v.strip() for k, v in query.items() if k in CHOICES and v.strip()}
    assert TaskFilter.from_query(query).to_query() == kept
