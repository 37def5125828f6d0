"""The legend's switches, the search box, and names that never lie one over another."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from atlas_page import (
    expect_selected,
    heading,
    is_focused,
    open_map,
    rows,
    settle,
    state_of,
    task_ids,
    visible_labels,
    zone_label,
)
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

# What a legend row stands for on the map.
SWITCHES = {
    "zones": "path.zone:not(.rank-town)",
    "belt": "path.zone-belt",
    "towns": "path.zone.rank-town",
    "line-16": "path.line-16",
    "lianggang-express": "path.line-lg",
    "t1": "path.line-t1",
    "t2": "path.line-t2",
    "t6": "path.line-t6",
    "other-lines": "path.line-rail",
    "stops": ".mark-stops, .cluster-stops",
    "schools": ".mark-schools, .cluster-schools",
    "hospitals": ".mark-hospitals, .cluster-hospitals",
    "sites": ".mark-sites, .cluster-sites",
}
LOOK_AROUND = (
    "?at=9.5/30.93/121.80", "?at=11/30.91/121.85", "?at=12.5/30.90/121.92", "?at=13.5/30.89/121.93",
    "?at=14/31.08/121.86", "?at=15/30.90/121.93", "?at=16.5/30.905/121.926", "?lang=en&at=13/30.90/121.93",
)  # fmt: skip
SLACK_PX = 1.0
_CLUSTERS_JS = """() => [...document.querySelectorAll('.cluster')].map((node) => {
  const box = node.getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom];
})"""


def search_box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="搜索")


def results(page: Page) -> Locator:
    return page.get_by_role("listbox", name="搜索结果")


def test_each_legend_switch_hides_its_layer_and_shows_it_again(page: Page) -> None:
    open_map(page, "?at=14/30.90/121.92")
    boxes = page.locator(".legend input[data-layer]")
    keys = boxes.evaluate_all("nodes => nodes.map((node) => node.dataset.layer)")
    assert set(keys) == set(SWITCHES), "every row of the legend is tested here"
    for key in keys:
        drawn = page.locator(SWITCHES[key])
        count = drawn.count()
        assert count > 0, key
        box = page.locator(f".legend input[data-layer='{key}']")
        box.uncheck()
        expect(drawn, key).to_have_count(0)
        box.check()
        expect(drawn, key).to_have_count(count)


def test_a_hidden_layer_s_names_go_with_it(page: Page) -> None:
    open_map(page)
    expect(zone_label(page, "emerging")).to_be_visible()
    page.locator(".legend input[data-layer='zones']").uncheck()
    expect(zone_label(page, "emerging")).to_have_count(0)
    expect(page.locator("path.edge:not(.edge-rank-town, .edge-rank-belt)")).to_have_count(0)
    expect(page.locator("button.label-line:visible", has_text="16")).to_be_visible()
    page.locator(".legend input[data-layer='line-16']").uncheck()
    expect(page.locator("button.label-line.badge-16:visible")).to_have_count(0)


def test_the_legend_folds_and_its_zones_open(page: Page) -> None:
    open_map(page)
    fold = page.get_by_role("button", name="图层与图例").first
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#legend-body")).to_be_hidden()
    fold.click()
    page.locator(".legend").get_by_role("link", name=re.compile("洋山特殊综合保税区")).click()
    expect(heading(page)).to_have_text("洋山特殊综合保税区")
    expect_selected(page, zone="yangshan")


def test_typing_a_number_finds_the_zone_and_arrow_and_enter_open_it(page: Page) -> None:
    open_map(page)
    search_box(page).press_sequentially("105")
    expect(results(page)).to_be_visible()
    hits = results(page).get_by_role("option")
    expect(hits.first).to_contain_text("105社区")
    found = page.request.get("/api/search?q=105&limit=4").json()
    for group in found["groups"]:
        shown = results(page).locator(f"[role='group'][aria-labelledby='found-{group['id']}']")
        rest = group["count"] > 4  # then one more option leads to all of them
        expect(shown.get_by_role("option")).to_have_count(min(group["count"], 4) + rest)
    expect(search_box(page)).to_have_attribute("aria-expanded", "true")
    search_box(page).press("ArrowDown")
    expect(hits.first).to_have_attribute("aria-selected", "true")
    active = search_box(page).get_attribute("aria-activedescendant")
    assert active == hits.first.get_attribute("id")
    search_box(page).press("Enter")
    expect(heading(page)).to_have_text("105社区")
    expect(results(page)).to_be_hidden()
    expect_selected(page, zone="community-105")


def test_arrows_go_round_and_a_click_chooses(page: Page) -> None:
    open_map(page)
    search_box(page).press_sequentially("105")
    hits = results(page).get_by_role("option")
    expect(hits.first).to_be_visible()
    search_box(page).press("ArrowUp")
    expect(hits.last).to_have_attribute("aria-selected", "true")
    search_box(page).press("ArrowDown")
    expect(hits.first).to_have_attribute("aria-selected", "true")
    task = hits.filter(has_text="2020-30")
    task.click()
    expect_selected(page, task="2020-30")
    expect(heading(page)).to_have_text("加强土地收储与供应保障")


def test_escape_closes_the_results_and_keeps_the_words(page: Page) -> None:
    open_map(page)
    search_box(page).press_sequentially("滴水湖")
    expect(results(page)).to_be_visible()
    search_box(page).press("Escape")
    expect(results(page)).to_be_hidden()
    assert is_focused(page, search_box(page))
    expect(search_box(page)).to_have_attribute("aria-expanded", "false")


def test_words_that_nothing_holds_are_answered(page: Page) -> None:
    open_map(page)
    search_box(page).press_sequentially("没有这样的词")
    expect(results(page)).to_contain_text("没有找到")
    search_box(page).press("Enter")
    expect(page.locator("#panel-body")).to_contain_text("没有符合的任务")


def test_enter_alone_lists_the_tasks_that_hold_the_words(page: Page) -> None:
    open_map(page)
    search_box(page).fill("金融")
    search_box(page).press("Enter")
    found = page.request.get("/api/tasks?q=金融").json()
    expect(rows(page)).to_have_count(found["total"])
    expect(heading(page)).to_contain_text("金融")
    assert state_of(page) == {"q": "金融"}
    assert task_ids(page) == [task["id"] for task in found["tasks"]]


def test_results_that_come_late_do_not_open_over_what_enter_listed(page: Page) -> None:
    open_map(page)
    search_box(page).press_sequentially("金融")
    search_box(page).press("Enter")
    expect(heading(page)).to_contain_text("金融")
    page.wait_for_timeout(600)  # longer than the pause before a search and its answer
    expect(results(page)).to_be_hidden()


def overlaps(page: Page) -> list[tuple[str, str]]:
    """The pairs of names on the map that lie one over another."""
    labels = visible_labels(page)
    assert labels, "there are names in this view"
    return [(a["name"], b["name"]) for a, b in combinations(labels, 2) if is_over(a["box"], b["box"])]


def is_over(a: list[float], b: list[float]) -> bool:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return min(width, height) > SLACK_PX


def over_clusters(page: Page) -> list[str]:
    """The names that lie over a mark that counts several points."""
    marks = page.evaluate(_CLUSTERS_JS)
    return [a["name"] for a in visible_labels(page) if any(is_over(a["box"], mark) for mark in marks)]


def test_names_never_lie_one_over_another_nor_over_marks_that_count(page: Page) -> None:
    found = {}
    for query in (*LOOK_AROUND, "?zone=dishui-core&lang=en"):
        open_map(page, query)
        if faults := [*overlaps(page), *over_clusters(page)]:
            found[query] = faults
    assert found == {}


def test_lines_are_badged_in_the_language_of_the_page(page: Page) -> None:
    open_map(page, "?at=13/30.9/121.93&lang=en")
    badges = [badge.inner_text() for badge in page.locator(".label-line").all()]
    assert "T2 schematic" in badges and "Lianggang Express" in badges


def test_what_is_selected_is_named_and_still_nothing_overlaps(page: Page) -> None:
    open_map(page, "?task=2023-54")
    assert {"finance-bay", "west-island"} <= {label["id"] for label in visible_labels(page)}
    assert overlaps(page) == []
    page.locator(".legend a[data-zone='frontier-tech']").click()
    expect_selected(page, zone="frontier-tech")
    assert overlaps(page) == []


def test_the_tools_zoom_and_lead_home(page: Page) -> None:
    open_map(page)
    scale = page.locator(".leaflet-control-scale-line")
    home = scale.inner_text()
    page.get_by_role("button", name="放大").click()
    settle(page)
    expect(scale).not_to_have_text(home)
    page.get_by_role("button", name="缩小").click()
    settle(page)
    expect(scale).to_have_text(home)
    page.get_by_role("button", name="放大").click()
    settle(page)
    page.get_by_role("button", name="回到全域").click()
    settle(page)
    expect(scale).to_have_text(home)
