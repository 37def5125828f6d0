"""Numbers that a text promises: what is counted, how many, in which unit, by when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.numerals import parse_number
from plans.records import Target
from plans.targets import find_targets
from plans.units import canonical_unit, to_standard


def counts(text, year=2031):
    return [(found.what, found.op, found.value, found.unit, found.due) for found in find_targets(text, year)]


@pytest.mark.parametrize(
    "text, target",
    [
        ("年内新增各类公寓不低于3500套。", ("各类公寓", ">=", 3500, "套", "2031")),
        ("新增至少5家精品酒店。", ("精品酒店", ">=", 5, "家", None)),
        ("新增10家以上生鲜超市。", ("生鲜超市", ">=", 10, "家", None)),
        ("新增厂房出租面积34万㎡。", ("厂房出租面积", "==", 340_000, "平方米", None)),
        ("全年完成产业投资280亿元。", ("产业投资", "==", 28_000_000_000, "元", "2031")),
        ("新开工住房面积约1.5万平方米。", ("住房面积", "~", 15_000, "平方米", None)),
        ("单位能耗控制在30吨以内。", ("单位能耗", "<=", 30, "吨", None)),
        ("力争贸易额增长30%。", ("贸易额", "+%", 30, "%", None)),
        ("单位产值能耗下降3%。", ("单位产值能耗", "+%", -3, "%", None)),
        ("公园绿地覆盖率达80%。", ("公园绿地覆盖率", ">=", 80, "%", None)),
        ("到2035年，绿色出行比例达到75%左右。", ("绿色出行比例", "~", 75, "%", "2035")),
        ("到2035年，绿色建筑达标率100%。", ("绿色建筑达标率", "==", 100, "%", "2035")),
        ("森林覆盖率提高到28%。", ("森林覆盖率", ">=", 28, "%", None)),
        ("争取20余家仲裁机构集聚。", ("仲裁机构", ">=", 20, "家", None)),
        ("登记船舶超过２５０万总吨。", ("登记船舶", ">=", 2_500_000, "总吨", None)),
        ("年内推动镇内1,133部居民电梯安装监测系统。", ("居民电梯", "==", 1133, "部", "2031")),
        ("产业产值在2028年基础上翻两番。", ("产业产值", "×", 4, "倍", None)),
        ("带动千家企业转型。", ("企业转型", "==", 1000, "家", None)),
        ("盘活低效用地三百亩。", ("低效用地", "==", 300, "亩", None)),
        ("新增设一所老年大学。", ("老年大学", "==", 1, "所", None)),
        ("人均公园绿地面积达到15平方米/人。", ("人均公园绿地面积", ">=", 15, "平方米/人", None)),
        ("污水日处理规模达到30万m3/d。", ("污水日处理规模", ">=", 300_000, "立方米/日", None)),
        ("常住人口规模控制在250万人以内。", ("常住人口规模", "<=", 2_500_000, "人", None)),
        ("年接待人次达到1500万左右。", ("年接待人次", "~", 15_000_000, "人次", None)),
        ("三分之二以上的社区建成服务站。", ("社区建成服务站", ">=", 66.67, "%", None)),
        ("推动北湖小学等5所学校9月1日前建成开学。", ("学校", "==", 5, "所", "2031-09")),
        ("某产业到2035年产值达到800亿元。", ("某产业", ">=", 80_000_000_000, "元", "2035")),
    ],
)
def test_number_is_found_with_what_it_counts(text, target):
    assert counts(text) == [target]


@pytest.mark.parametrize(
    "text, low, high",
    [("引进培育2-3个孵化器。", 2, 3), ("引入80到100家机构。", 80, 100), ("新设1—2家工作站。", 1, 2)],
)
def test_range_gives_both_ends(text, low, high):
    (target,) = find_targets(text, 2031)
    assert (target.op, target.value, target.max) == (">=", low, high)


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


def test_bounded_growth_says_so():
    assert [
        t.at_least for t in find_targets("贷款余额增长不少于20%。出口增长8%以上。产值增长5%。", 2031)
    ] == [
        True,
        True,
        False,
    ]


def test_thing_counted_never_comes_from_an_earlier_sentence():
    assert counts("引进60家银行。加快双子塔落地，实现开工面积100余万平方米。")[1][:4] == (
        "开工面积",
        ">=",
        1_000_000,
        "平方米",
    )
    assert len(counts("引进60家银行。增长20%。")) == 1


def test_number_keeps_its_print_and_standard_unit():
    (area,) = find_targets("新增森林１２００亩。", 2031)
    assert (area.printed, area.unit, area.normal_unit) == ("１２００亩", "亩", "平方米")
    assert area.normal_value == pytest.approx(800_000)
    (cells,) = find_targets("新增25万㎡楼宇出租面积。", 2031)
    assert (cells.printed, cells.value, cells.normal_unit) == ("25万㎡", 250_000, "平方米")
    assert Target.from_json(area.to_json(), "新增森林１２００亩。") == area


@pytest.mark.parametrize(
    "text",
    [
        "推动103社区、J05-01地块开工。",
        "推进5G网络和2.0版平台。",
        "办好第6届论坛。",
        "办好第六届论坛、第三次会议。",
        "为第3家企业服务。",
        "打造15分钟生活圈。",
        "过去有3家企业。",
        "截至2030年底，建成学校12所。",
        "去年完成投资80亿元。",
        "学习“建成100个公园”经验。",
        "落实“四个一”机制，实施1+4计划。",
        "推进三年行动，深化三个转变。",
        "未来3—5年明确目标。",
        "建设滨河80米景观带。",
        "以C919和T1线为牵引。",
        "2030年，完成投资618亿元。",
        "聚焦年产值达到千亿元产业或1—2个主导产业。",
        "完成第五次普查，走进千家万户。",
    ],
)
def test_numbers_that_only_name_or_tell_something_are_no_targets(text):
    assert counts(text) == []


@pytest.mark.parametrize(
    "written, scale, value",
    [
        *[("三百二十", None, 320), ("两千零五", None, 2005), ("十五", None, 15), ("二〇三五", None, 2035)],
        *[("百", None, 100), ("1,133", None, 1133), ("1.5", "万", 15_000), ("2", "万亿", 2 * 10**12)],
        *[("三五百", None, None), ("十十", None, None), ("家", None, None), ("", None, None)],
    ],
)
def test_numerals_are_read_or_refused(written, scale, value):
    assert parse_number(written, scale) == value


def spelled(value):
    """A number below ten thousand in Chinese signs, the usual way."""
    digits, out, gap = "零一二三四五六七八九", "", False
    for step, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // step % 10
        if digit:
            out += ("零" if gap and out else "") + digits[digit] + sign
            gap = False
        else:
            gap = True
    return out


@given(st.integers(1, 9_999))
def test_spelled_numbers_come_back(value):
    assert parse_number(spelled(value)) == value
    assert parse_number(f"{value:,}") == value


def test_units_go_by_one_name():
    assert [canonical_unit(unit) for unit in ("㎡", "k㎡", "MW", "m3/d", "家")] == [
        "平方米",
        "平方公里",
        "兆瓦",
        "立方米/日",
        "家",
    ]
    assert to_standard(1.5, "平方公里") == (1_500_000, "平方米")
    assert to_standard(6, "公里/平方公里") == (6_000, "米/平方公里")
