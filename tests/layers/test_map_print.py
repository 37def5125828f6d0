"""The printed map: to scale, with what it shows explained, and nothing of a text read as markup."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from geo.crs import geodesic_m
from geo.features import Feature
from layers.atlas import Atlas
from layers.edges import edge_features
from layers.map_print import PrintJob, compose, drawn_layers, parse_layers, print_map, sheet_of
from layers.map_print_draw import LAYERS, default_layers, draw_picture
from layers.map_print_labels import Label, place_labels
from layers.map_print_request import PrintRequest, Saying, make_job
from layers.map_print_sheet import (
    Bounds,
    PageFrame,
    PrintError,
    make_frame,
    make_sheet,
    parse_at,
    parse_title,
    scale_bar,
)
from layers.map_print_stack import parse_stack
from layers.map_print_style import COLOURS
from layers.tasks import TaskFilter, find_tasks
from webmap.i18n import Translations

DAY = date(2024, 3, 1)
CITY: Bounds = (121.70, 30.84, 121.98, 31.01)
WHOLE: Bounds = (121.487, 30.602, 122.134, 31.108)
LAKE: Bounds = (121.90, 30.88, 121.96, 30.92)
HOSTILE = '#panic("x") *b* _i_ $x$ <script>=1+1</script> ]&[ \\u{41} "q" @ref'
SVG = "{http://www.w3.org/2000/svg}"


def job_of(atlas: Atlas, bounds: Bounds = CITY, language: str = "zh", **changes: Any) -> PrintJob:
    words = Translations.read().get(language)
    return replace(PrintJob(bounds, list(atlas.tasks.values()), words, language, DAY), **changes)


def filtered(atlas: Atlas, language: str = "zh", **fields: str) -> PrintJob:
    """What is printed for a filter, as the web and the command line make it."""
    words = Translations.read().get(language)
    saying = Saying(words, language, ["about the lake", "of one plan"], ["credit of ours", "no. 42"])
    wanted = TaskFilter.from_query(fields)
    return make_job(atlas, PrintRequest(), wanted, saying, home=CITY, today=DAY)


@pytest.fixture(scope="module")
def edges(atlas: Atlas) -> list[Feature]:
    return edge_features(atlas)


def composed(atlas: Atlas, job: PrintJob, edges: Sequence[Feature]) -> dict[str, Any]:
    sheet = make_sheet(job.paper, job.orientation)
    return compose(atlas, job, sheet, make_frame(sheet, job.bounds), edges)[0]


def legend_of(data: dict[str, Any]) -> dict[str, str]:
    """The legend's rows with their counts."""
    return {row["text"]: row["count"] for group in data["legend"] for row in group["rows"]}


def text_of(pdf: bytes, page: int = 0) -> str:
    text: str = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()
    return text


# ---- scale ------------------------------------------------------------------------------------------------

FRAMES = [
    ("a4", "landscape", CITY),
    ("a4", "portrait", WHOLE),
    ("a3", "landscape", WHOLE),
    ("a3", "portrait", LAKE),
]


def frame_of(paper: str, orientation: str, bounds: Bounds) -> PageFrame:
    return make_frame(make_sheet(paper, orientation), bounds)


@pytest.mark.parametrize("paper, orientation, bounds", FRAMES)
def test_a_distance_on_the_paper_is_that_on_the_ground(paper: str, orientation: str, bounds: Bounds) -> None:
    frame = frame_of(paper, orientation, bounds)
    west, south, east, north = bounds
    corners = [(west, south), (east, north), (west, north), (east, south), (west, (south + north) / 2)]
    for start in corners:
        for end in corners:
            (x0, y0), (x1, y1) = frame.place(*start), frame.place(*end)
            on_paper_m = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 / 1000 * frame.ratio
            assert on_paper_m == pytest.approx(geodesic_m(start, end), rel=0.0005, abs=0.01)


@pytest.mark.parametrize("paper, orientation, bounds", FRAMES)
def test_all_that_was_asked_for_is_on_the_sheet(paper: str, orientation: str, bounds: Bounds) -> None:
    frame = frame_of(paper, orientation, bounds)
    west, south, east, north = bounds
    for lon, lat in ((west, south), (west, north), (east, south), (east, north)):
        x, y = frame.place(lon, lat)
        assert -0.2 <= x <= frame.width + 0.2
        assert -0.2 <= y <= frame.height + 0.2


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    for frame in (frame_of(*case) for case in FRAMES):
        km, bar_mm = scale_bar(frame, 32)
        assert 32 / 2.6 < bar_mm <= 32
        middle = frame.lon_lat(frame.width / 2, frame.height / 2)
        beside = frame.lon_lat(frame.width / 2 + bar_mm, frame.height / 2)
        assert geodesic_m(middle, beside) == pytest.approx(km * 1000, rel=0.001)


