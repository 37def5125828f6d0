"""Names that need no proper part: codes of parcels and roads, metro lines, creeks and addresses.

Positions are those of the folded text.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from geo.extents import reach
from geo.folding import Folded
from geo.toponym import Taken, Toponym, last_stop, name_start
from geo.vocabulary import BOUNDS, WATER_WORDS, Findings

_CODE_START: Final = r"(?<![A-Z0-9-])(?=[A-Z-]*\d)"  # not inside a longer code, and with a digit
_PLOT: Final = r"[A-Z0-9]{1,6}(?:-[A-Z0-9]{1,6}){0,3}"
_CODE_NAME: Final = re.compile(
    rf"{_CODE_START}(?:{_PLOT}单元)?{_PLOT}(?:地块|#?街坊|单元(?:[A-Z]{_PLOT})?)|{_CODE_START}\d{{3}}社区"
    r"|[A-Z]\d{1,3}路(?![径线网])|[\u4e00-\u9fff]{2}\d{1,2}#|(?<![A-Z0-9-])[GSXY]\d{1,4}(?:国道|省道|县道)"
    r"|(?<![A-Z0-9-])\d{1,4}路(?=[、,。;和与及等公走区班增由末首临暂停绕改延调车]|$)"  # a bus
)
# In H05-01、H05-02地块 the noun at the end is shared: a bare code right before a separator and a named one.
_SHARED_CODE: Final = re.compile(rf"{_CODE_START}{_PLOT}(?=(?:、|和|及|与)$)")
_LONGEST_SHARED: Final = 16
# An unknown member of a list whose last member is known: 102、103社区.
_MEMBER_CODE: Final = re.compile(
    r"\d(?<![A-Z0-9-].)\d\d(?=(?:(?:、|和|与|及)\d{3}){1,8}(?:等?[两三四五六七八九]?个?)(?:社区|单元|片区))"
)
# Creeks end like harbours; they are meant where water is worked on: 疏浚团芦港、石皮泐港.
_CREEK: Final = re.compile(
    r"([\u4e00-\u9fff]{2,4})(?<![芯海空出进入离回返到才据新创技化贸客算])[港泾浜浦塘沟](?=[、,。;和与及等两三四五六七八九十东南西北中护河水滨疏清整]|$)"
)
# Villages and the like that only the noun at the end of their list makes names: 外灶、洋溢、李雪、中久四个村.
_LISTED: Final = re.compile(
    r"((?:[\u4e00-\u9fff]{2,6}、){1,12}[\u4e00-\u9fff]{2,3}?)"
    r"(?:等?(?:[两二三四五六七八九十]|\d{1,2})个?|等)(?:行政村|村|居民区|小区|变电站|水厂|泵站)(?![民庄])"
)
_CLOSE_LISTS: Final = ("村", "居民区", "小区", "变电站", "水厂", "泵站")
_LONGEST_LISTED: Final = 4
_METRO: Final = re.compile(r"(?:轨道交通|地铁|轨交)?\d{1,2}号线")
_TRAM: Final = re.compile(r"T(?<![A-Z0-9-]T)\d{1,2}线")
_SENTENCE_REACH: Final = 60
_ADDRESS: Final = re.compile(r"(?<=[路道街])(\d{1,5}(?:弄|号)(?![线院楼门馆厅栋座地泊机]))")
_CODED_LINES: Final = ("路", "国道", "省道", "县道")


def find_codes(folded: Folded, found: Findings, taken: Taken) -> list[Toponym]:
    """Parcels, lettered roads, numbered pumps and metro lines."""
    text = folded.text
    toponyms: list[Toponym] = []
    for start, end in _code_names(text, found):
        if folded.quotes and any(at in folded.quotes for at in range(start + 1, end)):
            continue  # “198”地块 is a policy
        if not taken.covered[start]:  # its noun may be evidence of a known member: 103、106社区
            kind: Literal["site", "line"] = "line" if text.endswith(_CODED_LINES, start, end) else "site"
            start = _bus_start(text, start, end, taken)
            toponyms.append(Toponym(start, end, kind))
            toponyms += _sharing(text, taken, start, kind)
    if found.shared_codes:
        for match in _MEMBER_CODE.finditer(text):
            if not taken.overlaps(match.start(), match.end()):
                toponyms.append(Toponym(match.start(), match.end(), "site"))
    lines = list(_METRO.finditer(text)) if "号线" in text else []
    if "T" in text:
        lines += _TRAM.finditer(text)
    for match in lines:
        if not taken.overlaps(match.start(), match.end()):
            toponyms.append(Toponym(match.start(), match.end(), "line"))
    return toponyms


def _bus_start(text: str, start: int, end: int, taken: Taken) -> int:
    """Where the name of a bus begins that holds the name of an area: 临港10路. `start` for other codes."""
    area = taken.ending.get(start)
    is_bus = text[end - 1] == "路" and text[start].isdecimal()
    return area.start if is_bus and area is not None else start


def _code_names(text: str, found: Findings) -> list[tuple[int, int]]:
    """Where codes with their nouns stand. One is looked for only before a noun, which takes no time."""
    if "#" in text:
        return [match.span() for match in _CODE_NAME.finditer(text)]
    spans: list[tuple[int, int]] = []
    reached = 0
    for hit in found.codes:
        noun = start = hit[0]
        while start > reached and _is_of_code(ord(text[start - 1])):
            start -= 1
        while start < noun:
            match = _CODE_NAME.match(text, start)
            if match is not None:
                spans.append(match.span())
                reached = match.end()
                break
            start += 1
    return spans


def _is_of_code(code: int) -> bool:
    """Whether a character may stand in a code: a capital, a digit or a hyphen."""
    return 0x30 <= code <= 0x39 or 0x41 <= code <= 0x5A or code == 0x2D


def find_creeks(text: str, taken: Taken) -> list[Toponym]:
    """The creeks of a text about waters."""
    found = []
    for match in _CREEK.finditer(text):
        start = name_start(text, match.start(), match.end(1))
        if match.end(1) - start < 2 or taken.overlaps(start, match.end()):
            continue
        if text.endswith(BOUNDS, 0, start) or _tells_of_water(text, start, match.end()):
            found.append(Toponym(start, reach(text, "line", match.end()), "line"))
    return found


def _tells_of_water(text: str, start: int, end: int) -> bool:
    """Whether the sentence around a name, as far as a list reaches, is about waters."""
    begin = max(0, start - _SENTENCE_REACH)
    begin = max(begin, text.rfind("。", begin, start) + 1)
    stop = text.find("。", end, end + _SENTENCE_REACH)
    around = text[begin : stop if stop >= 0 else end + _SENTENCE_REACH]
    return any(map(around.__contains__, WATER_WORDS))


def find_listed(text: str, taken: Taken) -> list[Toponym]:
    """Names that only the counted noun at the end of their list makes names."""
    found = []
    for listed in _LISTED.finditer(text) if any(map(text.__contains__, _CLOSE_LISTS)) else ():
        start = listed.start(1)
        for name in listed[1].split("、"):
            begin = start + last_stop(name)
            end = start + len(name)
            if 2 <= end - begin <= _LONGEST_LISTED and not taken.overlaps(begin, end):
                found.append(Toponym(begin, end, "site"))
            start = end + 1
    return found


def _sharing(text: str, taken: Taken, start: int, kind: Literal["site", "line"]) -> list[Toponym]:
    """The bare codes to the left that share the noun of the code at `start`, nearest first."""
    found: list[Toponym] = []
    while True:
        # Only up to the name's start, and a window, so that a list of any length costs linear time.
        begin = max(0, start - _LONGEST_SHARED)
        code = _SHARED_CODE.search(text[begin:start])
        if code is None:
            return found
        if not taken.overlaps(begin + code.start(), begin + code.end()):
            found.append(Toponym(begin + code.start(), begin + code.end(), kind))
        start = begin + code.start()


def may_hold_addresses(text: str) -> bool:
    """Whether house numbers stand in a text."""
    return ("号" in text or "弄" in text) and _ADDRESS.search(text) is not None


def with_addresses(text: str, toponyms: list[Toponym], taken: Taken) -> list[Toponym]:
    """The names, and the addresses on roads; an address on an unknown road takes the place of the road."""
    roads = {toponym.end: toponym for toponym in toponyms if toponym.kind == "line"}
    found: dict[int, Toponym] = {toponym.start: toponym for toponym in toponyms}
    for number in _ADDRESS.finditer(text):
        end = number.start(1)
        mention = taken.ending.get(end)
        road = roads.get(end)
        if road is not None:
            found[road.start] = Toponym(road.start, number.end(), "site")
        elif mention is not None and mention.place is not None and mention.place.kind == "line":
            found[mention.start] = Toponym(mention.start, number.end(), "site")
    return list(found.values())
