"""Pages: the map, and plain pages for zones, tasks and plans that work without script and print well."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from geo.zones import ZoneTree
from layers import facilities
from layers.atlas import SCOPES, Atlas, LinkedTask
from layers.official import MARKS, OfficialText, find_marks, segment
from layers.registry import LAYERS
from layers.stored import UNREMARKABLE, StoredPlan
from layers.task_index import index_of
from layers.tasks import SCOPE_FILTERS, TaskFilter, find_tasks, matching
from layers.zone_lists import zone_sets
from lingang import __version__
from lingang.errors import UnknownIdError
from plans.records import STAGES
from webmap.facet_record import facets_record
from webmap.filter_words import due_words, filter_words
from webmap.i18n import LANGUAGES, wanted_language
from webmap.locator import draw_locator
from webmap.programs import program_of
from webmap.short_filter import carried_filter, map_filter
from webmap.state import get_state
from webmap.target_words import target_words

VIEWS = Blueprint("pages", __name__)
PAGE_OF = {
    **{k: f"pages.{k}" for k in ("zone", "task", "plan", "feature")},
    "project": "projects.project",
    "indicator": "targets.indicator",
}
LEGEND_ZONES = ("dishui-core", "yangshan", "frontier-tech", "comprehensive", "emerging")
MOST_TASKS = 300  # listed on one page; the table has all of them, page by page
MOST_ZONES = 200  # in the tree beside the map; all of them would have to be laid out before the first paint
MOST_OF_PLAN = 2000  # tasks on the page of a plan, which is read as a whole
MOST_PASSAGES = 300  # of what a document's reading left out or found amiss, on one page
RADII_M = (300, 500, 1000, 2000, 5000)  # offered around a point
LEGEND_LINES = ("line-16", "lianggang-express", "t1", "t2", "t6")


def page_context() -> dict[str, Any]:
    """What every page knows: its words, its language, and helpers to link and to name things."""
    language = wanted_language()
    words = get_state().translations.get(language)
    return {
        "lang": language,
        "t": lambda key, **values: words[key].format(**values) if values else words[key],
        "named": lambda thing: _name(thing, language),
        "told": lambda key, otherwise: words.get(key, otherwise),
        "word": lambda family, code: words.get(f"{family}.{code}", code),
        "place_said": lambda place: _place_said(place, words),
        "due_said": lambda due: due_words(due, words),
        "number_said": lambda target: target_words(target, language),
        "said": lambda properties, key: said(properties, key, language),
        "link": page_link,
        "carried": carried_filter,
        "map_filter": map_filter,
        "marked": marked_text,
        "official_text": official_text,
        "program": lambda name: program_of(name, get_state().programs),
        "marks": MARKS,
        "atlas": get_state().atlas,
        "version": __version__,
        "app_stages": STAGES,
        "app_scopes": SCOPE_FILTERS,
        "most_tasks": MOST_TASKS,
    }


def _place_said(place: str, words: Mapping[str, str]) -> str:
    """Where something stands in a document, `page 3, line 5`, in the words of the page."""

    def said(found: re.Match[str]) -> str:
        return words[f"unread.at_{found[1]}"].format(n=found[2])

    told = re.sub(r"\b(page|paragraph|line) (\d+)", said, place)
    return told.replace(", ", words["mark.comma"])


def page_link(endpoint: str, **values: Any) -> str:
    """The address of a page in the language of this request."""
    language = wanted_language()
    if language != LANGUAGES[0]:
        values["lang"] = language
    return url_for(endpoint, **values)


def _name(thing: Any, language: str) -> str:
    """The name of a zone, feature or record in the page's language."""
    names: dict[str, Any] = thing if isinstance(thing, dict) else vars(thing)
    return str((language == "en" and names.get("name_en")) or names["name"])


def said(properties: dict[str, Any], key: str, language: str) -> str:
    """A free text of a feature in the page's language, else as it stands; "" when there is none."""
    return str((language == "en" and properties.get(f"{key}_en")) or properties.get(key) or "")


