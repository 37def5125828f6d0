"""The filter on the map: list, labels, legend, chart, chips, files and address all follow it together."""

from __future__ import annotations

import re
from typing import Any

import pytest
from atlas_page import heading, is_focused, open_map, rows, settle, state_of, task_ids, zone_label
from axe_playwright_python.sync_playwright import Axe
from conftest import PageMaker, Watch
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}
STOP = "stop-t1-lingangdadao"


def api(page: Page, address: str) -> Any:
    return page.request.get(address).json()


def open_facets(page: Page) -> Locator:
    page.locator("#tool-filter").click()
    card = page.locator("#facets")
    expect(card.locator("details.facet[data-facet]").first).to_be_visible()
    return card


def box(card: Locator, facet: str, value: str) -> Locator:
    group = card.locator(f'details[data-facet="{facet}"]')
    if group.get_attribute("open") is None:
        group.locator("summary").click()
    return group.locator(f'input[data-value="{value}"]')


def tick(page: Page, facet: str, value: str) -> None:
    box(page.locator("#facets"), facet, value).click()
    settle(page)


def chips(page: Page) -> list[str]:
    nodes = page.locator("#filter-chips .filter-chip")
    return [f"{one.get_attribute('data-field')}={one.get_attribute('data-value')}" for one in nodes.all()]


def everything_agrees(page: Page, query: str) -> int:
    """List, legend, labels and the card say what the interface says under `query`."""
    found = api(page, f"/api/facets?{query}")
    expect(page.locator("#facets .facets-found")).to_have_text(f"280 项中的 {found['found']} 项")
    expect(rows(page)).to_have_count(found["found"])
    assert set(task_ids(page)) == {task["id"] for task in api(page, f"/api/tasks?{query}")["tasks"]}
    core = str(found["zones"]["dishui-core"]["total"])
    expect(page.locator(".legend [data-count='dishui-core']")).to_have_text(core)
    expect(zone_label(page, "dishui-core").locator(".label-count")).to_have_text(core)
    return int(found["found"])


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_ticking_values_narrows_everything_at_once(page: Page) -> None:
    open_map(page)
    card = open_facets(page)
    tick(page, "plan", "2023")
    tick(page, "plan", "2020")
    both = everything_agrees(page, "plan=2023,2020")
    tick(page, "commitment", "aim")
    fewer = everything_agrees(page, "plan=2023,2020&commitment=aim")
    assert fewer < both
    assert state_of(page) == {"plan": "2023,2020", "commitment": "aim"}
    assert chips(page) == ["plan=2023", "plan=2020", "commitment=aim"]
    assert is_focused(page, box(card, "commitment", "aim"))
    link = card.locator('.facets-foot a[href*="tasklist.csv"]').get_attribute("href")
    lines = page.request.get(str(link)).text().splitlines()
    assert len(lines) == fewer + 1
    expect(box(card, "plan", "national")).to_be_disabled()
    assert serious(page) == []


def test_chips_take_one_value_or_all_away(page: Page) -> None:
    open_map(page, "?plan=2020,2023&in=dishui-core&zone=yangshan")
    expect(heading(page)).to_have_text("洋山特殊综合保税区")
    remove = page.get_by_role("button", name=re.compile("去掉：规划 2020"))
    remove.focus()
    page.keyboard.press("Enter")
    settle(page)
    assert state_of(page) == {"plan": "2023", "in": "dishui-core", "zone": "yangshan"}
    clear = page.get_by_role("button", name="全部清除")
    assert is_focused(page, clear)
    clear.click()
    settle(page)
    assert state_of(page) == {"zone": "yangshan"}
    expect(page.locator("#filter-chips")).to_be_hidden()


