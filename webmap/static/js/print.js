// The way to paper: the link to the print form carries what the map shows and how it is narrowed.

import { filterQuery } from "./api.js";
import { fromMap } from "./coordinates.js";
import { onState, readState } from "./state.js";

// Layers of the legend that can be printed; the zones' counts follow the zones.
const LAYERS = ["zones", "belt", "towns", "line-16", "lianggang-express", "t1", "t2", "t6", "other-lines", "stops", "schools", "hospitals", "sites"];

export function startPrint(view) {
  const link = document.getElementById("tool-print");
  const keep = () => { link.href = printAddress(readState(), shownBox(view), shownLayers()); };
  onState(keep);
  view.map.on("moveend", keep);
  document.querySelector(".legend").addEventListener("change", keep);
  keep();
}

/** Address of the print form for a state, a box [west, south, east, north] and layers (null for all). */
export function printAddress(state, box, layers) {
  const query = filterQuery(state, {
    bbox: box.map((value) => value.toFixed(5)).join(","),
    focus: state.zone || state.feature,
    at: state.at, // for the way back
    layers: layers && (layers.join(",") || "none"),
    lang: state.lang,
  });
  return `/print${query.replaceAll("%2C", ",")}`;
}

/** What of the map no card covers, in WGS 84. */
function shownBox(view) {
  const { x, y } = view.map.getSize();
  const [left, right, bottom] = view.covered();
  const [west, south] = fromMap(view.map.containerPointToLatLng([left, y - bottom]));
  const [east, north] = fromMap(view.map.containerPointToLatLng([x - right, 0]));
  return [west, south, east, north];
}

/** The layers that are switched on, null where all are: then the scale decides. */
function shownLayers() {
  const boxes = LAYERS.map((name) => document.querySelector(`.legend input[data-layer="${name}"]`)).filter(Boolean);
  if (boxes.every((box) => box.checked)) return null;
  const on = boxes.filter((box) => box.checked).map((box) => box.dataset.layer);
  return on.includes("zones") ? [...on, "counts"] : on;
}
