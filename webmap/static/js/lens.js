// The service lens: a click on the map, a zone or a project, and what a walk from there reaches.

import { el } from "./dom.js";
import { getJson } from "./api.js";
import { fromMap } from "./coordinates.js";
import { onState, readState, selectionOf } from "./state.js";

const L = window.L;
const REACHES = ["500m", "15min"];
const WORDS_FOR_DAYS = ["now", "due"];
const SMOOTH = 0.2; // Leaflet drops fewer vertices than by default, so circles stay round
const SMALLEST = 120; // px: a ring that is drawn smaller is zoomed to
const KINDS = ["schools", "hospitals", "stops", "parks"];
const SERVICES = { schools: ["kindergarten", "primary", "junior", "senior"], hospitals: ["clinic", "hospital"], stops: ["stop"], parks: ["park"] };
const RUNNING = ["open", "recorded"];
let datum = ""; // "gcj02" on a map that is shifted

/** Start the tool; returns what main calls when the panel has answered, and before the first answer. */
export function startLens({ view, panel, sheet, go, notices, messages, shifted }) {
  datum = shifted ? "gcj02" : "";
  const tool = new Lens(view, panel, sheet, go, messages);
  onState((state) => tool.follow(state));
  return {
    draw: (shown, cause) => tool.draw(shown, cause),
    dropNonsense: () => dropNonsense(go, notices, messages),
  };
}

class Lens {
  constructor(view, panel, sheet, go, messages) {
    Object.assign(this, { view, panel, sheet, go, t: messages });
    this.map = view.map;
    this.armed = false;
    this.drawn = L.featureGroup().addTo(view.map);
    this.button = document.getElementById("tool-lens") ?? el("button"); // a map without tools still shows a lens
    this.cross = el("span", { class: "lens-cross", "aria-hidden": "true" });
    this.hint = el("section", { class: "card lens-hint", "aria-label": this.t["lens.open"], hidden: true },
      el("p", {}, this.t["lens.hint"], " ", el("span", { class: "lens-keys", text: this.t["lens.keys"] })),
      el("p", {}, el("button", { type: "button", class: "button", text: this.t["lens.centre"], on: { click: () => this.place(this.centre(), { focus: true }) } }), " ",
        el("button", { type: "button", class: "linklike", text: this.t["lens.end"], on: { click: () => this.end() } })));
    document.querySelector(".map-area").append(this.hint);
    view.container.append(this.cross);
    this.listen();
    this.follow(readState());
  }

