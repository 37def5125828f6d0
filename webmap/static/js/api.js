// Fetching from our own server; an answer that is an error is thrown with the server's words.

import { busyWhile, refusalWords, unreachableWords } from "./busy.js";
import { FILTERS } from "./state.js";

const kept = new Map();

/** GET JSON. `keep` remembers the answer for as long as the page lives; `signal` can give the question up. */
export async function getJson(path, { keep = false, signal } = {}) {
  if (keep && kept.has(path)) return busyWhile(kept.get(path)); // it may still be under way
  const answer = send(path, signal);
  busyWhile(answer);
  if (keep) remember(path, answer);
  return answer;
}

/** Ask for what will probably be wanted, without a word about it; `getJson` with `keep` finds the answer. */
export function ask(path) {
  if (kept.has(path)) return;
  const answer = send(path);
  remember(path, answer);
  answer.catch(() => {}); // whoever really wants it asks again and hears why
}

function remember(path, answer) {
  kept.set(path, answer);
  answer.catch(() => kept.delete(path));
}

function send(path, signal) {
  return (async () => {
    const response = await fetch(path, { headers: { Accept: "application/json" }, signal }).catch((error) => {
      throw error.name === "AbortError" ? error : new Error(unreachableWords(error.message), { cause: error });
    });
    const body = await response.json().catch(() => ({})); // a proxy may answer an error with a page
    if (!response.ok) {
      const error = new Error(refusalWords(body, response));
      throw Object.assign(error, { status: response.status, nearest: body.nearest, code: body.code, field: body.field });
    }
    return body;
  })();
}

/** The part of a state that filters tasks, as a query string with its "?", or "". */
export function filterQuery(state, extra = {}) {
  const query = new URLSearchParams();
  if (state.compare) query.set("plan", state.compare); // both plans that are compared
  if (state.compare_due) query.set("due", state.compare_due); // either of the two
  for (const key of FILTERS) if (state[key]) query.set(key === "in" ? "zone" : key, state[key]);
  for (const [key, value] of Object.entries(extra)) if (value) query.set(key, value);
  const text = query.toString();
  return text ? `?${text}` : "";
}
