"""The official text of a task: marked, whole and harmless in page and interface; or how to add it."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from html_of import Page
from hypothesis import given
from hypothesis import strategies as st

from layers.atlas import Atlas, load_atlas
from layers.built_in import read_built_in
from layers.intake import Given, Source
from layers.official import MARKS, find_marks, segment
from layers.workspace import Workspace
from webmap.app import Config, create_app

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{7*7}}"
OWN = """临港新片区2031年工作要点

一、建设

（一）交通

1. 建成示范线。T1示范线6月底前开通，沿线在105社区增设站点不少于5个。

2. 开工学校。年内开工建设滴水湖核心片区学校，力争引进3-5家企业。

责任编辑：某某

"""
MARK = re.compile('(<mark class="[a-z ]*">.*?</mark>)', re.DOTALL)
spans = st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40), st.sampled_from(MARKS)), max_size=12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a plan of its own, the document of 2020, and one in which mark-up is written."""
    workspace, built_in = Workspace(tmp_path_factory.mktemp("workspace")), read_built_in()
    workspace.add(Source("要点.txt", OWN.encode()), built_in)
    lines, path = ["2020年工作要点", ""], ()
    for task in built_in.tasks["2020"]:
        if task.path != path:
            lines += [line for at, line in enumerate(task.path) if task.path[: at + 1] != path[: at + 1]]
            path = task.path
        lines.append(f"{task.number}. {task.title}。在105社区年内开工建设，新增不少于3家企业。")
    workspace.add(Source("2020.txt", "\n\n".join(lines).encode()), built_in)
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;")
    paragraphs = (f"一、{escaped}", f"1. 甲{escaped}。在105社区{escaped}年内开工。", f"2. 乙{escaped}。")
    body = f"<h1>{escaped}</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = f"<html><head><title>x</title></head><body>{body}</body></html>"
    workspace.add(Source(f"{HOSTILE}.html", page.encode()), built_in, Given("hostile", 2031))
    return workspace.path


@pytest.fixture(scope="module")
def joined(folder: Path) -> Atlas:
    return load_atlas(workspace=folder)


@pytest.fixture(scope="module")
def own_client(joined: Atlas) -> FlaskClient:
    application = create_app(atlas=joined)
    application.testing = False
    return application.test_client()


def official_paragraph(html: str) -> str:
    found = re.search('<p class="reading official"[^>]*>(.*?)</p>', html, re.DOTALL)
    assert found
    return found[1]


# ---- marks ------------------------------------------------------------------------------------------------


@given(text=st.text(max_size=30), marks=spans)
def test_the_pieces_of_a_marked_text_are_the_text(text: str, marks: list[tuple[int, int, str]]) -> None:
    pieces = segment(text, marks)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


@given(text=st.text(max_size=30), marks=spans)
def test_a_piece_bears_exactly_the_marks_that_it_lies_in(
    text: str, marks: list[tuple[int, int, str]]
) -> None:
    position = 0
    for piece, kinds in segment(text, marks):
        for at in range(position, position + len(piece)):
            assert set(kinds) == {kind for start, end, kind in marks if start <= at < end}
        assert list(kinds) == [kind for kind in MARKS if kind in kinds]
        position += len(piece)


# ---- pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task_id", ["2031-1", "2031-2", "2020-1", "2020-36", "hostile-1"])
def test_the_official_text_is_whole_and_marked(own_client: FlaskClient, joined: Atlas, task_id: str) -> None:
    official = joined.get_task(task_id).official
    assert official is not None
    paragraph = official_paragraph(own_client.get(f"/tasks/{task_id}").text)
    assert Page(paragraph).text == official.text
    position, marked = 0, {kind: set[int]() for kind in MARKS}
    for part in MARK.split(paragraph):
        length = len(Page(part).text)
        for kind in Page(part).all("mark")[0]["class"].split() if part.startswith("<mark") else ():
            marked[kind] |= set(range(position, position + length))
        position += length
    wanted = {kind: set[int]() for kind in MARKS}
    for start, end, kind in find_marks(official):
        wanted[kind] |= set(range(start, end))
    assert marked == wanted
    assert max(marked["title"]) == len(official.title) - 1


def test_places_milestones_and_targets_are_all_marked(own_client: FlaskClient) -> None:
    paragraph = official_paragraph(own_client.get("/tasks/2031-1").text)
    classes = " ".join(mark["class"] for mark in Page(paragraph).all("mark"))
    assert {"title", "placed", "milestone", "target"} <= set(classes.split())


def test_every_mark_is_explained_in_words(own_client: FlaskClient) -> None:
    for query, words in (
        ("", ["标题", "地点", "节点", "指标"]),
        ("?lang=en", ["Title", "Place", "Milestone", "Target"]),
    ):
        html = own_client.get(f"/tasks/2031-1{query}").text
        legend = re.search('<p class="marks-legend.*?</p>', html, re.DOTALL)
        assert legend and all(word in Page(legend[0]).text for word in words)


def test_marks_differ_in_more_than_colour() -> None:
    css = (Path(__file__).resolve().parents[2] / "webmap/static/css/frame.css").read_text(encoding="utf-8")
    rules = dict(re.findall(r"\.official mark\.(\w+) \{ (.*?) \}", css))
    lines = [re.sub(r"var\(.*?\)", "", rules[kind]) for kind in MARKS]
    assert len(set(lines)) == len(MARKS)


