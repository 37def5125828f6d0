"""Are two figures about the same thing? Their names without what only says how it comes about."""

from __future__ import annotations

import re

from plans.reading import fold

_FILLERS = re.compile(
    r"[（(][^）)]*[）)]|新增设?|新改建|新建|新开工?|开工|竣工|完工|建成|完成|累计|建设|全年|年内|各类|总数|总计"
    r"|总量|合计|新片区|临港|[的“”\"、\s]"
)


def core_of(what: str) -> str:
    """What is counted, bare: 新增公建配套学校 and 公建配套学校(累计) give 公建配套学校."""
    folded = fold(what)
    return _FILLERS.sub("", folded) or folded
