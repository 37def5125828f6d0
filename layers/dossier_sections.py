"""The parts of a dossier as tables: next dates, tasks by plan, projects, targets, facilities, services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from layers.atlas import LinkedTask, ZoneTasks
from layers.board import BoardRow
from layers.built_in import Plan
from layers.dossier_model import Cell, DossierSource, Group, Section, clean
from layers.facilities import in_zone
from layers.reach import DEFAULT_MINUTES, Reach, method_words
from layers.reach_areas import Coverage
from plans.lights import LIGHTS
from plans.project_verdicts import VERDICTS
from plans.project_words import due_told
from plans.projects import KINDS

_OPEN_LIGHTS = ("overdue", "due_soon", "open", "no_date")  # what is still to come, or has no record
_MOST_ZONES = 4  # named for one task; its evidence names them all
Row = tuple[Cell, ...]


def make_sections(
    source: DossierSource, zone_id: str, found: ZoneTasks, board: Sequence[BoardRow]
) -> Iterator[Section]:
    """Yield the parts in the order in which they are read; every part is there, be it empty."""
    yield _dates(source, board)
    yield _tasks(source, found)
    yield _projects(source, board)
    yield _targets(source, found)
    yield _facilities(source, zone_id)
    yield _services(source, zone_id)
    yield _sources(source, zone_id, found)


def _section(
    source: DossierSource,
    key: str,
    columns: str,
    widths: Sequence[int],
    groups: Sequence[Group],
    notes: Sequence[str] = (),
) -> Section:
    """A part whose columns are named by the keys `dossier.col_…`."""
    words = source.words
    heads = tuple(words[f"dossier.col_{name}"] for name in columns.split())
    kept = tuple(group for group in groups if group.rows)
    empty = words["dossier.nothing"]
    return Section(key, words[f"dossier.{key}"], heads, tuple(widths), kept, empty, tuple(notes))


def _dates(source: DossierSource, board: Sequence[BoardRow]) -> Section:
    """Promises that stand and have no record, in a group for each light, the first due first."""
    position = int(source.english)
    rows = [x for row in board for x in row.promises if x.light.state in _OPEN_LIGHTS]
    rows.sort(key=lambda x: (x.promise.last, x.project.id, x.promise.rank))
    groups = []
    for state in _OPEN_LIGHTS:
        lines = tuple(
            (
                x.promise.last.isoformat(),
                _project_name(source, x.project.project.name, x.project.project.name_en),
                clean(x.promise.told_en if source.english else x.promise.told),
                x.light.words_en if source.english else x.light.words,
                x.promise.task,
            )
            for x in rows
            if x.light.state == state
        )
        groups.append(Group(_counted(source, LIGHTS[state][position], lines), lines))
    note = source.words["dossier.dates_note"].format(today=source.today.isoformat())
    return _section(source, "dates", "last project step light task", (11, 29, 22, 27, 11), groups, [note])


def _tasks(source: DossierSource, found: ZoneTasks) -> Section:
    """Own tasks and those of child zones by plan, then those whose line only passes through."""
    words, zone_id = source.words, found.zone.id
    where: dict[str, list[str]] = {task.id: [zone_id] for task in found.own}
    for child, items in found.children.items():
        for task in items:
            where.setdefault(task.id, []).append(child)
    known = {t.id: t for t in found.own} | {t.id: t for items in found.children.values() for t in items}
    groups = []
    for plan in source.atlas.plans.values():
        of_plan = [task for task in source.atlas.tasks.values() if task.task.plan == plan.id]
        mine = [task for task in of_plan if task.id in known]
        rows = tuple(_task_row(source, task, where[task.id]) for task in mine)
        groups.append(Group(_counted(source, _plan_title(source, plan), rows), rows))
    passing = tuple(_task_row(source, task, []) for task in found.passing)
    groups.append(Group(_counted(source, words["zone.tasks_passing"], passing), passing))
    return _section(source, "tasks", "number title where dues evidence", (11, 33, 16, 18, 22), groups)


def _counted(source: DossierSource, name: str, rows: Sequence[Row]) -> str:
    """A group's heading with how many rows it has."""
    return f"{name}{source.words['mark.open']}{len(rows)}{source.words['mark.close']}"


