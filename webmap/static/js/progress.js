// The progress board: the map beside the table. Rows and points are two sights of one project: choosing
// either lights both. The filter belongs to the address and to the server; only the choice is made here.

import { el, symbol } from "./dom.js";
import { getJson } from "./api.js";
import { toMap } from "./coordinates.js";
import { MapView } from "./mapview.js";

const L = window.L;
const SOURCES = ["base", "zones", "edges", "transit"];
const KIND_SYMBOLS = { school: "sym-school", hospital: "sym-hospital", care: "sym-hospital", transit: "sym-stop", park: "sym-park", port: "sym-port" };
const STAGE_SYMBOLS = { start: "stage-start", topped_out: "stage-topped", complete: "stage-complete", open: "stage-open", operate: "stage-open" };
const CORNER_LIGHTS = ["overdue", "due_soon", "done"]; // only exceptions hang on the corner of a mark
const PRESSING = ["done", "no_stage", "no_date", "open", "due_soon", "overdue"]; // the last lies on top
const APART = 20; // px between marks of one spot
const RING = [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, 1], [1, -1], [-1, -1]];
const sources = {};

const box = document.querySelector(".board-leaflet");
box.hidden = false;
document.documentElement.classList.add("has-board-map");
for (const button of document.querySelectorAll(".pick")) button.hidden = false;

window.LingangAtlas = {
  addLayer(map, spec) { sources[spec.id] = spec.url; },
  start(map, options) { start(map, options).catch(report); },
};

async function start(map, options) {
  const query = new URLSearchParams(location.search);
  const lang = query.get("lang") === "en" ? "?lang=en" : "";
  const fetched = Object.fromEntries(SOURCES.map((id) => [id, getJson(sources[id])]));
  const asked = getJson(`/api/progress${boardQuery()}`);
  const messages = await getJson(`/api/messages${lang}`);
  const board = new Board(map, options, messages);
  map.invalidateSize();
  map.fitBounds(options.home, { animate: false });
  await board.view.addBase(await fetched.base);
  await board.view.addZones(await fetched.zones);
  await board.view.addEdges(await fetched.edges);
  await board.view.addTransit(await fetched.transit);
  board.show(await asked);
  board.listen();
  if (query.get("project")) board.choose(query.get("project"), { quiet: true });
  document.documentElement.dataset.ready = "all";
}

/** The filter of the page as the server understood it: what it ignored is not asked for again. */
function boardQuery() {
  const link = document.querySelector("#board-filter ~ p a[href^='/api/progress']");
  return link ? new URL(link.href).search : "";
}

class Board {
  constructor(map, options, messages) {
    this.t = messages;
    this.view = new MapView(map, options, messages, (wanted) => this.follow(wanted));
    this.marks = new Map(); // project id -> Leaflet marker
    this.rows = new Map([...document.querySelectorAll(".board-table tr[data-project]")].map((row) => [row.dataset.project, row]));
    this.live = document.getElementById("live");
    this.chosen = null;
  }

  /** Draw what the server sends: marks for projects with a spot of their own, numbers for zones. */
  show(record) {
    this.projects = new Map(record.projects.map((project) => [project.id, project]));
    this.pageRows = record.page_rows;
    const counts = Object.fromEntries([...this.view.features.values()]
      .filter((feature) => feature.properties.kind === "zone").map((feature) => [feature.id, 0]));
    for (const zone of record.zones) counts[zone.zone] = zone.total;
    this.view.setCounts(counts);
    const taken = new Map();
    for (const project of record.projects) {
      if (!project.point || project.placed_at === "zone") continue;
      const spot = project.point.join();
      taken.set(spot, (taken.get(spot) ?? -1) + 1);
      this.mark(project, taken.get(spot));
    }
    this.view.labels.place();
  }

