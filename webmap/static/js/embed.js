// The map inside somebody else's page: it shows one state, answers a click with a note, and leads on.
//
// What is chosen replaces the frame's own address and never adds to it: "back" belongs to the page around.

import { getJson } from "./api.js";
import { addPatterns, comparedCounts } from "./compare.js";
import { startCoordinates, fromMap, toMap } from "./coordinates.js";
import { el } from "./dom.js";
import { depthsOf, GROUPS, PANES, parseLayers } from "./layers_card.js";
import { MapView } from "./mapview.js";
import { addressOf, readAt, readState } from "./state.js";
import { Swipe } from "./swipe.js";

const CHOICES = ["zone", "feature", "task"];
const SOURCES = ["base", "zones", "edges", "transit", "schools", "hospitals", "sites"];
const sources = {};
const box = document.getElementById("panel");
const lang = document.documentElement.lang === "en" ? "en" : "";
// The server has left out of the filter, and of what is compared, whatever makes no sense.
const { filter, compare, compareDue } = document.getElementById("main").dataset;
// What the layer card of the whole map can switch off.
const SWITCHES = ["zones", "belt", "towns", "line-16", "lianggang-express", "t1", "t2", "t6", "other-lines", "stops", "schools", "hospitals", "sites"];

window.LingangAtlas = {
  addLayer(map, spec) { sources[spec.id] = spec.url; },
  start(map, options) { start(map, options).catch(report); },
};

async function start(map, options) {
  const fetched = Object.fromEntries(SOURCES.map((id) => [id, getJson(sources[id])]));
  for (const answer of Object.values(fetched)) answer.catch(() => {}); // told where it is waited for
  const messages = await getJson(`/api/messages${lang && "?lang=en"}`);
  const view = new MapView(map, options, messages, (choice) => choose(choice));
  const choose = (choice) => { keep(choice); show(view, { focus: true }).catch(report); };
  addPatterns(document.querySelector("svg.sprite defs"));
  startCoordinates(map);
  wireTools(map, view, choose);
  const given = readAt(options.home); // moving the map writes it, so it is read first
  if (given) map.setView(toMap(given.lon, given.lat), given.zoom, { animate: false });
  else map.fitBounds(options.home, { padding: [10, 10], animate: false });
  await view.addBase(await fetched.base);
  await view.addZones(await fetched.zones);
  await view.addEdges(await fetched.edges);
  await view.addTransit(await fetched.transit);
  for (const id of ["schools", "hospitals", "sites"]) {
    const places = await fetched[id];
    view.addFeatures(places);
    view.addPoints(places.features, id);
  }
  layOut(map, view);
  await count(view, new Swipe(view, messages, (changes) => write({ ...readState(), ...changes })), messages).catch(report);
  if (filter.includes("near=") || filter.includes("shape=")) await outline(map).catch(report);
  await show(view, { move: !given });
  document.documentElement.dataset.ready = "all";
}

function wireTools(map, view, choose) {
  document.getElementById("tool-in").addEventListener("click", () => view.zoomBy(1));
  document.getElementById("tool-out").addEventListener("click", () => view.zoomBy(-1));
  document.getElementById("tool-home").addEventListener("click", () => view.home());
  for (const link of document.querySelectorAll(".embed-legend a[data-zone]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); choose({ zone: link.dataset.zone }); });
  }
  map.on("click", () => { if (CHOICES.some((key) => readState()[key])) choose({}); });
  map.on("moveend", () => {
    const [lon, lat] = fromMap(map.getCenter());
    write({ ...readState(), at: `${map.getZoom()}/${lat.toFixed(5)}/${lon.toFixed(5)}` });
  });
  map.scrollWheelZoom.disable(); // a reader scrolling the page around must not be caught
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !box.hidden) choose({}); });
}

/** One choice replaces another; the filter stays. */
function keep(choice) {
  const state = readState();
  for (const key of CHOICES) delete state[key];
  write({ ...state, ...choice });
}

function write(state) {
  const address = addressOf(state);
  history.replaceState(null, "", `/embed${address.slice(1)}`);
  document.getElementById("whole").href = address;
}

async function count(view, swipe, messages) {
  if (compare || compareDue) {
    const { zone, ...rest } = Object.fromEntries(new URLSearchParams(filter));
    const found = await comparedCounts({ ...rest, in: zone, compare, compare_due: compareDue }, messages);
    view.setCounts(found.counts);
    view.setComparison(found.zones, found.plans);
    for (const node of document.querySelectorAll("[data-count]")) node.textContent = found.counts[node.dataset.count]?.counts.join(" | ") ?? "0";
    const percent = readState().swipe;
    if (percent) swipe.show({ zones: found.zones, sides: found.plans }, percent);
    return;
  }
  const { zones: counts } = await getJson(`/api/counts${filter}`);
  view.setCounts(counts);
  for (const node of document.querySelectorAll("[data-count]")) node.textContent = String(counts[node.dataset.count] ?? 0);
}