  listen() {
    this.button.addEventListener("click", () => (this.armed ? this.end() : this.arm()));
    // Before Leaflet and the marks see it: while the lens is on, a click anywhere on the map places it.
    this.view.container.addEventListener("click", (event) => this.click(event), true);
    this.view.container.addEventListener("keydown", (event) => {
      if (!this.armed || event.key !== "Enter" || event.target !== this.view.container) return;
      event.preventDefault();
      this.place(this.centre());
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.armed || event.defaultPrevented) return;
      if (event.target.closest?.("input, select, textarea, dialog, .card:not(.lens-hint)")) return; // theirs
      this.end();
    });
  }

  click(event) {
    if (!this.armed || !event.detail || event.shiftKey) return; // without detail: a key on a name, which selects it
    if (event.target.closest("a, .leaflet-control") || this.map.dragging?.moved()) return;
    event.stopPropagation();
    event.preventDefault();
    this.place(this.map.mouseEventToLatLng(event));
  }

  arm() {
    this.set(true);
    this.panel.say(`${this.t["lens.hint"]} ${this.t["lens.keys"]}`);
  }

  /** The lens is over: its rings, its state and its way of taking clicks. */
  end() {
    this.set(false);
    if (readState().lens) this.go({ lens: "" }, { cause: "lens" });
    this.button.focus();
  }

  set(on) {
    this.armed = on;
    this.button.setAttribute("aria-pressed", String(on));
    this.hint.hidden = !on || Boolean(readState().lens);
    document.querySelector(".map-area").classList.toggle("is-lens", on);
    const [x, y] = this.middle();
    Object.assign(this.cross.style, { left: `${x}px`, top: `${y}px` });
  }

  /** The state decides: a lens in it turns the tool on, another choice turns it off. */
  follow(state) {
    const other = Object.keys(selectionOf(state)).length > 0;
    if (!state.lens) {
      this.drawn.clearLayers();
      this.view.labels.setTags([]);
    }
    this.set(Boolean(state.lens) || (this.armed && !other && !this.had));
    this.had = Boolean(state.lens);
  }

  middle() {
    const [left, right, bottom] = this.view.covered();
    const size = this.map.getSize();
    return [(left + size.x - right) / 2, (size.y - bottom) / 2];
  }

  centre() {
    return this.map.containerPointToLatLng(this.middle());
  }

  place(at, { focus = false } = {}) {
    const lens = fromMap(at).map((degrees) => degrees.toFixed(5)).join(",");
    this.go({ lens }, { cause: focus ? "user" : "lens" });
    this.sheet.raise();
  }

  /** Draw the rings of what the panel shows; for who placed them on the map it moves only when it must. */
  draw(shown, cause) {
    const found = shown?.lens;
    if (!found) return;
    this.drawn.clearLayers();
    this.tags = [];
    for (const ring of found.rings.features) {
      const chosen = ring.properties.chosen ? "is-chosen" : "";
      for (const part of ["lens-halo", "lens-ring"]) {
        this.drawn.addLayer(L.geoJSON(ring, { pane: "focus", interactive: false, style: { className: `${part} ${chosen}`, fill: part === "lens-ring" && Boolean(chosen), smoothFactor: SMOOTH } }));
      }
      this.tag(ring.geometry, reachWords(ring.id, this.t), chosen);
    }
    this.view.labels.setTags(this.tags);
    if (found.origin.kind === "point") this.mark(found.middle);
    if (this.panel.refocus) document.getElementById(this.panel.refocus)?.focus();
    this.panel.refocus = "";
    if (cause === "load" && readState().at) return;
    const ring = found.rings.features.find((feature) => feature.properties.chosen);
    const bounds = L.geoJSON(ring).getBounds();
    const stay = ["lens", "filter"].includes(cause) && this.fits(bounds); // who looks at the map keeps it
    if (!stay) this.view.fit(bounds, 16);
  }

  /** How far a ring is away, on the ring itself: in the north of the chosen one, in the south of the other. */
  tag(geometry, text, chosen) {
    const corners = geometry.coordinates.flat(geometry.type === "Polygon" ? 1 : 2);
    const [lng, lat] = corners.reduce((a, b) => ((chosen ? b[1] > a[1] : b[1] < a[1]) ? b : a));
    const at = [lat, lng];
    const icon = L.divIcon({ className: `lens-tag ${chosen}`, html: el("span", { text }), iconSize: null });
    this.tags.push(at);
    this.drawn.addLayer(L.marker(at, { pane: "labels", icon, interactive: false, keyboard: false }));
  }

  mark([lng, lat]) {
    const icon = L.divIcon({ className: "lens-middle", html: "", iconSize: null });
    this.drawn.addLayer(L.marker([lat, lng], { pane: "focus", icon, interactive: false, keyboard: false }));
  }

  fits(bounds) {
    const [left, right, bottom] = this.view.covered();
    const size = this.map.getSize();
    const [one, other] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => this.map.latLngToContainerPoint(corner));
    return other.x - one.x >= SMALLEST && one.x >= left && one.y >= 0 && other.x <= size.x - right && other.y <= size.y - bottom;
  }
}

function question(state) {
  const query = new URLSearchParams({ at: state.lens });
  for (const [name, value] of Object.entries({ reach: state.lens_reach, date: state.lens_at, datum, lang: state.lang })) if (value) query.set(name, value);
  return `/api/lens?${query}`;
}

/** What of a lens in the address is none is left out of the state, and the reader is told. */
async function dropNonsense(go, notices, t) {
  const drop = (key, value) => {
    notices.show(t["lens.ignored"].replace("{value}", value));
    const { at, ...now } = readState();
    const kept = key === "lens" ? { ...selectionOf(now), at } : {}; // what else is looked at stays
    go({ ...kept, [key]: "" }, { quiet: true, replace: true });
  };
  const state = readState();
  if (!state.lens) return;
  if (state.lens_reach && !REACHES.includes(state.lens_reach)) drop("lens_reach", state.lens_reach);
  if (state.lens_at && !WORDS_FOR_DAYS.includes(state.lens_at) && !isDay(state.lens_at)) drop("lens_at", state.lens_at);
  try {
    await getJson(question(readState()), { keep: true });
  } catch (error) {
    if ([400, 404].includes(error.status)) drop("lens", state.lens);
  }
}

function isDay(written) {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(written) ? new Date(`${written}T00:00:00Z`) : new Date(NaN);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(written);
}

function reachWords(reach, t) {
  return reach.endsWith("min") ? t["lens.minutes"].replace("{n}", reach.slice(0, -3)) : t["lens.metres"].replace("{n}", reach.slice(0, -1));
}

// ---- the panel --------------------------------------------------------------------------------------------

