"""`lingang import-zones`: what is printed, what is written, and that nothing half-written is left."""

import io
import json
import os
import sys
import zipfile
from pathlib import Path

import pytest
from answers import Answer
from shapely.affinity import scale
from shapely.geometry import mapping

from geo.features import read_features
from layers import import_zones_files
from layers.export import export_layer
from lingang.locations import data_dir

ZONES = data_dir() / "geojson" / "zones.geojson"


@pytest.fixture
def clean(atlas, tmp_path: Path) -> Path:
    """Our zones as another program would save them."""
    path = tmp_path / "drawn.gpkg"
    path.write_bytes(export_layer(atlas, "zones", fmt="gpkg", crs="EPSG:4549"))
    return path


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """One zone, grown out of its parent and over its neighbours."""
    zone = next(zone for zone in read_features(ZONES) if zone.id == "tech-city")
    shape = mapping(scale(zone.geometry, 1.5, 1.5))
    feature = {"type": "Feature", "properties": {"id": "tech-city"}, "geometry": shape}
    path = tmp_path / "grown.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def refused(answer: Answer, *says: str) -> bool:
    """Exit 2, nothing on standard output, one line on stderr."""
    told = answer.err.startswith("lingang: ") and len(answer.err.splitlines()) == 1
    return (answer.code, answer.out) == (2, "") and told and all(words in answer.err for words in says)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_without_an_output_there_is_only_a_report(call, clean, tmp_path):
    before = files_of(tmp_path)
    answer = call("import-zones", clean)
    assert (answer.code, answer.err) == (0, "")
    assert "drawn.gpkg: gpkg, 37 rows, read as EPSG:4549" in answer.out
    assert "zones: 37 unchanged, 0 not in the file" in answer.out
    assert answer.out.splitlines()[-1] == "no fault found"
    assert files_of(tmp_path) == before


def test_a_clean_layer_is_written_as_our_own_file(call, clean, tmp_path):
    answer = call("import-zones", clean, "-o", tmp_path / "zones.geojson")
    assert answer.code == 0 and answer.err.endswith("zones.geojson: written\n")
    assert (tmp_path / "zones.geojson").read_bytes() == ZONES.read_bytes()
    printed = call("import-zones", clean, "-o", "-")
    assert printed.out.encode() == ZONES.read_bytes()
    assert "37 unchanged" in printed.err


def test_faults_are_told_and_written_only_when_this_report_is_accepted(call, faulty, tmp_path):
    output = tmp_path / "zones.geojson"
    answer = call("import-zones", faulty, "-o", output)
    assert answer.code == 1 and not output.exists()
    assert "lie outside its parent" in answer.out and "overlaps" in answer.out
    assert "tasks whose zones would change: " in answer.out
    digest = answer.err.split("--force-report ")[1].strip()
    assert f"digest {digest}" in answer.out
    wrong = call("import-zones", faulty, "-o", output, "--force-report", "0" * 12)
    assert wrong.code == 2 and digest in wrong.err and not output.exists()
    accepted = call("import-zones", faulty, "-o", output, "--force-report", digest)
    assert accepted.code == 0
    before, after = ({f.id: f for f in read_features(path)} for path in (ZONES, output))
    assert {zone_id for zone_id in before if before[zone_id] != after[zone_id]} == {"tech-city"}


def test_the_report_is_json_for_programs(call, faulty):
    answer = call(
        "import-zones", faulty, "--json", "--accuracy-m", "5", "--source", "测绘", "--method", "drawn"
    )
    record = json.loads(answer.out)
    assert (answer.code, record["clean"], record["writable"]) == (1, False, True)
    assert {"siblings", "containment"} <= {fault["rule"] for fault in record["faults"]}
    (zone,) = record["zones"]
    assert (zone["zone_id"], zone["kind"]) == ("tech-city", "outline")
    assert zone["after_km2"] == pytest.approx(zone["before_km2"] * 2.25, rel=0.01)
    assert {"accuracy_m", "source"} <= {each["name"] for each in zone["properties"]}
    assert len(record["kept"]) == 36


def test_json_and_the_zones_do_not_share_standard_output(call, clean):
    assert refused(call("import-zones", clean, "-o", "-", "--json"), "--json", "-o")


