// Names on the map: placed by priority, never one over another. The loser goes; nothing overlaps.

import { el } from "./dom.js";
import { breath } from "./paint.js";

const L = window.L;
const GAP = 3; // px kept free around a name
const BESIDE = 12; // px from a point to its name
const TAG = [64, 22]; // px, the largest that is written besides names
const POINT_REACH = 9; // px from a point to the edge of its mark
const FARTHEST = 60; // px that a name may stand above or below its place
const LARGE = 90; // the priority of a large zone, whose name may stand twice as far
const FAR_FROM = 55; // from this priority on a name may stand farther from its place rather than go
const PINNED = 1000; // added to the priority of what is selected

export class Labels {
  constructor(map) {
    this.map = map;
    this.items = new Map();
    this.pointKeys = new Set(); // of the names that come and go with the points drawn
    this.marks = []; // boxes of clusters, which no name may cover, in layer px
    this.dots = []; // boxes of single points, which a name stays clear of where it can
    this.covered = null; // () => [left, right, bottom, top], px of the map that cards cover
    this.tags = []; // [lat, lon] of what is written on the map besides names
    this.hiddenGroups = new Set();
    this.pinned = new Set();
    this.layer = el("div", { class: "labels leaflet-zoom-hide" });
    map.getPane("labels").append(this.layer);
    map.on("zoomend", () => this.layer.classList.add("is-unseated")); // at another scale no seat is right any more
    map.on("moveend zoomend viewreset resize", () => this.place(breath));
  }

  /** Add a name: `at` [lat, lon], `elsewhere` more such places, `from`/`to` zoom, `priority`, `name`, optional chip, second line (which stays if `whole`), count. */
  add(item) {
    this.items.set(keyOf(item), new Name(item));
  }

  /** Names of the points that are drawn now, in place of those before; `boxes` are marks to stay clear of. */
  setPoints(items, boxes) {
    this.marks = boxes;
    this.dots = items.map(({ at }) => this.map.latLngToLayerPoint(at)).map(({ x, y }) => [x - POINT_REACH, y - POINT_REACH, x + POINT_REACH, y + POINT_REACH]);
    const keys = new Set(items.map(keyOf));
    for (const key of this.pointKeys) {
      if (keys.has(key)) continue;
      this.items.get(key)?.made?.remove();
      this.items.delete(key);
    }
    for (const item of items) if (!this.items.has(keyOf(item))) this.add(item);
    this.pointKeys = keys;
    this.place();
  }

  /** Show the counts, by id: a number, or {counts: [a, b], words} where two plans are compared. */
  setCounts(counts) {
    for (const item of this.items.values()) {
      if (item.count === undefined || !(item.id in counts)) continue;
      item.count = counts[item.id];
      item.size = null;
      const pill = item.made?.querySelector(".label-count");
      if (!pill) continue;
      pill.replaceChildren(...countNodes(item.count));
      pill.classList.toggle("is-pair", typeof item.count !== "number");
    }
    this.place();
  }

  setGroup(group, on) {
    if (on) this.hiddenGroups.delete(group);
    else this.hiddenGroups.add(group);
    this.place();
  }

  /** Where the map has two sides, of a pair of counts only the one of the side that a name lies on is shown. */
  setSides(sideOf) {
    this.sideOf = sideOf;
    this.place();
  }

  /** Show of a pair what belongs to the name's side; a name whose size that may change is measured again. */
  takeSide(item) {
    const pill = item.node.querySelector(".label-count.is-pair");
    if (!pill) return;
    const side = this.sideOf ? `is-side-${this.sideOf(item.at) + 1}` : null;
    if (side ? pill.classList.contains(side) : !/is-side/.test(pill.className)) return;
    pill.classList.remove("is-side-1", "is-side-2");
    if (side) pill.classList.add(side);
    item.size = null;
  }

  /** Keep free what is written on the map at places [lat, lon], such as how far a ring lies away. */
  setTags(places) {
    this.tags = places;
    this.place();
  }

  setPinned(ids) {
    this.pinned = new Set(ids);
    this.place();
  }