/** The panel of a lens: the choices, the counts, the places with their distances, and the method. */
export async function lensView(panel, state) {
  const found = await getJson(question(state), { keep: true });
  const name = found.origin.kind === "point" ? panel.fill("lens.point", { at: found.origin.name }) : panel.nameOf(found.origin);
  const running = found.within_reach.filter((near) => RUNNING.includes(near.then));
  const nodes = [
    el("p", { class: "path", text: panel.t["lens.open"] }),
    el("h2", { class: "panel-title panel-title-task", tabindex: "-1", "data-heading": true, text: name }),
    el("p", { class: "latin" }, ...originWords(panel, found)),
    controls(panel, state, found),
    counts(panel, found),
    ...(found.parks ? [parksLine(panel, found.parks)] : []),
    ...KINDS.flatMap((kind) => places(panel, found, kind)),
    ...unsure(panel, found),
    el("h3", { class: "plan-head", text: panel.t["lens.method"] }),
    ...[found.method.words, panel.t["lens.accuracy"], panel.t["lens.uncertain"]].map((text) => el("p", { class: "accuracy", text })),
    foot(panel, found),
  ];
  return {
    nodes, lens: found, title: `${panel.t["lens.open"]} ${name}`,
    ids: [...(found.origin.kind === "zone" ? [found.origin.id] : []), ...running.map((near) => near.id)],
    faint: found.within_reach.filter((near) => near.then === "promised").map((near) => near.id),
    announce: panel.fill("lens.says", { name, n: running.length }),
  };
}

function originWords(panel, found) {
  const { kind, id, accuracy_m: accuracy, sure } = found.origin;
  const page = { zone: `/zones/${id}`, project: `/projects/${id}`, feature: `/features/${id}` }[kind];
  const word = { zone: panel.t["lens.from_zone"], project: panel.t["lens.from_project"], feature: panel.t["lens.from_feature"] }[kind];
  const selection = { zone: { zone: id }, feature: { feature: id } }[kind];
  return [
    page ? el("a", { href: selection ? panel.address(selection) : withLanguage(panel, page), text: word, on: selection ? { click: (event) => panel.follow(event, selection) } : {} }) : panel.t["lens.move"],
    sure ? null : el("span", { class: "lens-doubt", text: ` ${panel.fill("reach.origin_unsure", { m: Math.round(accuracy) })}` }),
  ];
}

function controls(panel, state, found) {
  const choose = (changes) => {
    panel.refocus = document.activeElement?.id; // the panel is built anew
    panel.go(changes, { cause: "filter" });
  };
  const reach = el("select", { id: "lens-reach", on: { change: () => choose({ lens_reach: reach.value }) } },
    REACHES.map((one) => el("option", { value: one, selected: one === found.reach, text: reachWords(one, panel.t) })));
  const day = el("input", { type: "date", id: "lens-day", value: found.date });
  const submit = (event) => { event.preventDefault(); choose({ lens_at: day.value || "now" }); };
  const known = found.days.some((one) => one.date === found.date) || found.date === found.today;
  const when = el("select", { id: "lens-when", on: { change: () => choose({ lens_at: when.value }) } },
    el("option", { value: "now", selected: found.date === found.today, text: panel.t["reach.now"] }),
    found.days.map((one) => el("option", { value: one.date, selected: one.date === found.date, text: `${one.date} · ${panel.fill("lens.projects_due", { n: one.projects.length })}` })),
    known ? null : el("option", { value: found.date, selected: true, text: found.date }));
  return el("div", { class: "lens-choice" },
    el("label", {}, el("span", { text: panel.t["lens.reach"] }), reach),
    el("label", {}, el("span", { text: panel.t["lens.when"] }), when),
    el("form", { on: { submit } }, el("label", {}, el("span", { text: panel.t["lens.other_day"] }), day),
      el("button", { type: "submit", id: "lens-go", text: panel.t["reach.show"] })),
    state.lens_at && state.lens_at !== "now" ? el("button", { type: "button", class: "linklike", text: panel.t["lens.back_to_now"], on: { click: () => choose({ lens_at: "now" }) } }) : null);
}

/** Four figures: how many of each kind run within reach on the day, and how many more are promised. */
function counts(panel, found) {
  const list = KINDS.map((kind) => {
    const mine = found.within_reach.filter((near) => near.kind === kind && near.level !== "freight");
    const there = mine.filter((near) => RUNNING.includes(near.then)).length;
    const promised = mine.filter((near) => near.then === "promised").length;
    return el("div", {}, el("dt", { text: panel.t[`facility.${kind}`] }),
      el("dd", {}, String(there), promised ? el("span", { class: "lens-more", text: ` ${panel.fill("lens.more", { n: promised })}` }) : null));
  });
  return el("dl", { class: "figures lens-figures" }, list);
}

