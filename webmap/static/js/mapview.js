// The map itself: which geometry is drawn in which pane, with which class. Colours live in the style sheet.

import { clipToSelf, softenEdges } from "./bands.js";
import { Labels } from "./labels.js";
import { drawBase, drawSheet, tellOfTiles } from "./basemap.js";
import { keepTransit, LineArrows } from "./line_stops.js";
import { afterPaint, inTurns } from "./paint.js";
import { PointLayer, pointOf, pointsAt } from "./points.js";
import { joinPanes } from "./strata.js";
import { badgeWords, lineStyle, isDrawn } from "./symbols.js";

const L = window.L;
const RANK_DEPTH = { area: 0, functional: 1, core: 1, town: 1, belt: 2, district: 3, part: 3, park: 3, community: 4, site: 5 };
// Borders that go with another legend row than the zones: rank -> [row, pane].
const EDGES_APART = { town: ["towns", "town-line"], belt: ["belt", "belt-line"] };
const BADGE_ELSEWHERE = [0.3, 0.62, 0.78, 0.15, 0.38, 0.7, 0.22, 0.86, 0.07, 0.93]; // shares of a line where its badge may sit if its own place is taken
const FOCUS_PADDING = 40; // px around what was asked for
const [HOME_PADDING, ENGLISH_PADDING] = [10, 44]; // px around the first view, and in its east
const SMOOTH = 0.4; // Leaflet drops fewer vertices than by default, so rings stay round
const FLY_SECONDS = 0.35;

// Set before Folium's program makes the map: a reader who asked for less motion gets none.
if (isStill()) L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });

export class MapView {
  constructor(map, options, messages, select) {
    this.map = map;
    this.options = options;
    this.t = messages;
    this.select = select;
    this.lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
    this.features = new Map(); // id -> GeoJSON feature
    this.groups = {}; // legend key -> Leaflet layer group
    this.extents = {}; // legend key -> bounds of what it draws, in the order drawn
    this.edgeLooks = []; // {bounds, style} of every border
    this.lineLooks = []; // {key, bounds, style} of every line
    this.zonePaths = []; // [id, Leaflet layer] of every zone with a fill
    this.strata = joinPanes(map);
    this.turn = inTurns(); // between two pieces of drawing
    this.focus = L.featureGroup().addTo(map);
    this.labels = new Labels(map);
    if (document.getElementById("panel")) this.labels.covered = () => this.covered();
    this.points = new PointLayer(map, this.labels, {
      nameOf: (properties) => this.nameOf(properties), select: (id) => this.select({ feature: id }),
      fit: (bounds, zoom) => this.fit(bounds, zoom), messages,
    });
    this.container = map.getContainer();
    map.setMinZoom(options.minZoom).setMaxZoom(options.maxZoom); // before any view is set: lines cut at zoom 99 are endless
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    map.on("zoomend", () => this.showZoom());
    this.showZoom();
  }

  nameOf(properties) {
    return (this.lang === "en" && properties.name_en) || properties.name;
  }

  /** Classes on the map say which rank is in view: CSS fills the right zones and hides the rest. */
  showZoom() {
    const zoom = this.map.getZoom();
    this.container.dataset.view = zoom < 12.5 ? "far" : zoom < 15 ? "near" : "close";
    this.container.dataset.points = pointsAt(zoom);
  }

  addFeatures(collection) {
    for (const feature of collection.features) this.features.set(feature.id, feature);
  }

  async addBase(collection) {
    this.addFeatures(collection);
    if (this.options.basemap !== "none") return tellOfTiles(this.map, this.t["basemap.failed"]);
    drawSheet(this.map, collection);
    await this.turn();
    return drawBase(this.map, collection, this.labels, { nameOf: (properties) => this.nameOf(properties), turn: this.turn });
  }

