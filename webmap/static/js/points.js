// Schools, hospitals, sites and stops on the map: one mark each, or one for several where they are close.

import { el, symbol } from "./dom.js";
import { arrange, clusterMark, clusterPoints, countKinds, boxOf, overlap, stretchOf, DOT_PX, SINGLE_PX } from "./clusters.js";
import { isDrawn, isHollow, isRail, pointClass, pointMark, symbolOf } from "./symbols.js";

const L = window.L;
const POINT_DEPTH = { stops: 450, sites: 460, hospitals: 470, schools: 480, clusters: 490 }; // z-index of the panes
const CLOSEST = 15; // a cluster that opens early is not looked at from nearer than this
const NEAREST = 18; // what lies together at this zoom is listed
const KIND_SYMBOLS = { schools: "sym-school", hospitals: "sym-hospital", stops: "sym-stop", sites: "sym-site" };

/** Where on the scale points are drawn at all, as dots, or as marks. */
export function pointsAt(zoom) {
  return zoom < 12 ? "none" : zoom < 13.5 ? "dots" : "marks";
}

export class PointLayer {
  /** `nameOf(properties)` names a point, `select(id)` opens it, `fit(bounds, zoom)` moves the map. */
  constructor(map, labels, { nameOf, select, fit, messages }) {
    Object.assign(this, { map, labels, nameOf, select, fit, t: messages });
    this.points = []; // {id, kind, x, y at zoom 0, at: [lat, lon], properties}
    this.hidden = new Set(); // kinds switched off
    this.pinned = new Set(); // ids that keep a mark of their own
    this.drawn = new Map(); // key -> marker
    for (const kind of Object.keys(POINT_DEPTH)) paneOf(map, kind);
    map.on("moveend resize", () => this.draw()); // a change of zoom ends with "moveend" too
  }

  /** Add points of a kind; those whose place is not known are left out. */
  add(features, kind) {
    for (const feature of features) {
      if (!feature.geometry || !isDrawn(feature.properties)) continue;
      const at = pointOf(feature.geometry);
      const { x, y } = this.map.project(at, 0);
      this.points.push({ id: feature.id, kind, at, x, y, properties: feature.properties, rail: kind === "stops" && isRail(feature.properties) });
    }
    this.draw();
  }

  has(kind) {
    return kind in KIND_SYMBOLS;
  }

  toggle(kind, on) {
    if (on) this.hidden.delete(kind);
    else this.hidden.add(kind);
    this.draw();
  }

  setPinned(ids) {
    this.pinned = new Set(ids);
    this.draw();
  }

  /** Points of the kinds switched on within the map's bounds, whatever the scale. */
  inView() {
    const { min, max } = this.map.getPixelBounds();
    return this.within([min.x, min.y, max.x, max.y]);
  }

  /** Whether a mark that stands for an unsure place is drawn in view. */
  showsHollow() {
    return pointsAt(this.map.getZoom()) !== "none" && this.inView().some((point) => isHollow(point.properties));
  }

  /** How many points of a kind are in view, switched on or not, and whether the scale hides them. */
  presenceOf(kind) {
    const view = this.map.getBounds();
    const there = this.points.filter((point) => point.kind === kind && view.contains(point.at));
    const waits = pointsAt(this.map.getZoom()) === "none" && !there.some((point) => point.properties.interchange);
    return { n: there.length, waits };
  }

  within([left, top, right, bottom]) {
    const scale = this.map.getZoomScale(this.map.getZoom(), 0);
    const found = [];
    for (const point of this.points) {
      const [x, y] = [point.x * scale, point.y * scale];
      if (x >= left && x <= right && y >= top && y <= bottom && !this.hidden.has(point.kind)) found.push({ id: point.id, kind: point.kind, at: point.at, properties: point.properties, rail: point.rail, x, y });
    }
    return found;
  }

  draw() {
    const shown = pointsAt(this.map.getZoom());
    const single = shown === "dots" ? DOT_PX : SINGLE_PX;
    const wanted = this.within(stretchOf(this.map)).filter((point) => shown !== "none" || this.pinned.has(point.id) || point.properties.interchange);
    for (const point of wanted) point.fixed = point.rail || this.pinned.has(point.id);
    const marks = arrange(wanted, { single });
    const keys = new Set();
    for (const mark of marks) {
      const key = keyOf(mark, this.map.getZoom());
      keys.add(key);
      if (!this.drawn.has(key)) this.drawn.set(key, this.build(mark).addTo(this.map));
    }
    for (const [key, marker] of this.drawn) if (!keys.has(key)) { marker.remove(); this.drawn.delete(key); }
    this.nameMarks(marks);
  }

  build(mark) {
    return mark.members.length === 1 ? this.single(mark.members[0]) : this.cluster(mark);
  }

