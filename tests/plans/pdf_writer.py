"""A small writer of PDF files for the tests: Chinese text at exact places, pictures, encryption.

The font is not embedded: its characters are named through Adobe's UniGB-UCS2-H, which readers carry.
Lengths are points; a Chinese character is as wide as the type size, an ASCII one half as wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

WIDTH, HEIGHT = 595, 842  # A4
LEFT, TOP, SIZE, LEADING = 90.0, 760.0, 14.0, 24.0
PER_LINE = 29  # Chinese characters of 14 points between the margins

Placed = tuple[float, float, str]  # x, y, text


def write_pdf(
    pages: Sequence[Iterable[Placed]], *, size: float = SIZE, extra: dict[int, bytes] | None = None
) -> bytes:
    """A PDF with text placed on its pages; `extra` replaces the content of pages (from 0)."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",  # pages: filled in when they are numbered
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        b"/Supplement 2>>/DW 1000/W[1 95 500 814 939 500]/FontDescriptor 5 0 R>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
        b"stream\n\x80\nendstream",
    ]
    kids = []
    for index, placed in enumerate(pages):
        content = (extra or {}).get(index) or _content(placed, size)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>"
            b"/XObject<</I 6 0 R>>>>>>" % (WIDTH, HEIGHT, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return assemble(objects)


def assemble(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Objects, numbered from 1, as a file with its table of offsets."""
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def write_scan(pages: int = 2) -> bytes:
    """A PDF whose pages hold a picture and nothing else."""
    picture = b"q %d 0 0 %d 0 0 cm /I Do Q" % (WIDTH, HEIGHT)
    return write_pdf([[]] * pages, extra=dict.fromkeys(range(pages), picture))


def write_encrypted() -> bytes:
    """A PDF that asks for a password."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 0/Kids[]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"11" * 32, b"22" * 32),
    ]
    return assemble(objects, b"/Encrypt 3 0 R/ID[<00><00>]")


def set_paragraphs(
    paragraphs: Iterable[str],
    *,
    indent: float = 2,
    per_line: int = PER_LINE,
    left: float = LEFT,
    top: float = TOP,
    hanging: str = "",
) -> list[Placed]:
    """Paragraphs broken into lines as a word processor would, first lines indented by so many characters.

    A sign of `hanging` that would begin a line hangs over the edge of the line before instead.
    """
    placed: list[Placed] = []
    y = top
    for paragraph in paragraphs:
        room, line, x = per_line - indent, "", left + indent * SIZE
        for sign in paragraph:
            width = 0.5 if sign.isascii() else 1
            if room < width and sign not in hanging:
                placed.append((x, y, line))
                y, x, line, room = y - LEADING, left, "", float(per_line)
            line += sign
            room -= width
        placed.append((x, y, line))
        y -= LEADING
    return placed


def _content(placed: Iterable[Placed], size: float) -> bytes:
    shown = (
        f"BT /F {size} Tf {x:.2f} {y:.2f} Td <{text.encode('utf-16-be').hex()}> Tj ET"
        for x, y, text in placed
    )
    return "\n".join(shown).encode()
