// The time control: a year, half, quarter or month to filter by, over a chart of when milestones are due.

import { el } from "./dom.js";
import { getJson, filterQuery } from "./api.js";
import { chart } from "./timechart.js";
import { dueWords, periodsOf, periodAround, unitOf } from "./periods.js";
import { onState, readState } from "./state.js";

const UNITS = ["year", "half", "quarter", "month"];

export function startTime(messages, go, { report, notices }) {
  const fill = (key, values) => Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), messages[key]);
  const card = el("section", { class: "card time", id: "time", "aria-label": messages["time.open"], hidden: true });
  const opener = document.getElementById("tool-time");
  document.querySelector(".map-area").append(card);
  const parts = build(messages);
  let times = null;
  let shown = readState().due;

  const choose = (changes) => go(changes, { cause: "filter" });
  const move = (due) => go({ due }, { cause: "filter", replace: true }); // the back key skips the steps between
  const setOpen = (on, focus) => {
    if (on === !card.hidden) return;
    card.hidden = !on;
    card.replaceChildren(...(on ? parts.nodes : [])); // what is not shown is not in the page either
    opener.setAttribute("aria-expanded", String(on));
    if (on && focus) parts.units.querySelector("input:checked")?.focus();
    if (!on && focus) opener.focus();
  };
  opener.addEventListener("click", () => setOpen(card.hidden, card.hidden));
  parts.close.addEventListener("click", () => setOpen(false, true));
  card.addEventListener("keydown", (event) => { if (event.key === "Escape") setOpen(false, true); });
  parts.implied.addEventListener("change", () => choose({ implied: parts.implied.checked ? "1" : "" }));
  parts.units.addEventListener("change", () => {
    const unit = parts.units.querySelector("input:checked").value;
    choose({ due: unit === "all" ? "" : periodAround(readState().due?.split(",")[0] || firstGuess(times), unit) });
  });
  const periods = () => periodsOf(unitOf(readState().due), times.years);
  const step = (by) => {
    const all = periods();
    const at = all.indexOf(readState().due) + by;
    if (all[at]) move(all[at]);
  };
  parts.earlier.addEventListener("click", () => step(-1));
  parts.later.addEventListener("click", () => step(1));
  parts.slider.addEventListener("input", () => parts.slider.setAttribute("aria-valuetext", dueWords(periods()[parts.slider.valueAsNumber], messages)));
  parts.slider.addEventListener("change", () => move(periods()[parts.slider.valueAsNumber]));
  parts.chart.addEventListener("click", (event) => {
    const due = event.target.closest("[data-due]")?.dataset.due;
    if (due) choose({ due: periodAround(due, unitOf(readState().due) || "quarter") });
  });

  const show = async (state) => {
    if (state.due && state.due !== shown) setOpen(true); // once: a card that was closed stays closed
    shown = state.due;
    const asked = filterQuery(state);
    try {
      const found = await getJson(`/api/dues${asked}`, { keep: true });
      if (asked === filterQuery(readState())) draw(found, state);
    } catch (error) {
      report(error);
    }
  };
  const draw = (found, state) => {
    times = found;
    const named = (state.due || "").split(",").filter(Boolean).map((due) => dueWords(due, messages)).join(messages["mark.list"]);
    if (!unitOf(state.due)) state = { ...state, due: "" }; // several periods at once: the chart marks none
    const unit = unitOf(state.due) || "all";
    for (const radio of parts.units.querySelectorAll("input")) radio.checked = radio.value === unit;
    parts.implied.checked = Boolean(state.implied);
    const all = state.due ? periods() : [];
    const at = all.indexOf(state.due);
    parts.row.hidden = at < 0;
    Object.assign(parts.slider, { min: 0, max: Math.max(0, all.length - 1) });
    parts.slider.value = String(Math.max(0, at));
    const when = named || messages["time.all"];
    parts.slider.setAttribute("aria-valuetext", when);
    parts.earlier.disabled = at <= 0;
    parts.later.disabled = at >= all.length - 1;
    parts.now.textContent = fill("time.found", { when, tasks: found.tasks, milestones: found.milestones });
    parts.undated.textContent = found.undated ? fill("time.undated", { n: found.undated }) : "";
    parts.chart.replaceChildren(...chart(found, state.due));
    parts.table.replaceChildren(...table(found, messages));
  };

  onState(show);
  setOpen(Boolean(readState().due)); // before the map is fitted into what the cards leave
  return {
    /** A due that is none, or lies in no year of any plan, is left out of the state, and the reader is told. */
    async dropNonsense() {
      const { due, implied } = readState();
      if (implied && implied !== "1") {
        notices.show(messages["filter.ignored"].replace("{field}", "implied").replace("{value}", () => implied));
        go({ implied: "" }, { quiet: true, replace: true });
      }
      if (!due) return;
      const { years } = await getJson("/api/dues", { keep: true });
      const asked = due.split(",").map((one) => one.trim()).filter(Boolean);
      const known = asked.filter((one) => unitOf(one) && periodsOf(unitOf(one), years).includes(one));
      if (known.length === asked.length) return;
      setOpen(false);
      const strange = asked.filter((one) => !known.includes(one)).join(",");
      notices.show(fill("time.ignored", { value: strange, first: years[0], last: years[1] }));
      go({ due: known.join(",") }, { quiet: true, replace: true });
    },
  };
}

