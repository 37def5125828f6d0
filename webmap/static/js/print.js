// The way to paper: the link to the print form carries what the map shows and how it is narrowed.

import { filterQuery } from "./api.js";
import { fromMap } from "./coordinates.js";
import { afterPaint } from "./paint.js";
import { onState, readState } from "./state.js";

export function startPrint(view) {
  const link = document.getElementById("tool-print");
  const keep = () => { link.href = printAddress(readState(), shownBox(view)); };
  onState(keep);
  view.map.on("moveend", () => afterPaint().then(keep)); // measuring the cards would hold up the map
  for (const kind of ["change", "click"]) document.querySelector(".legend").addEventListener(kind, keep); // each after the card's own
  keep();
}

/** Address of the print form for a state and a box [west, south, east, north]; what is compared narrows the sheet. */
export function printAddress(state, box) {
  const { compare, compare_due, swipe } = state;
  const query = filterQuery(state, {
    compare, compare_due, swipe,
    bbox: box.map((value) => value.toFixed(5)).join(","),
    focus: state.zone || state.feature,
    at: state.at, // for the way back
    stack: state.layers, // order, strength and absence of the layers
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
