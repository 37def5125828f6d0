"""The search box: typed with the keyboard alone, in any spelling, with the results lit on the map."""

from __future__ import annotations

import re
from typing import Any

import pytest
from atlas_page import expect_selected, heading, is_focused, open_map, rows, settle, state_of, view_of
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LIT = "path.focus-ink:not(.is-faint), .focus-ring:not(.is-faint)"
FAINT = "path.focus-ink.is-faint, .focus-ring.is-faint"


@pytest.fixture(autouse=True)
def questions_given_up(watch: Any) -> None:
    """A question that newer typing overtakes is given up: the browser calls that a failed request."""
    watch.tolerate("request failed: .*/api/search.*ERR_ABORTED")


def box(page: Page, name: str = "搜索") -> Locator:
    return page.get_by_role("combobox", name=name)


def options(page: Page) -> Locator:
    return page.locator("#search-results").get_by_role("option")


def status(page: Page) -> Locator:
    return page.locator("#live")


def find(page: Page, words: str) -> None:
    """Type words and wait for what is found."""
    box(page).fill(words)
    expect(options(page).first).to_be_visible()


def active(page: Page) -> Locator:
    """The option that the box says is looked at."""
    return page.locator(f"[id='{box(page).get_attribute('aria-activedescendant')}']")


def test_slash_leads_to_the_box_from_anywhere_but_from_typing(page: Page) -> None:
    open_map(page)
    page.keyboard.press("/")
    assert is_focused(page, box(page)) and box(page).input_value() == ""
    page.keyboard.type("a/b")
    assert box(page).input_value() == "a/b"
    page.goto("/zones")
    page.keyboard.press("/")
    assert is_focused(page, page.get_by_role("textbox", name="搜索"))


@pytest.mark.parametrize(
    "typed, name, selected",
    [
        ("dsh", "滴水湖", {"zone": "dishui-lake"}),
        ("lgkjc", "临港科技城", {"zone": "tech-city"}),
        ("t1xian", "中运量T1线", {"feature": "t1"}),
        ("臨港科技城", "临港科技城", {"zone": "tech-city"}),
    ],
)
def test_pinyin_arrow_and_enter_open_the_place(
    page: Page, typed: str, name: str, selected: dict[str, str]
) -> None:
    open_map(page)
    page.keyboard.press("/")
    page.keyboard.type(typed)
    expect(options(page).first).to_contain_text(name)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(name)
    expect_selected(page, **selected)


def test_results_stand_in_named_groups_with_counts_and_marks(page: Page) -> None:
    open_map(page)
    find(page, "滴水湖")
    found = page.request.get("/api/search?q=滴水湖&limit=4").json()
    groups = page.get_by_role("listbox").get_by_role("group")
    expect(groups).to_have_count(len(found["groups"]))
    for group, record in zip(groups.all(), found["groups"], strict=True):
        heading_id = group.get_attribute("aria-labelledby")
        expect(page.locator(f"[id='{heading_id}']")).to_contain_text(str(record["count"]))
    expect(options(page).first.locator("mark")).to_have_text("滴水湖")


def test_the_number_of_results_is_announced(page: Page) -> None:
    open_map(page)
    find(page, "滴水湖")
    total = page.request.get("/api/search?q=滴水湖").json()["total"]
    expect(status(page)).to_have_text(re.compile(rf"^{total} 项"))
    assert status(page).get_attribute("role") == "status"


def test_arrows_home_and_end_move_through_all_groups_and_round(page: Page) -> None:
    open_map(page)
    find(page, "滴水湖")
    last = options(page).count() - 1
    keys = ("ArrowDown", "ArrowDown", "End", "ArrowDown", "ArrowUp", "Home")
    for key, wanted in zip(keys, (0, 1, last, 0, last, 0), strict=True):
        box(page).press(key)
        expect(options(page).nth(wanted)).to_have_attribute("aria-selected", "true")
        assert active(page).get_attribute("id") == options(page).nth(wanted).get_attribute("id")
        expect(page.locator("#search-results [aria-selected='true']")).to_have_count(1)


def test_what_is_found_lights_faintly_and_what_is_looked_at_clearly(page: Page) -> None:
    open_map(page)
    find(page, "滴水湖核心")
    expect(page.locator(FAINT).first).to_be_attached()
    expect(page.locator(LIT)).to_have_count(0)
    box(page).press("ArrowDown")
    expect(options(page).first).to_contain_text("滴水湖核心")
    expect(page.locator("path.focus-ink:not(.is-faint)")).to_have_count(1)


def test_a_task_and_a_project_light_their_places(page: Page) -> None:
    open_map(page)
    for words in ("2023-54", "东九"):
        find(page, words)
        box(page).press("ArrowDown")
        expect(page.locator(LIT).first).to_be_attached()
        box(page).press("Escape")
        expect(page.locator(f"{LIT}, {FAINT}")).to_have_count(0)


def test_escape_puts_the_map_back_as_it_was_and_then_empties_the_box(page: Page) -> None:
    open_map(page, "?zone=yangshan")
    before, lit = view_of(page), page.locator(LIT).count()
    find(page, "长兴岛")
    box(page).press("ArrowDown")
    settle(page)
    assert view_of(page) != before, "the island is out of sight, so the map has moved to it"
    box(page).press("Escape")
    settle(page)
    assert view_of(page) == pytest.approx(before, abs=1.5)
    expect(page.locator(LIT)).to_have_count(lit)
    assert state_of(page) == {"zone": "yangshan"}
    assert box(page).input_value() == "长兴岛"
    box(page).press("Escape")
    assert box(page).input_value() == ""