def nearest_link(error: UnknownIdError) -> str | None:
    """The address of the thing that a wrong id probably meant."""
    endpoint = PAGE_OF.get(error.kind)
    return page_link(endpoint, **{f"{error.kind}_id": error.nearest}) if endpoint and error.nearest else None


def marked_text(item: LinkedTask, start: int = 0) -> Markup:
    """The task's text from `start` on, with the words that placed it marked, and unplaced names too.

    Where two spans overlap the first keeps its characters and the second the rest. Everything is escaped.
    """
    text = item.task.text
    spans = [(e[0], e[1], "placed") for x in item.links.links for e in x.evidence]
    spans += [(u[0], u[1], "unplaced") for u in item.links.unplaced]
    parts, position = [], start
    for begin, end, kind in sorted(set(spans)):
        if end > position:
            begin = max(begin, position)
            mark = Markup('<mark class="{}">{}</mark>').format(kind, text[begin:end])
            parts += [escape(text[position:begin]), mark]
            position = end
    return Markup("").join([*parts, escape(text[position:])])


def official_text(official: OfficialText) -> Markup:
    """An official text with title, places, milestones and targets marked; everything is escaped.

    Marks of different kinds overlap, so the text is cut where any begins or ends, and a piece bears
    all the kinds that it lies in.
    """
    mark = Markup('<mark class="{}">{}</mark>')
    pieces = segment(official.text, find_marks(official))
    return Markup("").join(
        mark.format(" ".join(kinds), text) if kinds else escape(text) for text, kinds in pieces
    )


def reading_of(stored: StoredPlan) -> dict[str, Any]:
    """What a document's page lists of its reading: passages left out, and faults; the first of very many."""
    passages = [part for part in stored.left_out if part.reason not in UNREMARKABLE]
    return {
        "passages": passages[:MOST_PASSAGES],
        "more_passages": len(passages[MOST_PASSAGES:]),
        "unread": stored.unread[:MOST_PASSAGES],
        "more_unread": len(stored.unread[MOST_PASSAGES:]),
        "faults": stored.faults[:MOST_PASSAGES],
        "more_faults": len(stored.faults[MOST_PASSAGES:]),
        "changes": stored.changes,
    }


@VIEWS.get("/")
def index() -> str:
    """The map. Its state is in the address; without script the panel's links still lead everywhere."""
    state = get_state()
    atlas = state.atlas
    counts = atlas.zone_counts()
    tree = tree_shown(atlas.zones)
    return render_template(
        "map.html",
        tree=tree,
        zones_left=len(atlas.zones) - len(tree),
        shell=state.shell,
        basemap=state.basemap,
        layers=LAYERS,
        counts=counts,
        legend_zones=[atlas.zones.get(z) for z in LEGEND_ZONES],
        legend_lines=[atlas.features[x].properties for x in LEGEND_LINES],
        scopes=scope_counts(atlas),
        stages=STAGES,
    )


def tree_shown(zones: ZoneTree) -> set[str]:
    """The zones of the tree beside the map: all of them, or the largest with the zones around them."""
    largest = sorted(zones, key=lambda zone: -(zone.area_km2 or 0))[:MOST_ZONES]
    return {zone_id for zone in largest for zone_id in (zone.id, *zones.ancestors(zone.id))}


def scope_counts(atlas: Atlas) -> dict[str, int]:
    """How many tasks each scope filter holds; without the index, which the first page would wait for."""
    counts = Counter(item.scope for item in atlas.tasks.values())
    unplaced = sum(bool(item.links.unplaced) for item in atlas.tasks.values())
    return {**{scope: counts[scope] for scope in SCOPES}, "unplaced": unplaced}


@VIEWS.get("/zones")
def zones() -> str:
    """All zones as a tree with counts."""
    atlas = get_state().atlas
    return render_template("zones.html", counts=atlas.zone_counts())


