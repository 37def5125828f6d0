"""The time control and two plans beside each other: map, panel, address, page and interface agree."""

from __future__ import annotations

import re
from typing import Any

import pytest
from atlas_page import heading, is_focused, open_map, rows, settle, state_of, task_ids
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PAIR = "2020,2023"
_LABELS_JS = """() => [...document.querySelectorAll('.label-zone')].filter((node) => node.isConnected)
  .map((node) => [node.dataset.id, [...node.querySelectorAll('.label-count > [aria-hidden]')]
    .map((part) => Number(part.textContent)), node.querySelector('.label-count').textContent])"""
_FILLS_JS = """() => [...document.querySelectorAll('path.zone')].map((node) => [
  node.getAttribute('class').match(/zid-([a-z0-9-]+)/)[1],
  (node.getAttribute('class').match(/more-([a-z]+)/) || [])[1], getComputedStyle(node).fill])"""


def api(page: Page, address: str) -> Any:
    return page.request.get(address).json()


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile("时段|Period"))


def choose_unit(page: Page, name: str) -> None:
    page.locator("#time").get_by_role("radio", name=name, exact=True).check()
    settle(page)


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    bad = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in bad]


def agree_on_due(page: Page, query: str) -> None:
    """Panel, legend, zone labels and the card's words give what the interface gives under `query`."""
    total = api(page, f"/api/tasks?{query}")["total"]
    milestones = api(page, f"/api/dues?{query}")["milestones"]
    expect(page.locator("#time .time-now")).to_contain_text(f"{total} 项任务、{milestones} 个节点")
    expect(rows(page)).to_have_count(total)
    assert set(task_ids(page)) == {task["id"] for task in api(page, f"/api/tasks?{query}")["tasks"]}
    counts = {zone["id"]: zone["tasks"]["total"] for zone in api(page, f"/api/zones?{query}")["zones"]}
    expect(page.locator(".legend [data-count='dishui-core']")).to_have_text(str(counts["dishui-core"]))
    labels = page.evaluate(_LABELS_JS)
    assert labels
    assert [(i, text) for i, _, text in labels] == [(i, str(counts[i])) for i, _, _ in labels]


# ---- time --------------------------------------------------------------------------------------------------


def test_the_time_control_by_keyboard_filters_everything_alike(page: Page) -> None:
    open_map(page)
    expect(page.locator("#time")).to_be_hidden()
    page.locator("#tool-time").focus()
    page.keyboard.press("Enter")
    assert is_focused(page, page.locator("#time").get_by_role("radio", name="不限"))
    for _ in range(3):  # year, half, quarter
        page.keyboard.press("ArrowRight")
        settle(page)
    assert state_of(page) == {"due": "2023-Q1"}  # the beginning of the year that came before
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert state_of(page) == {"due": "2023-Q2"}
    assert is_focused(page, slider(page))
    expect(slider(page)).to_have_attribute("aria-valuetext", "2023年第2季度")
    agree_on_due(page, "due=2023-Q2")
    page.keyboard.press("Home")
    settle(page)
    assert state_of(page) == {"due": "2020-Q1"}
    agree_on_due(page, "due=2020-Q1")
    page.keyboard.press("Escape")
    expect(page.locator("#time")).to_be_hidden()
    assert is_focused(page, page.locator("#tool-time"))
    assert state_of(page) == {"due": "2020-Q1"}


@pytest.mark.parametrize(
    "query", ["due=2020-H1", "due=2023&implied=1", "due=2020-09", "due=2023-Q2&plan=2023"]
)
def test_a_link_to_a_period_shows_it(page: Page, query: str) -> None:
    open_map(page, f"?{query}")
    agree_on_due(page, query)
    expect(page.locator("#time-implied")).to_be_checked(checked="implied" in query)


def test_the_plan_s_last_year_counts_once_it_is_switched_on(page: Page) -> None:
    open_map(page, "?due=2025")
    expect(rows(page)).to_have_count(0)
    page.get_by_label("含规划末年").check()
    settle(page)
    assert state_of(page) == {"due": "2025", "implied": "1"}
    assert api(page, "/api/tasks?due=2025&implied=1")["total"] > 0
    agree_on_due(page, "due=2025&implied=1")