def test_the_drawn_places_lie_where_the_scale_says(atlas: Atlas, edges: list[Feature]) -> None:
    frame = frame_of("a4", "landscape", LAKE)
    signs = draw_picture(atlas, edges, frame, LAYERS).signs
    ids = [i for i in signs if i.startswith("stop-")]
    assert len(ids) >= 2
    start, end = (atlas.features[i].geometry for i in ids[:2])
    assert start is not None and end is not None
    on_ground = geodesic_m((start.x, start.y), (end.x, end.y))
    (x0, y0, _), (x1, y1, _) = (signs[i] for i in ids[:2])
    on_paper = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 / 1000 * frame.ratio
    assert on_paper == pytest.approx(on_ground, rel=0.005, abs=1)


def test_a_larger_paper_shows_the_same_at_a_larger_scale() -> None:
    assert frame_of("a3", "landscape", CITY).ratio < frame_of("a4", "landscape", CITY).ratio


def test_a_view_of_the_screen_is_around_its_middle() -> None:
    west, south, east, north = parse_at("12/30.9/121.9")
    assert (west + east) / 2 == pytest.approx(121.9)
    assert (south + north) / 2 == pytest.approx(30.9)
    nearer = parse_at("13/30.9/121.9")
    assert (east - west) == pytest.approx(2 * (nearer[2] - nearer[0]))


# ---- legend and names -------------------------------------------------------------------------------------


def test_the_legend_lists_only_what_is_on_the_map(atlas: Atlas, edges: list[Feature]) -> None:
    everything = set(legend_of(composed(atlas, job_of(atlas), edges)))
    assert {"滴水湖核心", "轨道交通16号线", "学校", "镇界", "水面、河道"} <= everything
    bare = set(legend_of(composed(atlas, job_of(atlas, layers=("stops",)), edges)))
    assert "站点、换乘站" in bare
    assert not {"滴水湖核心", "轨道交通16号线", "学校", "镇界"} & bare
    island: Bounds = (122.03, 30.61, 122.10, 30.66)
    far = set(legend_of(composed(atlas, job_of(atlas, island), edges)))
    assert "洋山特殊综合保税区" in far
    assert not {"滴水湖核心", "轨道交通16号线", "学校"} & far


def test_counts_are_those_of_the_filtered_tasks(atlas: Atlas, edges: list[Feature]) -> None:
    job = filtered(atlas, plan="2023", zone="dishui-core")
    counts = atlas.zone_counts(find_tasks(atlas, TaskFilter(plan="2023", zone="dishui-core")))
    assert counts != atlas.zone_counts()
    data = composed(atlas, job, edges)
    assert legend_of(data)["滴水湖核心"] == str(counts["dishui-core"]["total"])
    shown = {label["id"]: label["count"] for label in data["labels"] if label["count"]}
    assert len(shown) > 5
    assert shown == {zone: str(counts[zone]["total"]) for zone in shown}


def test_without_counts_none_are_printed(atlas: Atlas, edges: list[Feature]) -> None:
    data = composed(atlas, job_of(atlas, layers=tuple(x for x in LAYERS if x != "counts")), edges)
    assert not any(label["count"] for label in data["labels"])
    assert not any(legend_of(data).values())


def test_a_filter_leaves_only_the_sites_that_its_tasks_name(atlas: Atlas, edges: list[Feature]) -> None:
    job = filtered(atlas, plan="2023", zone="dishui-core")
    frame = make_frame(make_sheet("a4", "landscape"), job.bounds)
    named = {x.target for task in job.tasks for x in task.links.links if x.kind == "site"}
    sites = {f.id for f in atlas.files["sites"]}
    all_signs = set(draw_picture(atlas, edges, frame, LAYERS).signs) & sites
    signs = set(draw_picture(atlas, edges, frame, LAYERS, sites=named).signs) & sites
    assert signs == all_signs & named
    assert 0 < len(signs) < len(all_signs)


