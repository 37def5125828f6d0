"""The dossier of a zone: what it says, and that the three files say the same, whatever the texts hold."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import docx
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import typst

import layers
import webmap
from geo.features import Feature
from layers import dossier_pdf
from layers.atlas import Atlas
from layers.board import make_board
from layers.dossier import build_dossier
from layers.dossier_files import FORMATS
from layers.dossier_map import HEIGHT, WIDTH, draw_map
from layers.dossier_model import Dossier, DossierError, DossierSource, clean
from layers.facilities import in_zone
from layers.map_drawing import frame_of
from layers.project_filter import ProjectFilter
from layers.projects import load_projects
from layers.statuses import Status, StatusBook
from lingang.errors import UnknownIdError
from webmap.i18n import Translations

DAY = date(2023, 11, 15)
ZONE = "dishui-core"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = '#panic("x") *b* _i_ $x$ <script>=1+1</script> ]&[ \\u{41} "quoted" @ref'


def source_of(atlas: Atlas, language: str = "zh", book: StatusBook | None = None) -> DossierSource:
    words = Translations.read().get(language)
    return DossierSource(atlas, load_projects(atlas), book or StatusBook({}), DAY, words, language)


@pytest.fixture(scope="module")
def source(atlas: Atlas) -> DossierSource:
    return source_of(atlas)


@pytest.fixture(scope="module")
def dossier(source: DossierSource) -> Dossier:
    return build_dossier(source, ZONE)


@pytest.fixture(scope="module")
def files(dossier: Dossier) -> dict[str, bytes]:
    return {fmt: kind.write(dossier) for fmt, kind in FORMATS.items()}


def pdf_text(content: bytes) -> str:
    """The text of all pages without spaces and line breaks: where lines break is not its sense."""
    document = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_range() for page in document]
    return squeezed("".join(pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\ufffe\u200b]+", "", text)


def docx_rows(content: bytes) -> list[list[str]]:
    """The rows of all tables, merged cells once."""
    document = docx.Document(io.BytesIO(content))
    rows = [row for table in document.tables for row in table.rows]
    return [[cell.text for cell in {id(cell._tc): cell for cell in row.cells}.values()] for row in rows]


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    """The sheets of a workbook as rows of texts and numbers; a formula fails."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = ["".join(x.itertext()) for x in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        listed = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{SHEET}sheet")
        names = [x.get("name") for x in listed]
        found = {}
        for number, name in enumerate(names, start=1):
            root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(root.iter(f"{SHEET}f"))
            found[str(name)] = [list(_cells(row, shared)) for row in root.iter(f"{SHEET}row")]
    return found


def _cells(row: ElementTree.Element, shared: list[str]) -> Iterator[object]:
    for cell in row.iter(f"{SHEET}c"):
        value = cell.find(f"{SHEET}v")
        if value is not None:
            yield shared[int(str(value.text))] if cell.get("t") == "s" else float(str(value.text))


# ---- what it says -----------------------------------------------------------------------------------------


def test_its_figures_are_those_of_the_atlas_and_the_board(dossier, source, atlas):
    figures = {name: value for name, value, _ in dossier.figures}
    counts, places = atlas.zone_counts()[ZONE], in_zone(atlas, ZONE)
    board = make_board(source.projects, source.book, DAY, ProjectFilter(zone=ZONE))
    words = source.words
    assert figures[words["zone.own"]] == counts["own"]
    assert figures[words["zone.total"]] == counts["total"]
    assert figures[words["zone.passing"]] == counts["passing"]
    assert figures[words["dossier.projects"]] == len(board.rows)
    assert [figures[words[f"facility.{k}"]] for k in ("schools", "hospitals", "stops")] == [
        len(places[k]) for k in ("schools", "hospitals", "stops")
    ]
    assert figures[words["zone.area"]] == atlas.zones.get(ZONE).area_km2


def test_every_task_of_the_zone_stands_once_with_its_dates(dossier, atlas):
    found = atlas.zone_tasks(ZONE)
    rows = [row for group in dossier.section("tasks").groups for row in group.rows]
    listed = [row[0] for row in rows]
    assert len(listed) == len(set(listed)) == found.total + len(found.passing)
    row = next(row for row in rows if row[0] == "2023-140")
    assert row[1] == atlas.get_task("2023-140").task.title
    assert "「105社区金融东九」" in row[4]
    (dated,) = [row for row in rows if row[0] == "2023-120"]
    assert "竣工 2023" in dated[3]


def test_what_is_recorded_is_no_longer_among_the_next_dates(atlas, dossier):
    before = [row[1] for group in dossier.section("dates").groups for row in group.rows]
    assert "雪绒花路公共绿地" in before
    done = Status("xueronghua-green", "complete", date(2023, 11, 1), "", "", "李四", DAY)
    source = source_of(atlas, book=StatusBook({"xueronghua-green": (done,)}))
    after = [row[1] for g in build_dossier(source, ZONE).section("dates").groups for row in g.rows]
    assert len(after) == len(before) - 1
    assert "雪绒花路公共绿地" not in after


