"""How far does the name of a place reach beyond what the gazetteer knows? 东方芯港 + 二期, 科技城 + 六号楼.

Stages, numbered buildings, banks, and the area, the harbour or the works that a place gives its name to are
parts of the place: they belong to the evidence. Positions are those of the folded text.
"""

from __future__ import annotations

import re
from typing import Final

from geo.characters import Characters

_NUMBER: Final = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
STAGE: Final = rf"{_NUMBER}期(?![货权限间刊])"
BUILDING: Final = rf"(?:{_NUMBER}号|[A-Z]|\d{{1,3}}#)(?:楼|馆|厅|门|栋|座|地块|仓库|泊位|码头|泵房|机组)"
_WORKS: Final = r"(?:工程|项目|厂房|厂区|码头|泊位|堆场|地块|园区)"
_AREA: Final = (
    r"社区(?![服卫治管嵌工商公养应生党团事文体网食智建长])|地区(?!生产)|(?:开发)?区域(?![性化内])"
    r"|[东南西北中]{1,2}部(?![门署委队])|(?:中心)?镇区|集镇|[A-Z]{0,4}会址|片区?(?![面段警])|老镇(?!区域)|老街区|街区|港区|库区|厂区|先行区"
    r"|站点|TOD(?:综合体|(?:综合)?(?:开发)?(?:区域|片区|项目)?)|[东南西北]{1,2}(?:岸线|岸(?![线电])|区(?![域别县])|片区)"
)
_SITE: Final = (
    r"(?:临港)?(?:工厂|厂区|厂房|院区|校区|码头|泊位|堆场|总部|大楼|(?:下沉|站前|市民)?广场|公园(?!城))"
)
_SUPPLY: Final = r"(?:产业|工业)?(?:供水|供电|供气|供热|输水|输气|蒸汽)(?:专线|干线|干管|管廊)"
_LINE: Final = r"(?:[东南西北]|新片区|临港|浦东|奉贤)段|站点|河(?![道网湖流长口段])|绿道|航道|护岸|匝道"
# A stage and what is built in it; a list of stages or buildings: 二期、三期, 一号楼和二号楼.
_COUNTED: Final = rf"(?:{STAGE}|{BUILDING}|\({STAGE}\))(?:(?:、|和|及|与)(?:{STAGE}|{BUILDING}))*{_WORKS}?"
_PARTS: Final = {
    "zone": re.compile(rf"(?:{_AREA})?(?:{_COUNTED})|{_AREA}|{_SUPPLY}"),
    "site": re.compile(rf"(?:{_SITE})?{_COUNTED}|{_SITE}|{_AREA}"),
    "line": re.compile(rf"{_LINE}|{STAGE}(?:工程|项目)?"),
}
_TOWN_AREA: Final = re.compile(r"区(?![域划级别内])")  # 泥城镇区
_STAGES: Final = re.compile(_COUNTED)
_PLOTS: Final = ("地块", "街坊")  # behind a code: J05-01地块
# With what the parts begin: most names are followed by something else.
BEGINNINGS: Final = Characters(
    "一二三四五六七八九十0123456789ABCDEFGHTW社地区镇集老街港库厂先站开东南西北临工院校码泊堆总大产供输蒸河绿航护下市广公匝中会片(新浦奉"
)


def reach(text: str, kind: str, end: int) -> int:
    """Where the part ends that follows a place of that kind whose name ends at `end`; `end` without one."""
    if kind == "zone" and text[end - 1] == "镇" and (area := _TOWN_AREA.match(text, end)):
        return area.end()
    if kind == "site" and ord(text[end - 1]) < 0x80 and text.startswith(_PLOTS, end):
        return end + 2
    part = _PARTS[kind].match(text, end)
    return part.end() if part else end


def stages_end(text: str, end: int) -> int:
    """Where stages or numbered buildings end that follow a name which ends at `end`; `end` without any."""
    stages = _STAGES.match(text, end)
    return stages.end() if stages else end