  mark(project, place) {
    const [right, down] = RING[place % RING.length].map((step) => step * APART);
    const at = toMap(...project.point);
    const marker = L.marker(at, {
      pane: "points", keyboard: false, zIndexOffset: PRESSING.indexOf(project.light) * 1000,
      icon: L.divIcon({ className: `mark mark-project light-is-${project.light}`, html: bodyOf(project), iconSize: null, iconAnchor: [12 - right, 12 - down] }),
    });
    marker.bindTooltip(() => el("span", { text: `${this.nameOf(project)} · ${this.wordsOf(project)}` }), { direction: "top", offset: [right, down - 10] });
    marker.on("click", (event) => { L.DomEvent.stop(event); this.choose(project.id, { scroll: true }); });
    marker.addTo(this.view.map);
    marker.getElement().dataset.project = project.id;
    this.marks.set(project.id, marker);
    if (place === 0) {
      this.view.labels.add({ id: `project ${project.id}`, at, from: 14.5, priority: 40, className: "label-point", beside: true, name: this.nameOf(project) });
    }
  }

  nameOf(project) {
    return this.view.nameOf(project);
  }

  wordsOf(project) {
    return project[this.view.lang] || this.t["project.no_stage"];
  }

  /** The map's own marks lead on: a zone narrows the board, a line or stop chooses its first project. */
  follow(wanted) {
    if (wanted.zone) {
      const query = new URLSearchParams(location.search);
      for (const name of ["page", "project"]) query.delete(name);
      query.set("zone", wanted.zone);
      location.assign(`/progress?${query}`);
      return;
    }
    const found = [...this.projects.values()].find((project) => project.places.includes(wanted.feature));
    if (found) this.choose(found.id, { scroll: true });
  }

  /** Light a project in the table and on the map; one that stands on another page is looked up there. */
  choose(id, { scroll = false, quiet = false } = {}) {
    const project = this.projects.get(id);
    if (!project) return;
    const row = this.rows.get(id);
    if (!row) {
      if (!quiet) location.assign(this.address(id, Math.floor([...this.projects.keys()].indexOf(id) / this.pageRows) + 1));
      return;
    }
    for (const [other, node] of this.rows) {
      node.classList.toggle("is-picked", other === id);
      node.querySelector(".pick").setAttribute("aria-pressed", String(other === id));
    }
    for (const [other, marker] of this.marks) {
      marker.getElement().classList.toggle("is-picked", other === id);
      marker.setZIndexOffset(other === id ? 10_000 : PRESSING.indexOf(this.projects.get(other).light) * 1000);
    }
    this.chosen = id;
    this.lightPlaces(project);
    if (scroll || quiet) row.scrollIntoView({ block: "nearest" });
    this.live.textContent = `${this.nameOf(project)} · ${this.wordsOf(project)}`;
    history.replaceState(null, "", this.address(id));
  }

  /** A line is lit along its run; a project without a spot of its own lights the zone that it counts for. */
  lightPlaces(project) {
    const own = this.marks.has(project.id);
    const drawn = project.places.filter((place) => this.isDrawn(place) && !(own && place === project.zone));
    const lit = own || drawn.length ? drawn : [project.zone];
    const shown = this.view.highlight(lit, { move: !own });
    if (own && !shown) this.view.map.setView(toMap(...project.point), Math.max(this.view.map.getZoom(), 13), { animate: false });
  }

  /** Zones and lines are drawn on this map; sites have their project's mark. */
  isDrawn(place) {
    return Boolean(this.view.features.get(place)?.geometry);
  }

  address(id, page) {
    const query = new URLSearchParams(location.search);
    query.set("project", id);
    if (page) query.set("page", page);
    return `/progress?${query}`;
  }

  listen() {
    for (const [id, row] of this.rows) {
      row.addEventListener("click", (event) => { if (!event.target.closest("a")) this.choose(id); });
    }
    document.getElementById("tool-in").addEventListener("click", () => this.view.zoomBy(1));
    document.getElementById("tool-out").addEventListener("click", () => this.view.zoomBy(-1));
    document.getElementById("tool-home").addEventListener("click", () => this.view.home());
  }
}

/** The body says the kind, or for most projects the stage; the corner says the light. */
function bodyOf(project) {
  const body = KIND_SYMBOLS[project.kind] || STAGE_SYMBOLS[project.stage] || "stage-early";
  return el("span", {}, symbol(body, "mark-symbol"), CORNER_LIGHTS.includes(project.light) ? symbol(`light-${project.light}`, "mark-light") : null);
}

function report(error) {
  const strip = document.getElementById("failure");
  strip.hidden = false;
  strip.querySelector("span").textContent = error.message;
  console.error(error);
}