  /** Seat all names anew, once however many things have changed until then; after a move the reader goes first. */
  place(wait = async () => {}) {
    if (this.planned) return;
    this.planned = true;
    wait().then(() => {
      this.planned = false;
      this.seatAll();
      this.layer.classList.remove("is-unseated");
    });
  }

  seatAll() {
    this.free = this.freeBox();
    const zoom = this.map.getZoom();
    const view = this.map.getBounds().pad(0.1);
    const wanted = [...this.items.values()].filter((item) => this.isWanted(item, zoom, view));
    const ids = new Set(wanted.map((item) => item.id));
    const kept = wanted.filter((item) => this.pinned.has(item.id) || !this.isTold(item, ids));
    kept.sort((a, b) => this.weight(b) - this.weight(a));
    // A name that is not shown is not in the page either: nobody reads or finds it there.
    const shown = new Set(kept);
    for (const item of this.items.values()) if (!shown.has(item)) item.made?.remove();
    for (const item of kept) if (!item.node.isConnected) this.layer.append(item.node);
    for (const item of kept) this.takeSide(item);
    for (const item of kept) if (!item.size) item.node.classList.remove("is-short");
    for (const item of kept) if (!item.size) [item.size, item.short] = sizesOf(item.node);
    const taken = this.tags.map((at) => this.map.latLngToLayerPoint(at)).map(({ x, y }) => boxAt([x - TAG[0] / 2, y - TAG[1] / 2], TAG));
    for (const item of kept) this.seat(item, taken);
  }

  isWanted(item, zoom, view) {
    const inZoom = zoom >= item.from && zoom <= (item.to ?? 99);
    const group = item.group ?? (item.className.includes("label-zone") ? "zones" : null);
    if (this.hiddenGroups.has(group)) return false;
    return (inZoom || this.pinned.has(item.id)) && [item.at, ...(item.elsewhere || [])].some((at) => view.contains(at));
  }

  /** A parent's name goes when two of its children are named. */
  isTold(item, ids) {
    return (item.hiddenBy || []).filter((id) => ids.has(id)).length >= 2;
  }

  weight(item) {
    return item.priority + (this.pinned.has(item.id) ? PINNED : 0);
  }

  /** Put a name at the first free seat, without its second line if need be; where none is free it goes. */
  seat(item, taken) {
    const view = this.map.getBounds();
    const all = item.elsewhere ? [item.at, ...item.elsewhere].filter((at) => view.contains(at)) : [item.at];
    const places = (all.length ? all : [item.at]).map((at) => this.map.latLngToLayerPoint(at));
    const rooms = item.short && !item.whole ? [item.size, item.short] : [item.size];
    for (const [offsets, others, frame] of this.tries(item, taken)) {
      for (const room of rooms) {
        const corner = freeCorner(places, offsets(item, ...room), room, others, frame);
        if (!corner) continue;
        taken.push(boxAt(corner, room));
        item.node.classList.toggle("is-short", room === item.short);
        L.DomUtil.setPosition(item.node, L.point(...corner));
        return;
      }
    }
    item.node.remove();
  }

  /** How a name looks for a seat: [where, boxes to stay clear of, box to stay in], the best first. */
  tries(item, taken) {
    const clear = [...taken, ...this.marks];
    const isArea = !item.beside && !item.elsewhere;
    const far = isArea && (item.priority >= FAR_FROM || this.pinned.has(item.id));
    return [
      [isArea ? closeSeats : seats, [...clear, ...this.dots], this.free], [seats, clear, this.free],
      ...(far ? [[farSeats, clear, this.free]] : []), [seats, clear, null]];
  }

  /** What of the map no card covers, in layer px. */
  freeBox() {
    const [{ x, y }, size] = [this.map.containerPointToLayerPoint([0, 0]), this.map.getSize()];
    const [left, right, bottom, top] = this.covered?.() ?? [0, 0, 0, 0];
    return [x + left, y + top, x + size.x - right, y + size.y - bottom];
  }
}

