"""Which place-like names does the gazetteer not know? They are listed so that a curator can add them.

A name is a proper part and a head noun (…路, …小学, …地块). Heads are sorted by how often they close a
proper name in planning prose; the weaker the head, the more the part before it must look like a name.
Positions are those of the folded text. Generic expressions (研发中心, 主次干路, 口袋公园) are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from geo.folding import Folded
from geo.mentions import Mention, aside_spans, has_asides
from geo.namesakes import is_elsewhere
from geo.place_words import GENERIC_WORDS, STOP_WORDS
from geo.scanner import scan_first

LONGEST_BODY: Final = 14  # characters looked at left of a head noun

# Nouns that close proper names; a road or river is a line, everything else a site.
_ROADS: Final = "大道|公路|高速公路|路|街|立交|互通|大桥|隧道"
_WATERS: Final = "引河|运河|河|塘河"
_RAILS: Final = "铁路|联络线|号线"
_SETTLED: Final = (
    "滩|小学|中学|医院|村|镇|岛|码头|小区|大厦|社区卫生服务中心|社区卫生服务站|卫生院|幼儿园|敬老院|养老院|福利院|颐养院|护理院"
    "|苑|新村|启动区"
)
_VENUES: Final = (
    "学校|公园|绿地|广场|菜场|菜市场|酒店|公寓|保租房|家居城|社区|站|枢纽|综合体|变电站|泵站|泵闸|水闸|船闸|新闸|套闸|节制闸"
    "|仓储中心|大剧院|剧院|能源站|加氢站|油氢合建站|水厂|污水厂|电厂"
)
_CARRIED: Final = (  # names only with a place before them: 临港图书馆, 泥城文化中心
    "图书馆|博物馆|美术馆|体育馆|展示馆|展览馆|档案馆|文化馆|科技馆|剧场|体育场|会议中心|会展中心|文化中心|体育中心|"
    "文体中心|艺术中心|活动中心|邻里中心|卫生中心|运动中心|医疗中心|商业中心|科技园|创业园|产业园|示范园|植物园|生态园|度假区|"
    "示范基地|训练基地|足球基地|测试场|试验场|中试基地|制造基地|生产基地|研发基地|实训基地|老街|客运站|消防站|派出所|农场|林场|大学城|人才港|创新港|数据港"
)
# What follows a head when it is only the beginning of another word: 路网, 站点, 村民, 河道, 社区服务.
_CONTINUED: Final = {
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
_COMPOUND: Final = {
    "路": "道线铁公网思电链管回出退之套筹支干次辅主半光油水陆成一双多末航旅来去上铺修",
    "街": "商沿主临大",
    "河": "内沿滨入界出开",
    "村": "农乡各本行",
    "镇": "城乡各市小建集三两四街",
    "岛": "半海群环离孤",
    "滩": "海沙抢险",
    "站": "网分总车货基电驿",
    "新村": "建设",
    "号线": "",
}
# 奉城镇 after a separator is a town; 城镇 elsewhere is a common word.
_CASTLE_TOWN: Final = re.compile(r"(?:^|(?<=[、,。;和与及]))[^、,。;和与及小各乡新集建在]城镇$")
_CODE_START: Final = r"(?<![A-Z0-9-])(?=[A-Z-]*\d)"  # not inside a longer code, and with a digit
_PLOT: Final = r"[A-Z0-9]{1,6}(?:-[A-Z0-9]{1,6}){0,3}"
_CODE_NAME: Final = re.compile(
    rf"{_CODE_START}(?:{_PLOT}单元)?{_PLOT}(?:地块|街坊|单元)|{_CODE_START}\d{{3}}社区"
    r"|[A-Z]\d{1,3}路(?![径线网])|[\u4e00-\u9fff]{2}\d{1,2}#"
)
# In H05-01、H05-02地块 the noun at the end is shared: a bare code right before a separator and a named one.
_SHARED_CODE: Final = re.compile(rf"{_CODE_START}{_PLOT}(?=(?:、|和|及|与)$)")
_LONGEST_SHARED: Final = 16
# An unknown member of a list whose last member is known: 102、103社区.
_MEMBER_CODE: Final = re.compile(
    r"(?<![A-Z0-9-])\d{3}(?=(?:(?:、|和|与|及)\d{3}){1,8}(?:等?[两三四五六七八九]?个?)(?:社区|单元|片区))"
)
# Each pattern needs one of its nouns; to look for them first is quicker.
_CODE_NOUNS: Final = ("地块", "街坊", "单元", "社区", "路", "#")
_MEMBER_NOUNS: Final = ("社区", "单元", "片区")
_METRO: Final = re.compile(r"(?:轨道交通|地铁|轨交)?\d{1,2}号线|(?<![A-Z0-9-])T\d{1,2}线")
# In every code above one of these nouns, or a separator and a digit, stand right behind a letter or digit; in
# most texts none does. (# is looked for apart.)
_CODE_SIGN: Final = re.compile(r"[地街单社路号线、和与及](?<=[A-Z\d].)(?:(?<=[地街单社路号线])|(?=\d))")

# Counted things are looked for before the words, so that the 个 of 3个 is not taken for a word of its own.
_STOP_COUNT: Final = re.compile(r"\d+(?:\.\d+)?(?:[个所座条处家片]|千伏|KV|万吨|公里|平方米|米|亩)")
_STOP_MARKS: Final = re.compile(r"[·#-]+")
_find_stops: Final = scan_first(STOP_WORDS)
_COUNTED: Final = re.compile(r"\d+(?:\.\d+)?[个所座条处家片号期]?|第[一二三四五六七八九十]+")
_find_generic: Final = scan_first(GENERIC_WORDS)
_find_describing: Final = scan_first([word for word in GENERIC_WORDS if len(word) > 1])
_DIGIT: Final = re.compile(r"\d")
_BLANK: Final = "\0"  # in place of a counted thing: stands in no body
_BRANCH: Final = re.compile(r"(?:临港|[\u4e00-\u9fff]{2})?(?:新片区)?(?:院区|分院|分校|校区)")
_BODY_BACKWARDS: Final = re.compile(r"[\u4e00-\u9fffA-Z0-9·#-]*")
# On a line these are part of it.
_LIST_MARKS: Final = frozenset("、和与及")
_WORKS: Final = frozenset(["立交", "互通", "大桥", "隧道", "泵站", "泵闸", "水闸", "站"])
_HAVE_BRANCHES: Final = frozenset(["医院", "学校", "小学", "中学"])
_NEEDS_BODY: Final = frozenset(["小区", "村", "公寓", "大厦"])
_NOT_CARRIED: Final = frozenset(["分", "工作", "服务", "基层", "各", "新建", "公共", "配套"])
_LINES: Final = frozenset(["road", "water", "rail"])
_MOST: Final = {"road": 4, "water": 4, "rail": 4, "settled": 6, "venue": 6, "carried": 8}


class _Head(NamedTuple):
    """A head noun, its group, and the characters that make it part of another word: after and before it."""

    noun: str
    group: str
    continued: frozenset[str]
    compound: frozenset[str]


# In this order: of the nouns that begin at one place the first counts.
_HEADS: Final = [
    _Head(noun, group, frozenset(_CONTINUED.get(noun, "")), frozenset(_COMPOUND.get(noun, "")))
    for group, nouns in (
        ("rail", _RAILS),
        ("carried", _CARRIED),
        ("settled", _SETTLED),
        ("venue", _VENUES),
        ("road", _ROADS),
        ("water", _WATERS),
    )
    for noun in nouns.split("|")
]
_find_heads: Final = scan_first([head.noun for head in _HEADS])


class Toponym:
    """An unknown place name at start..end of the folded text; a `line` is a road, river or track."""

    __slots__ = ("end", "kind", "start")

    def __init__(self, start: int, end: int, kind: Literal["site", "line"]) -> None:
        self.start = start
        self.end = end
        self.kind = kind


def find_toponyms(folded: Folded, mentions: Sequence[Mention]) -> list[Toponym]:
    """Return the place-like names that no mention covers, longest first, not overlapping, in text order.

    A mention right before the name belongs to it (泥城 in 泥城文化中心) and keeps its own link.
    """
    text = folded.text
    ending = {mention.end: mention for mention in mentions}
    heads = []
    for start, end, index in _find_heads(text):
        head = _HEADS[index]
        if end not in ending and not _is_common_word(text, head, start, end):
            heads.append((head, start, end))
    has_codes = "#" in text or _CODE_SIGN.search(text) is not None
    if not heads and not has_codes:
        return []
    taken = _Taken(mentions, aside_spans(text) if has_asides(text) else (), len(text), ending)
    found = list(_codes(text, taken)) if has_codes else []
    found += _named(folded, heads, taken)
    if len(found) < 2:
        return found
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

    def __init__(
        self,
        mentions: Sequence[Mention],
        titles: Iterable[tuple[int, int]],
        length: int,
        ending: Mapping[int, Mention],
    ) -> None:
        self.covered = bytearray(length)
        self.ending = ending
        self.starting = {mention.start: mention for mention in mentions}
        for start, end in titles:
            self.covered[start:end] = b"\1" * (end - start)
        for mention in mentions:
            start, end = mention.start, mention.end
            self.covered[start:end] = b"\1" * (end - start)
            if len(mention.spans) > 1:
                for start, end in mention.spans:
                    self.covered[start:end] = b"\1" * (end - start)

    def has_neighbour(self, text: str, start: int, end: int, noun: str) -> bool:
        """Whether a known name with the same noun stands beside start..end in a list: 申港社区和海港社区."""
        before = self.ending.get(start - 1) if text[start - 1 : start] in _LIST_MARKS else None
        if before is None and text[end : end + 1] in _LIST_MARKS:
            before = self.starting.get(end + 1)
        return before is not None and before.place is not None and before.name.endswith(noun)

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any character of start..end is taken."""
        return self.covered.find(1, start, end) >= 0


