"""How did the word of one plan change in the next? Verdicts on a project between plans, with evidence.

A verdict says what the record supports and no more: plans promise, and a plan that is silent about a thing
does not say that it was given up. Months count whole calendar months.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, NamedTuple

from plans.project_history import PlanEntry, PlanTime, Promise
from plans.project_words import months_told, months_told_en, quoted
from plans.projects import Mention, Project
from plans.reading import fold
from plans.records import STAGES

VERDICTS: Mapping[str, tuple[str, str]] = {
    "continued": ("延续", "Continued"),
    "advanced": ("推进", "Advanced"),
    "slipped": ("推迟", "Slipped"),
    "renamed": ("改名", "Renamed"),
    "split": ("拆分", "Split"),
    "merged": ("合并", "Merged"),
    "dropped": ("不再提及", "Dropped from sight"),
    "unnamed": ("未再提及（曾承诺建成）", "Not named again (completion was promised)"),
    "added": ("新提出", "Newly added"),
}
COURSE = ("continued", "advanced", "slipped", "dropped", "unnamed", "added")  # how things go, not names
_START, _DONE = STAGES.index("start"), STAGES.index("complete")
_SAME_NAME = 0.7  # share of signs that two spellings of one name have in common


class Months(NamedTuple):
    """By how many months a date moved: at least, and at most (None where nothing bounds it)."""

    at_least: int
    at_most: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One comparison of two plans. `kind` is one of VERDICTS; `zh` and `en` say what the record supports.

    `before` and `after` are the places in tasks that show it, as (task, start, end, words); `after` is
    empty where the later plan does not name the project.
    """

    kind: str
    earlier: str
    later: str
    zh: str
    en: str
    before: tuple[Mention, ...] = ()
    after: tuple[Mention, ...] = ()
    months: Months | None = None

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values; `months` only for a date that moved."""
        record: dict[str, Any] = {"kind": self.kind, "from": self.earlier, "to": self.later}
        if self.months:
            record["months"] = {"at_least": self.months.at_least, "at_most": self.months.at_most}
        return record | {
            "zh": self.zh,
            "en": self.en,
            "before": [place.to_json() for place in self.before],
            "after": [place.to_json() for place in self.after],
        }


def judge(
    project: Project,
    histories: Mapping[str, Sequence[PlanEntry]],
    plans: Sequence[PlanTime],
    register: Mapping[str, Project],
) -> list[Verdict]:
    """Return the verdicts on a project in the order of the plans.

    `histories` and `register` are of all projects: what a thing was split into or went into is among them.
    """
    entries = histories.get(project.id, ())
    order = sorted(plans, key=lambda plan: (plan.published, plan.id))
    found: list[Verdict] = []
    if entries and (earlier := [p for p in order if p.published < entries[0].plan.published]):
        found.append(_added(entries[0], earlier))
    for number, (before, after) in enumerate(pairwise(entries)):
        found.append(compare(before, after))
        found += _renamed(project, before, after)
        found += _over_a_gap(entries[:number], before, after)
    for before in entries:
        found += _split_or_merged(project, before, histories, register, order)
        found += _silent(before, entries, order, _parts_of(project, histories, register))
    places = {plan.id: number for number, plan in enumerate(order)}
    return sorted(found, key=lambda v: (places[v.later], places[v.earlier], tuple(VERDICTS).index(v.kind)))


def latest_course(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The newest verdict on how things go: of several a slip first, a continuation last; None for none."""
    told = [verdict for verdict in verdicts if verdict.kind in COURSE]
    newest = [verdict for verdict in reversed(told) if verdict.later == told[-1].later]
    weight = {"slipped": 0, "continued": 2}
    return min(newest, key=lambda verdict: weight.get(verdict.kind, 1), default=None)


