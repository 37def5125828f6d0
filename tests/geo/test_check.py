"""The data check: it passes a sound data set, and every rule has data that it must refuse."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up_area import Files, Member, member, plain, row, valid_files, write
from shapely.affinity import rotate, translate
from shapely.geometry import shape

from geo.check import FILE_RULES, RULES, check_data
from geo.crs import area_m2
from geo.faults import FILES, Fault
from lingang.locations import data_dir


@dataclass(frozen=True)
class Change:
    """Something done to the made-up data; `feature_id` is the feature it is done to."""

    feature_id: str
    apply: Callable[[Files], object]

    def and_(self, other: "Change") -> "Change":
        return Change(self.feature_id, lambda files: (self.apply(files), other.apply(files)))


def stem_of(files: Files, feature_id: str) -> str:
    return next(stem for stem, members in files.items() if feature_id in members)


def find(files: Files, feature_id: str) -> Member:
    return files[stem_of(files, feature_id)][feature_id]


def setting(feature_id: str, key: str, value: Any) -> Change:
    return Change(feature_id, lambda files: find(files, feature_id)["properties"].update({key: value}))


def lacking(feature_id: str, key: str) -> Change:
    return Change(feature_id, lambda files: find(files, feature_id)["properties"].pop(key))


def moving(feature_id: str, geometry: Any) -> Change:
    return Change(feature_id, lambda files: find(files, feature_id).update(geometry=plain(geometry)))


def taking_away(feature_id: str) -> Change:
    return Change(feature_id, lambda files: files[stem_of(files, feature_id)].pop(feature_id))


def adding_site(feature_id: str) -> Change:
    new = member(feature_id, shapely.Point(121.8, 31.0), kind="plant", zone=None, plan_items=[])
    return Change(feature_id, lambda files: files["sites"].update({feature_id: new}))


def naming(name: str, target: str = "", **columns: str) -> Change:
    """A row more at the end of the table of names; a fault of a row belongs to no feature."""
    return Change("", lambda files: files["names"].update({f"more {name}": row(name, target, **columns)}))


def forgetting(name: str, feature_id: str) -> Change:
    return Change(feature_id, lambda files: files["names"].pop(name))


def drawing(zone_id: str, draw: Callable[[Any], Any]) -> Change:
    """A zone's outline put through a function; area and label are stated anew."""

    def apply(files: Files) -> None:
        zone = find(files, zone_id)
        outline = shape(plain(draw(shape(zone["geometry"]))))
        anchor = outline.representative_point()
        zone["geometry"] = plain(outline)
        zone["properties"]["area_km2"] = round(area_m2(outline) / 1e6, 2)
        zone["properties"]["label"] = [anchor.x, anchor.y]

    return Change(zone_id, apply)


def publishing(square_km: float) -> Change:
    area = setting("ronghe", "official_area_km2", square_km)
    return area.and_(setting("ronghe", "official_area_source", "made up"))


def eastward(degrees: float) -> Callable[[Any], Any]:
    return lambda outline: translate(outline, degrees)


def nudged(outline: Any) -> Any:
    """One vertex of the eastern border moved by 20 m, as a careless edit would."""
    points = list(outline.exterior.coords)
    kink = max(range(len(points) - 1), key=lambda index: points[index][0])
    points[kink] = (points[kink][0] + 0.0002, points[kink][1])
    return shapely.Polygon([*points[:-1], points[0]])


def boxed(outline: Any) -> Any:
    return shapely.box(*outline.buffer(-0.006).bounds)


def rounded(outline: Any) -> Any:
    """A circle on the ground about the middle of an outline."""
    middle = outline.centroid
    disc = shapely.Point(0, 0).buffer(0.002)
    return shapely.transform(disc, lambda points: points * [1.165, 1.0] + [middle.x, middle.y])


def westerly(outline: Any) -> Any:
    return outline.intersection(shapely.box(121.4, 30.5, 122.04, 31))


BOWTIE = shapely.Polygon([(121.9, 30.9), (121.92, 30.92), (121.92, 30.9), (121.9, 30.92)])
HOLE_OUTSIDE = shapely.Polygon(
    [(121.9, 30.9), (121.92, 30.9), (121.91, 30.92)], [[(121.95, 30.9), (121.96, 30.91), (121.96, 30.9)]]
)
STAMMER = shapely.LineString([(121.6, 30.7), (121.8, 30.8), (121.8, 30.8), (122.0, 30.7)])

