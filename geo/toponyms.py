"""Which place-like names does the gazetteer not know? They are listed so that a curator can add them.

A name is a proper part and a head noun (…路, …小学, …地块). Heads are sorted by how often they close a
proper name in planning prose; the weaker the head, the more the part before it must look like a name.
Positions are those of the folded text. Generic expressions (研发中心, 主次干路, 口袋公园) are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from geo.folding import Folded
from geo.mentions import Mention, title_spans
from geo.place_words import GENERIC_WORDS, STOP_WORDS

LONGEST_BODY = 14  # characters looked at left of a head noun

# Nouns that close proper names; a road or river is a line, everything else a site.
_ROADS = "大道|公路|高速公路|路|街|立交|互通|大桥|隧道"
_WATERS = "引河|运河|河|塘河"
_RAILS = "铁路|联络线|号线"
_SETTLED = "滩|小学|中学|医院|村|镇|岛|码头|小区|大厦|社区卫生服务中心|卫生院|幼儿园|敬老院|养老院|福利院"
_VENUES = (
    "学校|公园|绿地|广场|酒店|公寓|保租房|家居城|社区|站|枢纽|综合体|变电站|泵站|泵闸|水闸|船闸|新闸|套闸|节制闸"
    "|能源站|加氢站|油氢合建站|水厂|污水厂|电厂"
)
_CARRIED = (  # names only with a place before them: 临港图书馆, 泥城文化中心
    "图书馆|博物馆|美术馆|体育馆|展示馆|展览馆|档案馆|文化馆|科技馆|大剧院|剧院|剧场|体育场|会议中心|会展中心|文化中心|体育中心|"
    "文体中心|艺术中心|活动中心|邻里中心|卫生中心|运动中心|医疗中心|商业中心|科技园|创业园|产业园|示范园|植物园|生态园|度假区|"
    "示范基地|训练基地|足球基地|老街|客运站|消防站|派出所|农场|林场|大学城|人才港|创新港|数据港"
)
_HEADS = re.compile(
    rf"(?P<rail>{_RAILS})|(?P<carried>{_CARRIED})|(?P<settled>{_SETTLED})|(?P<venue>{_VENUES})"
    rf"|(?P<road>{_ROADS})|(?P<water>{_WATERS})"
)
# What follows a head when it is only the beginning of another word: 路网, 站点, 村民, 河道, 社区服务.
_CONTINUED = {
    "路": "径线网演由况灯费权基",
    "公路": "网",
    "街": "道区镇",
    "河": "道网流湖长口段岸",
    "村": "民庄镇委级居社容落企务",
    "镇": "区级域办",
    "岛": "链",
    "滩": "涂头位",
    "站": "点位台式内前",
    "社区": "服卫治管嵌居工商公养应生党团事文体网食智建长",
    "公园": "城绿",
    "码头": "",
    "广场": "",
    "学校": "",
    "绿地": "率",
}
# What precedes a head when both are one common word: 道路, 线路, 商街, 内河, 各镇.
_COMPOUND = {
    "路": "道线铁公网思电链管回出退之套筹支干次辅主半光油水陆成一双多末航旅来去上铺修",
    "街": "商沿主临大",
    "河": "内沿滨入界出开",
    "村": "农乡各本行",
    "镇": "城乡各市小建集三两四街",
    "岛": "半海群环离孤",
    "滩": "海沙抢险",
    "站": "网分总车货基电",
    "号线": "",
}
# 奉城镇 after a separator is a town; 城镇 elsewhere is a common word.
_CASTLE_TOWN = re.compile(r"(?:^|(?<=[、,。;和与及]))[^、,。;和与及小各乡新集建在]城镇$")
_CODE_START = r"(?<![A-Z0-9-])(?=[A-Z-]*\d)"  # not inside a longer code, and with a digit
_PLOT = r"[A-Z0-9]{1,6}(?:-[A-Z0-9]{1,6}){0,3}"
_CODE_NAME = re.compile(
    rf"{_CODE_START}(?:{_PLOT}单元)?{_PLOT}(?:地块|街坊|单元)|{_CODE_START}\d{{3}}社区"
    r"|[A-Z]\d{1,3}路(?![径线网])|[\u4e00-\u9fff]{2}\d{1,2}#"
)
# In H05-01、H05-02地块 the noun at the end is shared: a bare code right before a separator and a named one.
_SHARED_CODE = re.compile(rf"{_CODE_START}{_PLOT}(?=(?:、|和|及|与)$)")
_LONGEST_SHARED = 16
# An unknown member of a list whose last member is known: 102、103社区.
_MEMBER_CODE = re.compile(
    r"(?<![A-Z0-9-])\d{3}(?=(?:(?:、|和|与|及)\d{3}){1,8}(?:等?[两三四五六七八九]?个?)(?:社区|单元|片区))"
)
_METRO = re.compile(r"(?:轨道交通|地铁|轨交)?\d{1,2}号线")

_STOP_PATTERN = re.compile(
    "|".join(
        [
            *map(re.escape, STOP_WORDS),
            r"\d+(?:\.\d+)?(?:[个所座条处家片]|千伏|KV|万吨|公里|平方米|米|亩)",
            r"^[·#-]+",
        ]
    )
)
_COUNTED = r"\d+(?:\.\d+)?[个所座条处家片号期]?|第[一二三四五六七八九十]+"
_GENERIC_PATTERN = re.compile("|".join([*map(re.escape, GENERIC_WORDS), _COUNTED]))
_DESCRIBED = re.compile("|".join([*map(re.escape, (w for w in GENERIC_WORDS if len(w) > 1)), _COUNTED]))
_BRANCH = re.compile(r"(?:临港|[\u4e00-\u9fff]{2})?(?:新片区)?(?:院区|分院|分校|校区)")
_BODY = re.compile(r"[\u4e00-\u9fffA-Z0-9·#-]*$")
# On a line these are part of it.
_WORKS = frozenset(["立交", "互通", "大桥", "隧道", "泵站", "泵闸", "水闸", "站"])
_NEEDS_BODY = frozenset(["小区", "村", "公寓", "大厦"])
_NOT_CARRIED = frozenset(["分", "工作", "服务", "基层", "各", "新建", "公共", "配套"])
_MOST = {"road": 4, "water": 4, "rail": 4, "settled": 6, "venue": 6, "carried": 8}


@dataclass(frozen=True, slots=True)
class Toponym:
    """An unknown place name at start..end of the folded text; a `line` is a road, river or track."""

    start: int
    end: int
    kind: Literal["site", "line"]


def find_toponyms(folded: Folded, mentions: Sequence[Mention]) -> list[Toponym]:
    """Return the place-like names that no mention covers, longest first, not overlapping, in text order.

    A mention right before the name belongs to it (泥城 in 泥城文化中心) and keeps its own link.
    """
    text = folded.text
    taken = _Taken(mentions, title_spans(text), len(text))
    found = [*_codes(text, taken), *_named(folded, taken)]
    found.sort(key=lambda toponym: (toponym.start, -toponym.end))
    kept: list[Toponym] = []
    for toponym in found:
        if not kept or toponym.start >= kept[-1].end:
            kept.append(toponym)
        elif toponym.end > kept[-1].end:  # 银飞路 | 银飞路小学: the longer one names the thing
            kept[-1] = Toponym(kept[-1].start, toponym.end, toponym.kind)
    return kept


class _Taken:
    """Which characters belong to mentions or titles, and which mention ends where."""

    def __init__(self, mentions: Iterable[Mention], titles: Iterable[tuple[int, int]], length: int) -> None:
        self.covered = bytearray(length)
        self.ending: dict[int, Mention] = {}
        for start, end in titles:
            self.covered[start:end] = b"\1" * (end - start)
        for mention in mentions:
            for start, end in ((mention.start, mention.end), *mention.spans):
                self.covered[start:end] = b"\1" * (end - start)
            self.ending[mention.end] = mention

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any character of start..end is taken."""
        return any(self.covered[start:end])


