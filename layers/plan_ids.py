"""Which plan is a document, and may it have that id? Recognised, else said by a person, else guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from layers.comparison import shared_titles
from layers.intake import BuiltIn, Given, PlanIdError, Reading, Source, check_plan_id, read_source
from layers.stored import StoredPlan

SAME_PLAN_SHARE = 0.3  # of the new titles: with fewer in common two documents are not versions of one plan


def identify(
    source: Source, built_in: BuiltIn, given: Given, plans: Mapping[str, StoredPlan]
) -> tuple[Reading, Given]:
    """Read a document under the id that it is to have among the stored `plans`.

    Returns the reading, and what people said of these bytes, now or when they were stored. Bytes that
    are stored already keep the name they had.

    Raises
    ------
    DocumentError, NoTasksError
        See `read_source`.
    PlanIdError
        The document is a built-in plan and a person says another id, or the other way round; or the
        guessed id belongs to a stored plan that has fewer than `SAME_PLAN_SHARE` of the titles; or a
        task id is taken.
    """
    sha256 = hashlib.sha256(source.raw).hexdigest()
    known = next((stored for stored in plans.values() if stored.sha256 == sha256), None)
    said = given.over(known.given) if known else given
    source = replace(source, name=known.name) if known else source
    reading = read_source(source, built_in, said)
    if given.plan is None and reading.recognised and reading.plan != reading.recognised.plan:
        said = replace(said, plan=None)  # they said so before this plan was built in
        reading = read_source(source, built_in, said)
    if (
        said.plan is None
        and reading.recognised is None
        and (free := _free_id(reading, built_in)) != reading.plan
    ):
        reading = read_source(source, built_in, Given(free, reading.report.year))
    _check(reading, built_in, plans, is_said=given.plan is not None)
    return reading, said


def _free_id(reading: Reading, built_in: BuiltIn) -> str:
    """The id that the reader guessed, made fit for addresses, and told from a built-in plan's."""
    guessed = reading.plan
    try:
        check_plan_id(guessed)
    except PlanIdError:
        guessed = f"plan-{reading.document.sha256[:8]}"
    return f"{guessed}-own" if guessed in built_in.tasks else guessed


def _check(reading: Reading, built_in: BuiltIn, plans: Mapping[str, StoredPlan], *, is_said: bool) -> None:
    """Raise PlanIdError where the reading's plan id is not its to have."""
    plan, recognised = reading.plan, reading.recognised
    if recognised and plan != recognised.plan:
        what = f"these are {recognised.matched} of {recognised.items} items of the built-in plan"
        raise PlanIdError(plan, f"{what} {recognised.plan!r}; leave --plan out")
    if plan in built_in.tasks and not recognised:
        raise PlanIdError(plan, "this is a built-in plan, and the document is another one; choose a new id")
    before = plans.get(plan)
    if before and before.sha256 != reading.document.sha256 and not is_said and not recognised:
        shared = shared_titles(before.tasks, reading.tasks)
        if shared < SAME_PLAN_SHARE * len(reading.tasks):
            what = f"{before.name} has it, with {shared} of {len(reading.tasks)} titles in common"
            raise PlanIdError(plan, f"{what}; choose another --plan, or say this one if it is a new version")
    others = {t.id for i, items in built_in.tasks.items() if i != plan for t in items}
    same = {plan, *(i for i, stored in plans.items() if stored.sha256 == reading.document.sha256)}
    others |= {t.id for i, stored in plans.items() if i not in same for t in stored.tasks}
    if taken := next((task.id for task in reading.tasks if task.id in others), None):
        raise PlanIdError(plan, f"its task id {taken!r} is taken by another plan; choose another id")
