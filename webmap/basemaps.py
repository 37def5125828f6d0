"""Which background lies under the layers, and in which datum it is.

The built-in basemap is drawn from our own data and needs no network. The others are tile services that
the reader's browser would ask, so they are off unless the operator turns one on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from lingang.errors import PlanningMapError


class BasemapError(PlanningMapError, ValueError):
    """A basemap that cannot be used as configured."""


@dataclass(frozen=True)
class Basemap:
    """`tiles` is an XYZ address template ("" for the built-in map); `hosts` are its servers, for the CSP.

    `datum` is "wgs84" or "gcj02": on a GCJ-02 basemap every layer is shifted to it on its way out.
    """

    id: str
    tiles: str = ""
    attribution: str = ""
    hosts: tuple[str, ...] = ()
    datum: str = "wgs84"


NONE = Basemap("none")
_OSM = Basemap(
    "osm",
    "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    "© OpenStreetMap contributors",
    ("https://tile.openstreetmap.org",),
)
_AMAP = Basemap(
    "amap",
    "https://webrd01.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
    "© 高德地图(GCJ-02)",
    ("https://webrd01.is.autonavi.com",),
    "gcj02",
)
NAMES = ("none", "tianditu", "amap", "osm")


def get_basemap(name: str) -> Basemap:
    """Return a basemap by name. 天地图 takes its key from the environment variable TIANDITU_KEY.

    Raises
    ------
    BasemapError
        Unknown name, or 天地图 without a key.
    """
    if name == "tianditu":
        return _tianditu(os.environ.get("TIANDITU_KEY", ""))
    for basemap in (NONE, _OSM, _AMAP):
        if basemap.id == name:
            return basemap
    raise BasemapError(f"unknown basemap {name!r}; use one of: {', '.join(NAMES)}")


def _tianditu(key: str) -> Basemap:
    if not key.isalnum():
        raise BasemapError("the basemap 'tianditu' needs a key: set the environment variable TIANDITU_KEY")
    host = "https://t0.tianditu.gov.cn"
    tiles = f"{host}/DataServer?T=vec_w&x={{x}}&y={{y}}&l={{z}}&tk={key}"
    return Basemap("tianditu", tiles, "© 天地图", (host,))
