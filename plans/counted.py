"""What does a number count? The words behind it (3家医院) or before it (新增床位200张)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plans.clauses import skip_lead
from plans.dues import Due

LONGEST_WHAT = 60  # characters of what is counted
_STAGE_AFTER = re.compile(
    r"(?:全面|基本|先期|正式|年内)?(?:开工|竣工|建成|完工|封顶|投运|投用|开业|开办|开放"
    r"|并网)(?:建设)?(?=$|[、，和及并])"
)
_LEFT_VERBS = re.compile(
    r"(?:新引进|引育|创建|接待|引进培育|培育引进|培育和孵化|扶持培育|新设立|新开工|开工建设"
    r"|新改建(?=公)|新增设|新增|新建|新设|新开|改建|改造(?!提升)|盘活|拆除|收储|出让|加装|惠及|改造提升|投产|投用|投运|封顶"
    r"|建成(?!区[绿内面域人环])|建设|先期|出台|发布|制定|开工(?!面积|里程|道路)|完成|引进|引入|打造"
    r"|培育|培养|孵化|落户|开展"
    r"|启动|签约(?!前沿|项目)|集聚|汇聚|承接|设立|形成|建立|组建|筹集|添置|计划|安排|举办|吸引|提供"
    r"|累计|培训|清淤|疏浚(?!工程)|减少|降低|压缩|缩短|精简|优化调整|优化|调整(?!后)|新辟|竣工(?!面积)|扩大|做大|推进|推动|的|各类(?=$)){1,6}"
)
_RIGHT_WORDS = re.compile(
    r"(?:不少于|不低于|至少|达到|达|超过|突破|约|近|增长|提升|提高|增加|为|共|同比|年均|增速|力争|新增"
    r"|总计|合计|完成|实现|等|、|中|在|到|至){1,8}$"
)
_TRAIL = re.compile(
    r"(?:全面|基本|正式|先期|尽快)?"
    r"(?:开工建设|建设|开工|竣工|建成|完工|落户|集聚|落地|落实|开办|投运|封顶|目标|规模|的){1,3}$"
)
_OWN_VERB = re.compile("接入|安装|纳入|具备|入驻|落户|集聚|尽快")
_OPEN, _CLOSE = re.compile("[（(]"), re.compile("[）)]")
_CUT = re.compile(r"[、和及与（(]|以及")
_SINCE = re.compile(r"在[^，。；]{0,12}基础上$")
_HEIGHT = re.compile(r"的?(?:新)?(?:台阶|大关|关口)")


def thing_behind(text: str, start: int, end: int, has_next: bool) -> tuple[int, int] | None:
    """Return where the thing behind a number stands (3家医院); None where the number ends its phrase.

    `has_next` says that another number follows, so the thing ends at the last joint before it.
    """
    if text[start:end][:1] in ("）", ")"):
        return None
    if (
        _HEIGHT.match(text, start, end)
        or _CUT.match(text, start, end)
        or _STAGE_AFTER.match(text, start, end)
    ):
        return None
    if has_next:
        cuts = [cut.start() for cut in _CUT.finditer(text, start, end)]
        end = cuts[-1] if cuts else end
    for stop in (_OPEN.search(text, start, end), _OWN_VERB.search(text, start + 2, end)):
        end = min(end, stop.start() if stop else end, start + LONGEST_WHAT)
    while start < end and text[start] in "的 \u3000":
        start += 1
    trail = _TRAIL.search(text[start:end])
    end -= len(trail[0]) if trail else 0
    return (start, end) if end - start >= 2 else None


def thing_before(text: str, start: int, end: int, dues: Sequence[Due]) -> tuple[int, int] | None:
    """Return where the thing before a number stands (新增床位200张), None where there is none."""
    start = max(start, end - LONGEST_WHAT)
    opened = max(text.rfind(sign, start, end) for sign in "（(")
    if opened >= 0 and not _CLOSE.search(text, opened, end):
        if end - opened <= 2:
            return thing_before(text, start, opened, dues)  # 绿道（8公里）
        start = opened + 1
    since = _SINCE.search(text, start, end)
    end = since.start() if since else end
    previous = -1
    while start != previous:
        previous = start
        start = skip_lead(text, start, end, dues)
        verbs = _LEFT_VERBS.match(text, start, end)
        start = verbs.end() if verbs else start
    inside = [due.start for due in dues if start + 2 <= due.start < end]
    end = min(inside, default=end)  # 某产业到2025年产值800亿元: the industry
    trail = _RIGHT_WORDS.search(text[start:end])
    end -= len(trail[0]) if trail else 0
    while start < end and text[start] in "、，）)”":
        start += 1
    return (start, end) if end - start >= 2 else None
