"""Charts of the project pages: one project through all plans, and many projects as a strip of due dates.

Both show promises and records, never what was built. Days are calendar days, read as UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from layers.board import BoardRow
from layers.charts import FIRST, GRID, INK, MUTED, SECOND, THIRD, svg
from layers.progress import Progress, PromiseLight
from layers.projects import ProjectView
from webmap.filter_words import due_words

_WIDTH = 640  # CSS pixels, without the names at the left
_LANE, _STRIP_LANE = 44, 22  # CSS pixels
_NAME_WIDTH = 210  # CSS pixels
_KEY = 4  # signs before a lane's name that keep lanes of one name apart
_FARTHEST_DAYS = 5 * 366  # a chosen day farther off than this from all that is dated is not drawn
_RIGHT_SIDE = 0.55  # share of the width from which a word is set to the left of its mark
_DOT = {"type": "point", "filled": True, "color": INK, "yOffset": 7}
_COMMITMENT = {"firm": FIRST, "aim": SECOND, "explore": THIRD}
_LIGHT = {"overdue": SECOND, "due_soon": THIRD, "open": FIRST, "done": INK}
_SHAPE = {"overdue": "diamond", "due_soon": "triangle-up", "open": "circle", "done": "square"}


def draw_timeline(
    view: ProjectView, found: Progress, words: Mapping[str, str], names: Mapping[str, str]
) -> str | None:
    """The SVG of a project's plans, promises and records; None where no plan names it.

    `names` are those of the plans by id. Each plan has a lane for every promise, drawn from its first to
    its last possible day on the plan's own time; a mark stands where the plan was published.
    """
    if not view.history:
        return None
    lanes = _timeline_lanes(view, found, words, names)
    days = [day for lane in lanes for key in ("first", "last", "day") if (day := lane.get(key))]
    days += [day for entry in view.history for day in (*entry.plan.interval, entry.plan.published)]
    span = _span(days, found.today)
    layers = _timeline_layers(lanes, span, found.today)
    told = words["mark.semicolon"].join(
        f"{names[entry.plan.id]}{words['mark.colon']}{_told(entry.promises, words)}" for entry in view.history
    )
    height = _LANE * len(lanes)
    return _svg(f"{words['project.timeline']}. {told}", height, layers)


def _timeline_layers(
    lanes: Sequence[Mapping[str, Any]], span: tuple[date, date], today: date
) -> list[dict[str, Any]]:
    """What is drawn, from the ground up: plans' own time, promises, publications, records, words, the day."""
    keys = [lane["lane"] for lane in lanes]
    place = {"y": _lanes(keys), "x": _time("from", span), "x2": {"field": "to"}}
    label = {"y": _lanes(keys), "x": _time("at", span), "text": {"field": "label"}}
    bars = [_bar(lane) for lane in lanes if "first" in lane]
    layers: list[dict[str, Any]] = [
        {"data": _data([_plan_bar(lane) for lane in lanes if "plan" in lane]),
         "mark": {"type": "bar", "size": 32, "color": GRID, "opacity": 0.5}, "encoding": place},
        {"data": _data(bars), "mark": {"type": "bar", "size": 12, "yOffset": 7},
         "encoding": {**place, "color": _colours(_COMMITMENT, "commitment")}},
        {"data": _data(_marks(lanes, "published")),
         "mark": {**_DOT, "shape": "triangle-right", "size": 70},
         "encoding": {"y": _lanes(keys), "x": _time("at", span)}},
        {"data": _data(_marks(lanes, "day")),
         "mark": {**_DOT, "size": 90},
         "encoding": {"y": _lanes(keys), "x": _time("at", span)}},
    ]  # fmt: skip
    for side in ("left", "right"):
        labels = [row for row in _labels(lanes, span) if row["side"] == side]
        mark = {"type": "text", "align": side, "dy": -9, "color": INK}
        layers.append({"data": _data(labels), "mark": mark, "encoding": label})
    return layers + _today(today, span)


