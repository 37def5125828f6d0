"""The same map made the usual Folium way, as a peer: one HTML page that carries everything, then served.

What is the same: the data (the atlas is read and geocoded by the same code), the layers that our first
view draws, each zone's task list, the library (the installed Leaflet). What is usual: every layer is a
`folium.GeoJson` with its data in the page, every zone carries the HTML of its tasks for its pop-up, every
school, hospital and site is a `folium.Marker` with a pop-up, and a `LayerControl` switches them.

Kept fair to the peer, so that its figures are a lower bound:
- The layer `tasks` is left out (`--tasks-layer` adds it): our map does not draw it either, and the texts
  are in the pop-ups already.
- No tiles. Of the addresses Folium puts into the page, Leaflet's are answered from the installed package,
  jQuery's by a few lines that do all the page asks of it, the others (Bootstrap, Font Awesome, glyphicons,
  awesome-markers: not needed for this page to work) are taken out. All are counted as requests to other
  hosts that the page as made would send; their bytes and their time are not.
- The page is built once, compressed once (Brotli, when the browser takes it) and sent from memory.

Run by itself it serves the page on a free loopback port until it is ended.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from typing import Any, ClassVar

import brotli
import folium
from shapely.geometry import mapping
from synthetic import enlarged

from geo.features import Feature
from layers.atlas import Atlas, LinkedTask, load_atlas
from layers.registry import get_layer
from webmap.app import leaflet_dir

BELOW_ZONES, ABOVE_ZONES = ("base",), ("edges", "transit")
MARKED = ("schools", "hospitals", "sites")
BROTLI_QUALITY = 4  # what Flask-Compress, which serves our pages, takes for pages made on the fly
OFF_HOST_TAG = re.compile(r'<(?:script|link)[^>]*?(?:src|href)="(https?:)?//[^>]*>(?:</script>)?')
ADDRESS = re.compile(r'(?:src|href)="((?:https?:)?//[^"]+)"')
STYLES = {
    "core": "#c8553d", "bonded": "#3d6fc8", "frontier": "#7a4fb5", "integrated": "#3a8f6b",
    "emerging": "#b58b2a", "coast": "#3a8fa8", "town": "#8a8a8a", "area": "#b0b0b0",
}  # fmt: skip
JQUERY_STAND_IN = """\
window.$ = window.jQuery = (text) => {
  const holder = document.createElement("template");
  holder.innerHTML = text.trim();
  return [...holder.content.childNodes];
};
"""


def build_page(atlas: Atlas, *, tasks_layer: bool = False) -> str:
    """Return the page as Folium writes it, with the addresses of other hosts still in it."""
    page = folium.Map(location=[30.9, 121.9], zoom_start=11, tiles=None)
    for name in BELOW_ZONES:
        _plain_layer(atlas, name).add_to(page)
    zone_layer(atlas).add_to(page)
    for name in (*ABOVE_ZONES, *(("tasks",) if tasks_layer else ())):
        _plain_layer(atlas, name).add_to(page)
    for name in MARKED:
        _markers(atlas, name).add_to(page)
    folium.LayerControl(collapsed=False).add_to(page)
    return str(page.get_root().render())


def zone_layer(atlas: Atlas) -> folium.GeoJson:
    """Zones, large ones below, each with the HTML of its whole task list among its properties."""
    drawn = [f for f in get_layer("zones").build(atlas) if f.geometry]
    drawn.sort(key=lambda f: -f.geometry.area)
    features = [_record(f, {"tasks_html": zone_html(atlas, f.id)}) for f in drawn]
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=get_layer("zones").title,
        style_function=_zone_style,
        tooltip=folium.GeoJsonTooltip(fields=["name", "tasks_total"]),
        popup=folium.GeoJsonPopup(fields=["name", "tasks_html"], labels=False, max_width=480, max_height=500),
    )


def zone_html(atlas: Atlas, zone_id: str) -> str:
    """The rows our panel shows for a zone: its tasks, its children's, and those passing through."""
    found = atlas.zone_tasks(zone_id)
    rows = {t.id: t for tasks in (found.own, *found.children.values(), found.passing) for t in tasks}
    return rows_html(rows.values())


def rows_html(tasks: Iterable[LinkedTask]) -> str:
    """Tasks as HTML: title, number and stages, text, and the words that placed each."""
    return "".join(_row_html(item) for item in tasks)


def off_host_addresses(page: str) -> list[str]:
    """Addresses on other hosts that a browser would ask for to show the page (images in CSS not seen)."""
    return [a for tag in OFF_HOST_TAG.finditer(page) for a in ADDRESS.findall(tag[0])]


def make_local(page: str) -> str:
    """The page with its libraries from our own server and everything from other hosts taken out."""
    return OFF_HOST_TAG.sub(_local_tag, page)


def _local_tag(tag: re.Match[str]) -> str:
    address = ADDRESS.search(tag[0])
    name = address[1].rsplit("/", 1)[-1] if address else ""
    if name in ("leaflet.js", "leaflet.css"):
        return tag[0].replace(address[1], f"/vendor/{name}") if address else ""
    return '<script src="/vendor/jquery.js"></script>' if name.startswith("jquery") else ""


