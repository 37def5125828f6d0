"""The gazetteer on the web: all names with their kinds and conditions, and the names still missing."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from geo.gazetteer_names import list_names
from layers.missing_names import missing_names, missing_record
from webmap.state import get_state

VIEWS = Blueprint("gazetteer", __name__)
MAX_QUERY_CHARS = 100


def _words() -> str:
    return request.args.get("q", "").strip()[:MAX_QUERY_CHARS]


@VIEWS.get("/gazetteer")
def names() -> str:
    """All names, or those that hold the words of `q`; below them the names that no table has."""
    atlas, words = get_state().atlas, _words()
    return render_template(
        "gazetteer.html",
        words=words,
        entries=list_names(atlas.geocoder.gazetteer, words),
        missing=[missing_record(each) for each in missing_names(atlas)],
    )


@VIEWS.get("/api/gazetteer")
def names_record() -> Response:
    """Every meaning of every name, or those whose name, target or official name holds the words of `q`."""
    words = _words()
    rows = [entry.to_json() for entry in list_names(get_state().atlas.geocoder.gazetteer, words)]
    return jsonify({"q": words, "total": len(rows), "names": rows})


@VIEWS.get("/api/gazetteer/missing")
def missing_records() -> Response:
    """The names that no table has, of all plans or of `plan`, the most frequent first."""
    plan_id = request.args.get("plan") or None
    rows = [missing_record(each) for each in missing_names(get_state().atlas, plan_id)]
    return jsonify({"plan": plan_id, "total": len(rows), "names": rows})
