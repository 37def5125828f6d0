"""Which unit is meant, and how much is that in the standard one?

㎡, m2 and 平米 are 平方米; a unit that counts (家, 所, 项) stays as printed. Standard units: 平方米, 米,
立方米, 千克, 瓦, 千瓦时, 元 and, for what is counted, the unit itself.
"""

from __future__ import annotations

import re

_CANONICAL = {
    "平方米": ("平方米", "平米", "㎡", "m2", "m²", "平方公尺"),
    "平方公里": ("平方公里", "平方千米", "k㎡", "km2", "km²", "㎢"),
    "公顷": ("公顷",),
    "亩": ("亩",),
    "公里": ("公里", "千米", "km"),
    "米": ("延米", "米"),
    "立方米": ("立方米", "m3", "m³", "立方"),
    "总吨": ("总吨",),
    "吨标准煤": ("吨标准煤", "吨标煤"),
    "吨": ("吨",),
    "标准箱": ("标准箱", "标箱", "TEU"),
    "美元": ("美元",),
    "欧元": ("欧元",),
    "元": ("元", "人民币"),
    "千瓦时": ("千瓦时", "度电"),
    "吉瓦": ("吉瓦", "GW"),
    "兆瓦": ("兆瓦", "MW"),
    "千瓦": ("千瓦", "kW", "KW"),
    "个百分点": ("个百分点",),
    "%": ("%",),
    "微克": ("微克",),
    "克": ("克",),
    "宗": ("宗",),
}
_STANDARD = {
    "平方公里": ("平方米", 1e6),
    "公顷": ("平方米", 1e4),
    "亩": ("平方米", 2000 / 3),
    "公里": ("米", 1e3),
    "吨": ("千克", 1e3),
    "吉瓦": ("瓦", 1e9),
    "兆瓦": ("瓦", 1e6),
    "千瓦": ("瓦", 1e3),
}
_OF = {printed: unit for unit, prints in _CANONICAL.items() for printed in prints}
_COUNTED = (
    r"场次|场(?![馆景所库址地次])|人次|人(?![才员工均民口大类机行])|名(?![录单称师胜品])"
    r"|户(?![籍外均口])|家(?![庭门居])|个(?![月人性]|工作日|百分点)"
    r"|所(?![有在需属])|项(?!目)|条段|条(?![例件款段])|套(?!餐)|座(?!谈)|处(?![理置于])|部(?![门分署])|艘"
    r"|架(?!构)|辆|台(?![阶湾商胞])|张床位|张(?![江扬家])"
    r"|支(?![持撑付线路])|床(?!位数)|倍|栋|幢|株|棵|款(?!项)|种(?![植子])|件(?!事)|间(?!隔)|班次"
    r"|班(?!子)|列(?![入为])|片(?!区)|对(?![接外内标])|组(?![织团建成合])"
    r"|(?<=万)方(?=[，。；、）)]|以上|左右|$)|岁(?=[，。；、）)]|左右|$)|分(?=[，。；、）)]|以上|左右|$)|根(?![据本治源])|枚|盏|口(?![岸径腔碑])|册|台套|架次|户次|家次|车次|课时|学时|机架|标准机架|千伏安"
    r"|只|例(?!外)|班线|门(?![户店诊类])|篇|次(?![干])|期(?![间末])(?=培训|活动|班|讲)"
)
_MEASURED = "|".join(
    re.escape(printed)
    + (
        r"(?!宇宙|器件|素)"
        if printed == "元"
        else r"(?=/)"
        if printed == "克"
        else r"(?=[，。、；;,)）及和\n]|左右|以上|以内|长|$)"
        if printed == "米"
        else ""
    )
    for printed in sorted(_OF, key=lambda word: (-len(word), word))
    if printed != "人民币"
)
_PER = (
    r"(?:/(?:平方公里|平方千米|平方米|立方米|千人|万人|人|日|天|d"
    r"|年|公里|公顷|万元|千瓦时|亩|吨|户|床|月|小时|h))?"
)
UNIT = rf"(?:(?:{_MEASURED}|{_COUNTED}){_PER})"
_PER_NAMES = {"d": "日", "天": "日", "平方千米": "平方公里", "h": "小时"}


def canonical_unit(printed: str) -> str:
    """The unit's usual name: 平方米 for ㎡, 立方米/日 for m3/d."""
    head, slash, per = printed.partition("/")
    return _OF.get(head, head) + slash + _PER_NAMES.get(per, per)


def to_standard(value: float, unit: str) -> tuple[int | float, str]:
    """Value and unit in standard units (平方米, 米, 千克, 瓦, 元); others come back unchanged."""
    head, slash, per = unit.partition("/")
    name, factor = _STANDARD.get(head, (head, 1))
    standard = round(value * factor, 6)
    return (int(standard) if standard == int(standard) else standard), name + slash + per
