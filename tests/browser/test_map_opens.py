"""Opening the map: all is drawn, the counts are the API's, and data comes by address, small and kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from atlas_page import heading, open_map, visible_labels, zone_label
from playwright.sync_api import Page, Response, expect

from webmap.programs import read_bundles

pytestmark = pytest.mark.browser

Show = Callable[[str], Page]

FIVE_ZONES = ("dishui-core", "yangshan", "frontier-tech", "comprehensive", "emerging")
NOT_DRAWN_AS_ZONES = ("area", "belt")  # the frame and the coastal belt have layers of their own
MAX_PAGE_BYTES = 60_000
MAX_PAGE_BYTES_SENT = 12_000


def zones_of_api(page: Page) -> dict[str, dict[str, Any]]:
    return {zone["id"]: zone for zone in page.request.get("/api/zones").json()["zones"]}


def test_every_zone_of_the_api_has_a_shape_on_the_map(show: Show) -> None:
    page = show("")
    drawn = page.locator("path.zone").evaluate_all("nodes => nodes.map((node) => node.getAttribute('class'))")
    ids = {re.search(r"\bzid-([a-z0-9-]+)", classes)[1] for classes in drawn}  # type: ignore[index]
    assert ids == {z["id"] for z in zones_of_api(page).values() if z["rank"] not in NOT_DRAWN_AS_ZONES}


@pytest.mark.parametrize(
    "css",
    [
        "path.land-out", "path.land-in", "path.coast", "path.lake", "path.river", "path.motorway",
        "path.street", "path.zone-belt", "path.edge", "path.line-16", "path.line-lg", "path.line-t1",
        "path.line-rail", ".mark-stops",
    ],
)  # fmt: skip
def test_layer_is_drawn(show: Show, css: str) -> None:
    assert show("").locator(css).count() > 0


@pytest.mark.parametrize("kind", ["stops", "schools", "hospitals", "sites"])
def test_points_are_drawn_from_near(show: Show, kind: str) -> None:
    page = show("?at=14/30.90/121.92")
    assert page.locator(f".mark-{kind}, .cluster-{kind}").count() > 0
    expect(show("").locator(".mark-schools, .cluster-schools")).to_have_count(0)


def test_the_five_zones_are_named_on_the_map_with_their_counts(show: Show) -> None:
    page = show("")
    zones = zones_of_api(page)
    shown = {label["id"]: label["name"] for label in visible_labels(page)}
    for zone_id in FIVE_ZONES:
        zone = zones[zone_id]
        assert zone["name"] in shown.get(zone_id, ""), f"{zone['name']} has no name on the map"
        expect(zone_label(page, zone_id).locator(".label-count")).to_have_text(str(zone["tasks"]["total"]))


def test_legend_and_overview_count_as_the_api_does(show: Show) -> None:
    page = show("")
    zones = zones_of_api(page)
    told = page.locator("[data-count]").evaluate_all(
        "nodes => nodes.map((n) => [n.dataset.count, n.innerText])"
    )
    assert set(FIVE_ZONES) <= {zone_id for zone_id, _ in told}
    assert {zone_id for zone_id, _ in told} == set(zones), "the overview lists every zone"
    assert [(z, n) for z, n in told if n != str(zones[z]["tasks"]["total"])] == []


def test_the_map_is_folium_s_and_has_a_title_and_a_name(show: Show) -> None:
    page = show("")
    expect(page).to_have_title("临港规划一张图")
    map_box = page.get_by_role("region", name=re.compile("临港新片区地图"))
    expect(map_box).to_be_visible()
    expect(map_box).to_have_class(re.compile(r"\bleaflet-container\b"))
    assert "L.map(" in page.request.get("/map.js").text(), "the map's program is the one that Folium wrote"


def test_the_page_is_small_and_carries_no_data_and_no_inline_script(page: Page) -> None:
    answer = page.request.get("/")
    html = answer.text()
    assert len(html.encode()) < MAX_PAGE_BYTES
    assert int(answer.headers["content-length"]) < MAX_PAGE_BYTES_SENT
    assert not re.search(r'"coordinates"\s*:|FeatureCollection|data:application', html)
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", html) == []


def test_data_comes_by_address_compressed_and_is_not_sent_twice(page: Page) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    open_map(page)
    layers = [answer for answer in answers if "/layers/" in answer.url]
    assert {answer.url.rsplit("/", 1)[1] for answer in layers} >= {
        f"{name}.geojson" for name in ("base", "zones", "transit", "schools", "hospitals", "sites")
    }
    for answer in layers:
        headers = answer.all_headers()
        assert headers["content-type"].startswith("application/geo+json"), answer.url
        assert headers.get("content-encoding") in {"br", "gzip", "zstd"}, answer.url
        asked = {
            "If-None-Match": headers["etag"],
            "Accept-Encoding": answer.request.all_headers()["accept-encoding"],
        }
        again = page.request.get(answer.url, headers=asked)
        assert (again.status, again.body()) == (304, b""), answer.url


def test_the_program_comes_in_one_file_or_module_by_module_and_does_the_same(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    open_map(page, "?zone=yangshan")
    bundled = page.locator("meta[name=program]").get_attribute("content") == "/programs/atlas.js"
    assert bundled == bool(read_bundles())
    assert ("/programs/atlas.js" in asked, "/static/js/mapview.js" in asked) == (bundled, not bundled)
    assert "/map.css" in asked and not [path for path in asked if path.startswith("/static/css/")]
    expect(heading(page)).to_have_text("洋山特殊综合保税区")
