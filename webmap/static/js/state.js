// The state of the map is its address: what is selected, filtered and looked at.

/** What narrows the tasks. `in` is the filter by zones: `zone` is the one that is looked at. */
export const FILTERS = ["scope", "plan", "part", "in", "kind", "stage", "due", "implied", "commitment", "has", "target", "near", "radius", "shape", "q"];
const KEYS = ["zone", "task", "feature", "diff", "compare", ...FILTERS, "lens", "lens_at", "lens_reach", "table", "view", "sort", "page", "size", "charts", "layers", "compare_due", "swipe", "at", "lang"];
const SELECTIONS = ["zone", "task", "feature", "diff", "lens"];
const LISTS = ["scope", "q"]; // asked for by themselves they show their list, so they end what is looked at
const FAR = 4; // times as far as the area is wide: beyond it there is nothing of the map to see
const FULL_ZOOM = 30;
const listeners = [];

/** Read the state from the address. */
export function readState() {
  const query = new URLSearchParams(location.search);
  const state = {};
  for (const key of KEYS) if (query.get(key)) state[key] = query.get(key);
  if (!state.lens) for (const key of ["lens_at", "lens_reach"]) delete state[key]; // how a lens looks
  if (state.compare) for (const key of ["plan", "compare_due"]) delete state[key]; // the two plans compared are the filter
  else delete state.diff;
  if (state.compare_due) delete state.due; // and so are two dates
  if (!state.compare && !state.compare_due) delete state.swipe; // how a comparison is looked at
  return state;
}

/** The address of a state. */
export function addressOf(state) {
  const query = new URLSearchParams();
  for (const key of KEYS) if (state[key]) query.set(key, state[key]);
  const text = query.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3B", ";").replaceAll("%3A", ":");
  return text ? `/?${text}` : "/";
}

/** Where the address asks the map to open; null without a word on it, and for what is no place near `home`. */
export function readAt([[south, west], [north, east]]) {
  const [zoom, lat, lon, more] = (readState().at || "").split("/").map((part) => (part.trim() ? Number(part) : NaN));
  const reach = FAR * Math.max(north - south, east - west);
  const isNear = lat > south - reach && lat < north + reach && lon > west - reach && lon < east + reach;
  return zoom > 0 && zoom < FULL_ZOOM && isNear && more === undefined ? { zoom, lat, lon } : null; // NaN compares false
}

/** What a state looks at, without its filter. */
export function selectionOf(state) {
  return Object.fromEntries(SELECTIONS.filter((key) => state[key]).map((key) => [key, state[key]]));
}

/** Whether a state narrows the tasks. */
export function isFiltered(state) {
  return FILTERS.some((key) => state[key] && !["implied", "radius"].includes(key));
}

/** Changes that take every filter away. */
export function withoutFilter() {
  return Object.fromEntries(FILTERS.map((key) => [key, ""]));
}

/** Change the state by `changes` and tell everyone, with `cause`. A new selection replaces the old one. */
export function go(changes, { quiet = false, replace = false, cause = "user" } = {}) {
  const address = addressOf(stateAfter(changes));
  if (replace) history.replaceState(null, "", address);
  else if (address !== location.pathname + location.search) history.pushState(null, "", address);
  keepLanguageLink();
  if (!quiet) tell(cause);
}

/** The state that `changes` would lead to. */
export function stateAfter(changes) {
  const state = readState();
  if ([...SELECTIONS, ...LISTS].some((key) => key in changes)) {
    for (const key of SELECTIONS) delete state[key];
    delete state.at;
  }
  for (const [key, value] of Object.entries(changes)) {
    if (value) state[key] = value;
    else delete state[key];
  }
  if (changes.due || changes.compare) delete state.compare_due; // the choice made last counts
  if (!state.lens) for (const key of ["lens_at", "lens_reach"]) delete state[key];
  return state;
}

/** The language switch leads to the state as it is now, not as the page was loaded. */
function keepLanguageLink() {
  const link = document.getElementById("switch-language");
  link.href = addressOf({ ...readState(), lang: link.hreflang === "en" ? "en" : "" });
}

/** Call `listener(state, cause)` on every change; cause is "user", "filter", "history" or "load". */
export function onState(listener) {
  listeners.push(listener);
}

export function tell(cause) {
  const state = readState();
  listeners.forEach((listener) => listener(state, cause));
}

addEventListener("popstate", () => {
  keepLanguageLink();
  tell("history");
});
