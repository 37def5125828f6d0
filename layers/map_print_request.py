"""A printed map as it is asked for, in an address or on a command line, made into what will be printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from layers.area_filter import area_around, parse_shape
from layers.atlas import Atlas
from layers.map_print import DPI, PrintJob, parse_layers
from layers.map_print_draw import LAYERS
from layers.map_print_sheet import Bounds, PrintError, parse_at, parse_title
from layers.map_print_stack import is_of_the_map, parse_stack
from layers.selection import parse_bbox
from layers.tasks import TaskFilter, find_tasks


@dataclass(frozen=True)
class PrintRequest:
    """The options as they were written; "" for those that were not. `layers` None means what has room."""

    paper: str = "a4"
    orientation: str = "landscape"
    bbox: str = ""
    at: str = ""
    area: str = ""
    title: str = ""
    focus: str = ""
    list: str = ""
    dpi: str = ""
    stack: str = ""
    layers: tuple[str, ...] | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str], layers: Sequence[str]) -> PrintRequest:
        """Take the options from a query; blanks count as absent. `layers` are the values of that field.

        Layers written as the map's own link does (`zones.60,-t2`) are taken as their order and strength.
        """
        names = ("paper", "orientation", "bbox", "at", "area", "title", "focus", "list", "dpi", "stack")
        found = {name: query[name].strip() for name in names if query.get(name, "").strip()}
        named = [name for name in layers if name.strip()]
        if is_of_the_map(named):
            found["stack"] = ",".join([*named, *filter(None, [found.get("stack")])])
            named = []
        return cls(**found, layers=parse_layers(named) if named else None)

    @property
    def resolution(self) -> int:
        """Dots an inch of a picture; raises PrintError for what is no number."""
        if not self.dpi:
            return DPI
        if not (self.dpi.isascii() and self.dpi.isdigit() and len(self.dpi) < 6):
            raise PrintError(f"dpi={self.dpi[:20]!r} is no whole number")
        return int(self.dpi)


@dataclass(frozen=True)
class Saying:
    """How it is said: the words of the interface, their language, and lines from outside.

    `filter_words` are the filter in words, `credits` lines about rights and approval.
    """

    words: Mapping[str, str]
    language: str
    filter_words: Sequence[str] = ()
    credits: Sequence[str] = ()


def make_job(
    atlas: Atlas, asked: PrintRequest, wanted: TaskFilter, saying: Saying, *, home: Bounds, today: date
) -> PrintJob:
    """Return what to print.

    The extent is that of the zone `area`, else `bbox`, else what a screen shows `at`, else that of the
    zones that the filter names, else `home`.

    Raises
    ------
    PrintError, ExportError, FilterError
        An option or a part of the filter has a value that cannot be had; the message says what can.
    UnknownIdError
        A zone, place, plan or feature does not exist.
    """
    if asked.list not in ("", "1"):
        raise PrintError(f"list={asked.list[:20]!r} is not known; use 1, or leave it out")
    tasks = find_tasks(atlas, wanted)
    focus = [part.strip() for part in asked.focus.split(",") if part.strip()]
    named = dict.fromkeys([*focus, *wanted.values("zone"), *wanted.values("target")])
    for feature_id in named:
        atlas.get_feature(feature_id)
    return PrintJob(
        bounds=_bounds(atlas, asked, wanted, home),
        tasks=tasks,
        words=saying.words,
        language=saying.language,
        today=today,
        title=parse_title(asked.title) or _title(atlas, wanted, saying),
        paper=asked.paper,
        orientation=asked.orientation,
        layers=asked.layers,
        stack=parse_stack(asked.stack, LAYERS),
        filter_words=saying.filter_words,
        narrowed=bool(wanted.to_query()),
        focus=tuple(named),
        area=_drawn_area(atlas, wanted),
        credits=saying.credits,
        with_list=asked.list == "1",
    )


def _bounds(atlas: Atlas, asked: PrintRequest, wanted: TaskFilter, home: Bounds) -> Bounds:
    if asked.area:
        return _around(atlas, [asked.area]) or home
    if asked.bbox:
        return parse_bbox(asked.bbox)
    if asked.at:
        return parse_at(asked.at)
    drawn = _drawn_area(atlas, wanted)
    if drawn is not None:
        west, south, east, north = drawn.bounds
        return west, south, east, north
    return _around(atlas, wanted.values("zone")) or home


def _around(atlas: Atlas, zone_ids: Sequence[str]) -> Bounds | None:
    """The bounds of some zones, None where none of them has an outline."""
    outlines = [zone.geometry for zone in map(atlas.zones.get, zone_ids) if zone.geometry is not None]
    if not outlines:
        return None
    west, south, east, north = unary_union(outlines).bounds
    more = 0.04 * max(east - west, north - south)
    return west - more, south - more, east + more, north + more


def _drawn_area(atlas: Atlas, wanted: TaskFilter) -> BaseGeometry | None:
    """What `near` and `shape` take in, in degrees."""
    areas = []
    if wanted.near:
        areas.append(area_around(atlas, wanted.near, wanted.radius))
    if wanted.shape:
        areas.append(parse_shape(wanted.shape))
    return unary_union(areas) if areas else None


def _title(atlas: Atlas, wanted: TaskFilter, saying: Saying) -> str:
    """The name of the one zone that the filter names, in a title; "" for the usual title."""
    zones = wanted.values("zone")
    if len(zones) != 1:
        return ""
    zone = atlas.zones.get(zones[0])
    name = (zone.name_en if saying.language == "en" else zone.name) or zone.name
    return saying.words["print.title_zone"].format(name=name)
