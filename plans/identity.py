"""Which plan is this document, and for which years? Its title tells, or its likeness to a plan at hand.

A news digest names the plan in its sentences and counts nothing: it is not the plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from plans.clutter import find_front_matter
from plans.document import Document
from plans.marks import find_mark, fold

HEAD_CHARS = 3_000  # a title stands before this character
LONGEST_TITLE_LINE = 90  # characters
SAME_TITLES = 0.8  # share of items that must have the number and the title of a plan's
SAME_SIGNS = 0.55  # share of characters that a title shares with its form in traditional characters
FIRST_FIVE_YEARS = 1953  # of the first five-year plan

_NTH_FIVE = r"第(?P<ordinal>[一二三四五六七八九十]{1,3})个五年"
_FIVE = rf"(?:[“\"「『_]?(?P<five>十[一二三四五六七八九])五[”\"」』_]?|{_NTH_FIVE})"
_CLOSE = r"(?:[（(][^（()）]{0,30}[)）]|的通知|全文|[》”_\"'』】\s]){0,6}(?:[:：—-].{0,60})?$"
_ANNUAL = re.compile(
    r"(?<!\d)(?P<year>20\d\d)\s{0,2}年度?\s{0,2}[^\s，。；、]{0,12}?"
    r"(?:(?:重点|主要)?工作(?:要点|计划|安排|方案|任务|清单)"
    r"|重点工作|政府工作报告|实施计划|行动计划|任务清单|重点任务)" + _CLOSE
)
_REPORT = re.compile(r"政府工作报告[（(—\s]{0,4}(?P<year>20\d\d)\s?年")
_NAME = "(?:计划|計劃|方案|规划|規劃|意见|纲要|綱要)"
_YEARS = r"(?P<first>20\d\d)\s?年?\s?[-—–―~～至到－]{1,2}\s?(?P<last>20\d\d)\s?年?"
_PERIODS = (
    re.compile(rf"{_NAME}.{{0,4}}?[（(]\s?{_YEARS}\s?[)）]"),
    re.compile(rf"{_YEARS}[^，。；]{{0,20}}{_NAME}{_CLOSE}"),
)
_FIVE_YEAR = re.compile(rf"{_FIVE}[^，。；]{{0,40}}{_NAME}{_CLOSE}")
_COMING = re.compile(r"今[后後](?P<n>[2-9二三四五])年")
_PRINTED_DATE = re.compile(r"(?<!\d)(20\d\d)\s?[年/\-.]\s?\d{1,2}\s?[月/\-.]\s?\d{1,2}")
_NAMED_YEAR = re.compile(r"(?<!\d)(20\d\d)\s{0,2}年")
_TOLD_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?=[^。\n]{0,12}工作(?:要点|计划))")
_SIGNS = re.compile(r"[\u3007\u4e00-\u9fffA-Za-z0-9]")


class Titled(Protocol):
    """What has a number and a title: an item, a task."""

    @property
    def number(self) -> str:
        """As printed."""

    @property
    def title(self) -> str:
        """As printed."""


def guess_plan(document: Document, *, is_numbered: bool = True) -> tuple[str, int | None]:
    """Return the plan id and the (first) year that the head of a document names.

    `2023年工作要点` gives `2023`; a plan for years `2024-2026`; `“十四五”规划` gives `145` and 2021. What has
    no such title, or (`is_numbered` false) has a yearly title over items without numbers as a digest
    does, is called by a slug of the document's name.
    """
    plan, period, kind = _by_title(document)
    if plan and (is_numbered or kind != "annual"):
        return plan, period[0] if period else None
    slug = _slug(document)
    if slug == plan:
        slug += "-digest"
    years = plan_period(document)
    return slug, years[0] if years else None


def plan_period(document: Document) -> tuple[int, int] | None:
    """Return the first and last year that a plan is for, or None where the head does not say.

    The title counts first; then a year in the name of the file, `今后3年` with the date printed in the
    head, and last a year that the head names together with a work plan.
    """
    _, period, _ = _by_title(document)
    if period:
        return period
    head = fold(document.text[:HEAD_CHARS])
    dated = _PRINTED_DATE.search(head)
    coming = _COMING.search(head)
    if coming and dated:
        years = "二三四五".find(coming["n"]) + 2 if coming["n"] in "二三四五" else int(coming["n"])
        return int(dated[1]), int(dated[1]) + years - 1
    named = _NAMED_YEAR.search(document.name) or _TOLD_YEAR.search(head)
    return (int(named[1]), int(named[1])) if named else None


def _by_title(document: Document) -> tuple[str | None, tuple[int, int] | None, str]:
    """Plan id, years and kind of the first line in the head that is the title of a plan."""
    head = document.text[:HEAD_CHARS]
    folded = fold(head)
    metadata = find_front_matter(document.text)
    for line in folded[min(metadata, len(folded)) :].split("\n"):
        words = line.strip()
        if not 4 <= len(words) <= LONGEST_TITLE_LINE or "。" in words or find_mark(line):
            continue
        if found := _FIVE_YEAR.search(words):
            five = _five_year(found)
            return f"1{five % 10}5" if 10 <= five < 20 else f"{five}5", _five_years(five), "five-year"
        if found := _PERIODS[0].search(words) or _PERIODS[1].search(words):
            first, last = int(found["first"]), int(found["last"])
            if first <= last:
                return f"{first}-{last}", (first, last), "period"
        if found := _ANNUAL.search(words) or _REPORT.search(words):
            return found["year"], (int(found["year"]), int(found["year"])), "annual"
    return None, None, ""


def _five_year(found: re.Match[str]) -> int:
    written = found["five"] or found["ordinal"]
    ones = "一二三四五六七八九".find(written[-1]) + 1
    return ones + (10 if written.startswith("十") else 0)


def _five_years(number: int) -> tuple[int, int]:
    between = 3 if number > 2 else 0  # years without a plan came before the third
    first = FIRST_FIVE_YEARS + 5 * (number - 1) + between
    return first, first + 4


def _slug(document: Document) -> str:
    stem = Path(document.name).stem.lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-") or f"plan-{document.sha256[:8]}"


def recognise_plan(items: Iterable[Titled], built_in_titles: Mapping[str, Mapping[str, str]]) -> str | None:
    """Return the built-in plan that a document is, or None.

    Parameters
    ----------
    items
        Items or tasks of the document.
    built_in_titles
        Plan id -> number as printed -> official title.

    Notes
    -----
    At least `SAME_TITLES` of both must have the same number and the same title, spaces and punctuation
    aside. Simplified and traditional characters are not converted: titles of the same length with
    `SAME_SIGNS` of their characters in the same place count as the same, for no two plans of a few
    dozen items are that much alike by chance.
    """
    titles = {item.number: item.title for item in items}
    best: tuple[float, str] = (0.0, "")
    for plan, known in built_in_titles.items():
        same = sum(_is_same(titles[number], title) for number, title in known.items() if number in titles)
        share = same / max(len(titles), len(known), 1)
        best = max(best, (share, plan))
    return best[1] if best[0] >= SAME_TITLES else None


def _is_same(one: str, other: str) -> bool:
    left, right = "".join(_SIGNS.findall(fold(one))), "".join(_SIGNS.findall(fold(other)))
    if left == right:
        return bool(left)
    alike = sum(a == b for a, b in zip(left, right, strict=False))
    return len(left) == len(right) and alike >= SAME_SIGNS * len(left)
