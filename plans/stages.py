"""Which words say that a step of a project is reached, and how firmly is it promised?

Stages: plan, approve, sign, land, start, topped_out, complete, open, operate. Decisions that labels and code
share:
- A policy document that is drawn up (制定, 编制, 修订, 起草) is at `plan`; issued (出台, 印发, 发布) at
  `approve`; 编制完成 and 完成编制 are `complete`.
- 具备通车条件 counts as `complete`; 竣工投运 as the furthest of its words, but 完成封顶 is `topped_out`.
- The structure stands (封顶, 合龙): `topped_out`. The works are done and taken over (竣工, 贯通, 交付, 交房,
  通过验收): `complete`. Doors open (开业, 开学, 挂牌, 揭牌, 入住): `open`. It runs (通车, 通水, 并网, 投用,
  启用, 交付使用, 试运行, 首发, 开行): `operate`. 获批 and 取得许可 are `approve`.
- 设立, 组建, 举办 and 入驻 have no stage: they say neither what is built nor how far it has come.
- 推进某馆建设 has none either: building goes on, and no step of it is promised.
"""

from __future__ import annotations

import re

from plans.records import STAGES

STAGE_WORDS = {
    "approve": (
        "完成工可批复",
        "完成可研批复",
        "完成立项批复",
        "完成批复",
        "获得批复",
        "取得批复",
        "工可批复",
        "可研批复",
        "立项批复",
        "获批",
        "获核准",
        "完成立项",
        "立项",
        "完成核准",
        "核准",
        "取得施工许可证",
        "取得施工许可",
        "取得许可证",
        "取得许可",
        "获得许可",
        "取得批准",
        "获得批准",
    ),
    "sign": ("正式签约", "签约", "签订", "签署"),
    "land": ("落地", "摘地", "落户", "拿地", "摘牌"),
    "start": (
        "全面开工建设",
        "落地开工",
        "开工建设",
        "开工新建",
        "启动建设",
        "启动实施",
        "启动施工",
        "开始建设",
        "新开工",
        "开工",
        "动工",
        "启动",
        "破土动工",
        "奠基",
    ),
    "topped_out": (
        "主体结构封顶",
        "主体结构完工",
        "主体结构完成",
        "框架结构完成",
        "完成主体结构施工",
        "完成主体结构",
        "完成主体工程",
        "完成主体施工",
        "成功合龙",
        "主桥合龙",
        "主塔封顶",
        "合龙",
        "主体结构竣工",
        "主体完工",
        "主体封顶",
        "结构封顶",
        "封顶",
    ),
    "complete": (
        "封关验收",
        "竣工验收",
        "通过验收",
        "完成验收",
        "通过竣工验收",
        "通过综合验收",
        "交付",
        "交房",
        "贯通",
        "综合验收",
        "竣工交付",
        "竣工",
        "建成",
        "完工",
        "完成",
        "全线贯通",
        "双向贯通",
        "具备供能条件",
        "具备验收条件",
        "具备封关验收条件",
        "具备通车条件",
        "具备交付条件",
        "具备投用条件",
        "具备使用条件",
        "具备运营条件",
        "具备开业条件",
        "具备入住条件",
        "具备开学条件",
        "具备办学条件",
        "具备投产条件",
        "具备开园条件",
        "具备通水条件",
        "具备接诊条件",
        "具备投运条件",
        "具备运行条件",
        "具备开放条件",
        "具备招生条件",
    ),
    "open": (
        "对外开放",
        "开业运营",
        "开业",
        "开放",
        "开学",
        "开办",
        "开园",
        "试开馆",
        "试开园",
        "试营业",
        "开馆",
        "开街",
        "开诊",
        "迎客",
        "挂牌成立",
        "挂牌",
        "揭牌",
        "招生",
        "开校",
        "开门迎客",
        "开门纳客",
        "入住",
        "开班",
    ),
    "operate": (
        "投入使用",
        "投入运营",
        "投入运行",
        "投入生产",
        "交付使用",
        "上线运行",
        "挂牌运行",
        "组网运营",
        "开通运营",
        "招生运行",
        "封关运行",
        "封关运作",
        "通车运营",
        "建设运营",
        "并网发电",
        "并网运行",
        "试运营",
        "试运行",
        "正式运营",
        "正式运行",
        "投产运营",
        "投运",
        "投用",
        "投产",
        "达产",
        "上线",
        "启用",
        "试生产",
        "试投产",
        "首发",
        "首航",
        "开行",
        "送电",
        "蓄水",
        "通车",
        "通航",
        "通水",
        "通气",
        "开通",
        "并网",
        "运营",
        "运行",
    ),
    "plan": (
        "组织编制",
        "前期研究工作",
        "前期工作",
        "前期研究",
        "规划研究",
        "方案研究",
        "可行性研究",
        "方案设计",
        "初步设计",
        "规划建设",
        "编制",
        "修编",
        "筹建",
        "筹设",
    ),
}
STAGE_OF = {word: stage for stage, words in STAGE_WORDS.items() for word in words}
ORDER = {stage: rank for rank, stage in enumerate(STAGES)}
WORD = "|".join(sorted(STAGE_OF, key=lambda word: (-len(word), word)))
for _word, _guarded in {
    "建成": "(?<!组)建成(?!立)",  # 组建成立
    "上线": "(?<![线网])上线(?![下索])",  # 线上线下
    "筹建": "(?<!统)筹建(?!设)",  # 统筹建设
    "投运": "投运(?!会)",
    "交付": "交付(?!使用|率|能力|周期|标准)",
    "贯通": "(?<!融会)(?<!融汇)贯通(?!式|性)",
    "入住": "入住(?!率|人)",
    "首发": "首发(?!经济|式|站)",
    "开行": "(?<!新)开行",
}.items():
    WORD = re.sub(rf"(?<=\|){_word}(?=\||$)", _guarded, WORD)