def draw_strip(
    rows: Sequence[BoardRow], today: date, words: Mapping[str, str], named: Mapping[str, str]
) -> str | None:
    """The SVG of many projects: a bar for every promise, its light at the end; None without promises.

    `named` are the names of the projects by id.
    """
    rows = [row for row in rows if row.promises]
    if not rows:
        return None
    keys = {row.id: _key(number, named[row.id]) for number, row in enumerate(rows)}
    promises = [(row, promise) for row in rows for promise in row.promises]
    span = _span((day for _, x in promises for day in (x.promise.first, x.promise.last)), today)
    lanes = _lanes(list(keys.values()))
    values = [_strip_bar(keys[row.id], row, x, words) for row, x in promises]
    colour, end = _colours(_LIGHT, "light"), {"y": lanes, "x": _time("to", span)}
    shape = {"field": "light", "type": "nominal", "legend": None,
             "scale": {"domain": list(_SHAPE), "range": list(_SHAPE.values())}}  # fmt: skip
    records = _strip_records(rows, keys, span)
    layers: list[dict[str, Any]] = [
        {"data": _data(values), "mark": {"type": "bar", "size": 8, "opacity": 0.45},
         "encoding": {"y": lanes, "x": _time("from", span), "x2": {"field": "to"}, "color": colour}},
        {"data": _data(values), "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
         "encoding": {**end, "color": colour, "shape": shape}},
        {"data": _data(values), "mark": {"type": "text", "align": "left", "dx": 9, "color": INK},
         "encoding": {**end, "text": {"field": "label"}}},
        {"data": _data(records), "mark": {"type": "tick", "size": 16, "thickness": 3, "color": INK},
         "encoding": {"y": lanes, "x": _time("at", span)}},
    ]  # fmt: skip
    layers += _today(today, span)
    return _svg(words["progress.strip"].format(n=len(rows)), _STRIP_LANE * len(rows), layers)


def _strip_bar(lane: str, row: BoardRow, one: PromiseLight, words: Mapping[str, str]) -> dict[str, Any]:
    """A promise as a bar; the one behind the project's light names its stage."""
    return {
        "lane": lane,
        "from": one.promise.first.isoformat(),
        "to": _after(one.promise.last),
        "light": one.light.state,
        "label": words[f"stage.{one.promise.stage}"] if one is row.shown else "",
    }


def _strip_records(
    rows: Iterable[BoardRow], keys: Mapping[str, str], span: tuple[date, date]
) -> list[dict[str, Any]]:
    """The records of the projects that lie on the drawing."""
    return [
        {"lane": keys[row.id], "at": status.day.isoformat()}
        for row in rows
        for status in row.progress.statuses
        if span[0] <= status.day <= span[1]
    ]


def _svg(description: str, height: int, layers: list[dict[str, Any]]) -> str:
    """The drawing; its marks are silent, since a table beside it says the same."""
    config = {"axisX": {"aria": False}, "axisY": {"domain": False, "ticks": False, "aria": False}}
    layers = [{**layer, "mark": {**layer["mark"], "aria": False}} for layer in layers]
    # The page's letters can be wider than those that the drawing was measured with.
    room = {"left": 36, "top": 5, "right": 24, "bottom": 5}
    spec = {"padding": room, "width": _WIDTH, "height": height, "description": description, "layer": layers}
    return svg({**spec, "config": config})


