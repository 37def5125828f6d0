"""Positions: the page's own reckoning agrees with ours, and people read WGS 84 on any background."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from atlas_page import open_map, settle, state_of, wait_for_map
from playwright.sync_api import Page, expect
from waitress.server import create_server

from geo.crs import get_transformer
from geo.gcj02 import gcj02_to_wgs84, wgs84_to_gcj02
from layers.atlas import Atlas
from webmap.app import Config, create_app
from webmap.basemaps import get_basemap

pytestmark = pytest.mark.browser

POINTS = [
    [121.93, 30.9],
    [121.5, 31.2],
    [122.4, 30.6],
    [104.2, 34.9],
    [87.6, 43.8],
    [139.7, 35.7],
    [2.3, 48.9],
]
NEAR = [point for point in POINTS if abs(point[0] - 120) < 3]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_RECKON_JS = """async ([name, points]) => {
  const module = await import("/static/js/coordinates.js");
  return points.map(([lon, lat]) => module[name](lon, lat));
}"""


def reckon(page: Page, name: str, points: list[list[float]]) -> list[list[float]]:
    found: list[list[float]] = page.evaluate(_RECKON_JS, [name, points])
    return found


def readout(page: Page) -> tuple[float, float]:
    """The longitude and latitude shown."""
    lon, lat = page.locator("#coordinates [data-part=degrees]").inner_text().split(",")
    return float(lon), float(lat)


def test_the_page_shifts_unshifts_and_projects_as_we_do(page: Page) -> None:
    page.goto("/accessibility")
    shifted = [[float(x) for x in wgs84_to_gcj02(*point)] for point in POINTS]
    assert reckon(page, "wgs84ToGcj02", POINTS) == [pytest.approx(point, abs=1e-9) for point in shifted]
    back = [[float(x) for x in gcj02_to_wgs84(*point)] for point in shifted]
    assert reckon(page, "gcj02ToWgs84", shifted) == [pytest.approx(point, abs=1e-9) for point in back]
    plane = get_transformer("EPSG:4490", "EPSG:4549")
    expected = [pytest.approx(plane.transform(lon, lat), abs=0.001) for lon, lat in NEAR]  # metres
    assert reckon(page, "toPlane", NEAR) == expected


def test_the_readout_is_of_the_pointer_and_of_the_middle_for_the_keyboard(page: Page) -> None:
    open_map(page, "?at=14/30.9/121.93")
    where = page.locator("#coordinates")
    expect(where).to_contain_text("图中央")
    assert readout(page) == pytest.approx((121.93, 30.9), abs=2e-5)
    box = page.locator(".atlas-map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.6)
    expect(where).to_contain_text("指针")
    lon, lat = readout(page)
    assert lon > 121.93 and lat < 30.9
    page.locator(".atlas-map").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    expect(where).to_contain_text("图中央")
    assert readout(page)[0] > 121.93
    assert re.search(r"E 6\d{5} N 34\d{5}", where.inner_text())


@pytest.fixture(scope="module")
def shifted_url(atlas: Atlas) -> Iterator[str]:
    """The map over a background in GCJ-02."""
    basemap = get_basemap("https://tiles.example.org/{z}/{x}/{y}.png", datum="gcj02")
    app = create_app(Config(basemap=basemap), atlas=atlas)
    for address in ("/", *(f"/layers/{layer}.geojson?datum=gcj02" for layer in ("base", "zones", "edges"))):
        assert app.test_client().get(address).status_code == 200  # what is made once is made before the clock
    server = create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


def test_tiles_that_do_not_come_are_told_with_their_server(
    new_page: Any, watch: Any, shifted_url: str
) -> None:
    watch.host = urlsplit(shifted_url).netloc
    watch.tolerate("https://tiles.example.org|Failed to load resource")
    page = new_page()
    page.route("https://tiles.example.org/**", lambda route: route.abort())
    page.goto(f"{shifted_url}/?at=13/30.9/121.93&lang=en")
    wait_for_map(page)
    told = page.get_by_text("The background map did not load (tiles.example.org)")
    expect(told).to_be_visible()
    page.unroute("https://tiles.example.org/**")
    page.route(
        "https://tiles.example.org/**", lambda route: route.fulfill(body=PIXEL, content_type="image/png")
    )
    page.get_by_role("button", name="Zoom in").click()
    expect(told).to_have_count(0)


def test_on_a_shifted_background_people_still_read_wgs_84(
    new_page: Any, watch: Any, shifted_url: str
) -> None:
    watch.host = urlsplit(shifted_url).netloc
    watch.expect("another host: https://tiles.example.org")
    watch.tolerate("request failed: https://tiles.example.org.*ERR_ABORTED")  # the map moved on
    page = new_page()
    page.route(
        "https://tiles.example.org/**", lambda route: route.fulfill(body=PIXEL, content_type="image/png")
    )
    page.goto(f"{shifted_url}/?at=15/30.9/121.93")
    wait_for_map(page)
    expect(page.locator(".map-datum")).to_contain_text("GCJ-02")
    assert readout(page) == pytest.approx((121.93, 30.9), abs=2e-5)

    stop = next(
        feature
        for feature in page.request.get(f"{shifted_url}/export/transit.geojson").json()["features"]
        if feature["properties"]["kind"] == "stop" and feature["geometry"]
    )
    lon, lat = stop["geometry"]["coordinates"]
    page.goto(f"{shifted_url}/?at=17/{lat}/{lon}")
    wait_for_map(page)
    mark = page.locator(".mark-stops:visible").first.bounding_box()
    assert mark
    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.mouse.move(mark["x"] + mark["width"] / 2 + 1, mark["y"] + mark["height"] / 2)
    assert readout(page) == pytest.approx((lon, lat), abs=2e-4), "the stop stands where its download says"

    page.locator(".atlas-map").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    _, y, x = (float(part) for part in page.url.split("at=")[1].split("&")[0].split("/"))
    assert (x, y) == pytest.approx(readout(page), abs=2e-5), "the address is in WGS 84 too"
    assert state_of(page) == {}