def _plain_layer(atlas: Atlas, name: str) -> folium.GeoJson:
    """A layer of the registry with its data in the page and its names as tooltips."""
    layer = get_layer(name)
    drawn = [_record(f, {}) for f in layer.build(atlas) if f.geometry]
    shared = set.intersection(*(set(f["properties"]) for f in drawn))
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": drawn},
        name=layer.title,
        style_function=lambda _: {"color": "#8899aa", "weight": 1.5, "fillOpacity": 0.3},
        marker=folium.CircleMarker(radius=3, weight=1),
        tooltip=folium.GeoJsonTooltip(fields=["name"]) if "name" in shared else None,
    )


def _markers(atlas: Atlas, name: str) -> folium.FeatureGroup:
    """One marker with a pop-up for every place of a layer that has a position."""
    layer = get_layer(name)
    group = folium.FeatureGroup(name=layer.title)
    for feature in layer.build(atlas):
        if feature.geometry is None:
            continue
        at = feature.geometry.representative_point()
        linked = [t for t in atlas.tasks.values() if any(x.target == feature.id for x in t.links.links)]
        title = html.escape(str(feature.properties["name"]))
        popup = folium.Popup(f"<h3>{title}</h3>{rows_html(linked)}", max_width=480)
        folium.Marker([at.y, at.x], popup=popup, tooltip=title).add_to(group)
    return group


def _record(feature: Feature, more: dict[str, Any]) -> dict[str, Any]:
    """A feature as GeoJSON; the id stands on top, where Folium looks for it first."""
    properties = {**feature.properties, **more}
    geometry = mapping(feature.geometry)
    return {"type": "Feature", "id": feature.id, "properties": properties, "geometry": geometry}


def _zone_style(feature: dict[str, Any]) -> dict[str, Any]:
    colour = STYLES.get(feature["properties"].get("palette", "area"), "#b0b0b0")
    return {"color": colour, "weight": 1.5, "fillColor": colour, "fillOpacity": 0.4, "className": "zone"}


def _row_html(item: LinkedTask) -> str:
    task = item.task
    stages = "".join(f" · {html.escape(m.stage)} {html.escape(m.due or '')}" for m in task.milestones[:3])
    words = "".join(
        f"<p>{link.relation} <b>{html.escape('、'.join(e[2] for e in link.evidence))}</b> · {link.rule} · "
        f"{round(link.confidence * 100)} %</p>"
        for link in item.links.links
    )
    title, body = html.escape(task.title), html.escape(task.body)
    return f"<h4>{title}</h4><p>{task.id}{stages}</p><p>{body}</p>{words}"


class Files(BaseHTTPRequestHandler):
    """Sends what `contents` holds: address -> (media type, bytes, bytes in Brotli or None)."""

    protocol_version = "HTTP/1.1"
    contents: ClassVar[dict[str, tuple[str, bytes, bytes | None]]] = {}

    def do_GET(self) -> None:
        """Answer a file, or an empty 404."""
        found = self.contents.get(self.path)
        media, plain, packed = found or ("text/plain", b"", None)
        packs = packed is not None and "br" in self.headers.get("Accept-Encoding", "")
        content = packed if packs and packed is not None else plain
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content)))
        if packs:
            self.send_header("Content-Encoding", "br")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the benchmark reads stderr for the address only."""


def served_files(page: str) -> dict[str, tuple[str, bytes, bytes | None]]:
    """Everything the page asks for, compressed where that helps."""
    files = {"/": ("text/html", page.encode())}
    files["/vendor/jquery.js"] = ("text/javascript", JQUERY_STAND_IN.encode())
    for path in sorted(leaflet_dir().rglob("*")):
        if path.name in ("leaflet.js", "leaflet.css") or path.suffix == ".png":
            address = f"/vendor/{path.relative_to(leaflet_dir()).as_posix()}"
            files[address] = (guess_type(path.name)[0] or "text/plain", path.read_bytes())
    return {
        address: (
            f"{media}; charset=utf-8" if media.startswith("text/") else media,
            content,
            brotli.compress(content, quality=BROTLI_QUALITY) if media.startswith("text/") else None,
        )
        for address, (media, content) in files.items()
    }


def main() -> None:
    """Build the page and serve it on a free loopback port."""
    parser = argparse.ArgumentParser(description="Serve the map made the usual Folium way.")
    parser.add_argument("--tasks-layer", action="store_true", help="Also inline the layer of tasks.")
    parser.add_argument("--tasks", type=int, default=0, help="At least so many tasks (see synthetic.py).")
    parser.add_argument("--zones", type=int, default=0, help="About so many zones.")
    options = parser.parse_args()
    atlas = enlarged(load_atlas(), tasks=options.tasks, zones=options.zones)
    page = build_page(atlas, tasks_layer=options.tasks_layer)
    files = served_files(make_local(page))
    asked = "\n".join(off_host_addresses(page)).encode()
    Files.contents = {**files, "/off-host.txt": ("text/plain", asked, None)}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    print(f"usual Folium map: http://127.0.0.1:{server.server_port}/", file=sys.stderr, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
