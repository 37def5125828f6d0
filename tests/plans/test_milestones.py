"""Steps and numbers that a text promises, with the words that prove them."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plans.dues import due_interval
from plans.milestones import find_milestones, find_targets
from plans.records import COMMITMENTS, OPS, STAGES


def steps(text, year=2031):
    return [(found.what, found.stage, found.due) for found in find_milestones(text, year)]


@pytest.mark.parametrize(
    "text, step",
    [
        ("推动滨河中学年内开工。", ("滨河中学", "start", "2031")),
        ("力争年内开工建设滨河中学。", ("滨河中学", "start", "2031")),
        ("启动北渠泵闸建设。", ("北渠泵闸", "start", None)),
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
    "text, things, stage",
    [
        ("推动东塔一期、西塔结构封顶。", ["东塔一期", "西塔"], "topped_out"),
        ("北湖小学、南湖中学等3所学校开办。", ["北湖小学", "南湖中学"], "open"),
        ("菜篮网、米袋网等重点项目落地。", ["菜篮网", "米袋网"], "land"),
        ("启动北渠泵闸、南渠泵闸建设。", ["北渠泵闸", "南渠泵闸"], "start"),
        ("东港、西港卫生服务中心建成。", ["东港、西港卫生服务中心"], "complete"),
        ("筹建汽车、芯片等产业联盟。", ["汽车、芯片等产业联盟"], "plan"),
        ("制定三镇提升、东片更新实施方案。", ["三镇提升、东片更新实施方案"], "plan"),
        ("甲馆、乙馆等展览项目和丙园、丁园等研发项目开工。", ["甲馆", "乙馆", "丙园", "丁园"], "start"),
        ("完成东岸2#、西岸4#建设。", ["东岸2#", "西岸4#"], "complete"),
    ],
)
def test_things_of_their_own_come_apart_and_a_shared_head_keeps_a_list_whole(text, things, stage):
    assert [(what, found) for what, found, _ in steps(text)] == [(thing, stage) for thing in things]


def test_each_verb_of_a_sentence_takes_its_own_things():
    assert steps("推动东岸馆、西岸馆竣工，南馆开工，北馆完成立项批复。") == [
        ("东岸馆", "complete", None),
        ("西岸馆", "complete", None),
        ("南馆", "start", None),
        ("北馆", "approve", None),
    ]


def test_thing_named_once_goes_with_its_later_steps():
    assert steps("推动展示馆开工并力争年内主体结构完工。") == [
        ("展示馆", "start", None),
        ("展示馆", "topped_out", "2031"),
    ]
    assert steps("二期工程年内开工建设、2033年建成投用。")[1] == ("二期工程", "operate", "2033")


@pytest.mark.parametrize(
    "text, step, commitment",
    [
        ("制定公园条例。", ("公园条例", "plan"), "firm"),
        ("推进公园条例编制。", ("公园条例", "plan"), "aim"),
        ("研究制定公园管理办法。", ("公园管理办法", "plan"), "explore"),
        ("制定并发布公园管理办法。", ("公园管理办法", "approve"), "firm"),
        ("争取尽快出台公园管理办法。", ("公园管理办法", "approve"), "aim"),
        ("编制完成公园专项规划。", ("公园专项规划", "complete"), "firm"),
        ("探索建立海洋数据中心。", ("海洋数据中心", "plan"), "explore"),
        ("研究码头整体搬迁。", ("码头整体搬迁", "plan"), "explore"),
        ("启动水厂扩建前期工作。", ("水厂扩建", "plan"), "explore"),
        ("规划建设海洋图书馆。", ("海洋图书馆", "plan"), "firm"),
        ("推动北能源站具备供能条件。", ("北能源站", "complete"), "aim"),
        ("确保推动北能源站投运。", ("北能源站", "operate"), "firm"),
        ("力争北能源站投运。", ("北能源站", "operate"), "aim"),
        ("北能源站投运。", ("北能源站", "operate"), "firm"),
    ],
)
def test_commitment_is_what_the_words_in_front_say(text, step, commitment):
    (found,) = find_milestones(text, 2031)
    assert ((found.what, found.stage), found.commitment) == (step, commitment)


def test_a_list_goes_on_as_firmly_as_it_began():
    found = find_milestones("推动东馆开工，西馆竣工；建成南馆。", 2031)
    assert [step.commitment for step in found] == ["aim", "aim", "firm"]


@pytest.mark.parametrize("year, implied", [(2031, "2031"), ((2031, 2035), "2035"), (None, None)])
def test_plans_year_is_implied_where_no_date_is_printed(year, implied):
    (open_end, dated) = find_milestones("东馆开工。西馆2033年竣工。", year)
    assert (open_end.due, open_end.due_implied) == (None, implied)
    assert (dated.due, dated.due_implied) == ("2033", None)


@pytest.mark.parametrize(
    "text",
    [
        "截至2030年底，音乐厅建成。",
        "新城医院已于去年开业。",
        "随着音乐厅建成，优化公交。",
        "以国际学校开学为契机完善配套。",
        "提供线上线下融合服务。",
        "组建成立交通公司。",
        "统筹建设管廊工程。",
        "推动更多项目落地。",
        "完成一批、开工一批、储备一批重大项目。",
        "推动政府投资项目“拿地即开工”改革。",
        "提高项目开工率、竣工率、投产率。",
        "确保各项任务按时保质完成。",
        "推进会展中心建设。",
        "做优家庭医生签约服务。",
        "全力以赴保开工、促投产。",
        "建成更具竞争力的创新高地。",
    ],
)
def test_telling_of_the_past_of_duties_or_of_nothing_named_is_no_step(text):
    assert steps(text) == []


@pytest.mark.parametrize(
    "printed, due",
    [
        *[("年内", "2031"), ("年底前", "2031"), ("上半年", "2031-H1"), ("下半年", "2031-H2")],
        *[("一季度", "2031-Q1"), ("第四季度", "2031-Q4"), ("6月底前", "2031-06"), ("9月1日前", "2031-09")],
        *[("“十一”前", "2031-09"), ("春节前", "2031-01"), ("2033年底前", "2033"), ("2033年3月", "2033-03")],
        *[("到2035年", "2035"), ("2035年前", "2035"), ("“十六五”期间", "2035"), ("三年内", "2033")],
        *[("今后3年", "2033"), ("今明两年", "2032"), ("明年上半年", "2032-H1"), ("十二周年前", "2031-08")],
    ],
)
def test_date_is_anchored_to_the_plans_year(printed, due):
    assert steps(f"{printed}建成音乐厅。") == [("音乐厅", "complete", due)]


def test_date_of_a_five_year_plan_needs_its_year():
    assert steps("年内建成音乐厅。", (2031, 2035)) == [("音乐厅", "complete", None)]
    assert steps("2033年3月东馆开工，6月西馆开工。", (2031, 2035)) == [
        ("东馆", "start", "2033-03"),
        ("西馆", "start", "2033-06"),
    ]


def test_another_bodys_anniversary_is_no_date():
    assert steps("三十周年前建成音乐厅。")[0][2] is None


def test_date_at_the_head_of_a_list_goes_on_over_its_sentences():
    assert steps("年内：东馆开工。西馆竣工。") == [("东馆", "start", "2031"), ("西馆", "complete", "2031")]
    assert steps("年内东馆开工。西馆竣工。")[1] == ("西馆", "complete", None)


@pytest.mark.parametrize(
    "due, first, last",
    [
        ("2032", date(2032, 1, 1), date(2032, 12, 31)),
        ("2031-H2", date(2031, 7, 1), date(2031, 12, 31)),
        ("2031-Q1", date(2031, 1, 1), date(2031, 3, 31)),
        ("2032-02", date(2032, 2, 1), date(2032, 2, 29)),
    ],
)
def test_due_is_an_interval_of_days(due, first, last):
    assert due_interval(due) == (first, last)


@pytest.mark.parametrize("due", ["", "2031-H3", "2031-13", "31", "2031-Q5", "0000"])
def test_what_is_no_due_is_refused(due):
    with pytest.raises(ValueError, match="not a due date"):
        due_interval(due)


def test_traditional_signs_spaces_and_wrapped_lines_read_alike():
    text = "推動東岸大道與河濱步道相交處的臨海歷史展\n覽館年 內 開工 ，南岸博物館年底前竣工 。"
    assert steps(text) == [
        ("東岸大道與河濱步道相交處的臨海歷史展覽館", "start", "2031"),
        ("南岸博物館", "complete", "2031"),
    ]
    (first, _) = find_milestones(text, 2031)
    assert bare(text[slice(*first.evidence)]) == "東岸大道與河濱步道相交處的臨海歷史展覽館年內開工"


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


@given(st.one_of(WORDS, st.text(max_size=80)), st.one_of(st.none(), st.just(2031), st.just((2031, 2035))))
@example("完成", 2031)
@example("推動\u3000水廠 ，年 內 開工\n，新增３ 家。", 2031)
def test_evidence_lies_in_the_text_whatever_it_says(text, year):
    for found in find_milestones(text, year):
        start, end = found.evidence
        assert 0 <= start < end <= len(text)
        assert bare(found.what) in bare(text[start:end])
        assert found.stage in STAGES and found.commitment in COMMITMENTS
    for target in find_targets(text, year):
        start, end = target.evidence
        assert 0 <= start < end <= len(text)
        assert target.what and target.op in OPS and bare(target.printed) in bare(text[start:end])


def bare(text):
    """A text without white space, which a reading on one line drops."""
    return "".join(text.split())


def test_time_grows_with_the_text_and_no_faster():
    """A clause without a stop is cut, so that no pattern looks farther than that."""
    text = "推动甲馆、乙馆开工、建成3家" * 2_000
    assert len(find_milestones(text, 2031)) >= 1 and len(find_targets(text, 2031)) >= 1_000
