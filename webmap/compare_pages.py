"""Two plans beside each other, as a page without script and as JSON: both tell what the map shows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from layers.built_in import Plan
from layers.compare_plans import KINDS, PlanComparison, compare_plans, pairs_of
from layers.errors import FilterError
from layers.tasks import TaskFilter
from lingang.errors import UnknownIdError
from webmap.filter_words import filter_words
from webmap.i18n import wanted_language
from webmap.pages import page_link
from webmap.state import get_state

VIEWS = Blueprint("compare", __name__)
COLOURED = ("2020", "2023", "145", "national")  # plans that the style sheet has a colour for
_YEARLY = re.compile(r"[0-9]{4}")


def wanted_comparison() -> PlanComparison:
    """The comparison that the address asks for with `plans`, under the filters of task lists.

    Raises
    ------
    FilterError, UnknownIdError
        As `layers.compare_plans.compare_plans`.
    """
    pair = request.args.get("plans", "").strip()
    return compare_plans(get_state().atlas, pair, TaskFilter.from_query(request.args))


def colours_of(plans: tuple[Plan, Plan]) -> tuple[str, str]:
    """The plan whose colour each of two plans bears: its own, or for a plan of a reader's a free one."""
    own = [plan.id if plan.id in COLOURED else "" for plan in plans]
    free = [colour for colour in COLOURED if colour not in own]
    first, second = (colour or free.pop() for colour in own)
    return first, second


def comparison_record(found: PlanComparison) -> dict[str, Any]:
    """A comparison as JSON values; `titles` are those of every task named by its id."""
    atlas = get_state().atlas
    colours = colours_of(found.plans)
    zones = {zone.id: zone for zone in atlas.zones}
    untracked = [[task.id for task in tasks] for tasks in found.untracked]
    same = [[task.id for task in pair] for pair in found.same_title]
    told = {task for d in found.differences for ids in d.tasks for task in ids}
    named = sorted(told.union(*untracked, *same))
    return {
        "plans": [
            {"id": p.id, "title": p.title, "title_en": p.title_en, "tasks": len(tasks), "colour": colour}
            for p, tasks, colour in zip(found.plans, found.tasks, colours, strict=True)
        ],
        "key": found.key,
        "scopes": {scope: list(counts) for scope, counts in found.scopes.items()},
        "zones": [
            {
                "id": count.zone,
                "name": zones[count.zone].name,
                "name_en": zones[count.zone].name_en,
                "counts": list(count.counts),
                "more": count.more,
                "named": count.named,
            }
            for count in found.zones
        ],
        "kinds": [
            {"kind": kind, "label": KINDS[kind][0], "label_en": KINDS[kind][1], "count": number}
            for kind, number in found.kinds.items()
        ],
        "differences": [difference.to_json() for difference in found.differences],
        "same_title": same,
        "untracked": untracked,
        "titles": {task_id: atlas.get_task(task_id).task.title for task_id in named},
    }


@VIEWS.get("/api/compare")
def compare_record() -> Response:
    """Two plans (`plans=2020,2023`) compared; the filters of `/api/tasks` narrow both."""
    found = wanted_comparison()
    return jsonify({**comparison_record(found), "filter": TaskFilter.from_query(request.args).to_query()})


@VIEWS.get("/compare")
def compare_page() -> str | AnyResponse | tuple[str, int]:
    """The same comparison as a page; without `plans` the first pair, `first` and `second` lead to one.

    Plans or a filter that make no sense are left out, and the page says so.
    """
    atlas = get_state().atlas
    chosen = [request.args.get(name, "").strip() for name in ("first", "second")]
    if all(chosen):
        kept = {**TaskFilter.from_query(request.args).to_query(), "plans": ",".join(chosen)}
        return redirect(page_link("compare.compare_page", **kept))
    usual = next(iter(pairs_of(atlas)), "")
    pair = request.args.get("plans", "").strip() or usual
    wanted, ignored = TaskFilter.lenient(atlas, request.args)
    try:
        found = compare_plans(atlas, pair, wanted)
    except (FilterError, UnknownIdError) as error:
        if not usual:
            return _refused(str(error)), 404 if isinstance(error, UnknownIdError) else 400
        found, ignored = compare_plans(atlas, usual, wanted), [("plans", pair), *ignored]
    page = _page(comparison_record(found), wanted.to_query())
    return render_template("compare.html", ignored=ignored, said=_said(wanted), **page)


def _said(wanted: TaskFilter) -> list[str]:
    """What narrows both plans, in words."""
    state, language = get_state(), wanted_language()
    words = state.translations.get(language)
    return filter_words(state.atlas, replace(wanted, plan=None), words, language)


def _page(record: dict[str, Any], wanted: dict[str, str]) -> dict[str, Any]:
    """What the template needs besides the record: the differences by kind, and the zones by plan."""
    by_kind = [
        (kind, [d for d in record["differences"] if d["kind"] == kind["kind"]]) for kind in record["kinds"]
    ]
    where = [
        (key, [zone for zone in record["zones"] if zone["named"] == key])
        for key in ("both", "first", "second")
    ]
    return {
        "found": record,
        "by_kind": by_kind,
        "zones_by_plan": where,
        "wanted": {key: value for key, value in wanted.items() if key != "plan"},
        "short": short_name,
        "fault": "",
    }


def _refused(fault: str) -> str:
    """The page without a comparison: what was wrong, and the plans to choose from."""
    return render_template("compare.html", found=None, fault=fault, short=short_name)


def short_name(plan: dict[str, Any]) -> str:
    """What a plan is called in the head of a column: a yearly one by its year, any other by its title."""
    language = wanted_language()
    words = get_state().translations.get(language)
    if _YEARLY.fullmatch(plan["id"]):
        return words["plan.short"].format(plan=plan["id"])
    return str((language == "en" and plan["title_en"]) or plan["title"])