  async addZones(collection) {
    this.addFeatures(collection);
    const zones = [...collection.features].filter((feature) => feature.geometry);
    const frame = zones.filter((feature) => feature.properties.rank === "area");
    const filled = zones.filter((feature) => feature.properties.rank !== "area");
    filled.sort((a, b) => depthOf(a) - depthOf(b) || b.properties.area_km2 - a.properties.area_km2);
    if (this.options.basemap === "none") {
      await this.outlines(frame.filter((feature) => feature.id === "lingang"), "shore", () => "land-in", { fill: true });
    }
    const tints = tintsOf(filled);
    const [large, small] = [true, false].map((wanted) => filled.filter(({ properties: { rank } }) =>
      !["town", "belt"].includes(rank) && ["core", "functional"].includes(rank) === wanted));
    this.groups.zones = await this.outlines(large, "zone-fill", (p) => zoneClass(p, tints), { fill: true, interactive: true });
    await afterPaint(); // the zones that a first view shows are seen before the small ones are drawn
    await this.drawIn(this.groups.zones, small);
    this.groups.soft = await this.outlines(
      filled.filter((feature) => sureness(feature.properties.accuracy_m) === "acc-rough" && !["town", "belt"].includes(feature.properties.rank)),
      "zone-fill", (p) => `zone-soft rank-${p.rank} zid-${p.id}`, { fill: true });
    softenEdges(this.groups.soft);
    this.groups.towns = await this.outlines(
      filled.filter((feature) => feature.properties.rank === "town"),
      "town-fill", (p) => zoneClass(p, tints), { fill: true, interactive: true });
    this.groups.belt = await this.outlines(
      filled.filter((feature) => feature.properties.rank === "belt"),
      "belt", () => "zone-belt", { fill: true });
    this.groups.bands = await this.outlines(
      filled.filter((feature) => ["core", "functional"].includes(feature.properties.rank)),
      "zone-line", (p) => `zone-band zone-${p.palette}`, { fill: true });
    clipToSelf(this.groups.bands);
    for (const key of ["zones", "towns", "belt"]) this.extents[key] = this.groups[key].getLayers().map((layer) => layer.getBounds());
    this.zoneLabels(filled, frame);
  }

  async outlines(features, pane, classOf, { fill = false, interactive = false } = {}) {
    paneAt(this.map, pane);
    const group = L.geoJSON(null, {
      pane, interactive,
      style: (feature) => ({ className: classOf(feature.properties), fill, stroke: false, fillOpacity: 1, smoothFactor: SMOOTH }),
      onEachFeature: (feature, layer) => {
        if (!interactive) return;
        this.zonePaths.push([feature.id, layer]);
        layer.on("click", (event) => {
          L.DomEvent.stop(event);
          this.select({ zone: feature.id });
        });
        layer.on("mouseover", () => this.hover(feature.id, true));
        layer.on("mouseout", () => this.hover(feature.id, false));
      },
    }).addTo(this.map);
    await this.drawIn(group, features);
    return group;
  }

  /** Add features to a group on the map, with a breath where that takes long. */
  async drawIn(group, features) {
    for (const feature of features) {
      group.addData(feature);
      await this.turn();
    }
  }

  async addEdges(collection) {
    this.edges = new Map();
    for (const [rank, [key, pane]] of [...Object.entries(EDGES_APART), [null, ["edges", "zone-line"]]]) {
      const features = collection.features.filter(({ properties: p }) => (rank ? p.rank === rank : !EDGES_APART[p.rank]));
      paneAt(this.map, pane);
      const group = this.groups[rank ? `${key}-edges` : key] = L.geoJSON(null, {
        pane, interactive: false,
        style: (feature) => ({ className: edgeClass(feature.properties), fill: false }),
        onEachFeature: (feature, layer) => {
          this.edges.set(feature.id, layer);
          this.edgeLooks.push({ key: rank ? key : "zones", bounds: layer.getBounds(), style: sureness(feature.properties.accuracy_m) });
        },
      }).addTo(this.map);
      await this.drawIn(group, features);
    }
  }

