"""How far apart are two colours? WCAG contrast, CIEDE2000, and colour-blind sight, for the token tests.

Colours come as `#rrggbb` in sRGB. Contrast is WCAG 2's (L1 + 0.05) / (L2 + 0.05). CIEDE2000 follows Sharma,
Wu and Dalal (2005), with kL = kC = kH = 1, from sRGB through CIELAB under D65. Colour-blind sight is
Machado, Oliveira and Fernandes (2009) at full strength, applied to linear RGB.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

D65_WHITE: Triple = (0.95047, 1.0, 1.08883)
SRGB_TO_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
SIGHTS: dict[str, Matrix] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def contrast(first: str, second: str) -> float:
    """Return the WCAG contrast of two colours, 1 to 21."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def smallest_difference(colours: list[str], sight: str = "normal") -> float:
    """Return the smallest CIEDE2000 among all pairs of colours, as seen with a kind of sight."""
    labs = [lab_of(colour, sight) for colour in colours]
    return min(ciede2000(first, second) for first, second in combinations(labs, 2))


def neighbour_difference(colours: list[str], sight: str = "normal") -> float:
    """Return the smallest CIEDE2000 between neighbours of a ramp."""
    labs = [lab_of(colour, sight) for colour in colours]
    return min(ciede2000(first, second) for first, second in pairwise(labs))


def lab_of(colour: str, sight: str = "normal") -> Triple:
    """Return CIELAB (L 0 to 100, a, b) of a colour as seen with a kind of sight, a key of `SIGHTS`."""
    seen = [min(1.0, max(0.0, value)) for value in _times(SIGHTS[sight], _linear(colour))]
    xyz = _times(SRGB_TO_XYZ, (seen[0], seen[1], seen[2]))
    x, y, z = (_lab_curve(value / white) for value, white in zip(xyz, D65_WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(first: Triple, second: Triple) -> float:
    """Return the CIEDE2000 difference of two CIELAB colours; about 1 is just noticeable side by side."""
    mean_ab = (hypot(*first[1:]) + hypot(*second[1:])) / 2
    stretch = 1.5 - 0.5 * _chroma_weight(mean_ab)
    (l1, c1, h1), (l2, c2, h2) = (_cylinder(lab, stretch) for lab in (first, second))
    turn = _turn(c1 * c2, h1, h2)
    d_hue = 2 * sqrt(c1 * c2) * sin(radians(turn / 2))
    l_mean, c_mean, h_mean = (l1 + l2) / 2, (c1 + c2) / 2, _mean_hue(c1 * c2, h1, h2)
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / sqrt(20 + (l_mean - 50) ** 2)
    s_c = 1 + 0.045 * c_mean
    s_h = 1 + 0.015 * c_mean * _hue_weight(h_mean)
    bend = 60 * exp(-(((h_mean - 275) / 25) ** 2))  # the turn of the blue region
    r_t = -2 * _chroma_weight(c_mean) * sin(radians(bend))
    x, y, z = (l2 - l1) / s_l, (c2 - c1) / s_c, d_hue / s_h
    return sqrt(x * x + y * y + z * z + r_t * y * z)


def _cylinder(lab: Triple, stretch: float) -> Triple:
    """Lightness, chroma and hue in degrees 0 to 360, with `a` stretched."""
    lightness, a, b = lab
    a *= stretch
    return lightness, hypot(a, b), degrees(atan2(b, a)) % 360 if (a or b) else 0.0


def _turn(product: float, h1: float, h2: float) -> float:
    """The hue difference, the short way round; 0 when one colour is grey."""
    return 0.0 if product == 0 else (h2 - h1 + 180) % 360 - 180 or h2 - h1


def _mean_hue(product: float, h1: float, h2: float) -> float:
    """The hue between two, the short way round; their sum when one colour is grey."""
    if product == 0:
        return h1 + h2
    if abs(h1 - h2) <= 180:
        return (h1 + h2) / 2
    return (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2


def _chroma_weight(chroma: float) -> float:
    return sqrt(chroma**7 / (chroma**7 + 25.0**7))


def _hue_weight(hue: float) -> float:
    """T of the formula."""
    return (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Triple:
    """Linear RGB, 0 to 1, of `#rrggbb`."""
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"{colour!r} is not a colour of the form #rrggbb")
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _gamma_off(red), _gamma_off(green), _gamma_off(blue)


def _gamma_off(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _lab_curve(value: float) -> float:
    return value ** (1 / 3) if value > (6 / 29) ** 3 else value * (29 / 6) ** 2 / 3 + 4 / 29


def _times(matrix: Matrix, vector: Triple) -> Triple:
    x, y, z = (sum(factor * value for factor, value in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z