BROKEN = {
    "schema": [
        (lacking("ronghe", "source"), "'source' is missing"),
        (lacking("ronghe", "label"), "'label' is missing"),
        (lacking("t1", "schematic"), "'schematic' is missing"),
        (lacking("plant", "plan_items"), "'plan_items' is missing"),
        (setting("school", "level", "clinic"), "'level' is \"clinic\"; expected one of kindergarten"),
        (setting("hospital", "status", "open"), "'status' is \"open\"; expected one of operating"),
        (setting("plant", "kind", "factory"), "'kind' is \"factory\""),
        (setting("dazhi-river", "kind", "stream"), "'kind' is \"stream\""),
        (setting("ronghe", "accuracy_m", "300"), "'accuracy_m' is \"300\"; expected number or null"),
        (setting("ronghe", "label", [121.9]), "'label' is [121.9]; expected [lon, lat]"),
        (setting("plant", "plan_items", ["54"]), "'plan_items.0' is \"54\"; expected text of the form"),
        (setting("t1", "status_by_plan", {"2024": "开工"}), "'status_by_plan' is \"2024\"; expected one of"),
        (moving("school", STAMMER), "'geometry' is \"LineString\"; expected one of Point, null"),
    ],
    "ids": [
        (adding_site("school"), "the id is used in data/geojson/schools.geojson too"),
        (adding_site("New_Plant"), "not lower-case kebab-case"),
        (setting("plant", "id", "plants"), "properties.id is 'plants'; repeat the feature's id"),
    ],
    "provenance": [
        (setting("plant", "source", " "), "'source' is empty"),
        (setting("plant", "method", "guessed"), "method is 'guessed'; expected one of drawn, derived"),
        (setting("plant", "accuracy_m", 0), "accuracy_m is 0; expected metres above 0"),
        (setting("plant", "accuracy_m", None), "accuracy_m is None; expected metres above 0"),
        (setting("plant", "source", "traced over OpenStreetMap"), "licence is None.*write ODbL-1.0"),
        (setting("ronghe", "official_area_km2", 386), "no official_area_source"),
    ],
    "names": [
        (setting("plant", "name", "滴水湖金融湾"), "also names 'finance-bay' in data/geojson/zones"),
        (setting("t2", "name", "地方 T1 "), "'地方 t1' also names 't1'"),
    ],
    "aliases": [
        (setting("plant", "aliases", []), "remove 'aliases': other names stand in gazetteer.csv"),
        (setting("plant", "aliases", ["新厂"]), "write '新厂,plant,alias,KIND,,' there instead"),
    ],
    "gazetteer": [
        (naming("金融湾", "plant"), "line .*'金融湾': leads to 'plant' here and to 'finance-bay' in"),
        (naming("新厂", "plan"), "unknown place id 'plan'; did you mean 'plant'?"),
        (naming("新厂", "plant", kind="nickname"), "unknown kind 'nickname'; expected one of official"),
        (naming("新厂", "plant", kind=""), "'新厂': has no kind"),
        (naming("新厂", "plant", role="nickname"), "unknown role 'nickname'"),
        (naming("新厂", "plant", context="beside:路"), "unknown test 'beside'"),
        (naming("新厂", role="outside", kind="short"), "only an alias has a kind"),
        (naming("“”", "plant"), "at least one character that counts"),
        (naming("地方 PLANT", "plant"), "is the official name of 'plant' already; remove the line"),
        (naming("科 技 城", "tech-city"), "stands already in line"),
        (naming("科技城", "tech-city", context="after:区"), "has no effect: line .* asks for a context"),
    ],
    "references": [
        (setting("marine-park", "parent", "frontier-teck"), "is no zone.*did you mean 'frontier-tech'?"),
        (setting("lingang", "parent", "ronghe"), "circle (lingang > ronghe > lingang)"),
        (setting("ronghe", "palette", "pink"), "palette is 'pink'; expected one of area, bonded"),
        (setting("school", "zone", "nicheng"), "zone 'nicheng' is no zone of the data"),
        (setting("stop-t1-xi", "lines", ["t1", "t9"]), "line 't9' is no line of the data"),
        (setting("stop-t1-xi", "order", {"t2": 1}), "'order' and 'lines' name different lines"),
        (setting("stop-t1-xi", "order", {"t1": 2}), "has order 2 on 't1', as 'stop-t1-dong' has"),
        (setting("plant", "replaced_by", "plant-2"), "replaced_by 'plant-2' is no feature"),
    ],
    "contract": [
        (taking_away("tech-city"), "the zone is missing; its id is public"),
        (setting("tech-city", "parent", "dishui-core"), "parent is 'dishui-core'; the public contract says"),
        (setting("tech-city", "rank", "park"), "rank is 'park'; the public contract says 'community'"),
        (
            setting("tech-city", "name", "科技新城"),
            "name is '科技新城'; the public contract says '临港科技城'",
        ),
        (forgetting("科技城", "tech-city"), "the gazetteer lacks 科技城"),
        (taking_away("t6"), "the line is missing"),
        (taking_away("lema-river"), "the line is missing"),
    ],
    "geometry": [
        (moving("tech-city", BOWTIE), "not valid: Self-intersection"),
        (moving("tech-city", HOLE_OUTSIDE), "not valid: Hole lies outside shell"),
        (moving("school", shapely.Point(116.4, 39.9)), "outside lon 121.2..122.4, lat 30.4..31.4"),
        (moving("t1", STAMMER), "position 121.8, 30.8 is written twice in a row"),
    ],
    "shape": [
        (drawing("luchaogang", boxed), "a mere rectangle"),
        (drawing("luchaogang", lambda outline: rotate(boxed(outline).segmentize(0.001), 0.2)), "a mere rect"),
        (drawing("luchaogang", rounded), "a bare circle"),
    ],
    "coverage": [
        (drawing("frontier-tech", nudged), "overlap a neighbour or have other vertices"),
        (drawing("town-nicheng", nudged), "overlap a neighbour or have other vertices"),
        (moving("emerging", None), "has no outline, but lies in a coverage"),
    ],
    "siblings": [
        (drawing("top-scientists", eastward(-0.004)), "overlaps 'community-103' by"),
        (drawing("shengang", eastward(-0.01)), "overlaps 'luchaogang' by"),
    ],
    "containment": [
        (drawing("west-island", eastward(0.03)), "lie outside its parent 'finance-bay'"),
        (
            drawing("coastal-belt", lambda outline: translate(outline, 0, -0.03)),
            "outside its parent 'ronghe'",
        ),
    ],
    "area": [
        (setting("tech-city", "area_km2", 1.5), "area_km2 is 1.5, but the outline has"),
        (setting("tech-city", "area_km2", None), "area_km2 is missing; the outline has"),
        (publishing(386), "of the published 386; redraw, or explain the gap in 'note'"),
    ],
    "label": [
        (setting("tech-city", "label", [121.4, 30.6]), "label 121.4, 30.6 lies outside the zone"),
        (setting("tech-city", "label", None), "label is missing"),
    ],
    "sites": [
        (setting("school", "zone", "town-situan"), "m outside its zone 'town-situan', but claims 300 m"),
        (moving("plant", shapely.Point(121.61, 30.945)), "m outside its zone 'town-nicheng'"),
    ],
    "stops": [
        (moving("stop-t1-xi", shapely.Point(121.6, 30.703)), "m from its line 't1'; expected at most 200"),
    ],
}
# The fault shows at another feature than the one that was changed.
BROKEN_ELSEWHERE = [
    ("coverage", "ronghe", drawing("emerging", lambda outline: outline.buffer(-0.001)), "belong to none"),
    ("coverage", "ronghe", drawing("ronghe", westerly), "of its functional zones lie outside"),
    ("coverage", "town-situan", drawing("fengxian", lambda o: o.buffer(-0.01)), "cut off by the border of"),
]
CASES = [
    *((rule, change.feature_id, change, says) for rule, cases in BROKEN.items() for change, says in cases),
    *BROKEN_ELSEWHERE,
]


