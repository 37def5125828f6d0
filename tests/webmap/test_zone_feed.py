"""The feed of a zone: valid Atom, the newest first, with what plans say anew and what people recorded."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from flask.testing import FlaskClient
from html_of import Page

from layers.atlas import Atlas
from layers.projects import load_projects
from layers.statuses import add_status, make_status
from layers.workspace import Workspace
from webmap.app import Config, create_app

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "/zones/dishui-core/changes.atom"


def feed_of(client: FlaskClient, address: str = ADDRESS) -> ElementTree.Element:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return ElementTree.fromstring(answer.data)


def test_a_feed_has_what_atom_demands_and_the_newest_first(client: FlaskClient) -> None:
    feed = feed_of(client)
    entries = feed.findall(f"{ATOM}entry")
    assert feed.tag == f"{ATOM}feed" and len(entries) > 10
    for part in (feed, *entries):
        assert all(part.findtext(f"{ATOM}{name}") for name in ("title", "id", "updated"))
    moments = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == moments[0]
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))


def test_it_tells_the_verdicts_of_the_zones_projects(client: FlaskClient, atlas: Atlas) -> None:
    told = {e.findtext(f"{ATOM}content") for e in feed_of(client).findall(f"{ATOM}entry")}
    views = load_projects(atlas).select(zone="dishui-core")
    assert {verdict.zh for view in views for verdict in view.verdicts} <= told


def test_every_entry_leads_to_a_page(client: FlaskClient) -> None:
    links = {e.find(f"{ATOM}link").get("href") for e in feed_of(client).findall(f"{ATOM}entry")}
    assert all(client.get(urlsplit(link).path).status_code == 200 for link in sorted(links)[:12])


def test_a_new_record_is_the_newest_entry(atlas: Atlas, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    client = create_app(Config(workspace=workspace.path), atlas).test_client()
    before = feed_of(client)
    project = load_projects(atlas).get("xueronghua-green")
    add_status(workspace, make_status(project, "complete", date(2023, 12, 1), author="<b>李四</b> & 'x'"))
    first = feed_of(client).find(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}title") == "雪绒花路公共绿地：建成 2023-12-01"
    assert "<b>李四</b> & 'x'" in first.findtext(f"{ATOM}content")
    assert first.findtext(f"{ATOM}id") not in [e.findtext(f"{ATOM}id") for e in before.iter(f"{ATOM}entry")]


def test_the_feed_is_in_the_language_asked_for_and_on_the_zones_page(client: FlaskClient) -> None:
    assert "Dishui Lake Core" in feed_of(client, f"{ADDRESS}?lang=en").findtext(f"{ATOM}title")
    page = Page(client.get("/zones/dishui-core?lang=en").text)
    assert f"{ADDRESS}?lang=en" in page.links()


def test_readers_find_the_feed_and_learn_when_it_changed(client: FlaskClient) -> None:
    links = Page(client.get("/zones/dishui-core").text).all("link")
    found = [(x["type"], x["href"]) for x in links if x.get("rel") == "alternate"]
    assert found == [("application/atom+xml", ADDRESS)]
    answer = client.get(ADDRESS)
    assert answer.last_modified is not None
    assert f"{answer.last_modified:%Y-%m-%dT%H:%M:%SZ}" == feed_of(client).findtext(f"{ATOM}updated")
    same_day = client.get(ADDRESS, headers={"If-Modified-Since": answer.headers["Last-Modified"]})
    assert same_day.status_code == 200  # a second record of that day would go unseen
    assert client.get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_an_unknown_zone_has_no_feed(client: FlaskClient) -> None:
    assert client.get("/zones/dishui-cor/changes.atom").status_code == 404
