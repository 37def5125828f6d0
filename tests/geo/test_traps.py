"""Names that mislead: what must not be read as a place, and what beside it must still be found.

Sentences are our own. Each row: text, targets that must be linked, targets that must not.
"""

from __future__ import annotations

import pytest

from geo.gazetteer import read_gazetteer
from geo.geocoder import Geocoder, TaskLinks
from lingang.locations import data_dir


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return Geocoder(read_gazetteer(data_dir()))


def targets(result: TaskLinks) -> set[str]:
    return {link.target for link in result.links}


TRAPS = [
    # 普通词里的地名
    ("深入推进平安建设，创建平安校园和平安社区", set(), {"town-situan"}),
    ("修缮四团镇平安社区的老街", {"town-situan"}, set()),
    ("建筑工地使用水泥城市构件", set(), {"town-nicheng"}),
    ("改善泥城人居环境", {"town-nicheng"}, set()),
    ("弘扬书院文化，创办青年书院", set(), {"town-shuyuan"}),
    ("推进书院美丽乡村建设，改善农民居住条件", {"town-shuyuan"}, set()),
    ("书院社区新设服务点", {"town-shuyuan"}, set()),
    ("共迎千万祥和之家", set(), {"town-wanxiang"}),
    ("第四团队成员到位", set(), {"town-situan"}),
    ("与越南港口开通航线", set(), {"nangang-port", "yangshan-luchao"}),
    ("全国产业区、战略性新兴产业区域竞争", set(), {"emerging"}),
    ("上海主城区通勤时间缩短", set(), {"dishui-core"}),
    ("主城区增设公交站点", {"dishui-core"}, set()),
    ("学习松江科技城、张江科技城经验", set(), {"tech-city"}),
    ("科技城二期交付", {"tech-city"}, set()),
    # 更长的名字
    ("环湖二路改造", {"ring-road-2"}, {"dishui-lake"}),
    ("环湖西三路慢行系统", set(), {"dishui-lake"}),
    ("环湖夜景提升", {"dishui-lake"}, set()),
    ("申港大道拓宽", {"shengang-avenue"}, {"shengang"}),
    ("申港居民区增设车位", {"shengang"}, set()),
    ("泥城公路大修", set(), {"town-nicheng"}),
    ("泥城镇公路大修", {"town-nicheng"}, set()),
    ("书院港路绿化提升", set(), {"town-shuyuan"}),
    ("滴水湖站换乘改造", set(), {"dishui-lake"}),
    ("江山路宿舍型保租房交付", set(), {"jiangshan-road"}),
    ("浦东铁路扩能", {"pudong-railway"}, set()),
    # 活动、机构、企业、品牌
    ("办好顶科论坛和世界顶尖科学家论坛", set(), {"top-scientists"}),
    ("世界顶尖科学家论坛永久会址竣工", {"top-scientists"}, set()),
    ("筹备滴水湖新兴金融大会、滴水湖音乐节和滴水湖半程马拉松", set(), {"dishui-lake"}),
    ("支持临港集团、港城集团、临港投控集团改革", set(), {"lingang"}),
    ("组建泥城环境服务公司", set(), {"town-nicheng"}),
    ("泥城、书院集团化办学", {"town-nicheng", "town-shuyuan"}, set()),
    ("洋山奖励政策兑现", {"yangshan"}, set()),
    ("以“中国洋山港”为船籍港登记船舶", set(), {"yangshan", "yangshan-island", "yangshan-port"}),
    ("洋山海关优化流程", set(), {"yangshan"}),
    ("落实《洋山特殊综合保税区管理办法》和《滴水湖规划》", set(), {"yangshan", "dishui-lake"}),
    ("依据《南汇新城规划》改造泥城", {"town-nicheng"}, {"town-nanhui"}),
    ("滴水湖第九幼儿园招生", set(), {"dishui-lake"}),
    ("泥城第九幼儿园招生", {"town-nicheng"}, set()),
    # 代号
    ("T1航站楼与T3航站楼之间增开公交", set(), {"t1"}),
    ("中运量T1增购车辆", {"t1"}, set()),
    ("开通T6线", {"t6"}, set()),
    ("服务器升级为T1级，芯片采用T2工艺", set(), {"t1", "t2"}),
    ("机场南片区T5区域配套道路", {"yangshan-airport"}, set()),
    ("建成105个项目，引进103家企业，完成16号工地", set(), {"community-105", "community-103", "line-16"}),
    ("2105社区、X103区域", set(), {"community-105", "community-103"}),
    ("103、105社区开工", {"community-103", "community-105"}, set()),
    ("S2型泵和S3级钢材", set(), {"s2", "s3"}),
    ("S2、S3公路大修", {"s2", "s3"}, set()),
    ("轨道交通16号线增能", {"line-16"}, set()),
    ("加快Y4、Y5等次干路", {"y4", "y5"}, set()),
    # 一名多指
    ("芦潮港社区更新", {"luchaogang"}, {"yangshan-luchao"}),
    ("洋山特殊综合保税区在芦潮港、小洋山岛封关", {"yangshan-luchao", "yangshan-island"}, {"luchaogang"}),
    ("芦潮港站货场", {"luchaogang-rail-station"}, {"luchaogang"}),
    ("洋山深水港自动化", {"yangshan-island"}, set()),
    ("洋山保税维修扩容", {"yangshan"}, set()),
    ("大洋山旅游开发", set(), {"yangshan", "yangshan-island"}),
    # 外地
    ("与张江科学城、外高桥联动", set(), {"tech-city"}),
    ("特斯拉扩产", {"tesla", "auto-city"}, set()),
    ("荣耀之环亮灯", {"glory-ring", "finance-bay"}, set()),
    ("中银西岛招商", {"west-island"}, set()),
]


