"""Where on the paper does a printed map lie, and at which scale?

The map is projected with a transverse Mercator of its own, through the middle of the sheet: within 60 km of
there lengths are off by 0.005 % at most, so one scale holds for the whole sheet and north is up. Positions
in: lon, lat in EPSG:4326. Positions out: millimetres from the upper left corner of the map, y down.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geo.crs import get_transformer
from lingang.errors import PlanningMapError

Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees

DRAWN: Bounds = (121.21, 30.40, 122.40, 31.39)  # beyond this nothing is drawn, as on the screen's map
RATIOS = (
    2_500, 5_000, 7_500, 10_000, 12_500, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000, 75_000,
    80_000, 100_000, 125_000, 150_000, 175_000, 200_000, 250_000, 300_000, 350_000, 400_000, 500_000,
    600_000, 750_000, 1_000_000,
)  # fmt: skip
ORIENTATIONS = ("landscape", "portrait")
HEAD_TEXT_MM, HEAD_LINE_MM = 2.7, 3.4  # of the words under the title, on A4
LINE_END = 3  # signs that a line may stay short of its width
LONGEST_TITLE = 80  # characters
SCREEN_PX = (1040, 760)  # of the map on a usual screen: what `at` is taken to show
ZOOM_0_M = 156_543.034  # metres a CSS pixel at zoom 0 on the equator (EPSG:3857, tiles of 256 px)
SMALLEST_SPAN_M = 200.0
LARGEST_SPAN_DEG = 3.0


class PrintError(PlanningMapError, ValueError):
    """A printed map that was asked for wrongly: paper, format, extent, layer or title."""


@dataclass(frozen=True)
class Paper:
    """A sheet: its sides in millimetres, long one first, and the size of its signs.

    `unit` is how much larger letters and margins are than on A4; `px_mm` is the paper's length for one
    pixel of the screen's map.
    """

    long_mm: float
    short_mm: float
    unit: float
    px_mm: float


PAPERS: Mapping[str, Paper] = {"a4": Paper(297, 210, 1.0, 0.2), "a3": Paper(420, 297, 1.22, 0.235)}


@dataclass(frozen=True)
class Sheet:
    """The places of everything on the first page, in millimetres from its upper left corner."""

    width: float
    height: float
    unit: float
    px_mm: float
    map_box: tuple[float, float, float, float]  # x, y, width, height
    side_box: tuple[float, float, float, float]  # of the legend
    foot_box: tuple[float, float, float, float]
    head_lines: int = 1  # of words under the title

    @property
    def portrait(self) -> bool:
        return self.height > self.width


def make_sheet(paper: str, orientation: str, words_over_map: str = "") -> Sheet:
    """Return the layout of a paper with room for words under its title.

    Raises
    ------
    PrintError
        No such paper or orientation; says which there are.
    """
    chosen = PAPERS.get(paper.lower())
    if chosen is None:
        raise PrintError(f"paper={paper!r} is not known; use one of: {', '.join(PAPERS)}")
    if orientation not in ORIENTATIONS:
        raise PrintError(f"orientation={orientation!r} is not known; use one of: {', '.join(ORIENTATIONS)}")
    u, upright = chosen.unit, orientation == "portrait"
    width, height = (chosen.short_mm, chosen.long_mm) if upright else (chosen.long_mm, chosen.short_mm)
    margin, foot, ticks = 9 * u, 11 * u, 4 * u
    lines = _lines(words_over_map, (width - 2 * margin) / (HEAD_TEXT_MM * u))
    head = (15 + (lines - 1) * HEAD_LINE_MM) * u
    foot_box = (margin, height - margin - foot, width - 2 * margin, foot)
    below = height - margin - foot - 2 * u  # where the map and the legend end
    if upright:
        side = 60 * u
        map_box = (
            margin + ticks,
            margin + head,
            width - 2 * margin - ticks,
            below - side - margin - head - ticks,
        )
        side_box = (margin, below - side + u, width - 2 * margin, side - u)
    else:
        side = 54 * u
        map_box = (
            margin + ticks,
            margin + head,
            width - 2 * margin - side - ticks,
            below - margin - head - ticks,
        )
        side_box = (width - margin - side + 4 * u, margin + head, side - 4 * u, below - margin - head)
    return Sheet(width, height, u, chosen.px_mm, map_box, side_box, foot_box, lines)


def width_of(words: str) -> float:
    """Width of a line in units of its size, a little too wide rather than too narrow."""
    return sum(1.0 if ord(sign) > 0x2E80 else 0.6 for sign in words)


def _lines(words: str, longest: float) -> int:
    """How many lines words take; a line ends before the word or sign that does not fit."""
    return max(1, math.ceil(width_of(words) / (longest - LINE_END)))


@dataclass(frozen=True)
class PageFrame:
    """The part of the earth in the map's box: its middle, the scale 1:`ratio`, and the box's size in mm."""

    lon: float
    lat: float
    ratio: int
    width: float
    height: float
    px_mm: float

    @cached_property
    def crs(self) -> str:
        """The transverse Mercator of this sheet, scale 1 in its middle."""
        return f"+proj=tmerc +lat_0={self.lat:.6f} +lon_0={self.lon:.6f} +k=1 +ellps=WGS84 +units=m"

    @property
    def mm_a_m(self) -> float:
        """Millimetres on the paper for a metre on the ground."""
        return 1000 / self.ratio

    @property
    def zoom(self) -> float:
        """The zoom at which a screen shows as much: what is drawn and named follows from it."""
        metres_a_px = self.px_mm / self.mm_a_m
        return math.log2(ZOOM_0_M * math.cos(math.radians(self.lat)) / metres_a_px)

    @cached_property
    def window(self) -> BaseGeometry:
        """The map's box in millimetres."""
        return box(0, 0, self.width, self.height)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Millimetres of a position."""
        x, y = get_transformer("EPSG:4326", self.crs).transform(lon, lat)
        return self.width / 2 + x * self.mm_a_m, self.height / 2 - y * self.mm_a_m

    def lon_lat(self, x: float, y: float) -> tuple[float, float]:
        """The position at a place of the paper."""
        east, north = (x - self.width / 2) / self.mm_a_m, (self.height / 2 - y) / self.mm_a_m
        lon, lat = get_transformer(self.crs, "EPSG:4326").transform(east, north)
        return float(lon), float(lat)

    def to_page(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry in millimetres; valid where it was."""
        transformer = get_transformer("EPSG:4326", self.crs)

        def move(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            east, north = transformer.transform(points[:, 0], points[:, 1])
            return np.column_stack(
                [self.width / 2 + east * self.mm_a_m, self.height / 2 - north * self.mm_a_m]
            )

        moved: BaseGeometry = shapely.transform(shapely.force_2d(geometry), move)
        return moved


def make_frame(sheet: Sheet, bounds: Bounds) -> PageFrame:
    """Return the frame that shows all of `bounds` at the largest round scale that fits the sheet.

    Raises
    ------
    PrintError
        The bounds lie outside what is drawn, or no scale is small enough for them.
    """
    west, south, east, north = bounds
    if west > DRAWN[2] or east < DRAWN[0] or south > DRAWN[3] or north < DRAWN[1]:
        told = ", ".join(f"{value:g}" for value in bounds)
        drawn = ", ".join(f"{value:g}" for value in DRAWN)
        raise PrintError(f"bbox {told} lies outside the drawing; it reaches from {drawn} (w, s, e, n)")
    if east - west > LARGEST_SPAN_DEG or north - south > LARGEST_SPAN_DEG:
        raise PrintError(f"bbox is too large: {LARGEST_SPAN_DEG:g} degrees a side at most")
    lon, lat = (west + east) / 2, (south + north) / 2
    _, _, width, height = sheet.map_box
    unscaled = PageFrame(lon, lat, 1000, width, height, sheet.px_mm)  # a millimetre is a metre
    corners = unscaled.to_page(shapely.segmentize(box(*bounds), 0.05)).bounds
    wide_m = max(2 * max(width / 2 - corners[0], corners[2] - width / 2), SMALLEST_SPAN_M)
    high_m = max(2 * max(height / 2 - corners[1], corners[3] - height / 2), SMALLEST_SPAN_M)
    least = max(wide_m / width, high_m / height) * 1000
    fits = [ratio for ratio in RATIOS if ratio >= least * 0.999]
    if not fits:
        raise PrintError(
            f"bbox is too large for this paper: it needs 1:{least:,.0f}, 1:{RATIOS[-1]:,} at most"
        )
    return PageFrame(lon, lat, fits[0], width, height, sheet.px_mm)


def parse_at(written: str) -> Bounds:
    """Return what a screen shows at `zoom/lat/lon`, or raise PrintError that says what it takes."""
    try:
        zoom, lat, lon = (float(part) for part in written.split("/"))
    except ValueError:
        zoom = lat = lon = math.nan
    if not (0 <= zoom <= 22 and abs(lat) <= 85 and abs(lon) <= 180):
        raise PrintError(f"at={_short(written)} is none; write zoom/lat/lon, such as 12/30.9/121.9")
    half_lon = SCREEN_PX[0] / 2 * 360 / (256 * 2**zoom)
    half_lat = SCREEN_PX[1] / 2 * 360 / (256 * 2**zoom) * math.cos(math.radians(lat))
    return lon - half_lon, lat - half_lat, lon + half_lon, lat + half_lat


def parse_title(written: str) -> str:
    """Return a title as one line without control signs; raises PrintError for one that is too long."""
    plain = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in written)
    title = " ".join(plain.split())
    if len(title) > LONGEST_TITLE:
        raise PrintError(f"title has {len(title)} characters; {LONGEST_TITLE} at most")
    return title


