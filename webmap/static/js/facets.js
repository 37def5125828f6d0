// The filter card: every facet with its values and counts, the area on the map, and what to take away.

import { el } from "./dom.js";
import { ask, getJson, filterQuery } from "./api.js";
import { without, keyOf } from "./filter_chips.js";
import { addressOf, onState, readState, selectionOf } from "./state.js";

const OPEN_FIRST = ["plan", "zone"];
const TREES = ["part", "zone"];
const FULL = ["plan", "zone", "stage", "commitment", "scope", "has", "due"]; // list what has no task too
const FORMATS = [["tasklist", "xlsx"], ["tasklist", "csv"], ["tasks", "geojson"], ["tasks", "gpkg"], ["tasks", "shp.zip"], ["tasks", "kml"], ["milestones", "csv"], ["targets", "csv"], ["projects", "csv"]];
const GROUPS_EXPECTED = 10; // while they are not there yet
const RADII = ["300", "500", "1000", "2000", "5000"];

export function startFacets(messages, go, { report, draw }) {
  const card = el("section", { class: "card facets", id: "facets", "aria-label": messages["filter.title"], hidden: true });
  const opener = document.getElementById("tool-filter");
  document.querySelector(".map-area").append(card);
  const status = el("p", { class: "facets-found", role: "status" });
  const groups = el("div", { class: "facet-groups" });
  const exports = el("ul", { class: "plain" });
  const setOpen = (on, focus) => {
    if (on === !card.hidden) return;
    card.hidden = !on;
    card.replaceChildren(...(on ? nodes : []));
    opener.setAttribute("aria-expanded", String(on));
    if (on) show(readState());
    if (focus) (on ? close : opener).focus();
  };
  const close = el("button", { type: "button", class: "linklike", text: messages["filter.close"], on: { click: () => setOpen(false, true) } });
  const radius = el("select", { "aria-label": messages["near.radius"] }, RADII.map((m) => el("option", { value: m, text: messages["near.metres"].replace("{m}", m) })));
  radius.value = "1000";
  radius.addEventListener("change", () => { if (readState().near) refine({ radius: radius.value }); });
  const nodes = [
    el("div", { class: "facets-head" }, el("h2", { text: messages["filter.title"] }), close),
    status, areaTools(messages, { draw, radius, refine, setOpen }), groups,
    takeAway(messages, exports),
  ];
  opener.addEventListener("click", () => setOpen(card.hidden, true));
  card.addEventListener("keydown", (event) => { if (event.key === "Escape") setOpen(false, true); });
  groups.addEventListener("change", (event) => {
    const { facet, value } = event.target.dataset;
    if (!facet) return;
    const state = readState();
    const key = keyOf(facet);
    const more = [...(state[key] || "").split(",").filter(Boolean), value].join(",");
    refine(event.target.checked ? { [key]: more } : without(state, facet, value));
  });

  function refine(changes) {
    go({ ...selectionOf(readState()), ...changes }, { cause: "filter" });
  }

  async function show(state) {
    if (card.hidden) return;
    const asked = filterQuery(state);
    card.setAttribute("aria-busy", "true");
    if (!groups.children.length) groups.replaceChildren(...waiting());
    radius.value = RADII.includes(state.radius) ? state.radius : "1000";
    try {
      const found = await getJson(`/api/facets${asked}`, { keep: true });
      if (asked !== filterQuery(readState()) || card.hidden) return;
      status.textContent = messages["count.found"].replace("{n}", found.found).replace("{total}", found.total);
      redraw(groups, found.facets.filter((facet) => !(state.compare && facet.id === "plan")).map((facet) => group(messages, facet)));
      exports.replaceChildren(...FORMATS.map(([layer, format]) => el("li", {}, el("a", { href: `/export/${layer}.${format}${asked}`, text: `${messages[`taken.${layer}`]} · ${format}` }))),
        el("li", {}, el("a", { href: "/export/all.gpkg", text: messages["filter.export_whole"] })));
    } catch (error) {
      report(error);
    } finally {
      if (asked === filterQuery(readState())) card.removeAttribute("aria-busy");
      for (const bar of groups.querySelectorAll(".facet-wait")) bar.remove();
    }
  }
  opener.addEventListener("pointerdown", () => ask(`/api/facets${filterQuery(readState())}`));
  onState(show);
}

