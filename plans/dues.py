"""By when is something due? Dates as plans print them, anchored to the plan's year or period, never to today.

A due is `YYYY`, `YYYY-H1`, `YYYY-Q3` or `YYYY-MM`; `due_interval` gives its first and last day.
- 十月底前: as 10月底前. 明年春节前: January of the next year.
- 年内, 年底前, 全年, 今年: the plan's year; 明年, 今明两年: the year after; 年中: its first half.
- 上半年, 三季度, 8月底前: that part of the plan's year, or of a year named before in the sentence.
- 2025年底前, 到2025年, 2025年前: that year (plans mean "by then"); 2021-2025年: the last one.
- “十四五”期间, “十五五”末: the period's last year. 三年内, 今后3年: counted from the plan's first year.
- “十一”前, 春节前: the last month that lies wholly before the feast (春节: January).
- 四周年前: the New Area was opened on 20 August 2019, so its n-th anniversary is August of 2019 + n.
In a plan of several years 年内 and 上半年 without a year stay open (None). What names a year without
setting a date (2025年目标, 2022年度考核) is no date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from plans.numerals import parse_number

PlanYears = int | tuple[int, int] | None

OPENED = 2019  # 20 August: the New Area's first day
_FIVE_YEARS = {"十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_FEAST_MONTH = {
    "十一": 9,
    "国庆": 9,
    "中秋": 8,
    "五一": 4,
    "元旦": 12,
    "春节": 1,
    "七一": 6,
    "六一": 5,
    "端午": 5,
    "清明": 3,
}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "首": 1}
_FEAST = "|".join(_FEAST_MONTH)
_PROMISED = re.compile(  # what follows a bare year that sets a date
    r"[，,：:]|$|力争|争取|确保|实现|完成(?!情况)|建成|基本|全面|新增|开工|竣工|启动|达到|投|开业|封顶|上线|通车|通水|贯通|启用|交付|合龙|揭牌|挂牌|并网|试运"
    r"|计划(?:开工|新增|完成|建成)"
)
_DUE = re.compile(
    rf"(?<!\d)(?:20\d\d年?[-—–~至到])?(?P<year>20\d\d)年(?![“\"]?(?:{_FEAST}))"
    r"(?:(?P<ymonth>1[0-2]|0?[1-9])月(?:(?:[12]\d|3[01]|0?[1-9])日)?|(?P<yhalf>[上下])半年"
    r"|第?(?P<yquarter>[一二三四1-4])季度)?"
    r"(?P<suffix>底|末|内|初|年底|[上中下]旬)?(?P<before>之?以?前(?=[^期沿置]|$))?"
    r"|(?<![\d.年第])(?:(?:1[0-2]|[1-9])月?[-—–~至到])?(?P<month>1[0-2]|0?[1-9])月"
    r"(?:份|底|末|初|[上中下]旬|(?:[12]\d|3[01]|0?[1-9])日)?(?:之?以?前)?"
    rf"|(?P<next>明年)(?![“\"]?(?:{_FEAST}))"
    r"(?:(?P<nmonth>1[0-2]|0?[1-9])月(?:份|底|末|初|[上中下]旬|(?:[12]\d|3[01]|0?[1-9])日)?(?:之?以?前)?|(?P<nhalf>[上下])半年(?:内|底|末)?|第?(?P<nquarter>[一二三四1-4])季度|[底末初内])?(?:之?前)?"
    r"|今明两年(?:内)?(?P<both>)"
    r"|(?:今年|全年|当年|本年)?(?P<half>[上下])半年(?:内|底|末)?(?:之?前)?|(?P<first>半年内"
    r"|年中(?:之?前)?(?=[，,、]|$|完|建|竣|开|投|实|启|试|封|通(?!过)|交|挂|揭|贯))"
    r"|(?:今年|当年)?(?:第|前)?(?P<quarter>[一二三四首1-4])季度(?:内|底|末)?(?:之?前)?"
    r"|(?<!个)(?P<cmonth>十[一二]?|[一二三四五六七八九])月(?:份|底|末|初|[上中下]旬)(?:之?以?前)?"
    rf"|(?:(?P<fyear>20\d\d)年|(?P<fnext>明年)|今年|当年)?[“\"]?(?P<feast>{_FEAST})[”\"]?(?:节|假期|长假"
    r"|黄金周)?(?:之?前|期间(?=开|投|试))"
    r"|(?P<anniversary>[一二三四五六七八九十]{1,2})周年(?:之?以?前|之际|前夕)"
    r"|(?:未来|今后|近|接下来)(?P<coming>[两二三四五2-5])年(?:内|间|时间)?"
    r"|(?<![一二三四五六七八九十\d])(?P<span>[一两二三四五1-5])年内"
    r"|(?<![\d一二三四五六七八九十几多数近两半整每])年(?P<within>内|底(?:之?以?前)?|末(?:之?以?前)?|度累计)"
    r"|(?P<this>全年(?![龄级])|本年度?内?|今年(?!以来)(?:年?[内底末])?(?:之?前)?|当年)"
    r"|[“\"]?(?P<fiveyear>十[三四五六]五)[”\"]?(?:期末|期间|时期|末|期内)"
)
_DATE_SIGN = re.compile("[年月季前期末]")  # no date without one of them: most clauses have none
_NO_DATE_BEFORE = re.compile(r"(?:研究|编制|谋划|衔接|面向|制定|结合|起草)$")


class Due(NamedTuple):
    """A date in the text: where it stands and what it says (None: 年内 of a plan without one year)."""

    start: int
    end: int
    value: str | None


def due_interval(due: str) -> tuple[date, date]:
    """Return the first and last day of a due. Raises ValueError where it is none."""
    found = re.fullmatch(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?", due)
    if not found or found[1] == "0000":
        raise ValueError(f"not a due date {due!r}; expected YYYY, YYYY-H1, YYYY-Q3 or YYYY-MM")
    year, half, quarter, month = int(found[1]), found[2], found[3], found[4]
    first, last = 1, 12
    if half:
        first, last = (1, 6) if half == "1" else (7, 12)
    elif quarter:
        last = 3 * int(quarter)
        first = last - 2
    elif month:
        first = last = int(month)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def implied_due(years: PlanYears) -> str | None:
    """What a plan's year or period says of a promise without a date: its last year."""
    if years is None:
        return None
    return str(years if isinstance(years, int) else years[1])


