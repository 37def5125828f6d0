"""The programs of the pages: in one file where they were bundled from these very modules, else one by one."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from layers.atlas import Atlas
from webmap import pages, programs
from webmap.app import create_app
from webmap.compressed import KeptAnswers

MODULE = 'import { a } from "./other.js";\n'


@pytest.fixture
def bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with bundles of the modules as they are."""
    monkeypatch.delenv(programs.SWITCH, raising=False)
    for name in programs.PROGRAMS:
        (tmp_path / f"{name}.js").write_text(f"// {name}\n" + "run();" * 200, encoding="utf-8")
    (tmp_path / programs.STAMP).write_text(programs.source_digest(), encoding="ascii")
    monkeypatch.setattr(programs, "FOLDER", tmp_path)
    return tmp_path


def _program_tag(client: FlaskClient) -> dict[str, str]:
    tag = re.search(r'<meta name="program" content="([^"]*)" data-modules="([^"]*)">', client.get("/").text)
    assert tag
    return {"address": tag[1], "modules": tag[2]}


def test_bundled_programs_are_what_the_pages_ask_for(bundles: Path, atlas: Atlas) -> None:
    client = create_app(atlas=atlas).test_client()
    assert _program_tag(client) == {"address": "/programs/atlas.js", "modules": ""}
    assert '<script type="module" src="/programs/embed.js">' in client.get("/embed").text
    answer = client.get("/programs/atlas.js")
    assert (answer.mimetype, answer.data) == ("text/javascript", (bundles / "atlas.js").read_bytes())
    again = client.get("/programs/atlas.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/programs/nothing.js").status_code == 404


@pytest.mark.parametrize("spoil", ["stamp", "switch", "absent"])
def test_other_bundles_are_left_aside(
    bundles: Path, atlas: Atlas, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    if spoil == "stamp":
        (bundles / programs.STAMP).write_text("0" * 32, encoding="ascii")
    elif spoil == "switch":
        monkeypatch.setenv(programs.SWITCH, "0")
    else:
        (bundles / programs.STAMP).unlink()
    client = create_app(atlas=atlas).test_client()
    tag = _program_tag(client)
    assert tag["address"] == "/static/js/atlas.js"
    assert client.get("/programs/atlas.js").status_code == 404
    modules = tag["modules"].split()
    assert {"/static/js/atlas.js", "/static/js/mapview.js", "/static/js/strata.js"} <= set(modules)
    assert len(modules) == len(set(modules))
    assert all(client.get(address).status_code == 200 for address in modules)


def test_an_edit_of_any_module_counts(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text(MODULE, encoding="utf-8")
    before = programs.source_digest(tmp_path)
    assert programs.source_digest(tmp_path) == before
    (tmp_path / "one.js").write_text(MODULE + "\n", encoding="utf-8")
    assert programs.source_digest(tmp_path) != before


def test_what_is_kept_packed_is_what_is_sent_plain(app: Flask) -> None:
    client = app.test_client()
    for query in ("", "?datum=gcj02"):
        plain = client.get(f"/layers/zones.geojson{query}").data
        for _ in range(2):  # packed, then kept
            packed = client.get(f"/layers/zones.geojson{query}", headers={"Accept-Encoding": "gzip"})
            assert packed.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(packed.data) == plain


def test_answers_that_may_change_and_made_up_addresses_are_not_kept(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(KeptAnswers, "set", lambda self, key, content: kept.append(key))
    client = create_app(atlas=atlas).test_client()
    for address in (
        "/",
        "/api/tasks",
        "/layers/zones.geojson?x=1",
        "/layers/zones.geojson?x=2",
        "/layers/no.geojson",
    ):
        client.get(address, headers={"Accept-Encoding": "gzip"})
    assert {key for key in kept if not key.endswith(";")} == {"gzip;/layers/zones.geojson?wgs84"}


def test_of_many_zones_the_map_names_the_largest_and_leads_to_the_rest(
    client: FlaskClient, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "较小的片区" not in client.get("/").text
    monkeypatch.setattr(pages, "MOST_ZONES", 10)
    page = client.get("/").text
    tree = page.split('<ul class="tree">')[1].split("另有")[0]
    shown = re.findall(r'data-go="zone=([^"]+)"', tree)
    largest = sorted(atlas.zones, key=lambda zone: -(zone.area_km2 or 0))[:10]
    assert {zone.id for zone in largest} <= set(shown) and len(shown) == len(set(shown)) < len(atlas.zones)
    assert f"另有 {len(atlas.zones) - len(shown)} 个较小的片区" in page
    assert client.get("/table/zones").status_code == 200 and 'href="/table/zones"' in page
