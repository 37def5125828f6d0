"""Which background lies under the layers, and in which datum it is.

The built-in basemap is drawn from our own data and needs no network. The others are tile services that
the reader's browser would ask, so they are off unless the operator turns one on: one of those known here
by name, or any other by the address of its tiles.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit

from lingang.errors import PlanningMapError


class BasemapError(PlanningMapError, ValueError):
    """A basemap that cannot be used as configured."""


Datum = Literal["wgs84", "gcj02"]


@dataclass(frozen=True)
class Basemap:
    """`tiles` is an XYZ address template ("" for the built-in map); `hosts` are its servers, for the CSP.

    `datum` is "wgs84" or "gcj02": on a GCJ-02 basemap every layer is shifted to it on its way out.
    """

    id: str
    tiles: str = ""
    attribution: str = ""
    hosts: tuple[str, ...] = ()
    datum: Datum = "wgs84"


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
    "© 高德地图（GCJ-02）",
    ("https://webrd01.is.autonavi.com",),
    "gcj02",
)
NAMES = ("none", "tianditu", "amap", "osm")
DATUMS: tuple[Datum, ...] = get_args(Datum)
OWN = "own"
PLACEHOLDERS = ("z", "x", "y", "s")  # {s} stands for the servers a, b and c; the others are needed
SUBDOMAINS = "abc"
MAX_ADDRESS = 500  # characters
EXAMPLE = "https://tiles.example.org/{z}/{x}/{y}.png"
_HOST = re.compile(r"(?:\{s\}\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_UNFIT = re.compile(r"""[\s;,'"<>\\^`|\x00-\x1f\x7f]""")  # none may come near a header or a program


def get_basemap(name: str, *, datum: str | None = None, attribution: str | None = None) -> Basemap:
    """Return a basemap by name, or by the address of its tiles.

    天地图 takes its key from the environment variable TIANDITU_KEY.

    Parameters
    ----------
    name
        One of `NAMES`, or an XYZ address with `{z}`, `{x}` and `{y}`, such as `EXAMPLE`.
    datum, attribution
        Of an address only: which system its tiles are in (WGS 84 when left out), and whose they are
        (the host when left out). A basemap known by name has its own.

    Raises
    ------
    BasemapError
        Unknown name, 天地图 without a key, an address that no browser could use or that could break out
        of the security policy, or a datum or attribution for a basemap that has its own.
    """
    datum, attribution = datum or None, (attribution or "").strip() or None
    if "/" in name:
        return _own(name, datum or "wgs84", attribution)
    if name not in NAMES:
        known = ", ".join(NAMES)
        raise BasemapError(f"unknown basemap {name!r}; use one of: {known}; or an address such as {EXAMPLE}")
    if datum or attribution:
        raise BasemapError(
            f"the basemap {name!r} has its own datum and attribution; "
            f"give them only for an address of your own, such as {EXAMPLE}"
        )
    if name == "tianditu":
        return _tianditu(os.environ.get("TIANDITU_KEY", ""))
    return next(basemap for basemap in (NONE, _OSM, _AMAP) if basemap.id == name)


def _own(tiles: str, datum: str, attribution: str | None) -> Basemap:
    """A basemap by the address of its tiles; its servers are those the policy lets pictures come from."""
    for known in DATUMS:
        if known == datum:
            break
    else:
        raise BasemapError(f"unknown datum {datum!r} of the basemap; use one of: {', '.join(DATUMS)}")
    hosts = _hosts(tiles)
    return Basemap(OWN, tiles, attribution or urlsplit(hosts[0]).netloc, hosts, known)


def _hosts(tiles: str) -> tuple[str, ...]:
    """The servers of a tile address, each as scheme, host and port."""

    def refused(why: str) -> BasemapError:
        return BasemapError(f"the basemap's address {tiles!r} {why}; expected one such as {EXAMPLE}")

    if len(tiles) > MAX_ADDRESS:
        raise BasemapError(f"the basemap's address has {len(tiles)} characters; at most {MAX_ADDRESS}")
    if sign := _UNFIT.search(tiles):
        raise refused(f"holds {sign[0]!r}")
    named = re.findall(r"\{([^{}]*)\}", tiles)
    if missing := [name for name in PLACEHOLDERS[:3] if name not in named]:
        raise refused(f"lacks {{{missing[0]}}}")
    bare = re.sub(r"\{(?:z|x|y|s)\}", "", tiles)
    if "{" in bare or "}" in bare:
        raise refused("holds braces other than {z}, {x}, {y} and {s}")
    try:
        parts = urlsplit(tiles)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise refused("has no proper host and port") from None
    if parts.scheme not in ("http", "https"):
        raise refused("does not begin with http:// or https://")
    if "@" in parts.netloc:
        raise refused("holds a user name, which every reader would see")
    host = f"[{host}]" if ":" in host else host
    if not _HOST.fullmatch(host) or ".." in host:
        raise refused("has no proper host and port")
    server = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    return tuple(server.replace("{s}", letter) for letter in (SUBDOMAINS if "{s}" in server else "-"))


def _tianditu(key: str) -> Basemap:
    if not (key.isascii() and key.isalnum()):
        raise BasemapError("the basemap 'tianditu' needs a key: set the environment variable TIANDITU_KEY")
    host = "https://t0.tianditu.gov.cn"
    tiles = f"{host}/DataServer?T=vec_w&x={{x}}&y={{y}}&l={{z}}&tk={key}"
    return Basemap("tianditu", tiles, "© 天地图", (host,))