def first_year(years: PlanYears) -> int | None:
    """The year that a plan begins in."""
    return years[0] if isinstance(years, tuple) else years


def find_dues(text: str, years: PlanYears, start: int, end: int, named: int | None = None) -> list[Due]:
    """Return the dates between two positions of a folded text.

    `named` is a year that the sentence named before: 2024年3月开工，6月竣工.
    """
    dues: list[Due] = []
    if not _DATE_SIGN.search(text, start, end):
        return dues
    for found in _DUE.finditer(text, start, end):
        if not _is_date(found, text):
            continue
        due = Due(found.start(), found.end(), _value(found, years, named))
        if found["year"]:
            named = int(found["year"])
        dues.append(due)
    return dues


def is_past(due: Due | None, years: PlanYears) -> bool:
    """Whether a date lies before the plan begins: what it dates is told, not promised."""
    first = first_year(years)
    return bool(due and due.value and first and int(due.value[:4]) < first)


def _is_date(found: re.Match[str], text: str) -> bool:
    """Whether a year with its number sets a date: 2025年3月, 2025年底, 2025年前, 到2025年, 2025年建成."""
    if found["fiveyear"]:
        return not _NO_DATE_BEFORE.search(text, max(0, found.start() - 3), found.start())
    if not found["year"]:
        return True
    inner = found["ymonth"] or found["yhalf"] or found["yquarter"] or found["suffix"] or found["before"]
    if inner or text[max(0, found.start() - 1) : found.start()] in ("到", "至"):
        return True
    return _PROMISED.match(text, found.end()) is not None


def _value(found: re.Match[str], years: PlanYears, named: int | None) -> str | None:
    """What a date says, or None where it needs the plan's year and that is not known."""
    if found["fiveyear"]:
        return str(_FIVE_YEARS[found["fiveyear"]])
    if found["anniversary"]:
        return _anniversary(found["anniversary"], years)
    if years_ahead := found["coming"] or found["span"]:
        first, count = first_year(years), parse_number(years_ahead)
        return None if first is None or count is None else str(first + int(count) - 1)
    base = (
        named
        if isinstance(years, tuple) and years[0] != years[1]
        else _only(years)
        if named is None
        else named
    )
    if found["this"] or found["fnext"] or found["next"] or found["both"] is not None:
        base = _only(years)
    if year := found["year"] or found["fyear"]:
        base = int(year)
    if base is None:
        return None
    if found["next"] or found["fnext"] or found["both"] is not None:
        base += 1
    return _part(found, base)


def _part(found: re.Match[str], year: int) -> str:
    """The part of a year that a date names."""
    month = found["ymonth"] or found["month"] or found["nmonth"]
    half = found["yhalf"] or found["half"] or found["nhalf"]
    quarter = found["yquarter"] or found["quarter"] or found["nquarter"]
    if found["cmonth"]:
        month = str(parse_number(found["cmonth"]))
    if found["feast"]:
        month = str(_FEAST_MONTH[found["feast"]])
    if month:
        return f"{year}-{int(month):02d}"
    if half or found["first"]:
        return f"{year}-H{2 if half == '下' else 1}"
    if quarter:
        return f"{year}-Q{_QUARTERS.get(quarter, quarter)}"
    return str(year)


def _only(years: PlanYears) -> int | None:
    """The year of a plan of one year."""
    if isinstance(years, tuple):
        return years[0] if years[0] == years[1] else None
    return years


def _anniversary(written: str, years: PlanYears) -> str | None:
    """August of the New Area's n-th year, where that lies in the plan's time; else another body's feast."""
    count = parse_number(written)
    first = first_year(years)
    if count is None or first is None:
        return None
    last = int(implied_due(years) or first)
    year = OPENED + int(count)
    return f"{year}-08" if first <= year <= last + 1 else None