def _codes(text: str, taken: _Taken) -> Iterator[Toponym]:
    """Parcels, lettered roads, numbered pumps and metro lines."""
    for match in _CODE_NAME.finditer(text) if any(map(text.__contains__, _CODE_NOUNS)) else ():
        if not taken.covered[match.start()]:  # its noun may be evidence of a known member: 103、106社区
            kind: Literal["site", "line"] = "line" if match[0].endswith("路") else "site"
            yield Toponym(*match.span(), kind)
            yield from _sharing(text, taken, match.start(), kind)
    for match in _MEMBER_CODE.finditer(text) if any(map(text.__contains__, _MEMBER_NOUNS)) else ():
        if not taken.overlaps(*match.span()):
            yield Toponym(*match.span(), "site")
    for match in _METRO.finditer(text) if "线" in text else ():
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


def _named(folded: Folded, heads: Iterable[tuple[_Head, int, int]], taken: _Taken) -> Iterator[Toponym]:
    """Names that end with a head noun."""
    text = folded.text
    for head, start, end in heads:
        if taken.overlaps(start, end):
            continue
        begin = _body_start(folded, taken, start)
        body = text[begin:start]
        if head.noun in _HAVE_BRANCHES and (branch := _BRANCH.match(text, end)):
            end = branch.end()
        carrier = taken.ending.get(begin)
        if carrier is not None and is_elsewhere(carrier):  # 徐汇区漕溪北路: elsewhere as well
            continue
        if carrier is not None and begin in folded.quotes:  # “南汇新城镇”社区: the quotes close the name
            continue
        if carrier is not None and _carries(carrier, body, head):
            on_line = carrier.place is not None and carrier.place.kind == "line" and head.noun in _WORKS
            yield Toponym(carrier.start, end, "line" if on_line else "site")
        elif _is_proper(body, head.group) or (body and taken.has_neighbour(text, begin, end, head.noun)):
            yield Toponym(begin, end, "line" if head.group in _LINES else "site")