/** Where to begin when a length is chosen and no period: the last quarter that something is dated to. */
function firstGuess(times) {
  const dated = times.quarters.filter((quarter) => quarter.within);
  return (dated.at(-1) || times.quarters.filter((quarter) => quarter.meeting).at(-1) || times.quarters.at(-1)).due;
}

function build(t) {
  const radios = ["all", ...UNITS].map((unit) => el("label", { class: "time-unit" },
    el("input", { type: "radio", name: "time-unit", value: unit }), el("span", { text: t[`time.${unit}`] })));
  const units = el("fieldset", { class: "time-units" }, el("legend", { class: "visually-hidden", text: t["time.unit"] }), radios);
  const close = el("button", { type: "button", class: "linklike time-close", text: t["time.close"] });
  const slider = el("input", { type: "range", step: "1", "aria-label": t["time.slider"] });
  const earlier = el("button", { type: "button", class: "time-step", "aria-label": t["time.earlier"], text: "‹" });
  const later = el("button", { type: "button", class: "time-step", "aria-label": t["time.later"], text: "›" });
  const row = el("div", { class: "time-row" }, earlier, slider, later);
  const implied = el("input", { type: "checkbox", id: "time-implied", "aria-describedby": "time-implied-lead" });
  const parts = { units, close, slider, earlier, later, row, implied,
    chart: el("div", { class: "time-chart", "aria-hidden": "true" }),
    table: el("table", { class: "time-table" }),
    now: el("p", { class: "time-now", role: "status" }),
    undated: el("p", { class: "legend-note" }),
  };
  parts.nodes = [
    el("div", { class: "time-head" }, el("h2", { text: t["time.open"] }), close),
    el("div", { class: "time-parts" },
      el("div", {}, units, parts.chart, row),
      el("div", {}, parts.now,
        el("label", { class: "time-implied" }, implied, el("span", { text: t["time.implied"] })),
        el("p", { class: "legend-note", id: "time-implied-lead", text: t["time.implied_lead"] }), parts.undated)),
    el("details", {}, el("summary", { text: `${t["time.chart"]} · ${t["time.table"]}` }), el("div", { class: "time-scroll", tabindex: "0", role: "region", "aria-label": t["time.chart"] }, parts.table)),
  ];
  return parts;
}

function table(times, t) {
  const head = ["time.quarter", "time.in_quarter", "time.wider", "time.meeting"];
  return [
    el("caption", { text: t["time.chart"] }),
    el("thead", {}, el("tr", {}, head.map((key) => el("th", { scope: "col", text: t[key] })))),
    el("tbody", {}, times.quarters.map((quarter) => el("tr", { "data-due": quarter.due },
      el("th", { scope: "row", text: dueWords(quarter.due, t) }),
      [quarter.within, quarter.wider, quarter.meeting].map((n) => el("td", { class: "num", text: String(n) }))))),
  ];
}
