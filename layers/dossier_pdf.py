"""A dossier as a PDF on A4, and its map as a picture, both set by Typst with the fonts of the machine.

Typst gets every text as data, never as markup. The fonts are Noto CJK, looked up when they are needed; those
used are embedded. The same dossier gives the same bytes.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from layers.dossier_map import FONT
from layers.dossier_model import Dossier, DossierError

TEMPLATE = Path(__file__).parent / "dossier.typ"
PACKAGE = "fonts-noto-cjk"  # of Debian and Ubuntu
PICTURE_PPI = 220.0
_PICTURE = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.map), format: "svg")'


def write_pdf(dossier: Dossier) -> bytes:
    """Return the dossier as a PDF; raises DossierError where Typst or the fonts are missing."""
    data = {"data": json.dumps(_data_of(dossier), ensure_ascii=False)}
    return _compile(TEMPLATE.read_bytes(), data, format="pdf")


def draw_picture(svg: str) -> bytes:
    """Return the map as a PNG; raises DossierError where Typst or the fonts are missing."""
    return _compile(_PICTURE.encode(), {"map": svg}, format="png", ppi=PICTURE_PPI)


def _data_of(dossier: Dossier) -> dict[str, Any]:
    """What the template reads: texts only, so that none needs formatting there."""
    chinese = dossier.language == "zh"
    return {
        "title": dossier.title,
        "subtitle": dossier.subtitle,
        "date": dossier.today.isoformat(),
        "day": [dossier.today.year, dossier.today.month, dossier.today.day],
        "lang": "zh" if chinese else "en",
        "region": "cn" if chinese else "gb",
        "disclaimer": dossier.disclaimer,
        "figures": [
            {"name": name, "value": str(value), "unit": f" {unit}" if unit else ""}
            for name, value, unit in dossier.figures
        ],
        "map": dossier.map_svg,
        "map_alt": dossier.map_caption,
        "map_caption": dossier.map_caption,
        "sections": [
            {
                "title": section.title,
                "columns": list(section.columns),
                "widths": list(section.widths),
                "notes": list(section.notes),
                "empty": section.empty,
                "groups": [
                    {"title": group.title, "rows": [[str(cell) for cell in row] for row in group.rows]}
                    for group in section.groups
                ],
            }
            for section in dossier.sections
        ],
    }


def _compile(source: bytes, inputs: dict[str, str], **options: Any) -> bytes:
    try:
        import typst
    except ImportError as error:
        raise DossierError("PDF and Word files need the Python package typst; install it") from error
    made = typst.compile(
        source, font_paths=find_fonts(), ignore_system_fonts=True, sys_inputs=inputs, **options
    )
    if isinstance(made, list):  # pages of a picture
        made = made[0]
    return bytes(made or b"")


@lru_cache(maxsize=1)
def find_fonts() -> Any:
    """The fonts of the machine, read once; raises DossierError without Noto Sans CJK."""
    import typst

    fonts = typst.Fonts(include_system_fonts=True)
    if FONT not in fonts.families():
        problem = f"the font {FONT} is missing; install the Debian package {PACKAGE}"
        raise DossierError(f"{problem}, or Noto Sans CJK from elsewhere, and try again")
    return fonts
