"""A zone layer from elsewhere, checked against our data and turned into our zones file.

`import_zones` reads, checks and reports; it writes nothing. `Report.content` is the file to write, and
`Report.digest` names a report, so that who accepts its faults accepts these and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from geo.check import RULES
from geo.faults import FILES, Dataset, Fault
from geo.features import Feature, dump_features, read_features
from geo.gazetteer_rows import TABLE
from geo.gazetteer_rows import read_rows as read_names
from layers.atlas import Atlas
from layers.import_zones_crs import Shapes, System, choose_system, guess, lands, place, told
from layers.import_zones_fields import find_columns, read_rows
from layers.import_zones_merge import DUPLICATE, Merged, Provenance, merge
from layers.import_zones_read import RawLayer, read_layer
from layers.import_zones_report import Report
from layers.import_zones_shift import find_offset_of_lines, find_shift
from layers.import_zones_tasks import Effects, find_effects
from lingang.errors import PlanningMapError

ZONES_FILE = "geojson/zones.geojson"
# Rules whose faults nobody can accept: with them the program could not read the file that it wrote.
NOTHING_TO_WRITE = frozenset({"crs", "axes", DUPLICATE, "schema", "ids", "references", "join"})


def import_zones(
    path: Path,
    atlas: Atlas,
    *,
    crs: str | None = None,
    layer: str | None = None,
    fields: Sequence[str] = (),
    swap_axes: bool = False,
    provenance: Provenance | None = None,
    workspace: Path | None = None,
) -> Report:
    """Read a file of zones, lay it over our zones, and report every fault and every change.

    Parameters
    ----------
    path
        Any format that `lingang export zones` writes; at most 100 MB, 200 MB unpacked.
    atlas
        What to compare with; its zones are read anew from its folder.
    crs
        The coordinate system, before what the file says; GCJ-02 and BD-09 must be said here, or by a file
        of ours.
    fields
        "property=column", for columns with other names than the usual ones.
    swap_axes
        Take the second coordinate for the first.
    workspace
        The folder of documents that the atlas was loaded with.

    Raises
    ------
    ImportFileError, FieldError, UnknownCrsError, CrsReachError
        The file cannot be read, names no system, or a wish cannot be met.
    """
    raw = read_layer(path, layer=layer)
    ours = {zone.id: zone for zone in read_features(atlas.root / ZONES_FILE, shown_as=ZONES_FILE)}
    rows = read_rows(raw, find_columns(raw, fields, ours), ours)
    known = [ours[row.zone_id].geometry if row.zone_id in ours else None for row in rows]
    system, notes = choose_system(raw, crs, known)
    placed = place(raw, system, swap=swap_axes)
    if not lands(placed):
        fault = _elsewhere(raw, system, known, swap_axes)
        return Report(raw.shown_as, raw.kind, system.name, len(rows), (fault,), notes=notes)
    merged = merge(raw, rows, placed, ours, provenance or Provenance())
    faults = [*merged.faults, *_moved(raw, merged, ours, atlas, system)]
    content, effects = dump_features(merged.features, "zones"), Effects()
    if any(change.kind != "unchanged" for change in merged.changes):
        faults += _new_faults(atlas.root, merged, ours)
        if _is_writable(faults):
            effects, unjoined = _effects(atlas, raw, content, workspace)
            faults += unjoined
    return _report(raw, system, notes, merged, ours, faults, effects, content)


def _report(
    raw: RawLayer, system: System, notes: Sequence[str], merged: Merged, ours: Mapping[str, Feature],
    faults: Sequence[Fault], effects: Effects, content: bytes,
) -> Report:  # fmt: skip
    """All that was found, each fault once; without a file to write where a fault cannot be accepted."""
    listed = tuple(dict.fromkeys(sorted(faults)))
    in_file = {change.zone_id for change in merged.changes}
    kept = tuple(zone_id for zone_id in ours if zone_id not in in_file)
    return Report(
        raw.shown_as, raw.kind, system.name, len(raw.rows), listed, tuple(merged.changes), kept,
        (*notes, *merged.notes), effects, content if _is_writable(listed) else None,
    )  # fmt: skip


def _is_writable(faults: Sequence[Fault]) -> bool:
    return not any(fault.rule in NOTHING_TO_WRITE for fault in faults)


def _elsewhere(raw: RawLayer, system: System, known: Shapes, swapped: bool) -> Fault:
    """Coordinates that do not lie in the area: swapped, or of another system."""
    guesses = guess(raw, known)
    turned = next((g for g in guesses if g.name == system.name and g.swapped != swapped), None)
    if turned is not None:
        advice = "leave --swap-axes out" if swapped else "say --swap-axes to take them so"
        problem = f"the axes are swapped: read the other way round, the zones lie in the area; {advice}"
        return Fault(raw.shown_as, "", "axes", problem)
    problem = f"read as {system.name}, the zones do not lie in the New Area; say --crs. {told(guesses)}"
    return Fault(raw.shown_as, "", "crs", problem)


def _moved(
    raw: RawLayer, merged: Merged, ours: Mapping[str, Feature], atlas: Atlas, system: System
) -> list[Fault]:
    """A fault when all zones have moved together, or new ones are drawn on another map's lines."""
    theirs = {feature.id: feature.geometry for feature in merged.features}
    pairs = [(ours[x.zone_id].geometry, theirs[x.zone_id]) for x in merged.changes if x.zone_id in ours]
    whole = [(a, b) for a, b in pairs if a is not None and b is not None]
    if whole:
        found: object = find_shift(whole, system.offset)
    else:
        added = [theirs[x.zone_id] for x in merged.changes]
        known = [feature.geometry for feature in (*ours.values(), *atlas.files["base"])]
        lines = [x.boundary if "Polygon" in x.geom_type else x for x in known if x is not None]
        found = find_offset_of_lines([shape for shape in added if shape is not None], lines, system.offset)
    return [Fault(raw.shown_as, "", "shift", str(found))] if found else []


def _new_faults(root: Path, merged: Merged, ours: Mapping[str, Feature]) -> list[Fault]:
    """The faults that the data would have and does not have now."""
    files = {
        stem: read_features(root / "geojson" / f"{stem}.geojson", shown_as=f"geojson/{stem}.geojson")
        for stem in FILES
        if stem != "zones"
    }
    names = read_names(root / TABLE, shown_as=TABLE)
    found = _check(Dataset({**files, "zones": merged.features}, names), RULES)
    broken = RULES.keys() & {fault.rule for fault in found}
    present = _check(Dataset({**files, "zones": list(ours.values())}, names), broken)
    before = {(fault.feature_id, fault.rule, fault.message) for fault in present}
    return [fault for fault in found if (fault.feature_id, fault.rule, fault.message) not in before]


def _check(data: Dataset, rules: Iterable[str]) -> list[Fault]:
    return sorted({fault for name in rules for fault in RULES[name](data)})


def _effects(
    atlas: Atlas, raw: RawLayer, content: bytes, workspace: Path | None
) -> tuple[Effects, list[Fault]]:
    """What happens to tasks and places, or why the data cannot be joined with these zones."""
    try:
        return find_effects(atlas, content, workspace), []
    except PlanningMapError as error:
        return Effects(), [Fault(raw.shown_as, "", "join", str(error))]
