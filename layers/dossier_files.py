"""The formats of a dossier: what writes each, and how the file is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec

from layers.dossier_docx import write_docx
from layers.dossier_model import Dossier
from layers.dossier_pdf import write_pdf
from layers.dossier_xlsx import write_xlsx

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class DossierFormat:
    """A kind of file: its media type, what makes its bytes, and the packages which that needs."""

    mimetype: str
    write: Callable[[Dossier], bytes]
    needs: tuple[str, ...]


FORMATS: Mapping[str, DossierFormat] = {
    "pdf": DossierFormat("application/pdf", write_pdf, ("typst",)),
    "docx": DossierFormat(f"{_OFFICE}.wordprocessingml.document", write_docx, ("docx", "typst")),
    "xlsx": DossierFormat(f"{_OFFICE}.spreadsheetml.sheet", write_xlsx, ("xlsxwriter",)),
}


@lru_cache(maxsize=1)
def available_formats() -> tuple[str, ...]:
    """The formats whose packages are installed; the fonts are looked up when a file is made."""
    return tuple(key for key, fmt in FORMATS.items() if all(find_spec(name) for name in fmt.needs))


def file_name(zone_id: str, fmt: str) -> str:
    """What the file of a zone is called; the id is plain ASCII."""
    return f"{zone_id}.{fmt}"
