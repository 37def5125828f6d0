"""The data check behind `lingang check`: feature files, gazetteer, plans, and that they fit together."""

from __future__ import annotations

from pathlib import Path

from geo.check import check_data
from geo.faults import Fault
from layers.atlas import Atlas, load_atlas, review_faults
from layers.built_in import read_plans
from layers.errors import DataFaultError
from layers.project_check import check_projects
from layers.reviews import FILE as REVIEWS
from layers.reviews import Review, is_stale, parse_reviews
from lingang.errors import PlanningMapError
from plans.check import PlanFault, check_plan
from plans.indicators import FILE as INDICATORS
from plans.indicators import IndicatorError, read_indicators


def check_all(root: Path) -> list[Fault | PlanFault]:
    """Return every fault of a data folder, feature files first; [] when it is sound.

    Files that cannot be joined are tried only when each is sound by itself: a broken file would only
    repeat its own fault in other words.
    """
    faults: list[Fault | PlanFault] = list(check_data(root))
    faults += [*check_plans(root), *check_indicators(root)]
    return faults or check_join(root)


def check_plans(root: Path) -> list[PlanFault]:
    """The list of plans and every plan in it."""
    try:
        plans = read_plans(root / "plans" / "plans.json")
    except DataFaultError as error:
        return [PlanFault("plans/plans.json", "", "read", str(error))]
    faults = [f for plan_id in plans for f in check_plan(root / "plans" / f"{plan_id}.jsonl", plan_id)]
    try:
        unread = _read_reviews(root)[1]
    except OSError as error:
        return [*faults, PlanFault(f"plans/{REVIEWS}", "", "review", f"cannot be read: {error.strerror}")]
    return [*faults, *unread]


def check_indicators(root: Path) -> list[PlanFault]:
    """The curated indicators of the targets; a data folder may do without."""
    path = root / "plans" / INDICATORS
    try:
        read_indicators(path)
    except IndicatorError as error:
        return [PlanFault(f"plans/{INDICATORS}", "", "read", str(error))]
    except FileNotFoundError:
        return []
    except OSError as error:
        return [PlanFault(f"plans/{INDICATORS}", "", "read", f"cannot be read: {error.strerror}")]
    return []


def _read_reviews(root: Path) -> tuple[list[Review], list[PlanFault]]:
    """The decisions on links of built-in tasks, none where there is no file, and the lines that are none."""
    path = root / "plans" / REVIEWS
    reviews, unread = parse_reviews(path.read_bytes() if path.exists() else b"", "built-in")
    return reviews, [PlanFault(f"plans/{REVIEWS}", x.task, "review", str(x)) for x in unread]


def check_reviews(root: Path, atlas: Atlas) -> list[PlanFault]:
    """Decisions that fit no task or place, contradict each other, or were made on a text that changed."""
    reviews, shown = _read_reviews(root)[0], f"plans/{REVIEWS}"
    faults = [PlanFault(shown, x.task, "review", str(x)) for x in review_faults(atlas, reviews)]
    for review in reviews:
        if review.task in atlas.tasks and is_stale(review, atlas.tasks[review.task].texts):
            problem = f"line {review.line}: the text changed since {review.date}; decide on it anew"
            faults.append(PlanFault(shown, review.task, "stale", problem))
    return faults


def check_join(root: Path) -> list[Fault | PlanFault]:
    """Every link must lead to a feature, every evidence to its words, every decision to its task."""
    try:
        atlas = load_atlas(root)
    except (PlanningMapError, OSError) as error:
        return [Fault("data", "", "join", str(error))]
    faults: list[Fault | PlanFault] = [*check_reviews(root, atlas), *check_projects(atlas, root)]
    for item in atlas.tasks.values():
        for link in item.links.links:
            if link.target not in atlas.features:
                problem = f"links to {link.target!r}, which is no feature"
                faults.append(Fault("links", item.id, "join", problem))
            for start, end, words in link.evidence:
                if item.task.text[start:end] != words:
                    problem = f"{words!r} does not stand at {start}-{end}"
                    faults.append(Fault("links", item.id, "evidence", problem))
    return faults
