"""How is a GeoJSON feature file read and written?

Reading is strict: nothing is repaired in silence. Writing gives one canonical form, so that a file that
is not byte for byte equal to its own formatted form has been edited by hand and not yet formatted.
Coordinates: lon, lat in decimal degrees, WGS 84 (EPSG:4326).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from geo.errors import GeoJSONError
from geo.rings import canonical_coordinates, find_problem

if TYPE_CHECKING:  # shapely is imported where a geometry is made or written: names alone do without it
    from shapely.geometry.base import BaseGeometry

FEATURE_MEMBERS = ("type", "id", "properties", "geometry")
COLLECTION_MEMBERS = ("type", "name", "features")
_ID_MEMBER = re.compile(r'"id"\s*:\s*"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Feature:
    """One thing on the map.

    Attributes
    ----------
    id
        Lower-case kebab-case, unique across all files, stable for ever.
    properties
        As in the file; `properties["id"]` repeats the id.
    geometry
        shapely geometry in lon, lat (EPSG:4326), or None where the place is not known at all.
    file, line
        Where it was read; empty and None for a feature made in memory. They do not count in comparisons.
    """

    id: str
    properties: dict[str, Any]
    geometry: BaseGeometry | None
    file: str = field(default="", compare=False)
    line: int | None = field(default=None, compare=False)


def read_features(
    path: Path, *, shown_as: str | None = None, with_geometry: bool = True
) -> list[Feature]:
    """Return the features of a GeoJSON FeatureCollection file in the order of the file.

    Parameters
    ----------
    path
        A UTF-8 file, RFC 7946, without the withdrawn `crs` member.
    shown_as
        How messages name the file; the path as given when left out.
    with_geometry
        False leaves every `geometry` None, for who only wants names: shapely is then not even imported.
        Positions are checked all the same.

    Raises
    ------
    GeoJSONError
        The first fault of the file: broken JSON, a duplicate key or id, an unexpected member, an open
        ring, a position that is not on earth. `scan_features` gives all faults.
    OSError
        The file cannot be opened.
    """
    features, faults = scan_features(path, shown_as=shown_as, with_geometry=with_geometry)
    if faults:
        raise faults[0]
    return features


def scan_features(
    path: Path, *, shown_as: str | None = None, with_geometry: bool = True
) -> tuple[list[Feature], list[GeoJSONError]]:
    """Return the sound features of a file together with every fault of the others.

    Raises
    ------
    OSError
        The file cannot be opened.
    """
    file = shown_as or str(path)
    try:
        text = Path(path).read_bytes().decode("utf-8")
        collection = _parse_json(text, file)
        members = _collection_features(collection, file)
    except UnicodeDecodeError as error:
        problem = f"byte {error.start} is not UTF-8; save the file as UTF-8 without a byte order mark"
        return [], [GeoJSONError(file, problem)]
    except GeoJSONError as error:
        return [], [error]
    return _sound_features(members, file, _lines_of_ids(text), with_geometry)


def parse_feature(
    member: Any, *, file: str = "", line: int | None = None, with_geometry: bool = True
) -> Feature:
    """Return the feature that a parsed GeoJSON object describes.

    Raises
    ------
    GeoJSONError
        The object is not a feature, or its geometry is not sound (see `geo.rings.find_problem`).
    """
    if not isinstance(member, dict) or member.get("type") != "Feature":
        raise GeoJSONError(file, "a member of 'features' is not an object of type 'Feature'", line=line)
    feature_id = member.get("id")
    if not isinstance(feature_id, str) or not feature_id:
        raise GeoJSONError(file, "a feature has no 'id' text beside its 'type'; give it one", line=line)

    def refuse(problem: str) -> NoReturn:
        raise GeoJSONError(file, problem, feature_id=feature_id, line=line)

    for name in member:
        if name not in FEATURE_MEMBERS:
            refuse(f"unexpected member {name!r}; expected only {', '.join(FEATURE_MEMBERS)}")
    if not isinstance(member.get("properties"), dict):
        refuse("'properties' is missing or not an object")
    if "geometry" not in member:
        refuse("'geometry' is missing; write null where the place is not known")
    raw = member["geometry"]
    if raw is None:
        return Feature(feature_id, member["properties"], None, file, line)
    problem = find_problem(raw)
    if problem:
        refuse(problem)
    if not with_geometry:
        return Feature(feature_id, member["properties"], None, file, line)
    from shapely.geometry import shape

    return Feature(feature_id, member["properties"], shape(raw), file, line)


def to_geojson(feature: Feature) -> dict[str, Any]:
    """Return a feature as a GeoJSON object in canonical form, [lon, lat] at 6 decimals (0.11 m).

    Raises
    ------
    GeoJSONError
        The geometry is empty, or a part of it collapses when rounded.
    """
    return {
        "type": "Feature",
        "id": feature.id,
        "properties": _sorted(feature.properties),
        "geometry": _geometry_object(feature),
    }


def dump_features(features: Iterable[Feature], name: str) -> bytes:
    """Return the canonical file: one feature a line, sorted by id, UTF-8, final newline.

    Reading the result and dumping it again gives the same bytes. Properties are sorted by key at every
    depth; exterior rings run counter-clockwise; neighbours that round to the same position become one.

    Raises
    ------
    GeoJSONError
        Two features carry one id, a geometry cannot be written, or a property is not JSON.
    """
    ordered = sorted(features, key=lambda feature: feature.id)
    for first, second in pairwise(ordered):
        if first.id == second.id:
            raise GeoJSONError(second.file, "the id is used twice", feature_id=second.id, line=second.line)
    head = f'{{"type": "FeatureCollection", "name": {json.dumps(name, ensure_ascii=False)}, "features": ['
    return head.encode() + b"\n" + b",\n".join(map(_dump_line, ordered)) + b"\n]}\n"


def format_features(path: Path, *, shown_as: str | None = None) -> bytes:
    """Return a feature file in canonical form; the collection is named after the file.

    Raises
    ------
    GeoJSONError
        The file cannot be read, or not be written in canonical form.
    """
    path = Path(path)
    return dump_features(read_features(path, shown_as=shown_as), path.stem)


def _parse_json(text: str, file: str) -> Any:
    """JSON without duplicate keys, NaN and Infinity."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(items)
        if len(result) == len(items):
            return result
        keys = [key for key, _ in items]
        twice = next(key for key in keys if keys.count(key) > 1)
        owner = result.get("id")
        owner = owner if isinstance(owner, str) else None
        raise GeoJSONError(file, f"key {twice!r} is written twice in one object", feature_id=owner)

    def constant(word: str) -> NoReturn:
        raise GeoJSONError(file, f"{word} is not JSON; write a number or null")

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        problem = f"not JSON at column {error.colno}: {error.msg}"
        raise GeoJSONError(file, problem, line=error.lineno) from error
    except GeoJSONError:
        raise
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists without end
        raise GeoJSONError(file, f"JSON beyond reason: {error}") from error


