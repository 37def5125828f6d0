// The filter in words above what the panel shows: a chip for every value, each with its way out.

import { el } from "./dom.js";
import { getJson, filterQuery } from "./api.js";
import { isFiltered, onState, readState, selectionOf, withoutFilter } from "./state.js";

/** The key of the state that holds a field of the filter. */
export function keyOf(field) {
  return field === "zone" ? "in" : field;
}

/** Changes of the state that take one value of a field away; a radius goes with its centre. */
export function without(state, field, value) {
  const key = keyOf(field);
  const left = ["near", "shape", "q", "implied"].includes(field) ? [] : (state[key] || "").split(",").filter((one) => one !== value);
  return { ...selectionOf(state), [key]: left.join(","), ...(key === "near" ? { radius: "" } : {}) };
}

/** What the address asks for and the atlas makes of it: phrases, areas, and what makes no sense. */
export function tidied(state) {
  const query = filterQuery(state);
  const lang = state.lang === "en" ? `${query ? "&" : "?"}lang=en` : "";
  return getJson(`/api/filter${query}${lang}`, { keep: true });
}

/** The links to the lists keep the filter, so they show what the map shows. */
function carry(state) {
  const query = filterQuery(state, { lang: state.lang });
  for (const link of document.querySelectorAll("a[data-filtered]")) link.href = new URL(link.href).pathname + query;
}

export function startChips(messages, go, { notices, report, showAreas }) {
  const list = el("ul", { class: "filter-chips-list" });
  const clear = el("button", { type: "button", class: "linklike", text: messages["filter.clear_all"], on: { click: () => go({ ...withoutFilter(), ...selectionOf(readState()) }, { cause: "filter" }) } });
  const row = el("div", { class: "filter-chips", id: "filter-chips", role: "group", "aria-label": messages["filter.chosen"], hidden: true }, list, clear);
  document.getElementById("panel-body").before(row);

  const chip = (phrase) => {
    const remove = () => {
      go(without(readState(), phrase.field, phrase.value), { cause: "filter" });
      clear.focus(); // the chip is about to go
    };
    const words = `${phrase.label} ${phrase.words}`;
    return el("li", { class: "filter-chip", "data-field": phrase.field, "data-value": phrase.value }, el("span", {}, el("span", { class: "filter-chip-label", text: phrase.label }), " ", phrase.words),
      el("button", { type: "button", "aria-label": messages["filter.remove"].replace("{what}", words), text: "×", on: { click: remove } }));
  };

  onState(async (state) => {
    const asked = filterQuery(state);
    carry(state);
    if (!isFiltered(state)) {
      row.hidden = true;
      list.replaceChildren();
      showAreas({});
      return;
    }
    try {
      const found = await tidied(state);
      if (asked !== filterQuery(readState())) return;
      const compared = Boolean(state.compare); // both plans are the filter, and have their own chooser
      list.replaceChildren(...found.phrases.filter((phrase) => !(compared && phrase.field === "plan")).map(chip));
      row.hidden = !list.children.length;
      showAreas(found.areas);
    } catch (error) {
      report(error);
    }
  });

  return {
    /** Values that nothing can match are left out of the state, and the reader is told. */
    async dropNonsense() {
      const state = readState();
      const lang = new URLSearchParams(location.search).get("lang");
      const say = (field, value) => notices.show(messages["filter.ignored"].replace("{field}", () => field).replace("{value}", () => value));
      if (lang && lang !== "zh" && lang !== "en") {
        say("lang", lang);
        go({ lang: "" }, { quiet: true, replace: true });
      }
      if (!isFiltered(state) && !state.radius) return;
      const { filter, ignored } = await tidied({ ...state, due: "", implied: "" }); // dates have their own control
      if (!ignored.length) return;
      const fields = [...new Set(ignored.map(({ field }) => field))];
      for (const field of fields) say(field, ignored.filter((one) => one.field === field).map(({ value }) => value).join(","));
      const kept = Object.fromEntries(fields.map((field) => [keyOf(field), filter[field] || ""]));
      go({ ...selectionOf(state), ...kept }, { quiet: true, replace: true });
    },
  };
}
