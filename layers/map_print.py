"""The map on paper: A4 or A3 as PDF, PNG or SVG, to scale, with legend, sources and the filter in words.

One Typst document makes all three, with the fonts of the machine: a PDF has them embedded, in an SVG every
letter is an outline. The same request gives the same bytes. Words come from outside, so that nothing here
knows languages or the web.
"""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from layers.atlas import Atlas, LinkedTask
from layers.dossier_pdf import find_fonts
from layers.edges import edge_features
from layers.map_print_draw import LAYERS, default_layers, draw_picture
from layers.map_print_labels import collect_labels, name_of, place_labels
from layers.map_print_legend import make_legend
from layers.map_print_sheet import (
    Bounds,
    PageFrame,
    PrintError,
    Sheet,
    edge_ticks,
    make_frame,
    make_sheet,
    parse_title,
    scale_bar,
)
from layers.map_print_stack import USUAL, Stack
from layers.map_print_style import COLOURS
from plans.project_words import due_told

TEMPLATE = Path(__file__).parent / "map_print.typ"
FORMATS: Mapping[str, str] = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}
DPI, LEAST_DPI, MOST_DPI = 300, 40, 600
MOST_LISTED_PLACES = 4  # of a task, in the list
MOST_PLANS = 5  # named as sources; a workspace may hold any number
MOST_FILTER_SIGNS = 700  # of the filter in words over the map; the list has all of it
_IMAGE = re.compile(
    r'<image\b(?=[^>]*?\bwidth="([\d.]+)")(?=[^>]*?\bheight="([\d.]+)")'
    r'[^>]*?href="data:image/svg\+xml;base64,([^"]+)"[^>]*?/?>(?:</image>)?'
)


@dataclass(frozen=True)
class PrintJob:
    """What to print.

    Attributes
    ----------
    bounds
        West, south, east, north in degrees (WGS 84): all of it is shown.
    tasks
        Those under the filter: the zones' counts and the list are theirs.
    filter_words
        The filter in words, [] for none; `narrowed` says whether there is one.
    layers
        Which layers to draw; None for those that the scale has room for.
    stack
        Their order and strength, and which are left out where none are named.
    focus, area
        Ids of zones and lines that the filter names, and its drawn area (lon, lat), outlined.
    credits
        Lines about rights and approval, under the sources.
    today
        The day printed on the map.
    """

    bounds: Bounds
    tasks: Sequence[LinkedTask]
    words: Mapping[str, str]
    language: str
    today: date
    title: str = ""
    paper: str = "a4"
    orientation: str = "landscape"
    layers: Sequence[str] | None = None
    stack: Stack = USUAL
    filter_words: Sequence[str] = ()
    narrowed: bool = False
    focus: Sequence[str] = ()
    area: BaseGeometry | None = field(default=None, repr=False)
    credits: Sequence[str] = ()
    with_list: bool = False


def print_map(
    atlas: Atlas, job: PrintJob, fmt: str, *, dpi: int = DPI, edges: Sequence[Feature] | None = None
) -> bytes:
    """Return the map as a file.

    A list of tasks is only in a PDF: pictures have one page. `edges` are the zones' borders
    (`layers.edges.edge_features`), worked out anew where None.

    Raises
    ------
    PrintError
        Paper, orientation, format, resolution, layer, title or extent cannot be had; says what can.
    DossierError
        Typst or the fonts are missing; says what to install.
    """
    if fmt not in FORMATS:
        raise PrintError(f"format {fmt!r} is not known; use one of: {', '.join(FORMATS)}")
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise PrintError(f"dpi={dpi} cannot be had; {LEAST_DPI} to {MOST_DPI}")
    sheet = sheet_of(atlas, job)
    frame = make_frame(sheet, job.bounds)
    data, svg = compose(atlas, job, sheet, frame, edge_features(atlas) if edges is None else edges)
    if fmt != "pdf":
        data["rows"] = []
    options = {"ppi": float(dpi)} if fmt == "png" else {}
    made = _compile({"data": json.dumps(data, ensure_ascii=False), "map": svg}, format=fmt, **options)
    if fmt == "svg":
        return _unwrap_images(made)
    return _with_resolution(made, dpi) if fmt == "png" else made


