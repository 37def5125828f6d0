"""Everything on the map stands in a table: sorted, in pages, under the filter, with and without script."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from html_of import Page

from layers.atlas import Atlas
from layers.projects import load_projects
from layers.table import text_key
from layers.targets import read_targets
from plans.records import STAGES
from webmap.table_columns import TABLES
from webmap.table_pages import TITLES

each_table = pytest.mark.parametrize("layer", TABLES)
each_language = pytest.mark.parametrize("language", ["zh", "en"])


def record(client: FlaskClient, layer: str, query: str = "") -> dict[str, object]:
    answer = client.get(f"/api/table/{layer}?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def all_ids(client: FlaskClient, layer: str, query: str = "") -> list[str]:
    first = client.get(f"/api/table/{layer}?size=100&{query}").json
    pages = [first] + [
        client.get(f"/api/table/{layer}?size=100&page={n}&{query}").json for n in range(2, first["pages"] + 1)
    ]
    return [row["id"] for page in pages for row in page["rows"]]


def column(client: FlaskClient, layer: str, key: str, query: str = "") -> list[str]:
    page = client.get(f"/api/table/{layer}?size=100&{query}").json
    at = [c["key"] for c in page["columns"]].index(key)
    return [row["cells"][at] for row in page["rows"]]


def test_every_thing_of_the_atlas_is_in_its_table(client: FlaskClient, atlas: Atlas) -> None:
    stops = [f.id for f in atlas.files["transit"] if f.properties["kind"] == "stop"]
    expected = {
        "tasks": list(atlas.tasks),
        "zones": atlas.zones.ids(),
        "projects": list(load_projects(atlas).views),
        "milestones": [
            f"{i}#m{n + 1}" for i, t in atlas.tasks.items() for n in range(len(t.task.milestones))
        ],
        "targets": [figure.id for figure in read_targets(atlas).cascade.figures],
        "stops": stops,
        "lines": [f.id for f in atlas.files["transit"] if f.id not in stops],
        **{kind: [f.id for f in atlas.files[kind]] for kind in ("sites", "schools", "hospitals")},
    }
    assert expected.keys() == TABLES.keys() == TITLES.keys()
    for layer, ids in expected.items():
        assert sorted(all_ids(client, layer)) == sorted(ids)


@each_table
@each_language
def test_every_column_sorts_both_ways_and_loses_no_row(
    client: FlaskClient, layer: str, language: str
) -> None:
    ids = sorted(all_ids(client, layer))
    for found in TABLES[layer].columns:
        up = all_ids(client, layer, f"lang={language}&sort={found.key}")
        down = all_ids(client, layer, f"lang={language}&sort=-{found.key}")
        assert sorted(up) == sorted(down) == ids


def test_chinese_names_stand_by_pinyin_and_english_ones_by_letters(client: FlaskClient) -> None:
    chinese = column(client, "schools", "name", "sort=name")
    assert all(text_key(one) <= text_key(other) for one, other in pairwise(chinese))
    english = column(client, "schools", "name", "sort=name&lang=en")
    assert chinese != english
    assert english[0].casefold() <= english[-1].casefold()


def test_stages_stand_in_their_own_order_and_numbers_by_size(client: FlaskClient) -> None:
    words = [
        client.get(f"/api/messages?lang={language}").json[f"stage.{stage}"]
        for language in ("zh",)
        for stage in STAGES
    ]
    said = column(client, "milestones", "stage", "sort=stage")
    assert [words.index(word) for word in said] == sorted(words.index(word) for word in said)
    areas = [float(text.replace(",", "")) for text in column(client, "zones", "area", "sort=-area") if text]
    assert areas == sorted(areas, reverse=True) and len(areas) > 10


def test_the_tables_follow_the_filter(client: FlaskClient) -> None:
    query = "plan=2023&stage=start"
    tasks = [task["id"] for task in client.get(f"/api/tasks?{query}").json["tasks"]]
    assert 0 < len(tasks) < 100
    assert all_ids(client, "tasks", query) == tasks
    milestones = client.get(f"/api/table/milestones?{query}&size=100").json["rows"]
    assert {row["select"]["task"] for row in milestones} == set(tasks)
    assert set(column(client, "milestones", "stage", query)) == {"开工"}
    assert {row["select"]["task"] for row in record(client, "targets", query)["rows"]} <= set(tasks)  # type: ignore[attr-defined]
    counts = {z["id"]: z["tasks"]["total"] for z in client.get(f"/api/zones?{query}").json["zones"]}
    shown = zip(all_ids(client, "zones", query), column(client, "zones", "tasks", query), strict=True)
    assert {zone: int(count) for zone, count in shown} == counts


def test_what_is_not_on_the_map_is_in_the_table_and_marked(client: FlaskClient, atlas: Atlas) -> None:
    rows = {row["id"]: row for row in client.get("/api/table/tasks?size=100&plan=2023").json["rows"]}
    homeless = [i for i in rows if not atlas.tasks[i].links.links]
    assert homeless and not any(rows[i]["placed"] for i in homeless)
    assert any(row["placed"] for row in rows.values())
    page = Page(client.get("/table/tasks?size=100&plan=2023").text)
    marks = [a for a in page.all("span") if a.get("class") == "not-placed"]
    assert len(marks) == sum(not row["placed"] for row in rows.values())


def test_the_page_that_holds_a_thing_is_found(client: FlaskClient) -> None:
    page = client.get("/api/table/tasks?sort=title&holding=2023-112").json
    assert "2023-112" in [row["id"] for row in page["rows"]]
    assert page["page"] > 1
    assert client.get("/api/table/tasks?holding=nothing").json["page"] == 1


@each_table
@each_language
def test_the_page_says_what_the_interface_says(client: FlaskClient, layer: str, language: str) -> None:
    query = f"lang={language}&size=50&page=2&sort=-{TABLES[layer].columns[0].key}"
    found = client.get(f"/api/table/{layer}?{query}").json
    page = Page(client.get(f"/table/{layer}?{query}").text)
    assert [row["data-id"] for row in page.all("tr") if "data-id" in row] == [r["id"] for r in found["rows"]]
    for row in found["rows"][:3]:
        assert all(cell in page.text for cell in row["cells"])
        assert row["page"] in page.links() and client.get(row["page"]).status_code == 200
    assert [a.get("aria-sort") for a in page.all("th") if a.get("aria-sort")] == ["descending"]


@each_table
def test_the_page_needs_no_script_and_holds_nothing_inline(client: FlaskClient, layer: str) -> None:
    page = Page(client.get(f"/table/{layer}?plan=2023").text)
    assert page.inline_code == []
    assert not [name for _, a in page.elements for name in a if name == "style" or name.startswith("on")]
    own = [link for link in page.links() if link.startswith(f"/table/{layer}")]
    assert any("sort=" in link for link in own)
    for link in own:
        assert client.get(link).status_code == 200


def test_a_sorted_page_keeps_its_filter_and_turns(client: FlaskClient) -> None:
    page = Page(client.get("/table/tasks?plan=2023&q=建设&sort=title&lang=en").text)
    (following,) = [a["href"] for a in page.all("a") if a.get("rel") == "next"][:1]
    asked = {key: values[0] for key, values in parse_qs(urlsplit(following).query).items()}
    assert asked == {"plan": "2023", "q": "建设", "sort": "title", "page": "2", "lang": "en"}
    assert "Rows 26–" in Page(client.get(following).text).text


@pytest.mark.parametrize(
    "query, status, says",
    [
        ("sort=colour", 400, "-title"), ("page=0", 400, "page"), ("page=x", 400, "page"),
        ("size=1000000", 400, "25, 50, 100"), ("stage=bla", 400, "start"), ("plan=2032", 404, "2023"),
        ("zone=nowhere", 404, "zone"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_the_interface_and_named_by_the_page(
    client: FlaskClient, query: str, status: int, says: str
) -> None:
    answer = client.get(f"/api/table/tasks?{query}")
    assert answer.status_code == status
    assert says in answer.json["error"]
    page = client.get(f"/table/tasks?{query}")
    assert page.status_code == 200
    name, value = query.split("=")
    assert f"没有采用 {name}={value}" in Page(page.text).text


def test_an_unknown_table_is_404_and_suggests(client: FlaskClient) -> None:
    answer = client.get("/api/table/task")
    assert (answer.status_code, answer.json["nearest"]) == (404, "tasks")
    assert client.get("/table/task").status_code == 404


def test_hostile_values_stay_words(client: FlaskClient) -> None:
    page = client.get("/table/tasks?q=<img src=x onerror=alert(1)>&sort=<b>&plan='\"><script>")
    assert page.status_code == 200
    assert "<img src=x" not in page.text and "<script>" not in page.text
    assert Page(page.text).inline_code == []
