"""Milestones as a layer: one row for every step that a plan promises, with the projects it belongs to.

Coordinates: lon, lat in EPSG:4326.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from shapely.geometry import Point

from geo.features import Feature
from layers.atlas import Atlas, LinkedTask
from layers.progress import PromiseLight, list_promises
from layers.projects import Projects, ProjectView, load_projects
from layers.statuses import StatusBook
from plans.dues import due_interval
from plans.project_history import Promise
from plans.records import Milestone

MarkPoint = Callable[[Feature], tuple[Point | None, str]]
Key = tuple[str, str, str | None, str, tuple[int, int]]  # a milestone within all tasks
Lights = dict[Key, PromiseLight]
Owners = dict[Key, dict[str, ProjectView]]


def milestone_features(
    atlas: Atlas,
    mark_point: MarkPoint,
    *,
    projects: Projects | None = None,
    book: StatusBook | None = None,
    today: date | None = None,
) -> list[Feature]:
    """Return one feature for every milestone, sorted by id; without geometry where nothing places it.

    The point is that of its project, else of the first place of its task; `placed_at` says what it marks.
    `due` is the printed date; `due_start` and `due_end` are the first and last day that it can mean, of
    the plan's last year where none is printed and `due_implied` says so.

    Parameters
    ----------
    projects
        Those of the built-in register by default.
    book, today
        With a day every milestone of a project also has its `light` on that day, by the records of `book`;
        empty where no light can be given.
    """
    projects = load_projects(atlas) if projects is None else projects
    owners = _owners(projects)
    lights = None if today is None else _lights(projects, book or StatusBook({}), today)
    rows = [
        feature for item in atlas.tasks.values() for feature in _rows(atlas, item, owners, lights, mark_point)
    ]
    return sorted(rows, key=lambda feature: feature.id)


def _owners(projects: Projects) -> Owners:
    """The projects that each milestone belongs to."""
    found: Owners = {}
    for view in projects.views.values():
        for entry in view.history:
            for promise in entry.promises:
                found.setdefault(_key_of_promise(promise), {})[view.id] = view
    return found


def _lights(projects: Projects, book: StatusBook, today: date) -> Lights:
    """The light of each milestone of a project; of several projects, that of the first id."""
    found: Lights = {}
    for row in sorted(list_promises(projects, book, today), key=lambda row: row.project.id):
        found.setdefault(_key_of_promise(row.promise), row)
    return found


def _key_of_promise(promise: Promise) -> Key:
    return promise.task, promise.stage, promise.due, promise.what, promise.evidence


def _key_of(task_id: str, milestone: Milestone) -> Key:
    return task_id, milestone.stage, milestone.due, milestone.what, milestone.evidence


def _rows(
    atlas: Atlas, item: LinkedTask, owners: Owners, lights: Lights | None, mark_point: MarkPoint
) -> Iterator[Feature]:
    for number, milestone in enumerate(item.task.milestones, start=1):
        key = _key_of(item.id, milestone)
        mine = owners.get(key, {})
        point, placed = _placed(atlas, item, list(mine.values()), mark_point)
        start, end = milestone.evidence
        row = {
            "id": f"{item.id}#m{number}",
            "name": milestone.what,
            "task": item.id,
            "plan": item.task.plan,
            "title": item.task.title,
            "projects": sorted(mine),
            "what": milestone.what,
            "stage": milestone.stage,
            **_dues(milestone),
            "commitment": milestone.commitment,
            "words": item.task.text[start:end],
            **placed,
        }
        if lights is not None:
            row["light"] = lights[key].light.state if key in lights else ""
        yield Feature(row["id"], row, point)


def _dues(milestone: Milestone) -> dict[str, Any]:
    """The date of a milestone, and the days that it can mean."""
    written = milestone.due or milestone.due_implied
    first, last = due_interval(written) if written else (None, None)
    return {
        "due": milestone.due or "",
        "due_implied": milestone.due is None and written is not None,
        "due_start": first.isoformat() if first else "",
        "due_end": last.isoformat() if last else "",
    }


def _placed(
    atlas: Atlas, item: LinkedTask, mine: list[ProjectView], mark_point: MarkPoint
) -> tuple[Point | None, dict[str, str]]:
    """Where a milestone's mark stands, and the place that it marks."""
    if mine:
        view = mine[0]
        place = view.places[0].id if view.places else view.zone
        return view.point, {"place": place, "zone": view.zone, "placed_at": view.placed_at}
    link = next((link for link in item.links.links if link.relation != "serves"), None)
    if link is None:
        return None, {"place": "", "zone": "", "placed_at": "none"}
    feature = atlas.get_feature(link.target)
    point, placed_at = mark_point(feature)
    zone = feature.id if feature.id in atlas.zones else feature.properties.get("zone") or ""
    return point, {"place": feature.id, "zone": zone, "placed_at": placed_at}