def compare(before: PlanEntry, after: PlanEntry) -> Verdict:
    """Return how a later plan's promises stand to an earlier one's: slipped, advanced or continued.

    Slipped: the same or an earlier stage for a later time. Advanced: a later stage, or the same for an
    earlier time. What overlaps in time goes on.
    """
    slip = _find_slip(before.whole, after.whole)
    if slip:
        old, new, months = slip
        return _of_promises("slipped", before, after, old, new, months)
    gain = _find_gain(before, after)
    if gain:
        base, gained, nearer = gain
        return _of_promises("advanced", before, after, base, gained, nearer)
    return _of_promises("continued", before, after, before.furthest, after.furthest, None)


def months_between(early: tuple[date, date], late: tuple[date, date]) -> Months:
    """Return by how many months the second interval is later: at least and at most, never below 0."""
    return Months(
        max(0, _month(late[0]) - _month(early[1])),
        max(0, _month(late[1]) - _month(early[0])),
    )


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _over_a_gap(older: Sequence[PlanEntry], between: PlanEntry, after: PlanEntry) -> list[Verdict]:
    """Changes that the plan in between hides: since the last plan of the same series, or with a stage."""
    staged = next((entry for entry in reversed(older) if entry.furthest), None)
    same = next((entry for entry in reversed(older) if entry.plan.series == after.plan.series), None)
    bases = {
        entry.plan.id: entry
        for entry, counts in (
            (staged, not between.furthest),
            (same, between.plan.series != after.plan.series),
        )
        if entry is not None and counts
    }
    found = [compare(base, after) for base in bases.values()]
    return [verdict for verdict in found if verdict.kind != "continued"]


def _find_slip(before: Iterable[Promise], after: Iterable[Promise]) -> tuple[Promise, Promise, Months] | None:
    """The pair that moved most: the same or an earlier stage, in an interval wholly later."""
    pairs = []
    for old in before:
        for new in after:
            if new.rank <= old.rank and new.first > old.last:
                moved = months_between((old.first, old.last), (new.first, new.last))
                if new.rank < old.rank:  # the old stage comes still later: nothing bounds it
                    moved = Months(moved.at_least, None)
                pairs.append((old, new, moved))
    return max(pairs, key=lambda pair: (pair[0].rank, pair[1].rank, pair[2].at_least), default=None)


def _find_gain(before: PlanEntry, after: PlanEntry) -> tuple[Promise | None, Promise, Months | None] | None:
    """The pair that shows a later stage, or the same stage promised for an earlier time.

    Where the earlier plan only speaks of works, a step beyond the start is later; where the later plan only
    promises a part, that part is shown.
    """
    old = before.furthest
    new: Promise | None = after.furthest or (None if old else after.furthest_part)
    if new is None or (old is None and not before.works):
        return None
    if new.rank > (_START if old is None else old.rank):
        return old, new, None
    if old is None:
        return None
    spread = old.due is None and before.plan.first < before.plan.last
    for again in after.whole:
        if again.rank >= old.rank and again.last < old.first:
            return old, again, months_between((again.first, again.last), (old.first, old.last))
        if again.rank == old.rank and spread and again.last < old.last:
            return old, again, None  # within the years of the earlier plan, before their end
    return None


def _of_promises(
    kind: str,
    before: PlanEntry,
    after: PlanEntry,
    old: Promise | None,
    new: Promise | None,
    months: Months | None,
) -> Verdict:
    """The verdict on two plans that both name a project, with what each of them promises."""
    zh = f"{before.plan.title}：{_said(before, old)}；{after.plan.title}：{_said(after, new)}"
    en = f"{before.plan.title_en}: {_said_en(before, old)}; {after.plan.title_en}: {_said_en(after, new)}"
    if months:
        word, word_en = ("晚了", "later") if kind == "slipped" else ("早了", "earlier")
        zh, en = f"{zh}；{word}{months_told(*months)}", f"{en}; {months_told_en(*months)} {word_en}"
    return Verdict(
        kind,
        before.plan.id,
        after.plan.id,
        f"{zh}。",
        f"{en}.",
        _places(before, old),
        _places(after, new),
        months,
    )


