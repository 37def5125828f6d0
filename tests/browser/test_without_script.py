"""Without script everything can still be read; on paper the bar is gone; files are taken away by a click."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from atlas_page import open_map
from playwright.sync_api import Download, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(new_page: Any, watch: Any) -> Page:
    """A page in a browser that runs no script; it refuses what the page would preload."""
    watch.tolerate(r"request failed: \S+\.js \(csp\)")
    made: Page = new_page(java_script_enabled=False)
    return made


def test_a_zone_s_page_reads_without_script(plain: Page) -> None:
    plain.goto("/zones/community-105")
    expect(plain.get_by_role("heading", level=1)).to_contain_text("105社区")
    found = plain.request.get("/api/zones/community-105/tasks").json()
    for task in [*found["tasks"], *found["passing"]]:
        expect(plain.get_by_role("link", name=task["title"], exact=True)).to_be_visible()
    expect(plain.locator(".task-why", has_text="落在本区").first).to_be_visible()
    expect(plain.locator(".task-why", has_text="经过").first).to_be_visible()
    expect(plain.locator("svg .loc-target").first).to_be_visible()


def test_a_task_s_page_reads_without_script(plain: Page) -> None:
    plain.goto("/tasks/2023-54")
    expect(plain.get_by_role("heading", level=1)).to_have_text("统筹推进金融集聚区物理载体建设")
    expect(plain.locator("p.reading")).to_contain_text("荣耀之环")
    expect(plain.get_by_role("table").first).to_contain_text("滴水湖金融湾")
    plain.get_by_role("link", name=re.compile("2023-55")).click()
    expect(plain).to_have_url(re.compile("/tasks/2023-55$"))


def test_the_list_of_tasks_filters_without_script(plain: Page) -> None:
    plain.goto("/tasks?scope=whole")
    total = plain.request.get("/api/tasks?scope=whole").json()["total"]
    expect(plain.locator("ol.tasks > li.task-row")).to_have_count(total)
    plain.get_by_label("规划").select_option("2020")
    plain.get_by_role("button", name="筛选").click()
    narrowed = plain.request.get("/api/tasks?scope=whole&plan=2020").json()["total"]
    expect(plain.locator("ol.tasks > li.task-row")).to_have_count(narrowed)
    assert 0 < narrowed < total


def test_a_plan_s_page_holds_every_item(plain: Page) -> None:
    plain.goto("/plans/2023")
    total = plain.request.get("/api/tasks?plan=2023").json()["total"]
    expect(plain.locator("li.task-row")).to_have_count(total)


def test_the_map_page_without_script_leads_to_everything_and_says_so(plain: Page) -> None:
    plain.goto("/")
    expect(plain.locator("noscript p")).to_be_visible()
    expect(plain.locator("noscript p")).to_contain_text("地图需要脚本")
    zones = plain.request.get("/api/zones").json()["zones"]
    tree = plain.locator("#overview .tree")
    expect(tree.get_by_role("link")).to_have_count(len(zones))
    tree.get_by_role("link", name="105社区").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("105社区")


def test_search_works_without_script(plain: Page) -> None:
    plain.goto("/")
    plain.get_by_role("combobox", name="搜索").fill("金融")
    plain.keyboard.press("Enter")
    found = plain.request.get("/api/tasks?q=金融").json()["total"]
    expect(plain.locator("li.task-row")).to_have_count(found)


def test_a_wrong_address_gets_a_page_that_helps(page: Page, watch: Any) -> None:
    watch.expect("404.*/zones/community-15")
    page.goto("/zones/community-15")
    expect(page.get_by_role("heading", level=1)).to_contain_text("404")
    page.get_by_role("link", name="也许是这一个").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("105社区")


def test_on_paper_the_bar_and_the_controls_are_gone(page: Page) -> None:
    for path in ("/zones/community-105", "/tasks/2023-54", "/tasks?scope=lines"):
        page.goto(path)
        expect(page.locator(".bar")).to_be_visible()
        page.emulate_media(media="print")
        for part in page.locator(".bar, .skip, .filters, .button, .pager").all():
            expect(part).to_be_hidden()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main")).to_have_css("padding-top", "0px")
        page.emulate_media(media="screen")


def test_on_paper_the_map_page_shows_the_map_and_the_list_without_tools(page: Page) -> None:
    open_map(page, "?zone=community-105")
    page.emulate_media(media="print")
    for css in (".bar", ".map-tools", ".filter-row"):
        expect(page.locator(css)).to_be_hidden()
    expect(page.locator("path.focus-ink").first).to_be_attached()
    last = page.locator("li.row").last
    expect(last).to_be_visible()
    body = page.locator("#panel-body").bounding_box()
    inner = page.locator("#panel-body").evaluate("node => node.scrollHeight")
    assert body and inner <= body["height"] + 1, "nothing of the list is cut off"


def features_of(download: Download, folder: Path) -> list[dict[str, Any]]:
    path = folder / download.suggested_filename
    download.save_as(path)
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def test_the_panel_exports_the_one_zone(page: Page, tmp_path: Path) -> None:
    open_map(page, "?zone=community-105")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出本区").click()
    features = features_of(download.value, tmp_path)
    assert [feature["id"] for feature in features] == ["community-105"]
    assert features[0]["properties"]["name"] == "105社区"
    assert features[0]["geometry"]["type"] in {"Polygon", "MultiPolygon"}


def test_all_zones_are_exported_from_their_page(page: Page, tmp_path: Path) -> None:
    page.goto("/zones")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出图层").click()
    assert download.value.suggested_filename == "lingang-zones.geojson"
    features = features_of(download.value, tmp_path)
    assert len(features) == 37
    assert {f["id"] for f in features} == {z["id"] for z in page.request.get("/api/zones").json()["zones"]}