def test_the_document_is_named_with_its_digest(own_client: FlaskClient, joined: Atlas) -> None:
    official = joined.get_task("2020-1").official
    assert official is not None
    text = Page(own_client.get("/tasks/2020-1").text).text
    assert "2020.txt" in text and official.sha256 in text


def test_a_built_in_task_keeps_its_summary_beside_the_official_text(
    own_client: FlaskClient, joined: Atlas
) -> None:
    text = Page(own_client.get("/tasks/2020-1").text).text
    assert joined.get_task("2020-1").task.body in text
    assert "在105社区年内开工建设" in text


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_without_the_document_the_page_says_how_to_add_it(
    client: FlaskClient, atlas: Atlas, query: str
) -> None:
    for address, plan_id in (("/tasks/2023-140", "2023"), ("/plans/2020", "2020")):
        text = Page(client.get(address + query).text).text
        plan = atlas.plans[plan_id]
        assert "lingang import plan.txt" in text
        assert (plan.title_en if query else plan.title) in text


def test_a_plans_page_shows_its_coverage_and_how_it_was_read(own_client: FlaskClient, joined: Atlas) -> None:
    stored = joined.documents["2031"]
    text = Page(own_client.get("/plans/2031").text).text
    assert "临港新片区2031年工作要点" in text and "要点.txt" in text and stored.sha256 in text
    assert (
        f"读入 {stored.characters} 字，用到 {stored.characters_used} 字，略去 {stored.characters_left_out} 字"
        in text
    )
    assert "责任编辑：某某" in text
    assert all(task.title in text for task in stored.tasks)
    assert "built-in method" not in text
    assert "正文之前" in text  # why something was left out


def test_faults_of_a_document_are_listed_with_their_lines(own_client: FlaskClient, tmp_path: Path) -> None:
    gap = OWN.replace("2. 开工学校", "4. 开工学校")
    Workspace(tmp_path).add(Source("gap.txt", gap.encode()), read_built_in())
    atlas = load_atlas(workspace=tmp_path)
    ((line, what),) = atlas.documents["2031"].faults
    text = Page(create_app(atlas=atlas).test_client().get("/plans/2031").text).text
    assert f"第 {line} 行" in text and what in text


@pytest.mark.parametrize(
    "address", ["/plans", "/plans/hostile", "/tasks/hostile-1", "/tasks?plan=hostile", "/", "/plans/2031"]
)
def test_hostile_words_of_a_document_never_run(own_client: FlaskClient, address: str) -> None:
    answer = own_client.get(address)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.inline_code == []
    assert all(not {"onerror", "onload", "onclick"} & set(attributes) for _, attributes in page.elements)
    assert {"src": "x"} not in page.all("img")


def test_hostile_words_are_shown_as_they_were_written(own_client: FlaskClient) -> None:
    assert "<script>alert(1)</script>" in Page(own_client.get("/tasks/hostile-1").text).text
    assert HOSTILE in Page(own_client.get("/plans/hostile").text).text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_an_imported_plan_opens(own_client: FlaskClient, joined: Atlas, language: str) -> None:
    for address in (
        "/",
        "/plans",
        "/plans/2031",
        "/tasks/2031-1",
        "/zones/community-105",
        "/tasks",
    ):
        assert own_client.get(address, query_string={"lang": language}).status_code == 200, address


def test_a_plan_without_a_year_opens_too(tmp_path: Path) -> None:
    Workspace(tmp_path).add(
        Source("harbour.txt", "1. 建公园。年内建成。\n\n2. 建学校。\n".encode()), read_built_in()
    )
    atlas = load_atlas(workspace=tmp_path)
    assert atlas.plans["harbour"].year is None
    client = create_app(atlas=atlas).test_client()
    for address in ("/plans", "/plans/harbour", "/tasks/harbour-1", "/api/plans"):
        assert client.get(address).status_code == 200, address


# ---- the interface ----------------------------------------------------------------------------------------


def test_the_interface_gives_the_official_text_with_all_offsets(
    own_client: FlaskClient, joined: Atlas
) -> None:
    answer = own_client.get("/api/tasks/2020-1").json
    official = answer["official"]
    assert official["text"].startswith(answer["title"])
    assert (official["document"], official["sha256"]) == ("2020.txt", joined.documents["2020"].sha256)
    assert official["milestones"] and official["targets"]
    for link in official["links"]:
        assert all(official["text"][start:end] == words for start, end, words in link["evidence"])
    assert [tuple(mark) for mark in official["marks"]] == find_marks(joined.get_task("2020-1").official)


def test_without_a_document_the_interface_says_null(client: FlaskClient) -> None:
    assert client.get("/api/tasks/2023-140").json["official"] is None


def test_plans_in_the_interface_include_the_imported_ones(
    own_client: FlaskClient, client: FlaskClient
) -> None:
    rows = {plan["id"]: plan for plan in own_client.get("/api/plans").json["plans"]}
    assert rows["2031"]["tasks"] == 2
    assert (
        rows["2031"]["document"]["characters"]
        == rows["2031"]["document"]["characters_used"] + (rows["2031"]["document"]["characters_left_out"])
    )
    assert rows["2020"]["official"] == 36
    assert all(plan["document"] is None for plan in client.get("/api/plans").json["plans"])


def test_the_application_reads_the_workspace_it_is_given(folder: Path, client: FlaskClient) -> None:
    served = create_app(Config(workspace=folder)).test_client()
    assert served.get("/tasks/2031-1").status_code == 200
    assert "2031" in served.get("/healthz").json["plans"]
    assert client.get("/tasks/2031-1").status_code == 404