def _codes(text: str, taken: _Taken) -> Iterator[Toponym]:
    """Parcels, lettered roads, numbered pumps and metro lines."""
    for match in _CODE_NAME.finditer(text):
        if not taken.covered[match.start()]:  # its noun may be evidence of a known member: 103、106社区
            kind: Literal["site", "line"] = "line" if match[0].endswith("路") else "site"
            yield Toponym(*match.span(), kind)
            yield from _sharing(text, taken, match.start(), kind)
    for match in _MEMBER_CODE.finditer(text):
        if not taken.overlaps(*match.span()):
            yield Toponym(*match.span(), "site")
    for match in _METRO.finditer(text):
        if not taken.overlaps(*match.span()):
            yield Toponym(*match.span(), "line")


def _sharing(text: str, taken: _Taken, start: int, kind: Literal["site", "line"]) -> Iterator[Toponym]:
    """The bare codes to the left that share the noun of the code at `start`, nearest first."""
    while True:
        # Only up to the name's start, and a window, so that a list of any length costs linear time.
        begin = max(0, start - _LONGEST_SHARED)
        code = _SHARED_CODE.search(text[begin:start])
        if code is None:
            return
        if not taken.overlaps(begin + code.start(), begin + code.end()):
            yield Toponym(begin + code.start(), begin + code.end(), kind)
        start = begin + code.start()