  hover(id, on) {
    this.edges?.get(id)?.getElement()?.classList.toggle("is-hover", on);
  }

  zoneLabels(zones, frame) {
    const rank = { core: [10, 95], functional: [10, 90], town: [99, 0], district: [12, 60], part: [12.5, 62], park: [12, 58], community: [13, 66], site: [14, 50], belt: [12, 30] };
    const below = new Map(); // id -> ids of its children
    for (const { id, properties: { parent } } of zones) below.set(parent, [...(below.get(parent) || []), id]);
    for (const feature of [...zones, ...frame.filter((f) => f.id === "ronghe")]) {
      const p = feature.properties;
      const [from, priority] = rank[p.rank] || [99, 0];
      if (p.rank === "area" || from > 90 || feature.id === "dishui-lake") continue;
      this.labels.add({
        id: feature.id, at: [p.label[1], p.label[0]], from, priority, className: `label-zone rank-${p.rank}`,
        chip: (this.lang === "en" ? p.chip_en : p.chip) || null, palette: p.palette,
        showChip: ["core", "functional"].includes(p.rank),
        name: this.nameOf(p), second: this.lang === "en" ? p.name : p.name_en, count: p.tasks_total,
        hiddenBy: below.get(feature.id),
        onClick: () => this.select({ zone: feature.id }),
      });
    }
    this.labels.place();
  }

  /** Counts in the labels follow the filter. */
  setCounts(counts) {
    this.labels.setCounts(counts);
  }

  /** Fill every zone by which of two plans has more tasks there; null ends the comparison. */
  setComparison(zones, plans) {
    const more = Object.fromEntries((zones || []).map((zone) => [zone.id, zone.more]));
    const box = this.container;
    box.classList.toggle("is-comparing", Boolean(zones));
    for (const [id, layer] of this.zonePaths) {
      const plain = layer.options.plainClass ??= layer.options.className;
      // Drawn anew when the legend brings the layer back, so the class stands in its options too.
      layer.options.className = zones ? `${plain.replace(/tint-\d/, "tint-0")} more-${more[id] || "none"}` : plain;
      const path = layer.getElement();
      if (path) path.setAttribute("class", `${layer.options.className} leaflet-interactive`);
    }
    ["first", "second"].forEach((side, i) => {
      if (plans) document.documentElement.dataset[side] = plans[i].colour;
      else delete document.documentElement.dataset[side];
    });
  }

  async addTransit(collection) {
    this.addFeatures(collection);
    const lines = collection.features.filter((f) => f.geometry && f.properties.kind !== "stop");
    const stops = collection.features.filter((f) => f.geometry && f.properties.kind === "stop");
    const arrows = new LineArrows(this.map);
    keepTransit(collection);
    for (const feature of lines) {
      const style = lineStyle(feature.properties, feature.id);
      if (!style) continue;
      const [className, ...echoes] = style.strokes;
      const strokes = L.geoJSON(feature, { pane: "transit", interactive: false, style: { className, echoes, fill: false } });
      const hit = L.geoJSON(feature, { pane: "transit", style: { className: "line-hit", fill: false } });
      hit.on("click", (event) => { L.DomEvent.stop(event); this.select({ feature: feature.id }); });
      const key = style.legend;
      this.groups[key] = (this.groups[key] || L.layerGroup().addTo(this.map)).addLayer(L.layerGroup([strokes, hit]));
      if (style.badge) arrows.add(feature.id, style.strokes[1] ?? style.strokes[0], this.groups[key]);
      this.lineLooks.push({ key, bounds: hit.getBounds(), style: style.phase });
      if (style.badge) this.lineBadge(feature, style);
      await this.turn();
    }
    this.points.add(stops, "stops");
  }

