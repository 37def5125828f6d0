"""Word files for the tests: python-docx writes the package, the parts under test are given as XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import docx

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def write_docx(
    body: str, *, numbering: str = "", styles: str = "", parts: Mapping[str, bytes] | None = None
) -> bytes:
    """A Word file with this XML in its body; `parts` replaces or adds whole parts."""
    replaced = {
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>".encode(),
        "word/numbering.xml": f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>".encode(),
        "word/styles.xml": f"<w:styles {NAMESPACES}>{styles}</w:styles>".encode(),
        **(parts or {}),
    }
    template, written = io.BytesIO(), io.BytesIO()
    docx.Document().save(template)
    with zipfile.ZipFile(template) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member not in replaced:
                new.writestr(member, old.read(member))
        for member, content in replaced.items():
            new.writestr(member, content)
    return written.getvalue()


def paragraph(text: str, *, num: int | None = None, level: int = 0, style: str = "", inner: str = "") -> str:
    """A paragraph, numbered where `num` names a list."""
    settings = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        settings += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    return f"<w:p><w:pPr>{settings}</w:pPr>{run(text) if text else ''}{inner}</w:p>"


def run(text: str, settings: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{settings}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def level(place: int, style: str, pattern: str, more: str = "", *, start: int = 1) -> str:
    """A level of an abstract list."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def abstract(identity: int, *levels: str) -> str:
    """An abstract list."""
    return f'<w:abstractNum w:abstractNumId="{identity}">{"".join(levels)}</w:abstractNum>'


def instance(identity: int, of: int, more: str = "") -> str:
    """A list that paragraphs can name."""
    return f'<w:num w:numId="{identity}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'