def _named(folded: Folded, taken: _Taken) -> Iterator[Toponym]:
    """Names that end with a head noun."""
    text = folded.text
    for match in _HEADS.finditer(text):
        head, group = match[0], match.lastgroup or ""
        start, end = match.span()
        if taken.overlaps(start, end) or _is_common_word(text, head, start, end):
            continue
        begin = _body_start(folded, taken, start)
        if head in ("医院", "学校", "小学", "中学") and (branch := _BRANCH.match(text, end)):
            end = branch.end()
        carrier = taken.ending.get(begin)
        if carrier is not None and begin in folded.quotes:  # “南汇新城镇”社区: the quotes close the name
            continue
        if carrier is not None and _carries(carrier, text[begin:start], head, group):
            on_line = carrier.place is not None and carrier.place.kind == "line" and head in _WORKS
            yield Toponym(carrier.start, end, "line" if on_line else "site")
        elif _is_proper(text[begin:start], group):
            yield Toponym(begin, end, "line" if group in ("road", "water", "rail") else "site")


def _is_common_word(text: str, head: str, start: int, end: int) -> bool:
    """Whether the head is a part of a common word on either side: 道路, 路网."""
    if head == "镇" and _CASTLE_TOWN.search(text, max(0, start - 3), end):
        return False
    return text[end : end + 1] in tuple(_CONTINUED.get(head, "")) or text[start - 1 : start] in tuple(
        _COMPOUND.get(head, "")
    )


def _body_start(folded: Folded, taken: _Taken, head_start: int) -> int:
    """Where the part before a head begins: after punctuation, quotes, mentions and the last stop word."""
    text = folded.text
    begin = head_start - len(_BODY.search(text[max(0, head_start - LONGEST_BODY) : head_start])[0])  # type: ignore[index]
    for position in range(head_start - 1, begin - 1, -1):
        if taken.covered[position] or position + 1 in folded.quotes:
            begin = position + 1
            break
    stop = 0
    body = text[begin:head_start]
    for match in _STOP_PATTERN.finditer(body):
        stop = match.end()
    return begin + stop


def _carries(carrier: Mention, body: str, head: str, group: str) -> bool:
    """Whether a mention right before body + head names it: 临港图书馆, 泥城文化中心, 西引河泵闸."""
    if head == "社区" and not body and carrier.place is not None:  # the town itself
        return False
    if carrier.sense.role not in ("alias", "whole") or group in ("road", "water", "rail"):
        return False
    if carrier.place is not None and carrier.place.kind == "site":  # 南港 in 南港码头: known already
        return False
    if head in _NEEDS_BODY and not _GENERIC_PATTERN.sub("", body):  # 平安社区老旧小区 are many
        return False
    if len(body) > _MOST[group] or body.startswith(("内", "镇内")) or (body and body in _NOT_CARRIED):
        return False
    proper = _GENERIC_PATTERN.sub("", body)
    if head.endswith("园") and head in _CARRIED.split("|") and len(proper) < 2:
        return False
    if carrier.sense.role == "whole" and group != "carried":
        return len(body) >= 2 or (carrier.name == "临港" and head != "社区")
    return True


def _is_proper(body: str, group: str) -> bool:
    """Whether the part before a head names something rather than describes it."""
    rest = _GENERIC_PATTERN.sub("", body)
    if group == "carried" or len(body) > _MOST[group]:
        return False
    if group == "venue":  # 新元水厂: one character that may describe does not spoil a name
        return bool(rest) and 2 <= len(body) <= 4 and _DESCRIBED.search(body) is None
    return len(rest) >= 2 or (len(rest) == 1 and len(body) in (2, 3) and group in ("road", "settled"))
