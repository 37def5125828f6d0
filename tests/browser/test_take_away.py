"""Taking away from the map: a dossier in one click, refusals in the reader's language, English sentences."""

from __future__ import annotations

import json
from typing import Any

import pytest
from atlas_page import open_map
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

REFUSED = {
    "error": "format 'pdf' is not known",
    "error_zh": "没有“pdf”这种格式。",
    "code": "format",
    "status": 400,
}


def test_a_zone_s_dossier_is_one_click_away(page: Page) -> None:
    open_map(page, "?zone=dishui-lake")
    files = page.locator(".zone-files")
    expect(files.get_by_role("link", name="变化订阅（Atom）")).to_be_visible()
    with page.expect_download() as download:
        files.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename == "dishui-lake.xlsx"


def test_only_the_whole_area_offers_the_dossiers_of_all_zones(page: Page) -> None:
    open_map(page, "?zone=lingang&plan=2023")
    files = page.locator(".zone-files")
    expect(files).to_contain_text("档案含全部任务，不按筛选")
    expect(files.locator("a[href='/dossiers/pdf.zip']")).to_be_visible()


@pytest.mark.parametrize(
    "lang, says", [("zh", "文件没有做成：没有“pdf”这种格式。"), ("en", "format 'pdf' is not known")]
)
def test_a_file_that_is_refused_says_why_in_the_page_s_language(
    page: Page, watch: Any, lang: str, says: str
) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=400, content_type="application/json", body=json.dumps(REFUSED))

    watch.expect("400")
    page.route("**/dossier.pdf*", refuse)
    open_map(page, f"?zone=dishui-lake&lang={lang}")
    page.locator(".zone-files").get_by_role("link", name="PDF").first.click()
    expect(page.get_by_role("alert")).to_contain_text(says)


def test_an_english_reader_gets_a_sentence_beside_the_official_title(page: Page) -> None:
    open_map(page, "?task=2023-110&lang=en")
    expect(page.locator("#panel h2")).to_have_text("强化对外交通辐射")
    expect(page.locator("#panel .task-english")).to_contain_text("S2 Xinyuan South Road interchange")
    open_map(page, "?task=2023-110")
    expect(page.locator("#panel .task-english")).to_have_count(0)
    assert "null" not in page.locator("#panel").inner_text()
