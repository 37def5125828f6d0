"""Sentences in the manner of other cities' plans: what each promises, and what only looks like it.

Our own sentences, as work plans, government reports, five-year plans and project lists are written. They
were labelled before the grammar first read them, a few labels were corrected to its written decisions, and
the grammar was mended on them since: they keep it from falling back, and measure nothing.

A line names a sentence (a plan of 2024, or of the years behind @); below it, indented, stand its milestones
(what, stage, due, commitment) and its targets (what, comparison, number, unit, due). A sentence without
such lines promises nothing.
"""

from typing import NamedTuple

import pytest

from plans.evaluate import same_object
from plans.milestones import find_milestones, find_targets
from plans.records import OPS

SENTENCES = """
新建学校2所，年内开工。
  学校 start 2024 firm
  学校 == 2 所 -
云栖科技馆年内开工、明年建成。
  云栖科技馆 start 2024 firm
  云栖科技馆 complete 2025 firm
确保望江隧道10月底前竣工，临溪大桥年底前投用。
  望江隧道 complete 2024-10 firm
  临溪大桥 operate 2024 firm
青龙河大桥8月底前合龙。
  青龙河大桥 topped_out 2024-08 firm
地铁6号线二期全线贯通，力争年底前通车运营。
  地铁6号线二期 complete - firm
  地铁6号线二期 operate 2024 aim
引黄调蓄工程三季度通水。
  引黄调蓄工程 operate 2024-Q3 firm
推动南岭风电场全容量并网。
  南岭风电场 operate - aim
安居苑二期上半年交付。
  安居苑二期 complete 2024-H1 firm
育才小学东校区9月开学。
  育才小学东校区 open 2024-09 firm
智慧停车平台年中试运行。
  智慧停车平台 operate 2024-H1 firm
规模以上工业增加值增长9%左右。
  规模以上工业增加值 +% 9 % -
城镇新增就业1.2万人以上。
  城镇就业 >= 12000 人 -
PM2.5平均浓度控制在32微克/立方米以内。
  PM2.5平均浓度 <= 32 微克/立方米 -
到2025年，地区生产总值突破1000亿元。
  地区生产总值 >= 100000000000 元 2025
引进培育3-5家链主企业。
  链主企业 >= 3..5 家 -
新建幼儿园三所、小学两所，新增学位4500个。
  幼儿园 == 3 所 -
  小学 == 2 所 -
  学位 == 4500 个 -
人均体育场地面积达到2.6平方米。
  人均体育场地面积 >= 2.6 平方米 -
加快5G和千兆光网融合发展。
优化T1示范线沿线接驳服务。
办好第六届长三角科创大会。
落实“四个一”包联机制。
构建“1+4+N”产业体系。
推广政务服务系统3.0版本。
公布便民服务热线12345和0571-88886666。
完善一站式企业服务机制。
发展更高层次的开放型经济。
研究建设城市轨道快线。
  城市轨道快线 plan - explore
6月底前印发城市更新专项规划。
  城市更新专项规划 approve 2024-06 firm
明年6月底前完成老年活动中心建设。
  老年活动中心 complete 2025-06 firm
加快推进锂电池材料项目落地，争取年内签约。
  锂电池材料项目 land - aim
  锂电池材料项目 sign 2024 aim
签约落地半导体封测项目。
  半导体封测项目 land - firm
力争到2035年，经济总量迈上万亿元台阶。
  经济总量 >= 1000000000000 元 2035
打造1000亿规模的智能网联汽车集群。
  智能网联汽车集群 == 100000000000 元 -
办理时限压缩50%以上。
  办理时限 +% -50 % -
减少审批材料三分之一以上。
  审批材料 +% -33.33 % -
企业开办时间压缩至1个工作日。
不超过10个工作日办结。
完善G60科创走廊合作机制。
2023—2025年，累计投入30亿元。@2021-2025
  投入 == 3000000000 元 2025
亩均税收达到30万元/亩。
  亩均税收 >= 300000 元/亩 -
新建5座消防站，确保年内投入使用。
  消防站 operate 2024 firm
  消防站 == 5 座 -
东部医学中心完成主体施工，西部医学中心完成桩基工程。
  东部医学中心 topped_out - firm
  桩基工程 complete - firm
引导社会力量参与养老服务运营。
总投资28亿元的新能源电池项目6月份开工，明年三季度投产。
  新能源电池项目 start 2024-06 firm
  新能源电池项目 operate 2025-Q3 firm
国道G329改建工程总投资12亿元，全长18公里，2024年一季度开工，2026年底建成通车。
  国道G329改建工程 start 2024-Q1 firm
  国道G329改建工程 operate 2026 firm
确保妇幼保健院迁建工程6月底前交付使用，公共卫生中心9月底前主体结构封顶，中医院二期年底前开工。
  妇幼保健院迁建工程 operate 2024-06 firm
  公共卫生中心 topped_out 2024-09 firm
  中医院二期 start 2024 firm
完成老旧小区改造86个、既有住宅加装电梯120台、燃气管网更新45公里。
  老旧小区 == 86 个 -
  电梯 == 120 台 -
  燃气管网 == 45 公里 -
力争引进10亿元以上项目15个，其中50亿元以上项目不少于3个。
  项目 == 15 个 -
  项目 >= 3 个 -
制定数据要素市场化改革方案，6月底前印发实施。
  数据要素市场化改革方案 plan - firm
  数据要素市场化改革方案 approve 2024-06 firm
推动人工智能创新中心揭牌运行，首批20家企业入驻。
  人工智能创新中心 operate - aim
  企业 == 20 家 -
加快创建国家级旅游度假区，力争年内通过验收。
东湾污水处理厂提标改造项目已完成可研批复，计划9月开工，2025年12月竣工。
  东湾污水处理厂提标改造项目 start 2024-09 firm
  东湾污水处理厂提标改造项目 complete 2025-12 firm
推动党的二十大精神落地生根。
持续运营好城市会客厅。
城镇居民人均可支配收入和农村居民人均可支配收入分别增长6%和7.5%。
  城镇居民人均可支配收入 +% 6 % -
  农村居民人均可支配收入 +% 7.5 % -
人民医院新院区建设工程（年底前竣工）。
  人民医院新院区建设工程 complete 2024 firm
（责任单位：区住建局、区交通局；完成时限：2024年12月）
建设高标准厂房50万平方米，力争年底前竣工30万平方米。
  高标准厂房 == 500000 平方米 -
  高标准厂房 == 300000 平方米 2024
力争完成工业投资百亿元以上。
  工业投资 >= 10000000000 元 -
力争集成电路产业规模迈上两千亿元台阶。
  集成电路产业规模 >= 200000000000 元 -
长江大堤加固工程汛期前完工。
  长江大堤加固工程 complete - firm
深化与中科院、清华大学等30余所高校院所合作。
加快县中医院整体搬迁项目进度，确保12月底前完成主体工程。
  县中医院整体搬迁项目 topped_out 2024-12 firm
完成党群服务中心改造提升并投入使用。
  党群服务中心改造提升 complete - firm
  党群服务中心 operate - firm
力争规上服务业营收增长12%，高于全市平均水平2个百分点。
  规上服务业营收 +% 12 % -
新能源装机占比提升到45%，煤电机组供电煤耗降至290克/千瓦时以下。
  新能源装机占比 >= 45 % -
  煤电机组供电煤耗 <= 290 克/千瓦时 -
建立重大项目“红黄绿”灯预警机制，确保项目按期投产。
力争4家企业登陆科创板，直接融资100亿元以上。
  企业 == 4 家 -
  直接融资 >= 10000000000 元 -
完成河道整治8条段、疏浚土方120万方。
  河道 == 8 条段 -
  土方 == 1200000 方 -
研究推动机场第二跑道规划建设。
  机场第二跑道 plan - explore
启动新一轮国土空间规划修编工作。
  新一轮国土空间规划 plan - firm
污水处理厂（二期）项目，总投资3.2亿元，日处理能力5万吨，2025年6月前投运。
  污水处理厂（二期）项目 operate 2025-06 firm
加快青少年活动中心、残疾人康复中心建设，确保上半年完成主体结构封顶，年底前交付使用。
  青少年活动中心 topped_out 2024-H1 firm
  残疾人康复中心 topped_out 2024-H1 firm
  青少年活动中心 operate 2024 firm
  残疾人康复中心 operate 2024 firm
大力实施产业强区战略，力争规上工业总产值突破3000亿元，增长10%以上。
  规上工业总产值 >= 300000000000 元 -
  规上工业总产值 +% 10 % -
力争长芯存储二期6月通线投产，三期年内拿地开工。
  长芯存储二期 operate 2024-06 aim
  三期 start 2024 aim
加快出台促进民营经济高质量发展若干措施。
  促进民营经济高质量发展若干措施 approve - aim
“十四五”期间，累计新增轨道交通运营里程80公里，建成快速路网120公里。@2021-2025
  轨道交通运营里程 == 80 公里 2025
  快速路网 == 120 公里 2025
到2025年，基本公共服务满意度达到90分以上，人均预期寿命达到84.5岁。@2021-2025
  基本公共服务满意度 >= 90 分 2025
  人均预期寿命 >= 84.5 岁 2025
每千名老人拥有养老床位45张，护理型床位占比不低于60%。
  养老床位 == 45 张 -
  护理型床位占比 >= 60 % -
深入推进“放管服”改革，推行“一业一证”。
推动A320总装线二期项目扩能，支持C929研制。
白鹤滩换流站上半年送电，抽水蓄能电站首台机组年底并网发电。
  白鹤滩换流站 operate 2024-H1 firm
  抽水蓄能电站首台机组 operate 2024 firm
推动华润燃机热电项目获得核准，海上风电三期取得海域使用批复。
  华润燃机热电项目 approve - aim
  海上风电三期 approve - aim
力争签约亿元以上项目100个、总投资500亿元。
  亿元以上项目 == 100 个 -
  总投资 == 50000000000 元 -
城市副中心剧院预计明年春节前开门迎客。
  城市副中心剧院 open 2025-01 firm
2023年，我区新增上市公司6家，完成技改投资90亿元。
五年来，全区生产总值年均增长7.2%，总量跨上千亿元台阶。@2021-2025
支持企业上市，加大服务供给，完善物流配送体系。
常态化开展联合执法，完成上级交办的其他任务。
加快海关监管作业场所建设，六月底前通过海关验收。
  海关监管作业场所 complete 2024-06 firm
开通至法兰克福全货机航线，货邮吞吐量增长两成。
  至法兰克福全货机航线 operate - firm
  货邮吞吐量 +% 20 % -
加快推进新型电力系统建设，新型储能装机规模达到50万千瓦。
  新型储能装机规模 >= 500000 千瓦 -
确保长山港10万吨级航道工程年底前完工。
  长山港10万吨级航道工程 complete 2024 firm
力争实际利用外资3亿美元，其中制造业外资占比超三成。
  外资 == 300000000 美元 -
  制造业外资占比 >= 30 % -
确保粮食产量稳定在20万吨以上，新建高标准农田2万亩，改造提升1.5万亩。
  粮食产量 >= 200000 吨 -
  高标准农田 == 20000 亩 -
  高标准农田 == 15000 亩 -
"""


