"""How does a task relate to a place that it names? From the words right before and after the name.

`in`      it happens there (zones and sites)
`along`   its object is the line
`near`    beside it: 周边, 毗邻, or a road that only bounds a plot (以南, 交叉口)
`serves`  a zone that the line of the clause connects, without being where the work is

Positions are those of the folded text.
"""

from __future__ import annotations

import re
from typing import Final

from geo.characters import Characters
from geo.gazetteer import Kind

_NEAR_AFTER: Final = re.compile(
    r"的?(?:周边|附近|外围|周围|毗邻|邻近|沿线周边)(?![及和与]内部)|以[东南西北]"
    r"|隔[水湖河海路江].?相望|一[河路水]之隔"
)
_NEAR_BEFORE: Final = (
    *("毗邻", "邻近", "临近", "紧邻", "靠近"),
    *("东至", "南至", "西至", "北至", "东临", "南临", "西临", "北临"),
)
_ADDRESS_AFTER: Final = re.compile(r"以[东南西北]|交叉口|路口|交汇|\d+(?:弄|号)(?!线)")
_STRETCH_AFTER: Final = re.compile(r"\d+(?:号|弄)?[至到-]\d+(?:号|弄)?段?")  # 水华路288号至560号段
_LINKING: Final = (
    *("连接", "衔接", "串联", "途经", "途径", "穿越", "经过", "通达", "直达", "延伸", "延长"),
    *("联通", "连通", "沟通", "贯通", "往返", "接驳"),
)
_SERVES_BEFORE: Final = re.compile(
    rf"(?:{'|'.join(_LINKING)})(?:了|起|至|到)?(?:[^,。;!?:]{{0,24}}(?:、|和|与|及|至|到))?$"
)
# 新辟公交一条,…,途经甲镇: the line may stand in the clause before. 经甲区后向南: 经 alone needs what follows.
_PASSES: Final = re.compile(r"(?:途经|途径|经过)[^,。;!?:]{0,24}$")
_NOT_VIA: Final = ("已经", "曾经", "财经")
_VIA_AFTER: Final = re.compile(r"[后至到、和]")
# 甲至乙快速路: both ends are served, neither is where the work is said to happen.
_WAYS: Final = (
    r"(?:之间)?的?双?(?:快速路|快线|公交|班线|专线|线路|道路|公路|大道|通道|铁路|轨道|中运量|航线|隧道|\d+分钟)"
)
_FROM: Final = re.compile(rf"(?:至|到|-)[^,。;!?:、]{{1,14}}?{_WAYS}")
_NO_NAME: Final = frozenset(",。;!?:、")
_WAYS_AFTER: Final = re.compile(_WAYS)
# 望海净水厂主要供应甲和乙居民, 某线服务甲镇、乙镇, 某中心向甲、乙企业提供算力: the facility is elsewhere.
_PROVIDES_BEFORE: Final = re.compile(
    r"(?:线|厂|站|中心|枢纽|基地|平台|公交|医院|学校)[^。;!?]{0,50}?"
    r"(?:(?:服务|供应|供给)|(?P<to>向))(?:[^,。;!?:]{0,24}(?:、|和|与|及))?$"
)
_PROVIDED_AFTER: Final = re.compile(r"[^,。;!?:]{0,16}?(?:提供|供应|供水|供电|供气|供热|输送)")
_STATION_RANGE_AFTER: Final = re.compile(r"[至到-][^,。;!?:、]{1,12}?站")
_CLAUSE_END: Final = re.compile(r"[,。;!?:]")
_TRANSPORT: Final = re.compile(r"线|路(?!径)|轨道|公交|铁路|通道|大桥|隧道|航线|巴士|班车|高速|航道|站|班次")

# The characters that any of these must have next to the name; most names have others there.
_ENDS_OF_NEAR: Final = Characters(words[-1] for words in _NEAR_BEFORE)
_ENDS_OF_SERVES: Final = Characters("了起至到、和与及经" + "".join(words[-1] for words in _LINKING))
_STARTS_OF_NEAR: Final = Characters("的周附外毗邻沿以隔一")
_BETWEEN: Final = Characters("至到-")
_ENDS_OF_PROVIDES: Final = Characters("务应给向、和与及")


def relation_of(kind: Kind, text: str, start: int, end: int) -> str:
    """The relation of a task to the place of that kind whose name stands at start..end of its folded text."""
    last = start - 1
    is_near = _ENDS_OF_NEAR.stands_at(text, last) and text.endswith(_NEAR_BEFORE, 0, start)
    if kind == "line":
        is_address = _ADDRESS_AFTER.match(text, end, end + 8) and not _STRETCH_AFTER.match(text, end)
        return "near" if is_near or is_address else "along"
    if is_near or (_STARTS_OF_NEAR.stands_at(text, end) and _NEAR_AFTER.match(text, end, end + 8)):
        return "near"
    if kind == "site":
        return "serves" if _is_line_end(text, start, end) else "in"
    if _ENDS_OF_PROVIDES.stands_at(text, last) and _is_provided(text[max(0, start - 80) : start], text, end):
        return "serves"
    may_serve = _ENDS_OF_SERVES.stands_at(text, last) or _BETWEEN.stands_at(text, last)
    may_serve = may_serve or _BETWEEN.stands_at(text, end)
    return "serves" if may_serve and _is_served(text, start, end) else "in"


def _is_line_end(text: str, start: int, end: int) -> bool:
    """Whether a station only marks where a stretch of line begins or ends: 滴水湖站—泥城站."""
    if text[end - 1] != "站":
        return False
    if _BETWEEN.stands_at(text, end) and _STATION_RANGE_AFTER.match(text, end):
        return True
    return _BETWEEN.stands_at(text, start - 1) and text[max(0, start - 2)] == "站"


def _is_provided(before: str, text: str, end: int) -> bool:
    """Whether a zone receives what a facility named before it in the sentence provides."""
    found = _PROVIDES_BEFORE.search(before)
    if found is None:
        return False
    return found["to"] is None or _PROVIDED_AFTER.match(text, end) is not None


def _is_served(text: str, start: int, end: int) -> bool:
    """Whether a zone is only connected by the line that its clause is about."""
    before, behind = text[max(0, start - 40) : start], text[end : end + 40]
    if _ENDS_OF_SERVES.stands_at(text, start - 1):
        if _SERVES_BEFORE.search(before):
            told = before if _PASSES.search(before) else _CLAUSE_END.split(before)[-1]
            return bool(_TRANSPORT.search(told + _CLAUSE_END.split(behind)[0]))
        if before.endswith("经") and not before.endswith(_NOT_VIA) and _VIA_AFTER.match(behind):
            return bool(_TRANSPORT.search(before))
    if _BETWEEN.stands_at(text, end) and _FROM.match(behind):
        return True
    if start < 3 or not _BETWEEN.stands_at(text, start - 1):
        return False
    return not _NO_NAME.intersection(text[start - 3 : start - 1]) and _WAYS_AFTER.match(behind) is not None
