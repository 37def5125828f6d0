// What a reader is about to open is asked for while the pointer rests on it: the click then finds the answer.

import { ask, filterQuery } from "./api.js";
import { isFiltered, stateAfter } from "./state.js";

const DWELL_MS = 60; // a pointer on its way elsewhere asks for nothing
const FIRST_TASKS = "60"; // of a list, shown at once
export const TASKS_SHOWN = "200"; // the others follow; the table has them all

/** The addresses of the interface that the panel asks for a state, none where it needs none or others. */
export function questionsOf(state, limit = FIRST_TASKS) {
  const id = encodeURIComponent(state.task || state.zone || state.feature || "");
  const listed = filterQuery(state, { limit });
  if (state.task) return [`/api/tasks/${id}`];
  if (state.zone) return [`/api/zones/${id}`, `/api/zones/${id}/tasks${listed}`];
  if (state.feature) return [`/api/features/${id}${listed}`];
  const others = ["charts", "lens", "diff", "compare", "compare_due"]; // views with questions of their own
  if (!state.scope && !state.q && others.some((key) => state[key])) return [];
  return isFiltered(state) ? [`/api/tasks${listed}`] : [];
}

/** Follow the pointer over the page; `kindOf` says of an id on the map whether it is a "zone" or "feature". */
export function startPrefetch(kindOf) {
  if (navigator.connection?.saveData) return;
  let timer = 0;
  const prepare = (changes) => questionsOf(stateAfter(changes)).forEach(ask);
  document.addEventListener("pointerover", (event) => {
    clearTimeout(timer);
    const changes = aimOf(event.target, kindOf);
    if (changes) timer = setTimeout(prepare, DWELL_MS, changes);
  });
  document.addEventListener("pointerdown", (event) => {
    clearTimeout(timer);
    const changes = event.button === 0 && aimOf(event.target, kindOf);
    if (changes) prepare(changes);
  });
}

/** What a click on an element would choose, null where it chooses nothing that the panel shows. */
function aimOf(target, kindOf) {
  const onMap = target.closest(".label[data-id], path.zone");
  if (onMap) {
    const id = onMap.dataset.id ?? [...onMap.classList].find((name) => name.startsWith("zid-"))?.slice(4);
    return id ? { [kindOf(id)]: id } : null;
  }
  const link = target.closest("a[data-zone], a[data-go], #panel-body a[href^='/?']");
  if (!link) return null;
  if (link.dataset.zone) return { zone: link.dataset.zone };
  const query = new URLSearchParams(link.dataset.go ?? link.search);
  if (link.dataset.go) return Object.fromEntries(query);
  const chosen = ["task", "zone", "feature"].find((key) => query.get(key));
  return chosen ? { [chosen]: query.get(chosen) } : null;
}
