// Names on the map: placed by priority, never one over another. The loser goes; nothing overlaps.

import { el } from "./dom.js";

const L = window.L;
const GAP = 3; // px kept free around a name
const BESIDE = 12; // px from a point to its name
const OVER_MARKS = 55; // from this priority on a name is worth more than the cluster under it
const PINNED = 1000; // added to the priority of what is selected

export class Labels {
  constructor(map) {
    this.map = map;
    this.items = new Map();
    this.pointKeys = new Set(); // of the names that come and go with the points drawn
    this.marks = []; // boxes of marks that a name stays clear of where it can, in layer px
    this.hiddenGroups = new Set();
    this.pinned = new Set();
    this.layer = el("div", { class: "labels leaflet-zoom-hide" });
    map.getPane("labels").append(this.layer);
    map.on("moveend zoomend viewreset resize", () => this.place());
  }

  /** Add a name: `at` [lat, lon], `elsewhere` more such places, `from`/`to` zoom, `priority`, `name`, optional chip, second line, count. */
  add(item) {
    const tag = item.onClick ? "button" : "span";
    const node = el(tag, { class: `label ${item.className}`, "data-id": item.id, type: item.onClick ? "button" : null, tabindex: item.onClick ? "-1" : null },
      el("span", { class: "label-first" },
        item.chip && item.showChip ? el("span", { class: `chip zone-${item.palette}`, text: item.chip, "aria-hidden": "true" }) : null,
        el("span", { class: "label-name", text: item.name }),
        item.count !== undefined ? el("span", { class: "label-count" }, countNodes(item.count)) : null),
      item.second ? el("span", { class: "label-second", text: item.second }) : null);
    if (item.onClick) {
      node.addEventListener("click", (event) => { event.stopPropagation(); item.onClick(); });
      L.DomEvent.disableClickPropagation(node);
    }
    this.items.set(keyOf(item), { ...item, node, size: null });
  }

  /** Names of the points that are drawn now, in place of those before; `boxes` are marks to stay clear of. */
  setPoints(items, boxes) {
    this.marks = boxes;
    const keys = new Set(items.map(keyOf));
    for (const key of this.pointKeys) {
      if (keys.has(key)) continue;
      this.items.get(key)?.node.remove();
      this.items.delete(key);
    }
    for (const item of items) if (!this.items.has(keyOf(item))) this.add(item);
    this.pointKeys = keys;
    this.place();
  }

  /** Show the counts, by id: a number, or {counts: [a, b], words} where two plans are compared. */
  setCounts(counts) {
    for (const item of this.items.values()) {
      const pill = item.id in counts && item.node.querySelector(".label-count");
      if (pill) {
        pill.replaceChildren(...countNodes(counts[item.id]));
        pill.classList.toggle("is-pair", typeof counts[item.id] !== "number");
        item.size = null;
      }
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

  setPinned(ids) {
    this.pinned = new Set(ids);
    this.place();
  }

  /** Seat all names anew, once however many things have changed until then. */
  place() {
    if (this.planned) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      this.seatAll();
    });
  }

  seatAll() {
    const zoom = this.map.getZoom();
    const view = this.map.getBounds().pad(0.1);
    const wanted = [...this.items.values()].filter((item) => this.isWanted(item, zoom, view));
    const ids = new Set(wanted.map((item) => item.id));
    const kept = wanted.filter((item) => this.pinned.has(item.id) || !this.isTold(item, ids));
    kept.sort((a, b) => this.weight(b) - this.weight(a));
    // A name that is not shown is not in the page either: nobody reads or finds it there.
    const shown = new Set(kept);
    for (const item of this.items.values()) if (!shown.has(item)) item.node.remove();
    for (const item of kept) if (!item.node.isConnected) this.layer.append(item.node);
    for (const item of kept) this.takeSide(item);
    for (const item of kept) if (!item.size) item.size = [item.node.offsetWidth, item.node.offsetHeight];
    const taken = [];
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

  /** Put a name at the first free seat; hide it when none is free. */
  seat(item, taken) {
    const view = this.map.getBounds();
    const all = item.elsewhere ? [item.at, ...item.elsewhere].filter((at) => view.contains(at)) : [item.at];
    const places = (all.length ? all : [item.at]).map((at) => this.map.latLngToLayerPoint(at));
    const [width, height] = item.size;
    // Every name first looks for a seat clear of clusters; an important one may then lie over one.
    for (const kept of item.priority >= OVER_MARKS || this.pinned.has(item.id) ? [[...taken, ...this.marks], taken] : [[...taken, ...this.marks]]) {
      for (const [point, dx, dy] of places.flatMap((at) => seats(item, width, height).map((by) => [at, ...by]))) {
        const box = [point.x + dx - width / 2 - GAP, point.y + dy - height / 2 - GAP, point.x + dx + width / 2 + GAP, point.y + dy + height / 2 + GAP];
        if (!kept.every((other) => box[2] <= other[0] || other[2] <= box[0] || box[3] <= other[1] || other[3] <= box[1])) continue;
        taken.push(box);
        L.DomUtil.setPosition(item.node, L.point(Math.round(point.x + dx - width / 2), Math.round(point.y + dy - height / 2)));
        return;
      }
    }
    item.node.remove();
  }
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
