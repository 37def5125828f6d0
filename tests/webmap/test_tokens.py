"""Do the colour tokens keep their promises? Contrast by WCAG, differences under four kinds of sight.

Every row of the look's table is measured on the values in `tokens.css`: change a hex and it is measured
again. The limits for differences are ours; no standard gives them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from colour import SIGHTS, ciede2000, contrast, lab_of, neighbour_difference, smallest_difference

import webmap

CSS = Path(webmap.__file__).parent / "static" / "css"
JS = CSS.parent / "js"
ROOTS = {
    "light": ("", ":root"),
    "dark": ("", ':root[data-theme="dark"]'),
    "system dark": ("@media (prefers-color-scheme: dark)", ':root:not([data-theme="light"])'),
}
TEXT, PART = 4.5, 3.0  # WCAG 1.4.3 for text, 1.4.11 for parts of controls and graphics

SURFACES = ("surface-0", "surface-1", "surface-2", "surface-sunk", "surface-hover", "surface-selected")
ZONES = ("zone-core", "zone-bonded", "zone-frontier", "zone-integrated", "zone-emerging")
ZONE_LINES = tuple(f"{zone}-line" for zone in ZONES)
TRANSIT = ("line-16", "line-lg", "line-t1", "line-t2", "line-t6")
PLANS = ("plan-2020", "plan-2023", "plan-145", "plan-national")
STAGES = ("stage-plan", "stage-start", "stage-topped", "stage-complete", "stage-open")
CHOROPLETH = ("seq-1", "seq-2", "seq-3", "seq-4", "seq-5")
GROUND = ("map-sea", "map-land-out", "map-land", "map-lake", "map-green")

# what, colours of which each must stand out, from each of these, by at least
CONTRASTS = [
    ("text on every surface", ("text-1", "text-2", "text-3"), SURFACES, TEXT),
    ("links on every surface", ("accent", "link-visited"), SURFACES, TEXT),
    ("text on the accent", ("on-accent",), ("accent",), TEXT),
    ("overdue, soon and done in words", ("text-over", "text-soon", "text-done"), SURFACES, TEXT),
    ("names on the ground and on every fill", ("map-ink",), (*GROUND, *ZONES, "map-halo"), TEXT),
    ("names of towns and streets", ("map-ink-2",), ("map-land", "map-land-out", "map-halo"), TEXT),
    ("names of water", ("map-ink-water",), ("map-sea", "map-lake"), TEXT),
    ("numbers in the ink pill", ("map-halo",), ("map-ink",), TEXT),
    ("chip letter on the zone's line colour", ("chip-ink",), (*ZONE_LINES, "zone-coast-line"), TEXT),
    ("chip letter of a town", ("chip-ink",), ("map-town",), TEXT),
    ("badge text on the line's colour", ("chip-ink",), (*TRANSIT, "map-rail"), TEXT),
    ("sign in the overdue light", ("light-over-ink",), ("light-over",), TEXT),
    ("edge of the soon light", ("light-soon-ink",), ("light-soon",), PART),
    ("edges of controls", ("border-strong",), SURFACES, PART),
    ("focus ring", ("focus",), SURFACES, PART),
    ("zone lines on land and sea", ZONE_LINES, ("map-land", "map-land-out", "map-sea"), PART),
    ("transit on its casing", TRANSIT, ("map-halo",), PART),
    ("coast between sea and land", ("map-coast",), ("map-sea", "map-land"), PART),
    ("hatch of the belt on land", ("zone-coast-line",), ("map-land",), PART),
    ("public services on their casing", ("poi",), ("map-halo",), PART),
]
# what, colours, smallest CIEDE2000 that is enough, measured between all pairs or along a ramp
DIFFERENCES = [
    ("five zone fills", ZONES, 8, smallest_difference),
    ("five zone lines and chips", ZONE_LINES, 9, smallest_difference),
    ("five transit lines", TRANSIT, 12, smallest_difference),
    ("four plans in charts", PLANS, 18, smallest_difference),
    ("stages, neighbours", STAGES, 10, neighbour_difference),
    ("choropleth, neighbours", CHOROPLETH, 8, neighbour_difference),
    ("soon against overdue", ("light-soon", "light-over"), 20, smallest_difference),
]
# Sharma, Wu and Dalal 2005, table 1: two CIELAB colours and their CIEDE2000
SHARMA_2005 = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 3.1571, -77.2803), (50.0, 0.0, -82.7485), 2.8615),
    ((50.0, 2.8361, -74.0200), (50.0, 0.0, -82.7485), 3.4412),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, -1.1848, -84.8006), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, -0.9009, -85.5211), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0009), 7.1792),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0010), 7.1792),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0011), 7.2195),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0012), 7.2195),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0009, -2.4900), 4.8045),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0010, -2.4900), 4.8045),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0011, -2.4900), 4.7461),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
    ((50.0, 2.5, 0.0), (56.0, -27.0, -3.0), 31.9030),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((50.0, 2.5, 0.0), (50.0, 3.1736, 0.5854), 1.0000),
    ((50.0, 2.5, 0.0), (50.0, 3.2972, 0.0), 1.0000),
    ((50.0, 2.5, 0.0), (50.0, 1.8634, 0.5757), 1.0000),
    ((50.0, 2.5, 0.0), (50.0, 3.2592, 0.3350), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


def declarations(css: str) -> dict[tuple[str, str], dict[str, str]]:
    """Custom properties by (at-rule, selector); a list of selectors counts for each."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    open_blocks: list[str] = []
    text = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    for head, mark in re.findall(r"([^{};]*)([{};])", text):
        words = " ".join(head.split())
        if mark == "{":
            open_blocks.append(words)
            continue
        name, colon, value = words.partition(":")
        if colon and name.startswith("--"):
            outer = " ".join(open_blocks[:-1])
            for selector in open_blocks[-1].split(", "):
                found.setdefault((outer, selector), {})[name[2:]] = value.strip()
        if mark == "}":
            open_blocks.pop()
    return found