def _added(first: PlanEntry, earlier: Sequence[PlanTime]) -> Verdict:
    since = earlier[-1]
    zh = f"{first.plan.title}第一次提到：{_said(first, first.furthest)}；更早的规划没有提到。"
    en = f"First named by {first.plan.title_en}: {_said_en(first, first.furthest)}; no earlier plan names it."
    return Verdict("added", since.id, first.plan.id, zh, en, (), _places(first, first.furthest))


def _parts_of(
    project: Project, histories: Mapping[str, Sequence[PlanEntry]], register: Mapping[str, Project]
) -> list[PlanEntry]:
    """What plans say of the parts and phases of a project."""
    whole = (p for p in register.values() if project.id in (*p.related("part_of"), *p.related("split_from")))
    return [entry for part in whole for entry in histories.get(part.id, ())]


def _silent(
    before: PlanEntry, entries: Sequence[PlanEntry], order: Sequence[PlanTime], parts: Sequence[PlanEntry]
) -> list[Verdict]:
    """Silence counts only in the next plan of the same series: another kind of plan has other matter."""
    plan = before.plan
    heirs = (p for p in order if p.series == plan.series and p.published > plan.published)
    heir = next(heirs, None)
    if heir is None or any(entry.plan.id == heir.id for entry in entries):
        return []
    if part := next((entry for entry in parts if entry.plan.id == heir.id), None):
        place = part.mentions[0]
        zh = f"{plan.title}提到它；{heir.title}没有提到整体，提到其中的{quoted(place.words)}。"
        en = f"{plan.title_en} names it; {heir.title_en} names not the whole but {quoted(place.words)}."
        return [Verdict("continued", plan.id, heir.id, zh, en, _places(before, before.furthest), (place,))]
    told = [e for e in entries if plan.published <= e.plan.published < heir.published]
    between = [entry.plan for entry in told if entry.plan.id != plan.id]
    done = next((p for e in reversed(told) for p in reversed(e.whole) if p.rank >= _DONE), None)
    also = "、".join(p.title for p in between)
    also_en = ", ".join(p.title_en for p in between)
    note = f"（其间{also}提到过）" if also else ""
    note_en = f" (named in between by {also_en})" if also else ""
    if done is None:
        zh = (
            f"{plan.title}提到：{_said(before, before.furthest)}；"
            f"同类的下一份{heir.title}没有再提到{note}，原因没有记载。"
        )
        en = (
            f"{plan.title_en}: {_said_en(before, before.furthest)}; {heir.title_en}, the next of its kind, "
            f"does not name it{note_en}. The plans give no reason."
        )
        return [Verdict("dropped", plan.id, heir.id, zh, en, _places(before, before.furthest))]
    teller = next(entry for entry in told if done in entry.promises)
    late = done.last < heir.published
    zh = "期限已过，可能已完成" if late else "期限还没有到"
    en = "its time is over and it may be finished" if late else "its time is not over"
    return [
        Verdict(
            "unnamed",
            plan.id,
            heir.id,
            f"{teller.plan.title}：{_promised(done)}；{heir.title}没有再提到{note}：{zh}，规划没有记载。",
            f"{teller.plan.title_en}: {_promised_en(done)}; {heir.title_en} does not name it again{note_en}: "
            f"{en}, the plans do not record it.",
            _places(teller, done),
        )
    ]


def _renamed(project: Project, before: PlanEntry, after: PlanEntry) -> list[Verdict]:
    """A former name in the earlier plan and another in the later, or two official names unlike each other."""
    kinds = {alias.name: alias.kind for alias in project.names}
    old = [m for m in before.mentions if m.words in kinds]
    new = [m for m in after.mentions if m.words in kinds and m.words not in {o.words for o in old}]
    if not new or len(old) < len(before.mentions):
        return []
    if all(kinds[m.words] == "former" for m in old):
        new = [m for m in new if kinds[m.words] != "former"]
    elif len(new) < len(after.mentions) or not _are_unlike(old, new, kinds):
        return []
    if not new:
        return []
    old_words, new_words = quoted(old[0].words), quoted(new[0].words)
    zh = f"{before.plan.title}称{old_words}，{after.plan.title}称{new_words}。"
    en = f"{before.plan.title_en} calls it {old_words}, {after.plan.title_en} {new_words}."
    return [Verdict("renamed", before.plan.id, after.plan.id, zh, en, (old[0],), (new[0],))]


