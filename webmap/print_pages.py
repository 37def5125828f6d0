"""The map on paper: a form with a preview that needs no script, and the file as PDF, PNG or SVG."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request, url_for

from geo.features import Feature
from layers.edges import edge_features
from layers.map_print import FORMATS, PrintJob, drawn_layers, print_map, sheet_of
from layers.map_print_draw import LAYERS
from layers.map_print_labels import name_of
from layers.map_print_request import PrintRequest, Saying, make_job
from layers.map_print_sheet import LONGEST_TITLE, ORIENTATIONS, PAPERS, PrintError, make_frame, make_sheet
from layers.map_print_stack import GROUPS, parse_stack
from layers.statuses import parse_day
from layers.tasks import TaskFilter, find_tasks
from webmap import credits
from webmap.filter_words import filter_words
from webmap.folium_map import home_bounds
from webmap.forgiving import forgiving
from webmap.i18n import LANGUAGES, wanted_language
from webmap.pages import page_link
from webmap.short_filter import map_query
from webmap.state import answer_bytes, get_state

VIEWS = Blueprint("printing", __name__)
PREVIEW_DPI = 120
_ONE_AT_A_TIME = threading.Lock()  # setting a page takes a processor; more at once gain nothing
_KEPT, _EDGES, _MOST_KEPT, _LARGEST_KEPT = "lingang.prints", "lingang.print_edges", 12, 4 << 20
_LAYER_WORDS = {
    "zones": "legend.zones", "counts": "legend.count", "towns": "legend.towns",
    "other-lines": "legend.other_lines", "stops": "facility.stops", "schools": "facility.schools",
    "hospitals": "facility.hospitals", "sites": "facility.sites",
}  # fmt: skip
_GROUP_WORDS = {**_LAYER_WORDS, "lines": "layers.lines", "belt": "layers.belt"}


@VIEWS.get("/print")
@forgiving
def form() -> str:
    """The form: paper, area, layers and title, with the filter of the address and a preview."""
    job, asked, wanted = _asked_for()
    layers = drawn_layers(job, make_frame(sheet_of(get_state().atlas, job), job.bounds))
    kept = {**wanted.to_query(), **_kept_options(asked), "stack": job.stack.to_text()}
    kept = {name: value for name, value in kept.items() if value}
    query = {**kept, **_shown_options(asked)}
    if asked.layers is not None:
        query["layers"] = ",".join(layers) or "none"
    if wanted_language() != LANGUAGES[0]:
        kept["lang"] = query["lang"] = wanted_language()
    return render_template(
        "print.html",
        asked=asked,
        job=job,
        kept=kept,
        layers=[(layer, _layer_name(layer)) for layer in LAYERS],
        chosen=layers,
        compared=bool(_compared()),
        stack=_stack_words(job),
        usual=f"{url_for('printing.form')}?{urlencode({**query, 'stack': ''})}",
        formats=tuple(FORMATS),
        papers=tuple(PAPERS),
        orientations=ORIENTATIONS,
        longest=LONGEST_TITLE,
        preview=f"{url_for('printing.sheet', fmt='png')}?{urlencode({**query, 'dpi': PREVIEW_DPI})}",
        size=_preview_size(job),
        back=page_link("pages.index", **_back_to_map(asked, wanted)),
    )


@VIEWS.get("/print.<fmt>")
def sheet(fmt: str) -> Response:
    """The map as `pdf`, `png` or `svg`: the same bytes as `lingang print-map` on the same day.

    Answers 503 with what to install where a font or a package is missing.
    """
    if fmt not in FORMATS:
        raise PrintError(f"format {fmt!r} is not known; use one of: {', '.join(FORMATS)}")
    job, asked, _ = _asked_for()
    response = answer_bytes(_made(job, asked, fmt), FORMATS[fmt])
    name = f"lingang-map-{job.paper.lower()}.{fmt}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked_for() -> tuple[PrintJob, PrintRequest, TaskFilter]:
    """What this request wants printed."""
    state, language = get_state(), wanted_language()
    atlas, words = state.atlas, state.translations.get(language)
    asked = PrintRequest.from_query(request.args, request.args.getlist("layers"))
    wanted = TaskFilter.from_query(request.args)
    written = request.args.get("today", "").strip()
    today = parse_day(written, "today") if written else date.today()
    find_tasks(atlas, wanted)  # refuses what the words below could not name
    lines: credits.Credits = current_app.extensions[credits.EXTENSION]
    saying = Saying(
        words,
        language,
        filter_words(atlas, wanted, words, language),
        credit_lines(lines.approval, lines.attribution, words),
    )
    job = make_job(atlas, asked, wanted, saying, home=home_bounds(atlas.zones), today=today)
    return job, asked, wanted


def credit_lines(approval: str, attribution: str, words: dict[str, str]) -> list[str]:
    """The operator's lines under a printed map: what was used besides, and the approval number."""
    return [line for line in (attribution, credits.approval_words(approval, words)) if line]


