"""Steps and numbers that a text promises, with the words that prove them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plans.milestones import find_milestones, find_targets
from plans.records import OPS, STAGES


def steps(text, year=2031):
    return [(found.what, found.stage, found.due) for found in find_milestones(text, year)]


def counts(text, year=2031):
    return [(found.what, found.op, found.value, found.unit, found.due) for found in find_targets(text, year)]


@pytest.mark.parametrize(
    "text, step",
    [
        ("推动滨河中学年内开工。", ("滨河中学", "start", "2031")),
        ("力争年内开工建设滨河中学。", ("滨河中学", "start", "2031")),
        ("启动北渠泵闸、南渠泵闸建设。", ("北渠泵闸、南渠泵闸", "start", None)),
        ("启动建设东岸供水管线。", ("东岸供水管线", "start", None)),
        ("双子塔结构封顶。", ("双子塔", "topped_out", None)),
        ("月亮桥8月底前竣工。", ("月亮桥", "complete", "2031-08")),
        ("年底前完成导视牌的制作。", ("导视牌的制作", "complete", "2031")),
        ("老年公寓上半年基本建成。", ("老年公寓", "complete", "2031-H1")),
        ("雕塑园“十一”前建成开放。", ("雕塑园", "open", "2031-09")),
        ("家居城三季度开业。", ("家居城", "open", "2031-Q3")),
        ("推进镇托育园建成开办。", ("镇托育园", "open", None)),
        ("冰雪馆竣工投运。", ("冰雪馆", "operate", None)),
        ("上半年数据平台二期上线运行。", ("数据平台二期", "operate", "2031-H1")),
        ("上线“航行通”平台。", ("“航行通”平台", "operate", None)),
        ("力争油气交易平台尽快落地。", ("油气交易平台", "land", None)),
        ("争取国际仲裁院落户。", ("国际仲裁院", "land", None)),
        ("确保2032年6月底前项目摘地开工。", ("项目", "start", "2032-06")),
        ("卫生中心迁建项目完成工可批复。", ("卫生中心迁建项目", "approve", None)),
        ("编制郊野公园专项规划。", ("郊野公园专项规划", "plan", None)),
        ("推进老街整治方案编制。", ("老街整治方案", "plan", None)),
        ("筹建海洋博物馆。", ("海洋博物馆", "plan", None)),
        ("年内签约海洋装备项目。", ("海洋装备项目", "sign", "2031")),
    ],
)
def test_step_is_found_with_its_thing_and_date(text, step):
    assert steps(text) == [step]


@pytest.mark.parametrize(
    "text",
    [
        "落实尚未完成的任务。",
        "开展竣工决算审计。",
        "已建成的学校要用好。",
        "推动政策落地见效。",
        "推动各项措施落地。",
        "推动高水平改革开放。",
        "推动论坛常态化运行。",
        "签约项目投资规模不低于500亿元。",
        "学习《关于桥梁开工的办法》。",
        "确保与北环路同步建成。",
        "优化运营服务。",
    ],
)
def test_words_that_only_describe_are_no_steps(text):
    assert steps(text) == []


def test_each_clause_has_its_own_date_and_an_opening_date_goes_on():
    assert steps("年内实现学院招生运行，完成首批宿舍装修，下半年新校区开工。新桥建成。") == [
        ("学院", "operate", "2031"),
        ("首批宿舍装修", "complete", "2031"),
        ("新校区", "start", "2031-H2"),
        ("新桥", "complete", None),
    ]


def test_date_without_a_year_stays_open_where_the_plan_has_none():
    assert steps("音乐厅年内开工。", year=None) == [("音乐厅", "start", None)]
    assert steps("音乐厅2033年底前开工。", year=None) == [("音乐厅", "start", "2033")]


def test_promise_in_title_and_body_is_kept_once_with_its_date():
    assert steps("完成堤坝加固。年内完成堤坝加固。") == [("堤坝加固", "complete", "2031")]


@pytest.mark.parametrize(
    "text, target",
    [
        ("年内新增各类公寓不低于3500套。", ("各类公寓", ">=", 3500, "套", "2031")),
        ("新增至少5家精品酒店。", ("精品酒店", ">=", 5, "家", None)),
        ("新增10家以上生鲜超市。", ("生鲜超市", ">=", 10, "家", None)),
        ("新增厂房出租面积34万㎡。", ("厂房出租面积", "==", 340_000, "㎡", None)),
        ("全年完成产业投资280亿元。", ("产业投资", "==", 28_000_000_000, "元", "2031")),
        ("新开工住房面积约1.5万平方米。", ("住房面积", "~", 15_000, "平方米", None)),
        ("单位能耗控制在30吨以内。", ("单位能耗", "<=", 30, "吨", None)),
        ("力争贸易额增长30%。", ("贸易额", "+%", 30, "%", None)),
        ("年末贷款余额增长不少于20%。", ("贷款余额", "+%", 20, "%", "2031")),
        ("公园绿地覆盖率达80%。", ("公园绿地覆盖率", ">=", 80, "%", None)),
        ("争取20余家仲裁机构集聚。", ("仲裁机构", ">=", 20, "家", None)),
        ("登记船舶超过２５０万总吨。", ("登记船舶", ">=", 2_500_000, "总吨", None)),
        ("年内推动镇内1,133部居民电梯安装监测系统。", ("居民电梯", "==", 1133, "部", "2031")),
    ],
)
def test_number_is_found_with_what_it_counts(text, target):
    assert counts(text) == [target]


def test_range_gives_both_ends():
    (target,) = find_targets("年内引进培育2-3个孵化器。", 2031)
    assert (target.op, target.value, target.max, target.what) == (">=", 2, 3, "孵化器")


def test_list_of_numbers_keeps_each_with_its_thing():
    assert [row[:3] for row in counts("新建服务中心4个、照护之家1个、助餐点3个。")] == [
        ("服务中心", "==", 4),
        ("照护之家", "==", 1),
        ("助餐点", "==", 3),
    ]
    assert [row[:3] for row in counts("新设立5家工作站、30家引才站和10家驿站。")] == [
        ("工作站", "==", 5),
        ("引才站", "==", 30),
        ("驿站", "==", 10),
    ]


def test_growth_and_brackets_refer_to_what_stands_before():
    assert [row[:3] for row in counts("完成工业产值80亿元，同比增长35%。")][1] == ("工业产值", "+%", 35)
    assert [row[:3] for row in counts("高新企业不少于100家(新增30家)。")][1] == ("新增高新企业", "==", 30)


@pytest.mark.parametrize(
    "text",
    [
        "推动103社区、J05-01地块开工。",
        "推进5G网络和2.0版平台。",
        "办好第6届论坛。",
        "为第3家企业服务。",
        "打造15分钟生活圈。",
        "过去有3家企业。",
        "学习“建成100个公园”经验。",
    ],
)
def test_numbers_that_only_name_something_are_no_targets(text):
    assert counts(text) == []


WORDS = st.lists(
    st.sampled_from(
        [
            "开工",
            "建成",
            "完成",
            "投运",
            "落地",
            "启动",
            "建设",
            "编制",
            "年内",
            "上半年",
            "8月底前",
            "“十一”前",
            "2031年",
            "2031年底",
            "基本",
            "某馆",
            "的",
            "与",
            "同步",
            "并",
            "在",
            "于",
            "前",
            "要",
            "到",
            "“",
            "”",
            "（",
            "）",
            "《",
            "》",
            "，",
            ",",
            "。",
            "、",
            "3",
            "5-8",
            "万",
            "家",
            "%",
            "增长",
            "约",
            "以上",
            "不少于",
            "新增",
            "Ａ",
            "９",
            "\n",
        ]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(WORDS, st.text(max_size=80)), st.one_of(st.none(), st.just(2031)))
@example("完成", 2031)
def test_evidence_lies_in_the_text_whatever_it_says(text, year):
    for found in find_milestones(text, year):
        start, end = found.evidence
        assert 0 <= start < end <= len(text)
        assert found.what in text[start:end] and found.stage in STAGES
    for found in find_targets(text, year):
        start, end = found.evidence
        assert 0 <= start < end <= len(text)
        assert found.what and found.op in OPS and any(sign.isdigit() for sign in text[start:end])
