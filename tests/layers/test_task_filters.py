"""A filter lists exactly the tasks that meet each of its parts, and refuses what nothing can meet."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.atlas import Atlas, LinkedTask, load_atlas
from layers.errors import FilterError
from layers.tasks import SCOPE_FILTERS, TaskFilter, find_tasks
from lingang.errors import UnknownIdError
from plans.records import STAGES

ZONES = load_atlas().zones.ids()
CHOICES: dict[str, Any] = {
    "zone": ZONES,
    "target": ["t1", "line-16", "g1503", "lema-river", "community-105"],
    "plan": ["2020", "2023"],
    "stage": STAGES,
    "due": ["2020", "2023", "2023-H1", "2023-Q4", "2023-08", "1999"],
    "scope": SCOPE_FILTERS,
    "q": ["105", "社区", "2023-112", "滴水湖 学校", "T1", "t1", "(", ".*", "没有这样的词"],
}


def meets(atlas: Atlas, item: LinkedTask, key: str, value: str) -> bool:
    """One part of a filter, said as plainly as can be."""
    record = item.to_json()
    links = record["links"]
    if key == "zone":
        here = [x["target"] for x in links if x["kind"] == "zone" and x["relation"] in ("in", "near")]
        return any(value == zone or value in atlas.zones.ancestors(zone) for zone in here)
    if key == "target":
        return value in [x["target"] for x in links]
    if key == "plan":
        return bool(record["plan"] == value)
    if key == "stage":
        return value in [m["stage"] for m in record["milestones"]]
    if key == "due":
        return any(m["due"] and m["due"].startswith(value) for m in record["milestones"])
    if key == "scope":
        return bool(record["unplaced"]) if value == "unplaced" else bool(record["scope"] == value)
    return all(word.lower() in f"{record['id']} {record['text']}".lower() for word in value.split())


@given(wanted=st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in CHOICES.items()}))
@settings(max_examples=150)
def test_a_filter_finds_what_one_by_one_checking_finds(atlas: Atlas, wanted: dict[str, str]) -> None:
    plainly = [t.id for t in atlas.tasks.values() if all(meets(atlas, t, k, v) for k, v in wanted.items())]
    assert [t.id for t in find_tasks(atlas, TaskFilter(**wanted))] == plainly


@pytest.mark.parametrize("key", ["zone", "plan", "stage", "scope", "q"])
def test_each_part_finds_something_and_leaves_something_out(atlas: Atlas, key: str) -> None:
    value = {"zone": "community-105", "plan": "2020", "stage": "start", "scope": "lines", "q": "社区"}[key]
    assert 0 < len(find_tasks(atlas, TaskFilter(**{key: value}))) < len(atlas.tasks)


def test_no_filter_lists_everything_in_document_order(atlas: Atlas) -> None:
    assert find_tasks(atlas, TaskFilter()) == list(atlas.tasks.values())


def test_a_zone_takes_in_its_children(atlas: Atlas) -> None:
    assert "2023-54" in [t.id for t in find_tasks(atlas, TaskFilter(zone="dishui-core"))]


def test_a_due_year_finds_its_halves_and_months(atlas: Atlas) -> None:
    found = {m.due for t in find_tasks(atlas, TaskFilter(due="2023")) for m in t.task.milestones if m.due}
    assert any(re.fullmatch(r"2023-.+", due) for due in found)


@pytest.mark.parametrize(
    "wanted, nearest",
    [
        (TaskFilter(zone="comunity-105"), "community-105"),
        (TaskFilter(plan="2032"), "2023"),
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
