// Fetching from our own server; an answer that is an error is thrown with the server's words.

const kept = new Map();

/** GET JSON. `keep` remembers the answer for as long as the page lives; `signal` can give the question up. */
export async function getJson(path, { keep = false, signal } = {}) {
  if (keep && kept.has(path)) return kept.get(path);
  const answer = (async () => {
    const response = await fetch(path, { headers: { Accept: "application/json" }, signal });
    const body = await response.json().catch(() => ({})); // a proxy may answer an error with a page
    if (!response.ok) {
      const error = new Error(body.error || `${response.status} ${response.statusText}`);
      throw Object.assign(error, { status: response.status, nearest: body.nearest });
    }
    return body;
  })();
  if (keep) {
    kept.set(path, answer);
    answer.catch(() => kept.delete(path));
  }
  return answer;
}

/** The part of a state that filters tasks, as a query string with its "?", or "". */
export function filterQuery(state, extra = {}) {
  const query = new URLSearchParams();
  if (state.compare) query.set("plan", state.compare); // both plans that are compared
  for (const key of ["plan", "stage", "due", "implied"]) if (state[key]) query.set(key, state[key]);
  for (const [key, value] of Object.entries(extra)) if (value) query.set(key, value);
  const text = query.toString();
  return text ? `?${text}` : "";
}
