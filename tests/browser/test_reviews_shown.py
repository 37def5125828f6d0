"""Decisions on the panel and on the task page: whose they are, why, and if the text has changed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from atlas_page import heading, open_map, task_ids, task_row
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]

LINGANG = str(Path(sys.executable).with_name("lingang"))
HOSTILE = '<img src=x onerror="document.title=1">'


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`lingang review` and `lingang serve` as a reviewer would call them; the server's own address."""
    workspace = tmp_path_factory.mktemp("reviewer") / "workspace"
    decisions = [
        ("2023-63", "--accept", "yangshan", "随标题，在洋山"),
        ("2023-64", "--reject", "yangshan", f"线上平台{HOSTILE}"),
        ("2023-1", "--add", "finance-bay", "补充的地点"),
        ("2023-65", "--accept", "yangshan", "旧的文字"),
    ]
    for task, option, target, reason in decisions:
        command = [LINGANG, "review", task, option, target, "--author", f"李四{HOSTILE}", "--reason", reason]
        subprocess.run([*command, "--workspace", workspace], check=True, capture_output=True)
    path = workspace / "reviews.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    records[3]["text_sha256"] = "0" * 64  # as if the text had been another one
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    serve = [LINGANG, "serve", "--port", "0", "--workspace", str(workspace)]
    with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", server.stderr.readline())
            assert found, "the server did not say where it listens"
            yield found[0]
        finally:
            server.terminate()


def test_the_panel_says_who_confirmed_a_link_and_why(new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_map(page, "?task=2023-63")
    decision = page.locator("#panel-body .places .review")
    expect(decision).to_contain_text(re.compile(r"人工确认 · 李四.* · \d{4}-\d\d-\d\d · 随标题，在洋山"))
    expect(page.locator("#panel-body .places")).to_contain_text("100")


def test_a_rejected_link_is_struck_through_and_said_to_be_rejected(new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_map(page, "?task=2023-64")
    expect(page.get_by_role("heading", name="人工否定的联系")).to_be_visible()
    gone = page.locator("#panel-body .rejected li")
    expect(gone.locator("s")).to_contain_text("洋山特殊综合保税区")
    assert "line-through" in gone.locator("s").evaluate("node => getComputedStyle(node).textDecorationLine")
    expect(gone.locator(".review")).to_contain_text("人工否定")
    expect(gone.locator(".review")).to_contain_text(HOSTILE)  # as text
    assert page.locator("#panel-body img").count() == 0
    assert page.title() != "1"


def test_zone_lists_follow_the_decisions(new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_map(page, "?zone=yangshan&plan=2023")
    assert "2023-63" in task_ids(page)
    assert "2023-64" not in task_ids(page)
    open_map(page, "?zone=finance-bay&plan=2023")
    expect(task_row(page, "2023-1").locator(".review")).to_contain_text("人工补充")


def test_a_changed_text_is_told_in_words(new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_map(page, "?task=2023-65")
    expect(page.locator("#panel-body .review strong")).to_have_text("原文此后有改动，待复核")
    open_map(page, "?task=2023-63")
    expect(page.locator("#panel-body .review")).to_be_visible()
    expect(page.locator("#panel-body .review strong")).to_have_count(0)


def test_the_panel_tells_it_in_english(new_page: Callable[..., Page]) -> None:
    page = new_page()
    open_map(page, "?task=2023-69&lang=en")
    decision = page.locator("#panel-body .review")
    expect(decision).to_contain_text("Confirmed by a person")
    expect(decision).to_contain_text("means the Yangshan zone")
    open_map(page, "?task=2023-64&lang=en")
    expect(heading(page)).to_be_visible()
    expect(page.get_by_role("heading", name="Links that a person rejected")).to_be_visible()


def test_the_tasks_page_tells_the_same_without_script(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/tasks/2023-64")
    gone = page.locator(".rejected li")
    expect(gone.locator("s")).to_contain_text("洋山特殊综合保税区")
    expect(gone.locator(".review")).to_contain_text("人工否定")
    expect(gone.locator(".review")).to_contain_text(HOSTILE)
    page.goto("/tasks/2023-65")
    expect(page.locator(".review strong")).to_contain_text("原文此后有改动")
