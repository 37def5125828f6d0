// A line's stops in their order, which way it is drawn to run, and the arrows that say so on the map.

import { el } from "./dom.js";
import { isDrawn, lineStyle } from "./symbols.js";

const L = window.L;
const ARROW_GAP_PX = 170; // between two arrows of a line
const ARROW_PX = 5; // half the width of an arrow's open head
const ARROWS_FROM = 13; // zoom
const ARROW_PANE = "line-arrows"; // over the light of a selected line, which would hide them
const KM_PER_DEGREE = [95.6, 111.2]; // of longitude and latitude at 31° north: enough to say which is nearer

const features = new Map();

/** Keep the lines and stops that the map has, for panel and arrows. */
export function keepTransit(collection) {
  for (const feature of collection.features) features.set(feature.id, feature);
}

/**
 * The runs of a line: one for each part of its geometry, the longest first, each with the stops on it in order
 * and its points [lon, lat] in the same direction. A line without an order of stops has none.
 */
export function runsOf(lineId) {
  const line = features.get(lineId);
  const stops = [...features.values()].filter((f) => f.geometry && f.properties.order?.[lineId])
    .sort((a, b) => a.properties.order[lineId] - b.properties.order[lineId]);
  if (!line?.geometry || stops.length < 2) return [];
  const { type, coordinates } = line.geometry;
  const parts = (type === "LineString" ? [coordinates] : [...coordinates]).sort((a, b) => lengthOf(b) - lengthOf(a));
  const runs = parts.map((points) => ({ points, stops: [] }));
  for (const stop of stops) nearestRun(runs, stop.geometry.coordinates).stops.push(stop);
  return runs.filter((run) => run.stops.length).map(inOrder);
}

/** Turn the points of a run so that they pass its stops from the first to the last. */
function inOrder({ points, stops }) {
  const [first, last] = [stops[0], stops.at(-1)].map((stop) => nearestTo(points, stop.geometry.coordinates).index);
  return { stops, points: first > last ? [...points].reverse() : points };
}

function nearestRun(runs, at) {
  return runs.reduce((a, b) => (nearestTo(b.points, at).km < nearestTo(a.points, at).km ? b : a));
}

function nearestTo(points, at) {
  return points.reduce((best, point, index) => {
    const km = kmBetween(point, at);
    return km < best.km ? { km, index } : best;
  }, { km: Infinity, index: 0 });
}

function kmBetween(a, b) {
  return Math.hypot((a[0] - b[0]) * KM_PER_DEGREE[0], (a[1] - b[1]) * KM_PER_DEGREE[1]);
}

function lengthOf(points) {
  return points.slice(1).reduce((sum, point, i) => sum + kmBetween(point, points[i]), 0);
}

// ---- the panel --------------------------------------------------------------------------------------------

/** What the panel says of a line's stops, or of the lines of a stop; nothing for anything else. */
export function transitView(panel, id) {
  const runs = runsOf(id).filter((run) => run.stops.length > 1 || runsOf(id).length > 1);
  if (runs.length) return runs.flatMap((run, i) => runView(panel, id, run, i > 0));
  const lines = (features.get(id)?.properties.lines || []).map((line) => features.get(line)).filter(Boolean);
  if (!lines.length) return [];
  return [el("h3", { class: "plan-head", text: panel.t["line.lines"] }),
    el("ul", { class: "plain" }, lines.map((line) => el("li", {}, link(panel, line), towards(panel, line.id))))];
}

function towards(panel, lineId) {
  const stops = runsOf(lineId)[0]?.stops || [];
  if (stops.length < 2) return null;
  return el("span", { class: "row-meta", text: ` ${panel.fill("line.between", { first: panel.nameOf(stops[0].properties), last: panel.nameOf(stops.at(-1).properties) })}` });
}

function runView(panel, lineId, run, isBranch) {
  const list = el("ol", { class: "line-stops" });
  const head = el("h3", { class: "plan-head" });
  let forth = true;
  const turn = el("button", { type: "button", class: "linklike", on: { click: () => { forth = !forth; show(); } } });
  const show = () => {
    const stops = forth ? run.stops : [...run.stops].reverse();
    const [first, last] = [stops[0], stops.at(-1)].map((stop) => panel.nameOf(stop.properties));
    head.textContent = isBranch ? panel.t["line.branch"] : panel.fill("line.towards", { stop: last });
    turn.textContent = panel.fill("line.turn", { stop: first });
    list.replaceChildren(...stops.map((stop) => el("li", {}, link(panel, stop),
      isDrawn(stop.properties) ? null : el("span", { class: "row-meta", text: ` ${panel.t["place.unsure"]}` }))));
  };
  show();
  const arrows = !isBranch && run.stops.length > 1 && Boolean(lineStyle(features.get(lineId).properties, lineId)?.badge);
  const way = run.stops.length > 1 ? el("p", { class: "row-meta" }, arrows ? `${panel.t["line.arrows"]} ` : null, turn) : null;
  return [head, way, list].filter(Boolean);
}

function link(panel, feature) {
  const target = { feature: feature.id };
  return el("a", { href: panel.address(target), text: panel.nameOf(feature.properties), on: { click: (event) => panel.follow(event, target) } });
}

// ---- the map ----------------------------------------------------------------------------------------------

/** Arrows along the lines, of one size on the screen: drawn anew when the scale changes. */
export class LineArrows {
  constructor(map) {
    this.map = map;
    this.lines = new Map(); // id -> {points, arrows}
    if (!map.getPane(ARROW_PANE)) map.createPane(ARROW_PANE).style.zIndex = "425";
    map.on("zoomend", () => this.draw());
  }

  /** Add a line's arrows to `group`, the layer its legend row switches. */
  add(id, className, group) {
    const [run] = runsOf(id);
    if (!run || run.stops.length < 2) return;
    const arrows = L.layerGroup(["arrow-case", "arrow"].map((part) => L.polyline([], { pane: ARROW_PANE, interactive: false, fill: false, className: `line-${part} ${className}` })));
    this.lines.set(id, { points: run.points.map(([lon, lat]) => [lat, lon]), arrows });
    group.addLayer(arrows);
    this.draw();
  }

  draw() {
    const near = this.map.getZoom() >= ARROWS_FROM;
    for (const { points, arrows } of this.lines.values()) {
      const heads = near ? arrowHeads(points.map((at) => this.map.project(at))).map((head) => head.map((p) => this.map.unproject(p))) : [];
      arrows.eachLayer((path) => path.setLatLngs(heads));
    }
  }
}

/** Open arrow heads along a path of pixels, each three points. */
export function arrowHeads(path, gap = ARROW_GAP_PX) {
  const heads = [];
  let left = gap / 2;
  for (let i = 1; i < path.length; i += 1) {
    const [a, b] = [path[i - 1], path[i]];
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (!length) continue;
    const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    for (; left <= length; left += gap) {
      const tip = [a.x + ux * (left + ARROW_PX / 2), a.y + uy * (left + ARROW_PX / 2)];
      const back = [tip[0] - ux * ARROW_PX, tip[1] - uy * ARROW_PX];
      heads.push([[back[0] - uy * ARROW_PX, back[1] + ux * ARROW_PX], tip, [back[0] + uy * ARROW_PX, back[1] - ux * ARROW_PX]]);
    }
    left -= length;
  }
  return heads;
}