@VIEWS.get("/zones/<zone_id>")
def zone(zone_id: str) -> str:
    """One zone: what it is, how sure its outline is, and its tasks with the words that placed them."""
    atlas = get_state().atlas
    atlas.zones.get(zone_id)
    wanted, ignored = TaskFilter.lenient(atlas, request.args)
    index = index_of(atlas)
    found = zone_sets(index, zone_id, matching(index, wanted))
    listed, left_out = found.first(MOST_TASKS)
    return render_template(
        "zone.html",
        ignored=ignored,
        listed=listed,
        left_out=left_out,
        rest={**wanted.to_query(), "zone": zone_id},
        zone=listed.zone,
        found=found.counts,
        child_counts={child: tasks.bit_count() for child, tasks in found.children.items()},
        path=[atlas.zones.get(z) for z in reversed(atlas.zones.ancestors(zone_id))],
        children=[atlas.zones.get(z) for z in atlas.zones.children(zone_id)],
        counts=atlas.zone_counts(),
        places=facilities.in_zone(atlas, zone_id),
        locator=draw_locator(atlas, [zone_id], language=wanted_language()),
    )


@VIEWS.get("/tasks")
def tasks() -> str:
    """Tasks under a filter, as a list."""
    atlas = get_state().atlas
    wanted, ignored = TaskFilter.lenient(atlas, request.args)
    state, language = get_state(), wanted_language()
    return render_template(
        "tasks.html",
        wanted=wanted,
        ignored=ignored,
        found=find_tasks(atlas, wanted),
        facets=facets_record(atlas, wanted)["facets"],
        radii=RADII_M,
        phrases=filter_words(atlas, wanted, state.translations.get(language), language),
        query=urlencode(wanted.to_query()),
    )


@VIEWS.get("/tasks/<task_id>")
def task(task_id: str) -> str:
    """One task: its summary, its official text where that is at hand, its places and their evidence."""
    atlas = get_state().atlas
    item = atlas.get_task(task_id)
    ids = list(atlas.tasks)
    at = ids.index(item.id)
    return render_template(
        "task.html",
        item=item,
        plan=atlas.get_plan(item.task.plan),
        before=ids[at - 1] if at else None,
        after=ids[at + 1] if at + 1 < len(ids) else None,
        locator=draw_locator(
            atlas,
            [x.target for x in item.links.links if x.relation != "serves"],
            language=wanted_language(),
        ),
    )


@VIEWS.get("/features/<feature_id>")
def feature(feature_id: str) -> str | Response:
    """A place or line with the tasks that name it; a zone's address leads to its own page."""
    atlas = get_state().atlas
    if feature_id in atlas.zones:
        return redirect(page_link("pages.zone", zone_id=feature_id))
    found = atlas.get_feature(feature_id)
    linked = find_tasks(atlas, TaskFilter(target=feature_id))
    return render_template(
        "feature.html",
        feature=found,
        found=linked,
        drawn=facilities.is_drawn(found),
        locator=draw_locator(atlas, [feature_id], language=wanted_language()),
    )


@VIEWS.get("/plans")
def plans() -> str:
    """The plans with what could be placed and what could not."""
    atlas = get_state().atlas
    return render_template("plans.html", summaries=[facilities.plan_summary(atlas, p) for p in atlas.plans])


@VIEWS.get("/plans/<plan_id>")
def plan(plan_id: str) -> str:
    """One plan: its coverage, how its document was read, every item, and the names still unplaced."""
    atlas = get_state().atlas
    summary = facilities.plan_summary(atlas, atlas.get_plan(plan_id).id)
    found = find_tasks(atlas, TaskFilter(plan=plan_id))[:MOST_OF_PLAN]
    sections = [(path, list(items)) for path, items in groupby(found, key=lambda t: t.task.path)]
    stored = atlas.documents.get(plan_id)
    return render_template(
        "plan.html",
        summary=summary,
        sections=sections,
        most_listed=MOST_OF_PLAN,
        reading=reading_of(stored) if stored else None,
    )


@VIEWS.get("/about")
def about() -> str:
    """How the map is made: sources, methods, accuracy, licences."""
    return render_template("about.html")