def _made(job: PrintJob, asked: PrintRequest, fmt: str) -> bytes:
    """The bytes of a map; the last small ones are kept, a preview is soon asked for as a file."""
    atlas, dpi = get_state().atlas, asked.resolution
    key = fmt, dpi, job.today, request.query_string
    with _ONE_AT_A_TIME:
        kept: OrderedDict[object, tuple[object, bytes]]
        kept = current_app.extensions.setdefault(_KEPT, OrderedDict())
        if key in kept and kept[key][0] is atlas:
            kept.move_to_end(key)
            return kept[key][1]
        content = print_map(atlas, job, fmt, dpi=dpi, edges=_edges())
        if len(content) <= _LARGEST_KEPT:
            kept[key] = atlas, content
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    return content


def _edges() -> list[Feature]:
    """The zones' borders, worked out once for the atlas that is shown."""
    atlas = get_state().atlas
    held: tuple[object, list[Feature]] | None = current_app.extensions.get(_EDGES)
    if held is None or held[0] is not atlas:
        held = current_app.extensions[_EDGES] = (atlas, edge_features(atlas))
    return held[1]


def _back_to_map(asked: PrintRequest, wanted: TaskFilter) -> dict[str, str]:
    """The map's state that this form came from."""
    looked_at = "zone" if asked.focus in get_state().atlas.zones else "feature"
    view = {
        looked_at: "" if "," in asked.focus else asked.focus,
        "at": asked.at,
        "layers": parse_stack(asked.stack, LAYERS).to_text(),
    }
    compared = _compared()
    taken = {"compare": "plan", "compare_due": "due"}  # the filter that a comparison stands for
    narrowed = {
        name: value
        for name, value in map_query(wanted).items()
        if name not in {taken[key] for key in compared if key in taken}
    }
    return {**narrowed, **compared, **{name: value for name, value in view.items() if value}}


def _compared() -> dict[str, str]:
    """What the map compares and how, for the way back; a sheet shows the tasks of both together."""
    found = {name: request.args.get(name, "").strip() for name in ("compare", "compare_due", "swipe")}
    return {name: value for name, value in found.items() if value}


def _kept_options(asked: PrintRequest) -> dict[str, str]:
    """Options that the form keeps as they are."""
    kept = {"bbox": asked.bbox, "at": asked.at, "focus": asked.focus, "today": request.args.get("today", "")}
    kept |= _compared()
    return {name: value.strip() for name, value in kept.items() if value.strip()}


def _shown_options(asked: PrintRequest) -> dict[str, str]:
    """Options that the form has fields for, where they are not as usual."""
    shown = {"area": asked.area, "title": asked.title}
    if asked.paper != PrintRequest.paper or asked.orientation != PrintRequest.orientation:
        shown |= {"paper": asked.paper, "orientation": asked.orientation}
    return {name: value for name, value in shown.items() if value}


def _layer_name(layer: str) -> str:
    """What a layer is called in the language of this request."""
    state, language = get_state(), wanted_language()
    if layer in _LAYER_WORDS:
        return state.translations.get(language)[_LAYER_WORDS[layer]]
    feature: Any = state.atlas.get_feature("coastal-belt" if layer == "belt" else layer)
    return name_of(feature.properties, language)


def _stack_words(job: PrintJob) -> list[str]:
    """The order of the layers and their strength in words, where they are not as usual."""
    stack, words = job.stack, get_state().translations.get(wanted_language())
    names = [f"{words[_GROUP_WORDS[group]]} {stack.opacity.get(group, 100)} %" for group in stack.order]
    plain = [words[_GROUP_WORDS[group]] for group in stack.order]
    faded = [name for name, group in zip(names, stack.order, strict=True) if group in stack.opacity]
    joiner = words["print.list_joiner"]
    told = [words["print.stack_order"].format(names=joiner.join(plain))] if stack.order != GROUPS else []
    return [*told, *([words["print.stack_strength"].format(names=joiner.join(faded))] if faded else [])]


def _preview_size(job: PrintJob) -> tuple[int, int]:
    """Pixels of the preview, so that the page does not jump when it comes."""
    page = make_sheet(job.paper, job.orientation)
    return round(page.width / 25.4 * PREVIEW_DPI), round(page.height / 25.4 * PREVIEW_DPI)