def test_dates_are_grouped_by_light_the_first_due_first(dossier):
    groups = dossier.section("dates").groups
    assert [group.title.split("（")[0] for group in groups] == ["到期未见记录", "即将到期", "未到期"]
    for group in groups:
        days = [row[0] for row in group.rows]
        assert days == sorted(days)
        assert (days[0] >= DAY.isoformat()) == (group is not groups[0])


def test_targets_are_those_of_the_zones_own_tasks(dossier):
    tasks = {row[0] for group in dossier.section("tasks").groups[:-1] for row in group.rows}
    rows = dossier.section("targets").groups[0].rows
    assert {row[3] for row in rows} <= tasks
    assert any(row[1] == "80%" and row[3] == "2023-120" for row in rows)


def test_services_are_ranked_and_the_method_is_printed_with_them(dossier):
    section = dossier.section("services")
    shares = [float(row[3].split("%")[0]) for row in section.groups[0].rows]
    assert shares == sorted(shares) and len(shares) == 8
    assert "923 米" in section.notes[0] and "1.3" in section.notes[0] and "80 米" in section.notes[0]
    assert any("位置不够准" in note and "冰厂田滴水湖幼儿园" in note for note in section.notes)


def test_the_disclaimer_and_the_licences_are_in_it(dossier):
    assert "不具法律效力" in dossier.disclaimer
    assert any("ODbL" in note for note in dossier.section("sources").notes)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_zone_has_a_dossier_in_both_languages(atlas, language):
    source = source_of(atlas, language)
    for zone in atlas.zones:
        made = build_dossier(source, zone.id)
        assert (zone.name if language == "zh" else zone.name_en) in made.title
        ElementTree.fromstring(made.map_svg)
        for section in made.sections:
            lengths = {len(row) for group in section.groups for row in group.rows}
            assert lengths <= {len(section.columns)} == {len(section.widths)}


def test_no_word_of_the_dossier_is_left_over(dossier, source):
    rooms = (Path(layers.__file__).parent, Path(webmap.__file__).parent)
    text = "".join(p.read_text(encoding="utf-8") for room in rooms for p in room.rglob("*.py"))
    text += "".join(p.read_text(encoding="utf-8") for p in rooms[1].glob("templates/*.html"))
    text += "".join(p.read_text(encoding="utf-8") for p in rooms[1].glob("static/js/*.js"))
    shown = {source.words[f"dossier.{key}"] for key in FORMATS} | {s.title for s in dossier.sections}
    shown |= {head for section in dossier.sections for head in section.columns}
    keys = [key for key in source.words if key.startswith("dossier.")]
    assert [key for key in keys if key not in text and source.words[key] not in shown] == []


def test_an_unknown_zone_is_refused(source):
    with pytest.raises(UnknownIdError, match="community-105"):
        build_dossier(source, "comunity-105")


# ---- the files --------------------------------------------------------------------------------------------


def test_the_pdf_holds_title_tasks_and_dates(dossier, files):
    text = pdf_text(files["pdf"])
    assert squeezed(dossier.title) in text
    assert DAY.isoformat() in text
    for section in dossier.sections:
        assert squeezed(section.title) in text
        for group in section.groups:
            assert all(squeezed(str(row[0])) in text for row in group.rows)
    for row in dossier.section("tasks").groups[0].rows:
        assert squeezed(str(row[1])) in text
    for row in dossier.section("dates").groups[0].rows:
        assert squeezed(str(row[3])) in text


def test_the_pdf_has_numbered_a4_pages_and_says_what_it_is(dossier, files):
    document = pypdfium2.PdfDocument(files["pdf"])
    assert len(document) > 3
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    assert document.get_metadata_value("Title") == dossier.title
    for number, page in enumerate(document, start=1):
        text = squeezed(page.get_textpage().get_text_range())
        assert f"{number}/{len(document)}" in text
        assert squeezed(dossier.disclaimer) in text


def test_every_font_of_the_pdf_is_embedded(files):
    document = pypdfium2.PdfDocument(files["pdf"])
    embedded = []
    for page in document:
        for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            font = pdfium.FPDFTextObj_GetFont(thing.raw)
            embedded.append(pdfium.FPDFFont_GetIsEmbedded(font))
    assert len(embedded) > 100
    assert set(embedded) == {1}


