"""The tasks of a zone as sets agree with those that the atlas lists one by one."""

from __future__ import annotations

import pytest

from layers.atlas import Atlas
from layers.due_times import count_dues
from layers.filter_charts import make_charts, quarters_of
from layers.task_index import index_of
from layers.tasks import TaskFilter, due_of, find_tasks, interval_of_due, matching, milestones_meeting
from layers.zone_lists import zone_sets

FILTERS = [TaskFilter(), TaskFilter(plan="2023"), TaskFilter(q="轨道"), TaskFilter(q="no such words")]
ALL = 10_000


@pytest.mark.parametrize("wanted", FILTERS)
def test_every_zone_holds_the_tasks_that_the_atlas_lists(atlas: Atlas, wanted: TaskFilter) -> None:
    index = index_of(atlas)
    tasks, totals = matching(index, wanted), index.zone_totals(matching(index, wanted))
    for zone in atlas.zones:
        listed, found = atlas.zone_tasks(zone.id, find_tasks(atlas, wanted)), zone_sets(index, zone.id, tasks)
        assert index.tasks_of(found.own) == listed.own
        assert {child: index.tasks_of(own) for child, own in found.children.items()} == listed.children
        assert found.pass_through(0, ALL) == listed.passing
        assert found.counts["total"] == totals[zone.id] == listed.total
        assert found.first(ALL) == (listed, 0)


@pytest.mark.parametrize("size", [1, 7, 50])
def test_pages_of_a_zone_follow_each_other_without_gap(atlas: Atlas, size: int) -> None:
    found = zone_sets(index_of(atlas), "dishui-core", index_of(atlas).every)
    whole = found.placed(0, ALL)
    assert [x for first in range(0, len(whole), size) for x in found.placed(first, size)] == whole
    assert len({item.id for item, _ in whole}) == len(whole) == found.counts["total"]


def test_the_first_tasks_of_a_zone_say_how_many_are_left_out(atlas: Atlas) -> None:
    found = zone_sets(index_of(atlas), "dishui-core", index_of(atlas).every)
    whole, cut = found.first(ALL)[0], found.first(3)
    assert cut[0].own == whole.own[:3] and cut[0].passing == whole.passing[:3]
    lists = [whole.own, whole.passing, *whole.children.values()]
    kept = [cut[0].own, cut[0].passing, *cut[0].children.values()]
    assert sum(map(len, cut[0].children.values())) == 3
    assert cut[1] == sum(map(len, lists)) - sum(map(len, kept))


@pytest.mark.parametrize(
    "wanted", [TaskFilter(), TaskFilter(stage="start"), TaskFilter(implied="1", plan="145")]
)
def test_dues_count_every_milestone_once(atlas: Atlas, wanted: TaskFilter) -> None:
    items = find_tasks(atlas, wanted)
    milestones = [m for item in items for m in milestones_meeting(item.task, wanted)]
    intervals = [interval_of_due(due_of(m, wanted) or "") for m in milestones]
    counted = count_dues(atlas, wanted)
    assert (counted.tasks, counted.milestones) == (len(items), len(milestones))
    assert counted.undated == intervals.count(None)
    for quarter in counted.quarters:
        first, last = interval_of_due(quarter.due) or pytest.fail(quarter.due)
        met = [x for x in intervals if x and x[0] <= last and first <= x[1]]
        assert quarter.within + quarter.wider == len(met)
        assert quarter.within == sum(first <= x[0] and x[1] <= last for x in met)


def test_the_chart_of_quarters_counts_a_task_once_in_each(atlas: Atlas) -> None:
    bars = {
        bar.value: bar.count
        for chart in make_charts(atlas, TaskFilter())
        if chart.facet == "due"
        for bar in chart.bars
    }
    assert bars
    for quarter, count in bars.items():
        holding = [
            item
            for item in atlas.tasks.values()
            if any(quarter in quarters_of(m.due) for m in item.task.milestones)
        ]
        assert len(holding) == count
