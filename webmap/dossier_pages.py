"""The dossiers of zones on the web: one file a zone and format, made when it is asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date

from flask import Blueprint, Response, current_app, render_template, request

from layers.dossier import build_dossier
from layers.dossier_files import FORMATS, available_formats, file_name
from layers.dossier_model import DossierError, DossierSource
from layers.errors import ExportError
from layers.statuses import parse_day
from webmap.i18n import wanted_language
from webmap.project_board import get_projects, get_statuses
from webmap.state import answer_bytes, get_state
from webmap.target_pages import get_targets

VIEWS = Blueprint("dossier", __name__)
_ONE_AT_A_TIME = threading.Lock()  # setting a page takes a processor; more at once gain nothing
_KEPT, _MOST_KEPT = "lingang.dossiers", 24


@VIEWS.app_context_processor
def dossier_context() -> dict[str, tuple[str, ...]]:
    """What the page of a zone needs to offer its files."""
    return {"dossier_formats": available_formats()}


@VIEWS.get("/zones/<zone_id>/dossier.<fmt>")
def dossier(zone_id: str, fmt: str) -> Response | tuple[str, int]:
    """The dossier of a zone as `pdf`, `docx` or `xlsx`, with the lights of `today`, the present day without.

    503 with what to install where a font or a package is missing.
    """
    if fmt not in FORMATS:
        raise ExportError(f"format {fmt!r} is not known; use one of: {', '.join(FORMATS)}")
    get_state().atlas.zones.get(zone_id)
    written = request.args.get("today", "").strip()
    today = parse_day(written, "today") if written else date.today()
    try:
        content = _made(zone_id, fmt, today)
    except DossierError as error:
        words = get_state().translations.get(wanted_language())
        message = words["dossier.missing"].format(problem=error)
        return render_template("error.html", status=503, message=message, nearest=None), 503
    response = answer_bytes(content, FORMATS[fmt].mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(zone_id, fmt)}"'
    return response


def _made(zone_id: str, fmt: str, today: date) -> bytes:
    """The bytes of a dossier; the last ones are kept, for as long as nobody records anything new."""
    state, language, book = get_state(), wanted_language(), get_statuses()
    key = zone_id, fmt, today, language
    with _ONE_AT_A_TIME:
        kept: OrderedDict[object, tuple[object, object, bytes]]
        kept = current_app.extensions.setdefault(_KEPT, OrderedDict())
        if key in kept and kept[key][0] is state.atlas and kept[key][1] == book:
            kept.move_to_end(key)
            return kept[key][2]
        words = state.translations.get(language)
        source = DossierSource(
            state.atlas, get_projects(), book, today, words, language, known_targets=get_targets()
        )
        content = FORMATS[fmt].write(build_dossier(source, zone_id))
        kept[key] = state.atlas, book, content
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    return content
