"""How a printed map looks: the colours and widths of the screen's light theme, without a style sheet.

Widths and dashes are in pixels of the screen's map; a sheet says how long a pixel is on its paper. The
colours are those of the interface's tokens, and a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COLOURS: Mapping[str, str] = {
    "map-sea": "#d5e3e9",
    "map-waterline": "#a9c6d3",
    "map-land-out": "#e9e6de",
    "map-land": "#f4f1e9",
    "map-coast": "#4f7f95",
    "map-lake": "#bfd9e4",
    "map-river": "#9cc0d0",
    "map-green": "#dce7cb",
    "map-motorway": "#a9977a",
    "map-motorway-in": "#f1e4c6",
    "map-road": "#ffffff",
    "map-road-case": "#bdb6a8",
    "map-street-far": "#bdb6a8",
    "map-rail": "#6b6f73",
    "map-town": "#7a7468",
    "map-frame": "#1b232b",
    "map-ink": "#1b232b",
    "map-ink-2": "#47515a",
    "map-ink-water": "#1d566e",
    "map-halo": "#fcfaf5",
    "surface-1": "#fcfbf8",
    "border": "#d8d3c8",
    "stage-complete": "#2a6d8f",
    "text-done": "#1e6440",
    "poi": "#3e4a8a",
    "zone-core": "#fbbca8",
    "zone-core-line": "#9a4a43",
    "zone-bonded": "#c1afdc",
    "zone-bonded-line": "#43397f",
    "zone-frontier": "#c6a97e",
    "zone-frontier-line": "#6a4518",
    "zone-integrated": "#fbe194",
    "zone-integrated-line": "#7e6a0c",
    "zone-emerging": "#9acabf",
    "zone-emerging-line": "#1f6266",
    "zone-coast-line": "#1f6f8b",
    "line-16": "#0a5a4c",
    "line-lg": "#26235f",
    "line-t1": "#c5400f",
    "line-t2": "#8f4a7e",
    "line-t6": "#1f73da",
}
PALETTES = ("core", "bonded", "frontier", "integrated", "emerging")
SHORE = ((64, 0.32), (42, 0.5), (24, 0.7), (10, 0.95))  # px and strength, as engraved lines in the sea
FEATHER_STEPS, FEATHER_PX = 6, 20.0
FEATHER_OPACITY = 0.27  # of each step: together 0.85 inside
BAND_PX = 10.0


@dataclass(frozen=True)
class Brand:
    """A line with a colour of its own: token, badge, where along it the badge sits, zoom it appears."""

    token: str
    badge: str
    badge_at: float
    from_zoom: float
    width: float


BRANDS: Mapping[str, Brand] = {
    "line-16": Brand("line-16", "16", 0.45, 10.2, 4),
    "lianggang-express": Brand("line-lg", "两港快线", 0.5, 10.6, 5),
    "t1": Brand("line-t1", "T1", 0.45, 11.6, 3),
    "t2": Brand("line-t2", "T2", 0.5, 11.6, 3),
    "t6": Brand("line-t6", "T6", 0.55, 11.6, 3),
}

# Signs about 0, 0 in pixels, 18 px wide: body, its kind of paint, and what lies on it.
_STROKE = 'fill="none" stroke="{map-halo}" stroke-width="1.3" stroke-linecap="round"'
_POI = 'fill="{poi}" stroke="{map-halo}" stroke-width="1.2"'
SYMBOLS: Mapping[str, str] = {
    "schools": (
        f'<path d="M0 -7.6L7.6 -1.8L4.8 7.2H-4.8L-7.6 -1.8Z" {_POI}/><path d="M-3.4 -1.4H3.4M0 -3.6V-1.6'
        f'M-2 -1.2C-1.4 1.6 .4 3.4 3 4.4M2 -1.2C1.4 1.6 -.4 3.4 -3 4.4" {_STROKE}/>'
    ),
    "hospitals": (
        f'<circle r="7.4" {_POI}/>'
        '<path d="M-1.5 -4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5V-1.5H-1.5Z" fill="{map-halo}"/>'
    ),
    "stops": '<circle r="4" fill="{map-halo}" stroke="{map-ink}" stroke-width="2.2"/>',
    "interchange": '<circle r="5.6" fill="{map-halo}" stroke="{map-ink}" stroke-width="2.6"/>',
    "sites": (
        '<path d="M-5.6 -5.6H5.6V5.6H-5.6Z" fill="{stage-complete}" stroke="{map-ink}" stroke-width="1.3"/>'
        '<path d="M-5.6 1.8H5.6" stroke="{map-ink}" stroke-width="1.3"/>'
    ),
    "park": (
        '<g fill="{text-done}" stroke="{map-halo}" stroke-width=".8">'
        '<circle cy="-3.4" r="3.3"/><circle cx="-3.4" cy="2.2" r="3.3"/>'
        '<circle cx="3.4" cy="2.2" r="3.3"/></g>'
    ),
    "port": (
        '<path d="M-6.6 -1.6H6.6A6.6 6.6 0 0 1 -6.6 -1.6Z" fill="{stage-complete}" '
        'stroke="{map-ink}" stroke-width="1.3"/>'
    ),
    "schools-dot": '<path d="M0 -4.4L4.4 -1L2.8 4.2H-2.8L-4.4 -1Z" fill="{poi}" stroke="{map-halo}"/>',
    "hospitals-dot": (
        '<circle r="4.2" fill="{poi}" stroke="{map-halo}"/><path d="M-2.4 0H2.4M0 -2.4V2.4" '
        'fill="none" stroke="{map-halo}" stroke-width="1.5"/>'
    ),
    "sites-dot": (
        '<path d="M-2.8 -2.8H2.8V2.8H-2.8Z" fill="{stage-complete}" stroke="{map-halo}" stroke-width=".9"/>'
    ),
}


def paint(markup: str) -> str:
    """Markup with `{token}` replaced by its colour."""
    for token, colour in COLOURS.items():
        markup = markup.replace("{" + token + "}", colour)
    return markup


def sureness(accuracy_m: float | None) -> str:
    """How an edge is drawn follows from how well it is known: sure, fair, rough or vague."""
    if accuracy_m is None or accuracy_m <= 300:
        return "sure"
    if accuracy_m <= 1000:
        return "fair"
    return "rough" if accuracy_m <= 3000 else "vague"
