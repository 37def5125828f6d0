// Two plans beside each other: counts and fills on the map, and in the panel what differs, in words.

import { el } from "./dom.js";
import { lensLink } from "./lens.js";
import { getJson, filterQuery } from "./api.js";
import { dueWords, periodsOf, unitOf } from "./periods.js";
import { readState } from "./state.js";

const SVG_NS = "http://www.w3.org/2000/svg";
const MANY = 12; // a list longer than this begins folded

/** Ids of the plans that can be compared. */
function planIds() {
  const options = document.getElementById("filter-template").content.querySelectorAll('select[name="plan"] option');
  return [...options].map((option) => option.value).filter(Boolean);
}

function planOptions() {
  const select = document.getElementById("filter-template").content.querySelector('select[name="plan"]');
  return [...select.options].filter((option) => option.value).map((option) => option.cloneNode(true));
}

/** What a plan is called where there is little room: one of a year by the year, any other by its title. */
export function planName({ id, title, title_en: english }) {
  if (/^\d{4}$/.test(id)) return id;
  return (document.documentElement.lang.startsWith("en") && english) || title;
}

/** Whether a text names two different plans: "2020,2023". */
export function isPair(text) {
  const ids = text.split(",");
  return ids.length === 2 && ids[0] !== ids[1] && ids.every((id) => planIds().includes(id));
}

/** The pair to begin with: the plan that is looked at beside the newest other, else the first two. */
export function firstPair(state) {
  const ids = planIds();
  if (!state.plan) return ids.slice(0, 2).join(",");
  return [state.plan, ids.find((id) => id !== state.plan)].join(",");
}

/** What differs between the two plans of a state, under its filter. */
export function getComparison(state) {
  const query = filterQuery({ ...state, compare: "", plan: "" }).slice(1);
  return getJson(`/api/compare?plans=${encodeURIComponent(state.compare)}${query ? `&${query}` : ""}`, { keep: true });
}

/** Whether a text names two different dues: "2023-Q2,2023-Q4". */
export function isDuePair(text) {
  const dues = text.split(",");
  return dues.length === 2 && dues[0] !== dues[1] && dues.every((due) => unitOf(due));
}

/** The two dues to begin with: the two quarters that most milestones are dated to, the earlier first. */
async function firstDues() {
  const { quarters } = await getJson("/api/dues", { keep: true });
  const most = [...quarters].sort((a, b) => b.meeting - a.meeting || (a.due < b.due ? 1 : -1)).slice(0, 2);
  return most.map((quarter) => quarter.due).sort().join(",");
}

/** The counts of every zone for two dues, in the shape of a comparison of plans. */
async function duesCompared(state, messages) {
  const dues = state.compare_due.split(",");
  const [a, b] = await Promise.all(dues.map((due) => getJson(`/api/zones${filterQuery({ ...state, compare_due: "", due })}`, { keep: true })));
  const totals = await Promise.all(dues.map((due) => getJson(`/api/dues${filterQuery({ ...state, compare_due: "", due })}`, { keep: true })));
  const second = Object.fromEntries(b.zones.map((zone) => [zone.id, zone.tasks.total]));
  const zones = a.zones.map((zone) => {
    const counts = [zone.tasks.total, second[zone.id] ?? 0];
    const more = counts[0] === counts[1] ? (counts[0] ? "equal" : "none") : counts[0] > counts[1] ? "first" : "second";
    return { ...zone, counts, more };
  });
  // Two colours that are told apart well; which they are says nothing of plans here.
  const plans = dues.map((due, i) => ({ id: due, name: dueWords(due, messages), due, colour: ["2020", "2023"][i], tasks: totals[i].tasks }));
  return { zones, plans };
}

/** The counts of every zone for labels and legend, with the plans or dues in words. */
export async function comparedCounts(state, messages) {
  const { zones, plans: told } = await (state.compare ? getComparison(state) : duesCompared(state, messages));
  const plans = told.map((plan) => ({ ...plan, name: plan.name ?? planName(plan) }));
  const said = messages["compare.counts"].replace("{first}", plans[0].name).replace("{second}", plans[1].name);
  const counts = zones.map(({ id, counts: [a, b] }) => [id, { counts: [a, b], words: said.replace("{a}", a).replace("{b}", b) }]);
  return { counts: Object.fromEntries(counts), zones, plans };
}