def test_the_name_of_a_tiny_zone_stands_above_its_outline(atlas: Atlas) -> None:
    zone = atlas.zones.get("west-island")
    frame = frame_of([Feature(zone.id, {}, zone.geometry)], width=WIDTH, height=HEIGHT)
    west, _, _, north = zone.geometry.bounds
    words = dict.fromkeys(("schools", "hospitals", "stops", "projects", "lines"), "")
    drawn = re.search(r'y="([\d.]+)"[^>]*>滴水湖西岛<', draw_map(atlas, "west-island", (), words, "zh"))
    assert drawn is not None and float(drawn[1]) < frame.place(west, north)[1]


def test_the_map_is_drawn_into_the_pdf(dossier, files):
    bare = FORMATS["pdf"].write(replace(dossier, map_svg=""))
    wanted = [pdfium.FPDF_PAGEOBJ_PATH]
    paths = [
        sum(1 for page in pypdfium2.PdfDocument(content) for _ in page.get_objects(filter=wanted))
        for content in (files["pdf"], bare)
    ]
    assert paths[0] > paths[1] + 50


def test_the_word_file_holds_the_same_rows(dossier, files):
    document = docx.Document(io.BytesIO(files["docx"]))
    rows = docx_rows(files["docx"])
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings == [dossier.title, *(section.title for section in dossier.sections)]
    for section in dossier.sections:
        assert list(section.columns) in rows
        for group in section.groups:
            assert not group.title or [group.title] in rows
            assert all([str(cell) for cell in row] in rows for row in group.rows)
    assert len(document.inline_shapes) == 1
    assert dossier.disclaimer in document.sections[0].footer.paragraphs[0].text


def test_the_workbook_has_a_sheet_for_every_part_with_the_same_rows(dossier, files):
    found = sheets(files["xlsx"])
    first, *others = found.values()
    assert list(found)[1:] == [section.title for section in dossier.sections]
    for name, value, unit in dossier.figures:
        assert [name, value, unit] in first or (unit == "" and [name, value] in first)
    for section, rows in zip(dossier.sections, others, strict=True):
        grouped = any(group.title for group in section.groups)
        for group in section.groups:
            for row in group.rows:
                told = [cell for cell in ((group.title, *row) if grouped else row) if cell != ""]
                assert told in rows


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_dossier_gives_the_same_bytes(source, files, fmt):
    assert FORMATS[fmt].write(build_dossier(source, ZONE)) == files[fmt]


def test_whatever_a_text_holds_stays_a_text(atlas):
    item = atlas.get_task("2020-12")
    hostile = replace(item, task=replace(item.task, title=HOSTILE + "\u202e\x00\x1b[2J"))
    other = replace(atlas, tasks={**atlas.tasks, item.id: hostile})
    made = build_dossier(source_of(other), "community-105")
    assert squeezed(HOSTILE) in pdf_text(FORMATS["pdf"].write(made))
    assert any(HOSTILE in row[1] for row in docx_rows(FORMATS["docx"].write(made)) if len(row) > 1)
    cells = [c for rows in sheets(FORMATS["xlsx"].write(made)).values() for row in rows for c in row]
    assert any(isinstance(cell, str) and HOSTILE in cell for cell in cells)


def test_a_text_that_begins_like_a_formula_is_written_as_a_text(atlas):
    item = atlas.get_task("2020-12")
    hostile = replace(item, task=replace(item.task, title='=HYPERLINK("http://x.example","x")'))
    made = build_dossier(source_of(replace(atlas, tasks={**atlas.tasks, item.id: hostile})), "community-105")
    rows = sheets(FORMATS["xlsx"].write(made))["任务"]
    assert any('=HYPERLINK("http://x.example","x")' in row for row in rows)


def test_signs_that_no_file_may_hold_become_spaces():
    assert clean("a\x00b\u202ec\ud800d\n") == "a b c d\n"


# ---- what this machine may lack ---------------------------------------------------------------------------


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    class Bare:
        def __init__(self, **options: object) -> None: ...

        def families(self) -> list[str]:
            return ["Libertinus Serif"]

    monkeypatch.setattr(typst, "Fonts", Bare)
    dossier_pdf.find_fonts.cache_clear()
    yield
    dossier_pdf.find_fonts.cache_clear()


@pytest.mark.parametrize("fmt", ["pdf", "docx"])
def test_without_the_fonts_it_says_what_to_install(dossier, no_fonts, fmt):
    with pytest.raises(DossierError, match="fonts-noto-cjk"):
        FORMATS[fmt].write(dossier)


def test_a_workbook_needs_no_fonts(dossier, no_fonts, files):
    assert FORMATS["xlsx"].write(dossier) == files["xlsx"]


@pytest.mark.parametrize("fmt, package", [("pdf", "typst"), ("docx", "docx"), ("xlsx", "xlsxwriter")])
def test_without_a_package_it_says_which(dossier, monkeypatch, fmt, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DossierError, match="install it"):
        FORMATS[fmt].write(dossier)