@pytest.mark.parametrize(
    "name, content, says",
    [
        ("nowhere.gpkg", None, "No such file"),
        ("zones.txt", b"x", "allowed are geojson"),
        ("zones.csv", b"id,wkt\ntech-city,\"POLYGON ((121.9 30.9, 121.91 30.9, 121.9 30.91, 121.9 30.9))\"\n",
         "names no coordinate system; say --crs"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_one_line(call, tmp_path, name, content, says):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    answer = call("import-zones", tmp_path / name, "-o", tmp_path / "zones.geojson")
    assert refused(answer, name, says)
    assert not (tmp_path / "zones.geojson").exists()


@pytest.fixture
def given(monkeypatch):
    """Set the bytes of standard input."""

    def give(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return give


def test_standard_input_is_read_as_the_file_would_be(call, clean, given, tmp_path):
    given(clean.read_bytes())
    answer = call("import-zones", "-", "-o", tmp_path / "zones.geojson")
    assert answer.code == 0 and "stdin.gpkg: gpkg, 37 rows, read as EPSG:4549" in answer.out
    assert (tmp_path / "zones.geojson").read_bytes() == ZONES.read_bytes()
    given(ZONES.read_bytes())
    assert call("import-zones", "-", "--format", "geojson", "-o", "-").out.encode() == ZONES.read_bytes()


def test_a_format_goes_with_standard_input_only(call, clean, given):
    assert refused(call("import-zones", clean, "--format", "gpkg"), "--format is for standard input")
    given(b"{}")
    assert refused(call("import-zones", "-", "--format", "shp"), "'shp' is not known; use one of: geojson")
    given(b"hello")
    assert refused(call("import-zones", "-"), "say --format")


def test_files_that_are_too_much_end_with_one_line(call, given, tmp_path, monkeypatch):
    large = tmp_path / "large.geojson"
    large.touch()
    os.truncate(large, 2 * 1024**3)  # a sparse file: it takes no room
    assert refused(call("import-zones", large), "large.geojson", "allowed are 100 MB: save only the zones")
    monkeypatch.setattr(import_zones_files, "MAX_UNPACKED_BYTES", 1_000_000)
    members = {"bomb": ("zones.geojson", b" " * 2_000_000), "path": ("../zones.geojson", b"{}")}
    for name, (member, content) in members.items():
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member, content)
        says = "unpacks to more than 1 MB" if name == "bomb" else "leads out of the archive"
        assert refused(call("import-zones", path, "-o", tmp_path / "out.geojson"), f"{name}.zip", says)
        given(path.read_bytes())
        assert refused(call("import-zones", "-", "-o", tmp_path / "out.geojson"), "stdin.zip", says)
    assert not (tmp_path / "out.geojson").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bomb.zip", "large.geojson", "path.zip"]


@pytest.mark.parametrize("crs", ["EPSG:99999", "EPSG:2154", "EPSG:4479", "somewhere"])
def test_a_system_that_cannot_be_is_told_in_one_line(call, clean, crs):
    assert refused(call("import-zones", clean, "--crs", crs), crs)


def test_axes_that_are_swapped_cannot_be_accepted(call, tmp_path):
    row = 'tech-city,"POLYGON ((30.9 121.9, 30.9 121.91, 30.91 121.9, 30.9 121.9))",EPSG:4326\n'
    (tmp_path / "z.csv").write_text(f"id,wkt,crs\n{row}")
    answer = call("import-zones", tmp_path / "z.csv", "-o", tmp_path / "zones.geojson")
    assert answer.code == 1 and "say --swap-axes" in answer.out
    assert "these faults cannot be accepted" in answer.err
    assert not (tmp_path / "zones.geojson").exists()


def test_a_write_that_is_cut_short_leaves_what_was_there(call, clean, tmp_path, monkeypatch):
    output = tmp_path / "zones.geojson"
    for present in (None, b"as it was"):
        if present:
            output.write_bytes(present)
        before = files_of(tmp_path)
        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", _disk_full)
            answer = call("import-zones", clean, "-o", output)
        assert answer.code == 2 and "cannot be written" in answer.err.splitlines()[-1]
        assert files_of(tmp_path) == before


def _disk_full(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_control_characters_of_a_file_do_not_reach_the_terminal(call, tmp_path):
    own = {"name": "试\u202e验\x1b[31m园"}
    feature = {"type": "Feature", "properties": own, "geometry": None}
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    answer = call("import-zones", tmp_path / "a.geojson")
    assert answer.code == 1 and "试" in answer.out
    assert "\x1b" not in answer.out and "\u202e" not in answer.out
