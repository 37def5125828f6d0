"""Lists end before they become too long to read; they say how many are missing and lead to the table."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from html_of import Page

from webmap import pages


def _get(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address).get_json()
    assert isinstance(answer, dict)
    return answer


def _ids(answer: list[dict[str, str]]) -> list[str]:
    return [task["id"] for task in answer]


@pytest.mark.parametrize("zone_id", ["lingang", "dishui-core", "community-105"])
def test_a_limit_takes_the_first_tasks_of_a_zone_and_counts_the_rest(
    client: FlaskClient, zone_id: str
) -> None:
    whole = _get(client, f"/api/zones/{zone_id}/tasks")
    cut = _get(client, f"/api/zones/{zone_id}/tasks?limit=3")

    assert _ids(cut["tasks"]) == _ids(whole["tasks"])[:3]
    assert _ids(cut["passing"]) == _ids(whole["passing"])[:3]
    assert cut["counts"] == whole["counts"]
    listed = len(cut["tasks"]) + len(cut["passing"])
    assert cut["left_out"] == len(whole["tasks"]) + len(whole["passing"]) - listed > 0
    assert whole["left_out"] == 0


def test_a_limit_of_none_still_counts(client: FlaskClient) -> None:
    found = _get(client, "/api/zones/community-105/tasks?limit=0")

    assert found["tasks"] == found["passing"] == []
    assert found["left_out"] == found["counts"]["total"] + found["counts"]["passing"]


def test_a_limit_keeps_the_total_of_a_list(client: FlaskClient) -> None:
    whole, cut = _get(client, "/api/tasks?q=建设"), _get(client, "/api/tasks?q=建设&limit=2")

    assert cut["total"] == whole["total"] > 2
    assert _ids(cut["tasks"]) == _ids(whole["tasks"])[:2]


def test_a_limit_keeps_the_counts_of_a_place(client: FlaskClient) -> None:
    whole, cut = _get(client, "/api/features/t1"), _get(client, "/api/features/t1?limit=1")

    assert len(cut["tasks"]) == 1
    assert (cut["linked"], cut["found"]) == (whole["linked"], len(whole["tasks"]))


@pytest.mark.parametrize("limit", ["-1", "many", "1.5", "٣", "9999999999"])
@pytest.mark.parametrize("address", ["/api/tasks", "/api/zones/lingang/tasks", "/api/features/t1"])
def test_a_limit_that_is_no_count_is_refused(client: FlaskClient, address: str, limit: str) -> None:
    answer = client.get(address, query_string={"limit": limit})

    assert answer.status_code == 400
    assert "limit" in answer.get_json()["error"]


@pytest.mark.parametrize(
    "address, table",
    [
        ("/tasks?plan=2023", "/table/tasks?plan=2023"),
        ("/zones/dishui-core?plan=2023", "/table/tasks?plan=2023&zone=dishui-core"),
        ("/features/t1", "/table/tasks?target=t1"),
    ],
)
def test_a_long_page_leads_to_the_table(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str, table: str
) -> None:
    before = Page(client.get(address).text)
    monkeypatch.setattr(pages, "MOST_TASKS", 1)
    after = Page(client.get(address).text)

    tasks = [link for link in after.links() if link.startswith("/tasks/")]
    assert table in after.links()
    assert table not in before.links()
    assert 0 < len(tasks) < len([link for link in before.links() if link.startswith("/tasks/")])
