"""Which place-like names does the gazetteer not know? They are listed so that a curator can add them.

A name is a proper part and a head noun (…路, …小学, …地块). Heads are sorted by how often they close a
proper name in planning prose; the weaker the head, the more the part before it must look like a name.
Positions are those of the folded text. Generic expressions (研发中心, 主次干路, 口袋公园) are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from geo.coded_names import (
    find_codes,
    find_creeks,
    find_listed,
    may_hold_addresses,
    with_addresses,
)
from geo.extents import BEGINNINGS, reach, stages_end
from geo.folding import Folded
from geo.head_nouns import CARRIED, COMPOUND, CONTINUED, GROUPS
from geo.mentions import Mention, aside_spans, has_asides
from geo.namesakes import is_elsewhere
from geo.place_words import FREE_WORDS, GENERIC_WORDS, KINDS_OF_PARK
from geo.scanner import scan_first
from geo.toponym import BLANK, LIST_MARKS, Taken, Toponym, name_start
from geo.vocabulary import LISTS, WATERS, Findings

LONGEST_BODY: Final = 14  # characters looked at left of a head noun

_ENDS_OF_ROADS: Final = frozenset("、,。;()和与及至到以口周沿段等道建贯-").union([""])
_NATIONS: Final = ("中国", "国家")
_NO_STATION: Final = frozenset(CONTINUED["站"])
# 奉城镇 after a separator is a town; 城镇 elsewhere is a common word.
_CASTLE_TOWN: Final = re.compile(r"(?:^|(?<=[、,。;和与及]))[^、,。;和与及小各乡新集建在]城镇$")
_COUNTED: Final = re.compile(r"\d+(?:\.\d+)?[个所座条处家片号期]?|第[一二三四五六七八九十]+")
_ORDINAL: Final = re.compile(r"第[一二三四五六七八九十]+")
_NUMBERED: Final = frozenset(["村", "农场"])
_BEFORE_ROADS: Final = LIST_MARKS.union("至到经沿")
_SOFT: Final = frozenset("水光航成主修")  # 云水路: in a list of roads these are part of a name
_NUMERALS: Final = frozenset("一二三四五六七八九十")
_SIDES: Final = frozenset("东西南北")
_QUALITIES: Final = _SIDES.union("海山江城新基")
_HUBS: Final = frozenset(["机场", "东西", "南北"])  # 机场联络线
_find_generic: Final = scan_first(GENERIC_WORDS)
_find_describing: Final = scan_first([word for word in GENERIC_WORDS if len(word) > 1])
_BRANCH: Final = re.compile(r"(?:临港|[\u4e00-\u9fff]{2})?(?:新片区)?(?:院区|分院|分校|校区)")
_CROSSINGS: Final = frozenset(["立交", "互通"])
# On a line these are part of it.
_WORKS: Final = frozenset(["立交", "互通", "大桥", "隧道", "泵站", "泵闸", "水闸", "闸", "出海闸"])
_HAVE_BRANCHES: Final = frozenset(["医院", "学校", "小学", "中学"])
_NEEDS_BODY: Final = frozenset(["小区", "村", "公寓", "大厦"])
_KINDS_OF_ESTATE: Final = frozenset(
    noun for noun in (*CARRIED.split("|"), "基地") if noun.endswith(("园", "基地"))
) - {"智造园", "软件园"}
_MANY: Final = frozenset(
    ["停车场", "停车楼", "绿道", "步道", "泊位", "堆场", "仓库", "食堂", "驿站", "基地", "营地"]
)
_CAMPUSES: Final = frozenset(["校区", "院区"])
_SEATS: Final = frozenset(["总部大楼", "办公楼", "大楼", "大厦"])
_NOT_CARRIED: Final = frozenset(["分", "工作", "服务", "基层", "各", "新建", "公共", "配套"])
_LINES: Final = frozenset(["road", "water", "rail"])
_CARRIED_ONLY: Final = frozenset(["carried", "attached"])
_MOST: Final = {
    **{"road": 4, "water": 4, "rail": 4, "garden": 3},
    **{"settled": 6, "venue": 6, "hall": 8, "carried": 8, "attached": 8},
}


class _Head(NamedTuple):
    """A head noun, its group, and the characters that make it part of another word: after and before it."""

    noun: str
    group: str
    continued: frozenset[str]
    compound: frozenset[str]


# Nothing that ends with these names what follows.
_ENDS_OF_OTHERS: Final = frozenset("、,。;:!?(的了各等型性个座些类")
_HEADS: Final = [
    _Head(noun, group, frozenset(CONTINUED.get(noun, "")), _ENDS_OF_OTHERS.union(COMPOUND.get(noun, "")))
    for group, nouns in GROUPS
    for noun in nouns.split("|")
]


def find_toponyms(folded: Folded, mentions: Sequence[Mention], found: Findings) -> list[Toponym]:
    """Return the place-like names that no mention covers, longest first, not overlapping, in text order.

    A mention right before the name belongs to it (泥城 in 泥城文化中心) and keeps its own link.
    """
    text = folded.text
    heads = []
    position, reached = 0, -LONGEST_BODY
    for hit in found.heads:
        start, end = hit[0], hit[1]
        while position < len(mentions) and mentions[position].start < end:
            reached = mentions[position].end
            position += 1
        head = _HEADS[hit[2]]
        if reached > start or (head.group == "attached" and start - reached > _MOST["attached"]):
            continue  # a part of a known name, or without the one that it needs close before it
        if not _is_common_word(text, head, start, end):
            heads.append((head, start, end))
    has_creeks = found.tells(WATERS)
    has_addresses = may_hold_addresses(text)
    has_lists = found.tells(LISTS) and "、" in text
    has_codes = bool(found.codes) or "#" in text or ("T" in text and "线" in text)
    if not (heads or has_codes or has_creeks or has_addresses or has_lists):
        return []
    ending = {mention.end: mention for mention in mentions}
    taken = Taken(mentions, aside_spans(text) if has_asides(text) else (), len(text), ending)
    if any(head.group == "rail" for head, _, _ in heads):
        taken.names = {(hit[0], hit[1]) for hit in found.names}
    toponyms = find_codes(folded, found, taken) if has_codes else []
    if heads:
        toponyms += _named(folded, heads, taken)
    if has_creeks:
        toponyms += find_creeks(text, taken)
    if has_lists:
        toponyms += find_listed(text, taken)
    if has_addresses:
        toponyms = with_addresses(text, toponyms, taken)
    return _longest(toponyms) if len(toponyms) > 1 else toponyms


def _longest(toponyms: list[Toponym]) -> list[Toponym]:
    """The names that lie in no longer one, in text order."""
    toponyms.sort(key=lambda toponym: (toponym.start, -toponym.end))
    kept: list[Toponym] = []
    for toponym in toponyms:
        if not kept or toponym.start >= kept[-1].end:
            kept.append(toponym)
        elif toponym.end > kept[-1].end:  # 银飞路 | 银飞路小学: the longer one names the thing
            kept[-1] = Toponym(kept[-1].start, toponym.end, toponym.kind)
    return kept


def _named(folded: Folded, heads: Iterable[tuple[_Head, int, int]], taken: Taken) -> list[Toponym]:
    """Names that end with a head noun."""
    text = folded.text
    found: list[Toponym] = []
    for head, start, end in heads:
        if taken.overlaps(start, end):
            continue
        begin = _body_start(folded, taken, start)
        if head.noun == "村" and text.startswith("村", begin):  # 万兴村三星村
            begin += 1
        body = text[begin:start]
        if head.noun in _HAVE_BRANCHES and (branch := _BRANCH.match(text, end)):
            end = branch.end()
        carrier = taken.ending.get(begin)
        if carrier is not None and is_elsewhere(carrier):  # 徐汇区漕溪北路: elsewhere as well
            continue
        if carrier is not None and taken.covers(text, carrier, end):
            continue
        if carrier is not None and begin in folded.quotes:  # “南汇新城镇”社区: the quotes close the name
            continue
        if carrier is not None and _carries(carrier, body, head, has_stage=stages_end(text, end) > end):
            on_line = carrier.place is not None and carrier.place.kind == "line" and head.noun in _WORKS
            begin = _full_start(folded, taken, carrier, head.noun)
            found.append(_with_parts(text, begin, end, "line" if on_line else "site"))
        elif head.noun == "路" and body in _NUMERALS and text.endswith("规划", 0, begin):  # 规划三路
            found.append(Toponym(begin - 2, end, "line"))
        elif (
            _is_proper(body, head.group)
            or (body and taken.has_neighbour(text, begin, end, head.noun))
            or (head.group == "rail" and (begin, start) in taken.names)  # 洋山支线
            or (head.noun in _NUMBERED and len(body) == 2 and _NUMERALS.issuperset(body))  # 五四村
            or (body and _follows_like(text, found, begin, head.noun))
        ):
            if head.group == "hall" and text.endswith(_NATIONS, 0, begin):
                begin -= 2  # 中国航海博物馆
            found.append(_with_parts(text, begin, end, "line" if head.group in _LINES else "site"))
    return found


def _follows_like(text: str, found: list[Toponym], begin: int, noun: str) -> bool:
    """Whether a name with the same noun stands right before in a list: 横港村、海关村."""
    last = found[-1] if found else None
    return last is not None and text[last.end : begin] == "、" and text.endswith(noun, 0, last.end)


def _with_parts(text: str, start: int, end: int, kind: Literal["site", "line"]) -> Toponym:
    """The name at start..end with the stages or the works behind it: 泥城文化中心二期, 夏涟河绿道."""
    if BEGINNINGS.stands_at(text, end):
        end = reach(text, "line", end) if kind == "line" else stages_end(text, end)
    if kind == "site" and text.startswith("站", end) and text[end + 1 : end + 2] not in _NO_STATION:
        end += 1  # 鸿音广场站
    return Toponym(start, end, kind)


def _full_start(folded: Folded, taken: Taken, carrier: Mention, noun: str) -> int:
    """Where a name begins that holds a known one: 临港 of 临港蓝湾智造园, 百联 of 百联临港购物中心."""
    if carrier.sense.role == "whole":
        begin = _body_start(folded, taken, carrier.start)
        body = folded.text[begin : carrier.start]
        most = 8 if noun in _CAMPUSES else 5
        is_own = 2 <= len(body) <= most and not body.endswith(FREE_WORDS) and len(_proper_part(body)) >= 2
        return begin if is_own else carrier.start
    before = taken.ending.get(carrier.start)
    if before is None or not (before.sense.role == "whole" or (before.place and before.place.kind == "line")):
        return carrier.start
    return before.start


def _is_common_word(text: str, head: _Head, start: int, end: int) -> bool:
    """Whether the head is a part of a common word on either side: 道路, 路网."""
    if head.noun == "村" and text.startswith("民宿", end):
        return False
    if head.noun == "路" and start and text[start - 1] == "一":  # 海基一路, not 企业一路成长
        if "路、" in text[max(0, start - 6) : start]:
            return False
        return text[end : end + 1] not in _ENDS_OF_ROADS or text.startswith("一带", max(0, start - 3))
    if head.noun == "路" and start > 2 and text[start - 1] in _SOFT and text[start - 3] in _BEFORE_ROADS:
        return text[end : end + 1] not in _ENDS_OF_ROADS
    if text[end : end + 1] in head.continued or not start or text[start - 1] in head.compound:
        return head.noun != "镇" or _CASTLE_TOWN.search(text, max(0, start - 3), end) is None
    return False


def _body_start(folded: Folded, taken: Taken, head_start: int) -> int:
    """Where the part before a head begins: after punctuation, quotes, mentions and the last stop word."""
    text, quotes = folded.text, folded.quotes
    begin, first = head_start, max(0, head_start - LONGEST_BODY)
    while begin > first and _is_of_name(ord(text[begin - 1])) and not taken.covered[begin - 1]:
        if (quotes and begin in quotes) or _parts_names(text, begin - 1):
            break
        begin -= 1
    return name_start(text, begin, head_start)


def _parts_names(text: str, at: int) -> bool:
    """Whether a hyphen stands between two names, and not inside a code: 祥祈路-祥泰路."""
    return text[at] == "-" and at > 0 and ord(text[at - 1]) >= 0x80


def _is_of_name(code: int) -> bool:
    """Whether a character may stand in a name: an ideograph, a capital, a digit or one of ·#-."""
    if code >= 0x80:
        return 0x4E00 <= code <= 0x9FFF or code == 0xB7
    return 0x30 <= code <= 0x39 or 0x41 <= code <= 0x5A or code == 0x23 or code == 0x2D


