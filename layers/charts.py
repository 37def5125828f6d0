"""Charts as SVG, drawn here without a browser and coloured by the page's style sheet.

A chart is a Vega-Lite description. It names its colours with the constants below; in the SVG they become
classes (`chart-fill-first`, `chart-stroke-grid`), so that light, dark and print each give their own and no
style stands inline. Sizes in CSS pixels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lxml import etree

# Stand-ins, replaced by classes before anybody sees them.
INK, MUTED, GRID = "#010101", "#020202", "#030303"
FIRST, SECOND, THIRD = "#040404", "#050505", "#060606"
CLASSES: Mapping[str, str] = {
    INK: "ink", MUTED: "muted", GRID: "grid", FIRST: "first", SECOND: "second", THIRD: "third",
}  # fmt: skip
_AXIS = {
    "labelColor": MUTED,
    "titleColor": MUTED,
    "domainColor": MUTED,
    "tickColor": MUTED,
    "gridColor": GRID,
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
}
_CONFIG: Mapping[str, Any] = {
    "background": None,
    "view": {"stroke": None},
    "axis": _AXIS,
    "legend": {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 12, "orient": "top", "title": None},
    "text": {"color": INK, "fontSize": 12},
}
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMESPACE = "{http://www.w3.org/2000/svg}"


def svg(spec: Mapping[str, Any]) -> str:
    """Return the SVG of a Vega-Lite chart, ready to stand in a page.

    Parameters
    ----------
    spec
        A Vega-Lite 5 description with its data inside; `description` is read out in place of the chart.
        Colours are INK, MUTED, GRID, FIRST, SECOND or THIRD.

    Raises
    ------
    ValueError
        The description is no valid Vega-Lite.

    Notes
    -----
    The same description is drawn once; the first chart of a process takes about a second.
    """
    return _draw(json.dumps(_printable(spec), ensure_ascii=False, sort_keys=True))


def _printable(value: Any) -> Any:
    """A description without the signs that no SVG can hold."""
    if isinstance(value, str):
        return _NO_TEXT.sub("", value)
    if isinstance(value, Mapping):
        return {key: _printable(entry) for key, entry in value.items()}
    return [_printable(entry) for entry in value] if isinstance(value, list | tuple) else value


@lru_cache(maxsize=256)
def _draw(written: str) -> str:
    import vl_convert  # large, and needed only where a chart is shown

    spec = json.loads(written)
    spec["config"] = {**_CONFIG, **spec.get("config", {})}
    drawn = vl_convert.vegalite_to_svg(spec, vl_version="5.20", allowed_base_urls=[])
    root = etree.fromstring(drawn.encode("utf-8"), etree.XMLParser(resolve_entities=False, no_network=True))
    for element in root.iter(f"{_NAMESPACE}*"):
        _colour_by_class(element)
        if len(element) == 0 and element.get("role") and not element.get("aria-label"):
            del element.attrib["role"]  # a group of marks without a mark has nothing to say
            element.attrib.pop("aria-roledescription", None)
    root.set("class", "chart")
    root.set("role", "graphics-document")
    root.set("aria-roledescription", "chart")
    root.set("aria-label", str(spec.get("description", "")))
    return str(etree.tostring(root, encoding="unicode"))


def _colour_by_class(element: etree._Element) -> None:
    """Replace the stand-ins by classes; the type comes from the page."""
    for attribute in ("font-family", "style"):
        element.attrib.pop(attribute, None)
    classes = [element.get("class", "")]
    for paint in ("fill", "stroke"):
        name = CLASSES.get(element.get(paint, "").lower())
        if name:
            del element.attrib[paint]
            classes.append(f"chart-{paint}-{name}")
    if written := " ".join(filter(None, classes)):
        element.set("class", written)