def _are_unlike(old: Sequence[Mention], new: Sequence[Mention], kinds: Mapping[str, str]) -> bool:
    official = all(kinds[m.words] == "official" for m in (*old, *new))
    return official and not any(_alike(m.words, n.words) for m in old for n in new)


def _alike(one: str, other: str) -> bool:
    """Whether two names are spellings of one: a short form, or nearly the same signs."""
    short, long = sorted((fold(one), fold(other)), key=len)
    signs = iter(long)
    shortened = all(sign in signs for sign in short)
    return shortened or SequenceMatcher(None, short, long, autojunk=False).ratio() >= _SAME_NAME


def _split_or_merged(
    project: Project,
    before: PlanEntry,
    histories: Mapping[str, Sequence[PlanEntry]],
    register: Mapping[str, Project],
    order: Sequence[PlanTime],
) -> list[Verdict]:
    """What a project became: parts or heirs that a later plan names and no plan up to `before` did."""
    heirs = {
        "split": [p.id for p in register.values() if project.id in p.related("split_from")],
        "renamed": [p.id for p in register.values() if project.id in p.related("renamed_from")],
        "merged": list(project.related("merged_into")),
    }
    entries = histories.get(project.id, ())
    between = [e.plan for e in entries if e.plan.published > before.plan.published]
    return [
        verdict
        for kind, ids in heirs.items()
        for verdict in _became(kind, before, {key: histories.get(key, ()) for key in ids}, order)
        if not any(plan.published < _published(order, verdict.later) for plan in between)
    ]


def _became(
    kind: str, before: PlanEntry, heirs: Mapping[str, Sequence[PlanEntry]], order: Sequence[PlanTime]
) -> list[Verdict]:
    """The verdict on the first later plan that names heirs; none where they stood beside it before."""
    fresh = [e for e in heirs.values() if e and e[0].plan.published > before.plan.published]
    later = next((p for p in order if any(e[0].plan.id == p.id for e in fresh)), None)
    if later is None:
        return []
    places = tuple(e[0].mentions[0] for e in fresh if e[0].plan.id == later.id)
    if kind == "split" and len(places) < 2:
        return []  # one phase more is no split
    names = "、".join(quoted(place.words) for place in places)
    zh = {"split": "分别提到", "renamed": "改提", "merged": "改提并入后的"}[kind]
    en = {"split": "names its parts", "renamed": "names instead", "merged": "names what it went into,"}[kind]
    old = before.mentions[0]
    return [
        Verdict(
            kind,
            before.plan.id,
            later.id,
            f"{before.plan.title}提到{quoted(old.words)}，{later.title}{zh}{names}。",
            f"{before.plan.title_en} names {quoted(old.words)}; {later.title_en} {en} {names}.",
            (old,),
            places,
        )
    ]


def _published(order: Sequence[PlanTime], plan_id: str) -> date:
    return next(plan.published for plan in order if plan.id == plan_id)


def _places(entry: PlanEntry, promise: Promise | None) -> tuple[Mention, ...]:
    """The evidence of one side: the promise's words, or the first place that names the project."""
    if promise is None:
        return (entry.works or entry.mentions)[:1]
    return (Mention(promise.task, *promise.evidence, promise.words),)


def _said(entry: PlanEntry, promise: Promise | None) -> str:
    if promise is None and entry.works:
        return "说到建设，没有写明阶段"
    return _promised(promise)


def _said_en(entry: PlanEntry, promise: Promise | None) -> str:
    if promise is None and entry.works:
        return "speaks of works, no stage given"
    return _promised_en(promise)


def _promised(promise: Promise | None) -> str:
    return "没有写明阶段" if promise is None else promise.told


def _promised_en(promise: Promise | None) -> str:
    return "no stage given" if promise is None else promise.told_en
