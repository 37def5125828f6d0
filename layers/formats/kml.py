"""KML and KMZ: placemarks in the colours of the map, every property in the extended data. Always WGS 84."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

import shapely

from layers.formats.archive import write_zip
from layers.formats.styles import kml_styles, style_of
from layers.formats.table import Column, Progress, Table

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'


def write_kml(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write a KML document, placemark by placemark; the property `name` is the placemark's name."""
    (table,) = tables
    record, style = table.metadata, style_of(table.layer)
    about = escape(record.to_text(table.notes))
    title = escape(f"{record.title} {record.title_en}")
    out.write(f"{_HEAD}<name>{title}</name><description>{about}</description>\n".encode())
    out.write(kml_styles(style).encode())
    numbers = {key: f"#s{number}" for number, key in enumerate(style.paints())}
    columns = [column for column in table.columns if column.name != "name"]
    tags = [f"<SimpleData name={quoteattr(_field(column))}>" for column in columns]
    names = next((c.values for c in table.columns if c.name == "name"), [f.id for f in table.features])
    out.write(_schema(columns).encode())
    rows = zip(*map(_texts, columns), strict=True)
    shapes = _shapes(table.geometry)
    together = zip(table.features, names, rows, shapes, strict=True)
    for done, (feature, name, row, shape) in enumerate(together, start=1):
        cells = "".join(
            f"{tag}{escape(text)}</SimpleData>"
            for tag, text in zip(tags, row, strict=True)
            if text is not None
        )
        painted = numbers[style.key_of(feature.properties)]
        out.write(
            f"<Placemark><name>{escape(name or feature.id)}</name><styleUrl>{painted}</styleUrl>"
            f'<ExtendedData><SchemaData schemaUrl="#layer">{cells}</SchemaData></ExtendedData>'
            f"{shape}</Placemark>\n".encode("utf-8", "replace")
        )
        progress(done)
    out.write(b"</Document></kml>\n")


def write_kmz(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write the KML document in a zip archive."""
    document = io.BytesIO()
    write_kml(tables, document, progress)
    write_zip(out, {"doc.kml": document.getvalue()}, tables[0].metadata.date)


def _schema(columns: Sequence[Column]) -> str:
    types = {"text": "string", "integer": "int", "real": "double", "boolean": "bool"}
    made = "".join(f'<SimpleField type="{types[c.kind]}" name={quoteattr(_field(c))}/>' for c in columns)
    return f'<Schema name="layer" id="layer">{made}</Schema>\n'


def _field(column: Column) -> str:
    """The field's name; `id` is the placemark's own in KML, and readers would drop ours."""
    return "feature_id" if column.name == "id" else column.name


def _texts(column: Column) -> Iterator[Any]:
    """The values as they are written; GDAL up to 3.6 takes the words true and false for 0."""
    if column.kind == "boolean":
        return iter([None if value is None else str(int(value)) for value in column.values])
    return iter(column.as_text().values)


def _shapes(geometry: Any) -> Iterator[str]:
    """The geometry elements of some shapes, "" for none."""
    points = shapely.get_type_id(geometry) == 0
    positions = iter(shapely.get_coordinates(geometry[points]).tolist())
    for shape, is_point in zip(geometry, points.tolist(), strict=True):
        if is_point:
            x, y = next(positions)
            yield f"<Point><coordinates>{x!r},{y!r}</coordinates></Point>"
        else:
            yield "" if shape is None else _shape(shape)


def _shape(shape: Any) -> str:
    if hasattr(shape, "geoms"):
        return f"<MultiGeometry>{''.join(map(_shape, shape.geoms))}</MultiGeometry>"
    if shape.geom_type == "Polygon":
        rings = [f"<outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>"]
        rings += [f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in shape.interiors]
        return f"<Polygon>{''.join(rings)}</Polygon>"
    if shape.geom_type == "Point":
        return f"<Point><coordinates>{_positions(shape)}</coordinates></Point>"
    return f"<LineString><coordinates>{_positions(shape)}</coordinates></LineString>"


def _ring(ring: Any) -> str:
    return f"<LinearRing><coordinates>{_positions(ring)}</coordinates></LinearRing>"


def _positions(shape: Any) -> str:
    return " ".join(f"{x!r},{y!r}" for x, y in shapely.get_coordinates(shape).tolist())