def test_enter_opens_what_is_called_exactly_so(page: Page) -> None:
    open_map(page)
    box(page).fill("105社区")
    box(page).press("Enter")
    expect_selected(page, zone="community-105")


def test_enter_on_unfinished_pinyin_offers_the_first_result_and_opens_it_at_once_more(page: Page) -> None:
    open_map(page)
    box(page).fill("dishuihuhex")
    box(page).press("Enter")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    box(page).press("Enter")
    expect(heading(page)).to_have_text("滴水湖核心")


def test_more_tasks_are_listed_beside_the_map(page: Page) -> None:
    open_map(page)
    find(page, "金融")
    count = page.request.get("/api/tasks?q=金融").json()["total"]
    options(page).filter(has_text=f"看全部 {count} 项").click()
    expect(rows(page)).to_have_count(count)
    assert state_of(page) == {"q": "金融"}


def test_more_of_another_kind_are_on_the_page_of_that_kind(page: Page) -> None:
    open_map(page)
    find(page, "滴水湖")
    page.locator("[aria-labelledby='found-projects']").get_by_role("option").last.click()
    page.wait_for_url("**/search?*kind=projects*")
    count = page.request.get("/api/search?q=滴水湖&kind=projects").json()["total"]
    expect(page.locator(".hits .hit")).to_have_count(count)


def test_nothing_found_says_how_to_search_and_is_announced(page: Page) -> None:
    open_map(page)
    find(page, "没有这样的词")
    expect(options(page)).to_have_count(1)
    expect(options(page)).to_contain_text("首字母")
    expect(status(page)).to_contain_text("没有找到")
    box(page).press("ArrowDown")
    assert box(page).get_attribute("aria-activedescendant") is None


def test_a_word_that_was_ignored_is_shown_and_announced(page: Page) -> None:
    open_map(page)
    find(page, "滴水湖 没有这样的词")
    expect(page.locator("#search-results")).to_contain_text("没有计入： 没有这样的词")
    expect(status(page)).to_contain_text("没有这样的词")


def test_only_the_newest_question_is_answered(page: Page) -> None:
    held: list[Route] = []
    page.route("**/api/search?q=105*", lambda route: held.append(route))
    open_map(page)
    with page.expect_request("**/api/search?q=105*"):
        box(page).fill("105")
    find(page, "滴水湖")
    late = {"type": "zone", "id": "x", "name": "迟到的", "group": "zones"}
    for route in held:
        route.fulfill(json={"q": "105", "results": [late]})
    page.wait_for_timeout(200)  # a late answer would have come by now
    expect(options(page).first).to_contain_text("滴水湖")


def test_in_english(page: Page) -> None:
    open_map(page, "?lang=en")
    box(page, "Search").fill("financial bay")
    expect(options(page).first).to_contain_text("Dishui Lake Financial Bay")
    expect(page.locator("#live")).to_contain_text("results")
    expect(page.locator(".hit-group").first).to_contain_text("Zones")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Dishui Lake Financial Bay")
    assert state_of(page) == {"lang": "en", "zone": "finance-bay"}


def test_on_a_phone_a_tap_opens_a_result(new_page: Any) -> None:
    phone = new_page(**PHONE)
    open_map(phone)
    box(phone).tap()
    box(phone).fill("dsh")
    first = options(phone).first
    expect(first).to_contain_text("滴水湖")
    drawn = first.bounding_box()
    assert drawn and drawn["height"] >= 43.5 and drawn["x"] >= 0 and drawn["x"] + drawn["width"] <= 390
    first.tap()
    expect(heading(phone)).to_have_text("滴水湖")


@pytest.mark.parametrize(
    "words, lang, options_of_page",
    [
        ("滴水湖 没有这样的词", "zh", {}),
        ("没有这样的词", "zh", PHONE),
        ("lake", "en", {"color_scheme": "dark"}),
    ],
)
def test_axe_finds_nothing_in_the_open_list(
    new_page: Any, words: str, lang: str, options_of_page: dict[str, Any]
) -> None:
    page = new_page(**options_of_page)
    open_map(page, f"?lang={lang}")
    box(page, "Search" if lang == "en" else "搜索").fill(words)
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    found = Axe().run(page).response["violations"]
    assert [one for one in found if one["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("address", ["/search?q=滴水湖", "/search?q=lake&lang=en", "/search?q=没有这样的词"])
def test_axe_finds_nothing_on_the_page(new_page: Any, address: str) -> None:
    page = new_page(color_scheme="dark" if "lang=en" in address else "light")
    page.goto(address)
    found = Axe().run(page).response["violations"]
    assert [one for one in found if one["impact"] in ("serious", "critical")] == []


def test_the_bar_of_a_page_searches_without_script(new_page: Any) -> None:
    plain = new_page(java_script_enabled=False)
    plain.goto("/zones")
    plain.get_by_role("textbox", name="搜索").fill("lgkjc")
    plain.keyboard.press("Enter")
    plain.get_by_role("link", name="临港科技城").first.click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("临港科技城")