def parse_layers(names: Sequence[str]) -> tuple[str, ...]:
    """Return the layers that a list names ("none" is none), or raise PrintError with those there are."""
    wanted = {name.strip() for entry in names for name in entry.split(",") if name.strip()} - {"none"}
    if unknown := sorted(wanted - set(LAYERS)):
        raise PrintError(f"layer {unknown[0]!r} is not known; use any of: {', '.join(LAYERS)}, or none")
    return tuple(layer for layer in LAYERS if layer in wanted)


def sheet_of(atlas: Atlas, job: PrintJob) -> Sheet:
    """The layout of a job's paper; raises PrintError for a paper or orientation that there is not."""
    return make_sheet(job.paper, job.orientation, _filter_line(atlas, job, MOST_FILTER_SIGNS))


def drawn_layers(job: PrintJob, frame: PageFrame) -> tuple[str, ...]:
    """The layers of a job: those that are named, else those with room but for any that is left out."""
    if job.layers is not None:
        return tuple(job.layers)
    return tuple(layer for layer in default_layers(frame) if layer not in job.stack.off)


def compose(
    atlas: Atlas, job: PrintJob, sheet: Sheet, frame: PageFrame, edges: Sequence[Feature]
) -> tuple[dict[str, Any], str]:
    """Return what the template reads, and the map's picture as SVG."""
    layers = drawn_layers(job, frame)
    counts = atlas.zone_counts(job.tasks if job.narrowed else None)
    sites = _named_sites(job.tasks) if job.narrowed else None
    picture = draw_picture(
        atlas, edges, frame, layers, focus=job.focus, area=job.area, sites=sites, stack=job.stack
    )
    labels = collect_labels(atlas, frame, layers, job.language, job.words, counts, sites)
    counted = {"zones", "counts"} <= set(layers)
    legend = make_legend(
        atlas, picture.shown, job.words, job.language, counts if counted else {}, stack=job.stack
    )
    data = {
        **_sheet_data(sheet),
        **_words_data(atlas, job, frame),
        "labels": place_labels(labels, frame, picture.signs),
        "ticks": edge_ticks(frame),
        "legend": legend,
        "columns": _columns(legend),
        "counted": any(row["count"] for row in legend[0]["rows"]) if legend else False,
        "scale": _scale_data(frame, sheet),
        "colours": dict(COLOURS),
        "rows": _rows(atlas, job) if job.with_list else [],
    }
    return data, picture.svg


def _sheet_data(sheet: Sheet) -> dict[str, Any]:
    return {
        "width": sheet.width,
        "height": sheet.height,
        "unit": sheet.unit,
        "portrait": sheet.portrait,
        "margin": 9 * sheet.unit,
        "map_box": sheet.map_box,
        "side_box": sheet.side_box,
        "foot_box": sheet.foot_box,
        "filter_lines": sheet.head_lines,
    }


def _words_data(atlas: Atlas, job: PrintJob, frame: PageFrame) -> dict[str, Any]:
    """Every text but the legend's, so that none needs formatting in the template."""
    words, chinese = job.words, job.language == "zh"
    title = parse_title(job.title) or words["print.title"]
    return {
        "title": title,
        "date_line": words["print.made_on"].format(day=job.today.isoformat()),
        "day": [job.today.year, job.today.month, job.today.day],
        "lang": "zh" if chinese else "en",
        "region": "cn" if chinese else "gb",
        "filter_line": _filter_line(atlas, job, MOST_FILTER_SIGNS),
        "whole_filter": _filter_line(atlas, job),
        "map_alt": words["print.alt"].format(title=title, ratio=_ratio(frame)),
        "count_head": words["legend.count"],
        "north": words["print.north"],
        "disclaimer": words["print.disclaimer"],
        "accuracy": words["print.accuracy"],
        "sources": words["print.sources"].format(plans=_plan_names(atlas, job)),
        "credits": " · ".join(job.credits),
        "list_title": words["print.list_title"].format(n=len(job.tasks)),
        "list_head": [words[f"print.column_{key}"] for key in ("number", "title", "places", "due")],
    }


def _plan_names(atlas: Atlas, job: PrintJob) -> str:
    """The plans that the tasks are of; of very many the first."""
    listed = {task.task.plan for task in job.tasks} if job.narrowed else set(atlas.plans)
    plans = [plan for plan in atlas.plans.values() if plan.id in listed]
    titles = [_cut((job.language == "en" and plan.title_en) or plan.title, 50) for plan in plans]
    more = "…" if len(titles) > MOST_PLANS else ""
    return job.words["print.list_joiner"].join(titles[:MOST_PLANS]) + more


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + "…"


