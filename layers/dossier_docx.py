"""A dossier as a Word file: headings, tables with repeated heads, and the map as a picture.

The same dossier gives the same bytes: the dates of the file and of its parts are those of the dossier.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from layers.dossier_map import FONT
from layers.dossier_model import Cell, Dossier, DossierError, Section
from layers.dossier_pdf import draw_picture

_MARGIN_MM, _PAGE_MM = 17, (210, 297)
_SMALL_PT, _TEXT_PT, _GREY = 8, 9, "47515A"
_HEAD_FILL, _RULE = "F4F1E9", "D8D3C8"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that a zip can hold


def write_docx(dossier: Dossier) -> bytes:
    """Return the dossier as a Word file; raises DossierError where a package or the fonts are missing."""
    try:
        import docx
        from docx.shared import Mm
    except ImportError as error:
        raise DossierError("Word files need the Python package python-docx; install it") from error
    document = docx.Document()
    _lay_out(document, dossier)
    document.add_heading(dossier.title, level=1)
    _small(document.add_paragraph(), f"{dossier.subtitle}　{dossier.today.isoformat()}")
    _figures(document, dossier)
    if dossier.map_svg:
        picture = io.BytesIO(draw_picture(dossier.map_svg))
        document.add_picture(picture, width=Mm(_PAGE_MM[0] - 2 * _MARGIN_MM))
        _small(document.add_paragraph(), dossier.map_caption)
    for section in dossier.sections:
        document.add_heading(section.title, level=2)
        for note in section.notes:
            _small(document.add_paragraph(), note)
        if section.groups:
            _table(document, section)
        else:
            document.add_paragraph(section.empty)
    buffer = io.BytesIO()
    document.save(buffer)
    return _with_fixed_dates(buffer.getvalue())


def _lay_out(document: Any, dossier: Dossier) -> None:
    """A4, the fonts of text and headings, the footer, and what the file says of itself."""
    from docx.shared import Mm, Pt, RGBColor

    page = document.sections[0]
    page.page_width, page.page_height = Mm(_PAGE_MM[0]), Mm(_PAGE_MM[1])
    page.left_margin = page.right_margin = Mm(_MARGIN_MM)
    page.top_margin = page.bottom_margin = Mm(18)
    for name, size in (("Normal", _TEXT_PT), ("Heading 1", 20), ("Heading 2", 13)):
        style = document.styles[name]
        style.font.size, style.font.name = Pt(size), FONT
        style.font.color.rgb = RGBColor.from_string("1B232B")
        _set_east_asian(style.element.get_or_add_rPr(), FONT)
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    _small(page.footer.paragraphs[0], dossier.disclaimer)
    about, moment = document.core_properties, datetime.combine(dossier.today, time())
    about.title, about.author, about.language = dossier.title, "Lingang Atlas", dossier.language
    about.created = about.modified = moment
    about.last_modified_by, about.comments, about.revision = "Lingang Atlas", "", 1


def _set_east_asian(properties: Any, font: str) -> None:
    """Name the font of Chinese signs, which the font's plain name leaves alone."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:eastAsia"), font)


def _small(paragraph: Any, text: str) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(_SMALL_PT), RGBColor.from_string(_GREY)


def _figures(document: Any, dossier: Dossier) -> None:
    """The key figures in rows of six."""
    across = 6
    rows = -(-len(dossier.figures) // across)
    table = document.add_table(rows=rows, cols=across)
    for place, (name, value, unit) in enumerate(dossier.figures):
        paragraph = table.cell(place // across, place % across).paragraphs[0]
        run = paragraph.add_run(f"{value} {unit}".strip())
        run.bold = True
        run.add_break()
        _small(paragraph, name)


def _table(document: Any, section: Section) -> None:
    """One table for a part: its head on every page, a shaded row before each group."""
    from docx.shared import Mm

    across = len(section.columns)
    table = document.add_table(rows=1, cols=across)
    table.autofit = False
    widths = [Mm((_PAGE_MM[0] - 2 * _MARGIN_MM) * w / sum(section.widths)) for w in section.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _fill(table.rows[0], section.columns, widths, bold=True)
    _mark_row(table.rows[0], "w:tblHeader")
    for group in section.groups:
        if group.title:
            row = table.add_row()
            whole = row.cells[0].merge(row.cells[-1])
            whole.paragraphs[0].add_run(group.title).bold = True
            whole.paragraphs[0].paragraph_format.keep_with_next = True
            _shade(whole, _HEAD_FILL)
            _mark_row(row, "w:cantSplit")
        for cells in group.rows:
            row = table.add_row()
            _fill(row, cells, widths)
            _mark_row(row, "w:cantSplit")
    _rule(table)


def _fill(row: Any, cells: Sequence[Cell], widths: Sequence[Any], *, bold: bool = False) -> None:
    from docx.shared import Pt

    for cell, text, width in zip(row.cells, cells, widths, strict=True):
        cell.width = width
        run = cell.paragraphs[0].add_run(str(text))
        run.bold, run.font.size = bold, Pt(_SMALL_PT)


def _mark_row(row: Any, name: str) -> None:
    """Give a row one of Word's marks: repeated on every page, or not to be split."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _shade(cell: Any, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)


def _rule(table: Any) -> None:
    """Thin lines between the rows, none between the columns."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", _RULE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties = table._tbl.tblPr
    followers = [qn(f"w:{name}") for name in ("shd", "tblLayout", "tblCellMar", "tblLook")]
    behind = [x for x in properties if x.tag in followers]
    if behind:  # Word wants these in their order
        behind[0].addprevious(borders)
    else:
        properties.append(borders)


def _with_fixed_dates(content: bytes) -> bytes:
    """The same archive with one date for all its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return buffer.getvalue()