def faults_after(change: Change, folder: Path) -> list[Fault]:
    files = valid_files()
    change.apply(files)
    return check_data(write(files, folder / "data"))


def test_a_sound_data_set_passes(tmp_path):
    assert check_data(write(valid_files(), tmp_path)) == []


@pytest.mark.parametrize(
    "rule, feature_id, change, says", CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_broken_data_is_refused(rule, feature_id, change, says, tmp_path):
    faults = faults_after(change, tmp_path)
    found = [fault for fault in faults if (fault.rule, fault.feature_id) == (rule, feature_id)]
    words = [re.escape(part) for part in re.split(r"\.\*", says)]
    assert any(re.search(".*".join(words), fault.message) for fault in found), faults


def test_every_rule_has_broken_data():
    assert set(BROKEN) == set(RULES)


def test_a_fault_reads_as_file_feature_message_and_rule(tmp_path):
    (fault,) = faults_after(setting("plant", "source", ""), tmp_path)
    assert str(fault) == (
        "data/geojson/sites.geojson: feature 'plant': 'source' is empty; "
        "name what it was drawn from [provenance]"
    )


CANONICAL_BREAKS = {
    "two spaces": lambda text: text.replace('"type": "Feature",', '"type":  "Feature",', 1),
    "no final newline": lambda text: text.rstrip("\n"),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "another name": lambda text: text.replace('"name": "schools"', '"name": "hospitals"', 1),
    "keys unsorted": lambda text: re.sub(r'("accuracy_m": 300), ("id": "\w+")', r"\2, \1", text, count=1),
    "too many decimals": lambda text: re.sub(
        r"(\"coordinates\": \[121\.\d)", r"\g<1>123456789", text, count=1
    ),
    "escaped text": lambda text: text.replace("地方", "\\u5730\\u65b9"),
}


@pytest.mark.parametrize("name", CANONICAL_BREAKS)
def test_a_file_that_is_not_in_canonical_form_is_refused(name, tmp_path):
    path = write(valid_files(), tmp_path / "data") / "geojson" / "schools.geojson"
    before = path.read_text(encoding="utf-8")
    path.write_bytes(CANONICAL_BREAKS[name](before).encode())
    assert path.read_text(encoding="utf-8") != before or b"\r" in path.read_bytes()
    (fault,) = (fault for fault in check_data(tmp_path / "data") if fault.rule == "canonical")
    assert fault.file == "data/geojson/schools.geojson" and "not in canonical form" in fault.message


def test_a_clockwise_outline_is_not_canonical(tmp_path):
    ring = find(valid_files(), "tech-city")["geometry"]["coordinates"][0][::-1]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    turn = Change("tech-city", lambda files: find(files, "tech-city").update(geometry=geometry))
    (fault,) = faults_after(turn, tmp_path)
    assert (fault.file, fault.rule) == ("data/geojson/zones.geojson", "canonical")
    assert fault.message.startswith("line ")


def test_an_unreadable_feature_is_one_fault_and_the_others_are_still_checked(tmp_path):
    opened = Change("tech-city", lambda files: find(files, "tech-city")["geometry"]["coordinates"][0].pop())
    faults = faults_after(opened.and_(setting("ronghe", "palette", "pink")), tmp_path)
    assert [fault.feature_id for fault in faults if fault.rule == "read"] == ["tech-city"]
    assert any(fault.rule == "references" and fault.feature_id == "ronghe" for fault in faults)


def test_a_file_that_is_missing_or_unexpected_is_a_fault(tmp_path):
    data = write(valid_files(), tmp_path / "data")
    (data / "geojson" / "sites.geojson").rename(data / "geojson" / "places.geojson")
    faults = [(fault.file, fault.rule) for fault in check_data(data) if fault.rule in FILE_RULES]
    assert faults == [("data/geojson/places.geojson", "file"), ("data/geojson/sites.geojson", "file")]


def test_a_file_that_is_not_json_is_a_fault_with_its_line(tmp_path):
    data = write(valid_files(), tmp_path / "data")
    (data / "geojson" / "sites.geojson").write_text('{"type": "FeatureCollection",\n oops}')
    (fault,) = check_data(data)
    assert str(fault).startswith("data/geojson/sites.geojson: line 2: not JSON at column 2")


def test_a_folder_without_data_is_reported_file_by_file(tmp_path):
    faults = check_data(tmp_path)
    assert sum(fault.rule == "file" for fault in faults) == len(FILES) + 1  # and the table of names


def test_a_table_of_names_that_cannot_be_read_is_a_fault_and_the_features_are_still_checked(tmp_path):
    files = valid_files()
    find(files, "ronghe")["properties"]["palette"] = "pink"
    table = write(files, tmp_path / "data") / "gazetteer.csv"
    table.write_bytes(table.read_bytes() + "新厂,plant,alias\n".encode() + "新厂".encode("gb18030"))
    faults = check_data(tmp_path / "data")
    (fault,) = (fault for fault in faults if fault.file == "data/gazetteer.csv" and fault.rule == "read")
    number = table.read_bytes().count(b"\n") + 1
    assert fault.message.startswith(f"line {number}: not utf-8")
    assert any(fault.rule == "references" for fault in faults)


def test_a_line_of_names_with_another_number_of_fields_is_one_fault(tmp_path):
    table = write(valid_files(), tmp_path / "data") / "gazetteer.csv"
    number = len(table.read_bytes().splitlines()) + 1
    table.write_bytes(table.read_bytes() + "新厂,plant,alias\n新车间,plant,alias,short,,\n".encode())
    (fault,) = check_data(tmp_path / "data")
    assert (fault.file, fault.rule) == ("data/gazetteer.csv", "read")
    assert fault.message.startswith(f"line {number}: name '新厂': 3 fields; expected 6")


def test_only_the_rules_asked_for_are_applied(tmp_path):
    files = valid_files()
    find(files, "ronghe")["properties"]["palette"] = "pink"
    find(files, "plant")["properties"]["aliases"] = ["新厂"]
    faults = check_data(write(files, tmp_path / "data"), only=("aliases",))
    assert {fault.rule for fault in faults} == {"aliases"}


def test_all_faults_are_reported_at_once(tmp_path):
    first, second, third = setting("plant", "source", ""), taking_away("t6"), moving("tech-city", BOWTIE)
    faults = faults_after(first.and_(second).and_(third), tmp_path)
    assert {"provenance", "contract", "geometry"} <= {fault.rule for fault in faults}
    assert faults == sorted(faults)


ALLOWED = {
    "a gap to the published area explained in a note": publishing(386).and_(
        setting("ronghe", "note", "made up for the test")
    ),
    "the round lake": drawing("dishui-lake", rounded),
    "a site placed too badly to say in which zone": setting("plant", "zone", "town-situan").and_(
        setting("plant", "accuracy_m", 501)
    ),
    "a site as near to its zone as it is sure": moving("plant", shapely.Point(121.65, 30.949)).and_(
        setting("plant", "accuracy_m", 150)
    ),
    "a stop far from a schematic line": setting("t1", "schematic", True).and_(
        moving("stop-t1-xi", shapely.Point(121.6, 30.75))
    ),
    "a line that cannot be placed": moving("t6", None),
    "a stop that repeats the name of a zone": setting("stop-t1-xi", "name", "滴水湖"),
    "a source under its own licence": setting("plant", "source", "traced over OpenStreetMap").and_(
        setting("plant", "licence", "ODbL-1.0")
    ),
    "a name that means two places in different surroundings": naming(
        "金融湾", "plant", context="clause:厂房"
    ).and_(naming("科技城", "plant", context="after:厂")),
    "an official name that counts in some surroundings only": naming(
        "地方 plant", "plant", context="clause:厂房"
    ),
    "a retired site": setting("plant", "valid_to", "2022-06").and_(setting("plant", "replaced_by", "school")),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_looks_odd_but_is_meant_passes(name, tmp_path):
    assert faults_after(ALLOWED[name], tmp_path) == []


junk = st.one_of(
    st.none(), st.booleans(), st.integers() | st.just(10**400), st.floats(allow_nan=False),
    st.text(max_size=4),
    st.lists(st.integers() | st.text(max_size=2), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers() | st.none(), max_size=2),
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_junk_in_any_property_is_reported_and_never_raises(tmp_path_factory, data):
    files = valid_files()
    for _ in range(4):
        stem = data.draw(st.sampled_from(FILES))
        chosen = files[stem][data.draw(st.sampled_from(sorted(files[stem])))]
        key = data.draw(st.sampled_from(sorted(chosen["properties"])))
        chosen["properties"][key] = data.draw(junk)
    assert isinstance(check_data(write(files, tmp_path_factory.mktemp("junk"))), list)


def test_checking_loads_neither_the_heavy_libraries_nor_the_rooms_above():
    program = "import sys, geo.check, geo.zones, geo.gcj02; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    for name in ("pandas", "geopandas", "flask", "folium", "plans", "layers", "webmap"):
        assert name not in loaded.split()


def test_the_shipped_data_has_no_fault():
    faults = check_data(data_dir())
    assert not faults, "\n".join(map(str, faults))
