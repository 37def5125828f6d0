"""How does a promise stand on a chosen day, by what people have recorded of it? Days are calendar days.

A light says what the records show, never that something was built or was not: a promise whose time is over
without a record is `overdue`, in words "due, no record".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from plans.project_history import PlanEntry, Promise
from plans.project_words import STAGE_WORDS
from plans.records import STAGES

DUE_SOON_DAYS = 90
LIGHTS: Mapping[str, tuple[str, str]] = {
    "overdue": ("到期未见记录", "due, no record"),
    "due_soon": ("即将到期", "due soon"),
    "open": ("未到期", "not due yet"),
    "no_date": ("没有期限", "no date"),
    "done": ("已有记录", "recorded"),
}  # the most pressing first

# Stages of one phase come in either order: a contract before the approval or after it, a trial run before
# the doors open or after. Those of different phases do not.
_PHASES = (
    ("plan",), ("approve", "sign", "land"), ("start",), ("topped_out",), ("complete",), ("open", "operate"),
)  # fmt: skip
_PHASE_OF = {stage: number for number, stages in enumerate(_PHASES) for stage in stages}


class Promised(Protocol):
    """What a light is for: a stage, its last day (None: no date at all), how firmly, of which part.

    `due` is the printed date; where it is None, `last` is the last day of the plan's own time.
    """

    @property
    def stage(self) -> str: ...
    @property
    def due(self) -> str | None: ...
    @property
    def last(self) -> date | None: ...
    @property
    def commitment(self) -> str: ...
    @property
    def part(self) -> str: ...


class Recorded(Protocol):
    """What somebody recorded: a stage reached on a day, by the whole ("") or by a part."""

    @property
    def stage(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def part(self) -> str: ...


_Record = TypeVar("_Record", bound=Recorded)


@dataclass(frozen=True, slots=True)
class Light(Generic[_Record]):
    """How a promise stands: `state` is a key of LIGHTS.

    `days` are those since the last day (overdue), until it (due_soon, open), or by which the record is
    late (done: 0 in time, None where the record is of a later stage and leaves that unsaid). `implied`: no
    date is printed and the plan's last day counts. `explores`: the plan only studies it, so it is never
    overdue. `record` is what shows it done.
    """

    state: str
    days: int | None = None
    implied: bool = False
    explores: bool = False
    record: _Record | None = None

    @property
    def words(self) -> str:
        """The light in Chinese words."""
        word, until = LIGHTS[self.state][0], "规划期末" if self.implied else "期限"
        if self.record is not None:
            late = f"，比{until}晚 {self.days} 天" if self.days else ""
            return f"{word}：{self.record.day} {STAGE_WORDS[self.record.stage][0]}{late}"
        if self.state == "overdue":
            return f"{word}：{until}已过 {self.days} 天"
        if self.state == "no_date":
            return word
        if self.days is None:
            return f"研究事项，{until}已过，不计逾期"
        return f"{word}：距{until} {self.days} 天"

    @property
    def words_en(self) -> str:
        """The light in English words."""
        word, until = LIGHTS[self.state][1], "end of the plan's time" if self.implied else "due date"
        if self.record is not None:
            late = f", {_days(self.days)} after the {until}" if self.days else ""
            return f"{word}: {STAGE_WORDS[self.record.stage][1]} on {self.record.day}{late}"
        if self.state == "overdue":
            return f"{word}: {_days(self.days)} past the {until}"
        if self.state == "no_date":
            return word
        if self.days is None:
            return f"to be studied; the {until} is past, which does not count as overdue"
        return f"{word}: {_days(self.days)} to the {until}"

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values; `record` is left to the caller."""
        told = {"state": self.state, "days": self.days, "implied": self.implied, "explores": self.explores}
        return told | {"zh": self.words, "en": self.words_en}


def light_of(
    promise: Promised, records: Iterable[_Record], today: date, *, within_days: int = DUE_SOON_DAYS
) -> Light[_Record]:
    """Return how a promise stands on `today`.

    Records of later days do not count. Of those that show the stage or a later one the earliest is taken,
    of one day that of the promised stage. The last day itself is not overdue; `due_soon` are those whose
    last day is `within_days` days ahead at most.
    """
    last, explores = promise.last, promise.commitment == "explore"
    implied = promise.due is None and last is not None
    shown = [record for record in records if record.day <= today and _shows(record, promise)]
    if shown:
        first = min(shown, key=lambda record: (record.day, STAGES.index(record.stage)))
        return Light("done", _late(promise, first), implied, explores, first)
    if last is None:
        return Light("no_date", explores=explores)
    ahead = (last - today).days
    if ahead < 0:
        return Light("open", None, implied, True) if explores else Light("overdue", -ahead, implied)
    return Light("due_soon" if ahead <= within_days else "open", ahead, implied, explores)


def replaced_promises(entries: Sequence[PlanEntry]) -> dict[Promise, str]:
    """Return the promises that a newer plan gives another date or the same again, each with that plan's id.

    `entries` are in the order of publication. A promise is replaced by one of the same stage and part; one
    that is only studied replaces nothing.
    """
    replaced: dict[Promise, str] = {}
    newer: dict[tuple[str, str], str] = {}
    for entry in reversed(entries):
        here = [(promise, (promise.stage, promise.part)) for promise in entry.promises]
        replaced |= {promise: newer[key] for promise, key in here if key in newer}
        for promise, key in here:
            if promise.commitment != "explore":
                newer.setdefault(key, entry.plan.id)
    return replaced


def contradicts(one: Recorded, other: Recorded) -> bool:
    """Whether two records of one thing cannot both be: the later day has a stage of an earlier phase."""
    if one.part != other.part or one.day == other.day:
        return False
    early, late = (one, other) if one.day < other.day else (other, one)
    return _PHASE_OF[late.stage] < _PHASE_OF[early.stage]


def _shows(record: Recorded, promise: Promised) -> bool:
    """Whether a record is of the promised stage or a later one.

    The whole speaks for a part only once it is complete: works may start before this part does. A part
    never speaks for the whole.
    """
    reached = STAGES.index(record.stage)
    if reached < STAGES.index(promise.stage):
        return False
    return record.part == promise.part or (not record.part and reached >= STAGES.index("complete"))


def _late(promise: Promised, record: Recorded) -> int | None:
    """Days by which a record is late; None where only a later stage is known, so this one may be older."""
    if promise.last is None:
        return None
    late = (record.day - promise.last).days
    return max(late, 0) if late <= 0 or record.stage == promise.stage else None


def _days(count: int | None) -> str:
    return "1 day" if count == 1 else f"{count} days"
