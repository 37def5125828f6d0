"""Which name belongs to which shape of a CAD drawing? A drawing holds shapes and texts side by side."""

from __future__ import annotations

from typing import Any

import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

NAME, LAYER = "name", "layer"
EXACT = 1e-4  # of the smaller side of a shape's box: our own drawings put the text on one point of it

Shapes = list[tuple[BaseGeometry | None, str]]


def read_drawing(
    shapes: list[BaseGeometry | None], values: list[dict[str, Any]]
) -> tuple[Shapes, list[dict[str, Any]], tuple[str, ...]]:
    """Return the areas of a drawing with their names, as rows with the columns `name` and `layer`.

    Closed lines count as areas. A text at the inner point of an area is its name, as our own drawings have
    it; any other text names the smallest area around it that has no name yet. Parts of an area that a
    drawing cannot keep together come without a name.
    """
    areas, texts = [], []
    for shape, row in zip(shapes, values, strict=True):
        if shape is None:
            continue
        if shape.geom_type == "Point" and row.get("Text"):
            texts.append((shape, str(row["Text"]).strip()))
        elif (area := _area(shape)) is not None:
            areas.append((area, str(row.get("Layer") or "")))
    names = _names([area for area, _ in areas], texts)
    rows = [{NAME: names.get(i), LAYER: layer} for i, (_, layer) in enumerate(areas)]
    return [(area, "") for area, _ in areas], rows, (NAME, LAYER)


def _area(shape: BaseGeometry) -> BaseGeometry | None:
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    if isinstance(shape, LineString) and shape.is_closed and len(shape.coords) >= 4:
        return Polygon(shape)
    return None


def _names(areas: list[BaseGeometry], texts: list[tuple[BaseGeometry, str]]) -> dict[int, str]:
    """The name of each area that has one, by its place in the list."""
    if not areas or not texts:
        return {}
    tree, inner = shapely.STRtree(areas), shapely.point_on_surface(areas)
    named: dict[int, str] = {}
    left = []
    for point, text in texts:
        around = sorted(tree.query(point, predicate="intersects").tolist(), key=lambda i: areas[i].area)
        exact = [i for i in around if i not in named and point.distance(inner[i]) <= EXACT * _side(areas[i])]
        if exact:
            named[exact[0]] = text
        else:
            left.append((around, text))
    for around, text in left:
        free = next((i for i in around if i not in named), None)
        if free is not None:
            named[free] = text
    return named


def _side(area: BaseGeometry) -> float:
    west, south, east, north = area.bounds
    return float(min(east - west, north - south))
