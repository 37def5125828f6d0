"""What does a Word file say? Paragraphs in order with the numbers Word prints, tables row by row.

Read from the file's XML with lxml and not through python-docx, whose texts lack what Word shows: automatic
numbers, insertions not yet accepted, smart tags, content controls. Only the parts that hold text are
unpacked, each within limits; python-docx is the oracle of the tests. Positions count the characters of the
paragraphs one after another.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from plans.errors import DocumentError
from plans.formats.sheet import Mark, Reading, Sheet
from plans.formats.word_numbers import Element, Numbers, Styles, child, is_on, local, value

MAX_PART_BYTES = 200_000_000  # of unpacked XML: thirty times the text of any plan
MAX_RATIO = 250  # unpacked to packed; XML of a real document shrinks to a tenth
RATIO_COUNTS_FROM = 5_000_000  # bytes unpacked: small parts may shrink as they like
MAX_PARTS = 40  # headers, footers, notes

_DAMAGED = "open it in Word, save it again and read that"
_SIDE_PARTS = (
    (re.compile(r"word/header\d*\.xml"), "page header"),
    (re.compile(r"word/footer\d*\.xml"), "page footer"),
    (re.compile(r"word/footnotes\.xml"), "footnotes"),
    (re.compile(r"word/endnotes\.xml"), "endnotes"),
    (re.compile(r"word/comments\.xml"), "comments"),
)
# What zipfile, zlib and lxml raise on damaged, encrypted or unknown packings; each becomes a DocumentError.
_FAULTS = (
    etree.LxmlError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, KeyError, ValueError,
    EOFError, OSError,
)  # fmt: skip
_DELETED = {"del": "deleted text", "moveFrom": "moved text"}
_DRAWN = {"drawing", "pict", "object"}
_UNREAD = {
    "pPr", "rPr", "instrText", "delText", "delInstrText", "rt", "Fallback", "sectPr", "tblPr", "tcPr", "trPr",
}  # fmt: skip
_BREAKS = re.compile(r"[\r\n\t]+")


def read_docx(raw: bytes, name: str) -> Reading:
    """Return the text of a Word file.

    Raises
    ------
    DocumentError
        The file is damaged, declares a DTD, or unpacks to more than a document can hold.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _Reader(_Parts(archive, name)).read()
    except DocumentError:
        raise
    except _FAULTS as fault:
        problem = f"this Word file (docx) is damaged ({_one_line(fault)})"
        raise DocumentError(name, problem, _DAMAGED) from fault


def _one_line(fault: Exception) -> str:
    return " ".join(str(fault).split())[:120] or type(fault).__name__


