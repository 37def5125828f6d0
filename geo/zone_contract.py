"""Which ids does the outside world rely on? Zones with parents, ranks and names; lines; rivers.

These are public: links, saved views and other people's tables carry them. A row may be added, never
changed or taken away (a retired zone keeps its row and gets `valid_to`).
"""

from __future__ import annotations

from typing import NamedTuple


class ZoneRow(NamedTuple):
    """What is fixed of a zone; `aliases` are other names it must at least answer to."""

    parent: str | None
    rank: str
    name: str
    aliases: tuple[str, ...] = ()


ZONES: dict[str, ZoneRow] = {
    "lingang": ZoneRow(
        None,
        "area",
        "临港新片区",
        ("临港", "新片区", "中国（上海）自由贸易试验区临港新片区", "上海自贸区临港新片区"),
    ),
    "ronghe": ZoneRow("lingang", "area", "产城融合区"),
    "dishui-core": ZoneRow(
        "ronghe", "core", "滴水湖核心", ("滴水湖核心区", "滴水湖核心片区", "主城区", "滴水湖地区")
    ),
    "modern-services": ZoneRow("dishui-core", "district", "现代服务业开放区"),
    "finance-bay": ZoneRow(
        "modern-services",
        "community",
        "滴水湖金融湾",
        ("金融湾", "金融总部湾", "滴水湖金融总部湾", "金融集聚区"),
    ),
    "west-island": ZoneRow(
        "finance-bay", "site", "滴水湖西岛", ("中银西岛", "西岛", "西岛综合体", "中银西岛综合体")
    ),
    "community-105": ZoneRow(
        "modern-services", "community", "105社区", ("105区域", "105片区", "105金融总部", "105社区TOD")
    ),
    "intl-innovation": ZoneRow("dishui-core", "district", "国际创新协同区"),
    "community-103": ZoneRow("intl-innovation", "community", "103社区", ("103区域", "103片区")),
    "innovation-bay": ZoneRow(
        "community-103", "community", "科创总部湾", ("103科创总部湾", "103总部湾", "103总部湾区域")
    ),
    "top-scientists": ZoneRow(
        "intl-innovation",
        "community",
        "世界顶尖科学家社区",
        ("顶科社区", "顶尖科学家社区", "顶尖科学社区", "世界顶尖科学家社区"),
    ),
    "tech-city": ZoneRow("intl-innovation", "community", "临港科技城", ("科技城",)),
    "flying-fish": ZoneRow("intl-innovation", "community", "信息飞鱼", ("信息飞鱼全球数字经济创新岛",)),
    "dishui-lake": ZoneRow("dishui-core", "site", "滴水湖", ("环湖", "滴水湖环湖")),
    "coastal-belt": ZoneRow("ronghe", "belt", "沿海发展带"),
    "yangshan": ZoneRow(
        "ronghe",
        "functional",
        "洋山特殊综合保税区",
        ("洋山特殊综保区", "特殊综合保税区", "特殊综保区", "特保区", "洋山特保区"),
    ),
    "yangshan-luchao": ZoneRow("yangshan", "part", "洋山特殊综合保税区芦潮港区域"),
    "yangshan-island": ZoneRow(
        "yangshan", "part", "洋山特殊综合保税区小洋山岛区域", ("小洋山", "小洋山岛", "洋山深水港")
    ),
    "yangshan-airport": ZoneRow(
        "yangshan",
        "part",
        "洋山特殊综合保税区浦东机场南侧区域",
        ("机场南部区域", "机场南片区", "浦东机场南侧"),
    ),
    "frontier-tech": ZoneRow("ronghe", "functional", "前沿科技产业区", ("前沿产业区",)),
    "chip-port": ZoneRow("frontier-tech", "park", "东方芯港"),
    "life-bay": ZoneRow("frontier-tech", "park", "生命蓝湾"),
    "aircraft-park": ZoneRow("frontier-tech", "park", "大飞机园"),
    "auto-city": ZoneRow("frontier-tech", "park", "未来汽车城"),
    "heavy-equipment": ZoneRow("frontier-tech", "park", "重装备产业区", ("重装备产业园区",)),
    "marine-park": ZoneRow("frontier-tech", "park", "海洋创新园"),
    "comprehensive": ZoneRow("ronghe", "functional", "综合产业区"),
    "emerging": ZoneRow("ronghe", "functional", "新兴产业区"),
    "logistics-park": ZoneRow("ronghe", "park", "物流园区"),
    "town-nanhui": ZoneRow("lingang", "town", "南汇新城镇", ("南汇新城",)),
    "luchaogang": ZoneRow("town-nanhui", "community", "芦潮港社区", ("芦潮港",)),
    "shengang": ZoneRow("town-nanhui", "community", "申港社区", ("申港",)),
    "town-nicheng": ZoneRow("lingang", "town", "泥城镇", ("泥城",)),
    "town-shuyuan": ZoneRow("lingang", "town", "书院镇", ("书院",)),
    "town-wanxiang": ZoneRow("lingang", "town", "万祥镇", ("万祥",)),
    "town-situan": ZoneRow("lingang", "town", "四团镇", ("四团", "平安")),
    "fengxian": ZoneRow("lingang", "town", "临港新片区奉贤区域", ("临港奉贤", "奉贤园区", "临港奉贤园区")),
}

TRANSIT_LINES = (
    "t1", "t2", "t6", "line-16", "lianggang-express", "s2", "s3", "g1503", "lianggang-avenue",
    "donghai-bridge", "hutong-2", "nanfeng", "pudong-railway", "y4", "y5", "y10",
)  # fmt: skip

RIVERS = (
    "lema-river", "renmintang-canal", "luchao-river", "east-channel", "west-channel", "dalu-canal",
    "dazhi-river", "jinhui-canal",
)  # fmt: skip

PALETTES = frozenset({"core", "bonded", "frontier", "integrated", "emerging", "coast", "town", "area"})
