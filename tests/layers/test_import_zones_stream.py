"""A zone layer from a stream: its kind is told by its content, and what is none is refused."""

import io
import zipfile
from pathlib import Path

import pytest

from layers import import_zones_stream
from layers.atlas import Atlas
from layers.export import export_layer
from layers.import_zones import import_zones
from layers.import_zones_files import ImportFileError
from layers.import_zones_stream import FORMATS, kept_stream

WRITTEN = ("geojson", "geojsons", "geojsonl", "gpkg", "fgb", "parquet", "kml", "dxf", "csv", "xlsx")
ZIPPED = ("kmz", "shp.zip", "tab.zip")


@pytest.mark.parametrize("fmt", [*WRITTEN, *ZIPPED])
def test_every_format_is_known_by_its_content(atlas: Atlas, fmt: str) -> None:
    with kept_stream(io.BytesIO(export_layer(atlas, "zones", fmt=fmt))) as path:
        assert path.name == ("stdin.zip" if fmt in ZIPPED else f"stdin.{fmt}")


@pytest.mark.parametrize("fmt", ["gpkg", "shp.zip", "kmz"])
def test_the_zones_of_a_stream_are_those_of_the_file(atlas: Atlas, fmt: str) -> None:
    with kept_stream(io.BytesIO(export_layer(atlas, "zones", fmt=fmt))) as path:
        report = import_zones(path, atlas)
    assert report.is_clean and {change.kind for change in report.changes} == {"unchanged"}
    assert not path.exists()


def test_a_kind_that_is_said_goes_before_the_content(atlas: Atlas) -> None:
    assert {"geojson", "csv", "zip"} <= set(FORMATS) and "shp" not in FORMATS
    with kept_stream(io.BytesIO(b'{"type": "FeatureCollection"}'), "csv") as path:
        assert path.name == "stdin.csv"


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "stdin: is empty"),
        (b"\0\0\x27\x0a" + b"\0" * 200, "one file of a shapefile, which has several; zip them"),
        (b'!table\nDefinition Table\n Type NATIVE Charset "Neutral"\n', "one file of a MapInfo table"),
        (b"no layer at all", "say --format"),
        (b"\x89PNG\r\n\x1a\n\0\0", "say --format"),
        (b"PK\3\4 no archive", "say --format"),
    ],
)
def test_what_is_no_layer_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(ImportFileError, match=says), kept_stream(io.BytesIO(content)):
        pass


class Endless(io.RawIOBase):
    """Gives blanks for ever, and counts them."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b" " * size


class Folder(io.RawIOBase):
    """Cannot be read."""

    def read(self, size: int = -1) -> bytes:
        raise IsADirectoryError(21, "Is a directory")


def test_a_folder_as_a_stream_is_refused() -> None:
    with pytest.raises(ImportFileError, match="stdin: cannot be read: Is a directory"), kept_stream(Folder()):
        pass


def test_a_stream_without_an_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_zones_stream, "MAX_FILE_BYTES", 3_000_000)
    stream = Endless()
    with pytest.raises(ImportFileError, match="stdin: has more than the 3 MB allowed"), kept_stream(stream):
        pass
    assert stream.given < 5_000_000


def test_no_message_names_the_private_folder(atlas: Atlas) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../zones.geojson", b"{}")
    broken = b"SQLite format 3\0" + b"x" * 2000
    for content in (packed.getvalue(), broken, b'{"type": "FeatureCollection", "features": ['):
        with pytest.raises(ImportFileError) as caught, kept_stream(io.BytesIO(content)) as path:
            folder = path.parent
            import_zones(path, atlas)
        assert str(caught.value).startswith("stdin.") and str(folder) not in str(caught.value)
        assert not Path(folder).exists()
