"""What does a PDF say? Its text line by line from pypdfium2, joined to paragraphs by `pdf_paragraphs`.

Positions count the characters of the pages' texts one after another, as pdfium gives them. Lengths are
points (1/72 inch), y grows upwards.
"""

from __future__ import annotations

import ctypes
import re
import threading
import zlib
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from plans.errors import DocumentError
from plans.formats.pdf_paragraphs import Line, write_paragraphs
from plans.formats.sheet import Mark, Reading, Sheet, Skipped, count_wide, is_wide

MAX_PAGES = 2_000
MAX_PAGE_CHARS = 200_000  # a page of small print has five thousand
MAX_STREAM_BYTES = 100_000_000  # unpacked: drawing instructions of a page, never so many
MAX_TOTAL_BYTES = 500_000_000  # unpacked, all streams but pictures
SCAN_CHARS = 20  # fewer on the average page than a scanner's own line prints
UNREADABLE_SHARE = 0.3  # of characters that stand for none
TAIL_BYTES = 65_536  # where a whole file ends with its mark
WIDE_GAP = 1.2  # type sizes between two words: cells of a table
WIDE_LATIN_GAP = 2.5  # the same between Latin words, which justified lines set far apart

_LOCK = threading.Lock()  # pdfium serves one thread at a time
_STREAM = re.compile(rb"stream\r?\n")
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x01\x03-\x08\x0e-\x1f]")
_HYPHENS = "\x02\ufffe"  # what pdfium puts for a hyphen at a line's end, in place of the end
_LINE_END = re.compile(rf"[\r\n]+|(?<=[{_HYPHENS}])|\Z")
_OCR = "recognise its text first (OCR), then read the result"
_AGAIN = "get the file again; the download may have stopped early"


def read_pdf(raw: bytes, name: str) -> Reading:
    """Return the text of a PDF.

    Raises
    ------
    DocumentError
        The file is encrypted, damaged, a scan without text, larger than the limits, or its fonts do not
        say which characters they draw.
    """
    if b"%%EOF" not in raw[-TAIL_BYTES:]:
        raise DocumentError(name, "this is a PDF that is cut off: its end is missing", _AGAIN)
    _check_streams(raw, name)
    with _LOCK:
        pages, pictures = _read_pages(raw, name)
    shown = sum(len(sign) for page in pages for line in page.lines for sign in line.text.split())
    if shown < SCAN_CHARS * len(pages) and pictures * 2 >= len(pages):
        raise DocumentError(name, "this PDF is a scan: its pages are pictures without text", _OCR)
    if not shown:
        raise DocumentError(name, "this PDF holds no text", _OCR)
    unreadable = sum(len(_UNREADABLE.findall(line.text)) for page in pages for line in page.lines)
    if unreadable > UNREADABLE_SHARE * shown:
        problem = "the fonts of this PDF do not say which characters they draw"
        raise DocumentError(name, problem, "print it from its source again, or " + _OCR)
    return _write(pages)


class _Page:
    """The lines of a page; `start` counts the characters of the pages before."""

    def __init__(self, number: int, start: int, length: int, height: float) -> None:
        self.number, self.start, self.length, self.height = number, start, length, height
        self.lines: list[Line] = []

    def __len__(self) -> int:
        return self.length


def _check_streams(raw: bytes, name: str) -> None:
    """Refuse a file whose packed streams unpack to more than drawing instructions ever take."""
    if re.search(rb"/FlateDecode\s{0,9}/(?:FlateDecode|Fl)\b", raw):
        raise DocumentError(name, "this PDF packs its streams twice, as bombs do", "print it to a new PDF")
    total = 0
    for found in _STREAM.finditer(raw):
        start = found.end()
        head = raw[max(0, start - 600) : start].rpartition(b"obj")[2]
        if b"/Image" in head or len(raw) < start + 2 or raw[start] & 15 != 8:
            continue
        if int.from_bytes(raw[start : start + 2], "big") % 31:
            continue  # not packed with zlib
        size = _unpacked_size(raw, start, min(MAX_STREAM_BYTES, MAX_TOTAL_BYTES - total) + 1)
        total += size
        if size > MAX_STREAM_BYTES or total > MAX_TOTAL_BYTES:
            problem = f"this PDF unpacks to more than {min(size, total) // 1_000_000} MB"
            raise DocumentError(name, problem, "if it is a document, save it as plain text")


def _unpacked_size(raw: bytes, start: int, limit: int) -> int:
    """Bytes that a packed stream unpacks to, counted up to a limit and not kept."""
    unpacker, size = zlib.decompressobj(), 0
    rest: bytes = b""
    at = start
    try:
        while size < limit and not unpacker.eof:
            if not rest:
                rest, at = raw[at : at + 65_536], at + 65_536
                if not rest:
                    break
            size += len(unpacker.decompress(rest, 1 << 20))
            rest = unpacker.unconsumed_tail
    except zlib.error:
        return size  # pdfium takes what could be unpacked, too
    return size


