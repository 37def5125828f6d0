"""How are stages, dates and spans of months said in Chinese and English sentences?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

STAGE_WORDS: Mapping[str, tuple[str, str]] = {
    "plan": ("规划", "planning"),
    "approve": ("批复或发布", "approval"),
    "sign": ("签约", "signing"),
    "land": ("落地", "settling"),
    "start": ("开工", "start of works"),
    "topped_out": ("封顶", "topping out"),
    "complete": ("建成", "completion"),
    "open": ("开放", "opening"),
    "operate": ("投运", "operation"),
}
_FIRM = {"firm": ("", ""), "aim": ("力争", " as an aim"), "explore": ("研究", " to be studied")}


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DUE = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")


def due_told(due: str, *, english: bool = False) -> str:
    """A due date in words: 2023-H1 is 2023年上半年; what is none stands as it is."""
    found = _DUE.fullmatch(due)
    if found is None:
        return due
    year, half, quarter, month = found.groups()
    if half:
        zh, en = {"1": ("上", "first"), "2": ("下", "second")}[half]
        return f"{en} half of {year}" if english else f"{year}年{zh}半年"
    if quarter:
        return f"Q{quarter} {year}" if english else f"{year}年第{quarter}季度"
    if month:
        return f"{_MONTHS[int(month) - 1]} {year}" if english else f"{year}年{int(month)}月"
    return year if english else f"{year}年"


def stage_told(stage: str, due: str | None, last: date, commitment: str = "firm", part: str = "") -> str:
    """A promised stage with its date in Chinese; `last` stands in where no date is printed."""
    whose = f"其中“{part}”" if part else ""
    when = due_told(due) if due else f"{last.year} 年底前"
    return f"{whose}{_FIRM[commitment][0]}{STAGE_WORDS[stage][0]}（{when}）"


def stage_told_en(stage: str, due: str | None, last: date, commitment: str = "firm", part: str = "") -> str:
    """The same in English."""
    whose = f" of its “{part}”" if part else ""
    when = due_told(due, english=True) if due else f"by the end of {last.year}"
    return f"{STAGE_WORDS[stage][1]}{whose} ({when}){_FIRM[commitment][1]}"


def quoted(words: str) -> str:
    """Words in quotation marks, unless they bring their own."""
    return words if words[:1] in "“《" else f"“{words}”"


def months_told(at_least: int, at_most: int | None) -> str:
    """A span of months in Chinese; None where nothing bounds it."""
    if at_most is None:
        return f"至少 {at_least} 个月"
    return f" {at_least} 个月" if at_least == at_most else f" {at_least} 到 {at_most} 个月"


def months_told_en(at_least: int, at_most: int | None) -> str:
    """The same in English."""
    if at_most is None:
        return f"at least {at_least} months"
    return f"{at_least} months" if at_least == at_most else f"{at_least} to {at_most} months"
