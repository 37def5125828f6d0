"""Are the built-in plans true to the published documents? Runs where those are at hand.

The files hold official titles and summaries of our own. Compared with the originals they must have the
same items, name the same places, give the same figures, lead to the same links, and copy no sentence. One
document is printed in traditional characters and summed up in simplified ones: words are compared folded.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo.folding import fold_name
from geo.geocoder import TaskLinks
from layers.atlas import Atlas
from plans.document import read_document
from plans.records import Task
from plans.tasks import read_plan

pytestmark = pytest.mark.originals

FILES = {
    "2020": "2020-work-plan.txt",
    "2023": "2023-work-plan.txt",
    "145": "145-five-year-plan.html",
    "national": "national-action-plan.txt",
}
FIGURE = re.compile(r"\d+(?:\.\d+)?%?")
LONGEST_COPY = 24  # characters of one clause: official names reach this, sentences do not
QUOTED = re.compile(r"[《“][^》”]*[》”]")
BREAK = re.compile(r"[,，。;；:：、()（）\s“”《》]+")


@pytest.fixture(scope="module")
def published(originals: Path) -> dict[str, Task]:
    """Every item of the published documents by task id."""
    found: dict[str, Task] = {}
    for plan_id, name in FILES.items():
        tasks, _ = read_plan(read_document(originals / name), plan_id)
        found |= {task.id: task for task in tasks}
    return found


@pytest.fixture(scope="module")
def built_in(atlas: Atlas) -> dict[str, Task]:
    return {task_id: item.task for task_id, item in atlas.tasks.items()}


def test_built_in_plans_have_the_published_items_titles_and_headings(built_in, published):
    assert list(built_in) == list(published)
    for task_id, task in built_in.items():
        assert (task.title, task.path) == (published[task_id].title, published[task_id].path), task_id


def test_summaries_keep_every_figure_and_invent_none(built_in, published):
    for task_id, task in built_in.items():
        assert set(FIGURE.findall(task.text)) == set(FIGURE.findall(published[task_id].text)), task_id


def test_every_place_name_of_a_summary_stands_in_the_published_item(atlas, built_in, published):
    for task_id, task in built_in.items():
        links = atlas.geocoder.geocode(task.text, title=task.title, path=task.path)
        words = [e[2] for link in links.links for e in link.evidence] + [u[2] for u in links.unplaced]
        printed = fold_name(published[task_id].text)
        for word in words:
            assert fold_name(word) in printed, (task_id, word)


def test_a_summary_leads_to_the_same_links_as_the_published_item(atlas, built_in, published):
    def told(task: Task) -> tuple[str, set[tuple[str, str, str]], set[str]]:
        found: TaskLinks = atlas.geocoder.geocode(task.text, title=task.title, path=task.path)
        links = {(link.kind, link.target, link.relation) for link in found.links}
        return found.scope, links, {fold_name(u[2]) for u in found.unplaced}

    pairs = {i: (told(task), told(published[i])) for i, task in built_in.items()}
    different = {i: pair for i, pair in pairs.items() if pair[0] != pair[1]}
    assert different == {}


def test_no_sentence_of_the_documents_is_stored(built_in, published):
    """A clause of a summary may share an official name with the item, but no long run of its words."""
    copied = {}
    for task_id, task in built_in.items():
        original = fold_name(published[task_id].text[len(task.title) :])
        clauses = BREAK.split(QUOTED.sub("。", task.text[len(task.title) :]))
        for clause in clauses:
            if len(clause) > LONGEST_COPY and fold_name(clause) in original:
                copied[task_id] = clause
    assert copied == {}
