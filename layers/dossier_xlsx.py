"""A dossier as a workbook: the key figures on the first sheet, then a sheet for every part.

Numbers are numbers; every text stays a text, also one that begins like a formula or an address. The same
dossier gives the same bytes.
"""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

from layers.dossier_model import Cell, Dossier, DossierError, Section

_MOST_CHARS = 32_767  # of a cell
_PAPER_A4 = 9
_WIDTH_A_SHARE = 1.1  # characters of a column for a per cent of the page
_NAME_CHARS = 31  # of a sheet's name


def write_xlsx(dossier: Dossier) -> bytes:
    """Return the dossier as a workbook; raises DossierError where a package is missing."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise DossierError("workbooks need the Python package XlsxWriter; install it") from error
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    created = datetime.combine(dossier.today, time())
    book.set_properties({"title": dossier.title, "author": "Lingang Atlas", "created": created})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "cell": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _summary(book.add_worksheet(dossier.title[:_NAME_CHARS].translate(_NO_SIGNS)), dossier, styles)
    for section in dossier.sections:
        _sheet(book.add_worksheet(section.title[:_NAME_CHARS].translate(_NO_SIGNS)), section, styles)
    book.close()
    return buffer.getvalue()


_NO_SIGNS = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))  # what no sheet's name may hold


def _summary(sheet: Any, dossier: Dossier, styles: dict[str, Any]) -> None:
    """Title, date, the key figures with their units, and what the figures are not."""
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 2, 14)
    sheet.write_string(0, 0, dossier.title, styles["title"])
    sheet.write_string(1, 0, dossier.subtitle)
    sheet.write_string(2, 0, dossier.today.isoformat())
    for place, (name, value, unit) in enumerate(dossier.figures, start=4):
        sheet.write_string(place, 0, name)
        _write(sheet, place, 1, value, None)
        sheet.write_string(place, 2, unit)
    below = 5 + len(dossier.figures)
    sheet.write_string(below, 0, dossier.disclaimer)
    _for_print(sheet)


def _sheet(sheet: Any, section: Section, styles: dict[str, Any]) -> None:
    """One part: its remarks, its head, its rows; the group stands in a column of its own."""
    grouped = any(group.title for group in section.groups)
    first = int(grouped)
    if grouped:
        sheet.set_column(0, 0, 24)
    for column, width in enumerate(section.widths, start=first):
        sheet.set_column(column, column, width * _WIDTH_A_SHARE)
    row = 0
    for note in section.notes:
        sheet.write_string(row, 0, note[:_MOST_CHARS])
        row += 1
    heads = ("", *section.columns) if grouped else section.columns
    for column, head in enumerate(heads):
        _write(sheet, row, column, head, styles["head"])
    top = row
    for group in section.groups:
        for cells in group.rows:
            row += 1
            if grouped:
                _write(sheet, row, 0, group.title, styles["cell"])
            for column, cell in enumerate(cells, start=first):
                _write(sheet, row, column, cell, styles["cell"])
    if section.count:
        sheet.autofilter(top, 0, row, len(heads) - 1)
    else:
        sheet.write_string(row + 1, 0, section.empty)
    sheet.freeze_panes(top + 1, 0)
    _for_print(sheet)


def _write(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    if cell == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell[:_MOST_CHARS], style)
    else:
        sheet.write_number(row, column, cell, style)


def _for_print(sheet: Any) -> None:
    """A4 across, as wide as the page."""
    sheet.set_paper(_PAPER_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
