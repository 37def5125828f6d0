"""The map for other people's pages: `/embed`, and who may put it into a frame.

Everything else here may only be framed by ourselves. The embedded map may be framed by anyone unless the
operator says otherwise: it shows published papers, takes no input that changes anything and knows no
reader, so a hostile page that frames it gains nothing that it could not link to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request

from layers.atlas import Atlas
from layers.compare_plans import parse_pair
from layers.tasks import TaskFilter, interval_of_due
from lingang.errors import PlanningMapError
from webmap.filter_words import due_words, filter_words, plan_words
from webmap.i18n import wanted_language
from webmap.pages import LEGEND_LINES, LEGEND_ZONES
from webmap.state import get_state

VIEWS = Blueprint("embed", __name__)
ENDPOINT = "embed.view"
ANYONE: tuple[str, ...] = ("*",)
NOBODY: tuple[str, ...] = ()
MAX_ORIGINS = 50
FRAMES = "LINGANG_FRAMES"  # key of the application's configuration: the origins that may frame the map
_ORIGIN = re.compile(
    r"https?://(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d{1,5})?",
    re.IGNORECASE,
)


class EmbedError(PlanningMapError, ValueError):
    """An origin that cannot stand in the security policy."""


def parse_embed_from(text: str) -> tuple[str, ...]:
    """Return the origins that may frame the map: `*` for any, `none` for none, else a list by commas.

    Raises
    ------
    EmbedError
        An entry that is no origin (scheme, host and perhaps a port; `*.` may stand before the host).
    """
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    if entries == ["none"]:
        return NOBODY
    if "*" in entries and len(entries) == 1:
        return ANYONE
    if not entries or len(entries) > MAX_ORIGINS:
        raise EmbedError(f"who may embed the map: write *, none, or 1 to {MAX_ORIGINS} origins by commas")
    for entry in entries:
        if not _ORIGIN.fullmatch(entry):
            raise EmbedError(
                f"{entry!r} is not an origin that may embed the map; write * for any, none for none, "
                "or a list such as https://example.org,https://*.example.net"
            )
    return tuple(entries)


def frame_ancestors(origins: tuple[str, ...], endpoint: str | None) -> str:
    """What the policy's `frame-ancestors` says for the page of an endpoint."""
    if endpoint != ENDPOINT or origins == NOBODY:
        return "'self'"
    return "*" if origins == ANYONE else " ".join(("'self'", *origins))


@VIEWS.get("/embed")
def view() -> str:
    """The map with its title, legend and credits, and a way to the whole: for a frame on another page.

    It takes the same state as `/`: what makes no sense in the filter is left out and named.
    """
    state = get_state()
    atlas = state.atlas
    compared, left_out = _compared(request.args, atlas)
    wanted, ignored = TaskFilter.lenient(atlas, _asked(request.args, compared))
    language = wanted_language()
    words = state.translations.get(language)
    pairs = (_pair_words(atlas, key, pair, words, language) for key, pair in compared.items())
    return render_template(
        "embed.html",
        said=filter_words(atlas, wanted, words, language),
        beside=[words["compare.heading"].format(first=first, second=second) for first, second in pairs],
        ignored=[*left_out, *ignored],
        compare=compared.get("compare", ""),
        compare_due=compared.get("compare_due", ""),
        query=urlencode(wanted.to_query()),
        shell=state.shell,
        basemap=state.basemap,
        counts=atlas.zone_counts(),
        legend_zones=[atlas.zones.get(z) for z in LEGEND_ZONES],
        legend_lines=[atlas.features[x].properties for x in LEGEND_LINES],
        whole=whole_map(),
    )


def _asked(query: Mapping[str, str], compared: dict[str, str]) -> dict[str, str]:
    """The filter in a map's address: there `in` narrows by zones, and `zone` is only looked at.

    What is compared takes the place of the filter by plan or by date.
    """
    given = {"compare": "plan", "compare_due": "due"}
    replaced = {given[key] for key in compared}
    asked = {key: value for key, value in query.items() if key != "zone" and key not in replaced}
    return {**asked, "zone": asked["in"]} if asked.get("in") else asked


def _compared(query: Mapping[str, str], atlas: Atlas) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The two plans, or else the two dates, that a map compares; and what names no two of them."""
    ignored: list[tuple[str, str]] = []
    for key, is_known in (("compare", atlas.plans.__contains__), ("compare_due", _is_due)):
        if text := query.get(key, "").strip():
            pair = text.split(",")
            if len(pair) == 2 and pair[0] != pair[1] and all(map(is_known, pair)):
                return {key: text}, ignored
            ignored.append((key, text))
    return {}, ignored


def _pair_words(atlas: Atlas, key: str, pair: str, words: Mapping[str, str], language: str) -> list[str]:
    """What a pair of plans, or of dates, is called."""
    if key == "compare_due":
        return [due_words(due, words) for due in pair.split(",")]
    return [plan_words(atlas, plan.id, language) for plan in parse_pair(atlas, pair)]


def _is_due(text: str) -> bool:
    return interval_of_due(text) is not None


def whole_map() -> str:
    """The address of the whole map in the state of this request."""
    query = request.query_string.decode("ascii", "replace")
    return f"/?{query}" if query else "/"


def embed_context() -> dict[str, Any]:
    """Whether the map offers to be embedded."""
    return {"may_embed": current_app.config[FRAMES] != NOBODY}