def _proper_part(body: str) -> str:
    """A body without the words and counts that only describe."""
    body = _COUNTED.sub(BLANK, body)
    pieces = []
    done = 0
    for start, end, _ in _find_generic(body):
        pieces.append(body[done:start])
        done = end
    return ("".join(pieces) + body[done:]).replace(BLANK, "")


def _carries(carrier: Mention, body: str, head: _Head, *, has_stage: bool) -> bool:
    """Whether a mention right before body + head names it: 临港图书馆, 泥城文化中心, 西引河泵闸."""
    if head.noun in ("社区", "集镇") and not body and carrier.place is not None:  # the town itself
        return False
    if carrier.sense.role == "blocker" and not body:  # 临港集团总部大楼: the seat of those who bear it
        return head.noun in _SEATS
    if head.noun in _CROSSINGS and carrier.place is not None and carrier.place.kind == "line":
        return not body  # 两港大道立交
    if carrier.sense.role not in ("alias", "whole") or head.group in _LINES:
        return False
    if head.group == "attached" and (carrier.place is None or _is_one_of_many(body, head)):
        return False
    if carrier.place is not None and carrier.place.kind == "site":  # 南港 in 南港码头: known already
        return head.group in ("attached", "hall")
    if head.noun in _NEEDS_BODY and not has_stage and not _proper_part(body):  # 平安社区老旧小区 are many
        return False
    if len(body) > _MOST[head.group] or body.startswith(("内", "镇内")) or (body and body in _NOT_CARRIED):
        return False
    if head.noun in _KINDS_OF_ESTATE and not has_stage and not _proper_part(body):
        return False
    if carrier.sense.role == "whole" and head.group not in ("carried", "hall"):
        return len(body) >= 2 or (carrier.name == "临港" and head.noun != "社区")
    return True


