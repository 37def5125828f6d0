"""What kind of file is this? Its bytes tell, never its name; what is not read is named, with advice."""

from __future__ import annotations

import io
import zipfile

from plans.errors import DocumentError

MAX_DIRECTORY_BYTES = 4_000_000  # of a zip archive; a Word file has some kilobytes

_AS_DOCX = "open it and save it as DOCX or plain text"
_OCR = "recognise its text first (OCR), then read the result"
_UNPACK = "unpack it and read the documents in it one by one"
_KNOWN = (
    (b"{\\rtf", "an RTF file", _AS_DOCX),
    (b"\x89PNG", "a picture (PNG)", _OCR),
    (b"\xff\xd8\xff", "a picture (JPEG)", _OCR),
    (b"GIF8", "a picture (GIF)", _OCR),
    (b"II*\x00", "a picture (TIFF)", _OCR),
    (b"MM\x00*", "a picture (TIFF)", _OCR),
    (b"Rar!\x1a", "a RAR archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"\x1f\x8b\x08", "a gzip archive", _UNPACK),
    (b"CAJ", "a CAJ file", "open it in its reader and export it as PDF with text"),
    (b"\x7fELF", "a program", "choose a document"),
    (b"SQLite format 3\x00", "a database", "choose a document"),
)
_OLE = b"\xd0\xcf\x11\xe0"
_OLE_STREAMS = (  # names of streams stand in UTF-16 in the file
    ("EncryptedPackage", "an encrypted Office file", "remove its password and save it again"),
    ("WordDocument", "an old Word file (doc)", _AS_DOCX),
    ("Workbook", "an old Excel file (xls)", "save the sheet as plain text (CSV, UTF-8)"),
    ("PowerPoint Document", "an old PowerPoint file (ppt)", _AS_DOCX),
)
_ZIP_MEMBERS = (
    ("xl/", "an Excel workbook (xlsx)", "save the sheet as plain text (CSV, UTF-8)"),
    ("ppt/", "a PowerPoint presentation (pptx)", "save its text as DOCX or plain text"),
    ("OFD.xml", "an OFD file", "open it in its reader and export it as PDF or DOCX"),
    ("META-INF/container.xml", "an e-book (EPUB)", "export its text as plain text"),
    ("content.xml", "an OpenDocument file (odt, ods)", _AS_DOCX),
    ("META-INF/", "a program archive", "choose a document"),
)


def tell_kind(raw: bytes, name: str) -> str:
    """Return "pdf", "docx" or "text" (which may turn out to be a web page).

    Raises
    ------
    DocumentError
        The bytes are of a format that is known and not read; says which, and what to do.
    """
    head = raw[:1024]
    if raw.startswith(b"%PDF-") or (b"%PDF-" in head and b"%%EOF" in raw[-2048:]):
        return "pdf"
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _tell_zip(raw, name)
    if raw.startswith(_OLE):
        for stream, what, remedy in _OLE_STREAMS:
            if stream.encode("utf-16-le") in raw:
                raise _refuse(name, what, remedy)
        raise _refuse(name, "an old Office file (doc, xls, ppt)", _AS_DOCX)
    for magic, what, remedy in _KNOWN:
        if raw.startswith(magic):
            raise _refuse(name, what, remedy)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise _refuse(name, "a picture (WebP)", _OCR)
    if head[4:8] == b"ftyp":
        raise _refuse(name, "a picture or film (HEIC, MP4)", _OCR)
    if head.startswith(b"BM") and raw[6:10] == b"\0\0\0\0":
        raise _refuse(name, "a picture (BMP)", _OCR)
    if b"\nContent-Type: multipart/related" in raw[:4096] or b'progid="Word.Document"' in head:
        what = "a web archive (MHTML)" if b"multipart" in raw[:4096] else "a Word XML file"
        raise _refuse(name, what, "save it again as HTML (the page only), DOCX or plain text")
    return "text"


def _tell_zip(raw: bytes, name: str) -> str:
    end = raw.rfind(b"PK\x05\x06")
    if end >= 0 and int.from_bytes(raw[end + 12 : end + 16], "little") > MAX_DIRECTORY_BYTES:
        raise _refuse(name, "a zip archive with far too many members", _UNPACK)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as fault:
        problem = "this is a damaged zip archive or Office file (docx)"
        raise DocumentError(name, problem, "get it again; the download may have stopped early") from fault
    if "word/document.xml" in members:
        return "docx"
    for member, what, remedy in _ZIP_MEMBERS:
        if any(found.startswith(member) for found in members):
            raise _refuse(name, what, remedy)
    if "[Content_Types].xml" in members:
        return "docx"  # the main part may have another name
    raise _refuse(name, "a zip archive", _UNPACK)


def _refuse(name: str, what: str, remedy: str) -> DocumentError:
    return DocumentError(name, f"this is {what}, which is not read", remedy)