  single({ id, kind, at, properties }) {
    const icon = L.divIcon({ className: pointClass(properties, kind), html: pointMark(properties, kind), iconSize: null });
    const marker = L.marker(at, { pane: paneOf(this.map, kind), keyboard: false, icon });
    marker.on("click", (event) => { L.DomEvent.stop(event); this.select(id); });
    return marker.bindTooltip(() => el("span", { text: this.nameOf(properties) }), { direction: "top", offset: [0, -8] });
  }

  cluster(mark) {
    const counts = countKinds(mark.members);
    const said = Object.entries(counts).map(([kind, n]) => `${this.t[`facility.${kind}`]} ${n}`).join(this.t["mark.list"]);
    const node = clusterMark(counts, KIND_SYMBOLS, this.t["cluster.open"].replace("{counts}", said));
    const at = this.map.unproject([mark.x, mark.y]);
    const marker = L.marker(at, { pane: paneOf(this.map, "clusters"), keyboard: false, icon: L.divIcon({ className: "cluster-seat", html: node, iconSize: null }) });
    return marker.on("click", (event) => { L.DomEvent.stop(event); this.open(mark, at); });
  }

  /** Zoom in to where the members part; where they never do, list them. */
  open(mark, at) {
    const apart = this.zoomApart(mark.members);
    if (apart === null) this.list(mark.members, at);
    else this.fit(L.latLngBounds(mark.members.map((point) => point.at)), Math.max(apart, CLOSEST));
  }

  zoomApart(members) {
    for (let zoom = this.map.getZoom() + 0.5; zoom <= NEAREST; zoom += 0.5) {
      const scale = this.map.getZoomScale(zoom, this.map.getZoom()); // members stand at the zoom they were drawn at
      if (clusterPoints(members.map(({ x, y, kind }) => ({ x: x * scale, y: y * scale, kind }))).length > 1) return zoom;
    }
    return null;
  }

  list(members, at) {
    const popup = L.popup({ className: "cluster-popup", closeButton: false, minWidth: 180, maxWidth: 260, offset: [0, -6], autoPanPadding: [16, 16] });
    const close = () => { popup.remove(); this.map.getContainer().focus({ preventScroll: true }); };
    const box = el("section", { "aria-label": this.t["cluster.list"], on: { keydown: (event) => { if (event.key === "Escape") close(); } } },
      el("div", { class: "cluster-head" }, el("h2", { text: this.t["cluster.list"] }), el("button", { type: "button", class: "linklike", text: this.t["notice.close"], on: { click: close } })),
      pointList(members, { nameOf: this.nameOf, select: (id) => { popup.remove(); this.select(id); } }));
    popup.setLatLng(at).setContent(box).openOn(this.map);
    box.querySelector("a")?.focus();
  }

  /** Names go with single marks; a cluster has none, and no name may lie on it. */
  nameMarks(marks) {
    const origin = this.map.getPixelOrigin();
    const boxes = marks.filter((mark) => mark.members.length > 1).map((mark) => boxOf({ x: mark.x - origin.x, y: mark.y - origin.y }, mark.size));
    const singles = marks.filter((mark) => mark.members.length === 1).map((mark) => mark.members[0]);
    this.labels.setPoints(singles.map((point) => this.label(point)), boxes);
  }

  label({ id, kind, at, properties, rail }) {
    const from = { stops: rail ? 13 : 14, hospitals: 14, schools: 15, sites: 15 }[kind];
    const priority = { stops: rail ? 80 : 45, hospitals: 44, schools: 30, sites: 35 }[kind];
    return { id, at, from, priority, className: `label-point label-${kind}`, beside: true, name: this.nameOf(properties), group: kind };
  }
}

/** Points as a list of links, each with its symbol; also the way to them without a pointer. */
export function pointList(points, { nameOf, select }) {
  return el("ul", { class: "plain point-list" }, points.map((point) => el("li", {},
    el("a", { href: `/features/${encodeURIComponent(point.id)}`, on: { click: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      select(point.id);
    } } }, symbol(symbolOf(point.properties, point.kind), `legend-symbol legend-${point.kind}`), nameOf(point.properties)))));
}

/** Whether two marks of `arrange` lie on each other; for looking at, not for drawing. */
export function marksOverlap(a, b) {
  return overlap(boxOf(a, a.size), boxOf(b, b.size));
}

/** A pane of its own for every kind, so that each has its place in the order of layers. */
export function paneOf(map, kind) {
  const name = `points-${kind}`;
  if (!map.getPane(name)) map.createPane(name).style.zIndex = String(POINT_DEPTH[kind]);
  return name;
}

export function pointOf(geometry) {
  const point = geometry.type === "Point" ? geometry.coordinates : L.geoJSON(geometry).getBounds().getCenter();
  return Array.isArray(point) ? [point[1], point[0]] : point;
}

function keyOf({ x, y, members }, zoom) {
  return members.length === 1 ? `${members[0].kind} ${members[0].id}` : `${zoom} ${Math.round(x)} ${Math.round(y)} ${members.length} ${members[0].id} ${members.at(-1).id}`;
}
