"""A planner's own document, from the command line to the clicked task: import, serve, read, see why."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from atlas_page import heading, open_map, task_row
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]

LINGANG = str(Path(sys.executable).with_name("lingang"))
PLAN = """临港新片区2031年工作要点

一、建设

（一）交通

1. 建成示范线。T1示范线6月底前开通，沿线在105社区增设站点不少于5个。

2. 开工学校。年内在泥城镇开工建设一所学校。
"""


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`lingang import` and `lingang serve` as a planner would call them; the server's own address."""
    folder = tmp_path_factory.mktemp("planner")
    document, workspace = folder / "要点.txt", folder / "workspace"
    document.write_text(PLAN, encoding="gb18030")
    subprocess.run([LINGANG, "import", document, "--workspace", workspace], check=True, capture_output=True)
    command = [LINGANG, "serve", "--port", "0", "--workspace", workspace]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", server.stderr.readline())
            assert found, "the server did not say where it listens"
            yield found[0]
        finally:
            server.terminate()


def test_an_imported_plan_is_listed_beside_the_built_in_ones(new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_map(page)
    expect(page.locator("#overview").get_by_role("link", name="2031")).to_be_visible()


def test_its_task_shows_the_official_text_marked(new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_map(page, "?zone=community-105&plan=2031")
    row = task_row(page, "2031-1")
    expect(row).to_contain_text("落在本区")
    row.get_by_role("link").first.click()
    expect(heading(page)).to_have_text("建成示范线")
    official = page.locator("#panel-body p.reading.official")
    expect(official).to_contain_text("T1示范线6月底前开通")
    expect(official.locator("mark", has_text="105社区").first).to_be_visible()
    expect(page.locator("#panel-body")).to_contain_text("要点.txt")


def test_the_plan_page_shows_the_document_and_its_digest(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/plans/2031")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2031")
    expect(page.locator(".digest")).to_have_text(re.compile("^[0-9a-f]{64}$"))


def test_a_task_without_its_document_says_how_to_add_it(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/tasks/2023-54")
    expect(page.get_by_text("lingang import").first).to_be_visible()