def test_a_shape_is_drawn_by_clicking_and_shown(page: Page) -> None:
    open_map(page)
    open_facets(page)
    page.get_by_role("button", name="画范围").click()
    expect(page.locator("#facets")).to_be_hidden()
    area = page.locator(".atlas-map").bounding_box()
    assert area
    for x, y in ((450, 260), (700, 260), (700, 560)):
        page.mouse.click(area["x"] + x, area["y"] + y)
    expect(page.locator("path.draw-corner")).to_have_count(3)
    page.mouse.dblclick(area["x"] + 450, area["y"] + 560)
    settle(page)
    shape = state_of(page)["shape"]
    assert len(shape.split(";")) == 4
    assert all(re.fullmatch(r"12\d\.\d+,3\d\.\d+", corner) for corner in shape.split(";"))
    expect(page.locator("path.filter-area-shape")).to_be_attached()
    assert 0 < everything_agrees(page, f"shape={shape}") < 280
    page.get_by_role("button", name="画范围").click()
    page.keyboard.press("Escape")
    assert state_of(page) == {"shape": shape}


def test_a_shape_and_a_circle_need_no_mouse(page: Page) -> None:
    open_map(page, "?at=13/30.90000/121.93000")
    card = open_facets(page)
    page.get_by_role("button", name="画范围").press("Enter")
    for key in (None, "ArrowRight", "ArrowDown"):
        if key:
            before = page.url
            page.locator(".atlas-map").focus()
            page.keyboard.press(key)
            expect(page).not_to_have_url(before)  # the map has moved and stands
        page.get_by_role("button", name="在地图中心加角点").press("Enter")
    page.get_by_role("button", name="完成").press("Enter")
    settle(page)
    assert len(state_of(page)["shape"].split(";")) == 3
    assert is_focused(page, page.get_by_role("button", name="画范围"))
    card.get_by_label("半径").select_option("2000")
    page.get_by_role("button", name="以地图中心").press("Enter")
    settle(page)
    state = state_of(page)
    assert state["radius"] == "2000"
    expect(page.locator("path.filter-area-near")).to_be_attached()
    found = api(page, f"/api/tasks?near={state['near']}&radius=2000&shape={state['shape']}")["total"]
    expect(page.locator("#facets .facets-found")).to_have_text(f"280 项中的 {found} 项")
    expect(rows(page)).to_have_count(found)


def test_a_stop_leads_to_the_tasks_around_it(page: Page) -> None:
    open_map(page, f"?feature={STOP}&plan=2023")
    page.get_by_role("link", name="附近 1000 米内的任务").click()
    settle(page)
    assert state_of(page) == {"near": STOP, "plan": "2023"}
    total = api(page, f"/api/tasks?near={STOP}&plan=2023")["total"]
    expect(rows(page)).to_have_count(total)
    expect(page.locator("#filter-chips")).to_contain_text("周围 1000 米")


def test_nonsense_in_a_link_is_named_and_left_out(page: Page) -> None:
    open_map(page, "?plan=2023,2099&kind=castle&shape=1,1&near=nowhere&in=community-105&lang=xx")
    assert state_of(page) == {"plan": "2023", "in": "community-105"}
    notices = page.locator(".notice")
    assert {re.sub("[^=]*?([a-z]+=[^ ]+).*", r"\1", words) for words in notices.all_inner_texts()} == {
        "plan=2099", "kind=castle", "shape=1,1", "near=nowhere", "lang=xx",
    }  # fmt: skip
    expect(rows(page)).to_have_count(api(page, "/api/tasks?plan=2023&zone=community-105")["total"])


def test_the_link_is_copied_or_offered_to_copy(page: Page, watch: Watch) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_map(page, "?plan=2023")
    open_facets(page)
    page.get_by_role("button", name="复制链接").click()
    expect(page.locator(".facets-foot")).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.get_by_role("button", name="复制链接").click()
    field = page.get_by_label("当前视图的链接")
    expect(field).to_have_value(page.url)
    assert page.evaluate("getSelection().toString()") == page.url


def test_on_a_phone_the_filter_fills_the_screen_and_gives_it_back(new_page: PageMaker) -> None:
    phone = new_page(**PHONE)
    open_map(phone)
    card = open_facets(phone)
    tick(phone, "scope", "zones")
    assert serious(phone) == []
    sizes = card.locator("label:visible").evaluate_all(
        "nodes => nodes.map((n) => n.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44
    phone.get_by_role("button", name="收起").first.click()
    expect(card).to_be_hidden()
    expect(phone.locator("#filter-chips")).to_contain_text("有落点")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375
