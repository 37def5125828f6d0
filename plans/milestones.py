"""Which steps of which projects does a task promise, by when, and how firmly?

A clause counts where a word of a stage (开工, 封顶, 投运 …) stands as its predicate, behind the thing
(某馆开工) or before it (建成某馆), where a policy document is drawn up or issued, and where building a
facility is studied. Words that only describe (未完成的任务, 竣工决算, 签约项目), names in quotation marks,
policies that 落地, things without a name (更多项目) and sentences about the past are passed over: a missing
milestone is better than a wrong one. Words, and what counts as which stage: `plans.stages`.
"""

from __future__ import annotations

import re

from plans.clauses import DESCRIBES, DatedClause, Ranges, dated_clauses, find_brackets, find_quoted
from plans.documents import find_documents, find_studies
from plans.dues import Due, PlanYears, implied_due, is_past
from plans.objects import Span
from plans.predicates import find_predicates
from plans.reading import Reading, read_plainly
from plans.records import Milestone
from plans.stages import AIM_WORDS, FIRM_WORDS, OWN_VERB
from plans.steps import Step, further_steps, named_things
from plans.targets import find_targets

__all__ = ["find_milestones", "find_targets"]

_ACT = re.compile(  # 完成土地摘牌，二季度开工: what starts is another thing
    r"(?:摘牌|出让|供地|招标|征收|征地|拆迁|报批|审批|评估|布展|清零|敷设|架设|制作|装修|工作)$"
)
MOST_THINGS = 20  # that a clause hands on to the next; more are no sentence, and would cost time


def find_milestones(text: str, plan_year: PlanYears) -> list[Milestone]:
    """Return the milestones that a task's text promises, in the order of the text.

    Parameters
    ----------
    text
        `Task.text`; evidence counts its characters, and holds `what` (but for line ends and stray spaces).
    plan_year
        The year, or the first and last year, that 年内, 上半年 or 8月底前 mean; None leaves such dates open.

    Notes
    -----
    Neighbouring predicates (竣工投运) make one milestone, of the furthest stage; things of their own
    (A站、B馆竣工) one each. A date that heads a clause (年内…，…) goes on through its sentence. Where
    nothing is printed `due` is None and `due_implied` the plan's last year. The same promise made in the
    title and again below is kept once, the dated one first.
    """
    reading = read_plainly(text)
    plain = reading.plain
    quoted, brackets = find_quoted(plain), find_brackets(plain)
    implied = implied_due(plan_year)
    milestones: list[Milestone] = []
    last_commitment: str | None = None
    things: list[Span] = []
    for dated in dated_clauses(plain, plan_year):
        clause = dated.clause
        if clause.opens or clause.after_semicolon:
            last_commitment, things = None, []
        if dated.past or DESCRIBES.match(plain, clause.start, clause.end):
            things = []
            continue
        given: str | None = None
        steps = _read_clause(plain, dated, quoted, brackets)
        steps = steps or further_steps(plain, clause[:2], dated.dues, things)
        things = _go_on(plain, dated, steps, things, quoted, brackets)
        for found in steps:
            due = _due_of(found, dated)
            if is_past(due, plan_year):
                continue
            given = _commitment(plain, found, clause.start, last_commitment)
            milestones.append(_milestone(reading, found, due, clause.start, given, implied))
        last_commitment = given
    return _without_repeats(milestones, len(text.partition("。")[0]))


def _go_on(
    text: str, dated: DatedClause, steps: list[Step], known: list[Span], quoted: Ranges, brackets: Ranges
) -> list[Span]:
    """The things that the next clause may speak of without naming them."""
    if steps:
        last = [step.what for step in steps if step.predicate == steps[-1].predicate][:MOST_THINGS]
        return [what for what in last if not _ACT.search(text[slice(*what)])]
    return named_things(text, dated.clause[:2], dated.dues, known, quoted, brackets)[:MOST_THINGS]


def _due_of(found: Step, dated: DatedClause) -> Due | None:
    own = [due for due in dated.dues if due.start < found.predicate[1] and not _inside(due, found.what)]
    return max(own, default=dated.carried)


def _inside(due: Due, span: Span) -> bool:
    return span[0] < due.start and due.end < span[1]


def _milestone(
    reading: Reading, found: Step, due: Due | None, clause_start: int, given: str, implied: str | None
) -> Milestone:
    inside = [due.start, due.end] if due and clause_start <= due.start else []
    places = [*found.what, *found.predicate, *inside]
    value = due.value if due else None
    return Milestone(
        what=reading.words(*found.what),
        stage=found.stage,
        due=value,
        evidence=reading.span(min(places), max(places)),
        commitment=given,
        due_implied=implied if value is None else None,
    )


def _commitment(text: str, found: Step, clause_start: int, last: str | None) -> str:
    """How firmly a step is promised, by the words in front of it; a list goes on as it began."""
    if found.explores:
        return "explore"
    front = text[clause_start : min(found.what[0], found.predicate[0])]
    if found.behind:
        front = (
            text[clause_start : found.what[0]] + text[max(clause_start, found.what[1]) : found.predicate[0]]
        )
    if FIRM_WORDS.search(front):
        return "firm"
    if AIM_WORDS.search(front):
        return "aim"
    if last and found.behind and not OWN_VERB.match(text, clause_start):
        return last
    return "firm"


def _read_clause(text: str, dated: DatedClause, quoted: Ranges, brackets: Ranges) -> list[Step]:
    """The steps of one clause with their things, in order."""
    start, end = dated.clause.start, dated.clause.end
    dues = [*dated.dues, dated.carried] if dated.carried and not dated.dues else dated.dues
    found: list[Step] = []
    taken: list[Span] = []
    for reader in (find_documents, find_studies, find_predicates):
        for step in reader(text, (start, end), dues, quoted, brackets):
            if not any(step.place[0] < held[1] and held[0] < step.place[1] for held in taken):
                found.append(step)
        taken = [step.place for step in found]
    return sorted(found, key=lambda step: (step.predicate[0], step.what[0]))


def _without_repeats(milestones: list[Milestone], title_end: int) -> list[Milestone]:
    """The same step of the same thing once: a dated one wins, and one below that repeats the title."""
    kept: dict[tuple[str, str], Milestone] = {}
    for milestone in milestones:
        before = kept.get((milestone.what, milestone.stage))
        if before is None or (before.due is None and milestone.due):
            kept[milestone.what, milestone.stage] = milestone
    rows = sorted(kept.values(), key=lambda milestone: milestone.evidence)
    titles = [row for row in rows if row.evidence[1] <= title_end]
    below = [row for row in rows if row.evidence[1] > title_end]
    dropped: set[int] = set()
    for title in titles[:8]:
        for row in below:
            if row.stage == title.stage and _repeats(title.what, row.what):
                dropped.add(id(row if title.due is not None or row.due is None else title))
                break
    return [row for row in rows if id(row) not in dropped]


def _repeats(one: str, other: str) -> bool:
    """Whether the shorter name (of four signs or more) is spelled inside the longer, in order."""
    short, long = sorted((one, other), key=len)
    signs = iter(long)
    return len(short) >= 4 and all(sign in signs for sign in short)