def test_another_length_keeps_the_time_and_no_length_shows_everything(page: Page) -> None:
    open_map(page, "?due=2020-Q3&zone=dishui-core")
    choose_unit(page, "半年")
    assert state_of(page) == {"due": "2020-H2", "zone": "dishui-core"}
    choose_unit(page, "月")
    assert state_of(page)["due"] == "2020-07"
    page.get_by_role("button", name="后一个时段").click()
    settle(page)
    assert state_of(page)["due"] == "2020-08"
    choose_unit(page, "不限")
    assert state_of(page) == {"zone": "dishui-core"}
    expect(slider(page)).to_be_hidden()
    page.go_back()
    settle(page)
    assert state_of(page)["due"] == "2020-08"
    expect(slider(page)).to_have_attribute("aria-valuetext", "2020年8月")


def test_a_closed_card_stays_closed_while_one_reads_on(page: Page) -> None:
    open_map(page, "?due=2020-H1")
    page.locator("#time").get_by_role("button", name="收起").click()
    rows(page).first.locator("a.row-title").click()
    settle(page)
    assert state_of(page)["due"] == "2020-H1"
    expect(page.locator("#time")).to_be_hidden()


def test_a_bar_chooses_its_quarter_and_the_table_says_the_same(page: Page) -> None:
    open_map(page)
    page.locator("#tool-time").click()
    page.locator('.time-hit[data-due="2020-Q2"]').click()
    settle(page)
    assert state_of(page) == {"due": "2020-Q2"}
    page.locator("#time summary").click()
    for quarter in api(page, "/api/dues")["quarters"]:
        cells = page.locator(f'.time-table tr[data-due="{quarter["due"]}"] td')
        expect(cells).to_have_text([str(quarter[key]) for key in ("within", "wider", "meeting")])


@pytest.mark.parametrize("due", ["2023-Q9", "soon", "1066", "2023-02-30", "<b>2023</b>"])
def test_a_due_that_is_none_is_ignored_and_told(page: Page, due: str) -> None:
    open_map(page, f"?due={due}&plan=2020")
    expect(page.locator(".notice")).to_contain_text(f"due={due}")
    assert state_of(page) == {"plan": "2020"}
    expect(rows(page)).to_have_count(api(page, "/api/tasks?plan=2020")["total"])
    page.get_by_role("button", name="知道了").click()
    expect(page.locator(".notice")).to_have_count(0)


# ---- two plans ---------------------------------------------------------------------------------------------


def listed(scope: Page | Locator, css: str, attribute: str) -> list[str]:
    read = "(nodes, name) => nodes.map((node) => node.getAttribute(name))"
    found: list[str] = scope.locator(css).evaluate_all(read, attribute)
    return found


def zone_rows(page: Page) -> dict[str, list[str]]:
    """The two figures of every zone that a list of zones tells, by its id."""
    read = "(rows) => rows.map((row) => [row.dataset.zone, [...row.cells].map((cell) => cell.textContent)])"
    rows: list[Any] = page.locator("tr[data-zone]").evaluate_all(read)
    return {zone: cells[1:3] for zone, cells in rows}