def _task_row(source: DossierSource, item: LinkedTask, zones: Sequence[str]) -> Row:
    """A task: its id, title, zones of the dossier that it lies in, its steps, the words that placed it."""
    when = [due_told(x.due or x.due_implied or "", english=source.english) for x in item.task.milestones]
    dues = [
        f"{source.words[f'stage.{x.stage}']} {due}".strip()
        for x, due in zip(item.task.milestones, when, strict=True)
    ]
    wanted = set(zones) or {x.target for x in item.links.links if x.relation == "serves"}
    links = [x for x in item.links.links if x.target in wanted]
    said = [e[2] for x in links for e in x.evidence] + [e[3] for x in links for e in x.heading_evidence]
    names = _listed(source, [source.named(zone) for zone in zones], most=_MOST_ZONES)
    evidence = " ".join(f"「{clean(words)}」" for words in dict.fromkeys(said))
    english = source.atlas.english.summary(item.task) if source.english else ""
    title = "\n".join(filter(None, (clean(item.task.title), clean(english))))
    return item.id, title, names, _listed(source, list(dict.fromkeys(dues))), evidence


def _listed(source: DossierSource, names: Sequence[str], *, most: int | None = None) -> str:
    """Names after one another; of very many the first, and how many there are."""
    said = (", " if source.english else "、").join(names[:most])
    if most is None or len(names) <= most:
        return said
    return source.words["dossier.and_more"].format(names=said, count=len(names))


def _projects(source: DossierSource, board: Sequence[BoardRow]) -> Section:
    """The projects as the board has them: the most pressing first, in a group for each kind of thing."""
    position = int(source.english)
    groups = []
    for kind, names in KINDS.items():
        rows = tuple(_project_row(source, row) for row in board if row.view.project.kind == kind)
        groups.append(Group(_counted(source, names[position], rows), rows))
    return _section(source, "projects", "project where step light course", (31, 17, 18, 18, 16), groups)


def _project_row(source: DossierSource, row: BoardRow) -> Row:
    shown, project = row.shown, row.view.project
    step = "" if shown is None else shown.promise.told_en if source.english else shown.promise.told
    state = row.light
    light = LIGHTS[state][int(source.english)] if state in LIGHTS else source.words["dossier.no_stage"]
    course = VERDICTS[row.course.kind][int(source.english)] if row.course else ""
    name = _project_name(source, project.name, project.name_en)
    return name, source.named(row.view.zone), clean(step), light, course


def _project_name(source: DossierSource, name: str, name_en: str) -> str:
    return clean((source.english and name_en) or name)


def _targets(source: DossierSource, found: ZoneTasks) -> Section:
    """The numbers that the zone's tasks print, in the order of years and plans."""
    owners = source.targets.owners()
    figures = sorted(source.figures_in(found), key=lambda x: (x.year or 9999, x.plan, x.id))
    rows = []
    for figure in figures:
        indicator = owners.get(figure.id)
        name = figure.target.what
        if indicator is not None:
            name = indicator.name_en if source.english else indicator.name
        year: Cell = figure.year if figure.year is not None else ""
        printed = figure.target.printed or f"{figure.target.value:g}{figure.target.unit}"
        rows.append((clean(name), clean(printed), year, figure.task, f"「{clean(figure.words)}」"))
    notes = [source.words["dossier.targets_note"]]
    groups = [Group("", tuple(rows))]
    return _section(source, "targets", "what value year task words", (28, 14, 8, 12, 38), groups, notes)