def scale_bar(frame: PageFrame, longest_mm: float) -> tuple[float, float]:
    """Kilometres of a bar of round length and its millimetres on the paper, `longest_mm` at most."""
    longest_km = longest_mm / frame.mm_a_m / 1000
    magnitude = 10.0 ** math.floor(math.log10(longest_km))
    km = max(step * magnitude for step in (1, 2, 4, 5) if step * magnitude <= longest_km)
    return km, km * 1000 * frame.mm_a_m


def edge_ticks(frame: PageFrame) -> list[dict[str, Any]]:
    """Where round meridians and parallels meet the map's edges: `side`, `at` (mm along it) and `text`."""
    west, south = frame.lon_lat(0, frame.height)
    east, north = frame.lon_lat(frame.width, 0)
    step = _tick_step(min(east - west, north - south))
    ticks: list[dict[str, Any]] = []
    for side, y in (("top", 0.0), ("bottom", frame.height)):
        for value in _round_values(frame.lon_lat(0, y)[0], frame.lon_lat(frame.width, y)[0], step):
            x = frame.place(value, frame.lon_lat(frame.width / 2, y)[1])[0]
            ticks.append({"side": side, "at": round(x, 2), "text": _degrees(value, "E")})
    for side, x in (("left", 0.0), ("right", frame.width)):
        for value in _round_values(frame.lon_lat(x, frame.height)[1], frame.lon_lat(x, 0)[1], step):
            y = frame.place(frame.lon_lat(x, frame.height / 2)[0], value)[1]
            ticks.append({"side": side, "at": round(y, 2), "text": _degrees(value, "N")})
    return [t for t in ticks if 6 < t["at"] < _length(frame, t["side"]) - 6]


def _length(frame: PageFrame, side: str) -> float:
    return frame.width if side in ("top", "bottom") else frame.height


def _tick_step(span_deg: float) -> float:
    """Minutes between ticks, so that the shorter side has some three or four."""
    steps = (0.25, 0.5, 1, 2, 5, 10, 15, 30, 60)
    return next((step for step in steps if span_deg * 60 / step <= 4.5), steps[-1])


def _round_values(low: float, high: float, step_min: float) -> Sequence[float]:
    step = step_min / 60
    first, last = math.ceil(low / step), math.floor(high / step)
    return [n * step for n in range(first, last + 1)]


def _degrees(value: float, letter: str) -> str:
    seconds = round(value * 3600)
    degrees, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{degrees}°{minutes:02d}′" + (f"{seconds:02d}″" if seconds else "") + letter


def _short(written: str) -> str:
    """What was given, cut where it would fill the message."""
    return repr(written if len(written) <= 60 else written[:60] + "…")
