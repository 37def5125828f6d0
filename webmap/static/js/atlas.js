// The page's own program, which `main.js` brings after the first paint.

import { getJson, filterQuery } from "./api.js";
import { fromMap, startCoordinates, toMap } from "./coordinates.js";
import { startDraw } from "./draw.js";
import { startFacets } from "./facets.js";
import { startChips } from "./filter_chips.js";
import { addPatterns, comparedCounts, firstPair, isDuePair, isPair } from "./compare.js";
import { MapView } from "./mapview.js";
import { afterPaint, breath } from "./paint.js";
import { Panel } from "./panel.js";
import { startLayers } from "./layers_card.js";
import { startLegend } from "./legend.js";
import { startLens } from "./lens.js";
import { Preview } from "./preview.js";
import { startPrefetch } from "./prefetch.js";
import { startPrint } from "./print.js";
import { startCharts } from "./charts.js";
import { startEmbedCode } from "./embed_code.js";
import { startSearch } from "./search.js";
import { startSheet } from "./sheet.js";
import { go, onState, readAt, readState, tell } from "./state.js";
import { startTable } from "./table.js";
import { startTime } from "./time.js";
import { startMoreTools } from "./tools.js";
import { Swipe } from "./swipe.js";
import { startTour } from "./tour.js";
import { startNotices } from "./notices.js";

/** Fill the page; `sources` are the addresses of the layers by id. What goes wrong is told in the page. */
export function run(map, options, sources) {
  return start(map, options, sources).catch((error) => {
    report(error);
    failure().dataset.lasting = ""; // the map is not all there, whatever is looked at next
  });
}

async function start(map, options, sources) {
  const lang = readState().lang === "en" ? "?lang=en" : "";
  const fetched = Object.fromEntries(["base", "zones", "edges", "transit"].map((id) => [id, getJson(sources[id])]));
  const messages = await getJson(`/api/messages${lang}`);
  const view = new MapView(map, options, messages, go);
  await breath();
  const panel = new Panel(messages, go);
  const sheet = startSheet(messages);
  const legend = startLegend(view, go, messages);
  const preview = new Preview(view);
  const swipe = new Swipe(view, messages, go);
  startSearch(messages, go, preview);
  startTools(view);
  startMoreTools();
  startPrint(view);
  startPrefetch((id) => (view.features.get(id)?.properties.kind === "zone" ? "zone" : "feature"));
  startCoordinates(map);
  startEmbedCode(messages);
  startTour(messages);
  startOverview(panel);
  addPatterns(document.querySelector("svg.sprite defs"));
  await breath();
  const notices = startNotices(messages);
  dropNonsense(messages, notices, options.home);
  const time = startTime(messages, go, { report, notices });
  const draw = startDraw(map, messages);
  const chips = startChips(messages, go, { notices, report, showAreas: draw.showAreas });
  startFacets(messages, go, { report, draw });
  startTable(messages, go, { map, report, notices, sheet });
  startCharts(messages, go);
  const lens = startLens({ view, panel, sheet, go, notices, messages, shifted: sources.zones.includes("gcj02") });

  const at = readAt(options.home);
  if (at) map.setView(toMap(at.lon, at.lat), at.zoom, { animate: false });
  else view.home({ still: true });

  await view.addBase(await fetched.base);
  await view.addZones(await fetched.zones);
  performance.mark("lingang-zones");
  document.documentElement.dataset.ready = "zones";
  await breath();
  await view.addEdges(await fetched.edges);
  await view.addTransit(await fetched.transit);
  await breath();

  let filter = "";
  let question = 0;
  onState(async (state, cause) => {
    if (failure().dataset.lasting === undefined) failure().hidden = true; // it was about what was looked at before
    const shown = await panel.show(state, cause);
    if (shown) await afterPaint(); // the list is seen before the map begins to move
    if (shown && panel.shows(shown)) {
      preview.keep(shown);
      view.highlight(shown.ids, { faint: shown.faint, move: !shown.lens && cause !== "filter" && (cause !== "load" || !state.at), still: cause === "load" });
      if (cause === "user" && shown.ids.length) sheet.raise();
      lens.draw(shown, cause);
    }
    const wanted = filterQuery(state);
    const key = `${state.compare || ""} ${state.compare_due || ""} ${Boolean(state.swipe)} ${wanted}`;
    if (key !== filter) {
      filter = key;
      question += 1;
      const asked = question;
      try {
        const found = state.compare || state.compare_due ? await comparedCounts(state, messages) : { counts: await zoneCounts(wanted) };
        if (asked === question) {
          view.setCounts(found.counts);
          view.setComparison(found.zones ?? null, found.plans ?? null);
          legend.setCounts(found.counts);
          swipe.show(state.swipe && found.plans ? { zones: found.zones, sides: found.plans } : null, state.swipe);
        }
      } catch (error) {
        filter = null; // the counts shown are no longer those of the filter: say so and ask again next time
        report(error);
      }
    }
    performance.mark("lingang-state");
  });
  map.on("click", () => { if (!draw.isActive && ["zone", "task", "feature", "diff"].some((key) => readState()[key])) go({ zone: "" }); });
  map.on("moveend", () => {
    const [lng, lat] = fromMap(map.getCenter());
    go({ at: `${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}` }, { quiet: true, replace: true });
  });
  const places = await Promise.all(["schools", "hospitals", "sites"].map((id) => getJson(sources[id])));
  ["schools", "hospitals", "sites"].forEach((id, i) => {
    view.addFeatures(places[i]);
    view.addPoints(places[i].features, id);
  });
  await breath();
  const layers = startLayers(map, messages, { go, readState, notices, say: (words) => panel.say(words), toggle: (key, on) => view.toggle(key, on) });
  onState((state, cause) => { if (cause === "history") layers.read(); });
  legend.apply();
  await time.dropNonsense();
  await chips.dropNonsense();
  await lens.dropNonsense();
  tell("load");
  document.documentElement.dataset.ready = "all";
}