def _filter_line(atlas: Atlas, job: PrintJob, longest: int = 10_000) -> str:
    """The filter in words, cut where it is longer than `longest`, and how many tasks it leaves."""
    words, n = job.words, len(job.tasks)
    if not job.narrowed:
        return words["print.no_filter"].format(n=n)
    said = _cut(words["print.joiner"].join(job.filter_words), longest)
    return words["print.filter"].format(filter=said, n=n, total=len(atlas.tasks))


def _ratio(frame: PageFrame) -> str:
    return f"1:{frame.ratio:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _scale_data(frame: PageFrame, sheet: Sheet) -> dict[str, Any]:
    km, long_mm = scale_bar(frame, 32 * sheet.unit)
    metres = km < 1
    unit, value = ("m", km * 1000) if metres else ("km", km)
    marks = ["0", f"{value / 2:g}", f"{value:g} {unit}"]
    return {"ratio": _ratio(frame), "bar": round(long_mm, 3), "marks": marks}


def _columns(legend: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The groups of a legend in three columns of an upright sheet; the last leaves room for the scale."""
    heights = [len(group["rows"]) + 2 for group in legend]
    columns: list[list[Any]] = [[], [], []]
    share, at, filled = (sum(heights) + 5) / 3, 0, 0.0
    for index, height in enumerate(heights):
        if filled and filled + height / 2 > share and at < 2:
            at, filled = at + 1, 0.0
        columns[at].append(index)
        filled += height
    return [[*column, index == 2] for index, column in enumerate(columns)]


def _rows(atlas: Atlas, job: PrintJob) -> list[list[str]]:
    """The list's rows: number, heading, places and due times of each task."""
    return [
        [
            item.id,
            item.task.title,
            _places(atlas, item, job.language),
            job.words["mark.list"].join(due_told(due, english=job.language == "en") for due in _dues(item)),
        ]
        for item in job.tasks
    ]


def _places(atlas: Atlas, item: LinkedTask, language: str) -> str:
    ids = dict.fromkeys(link.target for link in item.links.links if link.relation != "serves")
    names = [name_of(atlas.features[i].properties, language) for i in ids if i in atlas.features]
    more = "…" if len(names) > MOST_LISTED_PLACES else ""
    return ("、" if language == "zh" else ", ").join(names[:MOST_LISTED_PLACES]) + more


def _dues(item: LinkedTask) -> list[str]:
    return list(dict.fromkeys(m.due for m in item.task.milestones if m.due))


def _named_sites(tasks: Sequence[LinkedTask]) -> set[str]:
    return {link.target for item in tasks for link in item.links.links if link.kind == "site"}


def _compile(inputs: dict[str, str], **options: Any) -> bytes:
    """One file; of a picture only the first page is made."""
    fonts = find_fonts()
    import typst

    made = typst.compile(
        TEMPLATE.read_bytes(), font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs, **options
    )
    return bytes((made[0] if isinstance(made, list) else made) or b"")


def _with_resolution(png: bytes, dpi: int) -> bytes:
    """A PNG that says how large it is on paper (chunk pHYs, pixels a metre), put after its header."""
    per_metre = round(dpi / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", 9) + body + struct.pack(">I", zlib.crc32(body))
    header_end = 8 + 25  # signature, then IHDR
    return png[:header_end] + chunk + png[header_end:]


def _unwrap_images(svg: bytes) -> bytes:
    """An SVG whose pictures are drawings of their own, not data addresses: some programs draw those as dots.

    The ids of each drawing get a number, so that none stands twice.
    """
    number = 0

    def unwrap(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        inner = base64.b64decode(found[3]).decode()
        inner = re.sub(r'\bid="', f'id="d{number}-', inner).replace("url(#", f"url(#d{number}-")
        size = f'width="{found[1]}" height="{found[2]}"'
        inner = re.sub(r'width="[^"]*" height="[^"]*"', size, inner, count=1)
        moved = re.search(r'\btransform="[^"]*"', found[0])  # which an inner svg cannot have before SVG 2
        return f"<g {moved[0]}>{inner}</g>" if moved else inner

    return _IMAGE.sub(unwrap, svg.decode()).encode()