  lineBadge(feature, style) {
    const parts = feature.geometry.type === "LineString" ? [feature.geometry.coordinates] : feature.geometry.coordinates;
    const longest = parts.reduce((a, b) => (b.length > a.length ? b : a));
    const [at, ...elsewhere] = [style.badgeAt, ...BADGE_ELSEWHERE].map((share) => {
      const [lon, lat] = alongLine(longest, share);
      return [lat, lon];
    });
    this.labels.add({
      id: feature.id, at, elsewhere, from: style.badgeFrom, priority: 85, className: `label-line ${style.badgeClass}`,
      name: badgeWords(style, feature.properties, this.lang, this.t["legend.schematic"]), group: style.legend, onClick: () => this.select({ feature: feature.id }),
    });
  }

  addPoints(features, legend) {
    this.points.add(features, legend);
  }

  /** Show or hide what a legend row stands for. */
  toggle(key, on) {
    const keys = { zones: ["zones", "soft", "bands", "edges"], towns: ["towns", "towns-edges"], belt: ["belt", "belt-edges"] }[key] || [key];
    for (const name of keys) {
      const group = this.groups[name];
      if (group) (on ? group.addTo(this.map) : group.remove());
    }
    if (this.points.has(key)) this.points.toggle(key, on);
    this.labels.setGroup(key, on);
  }

  /** What of a legend row is in view: how many things, and whether they wait for a nearer scale. */
  presenceOf(key) {
    if (this.points.has(key)) return this.points.presenceOf(key);
    const view = this.map.getBounds();
    const bounds = this.extents[key] || this.lineLooks.filter((look) => look.key === key).map((look) => look.bounds);
    return { n: bounds.filter((box) => view.intersects(box)).length, waits: false };
  }

  /** Whether some of a zone with a fill lies in view. */
  showsZone(id) {
    const layer = this.zonePaths.find(([zone]) => zone === id)?.[1];
    return Boolean(layer) && this.map.getBounds().intersects(layer.getBounds());
  }

  /** The styles of borders, lines and points drawn in view, leaving out rows that are switched off. */
  stylesInView(off) {
    const view = this.map.getBounds();
    const looks = [...this.edgeLooks, ...this.lineLooks].filter((look) => !off.has(look.key) && view.intersects(look.bounds));
    const hollow = this.points.showsHollow();
    return new Set([...looks.map((look) => look.style), ...(hollow ? ["is-hollow"] : [])]);
  }

  /** Light up features: zones get an ink outline, lines a broad casing, points a ring. */
  highlight(ids, { move = true, still = false, faint = [] } = {}) {
    this.focus.clearLayers();
    const found = ids.map((id) => this.features.get(id)).filter((feature) => feature && feature.geometry);
    for (const feature of faint.map((id) => this.features.get(id)).filter((f) => f && f.geometry)) this.mark(feature, "is-faint");
    for (const feature of found) this.mark(feature, "");
    this.labels.setPinned(ids);
    this.points.setPinned(ids);
    if (move && found.length) this.moveTo(found, still);
    return found.length;
  }

  mark(feature, extra) {
    const drawn = isDrawn(feature.properties) || feature.properties.kind === "zone";
    if (feature.geometry.type === "Point") {
      if (!drawn) return;
      const icon = L.divIcon({ className: `focus-ring ${extra}`, html: "", iconSize: null });
      this.focus.addLayer(L.marker(pointOf(feature.geometry), { pane: "focus", icon, interactive: false, keyboard: false }));
      return;
    }
    const [className, ...echoes] = ["focus-halo", "focus-ink"].map((part) => `${part} ${extra} ${feature.geometry.type.includes("Line") ? "is-line" : ""}`);
    this.focus.addLayer(L.geoJSON(feature, { pane: "focus", interactive: false, style: { className, echoes, fill: false } }));
  }

  moveTo(features, still = false) {
    const bounds = L.latLngBounds([]);
    for (const feature of features) bounds.extend(L.geoJSON(feature).getBounds());
    this.fit(bounds, features.length === 1 && features[0].geometry.type === "Point" ? 15 : 16, still);
  }