def _read_pages(raw: bytes, name: str) -> tuple[list[_Page], int]:
    """All pages, and how many of them hold a picture and next to no text."""
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as fault:
        if "password" in str(fault).lower() or "security" in str(fault).lower():
            problem, remedy = "this PDF is encrypted", "remove its password and save it again"
            raise DocumentError(name, problem, remedy) from fault
        raise DocumentError(name, f"this PDF is damaged ({fault})", _AGAIN) from fault
    try:
        count = len(document)
        if not 0 < count <= MAX_PAGES:
            problem = f"this PDF has {count} pages (1 to {MAX_PAGES} are read)"
            raise DocumentError(name, problem, "split it into its documents")
        pages: list[_Page] = []
        pictures, start = 0, 0
        for index in range(count):
            page, has_picture = _read_page(document, index, start, name)
            pages.append(page)
            start += len(page)
            pictures += has_picture
        return pages, pictures
    finally:
        document.close()


def _read_page(document: pypdfium2.PdfDocument, index: int, start: int, name: str) -> tuple[_Page, bool]:
    try:
        page = document[index]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError as fault:
        problem = f"page {index + 1} of this PDF cannot be read; the file is damaged"
        raise DocumentError(name, problem, _AGAIN) from fault
    try:
        count = text_page.count_chars()
        if count > MAX_PAGE_CHARS:
            problem = f"page {index + 1} holds {count} characters: this is no document"
            raise DocumentError(name, problem, "choose another file")
        read = _Page(index + 1, start, count, page.get_height())
        read.lines = _read_lines(text_page, count, read)
        has_picture = False
        if sum(len(line.text) for line in read.lines) < SCAN_CHARS * 2:
            has_picture = any(
                found.type == pdfium.FPDF_PAGEOBJ_IMAGE
                for found in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
            )
        return read, has_picture
    finally:
        text_page.close()
        page.close()


def _read_lines(text_page: pypdfium2.PdfTextPage, count: int, page: _Page) -> list[Line]:
    """The lines of a page in the order of its text."""
    signs = _signs(text_page, count)
    lines: list[Line] = []
    at = 0
    for found in _LINE_END.finditer(signs):
        line = _line(text_page, signs, at, found.start(), page)
        if line is not None:
            lines.append(line)
        at = found.end()
    size = median([line.size for line in lines if line.size]) if any(line.size for line in lines) else 12.0
    return [line if line.size else line._replace(size=size) for line in lines]


def _signs(text_page: pypdfium2.PdfTextPage, count: int) -> str:
    """One sign for each character that pdfium counts."""
    text: str = text_page.get_text_range() if count else ""
    if len(text) == count:
        return text
    codes = (int(pdfium.FPDFText_GetUnicode(text_page, index)) for index in range(count))
    return "".join("\ufffd" if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code) for code in codes)


def _line(text_page: pypdfium2.PdfTextPage, signs: str, start: int, end: int, page: _Page) -> Line | None:
    """A line without the spaces around it; None where nothing is left."""
    text = signs[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    if not text:
        return None
    last = start + len(text) - 1
    hyphenated = text[-1] in _HYPHENS and len(text) > 1
    left, baseline, _ = _place(text_page, start)
    _, _, right = _place(text_page, last - hyphenated)
    weight = (len(text) + count_wide(text)) / 2
    size = (right - left) / weight if weight >= 4 and right > left else 0.0
    text = _mark_cells(text_page, text, start, size)
    return Line(page.number, page.start + start, text, left, right, baseline, size, page.height)


def _mark_cells(text_page: pypdfium2.PdfTextPage, text: str, start: int, size: float) -> str:
    """Tabs for the spaces that are wider than a word's: between cells of a table."""
    if not size or " " not in text:
        return text
    signs = list(text)
    for found in re.finditer(r"(?<=\S) (?=\S)", text):
        index = start + found.start()
        gap = _place(text_page, index + 1)[0] - _place(text_page, index - 1)[2]
        latin = not is_wide(signs[found.start() - 1]) and not is_wide(signs[found.start() + 1])
        if gap > (WIDE_LATIN_GAP if latin else WIDE_GAP) * size:
            signs[found.start()] = "\t"
    return "".join(signs)


def _place(text_page: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float]:
    """Left edge, base line and right edge of a character."""
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
    return x.value, y.value, max(float(box.right), x.value)


def _write(pages: list[_Page]) -> Reading:
    """The pages as one text."""
    sheet = Sheet()
    write_paragraphs([page.lines for page in pages], sheet)
    for page in pages:
        if not page.lines:
            sheet.skipped.append(Skipped("page without text", f"page {page.number}", 0, page.start))
    reading = sheet.reading()
    reading.marks = [
        Mark(page.start if not index else line.position, page.number, index + 1)
        for page in pages
        for index, line in enumerate(page.lines)
    ]
    return reading
