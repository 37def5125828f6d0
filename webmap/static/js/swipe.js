// One map, two sides: on this side of the divider the zones' tasks of one plan or due date, beyond it the other's.
//
// Both sides are drawn whole in panes of their own and clipped at the divider, so they can never drift apart.

import { el } from "./dom.js";

const L = window.L;
const SVG = "http://www.w3.org/2000/svg";
const STEPS = [1, 3, 6, 11, 21]; // fewest tasks of each step of the scale; below the first nothing is filled
const PANES = ["swipe-first", "swipe-second"];
const DEPTHS = [301, 302]; // z-index: over the zones' own fills, under parks and water
const [LEAST, MOST, MIDDLE] = [5, 95, 50]; // where the divider may stand, in percent of the map's free part
const SMOOTH = 0.4;
const KEYS = { ArrowLeft: -2, ArrowUp: -2, ArrowRight: 2, ArrowDown: 2, PageUp: -10, PageDown: 10, Home: -100, End: 100 };

/** The step of the scale that a number of tasks belongs to, 0 (none) to 5. */
export function stepOf(count) {
  return STEPS.filter((least) => count >= least).length;
}

/** Where `swipe=` puts the divider, in percent; "1" and what cannot be read mean the middle. */
export function positionOf(text) {
  const percent = Number(text);
  return Number.isInteger(percent) && percent >= LEAST && percent <= MOST ? percent : MIDDLE;
}

export class Swipe {
  constructor(view, messages, go) {
    Object.assign(this, { view, t: messages, go, map: view.map, layers: null, clips: [], percent: MIDDLE });
    this.phone = matchMedia("(max-width: 767px)");
    this.build();
    this.redraw = () => this.place();
    this.phone.addEventListener("change", () => this.layers && this.place());
  }