async function zoneCounts(query) {
  const { zones } = await getJson(`/api/counts${query}`, { keep: true });
  return zones;
}

/** A comparison that names no two plans is left out of the state, a view that is far away too; the reader is told. */
function dropNonsense(messages, notices, home) {
  const { at } = readState();
  if (at && !readAt(home)) {
    notices.show(messages["table.ignored"].replace("{name}", "at").replace("{value}", () => at));
    go({ at: "" }, { quiet: true, replace: true });
  }
  const { compare, compare_due: dues } = readState();
  if (dues && !isDuePair(dues)) {
    notices.show(messages["compare.dues_ignored"].replace("{value}", dues));
    go({ compare_due: "", swipe: "" }, { quiet: true, replace: true });
  }
  if (!compare || isPair(compare)) return;
  notices.show(messages["compare.ignored"].replace("{value}", compare));
  const plan = new URLSearchParams(location.search).get("plan") || "";
  go({ compare: "", plan }, { quiet: true, replace: true });
}

function startTools(view) {
  document.getElementById("tool-in").addEventListener("click", () => view.zoomBy(1));
  document.getElementById("tool-out").addEventListener("click", () => view.zoomBy(-1));
  document.getElementById("tool-home").addEventListener("click", () => view.home());
  document.getElementById("tool-compare").addEventListener("click", () => {
    const state = readState();
    go({ compare: state.compare || firstPair(state), zone: "" });
  });
}

/** The overview comes from the server as plain links; here they move the map instead of the page. */
function startOverview(panel) {
  panel.overview.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-go]");
    if (link) panel.follow(event, Object.fromEntries(new URLSearchParams(link.dataset.go)));
  });
}

function failure() {
  return document.getElementById("failure");
}

function report(error) {
  const strip = failure();
  strip.hidden = false;
  strip.querySelector("span").textContent = error.message;
  strip.querySelector("button")?.addEventListener("click", () => location.reload(), { once: true });
  console.error(error);
}
