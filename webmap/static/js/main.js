// The page's own program. Folium's generated file registers the layers and then calls `start`.

import { getJson, filterQuery } from "./api.js";
import { addPatterns, comparedCounts, firstPair, isPair } from "./compare.js";
import { MapView } from "./mapview.js";
import { Panel } from "./panel.js";
import { startLegend } from "./legend.js";
import { Preview } from "./preview.js";
import { startSearch } from "./search.js";
import { startSheet } from "./sheet.js";
import { go, onState, readState, tell } from "./state.js";
import { startTime } from "./time.js";
import { startNotices } from "./notices.js";

const sources = {};

window.LingangAtlas = {
  addLayer(map, spec) { sources[spec.id] = spec.url; },
  start(map, options) { start(map, options).catch(report); },
};

async function start(map, options) {
  const lang = readState().lang === "en" ? "?lang=en" : "";
  const fetched = Object.fromEntries(["base", "zones", "edges", "transit"].map((id) => [id, getJson(sources[id])]));
  const messages = await getJson(`/api/messages${lang}`);
  const view = new MapView(map, options, messages, go);
  const panel = new Panel(messages, go);
  const sheet = startSheet(messages);
  const legend = startLegend(view, go);
  const preview = new Preview(view);
  startSearch(messages, go, preview);
  startTools(view);
  startOverview(panel);
  addPatterns(document.querySelector("svg.sprite defs"));
  const notices = startNotices(messages);
  dropNonsense(messages, notices);
  const time = startTime(messages, go, { report, notices });

  const at = (readState().at || "").split("/").map(Number);
  if (at.length === 3 && at.every(Number.isFinite)) map.setView([at[1], at[2]], at[0], { animate: false });
  else map.fitBounds(options.home, { paddingTopLeft: [view.covered()[0] + 10, 10], paddingBottomRight: [10, view.covered()[2] + 10], animate: false });

  view.addBase(await fetched.base);
  view.addZones(await fetched.zones);
  performance.mark("lingang-zones");
  document.documentElement.dataset.ready = "zones";
  view.addEdges(await fetched.edges);
  view.addTransit(await fetched.transit);

  let filter = "";
  let question = 0;
  onState(async (state, cause) => {
    const shown = await panel.show(state, cause);
    if (shown) {
      preview.keep(shown);
      view.highlight(shown.ids, { faint: shown.faint, move: cause !== "filter" && (cause !== "load" || !state.at) });
      if (cause === "user" && shown.ids.length) sheet.raise();
    }
    const wanted = filterQuery(state);
    const key = `${state.compare || ""} ${wanted}`;
    if (key !== filter) {
      filter = key;
      question += 1;
      const asked = question;
      try {
        const found = state.compare ? await comparedCounts(state, messages) : { counts: await zoneCounts(wanted) };
        if (asked === question) {
          view.setCounts(found.counts);
          view.setComparison(found.zones ?? null, found.plans ?? null);
          legend.setCounts(found.counts);
        }
      } catch (error) {
        filter = null; // the counts shown are no longer those of the filter: say so and ask again next time
        report(error);
      }
    }
    performance.mark("lingang-state");
  });
  map.on("click", () => { if (["zone", "task", "feature", "diff"].some((key) => readState()[key])) go({ zone: "" }); });
  map.on("moveend", () => {
    const { lat, lng } = map.getCenter();
    go({ at: `${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}` }, { quiet: true, replace: true });
  });
  const places = await Promise.all(["schools", "hospitals", "sites"].map((id) => getJson(sources[id])));
  ["schools", "hospitals", "sites"].forEach((id, i) => {
    view.addFeatures(places[i]);
    view.addPoints(places[i].features, id);
  });
  legend.apply();
  await time.dropNonsense();
  tell("load");
  document.documentElement.dataset.ready = "all";
}

async function zoneCounts(query) {
  const { zones } = await getJson(`/api/zones${query}`, { keep: true });
  return Object.fromEntries(zones.map((zone) => [zone.id, zone.tasks.total]));
}

/** A comparison that names no two plans is left out of the state, and the reader is told. */
function dropNonsense(messages, notices) {
  const { compare } = readState();
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

function report(error) {
  const strip = document.getElementById("failure");
  strip.hidden = false;
  strip.querySelector("span").textContent = error.message;
  console.error(error);
}