/** Grey bars where the groups will be. */
function waiting() {
  return Array.from({ length: GROUPS_EXPECTED }, () => el("p", { class: "facet-wait", "aria-hidden": "true" }));
}

/** Put new groups in place of the old: what was open stays open, and the focus stays where it was. */
function redraw(box, groups) {
  const open = new Map([...box.children].map((node) => [node.dataset.facet, node.open]));
  const { facet, value } = document.activeElement?.dataset || {};
  const top = box.closest(".facets").scrollTop;
  for (const node of groups) if (open.has(node.dataset.facet)) node.open = open.get(node.dataset.facet);
  box.replaceChildren(...groups);
  box.closest(".facets").scrollTop = top;
  if (facet) [...box.querySelectorAll("input")].find((input) => input.dataset.facet === facet && input.dataset.value === value)?.focus({ preventScroll: true });
}

function group(messages, facet) {
  const english = document.documentElement.lang.startsWith("en");
  const listed = facet.values.filter((one) => one.count || one.selected || FULL.includes(facet.id));
  const chosen = facet.values.filter((one) => one.selected).length;
  const depths = depthsOf(facet.values);
  const rows = listed.map((one) => {
    const name = (english && one.label_en) || one.label;
    const foreign = english && name === one.label && /[\u3400-\u9fff]/.test(name);
    const box = el("input", { type: "checkbox", "data-facet": facet.id, "data-value": one.value, disabled: !one.count && !one.selected });
    box.checked = one.selected;
    const depth = TREES.includes(facet.id) ? Math.min(depths.get(one.value), 4) : 0;
    return el("li", { class: `depth-${depth}` }, el("label", {}, box, el("span", { class: "facet-name", lang: foreign ? "zh-CN" : null, text: name }), el("span", { class: "count", text: String(one.count) })));
  });
  const label = (english && facet.label_en) || facet.label;
  return el("details", { class: "facet", "data-facet": facet.id, open: OPEN_FIRST.includes(facet.id) || chosen > 0 },
    el("summary", {}, label, chosen ? el("span", { class: "facet-chosen", text: messages["filter.n_chosen"].replace("{n}", chosen) }) : null),
    rows.length ? el("ul", {}, rows) : el("p", { class: "quiet", text: messages["filter.no_values"] }));
}

function depthsOf(values) {
  const parents = new Map(values.map((one) => [one.value, one.parent]));
  const depth = (value) => (parents.get(value) ? 1 + depth(parents.get(value)) : 0);
  return new Map(values.map((one) => [one.value, depth(one.value)]));
}

/** Draw a shape, or choose a point, around which to look. */
function areaTools(messages, { draw, radius, refine, setOpen }) {
  const button = (key, click) => el("button", { type: "button", class: "button", text: messages[key], on: { click } });
  /** The card makes room for the drawing, and comes back to the button that began it. */
  const begin = async (asked, ask, change) => {
    setOpen(false);
    const answer = await ask();
    if (answer) refine(change(answer));
    setOpen(true);
    asked.focus();
  };
  return el("fieldset", { class: "facet-area" }, el("legend", { text: messages["filter.area"] }),
    button("draw.start", (event) => begin(event.target, () => draw.shape(), (shape) => ({ shape }))), " ",
    button("near.pick", (event) => begin(event.target, () => draw.point(), (near) => ({ near, radius: radius.value }))), " ",
    button("near.centre", () => refine({ near: draw.centre(), radius: radius.value })), " ", radius,
    el("p", { class: "legend-note", text: messages["near.note"] }));
}

/** The link to what is shown, and the files of exactly what is filtered. */
function takeAway(messages, exports) {
  const link = el("input", { type: "text", readonly: true, class: "copy-field", "aria-label": messages["link.field"], hidden: true });
  const said = el("span", { role: "status" });
  const copy = el("button", { type: "button", class: "button", text: messages["link.copy"], on: { click: async () => {
    const address = new URL(addressOf(readState()), location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      link.hidden = true;
      said.textContent = messages["link.copied"];
    } catch {
      link.value = address; // no clipboard without a safe connection: the reader copies the field
      link.hidden = false;
      link.focus();
      link.select();
      said.textContent = messages["link.select"];
    }
  } } });
  return el("div", { class: "facets-foot" }, el("p", {}, copy, " ", said), link,
    el("details", { class: "facet" }, el("summary", { text: messages["filter.export"] }), exports));
}