def agree_on_comparison(page: Page, pair: str, filters: str = "") -> None:
    """Labels, fills, legend and panel of the map give what the interface and the plain page give."""
    found = api(page, f"/api/compare?plans={pair}{filters}")
    counts = {zone["id"]: zone["counts"] for zone in found["zones"]}
    labels = page.evaluate(_LABELS_JS)
    assert labels
    assert [(i, pair) for i, pair, _ in labels] == [(i, counts[i]) for i, _, _ in labels]
    more = {zone["id"]: zone["more"] for zone in found["zones"]}
    fills = page.evaluate(_FILLS_JS)
    assert fills
    for zone, shown, fill in fills:
        assert shown == more[zone]
        assert (f"more-{shown}" in fill) is (shown != "none")
    first, second = counts["dishui-core"]
    expect(page.locator(".legend [data-count='dishui-core']")).to_have_text(f"{first} | {second}")
    panel = page.locator("#panel-body")
    assert listed(panel, "[data-kind]", "data-kind") == [kind["kind"] for kind in found["kinds"]]
    assert listed(panel, "[data-project]", "data-project") == [d["project"] for d in found["differences"]]
    for where in ("first", "second", "both"):
        named = [zone["id"] for zone in found["zones"] if zone["named"] == where]
        assert listed(panel, f"[data-named={where}] tr[data-zone]", "data-zone") == named
    plain = page.context.new_page()
    plain.goto(f"/compare?plans={pair}{filters}")
    for css, attribute in (("[data-kind]", "data-kind"), ("[data-project]", "data-project")):
        assert listed(plain, css, attribute) == listed(panel, css, attribute)
    numbers = {zone: [str(n) for n in pair] for zone, pair in counts.items() if pair != [0, 0]}
    assert zone_rows(plain) == zone_rows(page) == numbers
    plain.close()


@pytest.mark.parametrize("filters", ["", "&due=2020-H1", "&stage=start&due=2023&implied=1"])
@pytest.mark.parametrize("pair", [PAIR, "145,2023"])
def test_map_panel_page_and_interface_tell_the_same(page: Page, pair: str, filters: str) -> None:
    open_map(page, f"?compare={pair}{filters}")
    agree_on_comparison(page, pair, filters)


def test_the_button_compares_and_the_choice_of_plans_changes_the_pair(page: Page) -> None:
    open_map(page, "?zone=dishui-core")
    page.get_by_role("button", name="对比", exact=True).click()
    settle(page)
    assert state_of(page) == {"compare": PAIR}
    assert is_focused(page, heading(page))
    page.get_by_label("第一份规划").select_option("145")
    settle(page)
    assert state_of(page) == {"compare": "145,2023"}
    agree_on_comparison(page, "145,2023")
    page.get_by_role("button", name="结束对比").click()
    settle(page)
    assert state_of(page) == {}
    expect(page.locator(".is-comparing, .label-count.is-pair")).to_have_count(0)
    counts = {zone["id"]: zone["tasks"]["total"] for zone in api(page, "/api/zones")["zones"]}
    assert all(text == str(counts[i]) for i, _, text in page.evaluate(_LABELS_JS))
    page.go_back()
    settle(page)
    agree_on_comparison(page, "145,2023")


def test_a_difference_is_a_click_away_and_lit(page: Page) -> None:
    open_map(page, f"?compare={PAIR}")
    row = page.locator('[data-kind="advanced"] [data-project="west-island"]')
    said = row.locator("p").inner_text()
    row.get_by_role("link").click()
    settle(page)
    assert state_of(page) == {"compare": PAIR, "diff": "west-island"}
    expect(page.locator("path.focus-ink")).to_have_count(1)
    expect(page.locator("#panel-body")).to_contain_text(said)
    page.locator("#panel-body").get_by_role("link", name=re.compile("^2023-54 ")).click()
    settle(page)
    assert state_of(page) == {"compare": PAIR, "task": "2023-54"}
    expect(page.locator("path.focus-ink, .focus-ring").first).to_be_attached()
    page.get_by_role("link", name="回到对比").click()
    settle(page)
    assert state_of(page) == {"compare": PAIR}


def test_a_zone_lists_the_tasks_of_the_two_plans_and_its_label_their_numbers(page: Page) -> None:
    open_map(page, f"?compare={PAIR}&zone=dishui-core")
    found = api(page, f"/api/zones/dishui-core/tasks?plan={PAIR}")
    assert set(task_ids(page)) == {task["id"] for task in [*found["tasks"], *found["passing"]]}
    assert {task["plan"] for task in found["tasks"]} == set(PAIR.split(","))
    zones = api(page, f"/api/compare?plans={PAIR}")["zones"]
    counts = next(zone["counts"] for zone in zones if zone["id"] == "dishui-core")
    assert sum(counts) == found["counts"]["total"]
    label = page.locator('button.label[data-id="dishui-core"]')
    expect(label).to_have_accessible_name(re.compile(f"2020：{counts[0]} 项；2023：{counts[1]} 项"))