def test_the_zone_and_area_of_a_filter_are_outlined_and_shown(atlas: Atlas, edges: list[Feature]) -> None:
    around = filtered(atlas, near="community-105", radius="800")
    assert "筛选范围" in legend_of(composed(atlas, around, edges))
    zone = filtered(atlas, zone="community-103")
    assert "所选区域或线路" in legend_of(composed(atlas, zone, edges))
    outline = atlas.zones.get("community-103").geometry
    assert outline is not None
    assert zone.bounds[0] < outline.bounds[0] and zone.bounds[3] > outline.bounds[3]
    assert zone.bounds[2] - zone.bounds[0] < 0.1


def test_a_scale_too_small_for_points_leaves_them_out() -> None:
    assert "schools" in default_layers(frame_of("a4", "landscape", LAKE))
    assert "schools" not in default_layers(frame_of("a4", "landscape", WHOLE))


def test_names_never_lie_over_each_other_and_the_lesser_goes() -> None:
    frame = frame_of("a4", "landscape", LAKE)
    many = [Label(f"n{i}", "point", "某个名字", 60, 60, 12, priority=i, beside=4) for i in range(12)]
    placed = {label["id"]: label for label in place_labels(many, frame, {})}
    assert set(placed) == {"n11", "n10", "n9", "n8"}  # the four sides of the point
    assert len({(label["x"], label["y"]) for label in placed.values()}) == 4


def test_a_parent_is_not_named_where_two_of_its_parts_are() -> None:
    frame = frame_of("a4", "landscape", LAKE)
    parent = Label("p", "zone", "大区", 60, 60, 16, 90, hidden_by=("a", "b"))
    parts = [Label("a", "part", "甲", 30, 30, 14, 60), Label("b", "part", "乙", 90, 90, 14, 60)]
    assert {x["id"] for x in place_labels([parent, *parts], frame, {})} == {"a", "b"}
    assert {x["id"] for x in place_labels([parent, parts[0]], frame, {})} == {"p", "a"}


def test_names_and_places_are_in_the_language_asked_for(atlas: Atlas, edges: list[Feature]) -> None:
    job = filtered(atlas, "en", zone="dishui-core", plan="2023")
    text = text_of(print_map(atlas, replace(job, with_list=True), "pdf", edges=edges))
    assert "Dishui Lake Core: planning tasks" in text
    assert "Lianggang Express" in text
    assert "图例" not in text and "示意" not in text


# ---- files ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def listed(atlas: Atlas, edges: list[Feature]) -> bytes:
    job = replace(filtered(atlas, plan="2023", zone="dishui-core"), with_list=True)
    return print_map(atlas, job, "pdf", edges=edges)


def test_the_page_says_what_it_is_where_from_and_for_whom(atlas: Atlas, listed: bytes) -> None:
    text = text_of(listed)
    job = filtered(atlas, plan="2023", zone="dishui-core")
    frame = make_frame(make_sheet("a4", "landscape"), job.bounds)
    for said in (
        "滴水湖核心规划任务图", "2024-03-01", "about the lake；of one plan", "示意图，非测绘成果", "no. 42",
        "credit of ours", atlas.plans["2023"].title, "OpenStreetMap", "北",
    ):  # fmt: skip
        assert said in text
    assert f"1:{frame.ratio}" in re.sub(r"\s", "", text)
    assert f"{len(job.tasks)} 项" in text
    assert atlas.plans["2020"].title not in text


def test_the_list_has_every_filtered_task_and_no_other(atlas: Atlas, listed: bytes) -> None:
    pages = pypdfium2.PdfDocument(listed)
    assert len(pages) > 1
    text = "".join(text_of(listed, page) for page in range(1, len(pages)))
    wanted = find_tasks(atlas, TaskFilter(plan="2023", zone="dishui-core"))
    for task in wanted:
        assert task.task.title.replace(" ", "") in re.sub(r"\s", "", text)
    assert Counter(re.findall(r"^\d{4}-\d+(?= )", text, re.MULTILINE)) == Counter(t.id for t in wanted)


def test_without_a_list_there_is_one_page(atlas: Atlas, edges: list[Feature]) -> None:
    assert len(pypdfium2.PdfDocument(print_map(atlas, job_of(atlas), "pdf", edges=edges))) == 1


def test_every_font_of_the_pdf_is_embedded(listed: bytes) -> None:
    document = pypdfium2.PdfDocument(listed)
    fonts = []
    for page in document:
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=8):
            fonts.append(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(item.raw)))
    assert len(fonts) > 50
    assert set(fonts) == {1}


