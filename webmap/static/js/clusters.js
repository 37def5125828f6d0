// Points that would lie on each other become one mark that counts them by kind. Only what is on the screen
// is looked at and only what is drawn is built, so a hundred thousand points cost one pass over two arrays.

import { el, symbol } from "./dom.js";

const REACH_PX = 40; // two points closer than this on the screen are drawn as one mark
const SINGLE_PX = 18; // a point's own mark
const DOT_PX = 10; // the same where only dots are shown
const GAP_PX = 2; // kept free around every mark
const PAD_PX = 128; // looked at beyond the screen, so that a mark at the edge keeps its members
const SNAP_PX = 256; // the stretch looked at begins and ends at multiples of this: small steps change nothing
const ROW = 2 ** 26; // more cells than the world has in a row at any zoom: a cell's number is column * ROW + row
const CELL = { line: 20, padding: 4, symbol: 19, digit: 7.5 }; // px, a cluster's parts as points.css draws them

/**
 * Group points by distance on the screen: first within `reach`, then whatever marks would still overlap.
 * `points` are {x, y, kind} in px; the answer is [{x, y, members}], members being places in `points`.
 * The order of `points` decides, so the same points give the same groups.
 */
export function clusterPoints(points, { reach = REACH_PX, single = SINGLE_PX } = {}) {
  const cells = gridOf(points, reach);
  const taken = new Uint8Array(points.length);
  const groups = [];
  points.forEach((point, i) => {
    if (taken[i]) return;
    const members = near(cells, point, reach).filter((j) => !taken[j] && Math.hypot(points[j].x - point.x, points[j].y - point.y) < reach);
    for (const j of members) taken[j] = 1;
    groups.push(groupOf(points, members.sort((a, b) => a - b)));
  });
  return mergeOverlaps(points, groups, single);
}

/** How large a mark is, [width, height] in px: a point, or the counts of up to four kinds in two columns. */
export function sizeOf(group, points, single = SINGLE_PX) {
  if (group.members.length === 1) return [single, single];
  const counts = Object.values(countKinds(group.members.map((i) => points[i])));
  const widest = Math.max(...counts.map((n) => String(n).length));
  const columns = Math.min(2, counts.length);
  return [columns * (CELL.symbol + CELL.digit * widest) + CELL.padding * (columns + 1), Math.ceil(counts.length / 2) * CELL.line + CELL.padding];
}

/** Number of points by kind, in the order in which the kinds come. */
export function countKinds(points) {
  const counts = {};
  for (const { kind } of points) counts[kind] = (counts[kind] || 0) + 1;
  return counts;
}

function groupOf(points, members) {
  const sum = members.reduce(([x, y], i) => [x + points[i].x, y + points[i].y], [0, 0]);
  return { x: sum[0] / members.length, y: sum[1] / members.length, members };
}

function gridOf(things, cell) {
  const cells = new Map();
  things.forEach((thing, i) => {
    const key = Math.floor(thing.x / cell) * ROW + Math.floor(thing.y / cell);
    const there = cells.get(key);
    if (there) there.push(i);
    else cells.set(key, [i]);
  });
  return cells;
}

function near(cells, { x, y }, cell) {
  const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)];
  return [-1, 0, 1].flatMap((i) => [-1, 0, 1].flatMap((j) => cells.get((column + i) * ROW + row + j) || []));
}

/** Join groups whose marks lie on each other until none do; each round has fewer of them. */
function mergeOverlaps(points, groups, single) {
  for (;;) {
    const boxes = groups.map((group) => boxOf(group, sizeOf(group, points, single)));
    const widest = Math.max(1, ...boxes.map((box) => Math.max(box[2] - box[0], box[3] - box[1])));
    const cells = gridOf(groups, widest);
    const gone = new Set();
    const merged = groups.map((group, i) => {
      if (gone.has(i)) return null;
      const others = near(cells, group, widest).filter((j) => j !== i && !gone.has(j) && overlap(boxes[i], boxes[j]));
      if (!others.length) return group;
      for (const j of [i, ...others]) gone.add(j);
      return groupOf(points, [...group.members, ...others.flatMap((j) => groups[j].members)].sort((a, b) => a - b));
    });
    // A group that an earlier one took in stands in both places of the list until here.
    const kept = merged.filter((group, i) => group && (group !== groups[i] || !gone.has(i)));
    if (kept.length === groups.length) return groups;
    groups = kept;
  }
}

export function boxOf({ x, y }, [width, height]) {
  return [x - width / 2 - GAP_PX, y - height / 2 - GAP_PX, x + width / 2 + GAP_PX, y + height / 2 + GAP_PX];
}

export function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

/** The shortest way out from under marks that keep their place, as [dx, dy]. */
function wayOut(box, fixed) {
  const under = fixed.find((other) => overlap(box, other));
  if (!under) return [0, 0];
  const ways = [[under[2] - box[0], 0], [under[0] - box[2], 0], [0, under[3] - box[1]], [0, under[1] - box[3]]];
  const clear = ways.filter(([dx, dy]) => !fixed.some((other) => overlap([box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy], other)));
  return (clear.length ? clear : ways).reduce((a, b) => (Math.hypot(...b) < Math.hypot(...a) ? b : a));
}

/** What stands on the screen: {x, y, members, size}; pinned points and stations keep their own mark and place. */
export function arrange(points, { single = SINGLE_PX } = {}) {
  const own = points.filter((point) => point.fixed);
  const rest = points.filter((point) => !point.fixed);
  const fixed = own.map((point) => boxOf(point, [single, single]));
  const groups = clusterPoints(rest, { single }).map((group) => {
    const size = sizeOf(group, rest, single);
    const [dx, dy] = group.members.length > 1 ? wayOut(boxOf(group, size), fixed) : [0, 0];
    return { x: group.x + dx, y: group.y + dy, size, members: group.members.map((i) => rest[i]) };
  });
  return [...own.map((point) => ({ x: point.x, y: point.y, size: [single, single], members: [point] })), ...groups];
}

/** The mark of a cluster: for each kind its symbol and how many there are. */
export function clusterMark(counts, symbols, words) {
  const parts = Object.entries(counts).map(([kind, n]) => el("span", { class: `cluster-part cluster-${kind}`, "aria-hidden": "true" },
    symbol(symbols[kind], "cluster-symbol"), el("span", { text: String(n) })));
  return el("button", { type: "button", class: `cluster${parts.length > 1 ? " is-wide" : ""}`, tabindex: "-1" }, el("span", { class: "visually-hidden", text: words }), parts);
}

/** The stretch of world pixels to look at: the screen and a little more, snapped. [left, top, right, bottom] */
export function stretchOf(map) {
  const { min, max } = map.getPixelBounds();
  return [...[min.x, min.y].map((v) => Math.floor((v - PAD_PX) / SNAP_PX) * SNAP_PX), ...[max.x, max.y].map((v) => Math.ceil((v + PAD_PX) / SNAP_PX) * SNAP_PX)];
}

export { SINGLE_PX, DOT_PX };