def _timeline_lanes(
    view: ProjectView, found: Progress, words: Mapping[str, str], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The lanes from top to bottom: every promise of every plan, then the records."""
    lanes: list[dict[str, Any]] = []
    for entry in view.history:
        first: dict[str, Any] = {"name": names[entry.plan.id], "published": entry.plan.published}
        if not entry.promises:
            lanes.append({"plan": entry.plan, "label": words["project.named_only"], **first})
        for promise in sorted(entry.promises, key=lambda p: (p.last, p.rank)):
            label = _promise_words(promise, words)
            lanes.append(
                {"plan": entry.plan, "first": promise.first, "last": promise.last, "label": label,
                 "commitment": promise.commitment, **first}
            )  # fmt: skip
            first = {"name": ""}
    for number, status in enumerate(found.statuses):
        label = f"{words[f'stage.{status.stage}']} {status.day}"
        name = "" if number else words["project.records"]
        lanes.append({"name": name, "day": status.day, "label": label})
    return [{**lane, "lane": _key(number, lane["name"])} for number, lane in enumerate(lanes)]


def _promise_words(promise: Any, words: Mapping[str, str]) -> str:
    """A promise in a few words: stage, date, how firm, of which part."""
    when = due_words(promise.due, words) if promise.due else words["project.in_plan"]
    said = f"{words[f'stage.{promise.stage}']} {when}"
    notes = [words[f"commitment.{promise.commitment}"]] if promise.commitment != "firm" else []
    notes += [promise.part] if promise.part else []
    if not notes:
        return said
    return f"{said}{words['mark.open']}{words['mark.comma'].join(notes)}{words['mark.close']}"


def _told(promises: Iterable[Any], words: Mapping[str, str]) -> str:
    said = [_promise_words(promise, words) for promise in promises]
    return words["mark.list"].join(said) or words["project.named_only"]


def _plan_bar(lane: Mapping[str, Any]) -> dict[str, Any]:
    first, last = lane["plan"].interval
    return {"lane": lane["lane"], "from": first.isoformat(), "to": _after(last)}


def _bar(lane: Mapping[str, Any]) -> dict[str, Any]:
    days = {"from": lane["first"].isoformat(), "to": _after(lane["last"])}
    return {"lane": lane["lane"], "commitment": lane["commitment"], **days}


def _marks(lanes: Iterable[Mapping[str, Any]], field: str) -> list[dict[str, Any]]:
    return [{"lane": lane["lane"], "at": lane[field].isoformat()} for lane in lanes if lane.get(field)]


def _labels(lanes: Iterable[Mapping[str, Any]], span: tuple[date, date]) -> list[dict[str, Any]]:
    """The words over each lane's bar, set towards the middle of the drawing."""
    rows = []
    for lane in lanes:
        first = lane.get("first") or lane.get("day") or lane["plan"].interval[0]
        last = lane.get("last") or first
        right = (first - span[0]).days > _RIGHT_SIDE * (span[1] - span[0]).days
        at = _after(last) if right else first.isoformat()
        side = "right" if right else "left"
        rows.append({"lane": lane["lane"], "at": at, "label": lane["label"], "side": side})
    return rows


def _today(today: date, span: tuple[date, date]) -> list[dict[str, Any]]:
    """The chosen day as a line with its date; nothing where it lies off the drawing."""
    if not span[0] <= today <= span[1]:
        return []
    data, at = _data([{"at": today.isoformat(), "label": today.isoformat()}]), _time("at", span)
    right = (today - span[0]).days > _RIGHT_SIDE * (span[1] - span[0]).days
    text = {"type": "text", "y": -8, "align": "right" if right else "left", "color": MUTED}
    return [
        {"data": data, "mark": {"type": "rule", "color": INK, "strokeDash": [5, 3]}, "encoding": {"x": at}},
        {"data": data, "mark": text, "encoding": {"x": at, "text": {"field": "label"}}},
    ]


def _span(days: Iterable[date], today: date) -> tuple[date, date]:
    """The whole years that hold all days, and the chosen day too where that is not too far off."""
    every = list(days)
    first, last = min(every), max(every)
    if (first - today).days <= _FARTHEST_DAYS and (today - last).days <= _FARTHEST_DAYS:
        first, last = min(first, today), max(last, today)
    return date(first.year, 1, 1), date(last.year, 12, 31)


def _time(field: str, span: tuple[date, date]) -> dict[str, Any]:
    """Days along, a tick at every year."""
    step = max(1, (span[1].year - span[0].year) // 12)
    axis = {"title": None, "format": "%Y", "formatType": "utc", "grid": True,
            "tickCount": {"interval": "year", "step": step}}  # fmt: skip
    scale = {"type": "utc", "domain": [span[0].isoformat(), _after(span[1])], "nice": False}
    return {"field": field, "type": "temporal", "scale": scale, "axis": axis}


def _lanes(keys: list[str]) -> dict[str, Any]:
    """Lanes down, in their order, each with its name."""
    name = f"slice(datum.label, {_KEY})"
    axis = {"title": None, "labelExpr": name, "labelLimit": _NAME_WIDTH, "grid": True}
    return {"field": "lane", "type": "ordinal", "sort": keys, "scale": {"domain": keys}, "axis": axis}


def _colours(colours: Mapping[str, str], field: str) -> dict[str, Any]:
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {"field": field, "type": "nominal", "legend": None, "scale": scale}


def _data(values: list[dict[str, Any]]) -> dict[str, Any]:
    return {"values": values}


def _key(number: int, name: str) -> str:
    return f"{number:03d} {name}"


def _after(day: date) -> str:
    """The day after: where an interval that holds `day` ends."""
    return (day if day == date.max else day + timedelta(1)).isoformat()


