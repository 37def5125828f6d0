"""What has changed for a zone, as an Atom feed (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from urllib.parse import quote
from xml.etree import ElementTree

from flask import Blueprint, Response, request

from layers.dossier_model import clean
from layers.zone_changes import Change, find_changes
from webmap.i18n import wanted_language
from webmap.pages import page_link
from webmap.project_board import get_projects, get_statuses
from webmap.state import answer_bytes, get_state

VIEWS = Blueprint("feed", __name__)
ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 200
FOUNDED = date(2019, 8, 20)  # of the New Area: before it nothing can have changed
_PAGES = {"plan": "pages.plan", "verdict": "projects.project", "status": "projects.project"}


@VIEWS.get("/zones/<zone_id>/changes.atom")
def changes(zone_id: str) -> Response:
    """The newest changes for a zone and its children: plans, what they say anew, and what is recorded."""
    state, language = get_state(), wanted_language()
    words, zone = state.translations.get(language), state.atlas.zones.get(zone_id)
    english = language == "en"
    found = find_changes(
        get_projects(), get_statuses(), zone_id, plan_words=words["feed.plan"], english=english
    )
    name = (english and zone.name_en) or zone.name
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "en" if english else "zh-CN"})
    _text(feed, "title", words["feed.title"].format(name=name))
    _text(feed, "id", f"urn:lingang-atlas:zone:{zone.id}")
    _text(feed, "updated", _moment(found[0]) if found else f"{FOUNDED}T00:00:00Z")
    ElementTree.SubElement(feed, "link", {"rel": "self", "href": request.url})
    page = _absolute(page_link("pages.zone", zone_id=zone.id))
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _text(ElementTree.SubElement(feed, "author"), "name", "Lingang Atlas")
    for change in found[:MOST_ENTRIES]:
        _entry(feed, change)
    content: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    response = answer_bytes(content, "application/atom+xml")
    # Told once the answer is decided on: by the day alone a second record of that day would go unseen.
    response.last_modified = datetime.combine(found[0].day if found else FOUNDED, time(), UTC)
    return response


def _entry(feed: ElementTree.Element, change: Change) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    _text(entry, "title", change.title)
    _text(entry, "id", f"urn:lingang-atlas:{quote(change.key, safe=':')}")
    _text(entry, "updated", _moment(change))
    name = "plan_id" if change.kind == "plan" else "project_id"
    there = _absolute(page_link(_PAGES[change.kind], **{name: change.about}))
    ElementTree.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": there})
    ElementTree.SubElement(entry, "category", {"term": change.kind})
    _text(entry, "content", change.text)


def _text(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = clean(text)


def _moment(change: Change) -> str:
    """The day as Atom wants it; nobody knows the hour."""
    return f"{change.day.isoformat()}T00:00:00Z"


def _absolute(path: str) -> str:
    return request.url_root.rstrip("/") + path
