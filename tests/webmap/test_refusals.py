"""What a reader sees when something is wrong: a page or a JSON object that helps, never a traceback."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from html_of import Page
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.atlas import Atlas
from webmap.app import create_app

ROUTES_WITH_ID = (
    "/zones/{}",
    "/tasks/{}",
    "/features/{}",
    "/plans/{}",
    "/api/zones/{}",
    "/api/zones/{}/tasks",
    "/api/tasks/{}",
    "/api/features/{}",
    "/layers/{}.geojson",
    "/export/{}.geojson",
    "/export/zones.{}",
    "/vendor/leaflet/{}",
    "/static/{}",
    "/{}",
)
ROUTES_WITH_QUERY = (
    "/",
    "/zones",
    "/zones/community-105",
    "/tasks",
    "/plans",
    "/about",
    "/api/zones",
    "/api/zones/community-105/tasks",
    "/api/tasks",
    "/api/search",
    "/api/messages",
    "/layers/hospitals.geojson",
    "/export/hospitals.geojson",
)
FIELDS = ("zone", "target", "plan", "stage", "due", "scope", "q", "lang", "datum", "crs", "where", "at")


@pytest.mark.parametrize(
    "address, nearest",
    [
        ("/zones/comunity-105", "/zones/community-105"),
        ("/tasks/2023-1400", "/tasks/2023-140"),
        ("/plans/2032", "/plans/2023"),
        ("/features/line16", "/features/line-16"),
        ("/zones/comunity-105?lang=en", "/zones/community-105?lang=en"),
    ],
)
def test_a_wrong_id_is_a_page_that_leads_to_the_nearest(
    client: FlaskClient, address: str, nearest: str
) -> None:
    answer = client.get(address)
    page = Page(answer.text)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert nearest in page.links()
    assert client.get(nearest).status_code == 200
    assert ("did you mean" if "lang=en" in address else "是不是") in page.text


@pytest.mark.parametrize("address", ["/nowhere", "/zones/q"])
def test_a_page_that_cannot_be_shown_leads_back_to_the_map(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (400, 404)
    assert "/" in Page(answer.text).links()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "address", ["/", "/zones/lingang", "/api/tasks", "/export/zones.geojson", "/healthz"]
)
def test_a_method_that_is_not_there_is_405_and_says_which_are(
    client: FlaskClient, address: str, method: str
) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    page = answer.mimetype == "text/html"
    assert page == (not address.startswith(("/api/", "/export/", "/healthz")))
    said = f"{address} 不能用 {method}；可以用：GET、HEAD、OPTIONS"
    assert (said if page else f"{method} is not possible at {address}; use one of: GET") in answer.text


@pytest.fixture
def failing(atlas: Atlas) -> Flask:
    """An application with a page and an API view that fail in a way nobody foresaw."""

    def fail(**_: str) -> str:
        raise ZeroDivisionError("secret detail of the inside")

    application = create_app(atlas=atlas)
    application.view_functions["pages.zone"] = fail
    application.view_functions["api.task"] = fail
    return application


@pytest.mark.parametrize("language, says", [("zh", "服务器出了意外的错"), ("en", "unforeseen error")])
@pytest.mark.parametrize("address", ["/zones/lingang", "/api/tasks/2023-1"])
def test_an_unforeseen_error_is_500_told_plainly_and_logged(
    failing: Flask, caplog: pytest.LogCaptureFixture, address: str, language: str, says: str
) -> None:
    with caplog.at_level(logging.ERROR, logger="lingang.web"):
        answer = failing.test_client().get(address, query_string={"lang": language})
    assert answer.status_code == 500
    assert says in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_rest_goes_on_after_an_unforeseen_error(failing: Flask) -> None:
    client = failing.test_client()
    assert client.get("/zones/lingang").status_code == 500
    assert client.get("/tasks").status_code == 200


@pytest.mark.parametrize("address", ["/tasks", "/api/tasks", "/api/search", "/"])
def test_an_over_long_query_finds_nothing_and_harms_nothing(client: FlaskClient, address: str) -> None:
    answer = client.get(address, query_string={"q": "社" * 20_000})
    assert answer.status_code == 200


def test_an_over_long_id_is_404(client: FlaskClient) -> None:
    assert client.get("/zones/" + "community-" * 2_000).status_code == 404


@given(route=st.sampled_from(ROUTES_WITH_ID), wanted=st.text(min_size=1, max_size=30))
@settings(max_examples=100)
def test_no_id_whatever_breaks_an_address(app: Flask, route: str, wanted: str) -> None:
    assert app.test_client().get(route.replace("{}", wanted)).status_code < 500


@given(
    route=st.sampled_from(ROUTES_WITH_QUERY),
    query=st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=20), max_size=3),
)
@settings(max_examples=80)
def test_no_query_whatever_breaks_an_address(app: Flask, route: str, query: dict[str, str]) -> None:
    assert app.test_client().get(route, query_string=query).status_code in (200, 400, 404)


@given(raw=st.binary(max_size=30))
@settings(max_examples=30)
def test_no_bytes_whatever_break_an_address(app: Flask, raw: bytes) -> None:
    escaped = "".join(f"%{byte:02x}" for byte in raw)
    for address in (f"/zones/{escaped}", f"/api/tasks?q={escaped}", f"/tasks?{escaped}={escaped}"):
        assert app.test_client().get(address).status_code in (200, 308, 400, 404)
