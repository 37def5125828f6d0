"""What is wrong with the curated features and their names? All faults at once, never an exception."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from geo.check_geometry import (
    check_area,
    check_geometry,
    check_label,
    check_shape,
    check_sites,
    check_stops,
)
from geo.check_names import check_aliases, check_gazetteer, check_names, name_fault
from geo.check_records import check_contract, check_ids, check_provenance, check_references
from geo.check_topology import check_containment, check_coverage, check_siblings
from geo.errors import GeoJSONError
from geo.faults import FILES, Dataset, Fault, Rule
from geo.features import Feature, dump_features, scan_features
from geo.gazetteer_rows import TABLE, GazetteerError, NameRow, read_rows
from geo.schema import check_schema

RULES: dict[str, Rule] = {
    "schema": check_schema,
    "ids": check_ids,
    "provenance": check_provenance,
    "names": check_names,
    "aliases": check_aliases,
    "gazetteer": check_gazetteer,
    "references": check_references,
    "contract": check_contract,
    "geometry": check_geometry,
    "shape": check_shape,
    "coverage": check_coverage,
    "siblings": check_siblings,
    "containment": check_containment,
    "area": check_area,
    "label": check_label,
    "sites": check_sites,
    "stops": check_stops,
}
FILE_RULES = ("file", "read", "canonical")  # these look at the bytes, before the features


def check_data(data_dir: Path, *, only: Collection[str] = tuple(RULES)) -> list[Fault]:
    """Return every fault of the six feature files and of the table of names, sorted by file and feature.

    Parameters
    ----------
    data_dir
        The folder that holds `geojson/` and `gazetteer.csv`; the schema is the one shipped with the
        program.
    only
        The rules to apply besides those on the bytes of the files; all of them by default.

    Returns
    -------
    list of Fault
        Empty when the data is sound. Features that cannot be read are reported by the rule `read` and
        left out of the other rules; a geometry that is not sound is left out of those that need it.
    """
    folder = Path(data_dir) / "geojson"
    faults: list[Fault] = []
    features: dict[str, list[Feature]] = {}
    for stem in FILES:
        path = folder / f"{stem}.geojson"
        shown_as = f"{Path(data_dir).resolve().name}/geojson/{path.name}"
        features[stem], file_faults = _read(path, shown_as)
        faults += file_faults
    for path in sorted(folder.glob("*.geojson")):
        if path.stem not in FILES:
            shown_as = f"{Path(data_dir).resolve().name}/geojson/{path.name}"
            faults.append(Fault(shown_as, "", "file", f"unexpected; expected only {', '.join(FILES)}"))
    rows, table_faults = _read_names(Path(data_dir))
    faults += table_faults
    data = Dataset(features, rows)
    for name in only:
        faults += RULES[name](data)
    return sorted(set(faults))


def _read(path: Path, shown_as: str) -> tuple[list[Feature], list[Fault]]:
    """The sound features of one file and the faults of its bytes."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return [], [Fault(shown_as, "", "file", f"cannot be read: {error.strerror}")]
    features, errors = scan_features(path, shown_as=shown_as)
    if errors:
        return features, [_read_fault(error) for error in errors]
    try:
        canonical = dump_features(features, path.stem)
    except GeoJSONError as error:
        return features, [_read_fault(error)]
    if content != canonical:
        return features, [Fault(shown_as, "", "canonical", _difference(content, canonical))]
    return features, []


def _read_names(data_dir: Path) -> tuple[list[NameRow], list[Fault]]:
    """The rows of the table of names, and a fault for each line that is none."""
    shown_as = f"{data_dir.resolve().name}/{TABLE}"
    errors: list[GazetteerError] = []
    rows: list[NameRow] = []
    try:
        rows = read_rows(data_dir / TABLE, shown_as=shown_as, faults=errors)
    except OSError as error:
        return [], [Fault(shown_as, "", "file", f"cannot be read: {error.strerror}")]
    except GazetteerError as error:
        errors.append(error)
    return rows, [name_fault(error, "read") for error in errors]


def _read_fault(error: GeoJSONError) -> Fault:
    """A reading error as a fault; the line stands in the message when no feature is named."""
    where = f"line {error.line}: " if error.line is not None and error.feature_id is None else ""
    return Fault(error.file, error.feature_id or "", "read", where + error.problem)


def _difference(content: bytes, canonical: bytes) -> str:
    """Where a file first differs from its formatted form."""
    given, wanted = content.split(b"\n"), canonical.split(b"\n")
    pairs = zip(given, wanted, strict=False)
    shorter = min(len(given), len(wanted))
    line = next((number for number, (a, b) in enumerate(pairs, start=1) if a != b), shorter)
    return f"line {line} is not in canonical form; run scripts/format_geojson.py on the file"
