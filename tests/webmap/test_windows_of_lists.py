"""Long lists come in windows that follow each other; the counts for the map come without the zones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from layers.atlas import Atlas
from webmap import files, target_pages, windows
from webmap.fast_json import FastJSON

LISTS = [
    "/api/tasks?plan=2023&q=建设",
    "/api/zones/dishui-core/tasks?stage=start",
    "/api/features/lianggang-express",
]


def _get(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text[:200])
    found = answer.get_json()
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("address", LISTS)
def test_windows_follow_each_other_to_the_end_of_the_list(client: FlaskClient, address: str) -> None:
    whole = _get(client, address)
    assert whole["next"] is None

    seen: dict[str, list[Any]] = {"tasks": [], "passing": []}
    page: str | None = f"{address}{'&' if '?' in address else '?'}limit=1"
    while page:
        found = _get(client, page)
        for name, rows in seen.items():
            rows += found.get(name, [])
        page = found["next"]

    assert seen["tasks"] == whole["tasks"] and len(whole["tasks"]) > 1
    assert seen["passing"] == whole.get("passing", [])


def test_without_a_limit_a_list_holds_the_usual_number(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _get(client, "/api/tasks")
    monkeypatch.setattr(windows, "USUAL_LIMIT", 7)
    cut = _get(client, "/api/tasks")

    assert cut["tasks"] == whole["tasks"][:7]
    assert cut["total"] == whole["total"]
    assert _get(client, cut["next"])["tasks"] == whole["tasks"][7:14]


def test_a_list_of_a_thousand_is_whole(client: FlaskClient, atlas: Atlas) -> None:
    assert windows.USUAL_LIMIT == 1000 > len(atlas.tasks)
    assert len(_get(client, "/api/tasks")["tasks"]) == len(atlas.tasks)


@pytest.mark.parametrize("query", ["_external=1", "_scheme=x", "_anchor=a&lang=en", "endpoint=x"])
def test_the_next_address_stays_here_whatever_the_query_says(client: FlaskClient, query: str) -> None:
    found = _get(client, f"/api/tasks?{query}&limit=2")

    assert found["next"] == f"/api/tasks?{query}&limit=2&offset=2"


@pytest.mark.parametrize("offset", ["-1", "x", "1.5", "٣", "9999999999"])
def test_an_offset_that_is_no_count_is_refused(client: FlaskClient, offset: str) -> None:
    answer = client.get("/api/tasks", query_string={"offset": offset})

    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(f"offset={offset!r} is no whole number from 0 to")


@pytest.mark.parametrize("query", ["", "?plan=2023", "?zone=dishui-core&stage=start"])
def test_the_counts_for_the_map_are_those_of_the_zones(client: FlaskClient, query: str) -> None:
    zones = _get(client, f"/api/zones{query}")["zones"]
    found = _get(client, f"/api/counts{query}")

    assert found["zones"] == {zone["id"]: zone["tasks"]["total"] for zone in zones}
    assert found["total"] == _get(client, f"/api/tasks{query}")["total"]
    assert client.get("/api/counts?stage=nothing").status_code == 400


def test_the_styles_of_the_map_come_as_one(client: FlaskClient, app: Flask) -> None:
    styles = client.get("/map.css")
    folder = Path(str(app.static_folder)) / "css"
    ours = [name for name in files.MAP_STYLES if name != files.LEAFLET]

    assert styles.mimetype == "text/css"
    assert all((folder / f"{name}.css").read_text("utf-8") in styles.text for name in ours)
    beside = re.findall(r"url\((/[^)]+)\)", styles.text)  # pictures that Leaflet keeps beside its sheet
    assert beside and all(client.get(address).status_code == 200 for address in beside)
    assert client.get("/map.css", headers={"If-None-Match": styles.headers["ETag"]}).status_code == 304


def test_json_holds_what_flask_would_write(app: Flask) -> None:
    writer = app.json
    assert isinstance(writer, FastJSON)
    values = {"中": "文", "n": [1, 2.5, None, True], "pair": (1, 2), "far": 2**70, 3: "key"}

    assert writer.loads(writer.dump_bytes(values)) == writer.loads(writer.dumps(values))


def test_long_tables_of_targets_lead_to_the_whole(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get("/targets").text
    monkeypatch.setattr(target_pages, "MOST_LISTED", 2)
    monkeypatch.setattr(target_pages, "MOST_IN_CELL", 1)
    after = client.get("/targets").text

    assert after.count('href="/table/targets') > before.count('href="/table/targets')
    assert after.count("data-figure=") < before.count("data-figure=")
