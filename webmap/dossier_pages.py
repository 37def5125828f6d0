"""The dossiers of zones on the web: one file a zone and format, made when it is asked for."""

from __future__ import annotations

import tempfile
import threading
import zipfile
from collections import OrderedDict
from datetime import date

from flask import Blueprint, Response, current_app, request

from layers.dossier import build_dossier
from layers.dossier_files import FORMATS, available_formats, file_name
from layers.dossier_model import DossierSource
from layers.errors import ExportError
from layers.statuses import parse_day
from webmap.files import KEPT_BYTES, answer_file
from webmap.i18n import wanted_language
from webmap.project_board import get_projects, get_statuses
from webmap.state import answer_bytes, get_state
from webmap.target_pages import get_targets

VIEWS = Blueprint("dossier", __name__)
_ONE_AT_A_TIME = threading.Lock()  # setting a page takes a processor; more at once gain nothing
_KEPT, _MOST_KEPT = "lingang.dossiers", 24
ZIP_DAYS = (date(1980, 1, 1), date(2107, 12, 31))  # the first and the last that an archive can name


@VIEWS.app_context_processor
def dossier_context() -> dict[str, tuple[str, ...]]:
    """What the page of a zone needs to offer its files."""
    return {"dossier_formats": available_formats()}


@VIEWS.get("/zones/<zone_id>/dossier.<fmt>")
def dossier(zone_id: str, fmt: str) -> Response:
    """The dossier of a zone as `pdf`, `docx` or `xlsx`, with the lights of `today`, the present day without.

    Answers 503 with what to install where a font or a package is missing.
    """
    _check_format(fmt)
    get_state().atlas.zones.get(zone_id)
    today = _wanted_day()
    response = answer_bytes(_made(zone_id, fmt, today), FORMATS[fmt].mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(zone_id, fmt)}"'
    return response


@VIEWS.get("/dossiers/<fmt>.zip")
def dossiers(fmt: str) -> Response:
    """The dossiers of all zones in one archive, each as `lingang dossier --all` writes it.

    The built-in zones take some eight seconds. A dossier asked for meanwhile waits for one file, not for all.
    """
    _check_format(fmt)
    today = _wanted_day()
    day = min(max(today, ZIP_DAYS[0]), ZIP_DAYS[1])
    with tempfile.SpooledTemporaryFile(max_size=KEPT_BYTES) as spool:
        with zipfile.ZipFile(spool, "w", zipfile.ZIP_DEFLATED) as archive:
            for zone_id in get_state().atlas.zones.ids():
                entry = zipfile.ZipInfo(file_name(zone_id, fmt), (day.year, day.month, day.day, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, _made(zone_id, fmt, today, keep=False))
        response = answer_file(spool, "application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="lingang-dossiers-{fmt}.zip"'
    return response


def _check_format(fmt: str) -> None:
    if fmt not in FORMATS:
        raise ExportError(f"format {fmt!r} is not known; use one of: {', '.join(FORMATS)}")


def _wanted_day() -> date:
    written = request.args.get("today", "").strip()
    return parse_day(written, "today") if written else date.today()


def _made(zone_id: str, fmt: str, today: date, *, keep: bool = True) -> bytes:
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
        if keep:
            kept[key] = state.atlas, book, content
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    return content