def _is_common_word(text: str, head: _Head, start: int, end: int) -> bool:
    """Whether the head is a part of a common word on either side: 道路, 路网."""
    if text[end : end + 1] in head.continued or (start and text[start - 1] in head.compound):
        return head.noun != "镇" or _CASTLE_TOWN.search(text, max(0, start - 3), end) is None
    return False


def _body_start(folded: Folded, taken: _Taken, head_start: int) -> int:
    """Where the part before a head begins: after punctuation, quotes, mentions and the last stop word."""
    text = folded.text
    backwards = text[max(0, head_start - LONGEST_BODY) : head_start][::-1]
    begin = head_start - _BODY_BACKWARDS.match(backwards).end()  # type: ignore[union-attr]  # "" matches
    begin = max(begin, taken.covered.rfind(1, begin, head_start) + 1)
    if folded.quotes:
        quotes = folded.quotes
        begin = next((at for at in range(head_start, begin, -1) if at in quotes), begin)
    return begin + _last_stop(text[begin:head_start])


def _last_stop(body: str) -> int:
    """Where the last stop word of a body ends; 0 without one."""
    marks = _STOP_MARKS.match(body)
    last = marks.end() if marks else 0
    if _DIGIT.search(body):
        for count in _STOP_COUNT.finditer(body):
            last = max(last, count.end())
        body = _STOP_COUNT.sub(lambda count: _BLANK * len(count[0]), body)
    words = _find_stops(body)
    return max(last, words[-1][1]) if words else last