def _facilities(source: DossierSource, zone_id: str) -> Section:
    """Schools, hospitals and stops of the zone and its children, as the page lists them."""
    words, places = source.words, in_zone(source.atlas, zone_id)
    lens = source.areas.lens
    states = {facility.id: facility.state_at(source.today) for facility in lens.facilities}
    groups = []
    for kind in ("schools", "hospitals", "stops"):
        rows = tuple(
            (
                source.named(place["id"]),
                words[f"level.{place['level']}"] if place.get("level") else words[f"facility.{kind}"],
                words[f"reach.{states[place['id']]}"],
                source.named(place["zone"]) if place.get("zone") in source.atlas.zones else "",
                _accuracy(source, place),
            )
            for place in places[kind]
        )
        groups.append(Group(_counted(source, words[f"facility.{kind}"], rows), rows))
    return _section(source, "facilities", "name level status where accuracy", (28, 16, 20, 17, 19), groups)


def _accuracy(source: DossierSource, place: Mapping[str, Any]) -> str:
    if not place["drawn"]:
        return source.words["place.unsure"]
    return source.words["place.within"].format(m=f"{place['accuracy_m']:g}")


def _services(source: DossierSource, zone_id: str) -> Section:
    """What a walk reaches, the least covered service first, with the method beside the figures."""
    words, areas = source.words, source.areas
    if source.atlas.zones.get(zone_id).geometry is None:
        return _section(source, "services", "service now then share nearest", (20, 14, 18, 22, 26), [])
    walk = areas.lens.walk(areas.lens.zone(zone_id), minutes=DEFAULT_MINUTES, today=source.today)
    shares = sorted(areas.all_of(zone_id, minutes=DEFAULT_MINUTES), key=lambda x: (x.now or 0.0))
    rows = tuple(_service_row(source, walk, entry) for entry in shares)
    notes = [method_words(words, DEFAULT_MINUTES), words["reach.parks_note"]]
    if walk.unsure:
        names = _listed(source, [source.named(x.id) for x in walk.unsure])
        notes.append(words["reach.unsure_are"].format(names=names))
    groups = [Group("", rows)]
    return _section(source, "services", "service now then share nearest", (20, 14, 18, 22, 26), groups, notes)


def _service_row(source: DossierSource, walk: Reach, entry: Coverage) -> Row:
    now, then = walk.count(entry.service)
    if entry.service == "park":
        now, then = entry.running, entry.running + entry.promised
    share = "–" if entry.now is None else f"{100 * entry.now:.1f}%"
    if entry.then is not None and entry.now is not None and entry.then - entry.now >= 0.0005:
        share += f" → {100 * entry.then:.1f}%"
    near = walk.nearest.get(entry.service)
    nearest = f"{source.named(near.facility.id)} {near.distance_m / 1000:.1f} km" if near else ""
    return source.words[f"reach.service_{entry.service}"], now, then, share, nearest


def _sources(source: DossierSource, zone_id: str, found: ZoneTasks) -> Section:
    """Where outline, tasks and shapes come from, and under which licence."""
    words, zone = source.words, source.atlas.zones.get(zone_id)
    own = [words["dossier.outline"], source.said(zone.properties, "source")]
    outline: list[Row] = [tuple(own)]
    if zone.accuracy_m is not None:
        outline.append((words["zone.accuracy"], words["accuracy.words"].format(m=f"{zone.accuracy_m:g}")))
    if note := source.said(zone.properties, "note"):
        outline.append((words["zone.note"], note))
    outline.append((words["dossier.licence"], str(zone.properties.get("licence") or "")))
    used = {t.task.plan for t in found.own} | {t.task.plan for ts in found.children.values() for t in ts}
    used |= {t.task.plan for t in found.passing}
    plans = tuple(
        (_plan_title(source, plan), clean(f"{plan.publisher} {plan.published}".strip()))
        for plan in source.atlas.plans.values()
        if plan.id in used
    )
    groups = [Group(words["dossier.outline_group"], tuple(outline)), Group(words["nav.plans"], plans)]
    notes = [words["dossier.text_note"], words["dossier.osm_note"], words["credit.approval"]]
    return _section(source, "sources", "what source", (34, 66), groups, notes)


def _plan_title(source: DossierSource, plan: Plan) -> str:
    return clean((plan.title_en if source.english else plan.title) or plan.id)
