"""Selecting on the map and in the lists: the panel, the light on the map, the address and history agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from atlas_page import (
    bare_point,
    expect_selected,
    heading,
    open_map,
    rows,
    scope_chip,
    settle,
    state_of,
    task_ids,
    task_row,
    view_of,
    zone_label,
)
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Show = Callable[[str], Page]

NEAR_105 = "?at=13.5/30.929/121.943"
SCOPES = ("zones", "lines", "whole", "outside", "unplaced")


def api(page: Page, path: str) -> Any:
    answer = page.request.get(path)
    assert answer.ok, path
    return answer.json()


def test_a_click_on_a_zone_s_name_opens_it(page: Page) -> None:
    open_map(page, NEAR_105)
    zone_label(page, "community-105").click()
    expect(heading(page)).to_have_text("105社区")
    expect_selected(page, zone="community-105")
    expect(page).to_have_title(re.compile("105社区"))


def test_a_click_on_bare_ground_of_a_zone_opens_it(page: Page) -> None:
    open_map(page, NEAR_105)
    page.mouse.click(*bare_point(page, "path.zid-community-105"))
    expect(heading(page)).to_have_text("105社区")
    expect_selected(page, zone="community-105")


def test_a_click_far_out_opens_the_large_zone_not_a_small_one_within(page: Page) -> None:
    open_map(page)
    page.mouse.click(*bare_point(page, "path.zid-dishui-core"))
    expect(heading(page)).to_have_text("滴水湖核心")
    expect_selected(page, zone="dishui-core")


def test_a_click_beside_every_zone_closes_the_selection(page: Page) -> None:
    open_map(page, "?zone=community-105")
    page.mouse.click(*bare_point(page, "path.shore-sea, .leaflet-container"))
    settle(page)
    assert state_of(page) == {}
    expect(heading(page)).to_have_text("临港新片区")
    expect(page.locator("path.focus-ink")).to_have_count(0)


def test_a_zone_lists_each_task_of_its_own_with_number_title_summary_and_reason(show: Show) -> None:
    page = show("?zone=community-105")
    own = [t for t in api(page, "/api/zones/community-105/tasks")["tasks"] if t["zone"] == "community-105"]
    assert own
    for task in own:
        row = task_row(page, task["id"]).first
        expect(row.get_by_role("link", name=task["title"], exact=True)).to_be_visible()
        expect(row).to_contain_text(task["id"])
        expect(row).to_contain_text("".join(list(task["text"])[task["body_start"] :]))
        for link in (link for link in task["links"] if link["target"] == "community-105"):
            for *_, words in link["evidence"]:
                expect(row.locator(".why", has_text=f"「{words}」").first).to_be_visible()
        expect(row.locator(".why").first).to_have_text(re.compile("落在本区.*把握 \\d+%"))
        expect(row.locator("mark").first).to_be_visible()


def test_a_zone_s_tasks_are_grouped_by_plan(show: Show) -> None:
    page = show("?zone=community-105")
    own = [t for t in api(page, "/api/zones/community-105/tasks")["tasks"] if t["zone"] == "community-105"]
    heads = page.locator("#tab-body > h3.plan-head")
    for index, plan in enumerate(dict.fromkeys(task["plan"] for task in own)):
        mine = [task["id"] for task in own if task["plan"] == plan]
        name = f"{plan} 工作要点" if len(plan) == 4 else r"\S.*"  # an annual plan goes by its year
        expect(heads.nth(index)).to_have_text(re.compile(rf"{name}\s*{len(mine)}$"))
        assert task_ids(page.locator("#tab-body > ol.rows").nth(index)) == mine


def test_the_rule_that_placed_a_task_is_told_in_words(show: Show) -> None:
    page = show("?zone=community-105")
    rules = page.locator("#tab-body .why").all_text_contents()
    known = ("正式名称", "别名", "编号与上下文", "并列成分", "线路经过", "标题传递", "地点所在片区")
    assert rules and all(any(rule in text for rule in known) for text in rules)


def test_child_zones_are_listed_below_with_their_own_counts(show: Show) -> None:
    page = show("?zone=modern-services")
    found = api(page, "/api/zones/modern-services/tasks")
    assert found["children"]
    heads = page.locator("#tab-body h3.child-head")
    for index, child in enumerate(found["children"]):
        expect(heads.nth(index)).to_have_text(re.compile(rf"^{child['name']}\s*{child['count']}$"))
    listed = task_ids(page.locator("#tab-body"))
    assert set(listed) >= {task["id"] for task in found["tasks"]}
    figures = page.locator("#panel-body dl.figures dd")
    assert figures.all_inner_texts()[:3] == [str(found["counts"][key]) for key in ("own", "total", "passing")]


def test_every_counted_task_of_a_zone_is_listed_once(show: Show) -> None:
    page = show("?zone=dishui-core")
    found = api(page, "/api/zones/dishui-core/tasks")
    listed = task_ids(page.locator("#tab-body"))
    assert sorted(listed) == sorted({t["id"] for t in [*found["tasks"], *found["passing"]]})
    assert len(listed) == found["counts"]["total"] + found["counts"]["passing"]


def test_lines_that_only_pass_are_listed_apart(show: Show) -> None:
    page = show("?zone=community-105")
    passing = api(page, "/api/zones/community-105/tasks")["passing"]
    assert passing
    head = page.locator("#tab-body h3.child-head", has_text="线路经过本区")
    expect(head).to_contain_text(str(len(passing)))
    after = page.locator("#tab-body h3.child-head:has-text('线路经过本区') ~ ol.rows")
    listed = [task_id for i in range(after.count()) for task_id in task_ids(after.nth(i))]
    assert listed == [task["id"] for task in passing]
    expect(after.first.locator(".why", has_text="经过").first).to_be_visible()


def test_a_click_on_a_task_opens_it_and_history_leads_back_and_forth(page: Page) -> None:
    open_map(page, NEAR_105)
    zone_label(page, "community-105").click()
    expect_selected(page, zone="community-105")
    in_zone = view_of(page)
    task_row(page, "2023-111").get_by_role("link").first.click()
    title = api(page, "/api/tasks/2023-111")["title"]
    expect(heading(page)).to_have_text(title)
    expect_selected(page, task="2023-111")
    in_task = view_of(page)
    assert in_task != in_zone, "the map moved to the task's places"
    page.go_back()
    expect(heading(page)).to_have_text("105社区")
    expect_selected(page, zone="community-105")
    assert "task" not in state_of(page)
    page.go_forward()
    expect(heading(page)).to_have_text(title)
    expect_selected(page, task="2023-111")


def test_a_task_lights_up_its_zones_sites_and_lines(show: Show) -> None:
    page = show("?task=2023-54")
    links = api(page, "/api/tasks/2023-54")["links"]
    zones = [link for link in links if link["kind"] == "zone" and link["relation"] != "serves"]
    sites = [link for link in links if link["kind"] == "site" and (link["accuracy_m"] or 0) <= 3000]
    assert zones and sites
    expect(page.locator("path.focus-ink:not(.is-line)")).to_have_count(len(zones))
    expect(page.locator(".focus-ring")).to_have_count(len(sites))
    places = page.locator("#panel-body .places")
    for link in links:
        expect(places.get_by_role("link", name=link["name"], exact=True)).to_be_visible()


def test_a_task_about_a_line_lights_the_line_and_lists_the_zones_it_passes_apart(show: Show) -> None:
    page = show("?task=2023-112")
    links = api(page, "/api/tasks/2023-112")["links"]
    expect(page.locator("path.focus-ink.is-line:not(.is-faint)").first).to_be_attached()
    passed = [link["name"] for link in links if link["relation"] == "serves" and link["kind"] == "zone"]
    section = page.locator("#panel-body h3:has-text('线路经过的片区') + ul.places")
    assert sorted(section.locator("li > a").all_inner_texts()) == sorted(passed)


def test_a_place_of_a_task_leads_to_its_zone(page: Page) -> None:
    open_map(page, "?task=2023-54")
    page.locator("#panel-body .places").get_by_role("link", name="滴水湖金融湾", exact=True).click()
    expect(heading(page)).to_have_text("滴水湖金融湾")
    expect_selected(page, zone="finance-bay")


def test_a_stop_on_the_map_opens_what_is_known_of_it(page: Page) -> None:
    open_map(page, "?at=14/30.905/121.930")
    page.mouse.click(*bare_point(page, ".mark-stops"))
    settle(page)
    assert state_of(page).get("feature", "").startswith("stop-")
    expect(heading(page)).not_to_be_empty()


def test_the_chips_list_as_many_tasks_as_they_say_and_together_reach_every_task(page: Page) -> None:
    open_map(page)
    reached: set[str] = set()
    for scope in SCOPES:
        said = int(scope_chip(page, scope).locator(".count").inner_text())
        scope_chip(page, scope).click()
        expect(heading(page), scope).to_contain_text(str(said))
        settle(page)
        assert state_of(page) == {"scope": scope}
        assert len(task_ids(page)) == said == api(page, f"/api/tasks?scope={scope}")["total"]
        reached |= set(task_ids(page))
        page.go_back()
        expect(scope_chip(page, scope)).to_be_visible()
    everything = {task["id"] for task in api(page, "/api/tasks")["tasks"]}
    assert len(everything) == api(page, "/healthz")["tasks"] >= 186
    assert reached == everything


def test_the_filter_of_the_panel_narrows_the_list_and_the_counts(page: Page) -> None:
    open_map(page, "?zone=dishui-core")
    page.get_by_label("规划").select_option("2020")
    settle(page)
    assert state_of(page) == {"zone": "dishui-core", "plan": "2020"}
    wanted = api(page, "/api/zones/dishui-core/tasks?plan=2020")
    expect(rows(page)).to_have_count(len(wanted["tasks"]) + len(wanted["passing"]))
    counts = {zone["id"]: zone["tasks"]["total"] for zone in api(page, "/api/zones?plan=2020")["zones"]}
    expect(page.locator(".legend [data-count='yangshan']")).to_have_text(str(counts["yangshan"]))


def test_an_empty_filter_says_so_and_offers_everything_again(page: Page) -> None:
    open_map(page, "?zone=community-105&plan=2023&stage=start")
    assert api(page, "/api/zones/community-105/tasks?plan=2023&stage=start")["counts"]["own"] == 0
    expect(page.locator("#tab-body")).to_contain_text("105社区在这个筛选下没有任务")
    page.get_by_role("button", name="看全部").click()
    settle(page)
    assert state_of(page) == {"zone": "community-105"}
    assert rows(page).count() > 0


def test_a_place_in_the_places_tab_opens(page: Page) -> None:
    open_map(page, "?zone=community-105")
    page.get_by_role("tab", name=re.compile("设施")).click()
    first = page.locator("#tab-body li a").first
    name = first.inner_text()
    first.click()
    expect(heading(page)).to_have_text(name)
    settle(page)
    assert "feature" in state_of(page)