def _proper_part(body: str) -> str:
    """A body without the words and counts that only describe."""
    body = _COUNTED.sub(_BLANK, body)
    pieces = []
    done = 0
    for start, end, _ in _find_generic(body):
        pieces.append(body[done:start])
        done = end
    return ("".join(pieces) + body[done:]).replace(_BLANK, "")


def _carries(carrier: Mention, body: str, head: _Head) -> bool:
    """Whether a mention right before body + head names it: 临港图书馆, 泥城文化中心, 西引河泵闸."""
    if head.noun == "社区" and not body and carrier.place is not None:  # the town itself
        return False
    if carrier.sense.role not in ("alias", "whole") or head.group in _LINES:
        return False
    if carrier.place is not None and carrier.place.kind == "site":  # 南港 in 南港码头: known already
        return False
    if head.noun in _NEEDS_BODY and not _proper_part(body):  # 平安社区老旧小区 are many
        return False
    if len(body) > _MOST[head.group] or body.startswith(("内", "镇内")) or (body and body in _NOT_CARRIED):
        return False
    if head.group == "carried" and head.noun.endswith(("园", "基地")) and len(_proper_part(body)) < 2:
        return False
    if carrier.sense.role == "whole" and head.group != "carried":
        return len(body) >= 2 or (carrier.name == "临港" and head.noun != "社区")
    return True


def _is_proper(body: str, group: str) -> bool:
    """Whether the part before a head names something rather than describes it."""
    if group == "carried" or not body or len(body) > _MOST[group]:
        return False
    if group == "venue":  # 星野湿地公园: what describes the kind may stand between name and noun
        described = _find_describing(body)
        if described and described[-1][1] == len(body) and described[-1][0] >= 2:
            body = body[: described[-1][0]]
        if not 2 <= len(body) <= 4:
            return False
    rest = _proper_part(body)
    if group == "venue":  # 新元水厂: one character that may describe does not spoil a name
        return bool(rest) and not _COUNTED.search(body) and not _find_describing(body)
    return len(rest) >= 2 or (len(rest) == 1 and len(body) in (2, 3) and group in ("road", "settled"))
