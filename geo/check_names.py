"""Does every name stand in its place and mean one thing? Features, and the rows of `gazetteer.csv`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from geo.faults import Dataset, Fault, fault, text_of, texts_of
from geo.features import Feature
from geo.folding import fold_name
from geo.gazetteer import FILES, Gazetteer
from geo.gazetteer_rows import COLUMNS, TABLE, GazetteerError, NameRow


def check_names(data: Dataset) -> Iterator[Fault]:
    """No official name belongs to two features: the geocoder could only guess which is meant.

    Zones, transit lines, schools, hospitals and sites are compared. Stops and the base map repeat the
    names of what they lie at, and are left out.
    """
    owners: dict[str, dict[str, Feature]] = defaultdict(dict)
    for feature in (*data.of("zones"), *data.lines().values(), *data.of("schools", "hospitals", "sites")):
        if name := text_of(feature, "name"):
            owners[name.strip().casefold()].setdefault(feature.id, feature)
    for name, features in owners.items():
        first, *others = features.values()
        for other in others:
            problem = f"{name!r} also names {first.id!r} in {first.file}; keep it on one of the two"
            yield fault(other, "names", problem)


def check_aliases(data: Dataset) -> Iterator[Fault]:
    """Further names of features stand in the table of names, and nowhere else."""
    for feature in data.all():
        if "aliases" not in feature.properties:
            continue
        lines = [f"'{name},{feature.id},alias,KIND,,'" for name in texts_of(feature, "aliases")]
        instead = f"; write {' and '.join(lines)} there instead" if lines else ""
        yield fault(feature, "aliases", f"remove 'aliases': other names stand in {TABLE}{instead}")


def check_gazetteer(data: Dataset) -> Iterator[Fault]:
    """Every row of the table can be used, says something new, and has no other meaning elsewhere."""
    yield from _unusable(data)
    yield from _idle(data)


def name_fault(error: GazetteerError, rule: str = "gazetteer") -> Fault:
    """A name that cannot be used as a fault of its file; the line stands in the message."""
    where = f"line {error.line}: " if error.line is not None else ""
    named = f"name {error.name!r}: " if error.name else ""
    return Fault(error.file, "", rule, f"{where}{named}{error.reason}")


def _unusable(data: Dataset) -> Iterator[Fault]:
    """Rows that the gazetteer cannot be built with; features without a name are left out of it."""
    zones = {zone.id for zone in data.of("zones") if _is_sound(zone, "parent", set(data.zones()))}
    sound = {"zones": [zone for zone in data.of("zones") if zone.id in zones]}
    for stem in FILES[1:]:
        sound[stem] = [feature for feature in data.of(stem) if _is_sound(feature, "zone", zones)]
    errors: list[GazetteerError] = []
    Gazetteer.from_features(**sound, rows=data.rows, own_rows=(), faults=errors, own_faults=None)
    for error in errors:
        if error.line is not None:  # two features with one name are for the rule `names`
            yield name_fault(error)


def _is_sound(feature: Feature, key: str, zones: set[str]) -> bool:
    """Whether the names of a feature can be read, and its zone is known; if not, other rules say so."""
    above = feature.properties.get(key)
    lists = [feature.properties.get(name) for name in ("aliases", "context", "lines")]
    return (
        text_of(feature, "name") is not None
        and (above is None or (isinstance(above, str) and above in zones))
        and all(value is None or isinstance(value, list) for value in lists)
    )


def _idle(data: Dataset) -> Iterator[Fault]:
    """Rows that change nothing: an official name, a row that stands twice, one that a context overrules."""
    official = {feature.id: fold_name(text_of(feature, "name") or "") for feature in data.all()}
    narrowing = {(fold_name(row.name), row.target): row for row in data.rows if row.context}
    said: dict[tuple[str, ...], NameRow] = {}
    for row in data.rows:
        name = fold_name(row.name)
        first = said.setdefault((name, row.target, row.role, row.context), row)
        narrower = narrowing.get((name, row.target))
        if row.role == "alias" and not row.kind:
            yield name_fault(row.error(f"has no kind ({','.join(COLUMNS)}); say which sort of name it is"))
        if first is not row:
            yield name_fault(row.error(f"stands already in line {first.line}; keep one of the two"))
        elif row.context:
            continue
        elif row.role == "alias" and official.get(row.target) == name:
            yield name_fault(row.error(f"is the official name of {row.target!r} already; remove the line"))
        elif narrower:
            problem = f"has no effect: line {narrower.line} asks for a context; keep one of the two"
            yield name_fault(row.error(problem))