def test_the_map_of_the_pdf_is_a_drawing_not_a_picture(listed: bytes) -> None:
    kinds = Counter(item.type for item in pypdfium2.PdfDocument(listed)[0].get_objects(max_depth=8))
    assert kinds[pdfium.FPDF_PAGEOBJ_PATH] > 200
    assert kinds[pdfium.FPDF_PAGEOBJ_IMAGE] == 0


@pytest.mark.parametrize("paper, sides_mm", [("a4", (297, 210)), ("a3", (420, 297))])
def test_the_sheet_has_the_size_of_the_paper(
    atlas: Atlas, edges: list[Feature], paper: str, sides_mm: tuple[int, int]
) -> None:
    for orientation, sides in (("landscape", sides_mm), ("portrait", sides_mm[::-1])):
        job = job_of(atlas, paper=paper, orientation=orientation)
        page = pypdfium2.PdfDocument(print_map(atlas, job, "pdf", edges=edges))[0]
        assert [x / 72 * 25.4 for x in page.get_size()] == pytest.approx(sides, abs=0.2)


def test_a_png_of_a3_has_300_dots_an_inch_and_says_so(atlas: Atlas, edges: list[Feature]) -> None:
    png = print_map(atlas, job_of(atlas, paper="a3"), "png", edges=edges)
    assert struct.unpack(">II", png[16:24]) == (4961, 3508)
    at = png.index(b"pHYs")
    assert at < png.index(b"IDAT")
    assert struct.unpack(">IIB", png[at + 4 : at + 13]) == (11811, 11811, 1)  # 300 dpi in dots a metre


def test_an_svg_is_one_drawing_with_its_letters_as_outlines(atlas: Atlas, edges: list[Feature]) -> None:
    root = ElementTree.fromstring(print_map(atlas, job_of(atlas), "svg", edges=edges))
    tags = Counter(element.tag for element in root.iter())
    assert tags[f"{SVG}image"] == tags[f"{SVG}text"] == tags[f"{SVG}script"] == 0
    assert tags[f"{SVG}svg"] > 10 and tags[f"{SVG}path"] > 300
    assert not [element for element in root.iter(f"{SVG}svg") if element.get("transform")]
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    asked = {m for e in root.iter() for v in e.attrib.values() for m in re.findall(r"url\(#([^)]+)\)", v)}
    assert asked and asked <= set(ids)


@pytest.mark.parametrize("fmt", ["pdf", "png", "svg"])
def test_the_same_request_gives_the_same_bytes(atlas: Atlas, edges: list[Feature], fmt: str) -> None:
    job = filtered(atlas, zone="community-105")
    first = print_map(atlas, job, fmt, dpi=60, edges=edges)
    assert print_map(atlas, job, fmt, dpi=60) == first


def test_a_title_is_never_read_as_markup(atlas: Atlas, edges: list[Feature]) -> None:
    job = job_of(atlas, title=HOSTILE, filter_words=[HOSTILE], narrowed=True, credits=[HOSTILE])
    pdf = print_map(atlas, job, "pdf", edges=edges)
    assert text_of(pdf).count(HOSTILE) == 3
    assert pypdfium2.PdfDocument(pdf).get_metadata_value("Title") == HOSTILE
    svg = print_map(atlas, job, "svg", edges=edges)
    assert b"<script" not in svg


def test_a_filter_of_many_words_is_cut_over_the_map_and_whole_in_the_list(
    atlas: Atlas, edges: list[Feature]
) -> None:
    words = [f"{n}号" for n in range(1000, 1200)]
    job = job_of(atlas, filter_words=words, narrowed=True, with_list=True)
    pdf = print_map(atlas, job, "pdf", edges=edges)
    over_map, over_list = (re.sub(r"\s", "", text_of(pdf, page)) for page in (0, 1))
    assert "1000号" in over_map and "1199号" not in over_map and "…" in over_map
    assert "1199号" in over_list


def test_a_long_filter_takes_as_many_lines_as_it_needs_and_the_map_makes_room(
    atlas: Atlas, edges: list[Feature]
) -> None:
    words = [f"第{n}个条件" for n in range(10, 60)]
    job = job_of(atlas, filter_words=words, narrowed=True, orientation="portrait")
    over_map = re.sub(r"\s", "", text_of(print_map(atlas, job, "pdf", edges=edges)))
    assert all(word in over_map for word in words)
    plain, roomy = (sheet_of(atlas, x) for x in (replace(job, filter_words=[]), job))
    lines = roomy.head_lines - plain.head_lines
    assert lines >= 3
    assert roomy.map_box[1] - plain.map_box[1] == pytest.approx(3.4 * lines)
    assert roomy.map_box[1] + roomy.map_box[3] == pytest.approx(plain.map_box[1] + plain.map_box[3])