def read_tokens(file: str, theme: str) -> dict[str, str]:
    return declarations((CSS / file).read_text(encoding="utf-8"))[ROOTS[theme]]


def full_hex(colour: str) -> str:
    """`#abc` written out; the ink of chips is given that way."""
    return "#" + "".join(digit * 2 for digit in colour[1:]) if len(colour) == 4 else colour


@pytest.fixture(scope="module", params=["light", "dark"])
def tokens(request: pytest.FixtureRequest) -> dict[str, str]:
    """Every colour of a theme, with the ink of chips and badges."""
    ink = full_hex(read_tokens("frame.css", request.param)["chip-ink"])
    return {**read_tokens("tokens.css", request.param), "chip-ink": ink}


@pytest.mark.parametrize("first, second, published", SHARMA_2005)
def test_the_difference_formula_gives_the_published_values(first, second, published):
    assert round(ciede2000(first, second), 4) == published
    assert round(ciede2000(second, first), 4) == published


def test_white_black_and_grey_have_the_contrast_and_lightness_that_everybody_knows():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert lab_of("#777777")[0] == pytest.approx(50.03, abs=0.01)
    assert lab_of("#ff0000") == pytest.approx((53.24, 80.09, 67.20), abs=0.01)


@pytest.mark.parametrize("sight", SIGHTS)
def test_greys_look_alike_to_every_sight(sight):
    assert ciede2000(lab_of("#808080"), lab_of("#808080", sight)) < 0.01


def test_red_and_green_come_together_for_the_red_and_green_blind_only():
    pair = ["#c04040", "#708020"]
    assert smallest_difference(pair, "deuteranopia") < 15 < 40 < smallest_difference(pair)
    assert smallest_difference(pair, "tritanopia") > 30


@pytest.mark.parametrize("what, colours, grounds, needed", CONTRASTS, ids=[row[0] for row in CONTRASTS])
def test_colours_stand_out_from_what_they_lie_on(tokens, what, colours, grounds, needed):
    measured = {(c, g): round(contrast(tokens[c], tokens[g]), 2) for c in colours for g in grounds}
    assert {pair: value for pair, value in measured.items() if value < needed} == {}


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_line_stands_out_from_its_own_fill(tokens, zone):
    assert contrast(tokens[f"{zone}-line"], tokens[zone]) >= PART


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("what, names, aim, measure", DIFFERENCES, ids=[row[0] for row in DIFFERENCES])
def test_colours_that_mean_different_things_differ_for_everyone(tokens, what, names, aim, measure, sight):
    assert measure([tokens[name] for name in names], sight) >= aim


def test_every_theme_sets_the_same_tokens():
    light, dark, system = (read_tokens("tokens.css", theme) for theme in ROOTS)
    assert sorted(light) == sorted(dark)
    assert system == dark


def test_print_sets_the_same_tokens_whatever_the_theme():
    blocks = declarations((CSS / "tokens.css").read_text(encoding="utf-8"))
    for selector in (":root", ':root[data-theme="dark"]', ':root:not([data-theme="light"])'):
        assert sorted(blocks["@media print", selector]) == sorted(blocks["", ":root"])


def test_every_token_is_a_plain_colour():
    blocks = declarations((CSS / "tokens.css").read_text(encoding="utf-8"))
    values = {value for block in blocks.values() for value in block.values()}
    assert {value for value in values if not re.fullmatch(r"#[0-9a-f]{6}", value)} == set()


@pytest.mark.parametrize("path", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_every_variable_used_is_set_somewhere(path):
    sheets = {sheet.name: sheet.read_text(encoding="utf-8") for sheet in CSS.glob("*.css")}
    known = {name for css in sheets.values() for block in declarations(css).values() for name in block}
    for script in JS.glob("*.js"):
        known |= set(re.findall(r'setProperty\("--([\w-]+)"', script.read_text(encoding="utf-8")))
    used = set(re.findall(r"var\(\s*--([\w-]+)", sheets[path.name]))
    assert used - known == set()
