"""Names of places in the names of others, places only spoken of, and what must be linked beside them."""

from __future__ import annotations

import pytest

from geo.gazetteer import read_gazetteer
from geo.geocoder import Geocoder, TaskLinks
from lingang.locations import data_dir


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return Geocoder(read_gazetteer(data_dir()))


def zones(result: TaskLinks) -> set[str]:
    return {link.target for link in result.links if link.kind == "zone" and link.relation == "in"}


# Each text names places that the task is not at, and, where a zone is given, one that it is at.
TEXTS = [
    # offices, teams, media
    ("泥城镇政府公布年度预算", ""),
    ("洋山边检站优化船员换班流程", ""),
    ("书院镇志愿服务队走访独居老人", ""),
    ("由南汇新城镇党委牵头制定方案", ""),
    ("滴水湖合唱团举行专场演出", ""),
    ("万祥镇派出所迁建工程开工", "town-wanxiang"),
    ("泥城镇政府办公大楼加装电梯", "town-nicheng"),
    # companies, alliances, documents
    ("滴水湖金融湾发展联盟发布倡议", ""),
    ("东方芯港产业基金完成首笔投资", ""),
    ("大飞机创投参与B轮融资", ""),
    ("修订滴水湖水质监测技术规程", ""),
    # brands, ships, campaigns, slogans
    ("“书院”牌大米亮相展会", ""),
    ("“泥城先锋”等党建品牌入选案例", ""),
    ("“滴水湖”号科考船完成试航", ""),
    ("开展“蓝湾”整治行动", ""),
    ("以“走进申港、爱上申港”为主题征集摄影作品", ""),
    ("建设“信息飞鱼”全球数字经济创新岛", "flying-fish"),
    # what comes from there or is like it
    ("书院甜瓜首次出口", ""),
    ("书院镇甜瓜种植基地扩建", "town-shuyuan"),
    ("推广东方芯港经验", ""),
    ("生命蓝湾标准厂房二期竣工", "life-bay"),
    ("对标东方芯港，提升大飞机园配套", "aircraft-park"),
    ("新水库相当于三个滴水湖", ""),
    ("以东海大桥为原型制作模型，放在书院镇展出", "town-shuyuan"),
    ("祖籍泥城镇的华侨捐资助学", ""),
    # partners
    ("东方芯港与上海海洋大学签署合作协议", "chip-port"),
    ("书院镇联合上海海事大学开设港航课堂", "town-shuyuan"),
    ("上海海洋大学图书馆改造", "dishui-core"),
    # elsewhere
    ("泥城镇代表团赴贵州考察", ""),
    ("滴水湖金融湾机构走进新加坡路演", ""),
    ("在滴水湖举办的画展走进苏州", "dishui-lake"),
    ("江阴市申港街道修建码头", ""),
    ("浦东新区泥城镇修建码头", "town-nicheng"),
    # who is answerable
    ("改造老旧小区。（责任单位：泥城镇、书院镇）", ""),
    ("改造万祥镇老旧小区（牵头单位：南汇新城镇；配合单位：泥城镇）", "town-wanxiang"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_a_namesake_is_no_place_of_the_task(geocoder: Geocoder, text: str, expected: str) -> None:
    assert zones(geocoder.geocode(text)) == set(expected.split())


def test_what_is_no_place_is_not_listed_as_one_without_a_place_either(geocoder: Geocoder) -> None:
    for text, expected in TEXTS:
        if not expected:
            assert [words for _, _, words in geocoder.geocode(text).unplaced] == [], text


@pytest.mark.parametrize(
    ("text", "served", "inside"),
    [
        ("望海水厂扩建，主要供应泥城镇和书院镇居民", "town-nicheng town-shuyuan", ""),
        ("临港算力中心向东方芯港企业提供算力", "chip-port", ""),
        ("新辟公交一条，途经泥城镇", "town-nicheng", ""),
        ("轨道交通经书院镇后向南延伸", "town-shuyuan", ""),
        ("在泥城镇提供上门服务", "", "town-nicheng"),
    ],
)
def test_a_receiver_is_served_by_a_facility_elsewhere(
    geocoder: Geocoder, text: str, served: str, inside: str
) -> None:
    result = geocoder.geocode(text)
    found = {link.target for link in result.links if link.kind == "zone" and link.relation == "serves"}
    assert (found, zones(result)) == (set(served.split()), set(inside.split()))


def test_a_stop_beyond_the_area_is_outside(geocoder: Geocoder) -> None:
    result = geocoder.geocode("上海东站站房完成装修")
    assert (result.scope, zones(result)) == ("outside", set())


def test_a_heading_of_two_topics_passes_no_place_on(geocoder: Geocoder) -> None:
    text = "清理妨碍统一市场的规定"
    assert zones(geocoder.geocode(text, path=["七、滴水湖金融湾建设"])) == {"finance-bay"}
    assert zones(geocoder.geocode(text, path=["七、滴水湖金融湾与营商环境"])) == set()


def test_what_the_title_or_a_heading_is_about_goes_for_every_sentence(geocoder: Geocoder) -> None:
    assert zones(geocoder.geocode("机场南片区储备用地。完成T5区域平整")) == {"yangshan-airport"}
    under = geocoder.geocode("推动芦潮港区域扩大围网", path=["八、洋山特殊综合保税区建设"])
    assert zones(under) == {"yangshan-luchao"}
    assert zones(geocoder.geocode("推动芦潮港区域整治")) == {"luchaogang"}


def test_roads_share_a_counted_noun(geocoder: Geocoder) -> None:
    result = geocoder.geocode("临港、申港、海港三条大道补植乔木")
    assert {link.target for link in result.links} == {"lingang-avenue", "shengang-avenue", "haigang-avenue"}
    assert result.scope == "lines"


def test_an_unknown_member_of_a_list_of_known_ones_is_listed(geocoder: Geocoder) -> None:
    result = geocoder.geocode("启动申港社区和海港社区改造")
    assert [words for _, _, words in result.unplaced] == ["海港社区"]


def test_the_words_before_a_site_say_more_than_is_known_of_it(geocoder: Geocoder) -> None:
    assert zones(geocoder.geocode("芦潮港社区南汇新城老年大学开工")) == {"luchaogang"}
    assert zones(geocoder.geocode("南汇新城老年大学开工")) == {"town-nanhui"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("上海南汇新城镇修缮道路", "town-nanhui"),
        ("推广东方芯港的智慧工地建设", "chip-port"),
        ("更新乡村风貌，运营口岸设施，完善上海门户功能", ""),
    ],
)
def test_a_place_elsewhere_does_not_hide_in_the_seam_of_two_words(
    geocoder: Geocoder, text: str, expected: str
) -> None:
    result = geocoder.geocode(text)
    assert zones(result) == set(expected.split())
    assert result.scope == ("zones" if expected else "whole")
