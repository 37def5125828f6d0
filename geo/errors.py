"""What can go wrong with coordinates, feature files and the zone tree, each as its own class.

Every message says where, what was given, what was expected and what to do next; the offending values
stay readable as attributes.
"""

from __future__ import annotations

from lingang.errors import PlanningMapError


class CoordinateError(PlanningMapError, ValueError):
    """A position that is not a number, not on earth, or outside the area a coordinate system serves."""

    def __init__(self, lon: float, lat: float, problem: str) -> None:
        self.lon = lon
        self.lat = lat
        super().__init__(f"position lon {lon!r}, lat {lat!r}: {problem}")


class UnknownCrsError(PlanningMapError, ValueError):
    """A name that no coordinate reference system carries."""

    def __init__(self, crs: object) -> None:
        self.crs = crs
        super().__init__(f"unknown CRS {str(crs)!r}; write an EPSG code such as 'EPSG:4326'")


class GeoJSONError(PlanningMapError, ValueError):
    """A feature file that cannot be read as it stands: `file`, `feature_id` and `line` say where."""

    def __init__(
        self, file: str, problem: str, *, feature_id: str | None = None, line: int | None = None
    ) -> None:
        self.file = file
        self.problem = problem
        self.feature_id = feature_id
        self.line = line
        if feature_id is not None:
            where = f"{file}: feature {feature_id!r}"
        elif line is not None:
            where = f"{file}, line {line}"
        else:
            where = file
        super().__init__(f"{where}: {problem}")


class ZoneTreeError(PlanningMapError, ValueError):
    """Zones that do not form a tree: a parent nobody carries, or a zone that is its own ancestor."""

    def __init__(self, zone_id: str, problem: str) -> None:
        self.zone_id = zone_id
        super().__init__(f"zone {zone_id!r}: {problem}")