/** Stripes that lie for one plan and stand for the other; where both have as many, both. */
export function addPatterns(defs) {
  const bars = { first: [["first", 0, 2, 12, 2.5], ["first", 0, 8, 12, 2.5]], second: [["second", 0, 0, 4, 12], ["second", 6, 0, 4, 12]], equal: [["first", 0, 5, 12, 1.6], ["second", 5, 0, 1.6, 12]] };
  for (const [name, rects] of Object.entries(bars)) {
    const pattern = svg("pattern", { id: `more-${name}`, width: 12, height: 12, patternUnits: "userSpaceOnUse" });
    for (const [side, x, y, width, height] of rects) pattern.append(svg("rect", { class: `more-bar-${side}`, x, y, width, height }));
    defs.append(pattern);
  }
}

function svg(tag, attributes) {
  const node = document.createElementNS(SVG_NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

/** The comparison as the panel shows it: figures, zones, projects by what became of them, the other tasks. */
export async function comparisonView(panel, state) {
  const found = await getComparison(state);
  // The older of two plans always comes first, since what became of a project is told from it to the newer.
  if (found.key !== state.compare && state.compare === readState().compare) panel.go({ compare: found.key }, { quiet: true, replace: true });
  const names = found.plans.map((plan) => shortName(panel, plan));
  const title = panel.fill("compare.heading", { first: names[0], second: names[1] });
  const nodes = [
    el("h2", { class: "panel-title", tabindex: "-1", "data-heading": true, text: title }),
    chooser(panel, found.plans),
    ways(panel, state),
    panel.filters(state),
    figures(panel, found),
    el("p", { class: "accuracy", text: panel.t["compare.note"] }),
    ...zoneLists(panel, found, names),
    el("h3", { class: "child-head" }, panel.t["compare.projects"]),
    found.kinds.length ? null : el("p", { class: "quiet", text: panel.t["compare.no_projects"] }),
    ...found.kinds.map((kind) => kindList(panel, found, kind)),
    ...taskLists(panel, found, names),
    panel.pageLink(`/compare?plans=${found.key}${filterQuery({ ...state, compare: "", plan: "" }).replace("?", "&")}`),
  ];
  return { nodes: nodes.filter(Boolean), ids: [], title, announce: panel.fill("compare.says", { first: names[0], second: names[1], n: found.differences.length }) };
}

/** One project of the comparison: what each plan says, its places, and the tasks; lit on the map. */
export async function differenceView(panel, state) {
  const found = await getComparison(state);
  const told = found.differences.filter((difference) => difference.project === state.diff);
  if (!told.length) return comparisonView(panel, { ...state, diff: "" });
  const [first] = told;
  const title = panel.nameOf(first);
  const nodes = [
    backLink(panel, state),
    el("h2", { class: "panel-title panel-title-task", tabindex: "-1", "data-heading": true, text: title }),
    ...told.flatMap((difference) => [
      el("h3", { class: "plan-head", text: labelOf(panel, found, difference.kind) }),
      el("p", { text: panel.lang === "en" ? difference.en : difference.zh }),
    ]),
    ...["before", "after"].flatMap((side, i) => evidence(panel, found.plans[i], told.flatMap((difference) => difference[side]))),
    el("h3", { class: "plan-head", text: panel.t["tab.tasks"] }),
    el("ul", { class: "plain" }, first.tasks.flat().map((id) => el("li", {}, taskLink(panel, found, id)))),
    el("h3", { class: "plan-head", text: panel.t["compare.places"] }),
    el("ul", { class: "plain" }, first.places.map((place) => el("li", {}, inner(panel, place.kind === "zone" ? { zone: place.id } : { feature: place.id }, panel.nameOf(place))))),
    el("p", { class: "accuracy", text: panel.t["compare.note"] }),
    lensLink(panel, `project:${state.diff}`),
    panel.pageLink(`/projects/${encodeURIComponent(state.diff)}`),
  ];
  return { nodes, ids: first.places.map((place) => place.id), title, announce: title };
}

/** The way back from a zone or task to the comparison that led there, with the key to the fills. */
export function backLink(panel, state) {
  const ids = state.compare ? state.compare.split(",") : state.compare_due.split(",").map((due) => dueWords(due, panel.t));
  return el("p", { class: "path" }, inner(panel, { zone: "" }, `‹ ${panel.t["compare.back"]}`),
    ids.flatMap((id, i) => [" · ", key(i + 1), ` ${id}`]));
}

function shortName(panel, plan) {
  return panel.planName({ plan: plan.id, plan_title: plan.title, plan_title_en: plan.title_en });
}

function labelOf(panel, found, kind) {
  const entry = found.kinds.find((one) => one.kind === kind);
  return panel.lang === "en" ? entry.label_en : entry.label;
}

function inner(panel, selection, text, attributes = {}) {
  return el("a", { ...attributes, href: panel.address(selection), on: { click: (event) => panel.follow(event, selection) } }, text);
}

function taskLink(panel, found, id) {
  return inner(panel, { task: id }, [`${id} `, el("span", { lang: "zh-CN", text: found.titles[id] })]);
}

function chooser(panel, plans) {
  const selects = ["compare.first", "compare.second"].map((key, i) => {
    const select = el("select", { name: i ? "second" : "first" }, planOptions());
    select.value = plans[i].id;
    select.addEventListener("change", () => {
      const pair = selects.map((label) => label.querySelector("select").value);
      if (pair[0] === pair[1]) panel.say(panel.t["compare.pick"]);
      else panel.go({ compare: pair.join(",") });
    });
    return el("label", {}, `${panel.t[key]} `, select);
  });
  return el("div", { class: "filter-row" }, selects,
    el("button", { type: "button", class: "linklike", text: panel.t["compare.close"], on: { click: () => panel.go({ compare: "", zone: "" }) } }));
}

/** How the comparison is looked at, and what is compared. */
function ways(panel, state) {
  const button = (key, changes, pressed) => el("button", { type: "button", class: "linklike", "aria-pressed": pressed, text: panel.t[key],
    on: { click: async () => panel.go(await changes()) } });
  return el("div", { class: "filter-row" },
    button("swipe.open", () => ({ swipe: state.swipe ? "" : "50" }), state.swipe ? "true" : "false"),
    state.compare
      ? button("compare.to_dues", async () => ({ compare: "", compare_due: await firstDues(), swipe: "50" }))
      : button("compare.to_plans", () => ({ compare: firstPair({}), compare_due: "" })));
}

/** Two dues beside each other: how many tasks each zone has in either, and the ways to their lists. */
export async function dueComparisonView(panel, state) {
  const { zones, plans } = await duesCompared(state, panel.t);
  const names = plans.map((plan) => plan.name);
  const title = panel.fill("compare.heading", { first: names[0], second: names[1] });
  const some = zones.filter((zone) => zone.counts.some(Boolean));
  const { years } = await getJson("/api/dues", { keep: true });
  const nodes = [
    el("h2", { class: "panel-title", tabindex: "-1", "data-heading": true, text: title }),
    duesChooser(panel, plans, years),
    ways(panel, state),
    panel.filters(state),
    pairTable(panel.t["compare.tasks"], names, [pairRow(panel.t["compare.all"], plans.map((plan) => plan.tasks))]),
    el("p", { class: "accuracy", text: panel.t["compare.due_note"] }),
    el("ul", { class: "plain" }, plans.map(({ name, due }) => el("li", {}, inner(panel, { compare_due: "", swipe: "", due }, panel.fill("compare.list", { due: name }))))),
    el("h3", { class: "child-head" }, panel.t["compare.zones"]),
    some.length ? pairTable(panel.t["filter.zone"], names, some.map((zone) => pairRow(inner(panel, { zone: zone.id }, panel.nameOf(zone)), zone.counts, { "data-zone": zone.id })))
      : el("p", { class: "quiet", text: panel.t["tasks.none"] }),
  ];
  return { nodes, ids: [], title, announce: title };
}

function duesChooser(panel, plans, years) {
  const dues = ["year", "half", "quarter"].map((unit) => el("optgroup", { label: panel.t[`time.${unit}`] },
    periodsOf(unit, years).map((due) => el("option", { value: due, text: dueWords(due, panel.t) }))));
  const selects = ["compare.first_due", "compare.second_due"].map((label, i) => {
    const select = el("select", {}, dues.map((group) => group.cloneNode(true)));
    select.value = plans[i].due;
    select.addEventListener("change", () => {
      const pair = selects.map((node) => node.querySelector("select").value);
      if (pair[0] === pair[1]) panel.say(panel.t["compare.pick_dues"]);
      else panel.go({ compare_due: pair.join(",") });
    });
    return el("label", {}, `${panel.t[label]} `, select);
  });
  return el("div", { class: "filter-row" }, selects,
    el("button", { type: "button", class: "linklike", text: panel.t["compare.close"], on: { click: () => panel.go({ compare_due: "", zone: "" }) } }));
}

function key(side) {
  return el("span", { class: `plan-key plan-key-${side}`, "aria-hidden": "true" });
}

function pairTable(head, names, rows) {
  return el("table", { class: "pair" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col", text: head }), names.map((name, i) => el("th", { scope: "col", class: "num" }, key(i + 1), ` ${name}`)))),
    el("tbody", {}, rows));
}

function pairRow(name, counts, attributes = {}) {
  return el("tr", attributes, el("th", { scope: "row" }, name),
    counts.map((n, i) => el("td", { class: `num${n > counts[1 - i] ? " is-more" : ""}`, text: String(n) })));
}

function figures(panel, found) {
  const rows = [pairRow(panel.t["compare.all"], found.plans.map((plan) => plan.tasks)),
    ...Object.entries(found.scopes).map(([scope, counts]) => pairRow(panel.t[`scope.${scope}`], counts))];
  return pairTable(panel.t["compare.tasks"], found.plans.map(planName), rows);
}

function folded(head, count, body, attributes = {}) {
  return el("details", { class: "kind", open: count <= MANY, ...attributes },
    el("summary", {}, el("span", { class: "kind-name", text: head }), " ", el("span", { class: "count", text: String(count) })), body);
}

function zoneLists(panel, found, names) {
  const lists = [["first", panel.fill("compare.zones_only", { plan: names[0] })], ["second", panel.fill("compare.zones_only", { plan: names[1] })], ["both", panel.t["compare.zones_both"]]];
  return [el("h3", { class: "child-head", text: panel.t["compare.zones"] }), ...lists.map(([where, head]) => {
    const zones = found.zones.filter((zone) => zone.named === where);
    const rows = zones.map((zone) => pairRow(inner(panel, { zone: zone.id }, panel.nameOf(zone)), zone.counts, { "data-zone": zone.id }));
    return folded(head, zones.length, zones.length ? pairTable(panel.t["filter.zone"], found.plans.map(planName), rows) : null, { "data-named": where });
  })];
}

function kindList(panel, found, kind) {
  const rows = found.differences.filter((difference) => difference.kind === kind.kind);
  return folded(panel.lang === "en" ? kind.label_en : kind.label, rows.length, el("ul", { class: "plain differences" }, rows.map((difference) => el("li", { "data-project": difference.project },
    inner(panel, { diff: difference.project }, panel.nameOf(difference)),
    el("p", { class: "why", text: panel.lang === "en" ? difference.en : difference.zh })))), { "data-kind": kind.kind });
}

function taskLists(panel, found, names) {
  const list = (rows) => el("ul", { class: "plain" }, rows.map((ids) => el("li", {}, ids.flatMap((id, i) => [i ? " · " : null, taskLink(panel, found, id)]))));
  return [
    found.same_title.length ? folded(panel.t["compare.same_title"], found.same_title.length, list(found.same_title)) : null,
    el("h3", { class: "child-head", text: panel.t["compare.untracked"] }),
    el("p", { class: "quiet", text: panel.t["compare.untracked_lead"] }),
    ...found.untracked.map((ids, i) => folded(names[i], ids.length, list(ids.map((id) => [id])), { "data-untracked": i + 1 })),
  ];
}

function evidence(panel, plan, places) {
  if (!places.length) return [];
  const once = [...new Map(places.map((place) => [`${place.task} ${place.start}`, place])).values()];
  return [el("h3", { class: "plan-head", text: panel.fill("compare.before", { plan: shortName(panel, plan) }) }),
    el("ul", { class: "plain" }, once.map((place) => el("li", {}, inner(panel, { task: place.task }, place.task), " ", el("span", { lang: "zh-CN", text: `「${place.words}」` }))))];
}