/** The places of one kind within reach, and for each service without any the nearest that runs. */
function places(panel, found, kind) {
  const mine = found.within_reach.filter((near) => near.kind === kind);
  const missing = SERVICES[kind].filter((service) => found.nearest[service]);
  const none = !mine.length && !missing.length;
  return [
    el("h3", { class: "plan-head" }, panel.t[`facility.${kind}`], " ", el("span", { class: "count", text: String(mine.length) })),
    el("ul", { class: "plain lens-list", "data-kind": kind },
      mine.map((near) => el("li", { "data-id": near.id }, placeLink(panel, near), near.level ? ` ${panel.word("level", near.level)}` : null,
        el("span", { class: "row-meta", text: way(panel, near) }), condition(panel, near))),
      missing.map((service) => el("li", { class: "lens-beyond", "data-service": service },
        el("span", { text: panel.fill("lens.beyond", { what: panel.t[`reach.service_${service}`] }) }), " ", placeLink(panel, found.nearest[service]),
        el("span", { class: "row-meta", text: way(panel, found.nearest[service]) }))),
      none ? el("li", { class: "quiet", text: panel.t["reach.none"] }) : null),
  ];
}

function placeLink(panel, near) {
  return el("a", { href: panel.address({ feature: near.id }), text: panel.nameOf(near), on: { click: (event) => panel.follow(event, { feature: near.id }) } });
}

function way(panel, near) {
  if (!near.distance_m) return panel.t["lens.here"];
  const metres = (m) => (m < 1000 ? `${m} m` : `${(m / 1000).toFixed(1)} km`);
  return panel.fill("lens.way", { straight: metres(near.distance_m), walk: metres(near.walk_m), n: Math.max(1, Math.round(near.minutes)) });
}

/** What is known of a place that does not simply run: since when, by which promise. */
function condition(panel, near) {
  if (near.then === "open" && near.now === "open") return null;
  const promised = near.promised_by && near.status !== "operating";
  return el("span", { class: "row-meta lens-doubt" },
    panel.t[`reach.${near.then}`], promised ? ` · ${panel.fill("lens.promise", { day: near.promised_by })} ` : null,
    promised ? el("a", { href: withLanguage(panel, `/projects/${encodeURIComponent(near.project)}`), text: panel.t["lens.promise_project"] }) : null);
}

function unsure(panel, found) {
  const list = found.not_placed_well_enough;
  if (!list.length) return [];
  return [el("details", { class: "lens-unsure" }, el("summary", { text: `${panel.t["reach.unsure"]} ${list.length}` }),
    el("p", { class: "quiet", text: panel.t["lens.unsure_lead"] }),
    el("ul", { class: "plain" }, list.map((place) => el("li", {}, placeLink(panel, place)))))];
}

function foot(panel, found) {
  const pages = { zone: `/zones/${found.origin.id}/services`, project: `/projects/${found.origin.id}/services` };
  const page = pages[found.origin.kind] ?? "/services";
  const query = new URLSearchParams({ reach: found.reach, date: found.date, ...(page === "/services" ? { at: found.place } : {}) });
  return el("p", { class: "panel-foot" },
    el("a", { href: withLanguage(panel, `${page}?${query}`), text: panel.t["panel.page"] }), " · ",
    el("a", { href: withLanguage(panel, "/services/gaps"), text: panel.t["lens.gaps_title"] }));
}

function withLanguage(panel, page) {
  return panel.lang === "en" ? `${page}${page.includes("?") ? "&" : "?"}lang=en` : page;
}

// ---- in other panels --------------------------------------------------------------------------------------

/** The link from a zone, place or project to the lens there. */
export function lensLink(panel, lens) {
  return el("p", { class: "lens-link" }, el("a", { href: panel.address({ lens }), text: panel.t["lens.open"], on: { click: (event) => panel.follow(event, { lens }) } }));
}

/** How much of a zone lies within 500 m of a park, beside what the plans want; filled when it is known. */
export function parkNodes(panel, zoneId) {
  const box = el("div", { class: "lens-parks" });
  getJson(`/api/zones/${encodeURIComponent(zoneId)}/parks${panel.lang === "en" ? "?lang=en" : ""}`, { keep: true })
    .then((parks) => box.replaceChildren(parksLine(panel, parks)))
    .catch((error) => box.replaceChildren(el("p", { class: "quiet", text: panel.fill("panel.failed", { why: error.message }) })));
  return box;
}

function parksLine(panel, parks) {
  const share = parks.share_then === null ? "–" : `${(100 * parks.share_then).toFixed(1)}%`;
  return el("div", { class: "lens-parks" },
    el("p", {}, el("b", { text: panel.fill("lens.park_share", { share }) }), " ",
      parks.figures.flatMap((figure) => [panel.t["lens.park_aim"], " ",
        el("a", { href: withLanguage(panel, `/targets/${figure.indicator}`), text: `${figure.op} ${figure.value}${figure.unit}` }),
        `${panel.t["mark.open"]}${figure.plan_name}${panel.t["mark.comma"]}`,
        el("a", { href: panel.address({ task: figure.task }), text: figure.task, on: { click: (event) => panel.follow(event, { task: figure.task }) } }), panel.t["mark.close"]])),
    el("p", { class: "accuracy", text: parks.method }));
}
