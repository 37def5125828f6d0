"""Paper to draw on: a canvas that takes geometries in lon, lat and keeps SVG in millimetres.

It notes what is to be seen in the window, for the legend.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from layers.map_drawing import path_data
from layers.map_print_sheet import PageFrame
from layers.map_print_stack import USUAL, Stack
from layers.map_print_style import COLOURS

SIMPLIFIED_MM = 0.03
MARGIN_MM = 16.0  # drawn beyond the window, so that broad strokes have no end in it


@dataclass
class Canvas:
    """A drawing in the making: its parts by pane, and the legend's keys of what is in the window."""

    frame: PageFrame
    stack: Stack = USUAL
    shown: set[str] = field(default_factory=set)
    _panes: dict[str, list[str]] = field(default_factory=dict)
    _pane: str = "ground"

    @contextmanager
    def on(self, pane: str) -> Iterator[None]:
        """Draw on a pane: a group of layers, its borders (`zones-border`), or one of the ground."""
        before, self._pane = self._pane, pane
        yield
        self._pane = before

    def add(self, part: str) -> None:
        """Put SVG on top of the present pane."""
        self._panes.setdefault(self._pane, []).append(part)

    def drawn(self) -> str:
        """All panes as SVG, bottom up, each as strong as it is to be."""
        panes = sorted(self._panes, key=self.stack.depth)
        return "".join(_faded("".join(self._panes[pane]), self.stack.strength(pane)) for pane in panes)

    def px(self, pixels: float) -> float:
        """Millimetres of some pixels of the screen's map."""
        return round(pixels * self.frame.px_mm, 3)

    def on_page(self, geometry: BaseGeometry | None) -> BaseGeometry | None:
        """A geometry in millimetres, cut to the window with its margin; None where nothing is left."""
        if geometry is None:
            return None
        moved = self.frame.to_page(geometry)
        around = self.frame.window.buffer(MARGIN_MM, join_style="mitre")
        if not moved.intersects(around):
            return None
        if not moved.is_valid:
            moved = shapely.make_valid(moved)
        cut = moved if around.contains(moved) else moved.intersection(around)
        return None if cut.is_empty else cut

    def fill(self, shape: BaseGeometry | None, colour: str, opacity: float = 1, key: str = "") -> None:
        """Fill an area that is on the page."""
        if shape is None or shape.is_empty:
            return
        self.note(shape, key)
        paint_of = colour if colour.startswith("url(") else COLOURS[colour]
        faint = "" if opacity == 1 else f' fill-opacity="{opacity:g}"'
        data = path_data(shapely.simplify(shape, SIMPLIFIED_MM), _rounded)
        if data:
            self.add(f'<path d="{data}" fill="{paint_of}" fill-rule="evenodd"{faint}/>')

    def line(
        self,
        shape: BaseGeometry | None,
        colour: str,
        width_px: float,
        dash_px: Sequence[float] = (),
        *,
        opacity: float = 1,
        cap: str = "butt",
        key: str = "",
    ) -> None:
        """Stroke a line or an outline that is on the page."""
        if shape is None or shape.is_empty:
            return
        self.note(shape, key)
        data = path_data(shapely.simplify(shape, SIMPLIFIED_MM), _rounded)
        style = stroke(colour, self.px(width_px), [self.px(d) for d in dash_px], opacity, cap)
        if data:
            self.add(f'<path d="{data}" {style}/>')

    def note(self, shape: BaseGeometry, key: str) -> None:
        """Remember for the legend what is to be seen."""
        if key and key not in self.shown and shape.intersects(self.frame.window):
            self.shown.add(key)


def _faded(svg: str, strength: float) -> str:
    return svg if strength == 1 else f'<g opacity="{strength:g}">{svg}</g>'


def stroke(
    colour: str, width: float, dash: Sequence[float] = (), opacity: float = 1, cap: str = "butt"
) -> str:
    """SVG attributes of a stroke; lengths are in user units."""
    broken = f' stroke-dasharray="{" ".join(f"{d:g}" for d in dash)}"' if dash else ""
    faint = "" if opacity == 1 else f' stroke-opacity="{opacity:g}"'
    ends = "" if cap == "butt" else f' stroke-linecap="{cap}"'
    line = f'stroke="{COLOURS[colour]}" stroke-width="{width:g}" stroke-linejoin="round"'
    return f'fill="none" {line}{broken}{faint}{ends}'


def _rounded(x: float, y: float) -> tuple[float, float]:
    return round(x, 2), round(y, 2)