def _is_one_of_many(body: str, head: _Head) -> bool:
    """Whether words before a head only describe one of many: 公共停车场."""
    return bool(body) and head.noun in _MANY and not _proper_part(body)


def _is_proper(body: str, group: str) -> bool:
    """Whether the part before a head names something rather than describes it."""
    if group in _CARRIED_ONLY or not body or len(body) > _MOST[group]:
        return False
    if group == "garden":  # 云帆园
        return len(body) > 1 and not _find_describing(body) and not body.endswith(KINDS_OF_PARK)
    if group in ("venue", "hall"):  # 星野湿地公园: what describes the kind may stand between name and noun
        described = _find_describing(body)
        if described and described[-1][1] == len(body) and described[-1][0] >= 2:
            body = body[: described[-1][0]]
        if not 2 <= len(body) <= 4:
            return False
    rest = _proper_part(body)
    if group == "hall" and not rest:  # 东海农场
        return len(body) == 2 and _QUALITIES.issuperset(body) and not _SIDES.issuperset(body)
    if group in ("venue", "hall"):  # 新元水厂: one character that may describe does not spoil a name
        return bool(rest) and not _COUNTED.search(body) and not _find_describing(body)
    if not rest and group in ("road", "settled"):  # 东海村, 城南路, 海基一路, not 南北公路
        body = body[:2] if body[2:] in _NUMERALS else body
        return len(body) == 2 and _QUALITIES.issuperset(body) and not _SIDES.issuperset(body)
    if len(rest) != 1 or group in ("water", "rail"):
        return len(rest) >= 2 or (group == "rail" and body in _HUBS)
    return len(_ORDINAL.sub("", body)) in (2, 3)