  fit(bounds, maxZoom = 16, still = false, [padding, eastward] = [FOCUS_PADDING, FOCUS_PADDING]) {
    const [left, right, bottom, top] = this.covered();
    this.map.fitBounds(bounds, {
      paddingTopLeft: [left + padding, top + padding], paddingBottomRight: [right + eastward, bottom + padding],
      maxZoom, animate: !still && !isStill(), duration: FLY_SECONDS,
    });
  }

  /** Pixels of the map that cards, the tool row and the sheet cover: left, right, bottom, top. */
  covered() {
    const card = document.querySelector(".legend");
    const open = card && !card.classList.contains("is-folded") && getComputedStyle(card).position === "absolute";
    const sheet = document.getElementById("panel");
    const over = getComputedStyle(sheet).position === "fixed";
    const box = this.container.getBoundingClientRect();
    const time = document.querySelector(".card.time:not([hidden])");
    const under = over ? sheet.getBoundingClientRect().top : time?.getBoundingClientRect().top ?? box.bottom;
    const bottom = Math.max(0, box.bottom - under);
    const row = over && document.querySelector(".map-ask"); // over a wide map the row lies beside what is looked at
    const top = row ? row.getBoundingClientRect().bottom - box.top : 0;
    return [open && !over ? card.getBoundingClientRect().right - box.left : 0, 0, Math.min(bottom, box.height * 0.5), Math.min(top, box.height * 0.3)];
  }

  zoomBy(step) {
    this.map.setZoom(this.map.getZoom() + step, { animate: !isStill() });
  }

  /** The first view; English names in the east need room. */
  home({ still = false } = {}) {
    this.fit(L.latLngBounds(this.options.home), 13, still, [HOME_PADDING, this.lang === "en" ? ENGLISH_PADDING : HOME_PADDING]);
  }
}

function isStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Panes that Folium's program does not make: each layer group has its own, for its place and strength. */
function paneAt(map, name) {
  const depth = { "town-fill": 295, "town-line": 359, "belt-line": 361 }[name];
  if (depth && !map.getPane(name)) map.createPane(name).style.zIndex = String(depth);
}

function depthOf(feature) {
  return RANK_DEPTH[feature.properties.rank] ?? 3;
}

/** Siblings get three tints of one hue, in the order of the file. */
function tintsOf(zones) {
  const seen = {};
  const tints = {};
  for (const zone of zones) {
    const parent = zone.properties.parent;
    seen[parent] = (seen[parent] ?? -1) + 1;
    tints[zone.id] = seen[parent] % 3;
  }
  return tints;
}

function zoneClass(p, tints) {
  return `zone zone-${p.palette} rank-${p.rank} ${sureness(p.accuracy_m)} tint-${tints[p.id]} zid-${p.id}`;
}

function edgeClass(p) {
  return `edge edge-${p.palette} edge-rank-${p.rank} ${sureness(p.accuracy_m)}`;
}

/** How an edge is drawn follows from how well it is known. */
export function sureness(accuracy) {
  if (accuracy === null || accuracy === undefined || accuracy <= 300) return "acc-sure";
  if (accuracy <= 1000) return "acc-fair";
  return accuracy <= 3000 ? "acc-rough" : "acc-vague";
}

function alongLine(coordinates, share) {
  const steps = coordinates.slice(1).map((c, i) => Math.hypot((c[0] - coordinates[i][0]) * 0.86, c[1] - coordinates[i][1]));
  let left = steps.reduce((a, b) => a + b, 0) * share;
  for (let i = 0; i < steps.length; i += 1) {
    if (left <= steps[i]) {
      const f = steps[i] ? left / steps[i] : 0;
      return [0, 1].map((k) => coordinates[i][k] + f * (coordinates[i + 1][k] - coordinates[i][k]));
    }
    left -= steps[i];
  }
  return coordinates.at(-1);
}