  build() {
    this.line = el("div", { class: "swipe-line", "aria-hidden": "true" });
    this.handle = el("div", { class: "swipe-handle", role: "slider", tabindex: "0", "aria-valuemin": String(LEAST), "aria-valuemax": String(MOST), "aria-label": this.t["swipe.handle"] });
    this.captions = ["first", "second"].map((side) => el("p", { class: `swipe-caption swipe-${side}` }));
    this.key = el("div", { class: "swipe-key", role: "img", "aria-label": this.t["swipe.key"] },
      [0, ...STEPS].map((least, i, all) => el("span", { class: `swipe-step seq-${i}`, text: i === 0 ? "0" : i + 1 === all.length ? `${least}+` : `${least}–${all[i + 1] - 1}` })));
    this.box = el("section", { class: "swipe", "aria-label": this.t["swipe.label"] }, this.line, this.captions, this.handle, this.key);
    this.handle.addEventListener("keydown", (event) => {
      if (!(event.key in KEYS)) return;
      event.preventDefault();
      this.moveTo(this.percent + KEYS[event.key]);
      this.keep();
    });
    this.handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.handle.focus();
      this.handle.setPointerCapture(event.pointerId);
    });
    this.handle.addEventListener("pointermove", (event) => {
      if (!this.handle.hasPointerCapture(event.pointerId)) return;
      const box = this.view.container.getBoundingClientRect();
      const [start, length] = this.stretch();
      const at = this.phone.matches ? event.clientY - box.top : event.clientX - box.left;
      this.moveTo(Math.round(((at - start) / length) * 100));
    });
    this.handle.addEventListener("lostpointercapture", () => this.keep());
  }

  /** Show two sides: `sides` are {name, tasks}, `zones` {id, counts: [a, b]}; null ends it. */
  show(found, text) {
    this.clear();
    this.view.container.classList.toggle("is-swiping", Boolean(found));
    this.view.labels.setSides(found ? (at) => this.sideOf(at) : null);
    if (!found) return this.box.remove();
    this.percent = positionOf(text);
    this.layers = PANES.map((pane, side) => this.paint(pane, side, found.zones));
    this.sides = found.sides;
    this.captions.forEach((node, i) => node.replaceChildren(el("strong", { text: found.sides[i].name }), ` ${this.t["swipe.tasks"].replace("{n}", found.sides[i].tasks)}`));
    document.querySelector(".map-area").append(this.box);
    this.map.on("move zoomend viewreset resize", this.redraw);
    this.place();
  }

  clear() {
    this.map.off("move zoomend viewreset resize", this.redraw);
    for (const layer of this.layers || []) layer.remove();
    this.layers = null;
  }

  paint(pane, side, zones) {
    if (!this.map.getPane(pane)) {
      this.map.createPane(pane).style.zIndex = String(DEPTHS[side]);
      this.clips[side] = clipGroup(this.view.strata.groupOf(pane), pane);
    }
    const counts = Object.fromEntries(zones.map((zone) => [zone.id, zone.counts[side]]));
    const features = this.view.zonePaths.map(([id]) => this.view.features.get(id)).filter((f) => f.properties.rank !== "town");
    return L.geoJSON({ type: "FeatureCollection", features }, {
      pane, interactive: false,
      style: ({ id, properties: p }) => ({ className: `swipe-fill rank-${p.rank} zid-${id} seq-${stepOf(counts[id] || 0)}`, fill: true, stroke: false, fillOpacity: 1, smoothFactor: SMOOTH }),
    }).addTo(this.map);
  }

  /** The part of the map that no card covers, along the way of the divider: [start, length] in px. */
  stretch() {
    const [left, , bottom] = this.view.covered();
    const size = this.map.getSize();
    if (!this.phone.matches) return [left, size.x - left];
    const top = document.querySelector(".map-tools").offsetTop;
    return [top, size.y - bottom - top];
  }

  edge() {
    const [start, length] = this.stretch();
    return start + (length * this.percent) / 100;
  }

  sideOf(at) {
    const point = this.map.latLngToContainerPoint(at);
    return (this.phone.matches ? point.y : point.x) < this.edge() ? 0 : 1;
  }

  moveTo(percent) {
    this.percent = Math.min(MOST, Math.max(LEAST, percent));
    this.place();
    this.view.labels.place();
  }

  keep() {
    this.go({ swipe: String(this.percent) }, { quiet: true, replace: true });
  }

  /** Put divider, captions and clips where the divider stands; clips are in the shapes' own pixels. */
  place() {
    const flat = this.phone.matches;
    const edge = this.edge();
    const size = this.map.getSize();
    const first = flat ? [[0, 0], [size.x, edge]] : [[0, 0], [edge, size.y]];
    const second = flat ? [[0, edge], [size.x, size.y]] : [[edge, 0], [size.x, size.y]];
    [first, second].forEach((corners, i) => {
      const [a, b] = corners.map((corner) => this.map.containerPointToLayerPoint(corner));
      this.clips[i].setAttribute("d", `M${a.x} ${a.y}H${b.x}V${b.y}H${a.x}Z`);
    });
    this.box.style.setProperty("--edge", `${edge}px`);
    this.box.style.setProperty("--foot", `${flat ? 0 : this.view.covered()[2]}px`);
    this.box.classList.toggle("is-flat", flat);
    this.handle.textContent = flat ? "⇕" : "⇔";
    const [a, b] = this.sides.map((side) => side.name);
    this.handle.setAttribute("aria-orientation", flat ? "vertical" : "horizontal");
    this.handle.setAttribute("aria-valuenow", String(this.percent));
    this.handle.setAttribute("aria-valuetext", this.t[flat ? "swipe.says_flat" : "swipe.says"].replace("{first}", a).replace("{second}", b).replace("{n}", this.percent));
  }
}

/** Let only a part of a group be seen; the part is the path returned. */
function clipGroup(group, name) {
  const part = document.createElementNS(SVG, "path");
  const clip = document.createElementNS(SVG, "clipPath");
  clip.id = `clip-${name}`;
  clip.append(part);
  document.querySelector("svg.sprite defs").append(clip);
  group.setAttribute("clip-path", `url(#${clip.id})`);
  return part;
}