# 通过海关验收, 取得海域使用批复: who or what for stands between.
WORD = (
    "通过[^，。、；的]{1,6}验收(?!标准|报告)"
    rf"|(?:取得|获得)[^，。、；的]{{1,10}}(?:批复|许可证?|核准|批准)|{WORD}"
)
ONE_WORD = re.compile(WORD)
RUN = re.compile(rf"(?:{WORD})(?:[、并和及]?(?:正式|全面)?(?:{WORD})){{0,3}}")

DRAFT, ISSUE = "制定|制订|编制|修订|修编|起草|草拟|拟定|形成", "出台|印发|发布|颁布|公布"
DOCUMENT_VERB = re.compile(rf"(?:{DRAFT}|{ISSUE})(?:[、并和及]{{0,2}}(?:正式)?(?:{DRAFT}|{ISSUE})){{0,3}}")
_ISSUED = re.compile(ISSUE)
DOCUMENT_NOUN = re.compile(
    r"(?:方案|规划|计划|细则|标准|规范|目录|办法|政策|措施|举措|意见|条例|规定|文件|规则|清单|要点|导则"
    r"|指标体系|制度|报告|汇编|章程"
    r"|纲要|预案|指南|指引|白皮书|蓝皮书|策略|法规|规章|重点任务|路线图|图则|控规"
    r"|[一二三四五六七八九十\d]条)(?:[（(][^()（）]{1,12}[）)])?$"
)
FORMED_NOUN = re.compile(r"(?:方案|细则|规划|办法|报告|导则|纲要|意见)$|^[“《][^“”《》]{2,40}[”》]$")
EXPLORE = re.compile(r"研究(?!院|所|中心|机构|生|员|型|开发|平台|团队|成果|基地|工作|实验)|探索|谋划")

# What says how firmly a step is promised; the nearest word in front wins over farther ones of its kind.
FIRM_WORDS = re.compile(r"确保|务必|保证(?!金)|必须")
AIM_WORDS = re.compile(
    r"力争|争取|推进|推动|加快|加速|力求|促进|支持|鼓励|吸引|引导|争创|努力|积极|大力|协调|有望"
)
OWN_VERB = re.compile(
    r"\s?(?:确保|实现|完成|建成|启动|开工|上线|签约|启用|基本(?:完成|建成|实现)|全面完成|逐步完成)"
)

FACILITY = re.compile(
    r"(?:跑道|航道|泊位|管廊|厂房|站|校|学校|院|馆|中心|路|桥|隧道|闸|项目|基地|工程|期|部|园|园区|公园|绿地|广场|大厦|厂|仓库"
    r"|港|码头|楼|塔|岛|湾|线|段|立交|枢纽"
    r"|平台|系统|城|社区|街区|酒店|商场|银行|法庭|公寓|剧院|剧场|步道|机场|铁路|公路|大道|轨道|河道|河"
    r"|湖|渠|坝|堤|水库|综合体|改造|设施|区"
    r"|基金|公司|高职|专线|管线|机构|集团|联盟|实验室|[#号]|[”》）)])(?:[（(][^()（）]{1,12}[）)])?$"
)


def furthest(run: str) -> str:
    """The last stage that a run of words reaches: 摘地开工 starts, 竣工投运 operates, 完成封顶 tops out."""
    words = [word[0] for word in ONE_WORD.finditer(run)]
    if words[0] == "完成" and len(words) > 1:
        words = words[1:]
    other = "complete" if words[0].startswith("通过") else "approve"
    return max((STAGE_OF.get(word, other) for word in words), key=ORDER.__getitem__)


def document_stage(verbs: str) -> str:
    """Whether a document is drawn up (`plan`) or issued (`approve`)."""
    return "approve" if _ISSUED.search(verbs) else "plan"