@pytest.mark.parametrize("pair", ["2020", "2020,2020", "2020,2032", "x,y", "2020,2023,145"])
def test_a_pair_that_is_none_is_ignored_and_told(page: Page, pair: str) -> None:
    open_map(page, f"?compare={pair}&plan=2020")
    expect(page.locator(".notice")).to_contain_text(f"compare={pair}")
    assert state_of(page) == {"plan": "2020"}
    expect(page.locator(".is-comparing")).to_have_count(0)


def test_the_zones_keep_their_stripes_when_the_legend_hides_and_shows_them(page: Page) -> None:
    open_map(page, f"?compare={PAIR}")
    before = sorted(page.evaluate(_FILLS_JS))
    switch = page.locator('input[data-layer="zones"]')
    switch.uncheck()
    switch.check()
    assert sorted(page.evaluate(_FILLS_JS)) == before


def test_english_says_it_in_english(page: Page) -> None:
    open_map(page, f"?compare={PAIR}&due=2020-H1&lang=en")
    expect(heading(page)).to_have_text("Work plan 2020 and Work plan 2023")
    told = api(page, f"/api/compare?plans={PAIR}&due=2020-H1")["differences"]
    expect(page.locator("[data-project] p")).to_have_text([one["en"] for one in told])
    expect(page.locator("#time .time-now")).to_contain_text("First half of 2020:")
    page.get_by_role("link", name="中文").click()
    settle(page)
    assert state_of(page) == {"compare": PAIR, "due": "2020-H1", "lang": "zh"}
    expect(heading(page)).to_have_text("2020 工作要点 与 2023 工作要点")


# ---- everyone ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query, scheme",
    [
        (f"?compare={PAIR}&due=2020-H1", "light"),
        (f"?compare={PAIR}&diff=west-island", "dark"),
        ("?due=nonsense", "light"),
        ("?due=2023-Q4", "dark"),
    ],
)
def test_nothing_serious_is_found_by_axe(new_page: Any, scheme: str, query: str) -> None:
    page = new_page(color_scheme=scheme)
    open_map(page, query)
    if page.locator("#time").is_visible():
        page.locator("#time summary").click()
    assert serious(page) == []


def test_nothing_serious_is_found_on_the_plain_page(new_page: Any) -> None:
    found = {}
    for scheme, address in (
        ("light", f"/compare?plans={PAIR}&stage=start"),
        ("light", "/compare?plans=2020"),
        ("dark", f"/compare?plans={PAIR}&stage=start&lang=en"),
    ):
        page = new_page(color_scheme=scheme)
        page.goto(address)
        if bad := serious(page):
            found[address] = bad
    assert found == {}


def test_the_page_needs_no_script(new_page: Any) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/compare?plans=145,2023")
    page.get_by_label("第一份规划").select_option("2020")
    page.get_by_role("button", name="对比").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2020")
    expect(page.locator('[data-project="west-island"]').first).to_be_visible()


def test_both_work_on_a_phone(new_page: Any) -> None:
    page = new_page(**PHONE)
    open_map(page)
    page.locator("#tool-time").tap()
    expect(page.locator("#time")).to_be_visible()
    for part in page.locator("#time .time-unit, #time .time-step:visible, .map-ask button:visible").all():
        box = part.bounding_box()
        assert box and box["height"] >= 44, part.inner_text()
    page.locator("#time .time-unit", has_text="半年").tap()
    settle(page)
    assert state_of(page) == {"due": "2023-H2"}
    assert serious(page) == []
    page.locator("#tool-time").tap()
    expect(page.locator("#time")).to_be_hidden()
    page.locator("#tool-compare").tap()
    settle(page)
    assert state_of(page) == {"compare": PAIR, "due": "2023-H2"}
    assert page.evaluate("document.querySelector('#panel-body').scrollWidth") <= 390
    assert serious(page) == []
    page.goto(f"/compare?plans={PAIR}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