class Sentence(NamedTuple):
    """A sentence with the years of its plan and the words of its labels."""

    text: str
    years: int | tuple[int, int]
    promises: list[list[str]]


def read_table():
    """The sentences of the table with their labels."""
    rows = []
    for line in SENTENCES.strip().splitlines():
        if line.startswith("  "):
            rows[-1].promises.append(line.split())
            continue
        text, _, years = line.partition("@")
        first, _, last = years.partition("-")
        rows.append(Sentence(text, (int(first), int(last)) if years else 2024, []))
    return rows


TABLE = read_table()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.text[:24])
def test_sentence_promises_these_steps_and_no_others(row):
    wanted = [label for label in row.promises if label[1] not in OPS]
    found = find_milestones(row.text, row.years)
    assert sorted((step.stage, step.due or "-", step.commitment) for step in found) == sorted(
        tuple(label[1:]) for label in wanted
    )
    for what, stage, *_ in wanted:
        assert any(step.stage == stage and same_object(step.what, what) for step in found), what


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.text[:24])
def test_sentence_promises_these_numbers_and_no_others(row):
    wanted = [label for label in row.promises if label[1] in OPS]
    found = find_targets(row.text, row.years)
    assert [(target.op, number(target), target.unit, target.due or "-") for target in found] == [
        tuple(label[1:]) for label in wanted
    ]
    assert all(same_object(target.what, label[0]) for target, label in zip(found, wanted, strict=True))


def number(target):
    """A number, and where it is a range its upper end, as the table writes it."""
    return f"{target.value}" if target.max is None else f"{target.value}..{target.max}"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.text[:24])
def test_evidence_holds_the_thing_and_the_number(row):
    for step in find_milestones(row.text, row.years):
        assert step.what in row.text[slice(*step.evidence)]
    for target in find_targets(row.text, row.years):
        assert target.printed in row.text[slice(*target.evidence)]
