// The chart of the time control: a bar a quarter, dark for what is dated to it, light for halves and years.

import { el } from "./dom.js";
import { monthsOf } from "./periods.js";

const SVG_NS = "http://www.w3.org/2000/svg";
const HEIGHT = 48; // user units; a quarter is 10 wide
const WIDE = 10;
const GAP = 1.5;

/** The nodes of the chart; `due` is the period chosen, or nothing. */
export function chart(times, due) {
  const { quarters, years } = times;
  const most = Math.max(1, ...quarters.map((quarter) => quarter.meeting));
  const root = svg("svg", { viewBox: `0 0 ${quarters.length * WIDE} ${HEIGHT}`, preserveAspectRatio: "none", class: "time-bars" });
  if (due) root.append(spanOf(due, years[0]));
  quarters.forEach((quarter, i) => {
    const tall = (quarter.meeting / most) * HEIGHT;
    const dark = (quarter.within / most) * HEIGHT;
    const bar = (className, height, low) => svg("rect", { class: className, x: i * WIDE + GAP, y: HEIGHT - low - height, width: WIDE - 2 * GAP, height });
    root.append(bar("time-wider", tall - dark, dark), bar("time-within", dark, 0),
      svg("rect", { class: "time-hit", "data-due": quarter.due, x: i * WIDE, y: 0, width: WIDE, height: HEIGHT }));
  });
  const labels = Array.from({ length: years[1] - years[0] + 1 }, (_, i) => years[0] + i);
  const every = Math.ceil(labels.length / 8);
  return [root, el("div", { class: "time-years" }, labels.map((year, i) => el("span", { text: i % every ? "" : String(year) })))];
}

function spanOf(due, firstYear) {
  const [year, first, last] = monthsOf(due);
  const unit = WIDE / 3;
  return svg("rect", { class: "time-span", x: ((year - firstYear) * 12 + first - 1) * unit, y: 0, width: (last - first + 1) * unit, height: HEIGHT });
}

function svg(tag, attributes) {
  const node = document.createElementNS(SVG_NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}
