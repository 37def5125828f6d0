"""The targets' pages say what their JSON says, lead to the evidence, and take no harm from hostile text."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from html_of import Page

from layers.atlas import Atlas
from plans.intervals import Interval
from plans.records import Task
from plans.targets import find_targets
from webmap.app import create_app
from webmap.target_words import interval_words, number_words

HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>"
PAGES = ("/targets", "/targets/roads-started", "/targets/grid-projects", "/targets/parking-spaces")
each_page = pytest.mark.parametrize("address", PAGES)
each_language = pytest.mark.parametrize("language", ["zh", "en"])


def open_page(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return Page(answer.text)


def with_texts(atlas: Atlas, texts: dict[str, str]) -> Atlas:
    """The atlas with other texts, and their targets, in some tasks."""
    changed = {}
    for task_id, text in texts.items():
        item = atlas.get_task(task_id)
        targets = tuple(find_targets(text, 2023))
        links = replace(item.links, links=(), unplaced=())
        changed[task_id] = replace(item, task=_task(item.task, text, targets), links=links)
    return replace(atlas, tasks={**atlas.tasks, **changed})


def _task(task: Task, text: str, targets: tuple[Any, ...]) -> Task:
    return replace(task, title=text[:4], text=text, targets=targets, milestones=())


def client_of(atlas: Atlas) -> FlaskClient:
    app: Flask = create_app(atlas=atlas)
    return app.test_client()


def figures_shown(client: FlaskClient, address: str) -> dict[str, str]:
    """The words of every figure that a page marks with its id."""
    marked = re.findall(r'data-figure="([^"]+)">([^<]*)<', client.get(address).text)
    return {figure_id: unescape(words) for figure_id, words in marked}


def as_words(figure: dict[str, Any], language: str) -> str:
    interval = Interval(figure["low"], figure["high"], figure["rounded"])
    return interval_words(interval, figure["unit"], language, growth=figure["op"] == "+%")


# ---- pages ------------------------------------------------------------------------------------------------


@each_language
def test_every_figure_of_the_json_stands_on_the_page_as_it_is_there(
    client: FlaskClient, language: str
) -> None:
    record = client.get("/api/targets").json
    rows = record["indicators"]
    expected = [f for row in rows for f in (*row["figures"], *row["nationwide"])] + record["singles"]
    shown = figures_shown(client, f"/targets?lang={language}")
    assert len(expected) == record["counts"]["figures"] > 100
    assert shown == {figure["id"]: as_words(figure, language) for figure in expected}


@each_language
def test_an_indicators_page_has_its_figures_and_sums(client: FlaskClient, language: str) -> None:
    (row,) = client.get("/api/targets?indicator=financial-institutions-new").json["indicators"]
    page = open_page(client, f"/targets/financial-institutions-new?lang={language}")
    for figure in row["figures"]:
        assert as_words(figure, language) in page.text
        assert figure["words"] in page.text
    total = Interval(**row["sums"][-1]["running"])
    assert interval_words(total, row["unit"], language) in page.text
    assert row["note" if language == "zh" else "note_en"] in page.text


@each_page
@each_language
def test_links_of_the_pages_lead_somewhere(client: FlaskClient, address: str, language: str) -> None:
    links = {link for link in open_page(client, f"{address}?lang={language}").links() if link.startswith("/")}
    assert any(link.startswith("/tasks/") for link in links) or address.endswith("parking-spaces")
    for link in sorted({urlsplit(link)._replace(fragment="").geturl() for link in links}):
        assert client.get(link).status_code == 200, link


@each_page
def test_pages_hold_nothing_inline(client: FlaskClient, address: str) -> None:
    page = open_page(client, address)
    assert page.inline_code == []
    for _, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_the_table_needs_no_script_and_has_a_sheet_of_its_own(client: FlaskClient) -> None:
    page = open_page(client, "/targets")
    assert "/static/css/targets.css" in {link["href"] for link in page.all("link")}
    assert client.get("/static/css/targets.css").status_code == 200
    heads = [attributes for attributes in page.all("th") if attributes.get("scope")]
    assert len(heads) == len(page.all("th"))


def test_a_chart_stands_only_where_two_figures_have_a_date(client: FlaskClient) -> None:
    def charts(address: str) -> list[dict[str, Any]]:
        return [x for x in open_page(client, address).all("svg") if x.get("class") == "chart"]

    (chart,) = charts("/targets/schools-started")
    assert "2020：8所；2023：10所" in chart["aria-label"]
    assert charts("/targets/schools-opened") == charts("/targets") == []


def test_a_figure_for_years_stands_beside_what_work_plans_name(client: FlaskClient) -> None:
    text = open_page(client, "/targets/housing-area?lang=en").text
    assert "about 16 million m² for 2021–2025: work plans so far name about 2 million m²" in text
    assert "no plan at hand for 2021–2022, 2024–2025" in text


def test_an_indicator_without_figures_says_so(client: FlaskClient) -> None:
    assert "no figure of this indicator" in open_page(client, "/targets/parking-spaces?lang=en").text


def test_a_chosen_plan_and_year_are_all_that_is_shown(client: FlaskClient) -> None:
    record = client.get("/api/targets?plan=145&year=2025").json
    shown = [f for row in record["indicators"] for f in row["figures"]] + record["singles"]
    assert shown and {(f["plan"], f["year"]) for f in shown} == {("145", 2025)}
    assert record["filter"] == {"plan": "145", "year": "2025"}
    assert set(figures_shown(client, "/targets?plan=145&year=2025")) == {f["id"] for f in shown}


# ---- refusals ---------------------------------------------------------------------------------------------


def test_an_unknown_indicator_is_404_with_the_nearest(client: FlaskClient) -> None:
    answer = client.get("/targets/school-started")
    assert answer.status_code == 404
    assert "/targets/schools-started" in Page(answer.text).links()
    answer = client.get("/api/targets?indicator=school-started")
    assert (answer.status_code, answer.json["nearest"]) == (404, "schools-started")


@pytest.mark.parametrize(
    "query, status, says",
    [("year=20x3", 400, "use one of: 2020"), ("year=1999", 400, "1999"), ("plan=2032", 404, "2023")],
)
def test_programs_are_refused_a_year_or_plan_that_is_none(
    client: FlaskClient, query: str, status: int, says: str
) -> None:
    answer = client.get(f"/api/targets?{query}")
    assert answer.status_code == status
    assert says in answer.json["error"]


def _own(page: Page) -> list[str]:
    """The links of a page but for those that lead to itself in another language."""
    return [link for link in page.links() if not link.startswith("?")]


@each_language
def test_a_nonsense_filter_is_left_out_and_told(client: FlaskClient, language: str) -> None:
    answer = client.get(f"/targets?plan=2032&year=2020&lang={language}")
    page, kept = Page(answer.text), Page(client.get(f"/targets?year=2020&lang={language}").text)
    assert answer.status_code == 200 and "plan=2032" in page.text and "year=2020" not in page.text
    assert _own(page) == _own(kept)
    assert "year=20x3" in Page(client.get(f"/targets?year=20x3&lang={language}").text).text


@each_language
def test_hostile_words_of_a_plan_stay_words(atlas: Atlas, language: str) -> None:
    told = with_texts(atlas, {"2023-90": f"建学校。年内开工学校{HOSTILE}10所；新增{HOSTILE}书报亭30个。"})
    client = client_of(told)
    for address in ("/targets", "/targets/schools-started"):
        answer = client.get(f"{address}?lang={language}")
        page = Page(answer.text)
        assert "<img src=x" not in answer.text
        assert page.inline_code == []
        assert "onerror=alert(2)" in page.text
        assert not [1 for _, attributes in page.elements if "onerror" in attributes]


@each_language
def test_a_conflict_is_said_in_words_with_both_sides(atlas: Atlas, language: str) -> None:
    told = with_texts(
        atlas, {"2023-90": "出行。绿色出行比例为80%。", "2023-91": "又出行。绿色出行比例为60%。"}
    )
    client = client_of(told)
    (conflict,) = client.get("/api/targets").json["conflicts"]
    assert (conflict["kind"], conflict["indicator"]) == ("disjoint", "green-travel")
    for address in ("/targets", "/targets/green-travel"):
        page = open_page(client, f"{address}?lang={language}")
        assert all(words in page.text for words in ("80%", "60%", "绿色出行比例为80%", "绿色出行比例为60%"))
        sentence = {"zh": "2023 年有两个数", "en": "for 2023 there are two figures"}[language]
        assert sentence in page.text


def test_a_total_and_its_parts_are_shown_with_their_words(atlas: Atlas) -> None:
    client = client_of(with_texts(atlas, {"2023-90": "建学校。开工学校11所：中学3所、小学5所。"}))
    text = open_page(client, "/targets?lang=en").text
    assert "11 schools, differs from the sum of the parts named behind it, 8 schools" in text
    assert "「中学3所、小学5所」" in text


# ---- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, zh, en",
    [
        (8, "8", "8"),
        (1133, "1133", "1,133"),
        (20_000, "2万", "20,000"),
        (123_457, "123457", "123,457"),
        (16_000_000, "1600万", "16 million"),
        (175_500_000_000, "1755亿", "175.5 billion"),
        (0.5, "0.5", "0.5"),
    ],
)
def test_a_number_is_shortened_only_where_nothing_is_lost(value: float, zh: str, en: str) -> None:
    assert (number_words(value, "zh"), number_words(value, "en")) == (zh, en)


@pytest.mark.parametrize(
    "interval, zh, en",
    [
        (Interval(5, None), "≥ 5公里", "≥ 5 km"),
        (Interval(None, 5), "≤ 5公里", "≤ 5 km"),
        (Interval(3, 5), "3–5公里", "3–5 km"),
        (Interval(5, 5, rounded=True), "约5公里", "about 5 km"),
        (Interval(None, None), "–", "–"),
    ],
)
def test_an_interval_in_words(interval: Interval, zh: str, en: str) -> None:
    assert interval_words(interval, "公里", "zh") == zh
    assert interval_words(interval, "公里", "en") == en
