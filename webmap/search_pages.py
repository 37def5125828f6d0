"""The search on the web: JSON for the box on the map, and a page with everything found for those without."""

from __future__ import annotations

import re
import unicodedata
from threading import Lock
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from markupsafe import Markup, escape

from layers.search import LIMIT, MAX_CHARS, Found, Hit, HitGroup, search
from layers.search_index import GROUPS, SearchIndex, build_index
from webmap.i18n import wanted_language
from webmap.pages import page_link
from webmap.project_board import get_projects
from webmap.state import get_state

VIEWS = Blueprint("search", __name__)
MOST = 500  # hits of one group in one answer
ON_PAGE = 50  # hits of each group on the page of all groups
_KEPT = "lingang.search"
_BUILDING = Lock()  # two first searches at once build one index
_PAGES = {"zone": "pages.zone", "task": "pages.task", "plan": "pages.plan", "project": "projects.project"}
_NUMBER = re.compile(r"[\d.-]+")


def get_index() -> SearchIndex:
    """The index of the atlas that is shown, built when it is first asked for."""
    atlas = get_state().atlas
    with _BUILDING:
        kept = current_app.extensions.get(_KEPT)
        if kept is None or kept[0] is not atlas:
            kept = current_app.extensions[_KEPT] = (atlas, build_index(atlas, get_projects().views))
    index: SearchIndex = kept[1]
    return index


def wanted_search(limit: int) -> tuple[str, str, Found, list[str]]:
    """The words, the group and what is found under `q`, `kind` and `limit`, and what of these was ignored."""
    words = request.args.get("q", "")
    kind = request.args.get("kind", "").strip()
    wanted = request.args.get("limit", "").strip()
    ignored = []
    if kind and kind not in GROUPS:
        ignored.append(f"kind={kind[:MAX_CHARS]}")
        kind = ""
    if wanted and wanted.isascii() and wanted.isdecimal() and len(wanted) <= len(str(MOST)):
        limit = min(max(int(wanted), 1), MOST)
    elif wanted:
        ignored.append(f"limit={wanted[:MAX_CHARS]}")
    found = search(get_index(), words, group=kind, limit=limit)
    return words[:MAX_CHARS].strip(), kind, found, [*found.ignored, *ignored]


def hit_address(hit: Hit) -> str:
    """The page of what was found."""
    record = hit.to_json()
    kind = record["type"]
    key = f"{kind}_id" if kind in _PAGES else "feature_id"
    return page_link(_PAGES.get(kind, "pages.feature"), **{key: record["id"]})


def more_address(group: HitGroup, found: Found, words: str) -> str:
    """Where all hits of a group are listed: the filtered list of that kind where it finds the same."""
    listed = list_words(group, found)
    if listed and group.id == "tasks":
        return page_link("pages.tasks", q=listed)
    return page_link("search.page", q=words, kind=group.id)


def list_words(group: HitGroup, found: Found) -> str:
    """The words with which a filtered list finds a group's hits; "" where it would find others.

    Those lists look for words as they are written, without pinyin, and for numbers anywhere.
    """
    same = not any(_NUMBER.fullmatch(unicodedata.normalize("NFKC", word)) for word in found.counts)
    return " ".join(found.counts) if same and group.written else ""


@VIEWS.get("/api/search")
def search_record() -> Response:
    """The best `limit` hits of each kind of thing, the kind with the best hit first.

    `kind` asks for one kind only; `groups` says of each how many there are and where all are listed.
    """
    words, kind, found, ignored = wanted_search(LIMIT)
    groups = [
        {"id": group.id, "count": group.count, "more": more_address(group, found, words)}
        for group in found.groups
    ]
    results = [{**hit.to_json(), "url": hit_address(hit)} for hit in found.hits]
    return jsonify(
        {
            "q": words,
            "kind": kind or None,
            "total": found.total,
            "words": found.counts,
            "ignored": ignored,
            "groups": groups,
            "results": results,
        }
    )


@VIEWS.get("/search")
def page() -> str:
    """Everything that `q` finds, in groups, with what of each matched; works without script."""
    kind = request.args.get("kind", "").strip()
    words, kind, found, ignored = wanted_search(MOST if kind in GROUPS else ON_PAGE)
    return render_template(
        "search.html",
        words=words,
        kind=kind,
        found=found,
        ignored=ignored,
        kinds=GROUPS,
        address=hit_address,
        more=more_address,
        listed=list_words,
        shown=shown_name,
        other=other_matches,
        item=lambda hit: get_state().atlas.get_task(hit.entry.id),
    )


def shown_name(hit: Hit) -> Markup:
    """The name of a hit in the page's language, with what matched of it marked."""
    name = _name(hit)
    marked = _marked(name, [(m.start, m.end) for m in hit.matches if m.text == name])
    foreign = wanted_language() == "en" and not name.isascii()
    return Markup('<span lang="zh-CN">{}</span>').format(marked) if foreign else marked


def other_matches(hit: Hit) -> list[tuple[str, Markup]]:
    """What matched of a hit beside its name: the field, and its text with the match marked."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for match in hit.matches:
        if match.text != _name(hit):
            found.setdefault((match.field, match.text), []).append((match.start, match.end))
    return [(field, _marked(text, spans)) for (field, text), spans in found.items()]


def _name(hit: Hit) -> str:
    record: dict[str, Any] = hit.to_json()
    return str((wanted_language() == "en" and record.get("name_en")) or record["name"])


def _marked(text: str, spans: list[tuple[int, int]]) -> Markup:
    """A text with spans marked; everything is escaped, and what lies under two spans is marked once."""
    parts, position = [], 0
    for start, end in sorted(spans):
        if end > position:
            begin = max(start, position)
            parts += [escape(text[position:begin]), Markup("<mark>{}</mark>").format(text[begin:end])]
            position = end
    return Markup("").join([*parts, escape(text[position:])])
