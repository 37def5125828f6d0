"""How are stages, dates and spans of months said in Chinese and English sentences?"""

from __future__ import annotations

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


def stage_told(stage: str, due: str | None, last: date, commitment: str = "firm", part: str = "") -> str:
    """A promised stage with its date in Chinese; `last` stands in where no date is printed."""
    whose = f"其中“{part}”" if part else ""
    return f"{whose}{_FIRM[commitment][0]}{STAGE_WORDS[stage][0]}（{due or f'{last.year} 年底前'}）"


def stage_told_en(stage: str, due: str | None, last: date, commitment: str = "firm", part: str = "") -> str:
    """The same in English."""
    whose = f" of its “{part}”" if part else ""
    when = due or f"by the end of {last.year}"
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
