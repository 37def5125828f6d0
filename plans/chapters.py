"""Which chapters of a plan hold its tasks, and which only say why, whither and by whom?"""

from __future__ import annotations

import re

BACKGROUND, SUPPORT = "background, no task", "supporting measures, no task"

_OF = (
    "(?:规划|規劃|发展|發展|工作|建设|建設|现实|主要|总体|總體|基本|指导|指導|编制|战略|戰略|预期|年度|面临的?|当前|過去|过去"
    '|去年|上年|上一年|国内外|任务|任務|成效|成绩|[0-9]{4}年|[“"]?十[一二三四五六]五[”"]?|时期|時期|期间|的|与|和|及|、)'
)
_WHY = re.compile(
    rf"{_OF}{{1,6}}(?:基础|基礎|背景|现状|現狀|形势|形勢|环境|環境|回顾|回顧|成效|成绩|成就|总结|總結|要求|思路|思想|原则|原則"
    r"|目标|目標|愿景|願景|定位|依据|机遇|挑战|情况|概况|问题)"
    rf"(?:[和与與及、]{_OF}{{0,6}}(?:基础|形势|形勢|环境|挑战|机遇|问题|短板|要求|思路|原则|原則|目标|目標|定位|理念|情况|指标))?"
    r"|指导思想|指導思想|基本原则|总则|總則|附则|附則|前言|引言|序言|回顾|背景|名词解释|有关说明"
)
_HOW = re.compile(
    r"(?:(?:强化|強化|加强|加強|健全|完善|切实|切實|做好|落实|确保|推动|有关)?"
    r"(?:规划|規劃|组织|組織|工作|政策|要素|实施|實施|统筹|統籌|协调|協調|推进|机制|落实|保障|和|与|與|及|、){0,7}"
    r"(?:保障措施|保障|组织实施|組織實施|实施|實施|领导|領導|要求|机制|机制保障|监督|评估|评价|考核|推进))"
)
_TASKS = re.compile(
    r"(?:主要|重点|重點|具体|工作|年度|核心){1,3}(?:任务|任務|举措|舉措|工作|措施|内容|事项)(?:[和与及、].{0,10})?"
)
_PAST = re.compile(r"(?:工作)?(?:回顾|總結|总结|成效|完成情况|执行情况|进展情况)$")
LONGEST_NAME = 24  # characters; a longer heading says what is to be done


def classify_chapter(title: str, *, outermost: bool) -> str | None:
    """Return why a chapter holds no tasks (`BACKGROUND`, `SUPPORT`), or None where it does.

    Parameters
    ----------
    title
        The heading without its number.
    outermost
        Supporting measures are told by the outermost headings only: deeper down 强化要素保障 is a task.
    """
    name = "".join(title.split()).rstrip("。：:")
    if not name or len(name) > LONGEST_NAME or _TASKS.fullmatch(name):
        return None
    if _WHY.fullmatch(name) or (outermost and _PAST.search(name) and not name.startswith(("做好", "开展"))):
        if outermost and name in ("工作要求", "有关要求"):
            return SUPPORT
        return BACKGROUND
    return SUPPORT if outermost and _HOW.fullmatch(name) else None