def _collection_features(collection: Any, file: str) -> list[Any]:
    """The list under 'features' of a plain FeatureCollection."""
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise GeoJSONError(file, "expected an object of type 'FeatureCollection'")
    if "crs" in collection:
        raise GeoJSONError(
            file, "the 'crs' member is not part of RFC 7946; store lon, lat in EPSG:4326 and remove it"
        )
    for name in collection:
        if name not in COLLECTION_MEMBERS:
            raise GeoJSONError(
                file, f"unexpected member {name!r}; expected only {', '.join(COLLECTION_MEMBERS)}"
            )
    if not isinstance(collection.get("features"), list):
        raise GeoJSONError(file, "'features' is missing or not a list")
    features: list[Any] = collection["features"]
    return features


def _sound_features(
    members: list[Any], file: str, lines: dict[str, int], with_geometry: bool
) -> tuple[list[Feature], list[GeoJSONError]]:
    """Features that can be read, and a fault for each that cannot or repeats an id."""
    features: dict[str, Feature] = {}
    faults: list[GeoJSONError] = []
    for member in members:
        line = lines.get(str(member.get("id"))) if isinstance(member, dict) else None
        try:
            feature = parse_feature(member, file=file, line=line, with_geometry=with_geometry)
        except GeoJSONError as error:
            faults.append(error)
            continue
        if feature.id in features:
            faults.append(GeoJSONError(file, "the id is used twice", feature_id=feature.id, line=line))
        else:
            features[feature.id] = feature
    return list(features.values()), faults


def _lines_of_ids(text: str) -> dict[str, int]:
    """The line on which each id is first written."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for match in _ID_MEMBER.finditer(line):
            lines.setdefault(json.loads(f'"{match.group(1)}"'), number)
    return lines


def _geometry_object(feature: Feature) -> dict[str, Any] | None:
    """The canonical geometry member; shapely's tuples become lists."""
    import shapely
    from shapely.geometry import mapping

    geometry = feature.geometry
    if geometry is None:
        return None
    if geometry.is_empty:
        raise GeoJSONError(
            feature.file, "the geometry is empty; write null", feature_id=feature.id, line=feature.line
        )
    plain: dict[str, Any] = mapping(shapely.force_2d(geometry))
    try:
        coordinates = canonical_coordinates(plain["type"], plain["coordinates"])
    except (KeyError, ValueError) as error:
        problem = str(error) if isinstance(error, ValueError) else "a geometry collection is not used here"
        raise GeoJSONError(feature.file, problem, feature_id=feature.id, line=feature.line) from error
    return {"type": plain["type"], "coordinates": coordinates}


def _dump_line(feature: Feature) -> bytes:
    """One feature as one line of JSON."""
    plain = to_geojson(feature)
    try:
        line = json.dumps(plain, ensure_ascii=False, separators=(", ", ": "), allow_nan=False)
        return line.encode("utf-8")  # fails on half a surrogate pair, which JSON can smuggle in
    except (TypeError, ValueError) as error:
        problem = f"a property cannot be written as JSON: {error}"
        raise GeoJSONError(feature.file, problem, feature_id=feature.id, line=feature.line) from error


def _sorted(value: Any) -> Any:
    """The same value with the keys of every object sorted; lists keep their order."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [_sorted(item) for item in value]
    return value
