// The state of the map is its address: what is selected, filtered and looked at.

const KEYS = ["zone", "task", "feature", "diff", "scope", "plan", "compare", "stage", "due", "implied", "q", "at", "lang"];
const SELECTIONS = ["zone", "task", "feature", "diff", "scope", "q"];
const listeners = [];

/** Read the state from the address. */
export function readState() {
  const query = new URLSearchParams(location.search);
  const state = {};
  for (const key of KEYS) if (query.get(key)) state[key] = query.get(key);
  if (state.compare) delete state.plan; // the two plans compared are the filter
  else delete state.diff;
  return state;
}

/** The address of a state. */
export function addressOf(state) {
  const query = new URLSearchParams();
  for (const key of KEYS) if (state[key]) query.set(key, state[key]);
  const text = query.toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
  return text ? `/?${text}` : "/";
}

/** Change the state by `changes` and tell everyone, with `cause`. A new selection replaces the old one. */
export function go(changes, { quiet = false, replace = false, cause = "user" } = {}) {
  const state = readState();
  if (SELECTIONS.some((key) => key in changes)) {
    for (const key of SELECTIONS) delete state[key];
    delete state.at;
  }
  for (const [key, value] of Object.entries(changes)) {
    if (value) state[key] = value;
    else delete state[key];
  }
  const address = addressOf(state);
  if (replace) history.replaceState(null, "", address);
  else if (address !== location.pathname + location.search) history.pushState(null, "", address);
  keepLanguageLink();
  if (!quiet) tell(cause);
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
