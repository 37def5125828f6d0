"""The progress board: map, table and strip of the projects on a chosen day, as a page and as JSON."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from markupsafe import Markup

from layers.board import Board, BoardRow
from layers.milestone_export import prepare_lit_milestones
from layers.project_filter import LIGHT_KEYS, read_today
from layers.project_places import WHOLE_AREA
from layers.selection import Selection, parse_bbox
from layers.tasks import TaskFilter
from webmap import files
from webmap.i18n import wanted_language
from webmap.locator import draw_locator
from webmap.project_board import (
    board_record,
    get_projects,
    get_statuses,
    page_words,
    wanted_board,
    wanted_query,
)
from webmap.project_charts import draw_strip
from webmap.state import answer_bytes, get_state

VIEWS = Blueprint("progress", __name__)
PAGE_ROWS = 60  # rows of the table, and lanes of the strip, on one page


@VIEWS.get("/progress")
def board_page() -> str:
    """Map and table side by side, the counts by zone, and the strip of promises of the rows shown."""
    board = wanted_board(strict=False)
    pages = max(1, -(-len(board.rows) // PAGE_ROWS))
    number = _page_number(board, pages)
    rows = board.rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    state = get_state()
    words = state.translations.get(wanted_language())
    names = {row.id: _name(row.view.project) for row in rows}
    drawn = draw_strip(rows, board.today, words, names)
    return render_template(
        "progress.html",
        board=board,
        rows=rows,
        page=number,
        pages=pages,
        query=wanted_query(board),
        shell=state.shell,
        basemap=state.basemap,
        locator=_locator(board, rows),
        strip=Markup(drawn) if drawn else None,  # made here: the chart's texts are escaped by its writer
        quarters=_quarters(),
        light_keys=LIGHT_KEYS,
        **page_words("progress.board_page"),
    )


def _locator(board: Board, rows: Sequence[BoardRow]) -> Markup:
    """The map of who has no script, and of paper: the rows' own places in the zone that is shown."""
    atlas = get_state().atlas
    places = {place.id for row in rows if row.view.placed_at != "zone" for place in row.view.places}
    zones = board.wanted.values("zone") or (WHOLE_AREA,)
    return draw_locator(atlas, [*zones, *sorted(places - set(zones))], language=wanted_language())


def _page_number(board: Board, pages: int) -> int:
    """The page that the address asks for, the nearest there is; without one that of its `project`."""
    written = request.args.get("page", "").strip()
    if not written:
        at = next((n for n, row in enumerate(board.rows) if row.id == request.args.get("project")), 0)
        return at // PAGE_ROWS + 1
    is_number = written.isascii() and written.isdigit() and len(written) < 9
    return min(max(int(written), 1), pages) if is_number else 1


def _name(project: Any) -> str:
    return str((wanted_language() == "en" and project.name_en) or project.name)


def _quarters() -> list[str]:
    """The quarters from the first to the last that any promise is due in, with their years."""
    promises = [p for v in get_projects().views.values() for e in v.history for p in e.promises if p.due]
    years = sorted({year for p in promises for year in range(p.first.year, p.last.year + 1)})
    return [due for year in years for due in (str(year), *(f"{year}-Q{part}" for part in (1, 2, 3, 4)))]


@VIEWS.get("/api/progress")
def board_api() -> Response:
    """The board: projects with their promises, lights and records, and the counts by zone."""
    board = wanted_board(strict=True)
    return jsonify({**board_record(board, detailed=True), "zones": _zones(board), "page_rows": PAGE_ROWS})


def _zones(board: Board) -> list[dict[str, Any]]:
    """The counts by zone with the names of the zones."""
    zones = get_state().atlas.zones
    return [
        {**count.to_json(), "name": zones.get(count.zone).name, "name_en": zones.get(count.zone).name_en}
        for count in board.zones
    ]


@VIEWS.get("/export/milestones.<fmt>")
def export_milestones(fmt: str) -> Response:
    """The milestones to take away; with `today` each has its light on that day."""
    if not request.args.get("today", "").strip():
        return files.export("milestones", fmt)
    today, ignored = read_today(request.args, date.today())
    if ignored:
        raise ignored[0].error
    prepared = prepare_lit_milestones(
        get_projects(),
        get_statuses(),
        today,
        fmt=fmt,
        crs=request.args.get("crs"),
        selection=Selection(
            TaskFilter.from_query(request.args),
            tuple(request.args.getlist("where")),
            parse_bbox(request.args["bbox"]) if "bbox" in request.args else None,
            tuple(name.strip() for name in request.args.get("fields", "").split(",") if name.strip()),
        ),
    )
    out = io.BytesIO()
    prepared.write(out)
    response = answer_bytes(out.getvalue(), prepared.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{prepared.filename}"'
    return response