def test_a_view_that_needs_little_legend_is_printed_upright_too(atlas: Atlas, edges: list[Feature]) -> None:
    job = job_of(atlas, orientation="portrait", bounds=(121.925, 30.892, 121.935, 30.90))
    data = composed(atlas, job, edges)
    assert {group["title"] for group in data["legend"]}.isdisjoint({"功能区"}) and not data["counted"]
    job = replace(job, layers=())
    assert len(pypdfium2.PdfDocument(print_map(atlas, job, "pdf", edges=edges))) == 1


def test_a_title_becomes_one_line_of_at_most_80_characters() -> None:
    assert parse_title("  a\n\tb\u202e\0c\u3000d  ") == "a b c d"
    assert parse_title("长" * 80) == "长" * 80
    with pytest.raises(PrintError, match="81 characters; 80 at most"):
        parse_title("长" * 81)


# ---- refusals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"paper": "a5"}, "a4, a3"),
        ({"orientation": "upright"}, "landscape, portrait"),
        ({"bounds": (2.0, 48.0, 3.0, 49.0)}, "outside the drawing; it reaches from 121.21"),
        ({"bounds": (-180.0, -90.0, 180.0, 90.0)}, "too large"),
        ({"bounds": (121.0, 30.0, 123.9, 32.5)}, "1:1,000,000 at most"),
        ({"title": "x" * 81}, "80 at most"),
    ],
)
def test_what_cannot_be_printed_is_refused(
    atlas: Atlas, edges: list[Feature], changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(PrintError, match=re.escape(says)):
        print_map(atlas, job_of(atlas, **changes), "pdf", edges=edges)


def test_unknown_formats_and_resolutions_are_refused(atlas: Atlas, edges: list[Feature]) -> None:
    with pytest.raises(PrintError, match="pdf, png, svg"):
        print_map(atlas, job_of(atlas), "tiff", edges=edges)
    for dpi in (0, 601):
        with pytest.raises(PrintError, match="40 to 600"):
            print_map(atlas, job_of(atlas), "png", dpi=dpi, edges=edges)


def test_layers_are_named_by_lists_and_none_is_none() -> None:
    assert parse_layers(["sites,zones", "none"]) == ("zones", "sites")
    assert parse_layers(["none"]) == ()
    with pytest.raises(PrintError, match="use any of: zones, counts"):
        parse_layers(["zone"])


def test_what_the_reader_put_on_top_is_drawn_last_and_as_strong_as_on_the_screen(
    atlas: Atlas, edges: list[Feature]
) -> None:
    frame = frame_of("a4", "landscape", LAKE)
    fill, line = COLOURS["zone-core"], COLOURS["line-t1"]
    usual = draw_picture(atlas, edges, frame, LAYERS).svg
    assert usual.rindex(fill) < usual.rindex(line)
    stack = parse_stack("zones.60,lines,-t2", LAYERS)
    raised = draw_picture(atlas, edges, frame, LAYERS, stack=stack).svg
    assert raised.rindex(fill) > raised.rindex(line)
    assert raised.count('<g opacity="0.6">') == 2  # fills and borders
    job = replace(job_of(atlas), stack=stack)
    assert set(default_layers(frame)) - set(drawn_layers(job, frame)) == {"t2"}
    samples = {row["text"]: row["sample"] for g in composed(atlas, job, edges)["legend"] for row in g["rows"]}
    assert 'opacity="0.6"' in samples["滴水湖核心"] and "opacity" not in samples["轨道交通16号线"]


def test_a_stack_is_read_and_written_as_the_map_s_link_does() -> None:
    told = {
        "": "",
        "zones,towns": "",
        "zones.100": "",
        "zones.60,-t2": "zones.60,-t2",
        "towns,zones": "schools,hospitals,sites,stops,lines,belt,towns,zones",
    }
    assert {text: parse_stack(text, LAYERS).to_text() for text in told} == told
    for wrong in ("nix", "zones.5", "zones.101", "zones,zones", "-nothing", "zones.٦٠", "-t2.50"):
        with pytest.raises(PrintError, match="each perhaps with its strength"):
            parse_stack(wrong, LAYERS)


@pytest.mark.parametrize("written", ["9", "a/b/c", "12/30.9", "12/95/121", "99/30/121", "12/30.9/nan"])
def test_a_view_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(PrintError, match="write zoom/lat/lon"):
        parse_at(written)
