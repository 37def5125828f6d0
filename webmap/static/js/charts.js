// Charts in the panel: each bar says how many tasks it holds, and takes them into the filter or out of it.

import { el } from "./dom.js";
import { getJson, filterQuery } from "./api.js";
import { onState, readState, selectionOf } from "./state.js";

const SVG_NS = "http://www.w3.org/2000/svg";
const open = new Set(); // charts whose table is open
let pressed = null; // the bar that was used last: it keeps the focus when the charts are drawn anew

export function startCharts(messages, go) {
  const button = document.getElementById("tool-charts");
  button.addEventListener("click", () => {
    const state = readState();
    if (state.charts) go({ charts: "" }, { cause: "filter" });
    else go({ charts: "1", zone: "" });
  });
  onState((state) => button.setAttribute("aria-pressed", String(Boolean(state.charts))));
}

/** Whether the panel shows the charts: what is looked at on the map comes first. */
export function showsCharts(state) {
  return Boolean(state.charts) && !Object.keys(selectionOf(state)).length;
}

export async function chartsView(panel, state) {
  const query = new URLSearchParams(filterQuery(state));
  if (state.lang) query.set("lang", state.lang);
  const found = await getJson(`/api/charts?${query}`, { keep: true });
  const charts = found.charts.filter((chart) => !(state.compare && chart.id === "plan")); // both plans are the filter
  const page = `/charts${query.toString() ? `?${query}` : ""}`;
  const at = panel.root.querySelector(".one-chart") ? panel.root.scrollTop : 0;
  setTimeout(() => restore(panel, at));
  return {
    nodes: [
      el("h2", { class: "panel-title", tabindex: "-1", "data-heading": true }, panel.t["charts.title"], " ", el("span", { class: "count", text: String(found.found) })),
      el("p", { class: "quiet", text: panel.t["charts.lead"] }),
      ...charts.map((chart) => chartSection(panel, chart)),
      el("p", { class: "panel-foot" }, el("a", { href: page, text: panel.t["panel.page"] })),
    ],
    ids: [], title: panel.t["charts.title"],
    announce: panel.fill("panel.list_says", { name: panel.t["charts.title"], n: found.found }),
  };
}

function restore(panel, scrollTop) {
  panel.root.scrollTop = scrollTop;
  if (!pressed) return;
  const bar = [...panel.root.querySelectorAll("button.bar-row")].find((row) => row.dataset.bar === pressed);
  pressed = null;
  (bar || panel.root.querySelector("[data-heading]"))?.focus({ preventScroll: true });
}

function chartSection(panel, chart) {
  const longest = Math.max(1, ...chart.bars.map((bar) => bar.count));
  const details = el("details", { class: "chart-data", open: open.has(chart.id), on: { toggle: () => open[details.open ? "add" : "delete"](chart.id) } },
    el("summary", { text: panel.t["table.title"] }), tableOf(panel, chart));
  return el("section", { class: "one-chart", "aria-labelledby": `chart-${chart.id}` },
    el("h3", { class: "plan-head", id: `chart-${chart.id}`, text: chart.title }),
    el("p", { class: "chart-finding", text: chart.finding }),
    el("ul", { class: "bars" }, chart.bars.filter((bar) => bar.drawn).map((bar) => el("li", {}, barRow(panel, chart, bar, longest)))),
    chart.bars.length ? details : null);
}

function barRow(panel, chart, bar, longest) {
  const parts = [el("span", { text: bar.label }), lengthOf(bar.count / longest), el("span", { class: "bar-count", text: String(bar.count) })];
  if (chart.id === "targets") {
    const query = filterQuery(readState(), { lang: panel.lang === "en" ? "en" : "" });
    return el("a", { class: "bar-row", href: `/targets${query}${bar.value ? `#${bar.value}` : "#singles"}` }, parts);
  }
  return el("button", {
    type: "button", class: "bar-row", "aria-pressed": String(bar.selected), "data-bar": `${chart.id} ${bar.value}`,
    on: { click: (event) => { pressed = event.currentTarget.dataset.bar; toggle(panel, chart.id, bar.value); } },
  }, parts);
}

/** The length of a bar in per cent of the longest, from a line that stands at nothing. */
function lengthOf(share) {
  const svg = document.createElementNS(SVG_NS, "svg");
  const put = (tag, attributes) => {
    const node = document.createElementNS(SVG_NS, tag);
    Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
    svg.append(node);
  };
  svg.setAttribute("aria-hidden", "true");
  put("rect", { class: "bar-length", x: 0, y: 1, width: `${(share * 100).toFixed(2)}%`, height: 12 });
  put("line", { class: "bar-base", x1: 0.5, x2: 0.5, y1: 0, y2: 14 });
  return svg;
}

function tableOf(panel, chart) {
  const count = panel.t[chart.id === "targets" ? "charts.targets_count" : "nav.tasks"];
  return el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col", text: chart.title }), el("th", { scope: "col", class: "num", text: count }))),
    el("tbody", {}, chart.bars.map((bar) => el("tr", {}, el("th", { scope: "row", text: bar.selected ? `${bar.label}${panel.t["mark.open"]}${panel.t["charts.chosen"]}${panel.t["mark.close"]}` : bar.label }), el("td", { class: "num", text: String(bar.count) })))));
}

/** Take a value into the filter, or out of it. */
function toggle(panel, facet, value) {
  const key = facet === "zone" ? "in" : facet; // `zone` is the one that is looked at
  const chosen = (readState()[key] || "").split(",").filter(Boolean);
  const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  panel.go({ [key]: next.join(",") }, { cause: "filter" });
}
