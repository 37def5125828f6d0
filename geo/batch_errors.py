"""What can stop the geocoding of many lines as a whole; a bad line alone never does."""

from __future__ import annotations

from lingang.errors import PlanningMapError


class BatchError(PlanningMapError):
    """A run that cannot go on: no room, output that cannot be written."""


class ResumeError(BatchError):
    """An interrupted run that cannot be gone on with: another input, other data, another program."""


class ClusterError(BatchError):
    """A Dask scheduler or its workers that cannot do the work."""