class _Parts:
    """The parts of the package, unpacked one at a time and never beyond the limits."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self._name = archive, name
        self.names = archive.namelist()

    def main(self) -> str:
        """The name of the part that holds the document."""
        root = self.tree("_rels/.rels")
        for relation in root if root is not None else ():
            if (value(relation, "Type") or "").endswith("/officeDocument"):
                target = (value(relation, "Target") or "").lstrip("/")
                if target in self.names:
                    return target
        if "word/document.xml" not in self.names:
            raise DocumentError(self._name, "this Office file holds no Word document", _DAMAGED)
        return "word/document.xml"

    def tree(self, part: str) -> Element | None:
        """The root element of a part; None where there is no such part."""
        if part not in self.names:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(self._unpack(part), parser)
        self._refuse_dtd(root)
        return root

    def blocks(self, part: str) -> Iterator[Element]:
        """The paragraphs, tables and content controls of the body, each gone when the next is asked for."""
        stream = io.BytesIO(self._unpack(part))
        events = etree.iterparse(
            stream, events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False
        )
        depth = 0
        for event, element in events:
            if event == "start":
                depth += 1
                continue
            depth -= 1
            if depth == 2:  # document / body / block
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            elif depth == 0:
                self._refuse_dtd(element)

    def _refuse_dtd(self, root: Element) -> None:
        if root.getroottree().docinfo.doctype:
            raise DocumentError(self._name, "this Word file declares a DTD, which none does", _DAMAGED)

    def _unpack(self, part: str) -> bytes:
        info = self._archive.getinfo(part)
        ratio = info.file_size / max(1, info.compress_size)
        if info.file_size > MAX_PART_BYTES or (info.file_size > RATIO_COUNTS_FROM and ratio > MAX_RATIO):
            problem = f"its part {part} unpacks to {info.file_size // 1_000_000} MB: this may be a zip bomb"
            raise DocumentError(self._name, problem, "if it is a document, save it as plain text")
        with self._archive.open(info) as stream:
            content = stream.read(MAX_PART_BYTES + 1)
        if b"<!DOCTYPE" in content[:2_000]:
            raise DocumentError(self._name, "this Word file declares a DTD, which none does", _DAMAGED)
        return content


class _Reader:
    """Walks through the body once."""

    def __init__(self, parts: _Parts) -> None:
        self.parts = parts
        self.sheet = Sheet()
        self.marks: list[Mark] = []
        self.main = parts.main()
        folder = self.main.rpartition("/")[0]
        styles = Styles(parts.tree(f"{folder}/styles.xml"))
        self.numbers = Numbers(parts.tree(f"{folder}/numbering.xml"), styles)
        self.position = 0  # characters of the paragraphs so far
        self._goes_on = False  # the mark of the last paragraph is deleted

    def read(self) -> Reading:
        for block in self.parts.blocks(self.main):
            self._block(block)
        self._report_side_parts()
        reading = self.sheet.reading()
        reading.marks = self.marks
        return reading

    def _block(self, block: Element) -> None:
        name = local(block)
        if name == "p":
            self._paragraph(block)
        elif name == "tbl":
            self._table(block)
        elif name in _DELETED:
            self._skip_deleted(block, name)
        elif name not in _UNREAD:
            for part in block:
                self._block(part)

    def _table(self, table: Element) -> None:
        self.sheet.start_table()
        for row in _through(table, "tr"):
            if child(row, "trPr", "del") is not None:
                self._skip_deleted(row, "del")
                continue
            self.sheet.start_row(max(0, self.position - 1))
            for cell in _through(row, "tc"):
                merged = child(cell, "tcPr", "vMerge")
                if merged is not None and value(merged) != "restart":
                    self.sheet.skip("merged cell", _text_of(cell), self.position)
                    continue
                self.sheet.start_cell(max(0, self.position - 1))
                for block in cell:
                    self._block(block)
        self.sheet.end_table(max(0, self.position - 1))

    def _paragraph(self, paragraph: Element) -> None:
        self.marks.append(Mark(self.position, None, len(self.marks) + 1))
        settings = child(paragraph, "pPr")
        if not self._goes_on:
            self.sheet.end_line(max(0, self.position - 1))
        marker = self.numbers.marker(settings) if _has_text(paragraph) else ""
        if marker and not self._goes_on:
            self.sheet.add_generated(marker, self.position)
        self._goes_on = child(settings, "rPr", "del") is not None
        self._inline(paragraph)
        self.position += 1  # the paragraph's own mark

    def _inline(self, parent: Element) -> None:
        for part in parent:
            name = local(part)
            if name == "r":
                self._run(part)
            elif name in _DELETED:
                self._skip_deleted(part, name)
            elif name == "AlternateContent" or name in _DRAWN:
                self._drawing(part)
            elif name == "t":  # of a formula
                self._write(part.text or "")
            elif name not in _UNREAD:
                self._inline(part)

    def _run(self, run: Element) -> None:
        if is_on(child(run, "rPr", "vanish")):
            self.sheet.skip("hidden text", _text_of(run), self.position)
            return
        for part in run:
            name = local(part)
            if name == "t":
                self._write(part.text or "")
            elif name in ("tab", "ptab"):
                self._write("\t")
            elif name in ("br", "cr"):
                self.position += 1
                self.sheet.end_line(self.position - 1)
            elif name == "noBreakHyphen":
                self._write("-")
            elif name == "sym":
                self._symbol(part)
            elif name in _DELETED:
                self._skip_deleted(part, name)
            elif name == "AlternateContent" or name in _DRAWN:
                self._drawing(part)
            elif name == "ruby":
                base = child(part, "rubyBase")
                self._inline(base if base is not None else part)

    def _write(self, text: str) -> None:
        if text and not text.isprintable():
            text = _BREAKS.sub(" ", text) if text != "\t" else text
        self.sheet.add(text, self.position)
        self.position += len(text)

    def _symbol(self, part: Element) -> None:
        """A sign of a symbol font: its code says nothing without the font."""
        code = value(part, "char") or ""
        self.sheet.skip("symbol", f"{value(part, 'font') or ''} {code}", self.position)

    def _drawing(self, part: Element) -> None:
        choice = child(part, "Choice")  # beside it the same drawing stands again, for old versions
        self.sheet.skip("text box", _text_of(part if choice is None else choice), self.position)

    def _skip_deleted(self, part: Element, name: str) -> None:
        self.sheet.skip(_DELETED[name], _text_of(part), self.position)

    def _report_side_parts(self) -> None:
        """Headers and notes stand beside the text: their words are reported, not read."""
        reported = 0
        for part in self.parts.names:
            for pattern, reason in _SIDE_PARTS:
                if pattern.fullmatch(part) and reported < MAX_PARTS:
                    reported += 1
                    root = self.parts.tree(part)
                    if root is not None:
                        self.sheet.skip(reason, _text_of(root), self.position)


def _through(parent: Element, name: str) -> Iterator[Element]:
    """Children of a name, those within content controls and insertions too."""
    for part in parent:
        found = local(part)
        if found == name:
            yield part
        elif found in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _through(part, name)


def _has_text(paragraph: Element) -> bool:
    """Whether Word counts the paragraph as one that shows a number: empty ones do, vanished ones do not."""
    return not is_on(child(paragraph, "pPr", "rPr", "vanish")) or bool(_text_of(paragraph).strip())


def _text_of(element: Element) -> str:
    """All text within, deleted text too; paragraphs parted by spaces."""
    pieces: list[str] = []
    for part in element.iter("{*}t", "{*}delText", "{*}p"):
        pieces.append(" " if local(part) == "p" else part.text or "")
    return "".join(pieces).strip()
