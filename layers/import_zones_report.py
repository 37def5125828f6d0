"""What an import of zones found, for people and for programs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from geo.faults import Fault
from layers.import_zones_merge import ZoneChange
from layers.import_zones_tasks import Effects, PlaceChange, Tie

DIGEST_CHARS = 12
TASKS_TOLD = 3


@dataclass(frozen=True)
class Report:
    """The outcome of reading a file of zones.

    Attributes
    ----------
    crs
        The system that the coordinates were read as.
    faults
        What is wrong, by file and zone; those that the data has already are not among them.
    changes
        What the file does to each zone that it holds.
    kept
        Zones of ours that the file does not hold; they stay.
    content
        The whole zones file as it would be; None where nothing sensible can be written.
    """

    file: str
    format: str
    crs: str
    rows: int
    faults: tuple[Fault, ...]
    changes: tuple[ZoneChange, ...] = ()
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    effects: Effects = field(default_factory=Effects)
    content: bytes | None = field(default=None, repr=False)

    @property
    def is_clean(self) -> bool:
        """Nothing to mend or to accept."""
        return not self.faults

    @property
    def digest(self) -> str:
        """Twelve characters that name the faults and the file that would be written."""
        said = "\n".join(map(str, self.faults)).encode("utf-8", "replace")
        return hashlib.sha256(said + b"\0" + (self.content or b"")).hexdigest()[:DIGEST_CHARS]

    def of_kind(self, kind: str) -> list[ZoneChange]:
        """The changes of one kind: added, outline, properties or unchanged."""
        return [change for change in self.changes if change.kind == kind]

    def lines(self) -> Iterator[str]:
        """The report in lines of text."""
        yield f"{self.file}: {self.format}, {self.rows} rows, read as {self.crs}"
        yield f"zones: {self._counts()}"
        for change in self.changes:
            yield from _change_lines(change)
        if self.kept:
            yield f"not in the file, kept as they are: {', '.join(self.kept)}"
        yield from self._effect_lines()
        yield from (f"note: {note}" for note in self.notes)
        yield from (f"fault: {fault}" for fault in self.faults)
        yield f"{len(self.faults)} faults; digest {self.digest}" if self.faults else "no fault found"

    def _counts(self) -> str:
        words = (
            ("added", "added"), ("outline", "with another outline"), ("properties", "with other properties"),
            ("unchanged", "unchanged"),
        )  # fmt: skip
        told = [f"{len(self.of_kind(kind))} {word}" for kind, word in words if self.of_kind(kind)]
        return ", ".join([*told, f"{len(self.kept)} not in the file"])

    def _effect_lines(self) -> Iterator[str]:
        if not self.content:
            return
        yield f"tasks whose zones would change: {len(self.effects.tasks)}"
        for task in self.effects.tasks:
            gained, lost = (" ".join(map(_tie, ties)) for ties in (task.gained, task.lost))
            told = [f"+ {gained}"] * bool(gained) + [f"- {lost}"] * bool(lost)
            yield f"  {task.task_id} {task.title}: {'; '.join(told)}"
        yield f"places that would lie in other zones: {len(self.effects.places)}"
        yield from map(_place_line, self.effects.places)

    def to_json(self) -> dict[str, Any]:
        """The report as one record; the file to write is not in it."""
        return {
            "file": self.file,
            "format": self.format,
            "crs": self.crs,
            "rows": self.rows,
            "clean": self.is_clean,
            "digest": self.digest,
            "writable": self.content is not None,
            "faults": [
                {"file": f.file, "id": f.feature_id, "rule": f.rule, "message": f.message}
                for f in self.faults
            ],
            "zones": [_change_record(change) for change in self.changes],
            "kept": list(self.kept),
            "tasks": [
                {"task": t.task_id, "title": t.title, "gained": _ties(t.gained), "lost": _ties(t.lost)}
                for t in self.effects.tasks
            ],
            "places": [
                {**asdict(place), "leaves_its_zone": place.leaves_its_zone} for place in self.effects.places
            ],
            "notes": list(self.notes),
        }


def _change_record(change: ZoneChange) -> dict[str, Any]:
    record = asdict(change)
    record["properties"] = [{"name": n, "before": a, "after": b} for n, a, b in change.properties]
    return record


def _change_lines(change: ZoneChange) -> Iterator[str]:
    if change.kind == "unchanged":
        return
    words = {"added": "+", "outline": "~", "properties": "="}[change.kind]
    told = []
    if change.kind == "added":
        told.append(f"new, {_km2(change.after_km2)}")
    elif change.kind == "outline":
        told.append(f"{_km2(change.before_km2)} → {_km2(change.after_km2)}")
        if change.moved_m is not None:
            told.append(f"moved {change.moved_m:.1f} m, a border by up to {change.border_m:.1f} m")
    told += [f"{name}: {before!r} → {after!r}" for name, before, after in change.properties]
    yield f"  {words} {change.zone_id} {change.name}: {'; '.join(told)}"


def _km2(area: float | None) -> str:
    return "no outline" if area is None else f"{area:.3f} km²"


def _tie(tie: Tie) -> str:
    relation, zone_id = tie
    return f"{zone_id} ({relation})"


def _ties(ties: tuple[Tie, ...]) -> list[dict[str, str]]:
    return [{"relation": relation, "zone": zone_id} for relation, zone_id in ties]


def _place_line(place: PlaceChange) -> str:
    before, after = (zones[0] if zones else "no zone" for zones in (place.before, place.after))
    if before == after:
        before, after = (", ".join(zones) or "no zone" for zones in (place.before, place.after))
    tasks = ", ".join(place.tasks[:TASKS_TOLD]) + (" …" if len(place.tasks) > TASKS_TOLD else "")
    about = f"; tasks {tasks}" if place.tasks else ""
    stated = f"; correct its record, which says {place.stated}" if place.leaves_its_zone else ""
    return f"  {place.feature_id} {place.name}: {before} → {after}{stated}{about}"