@pytest.mark.parametrize("text, wanted, unwanted", TRAPS, ids=[text for text, _, _ in TRAPS])
def test_misleading_name(geocoder, text, wanted, unwanted):
    found = targets(geocoder.geocode(text))
    assert wanted <= found
    assert not unwanted & found


@pytest.mark.parametrize(
    "text, scope",
    [
        ("赴浙江、舟山考察", "outside"),
        ("對標天津濱海新區和廣州南沙新區", "outside"),
        ("支持張江建设大装置", "outside"),
        ("临港新片区与浙江共建平台", "whole"),
        ("与浦东新区教育部门共管泥城学校", "zones"),
        ("在全域推广", "whole"),
        ("两港快线试运营", "lines"),
        ("两港大道与滴水湖核心区一体改造", "zones"),
    ],
)
def test_scope_of_outside_whole_and_line(geocoder, text, scope):
    assert geocoder.geocode(text).scope == scope


@pytest.mark.parametrize(
    "text, unplaced",
    [
        ("新建银杏湾路和H07-02地块", ["银杏湾路", "H07-02地块"]),
        ("101社区控规批复，D7路开工", ["101社区", "D7路"]),
        ("临港图书馆与泥城文化中心开放", ["临港图书馆", "泥城文化中心"]),
        ("书院镇银杏村修桥", ["书院镇银杏村"]),
        ("启动银杏小学、银杏医院", ["银杏小学", "银杏医院"]),
        ("建设轨道交通99号线", ["轨道交通99号线"]),
        ("白鹭河整治、白鹭岛保育", ["白鹭河", "白鹭岛"]),
    ],
)
def test_unknown_place_names_are_listed(geocoder, text, unplaced):
    assert [words for _, _, words in geocoder.geocode(text).unplaced] == unplaced


@pytest.mark.parametrize(
    "text",
    [
        "建设研发中心、服务中心、数据中心和一站式平台",
        "打造特色产业园、科技园区和产业园",
        "明确思路，找准出路，完善道路网络和主次干路，拓展线路",
        "新设人才工作站、公交站点、充电站、加油站和驿站",
        "对标香港，建设自由港、数据港和口岸港区",
        "改善乡村、农村、城镇、集镇和居民小区环境",
        "建设口袋公园、郊野公园、社区公园与楔形绿地",
        "新建三级医院、社区医院、公办幼儿园和九年一贯制学校",
        "整治骨干河道、断头河、村级河道和入河排污口",
        "打破信息孤岛，打通断头路，贯穿全流程",
        "提升核心枢纽功能，建设综合交通枢纽和商业综合体",
        "打造数字社区、低碳社区、国际社区和未来社区",
        "推广自动化码头，改造客运码头",
        "落实《银杏路改造导则》",
    ],
)
def test_generic_expressions_are_not_listed_as_places(geocoder, text):
    assert geocoder.geocode(text).unplaced == ()


def test_a_known_name_is_not_listed_as_unknown(geocoder):
    assert geocoder.geocode("泥城镇、两港大道、上海天文馆、顶科社区科学公园").unplaced == ()


@pytest.mark.parametrize(
    "heading",
    ["（八）加快洋山特殊综合保税区建设", "三、推进洋山特保区封关"],
)
def test_items_under_a_zone_heading_belong_to_the_zone(geocoder, heading):
    result = geocoder.geocode("做大航材分拨规模", path=["二、推动发展", heading])
    assert targets(result) == {"yangshan"}
    assert result.links[0].rule == "heading"


def test_a_heading_about_the_whole_area_passes_nothing_on(geocoder):
    result = geocoder.geocode("做大航材分拨规模", path=["临港新片区工作要点", "一、完善临港新片区制度"])
    assert result.links == ()
    assert result.scope == "whole"