/** Order, strength and absence of the layers, as the reader who made the link had them. */
function layOut(map, view) {
  const { order, opacity, off } = parseLayers(readState().layers, SWITCHES);
  const depths = depthsOf(order);
  for (const name of GROUPS) {
    for (const pane of PANES[name] || [`points-${name}`]) {
      const node = map.getPane(pane);
      if (node) Object.assign(node.style, { zIndex: String(depths[pane]), opacity: opacity[name] ? String(opacity[name] / 100) : "" });
    }
    map.getContainer().style.setProperty(`--strength-${name}`, String((opacity[name] ?? 100) / 100)); // in clusters
  }
  for (const name of off) {
    view.toggle(name, false);
    for (const row of document.querySelectorAll(`.embed-legend [data-layer="${name}"]`)) row.hidden = true;
  }
  map.fire("panes");
}

/** The circle or shape that the filter takes in. */
async function outline(map) {
  const { areas } = await getJson(`/api/filter${filter}`);
  for (const geometry of Object.values(areas)) {
    const coordsToLatLng = ([lon, lat]) => window.L.latLng(toMap(lon, lat));
    window.L.geoJSON(geometry, { pane: "focus", interactive: false, coordsToLatLng, style: { className: "filter-area" } }).addTo(map);
  }
}

/** The note on what is chosen; without a choice, how many tasks the filter holds. */
async function show(view, { move = true, focus = false } = {}) {
  const state = readState();
  const kind = CHOICES.find((key) => state[key]);
  box.setAttribute("aria-busy", "true");
  const note = await noteOf(kind, state).catch((error) => ({ title: error.message, lines: [], ids: [] }));
  box.removeAttribute("aria-busy");
  view.highlight(note?.ids ?? [], { move });
  box.hidden = !note;
  if (!note) return;
  box.replaceChildren(...[
    note.title ? el("h2", { tabindex: "-1", lang: note.lang, text: note.title }) : null,
    ...note.lines.filter(Boolean).map((text) => el("p", { text })),
    note.page ? el("p", {}, el("a", { href: note.page, target: "_blank", rel: "noopener", text: box.dataset.page })) : null,
    kind ? el("button", { type: "button", class: "embed-close", "aria-label": box.dataset.close, text: "×", on: { click: () => { keep({}); show(view); } } }) : null,
  ].filter(Boolean));
  if (focus && kind) box.querySelector("h2")?.focus({ preventScroll: true });
}

async function noteOf(kind, state) {
  if (kind === "zone") return zoneNote(encodeURIComponent(state.zone));
  if (kind === "feature") return featureNote(encodeURIComponent(state.feature));
  if (kind === "task") return taskNote(encodeURIComponent(state.task));
  if (!filter || compare || compareDue) return null; // a comparison has its numbers in pairs on the map
  const { total } = await getJson(`/api/tasks${filter}&limit=0`);
  return { title: "", lines: [fill("found", { n: total })], ids: [] };
}

async function zoneNote(id) {
  const [zone, found] = await Promise.all([getJson(`/api/zones/${id}`), getJson(`/api/zones/${id}/tasks${filter ? `${filter}&` : "?"}limit=0`)]);
  const { own, total, passing } = found.counts;
  return {
    title: nameOf(zone), ids: [zone.id], page: pageOf(`/zones/${id}`, filter),
    lines: [fill("zone", { total, own }), passing ? fill("passing", { n: passing }) : ""],
  };
}

async function featureNote(id) {
  const found = await getJson(`/api/features/${id}?limit=0`);
  if (found.kind === "zone") return zoneNote(id);
  const { total } = await getJson(`/api/tasks${filter ? `${filter}&` : "?"}target=${id}&limit=0`);
  return { title: nameOf(found), lines: [fill("tasks", { n: total })], ids: [found.id], page: pageOf(`/features/${id}`) };
}

async function taskNote(id) {
  const task = await getJson(`/api/tasks/${id}`);
  const ids = task.links.filter((link) => link.relation !== "serves").map((link) => link.target);
  return {
    title: task.title, lang: "zh-CN", ids, page: pageOf(`/tasks/${id}`),
    lines: [task.id, ids.length ? fill("places", { n: ids.length }) : box.dataset.nowhere],
  };
}

function pageOf(path, query = "") {
  return lang ? `${path}${query ? `${query}&` : "?"}lang=en` : `${path}${query}`;
}

function nameOf(thing) {
  return (lang && thing.name_en) || thing.name;
}

function fill(key, values) {
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), box.dataset[key]);
}

function report(error) {
  const strip = document.getElementById("failure");
  strip.hidden = false;
  strip.querySelector("span").textContent = error.message;
  strip.querySelector("button").addEventListener("click", () => location.reload(), { once: true });
  console.error(error);
}