/** Width and height of a name with its second line, and of its first alone. */
function sizesOf(node) {
  const whole = [node.offsetWidth, node.offsetHeight];
  const below = node.querySelector(".label-second")?.offsetHeight || 0;
  if (!below) return [whole, null];
  const first = document.createRange();
  first.selectNodeContents(node.querySelector(".label-first"));
  return [whole, [Math.ceil(first.getBoundingClientRect().width), whole[1] - below]];
}

/** The upper left corner of the first seat that is free of `others` and within `frame`, in whole px. */
function freeCorner(places, offsets, [width, height], others, frame) {
  for (const { x, y } of places) {
    for (const [dx, dy] of offsets) {
      const corner = [Math.round(x + dx - width / 2), Math.round(y + dy - height / 2)];
      const box = boxAt(corner, [width, height]);
      if (frame && (box[0] < frame[0] || box[1] < frame[1] || box[2] > frame[2] || box[3] > frame[3])) continue;
      if (others.every((other) => box[2] <= other[0] || other[2] <= box[0] || box[3] <= other[1] || other[3] <= box[1])) return corner;
    }
  }
  return null;
}

function boxAt([x, y], [width, height]) {
  return [x - GAP, y - GAP, x + width + GAP, y + height + GAP];
}

/** One name; its element is made when it is first shown, for of many names most never are. */
class Name {
  constructor(item) {
    Object.assign(this, item, { size: null, made: null });
  }

  get node() {
    this.made ??= nodeOf(this);
    return this.made;
  }
}

/** A name as an element, a button where it can be clicked. */
function nodeOf(item) {
  const tag = item.onClick ? "button" : "span";
  const node = el(tag, { class: `label ${item.className}`, "data-id": item.id, type: item.onClick ? "button" : null, tabindex: item.onClick ? "-1" : null },
    el("span", { class: "label-first" },
      item.chip && item.showChip ? el("span", { class: `chip zone-${item.palette}`, text: item.chip, "aria-hidden": "true" }) : null,
      el("span", { class: "label-name", text: item.name }),
      item.count !== undefined ? el("span", { class: `label-count${typeof item.count === "number" ? "" : " is-pair"}` }, countNodes(item.count)) : null),
    item.second ? el("span", { class: "label-second", text: item.second }) : null);
  if (item.onClick) {
    node.addEventListener("click", (event) => { event.stopPropagation(); item.onClick(); });
    L.DomEvent.disableClickPropagation(node);
  }
  return node;
}

function keyOf(item) {
  return `${item.id} ${item.className}`;
}

/** A number; or two parts, the larger one marked, with the plans in words for who does not see them. */
function countNodes(count) {
  if (typeof count === "number") return [String(count)];
  const [first, second] = count.counts;
  return [
    el("span", { class: `pair-1${first > second ? " is-more" : ""}`, "aria-hidden": "true", text: String(first) }),
    el("span", { class: `pair-2${second > first ? " is-more" : ""}`, "aria-hidden": "true", text: String(second) }),
    el("span", { class: "visually-hidden", text: ` ${count.words}` })];
}

function seats(item, width, height) {
  if (item.elsewhere) return [[0, 0]]; // a badge sits on its line
  if (item.beside) {
    const side = width / 2 + BESIDE;
    return [[side, 0], [-side, 0], [0, -height / 2 - BESIDE], [0, height / 2 + BESIDE]];
  }
  return [[0, 0], [0, -height * 0.7], [0, height * 0.7], [0, height * 1.4], [0, -height * 1.4]];
}

/** Seats that touch a name's place. */
function closeSeats(item, width, height) {
  return seats(item, width, height).slice(0, 3);
}

/** Seats around a name's place, the nearest first. */
function farSeats(item, width, height) {
  const most = item.priority >= LARGE ? 2 * FARTHEST : FARTHEST;
  const across = [0, -0.15, 0.15, -0.3, 0.3, -0.45, 0.45].map((share) => share * width);
  const down = [0, -0.7, 0.7, -1.4, 1.4, -2.1, 2.1, -2.8, 2.8].map((share) => share * height).filter((dy) => Math.abs(dy) <= most);
  return across.flatMap((dx) => down.map((dy) => [dx, dy])).sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
}
