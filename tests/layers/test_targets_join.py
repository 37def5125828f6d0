"""The targets of an atlas: none is lost, and each leads back to its words; charts bring no style."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from made_up_plans import plan_bytes

from layers.atlas import Atlas, load_atlas, with_promises
from layers.built_in import read_built_in
from layers.charts import FIRST, INK, svg
from layers.errors import FilterError
from layers.intake import Source
from layers.official import OfficialText
from layers.registry import get_layer
from layers.targets import Targets, read_targets
from layers.workspace import Workspace
from lingang.errors import UnknownIdError


@pytest.fixture(scope="module")
def targets(atlas: Atlas) -> Targets:
    return read_targets(atlas)


def test_every_target_of_every_task_is_there_once(atlas: Atlas, targets: Targets) -> None:
    expected = [
        f"{item.id}@{place}" for item in atlas.tasks.values() for place, _ in enumerate(item.task.targets, 1)
    ]
    assert sorted(figure.id for figure in targets.cascade.figures) == sorted(expected)


def test_every_figure_leads_back_to_its_words(atlas: Atlas, targets: Targets) -> None:
    for figure in targets.cascade.figures:
        start, end = figure.target.evidence
        assert figure.words == atlas.get_task(figure.task).task.text[start:end]
        assert any(sign.isdigit() or sign in "一千百" for sign in figure.words), figure.id


def test_the_promised_rows_hold_the_plans_figures(targets: Targets) -> None:
    told = {
        "housing-area": {("2023-89", 2_000_000), ("145-5.5.p4", 16_000_000)},
        "schools-started": {("2020-25", 8), ("2023-90", 10)},
        "schools-opened": {("2023-90", 3)},
        "park-coverage": {("2023-120", 80)},
        "charging-share": {("145-5.2.p3", 15)},
        "parking-sites": {("145-5.2.p3", 43)},
    }
    for indicator, figures in told.items():
        row = targets.get_row(indicator)
        assert {(figure.task, figure.interval.low) for figure in row.figures} == figures


def test_yearly_work_plans_add_up(targets: Targets) -> None:
    assert targets.get_row("schools-started").sums[-1].running.low == 18
    assert targets.get_row("roads-started").sums[-1].running.low == 70


def test_no_national_figure_stands_among_the_areas(targets: Targets) -> None:
    own = [figure for row in targets.cascade.rows for figure in row.figures]
    assert {figure.plan for figure in own} == {"2020", "2023", "145"}
    assert {f.task for f in targets.cascade.figures if f.nationwide} == {"national-3", "national-5"}


def test_the_built_in_plans_do_not_contradict_each_other(targets: Targets) -> None:
    assert targets.conflicts == ()


def test_a_choice_keeps_figures_of_a_plan_or_year_and_the_sums_whole(targets: Targets) -> None:
    chosen = targets.select(plan="2023", year=2023)
    assert {(f.plan, f.year) for f in chosen.cascade.figures} == {("2023", 2023)}
    assert chosen.get_row("schools-started").sums == targets.get_row("schools-started").sums
    assert [r.indicator.id for r in targets.select(indicator="greenways").cascade.rows] == ["greenways"]


def test_an_unknown_indicator_or_year_names_what_there_is(targets: Targets) -> None:
    with pytest.raises(UnknownIdError, match="did you mean 'schools-started'"):
        targets.get_row("school-started")
    with pytest.raises(FilterError, match="use one of: 2020, 2023, 2025, 2026"):
        targets.parse_year("1999")


def test_an_indicator_without_figures_is_an_empty_row(targets: Targets) -> None:
    assert targets.get_row("parking-spaces").figures == ()


def test_a_plan_of_a_workspace_joins_the_table(tmp_path: Path) -> None:
    travel = "绿色出行。绿色出行比例为{}%。"
    items = ("开工学校。年内开工建设学校6所。", travel.format(60), f"再谈{travel.format(90)}")
    Workspace(tmp_path / "w").add(Source("plan.txt", plan_bytes(2031, items)), read_built_in())
    found = read_targets(load_atlas(workspace=tmp_path / "w"))
    assert [entry.running.low for entry in found.get_row("schools-started").sums] == [8, 18, 24]
    (conflict,) = found.conflicts
    assert (conflict.kind, len(conflict.figures)) == ("disjoint", 2)


def test_the_official_text_speaks_where_it_is_at_hand(atlas: Atlas, targets: Targets) -> None:
    item = atlas.get_task("2020-25")
    official = replace(item.task, text="优化。开工9所学校。")
    said = with_promises(official, 2020)
    text = OfficialText(said.text, "", "x", "0" * 64, None, (), said.targets, item.links)
    told = replace(atlas, tasks={**atlas.tasks, item.id: replace(item, official=text)})
    figures = read_targets(told).get_row("schools-started").figures
    assert [(f.task, f.interval.low) for f in figures] == [("2020-25", 9), ("2023-90", 10)]


# ---- the layer --------------------------------------------------------------------------------------------


def test_the_layer_has_a_row_for_every_figure_at_a_place_of_its_task(atlas: Atlas, targets: Targets) -> None:
    rows = {feature.id: feature for feature in get_layer("targets").build(atlas)}
    assert set(rows) == {figure.id for figure in targets.cascade.figures}
    for feature in rows.values():
        own = feature.properties
        links = [x.target for x in atlas.get_task(own["task"]).links.links if x.relation != "serves"]
        assert own["target"] == (links[0] if links else "")
        assert (feature.geometry is None) == (own["placed_at"] == "none")
    assert any(feature.geometry is None for feature in rows.values())
    assert any(feature.geometry is not None for feature in rows.values())


def test_a_row_of_the_layer_says_what_how_many_and_by_when(atlas: Atlas) -> None:
    rows = {feature.id: feature.properties for feature in get_layer("targets").build(atlas)}
    row = rows["2023-120@1"]
    assert (row["indicator"], row["group"], row["name"]) == ("park-sites", "green", "建成公园绿地")
    assert (row["low"], row["high"], row["unit"], row["year"]) == (10, None, "处", 2023)


# ---- charts -----------------------------------------------------------------------------------------------

BARS = {
    "description": "two <bars> & more",
    "data": {"values": [{"x": "甲<script>", "y": 3}, {"x": "b\x00\ud800", "y": 5}]},
    "mark": {"type": "bar", "color": FIRST},
    "encoding": {"x": {"field": "x", "type": "ordinal"}, "y": {"field": "y", "type": "quantitative"}},
}


def test_a_chart_has_classes_for_colours_and_no_style() -> None:
    drawn = svg(BARS)
    root = etree.fromstring(drawn.encode())
    paints = {e.get(key) for e in root.iter() for key in ("fill", "stroke")} - {None}
    assert paints <= {"none", "transparent"}
    assert not re.search(r"style|font-family|<script", drawn)
    bars = [e for e in root.iter() if "chart-fill-first" in (e.get("class") or "")]
    assert len(bars) == 2


def test_a_chart_says_what_it_shows_and_keeps_its_words_as_words() -> None:
    root = etree.fromstring(svg(BARS).encode())
    assert root.get("aria-label") == "two <bars> & more"
    texts = ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "甲<script>" in texts and "b" in texts


def test_the_same_chart_is_the_same_bytes_and_another_is_not() -> None:
    assert svg(BARS) == svg(dict(reversed(BARS.items())))
    assert svg({**BARS, "mark": {"type": "bar", "color": INK}}) != svg(BARS)


def test_a_description_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="Vega-Lite"):
        svg({"data": {"values": []}, "mark": 7, "encoding": {}})


def test_whatever_has_a_role_in_a_chart_says_something() -> None:
    root = etree.fromstring(svg({**BARS, "data": {"values": []}}).encode())
    silent = [e for e in root.iter() if e.get("role") and not e.get("aria-label") and len(e) == 0]
    assert silent == []
    assert root.get("role") == "graphics-document"
