// The panel beside the map: a zone with its tasks, a task with its places, a list, or the overview.

import { el, markedText } from "./dom.js";
import { getJson, filterQuery } from "./api.js";
import { chartsView, showsCharts } from "./charts.js";
import { backLink, comparisonView, differenceView, dueComparisonView } from "./compare.js";
import { zoneFiles } from "./downloads.js";
import { lensLink, lensView, parkNodes } from "./lens.js";
import { transitView } from "./line_stops.js";
import { hasOwnText, officialText } from "./official.js";
import { afterPaint, inTurns } from "./paint.js";
import { dueWords } from "./periods.js";
import { TASKS_SHOWN, questionsOf } from "./prefetch.js";
import { rejectedLinks, reviewLine } from "./reviews.js";
import { FILTERS, addressOf, isFiltered, readState, selectionOf, tell, withoutFilter } from "./state.js";

const PLACES_SHOWN = 200;
const FIRST_ROWS = 10; // rows of a list that are there at once: more than a screen

export class Panel {
  constructor(messages, go) {
    this.t = messages;
    this.go = go;
    this.lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
    this.root = document.getElementById("panel-body");
    this.overview = document.getElementById("overview");
    this.live = document.getElementById("live");
    this.ticket = 0;
  }

  say(words) {
    this.live.textContent = words;
  }

  fill(key, values = {}) {
    return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), this.t[key] || key);
  }

  /** A free text of a feature in the reader's language. */
  said(thing, key) {
    return (this.lang === "en" && thing[`${key}_en`]) || thing[key];
  }

  /** The reader's word for a code of the data, such as a status; the code itself when there is none. */
  word(family, code) {
    return code ? this.t[`${family}.${code}`] || code : "";
  }

  /** What a task's plan is called in a heading: a yearly one by its year, any other by its title. */
  planName(task) {
    if (/^\d{4}$/.test(task.plan)) return this.fill("plan.short", { plan: task.plan });
    return (this.lang === "en" && task.plan_title_en) || task.plan_title;
  }

  nameOf(thing) {
    return (this.lang === "en" && thing.name_en) || thing.name;
  }

  /** Show what the state asks for; returns the ids to light up on the map. */
  async show(state, cause) {
    const ticket = ++this.ticket;
    this.root.setAttribute("aria-busy", "true");
    try {
      const view = await this.build(state);
      if (ticket !== this.ticket) return null; // a newer choice has overtaken this one
      this.root.scrollTop = 0; // before the new content, which would have to be laid out for it
      this.root.replaceChildren(...view.nodes);
      this.view = view;
      this.title = view.title;
      document.title = view.title ? `${view.title} · ${this.t["app.name"]}` : this.t["app.name"];
      if (view.announce) this.say(view.announce);
      if (cause === "user") this.root.querySelector("[data-heading]")?.focus({ preventScroll: true });
      return view;
    } catch (error) {
      if (ticket === this.ticket) this.root.replaceChildren(this.failure(error, state));
      return null;
    } finally {
      if (ticket === this.ticket) this.root.removeAttribute("aria-busy");
    }
  }

  /** Whether a view is still the newest one, and nothing else is under way. */
  shows(view) {
    return this.view === view && !this.root.hasAttribute("aria-busy");
  }

  build(state) {
    if (showsCharts(state)) return chartsView(this, state);
    if (state.lens) return lensView(this, state);
    if (state.task || state.zone || state.feature) return this.thing(state);
    if (state.diff) return differenceView(this, state);
    if (state.scope || state.q) return this.list(state);
    if (state.compare) return comparisonView(this, state);
    if (state.compare_due) return dueComparisonView(this, state);
    if (isFiltered(state)) return this.list(state);
    return { nodes: [this.overview], ids: [], title: "" };
  }

  /** A task, zone or place; where plans are compared, with the way back to the comparison. */
  async thing(state) {
    const view = await (state.task ? this.task(state) : state.zone ? this.zone(state) : this.feature(state));
    return state.compare || state.compare_due ? { ...view, nodes: [backLink(this, state), ...view.nodes] } : view;
  }

  failure(error, state) {
    const kind = ["zone", "task", "feature"].find((key) => state[key]);
    const words = error.status === 404 && kind
      ? this.fill("panel.unknown", { id: state[kind] })
      : this.fill("panel.failed", { why: error.message });
    const nearest = error.nearest && kind ? { [kind]: error.nearest } : null;
    return el("div", { class: "failure", role: "alert" },
      el("p", { text: words }),
      nearest ? el("p", {}, el("a", { href: this.address(nearest), text: `${this.t["error.nearest"]} ${error.nearest}`, on: { click: (event) => this.follow(event, nearest) } })) : null,
      el("p", {}, el("button", { type: "button", class: "button", text: this.t["panel.retry"], on: { click: () => tell("user") } }), " ",
        el("a", { href: "/", text: this.t["error.home"], on: { click: (event) => this.follow(event, { zone: "" }) } })));
  }

  // ---- a zone -------------------------------------------------------------------------------------------

  async zone(state) {
    const id = encodeURIComponent(state.zone);
    const asked = { ...state, task: "" };
    const [zone, first] = await Promise.all(questionsOf(asked).map((path) => getJson(path, { keep: true })));
    let found = first;
    const name = this.nameOf(zone);
    const second = this.lang === "en" ? zone.name : zone.name_en;
    const head = [
      this.pathNav(zone.path),
      el("h2", { class: "panel-title", tabindex: "-1", "data-heading": true, text: name }),
      el("p", { class: "latin" }, this.chip(zone), " ", el("span", { lang: this.lang === "en" ? "zh-CN" : "en", text: second }), ` · ${this.t[`rank.${zone.rank}`]}`),
      this.figures([["zone.own", found.counts.own], ["zone.total", found.counts.total], ["zone.passing", found.counts.passing], ["zone.area", `${zone.area_km2} km²`]]),
      zoneFiles(this.t, this.lang, zone, isFiltered(state)),
    ];
    const places = Object.values(zone.facilities).reduce((n, list) => n + list.length, 0);
    const tabs = this.tabs([
      ["tab.tasks", found.counts.total + found.counts.passing, () => this.zoneTasks(found, state)],
      ["tab.places", places, () => this.zonePlaces(zone)],
      ["tab.source", null, () => this.zoneSource(zone)],
    ]);
    const [bar, body] = tabs;
    this.complete(first, questionsOf(asked, TASKS_SHOWN)[1], body, (whole) => {
      found = whole;
      return bar.firstChild.getAttribute("aria-selected") === "true" ? this.zoneTasks(found, state) : null;
    });
    const foot = el("p", { class: "accuracy", text: this.fill("accuracy.words", { m: Math.round(zone.accuracy_m) }) });
    return {
      nodes: [...head, this.filters(state), ...tabs, foot, lensLink(this, zone.id), this.pageLink(`/zones/${id}`, `/export/zones.geojson?where=id%3D${id}`, `/projects${filterQuery({ ...state, in: id })}`)],
      ids: [zone.id], title: name, announce: this.fill("panel.zone_says", { name, n: found.counts.total }),
    };
  }

  zoneTasks(found, state) {
    const own = found.tasks.filter((task) => task.here && task.zone === found.zone);
    const nodes = [];
    if (!found.tasks.length && !found.passing.length) nodes.push(this.nothing(found.name, state));
    else if (!own.length) nodes.push(el("p", { class: "quiet", text: this.t["zone.none_here"] }));
    const later = new LaterRows();
    nodes.push(...this.byPlan(own, found.zone, later));
    for (const child of found.children) {
      const mine = found.tasks.filter((task) => task.zone === child.id);
      if (!mine.length && found.left_out) continue;
      nodes.push(el("h3", { class: "child-head" }, this.zoneLink(child), " ", el("span", { class: "count", text: String(child.count) })));
      nodes.push(...this.byPlan(mine, child.id, later, "h4"));
      const told = child.count - mine.length;
      if (told > 0 && !found.left_out) nodes.push(el("p", { class: "quiet", text: this.fill("zone.also_above", { n: told }) }));
    }
    if (found.passing.length) {
      nodes.push(el("h3", { class: "child-head" }, this.t["zone.tasks_passing"], " ", el("span", { class: "count", text: String(found.counts.passing) })));
      nodes.push(...this.byPlan(found.passing, found.zone, later, "h4"));
    }
    return [...nodes, this.more(found.left_out, state, { zone: found.zone })].filter(Boolean);
  }

  nothing(name, state) {
    const filtered = isFiltered(state);
    return el("p", { class: "quiet" }, this.fill(filtered ? "zone.nothing_filtered" : "zone.nothing", { name }), " ",
      filtered ? el("button", { type: "button", class: "linklike", text: this.t["filter.clear"], on: { click: () => this.go({ ...withoutFilter(), ...selectionOf(state) }) } }) : null);
  }

  /** Tasks under their plans; rows beyond the first screen follow when that has been painted. */
  byPlan(tasks, zoneId, later, level = "h3") {
    const plans = [...new Set(tasks.map((task) => task.plan))];
    return plans.flatMap((plan) => {
      const mine = tasks.filter((task) => task.plan === plan);
      const rows = el("ol", { class: "rows" });
      later.fill(rows, mine.map((task) => () => this.row(task, zoneId)));
      return [el(level, { class: "plan-head" }, this.planName(mine[0]), " ", el("span", { class: "count", text: String(mine.length) })), rows];
    });
  }

  /** One task in a list: title, number, stages, summary with the words that placed it, and why it is here. */
  row(task, zoneId) {
    const links = this.reasons(task, zoneId);
    const stages = task.milestones.slice(0, 3).map((m) => `${this.t[`stage.${m.stage}`]}${m.due ? ` ${dueWords(m.due, this.t)}` : ""}`);
    return el("li", { class: "row" },
      el("a", { class: "row-title", lang: "zh-CN", href: this.address({ task: task.id }), text: task.title, on: { click: (event) => this.follow(event, { task: task.id }) } }),
      ...this.english(task),
      el("p", { class: "row-meta", text: [task.id, ...stages].join(" · ") }),
      el("p", { class: "row-body", lang: "zh-CN" }, ...markedText(task.text, this.spans(task, zoneId), task.body_start)),
      links.flatMap((link) => [this.why(link), reviewLine(link.review, this.t)]));
  }

  /** Our English sentence below a title, which stays official. */
  english(task) {
    return this.lang === "en" && task.summary_en ? [el("p", { class: "task-english", text: task.summary_en })] : [];
  }

  /** The links that bring a task into a zone's list: to the zone itself, else of a line through a child of it. */
  reasons(task, zoneId) {
    const own = task.links.filter((link) => link.target === zoneId);
    return own.length || !zoneId ? own : task.links.filter((link) => link.relation === "serves").slice(0, 1);
  }

  /** Spans of the text that placed a task; `zoneId` narrows to one zone's evidence. */
  spans(task, zoneId) {
    const wanted = zoneId ? this.reasons(task, zoneId) : task.links;
    const placed = wanted.flatMap((link) => link.evidence.map(([start, end]) => [start, end, "placed"]));
    return zoneId ? placed : [...placed, ...task.unplaced.map(([start, end]) => [start, end, "unplaced"])];
  }

  why(link) {
    const words = [...new Set(link.evidence.map(([, , text]) => `「${text}」`))].join("");
    const heading = (link.heading_evidence || []).map((e) => `${this.t["why.heading"]}「${e[3]}」`).join("");
    return el("p", { class: "why" },
      el("span", { class: `relation relation-${link.relation}`, text: this.t[`relation.${link.relation}`] }), " ",
      el("b", { lang: "zh-CN", text: words || heading }), ` · ${this.t[`rule.${link.rule}`] || link.rule} · ${this.fill("why.confidence", { value: Math.round(link.confidence * 100) })}`);
  }

  zonePlaces(zone) {
    return [parkNodes(this, zone.id), ...Object.entries(zone.facilities).flatMap(([kind, list]) => [
      el("h3", { class: "plan-head" }, this.t[`facility.${kind}`], " ", el("span", { class: "count", text: String(list.length) })),
      el("ul", { class: "plain" }, list.slice(0, PLACES_SHOWN).map((place) => el("li", {},
        el("a", { href: this.address({ feature: place.id }), text: this.nameOf(place), on: { click: (event) => this.follow(event, { feature: place.id }) } }),
        place.drawn ? null : el("span", { class: "row-meta", text: ` ${this.t["place.unsure"]}` })))),
    ])];
  }

  zoneSource(zone) {
    const official = zone.official_area_km2 ? `${zone.official_area_km2} km²${zone.official_area_source ? `${this.t["mark.open"]}${this.said(zone, "official_area_source")}${this.t["mark.close"]}` : ""}` : this.t["zone.not_published"];
    return [this.facts([
      ["zone.official_area", official], ["zone.aliases", zone.aliases.join(this.t["mark.list"])],
      ["zone.accuracy", this.fill("accuracy.words", { m: Math.round(zone.accuracy_m) })],
      ["zone.source", this.said(zone, "source")], ["zone.note", this.said(zone, "note")],
    ])];
  }

  // ---- a task -------------------------------------------------------------------------------------------

  async task(state) {
    const task = await getJson(questionsOf(state)[0], { keep: true });
    const links = task.links;
    const group = (key, wanted) => (wanted.length ? [el("h3", { class: "plan-head", text: this.t[key] }), el("ul", { class: "places" }, wanted.map((link) => this.place(link)))] : []);
    const nodes = [
      el("p", { class: "path", text: [this.planName(task), ...(this.lang === "en" ? task.path_en : task.path)].join(" › ") }),
      el("h2", { class: "panel-title panel-title-task", lang: "zh-CN", tabindex: "-1", "data-heading": true, text: task.title }),
      ...this.english(task),
      el("p", { class: "latin", text: `${task.id} · ${this.t[`scope.${task.scope}`]}${task.reason && this.lang !== "en" ? ` · ${task.reason}` : ""}` }),
      ...(hasOwnText(task) ? [] : [
        el("p", { class: "reading", lang: "zh-CN" }, ...markedText(task.text, this.spans(task), task.body_start)),
        el("p", { class: "row-meta", text: `${this.t["task.summary_note"]} ${task.source || ""}` }),
      ]),
      ...officialText(task, this.lang === "en" ? task.plan_title_en : task.plan_title, this.t),
      ...group("task.here", links.filter((link) => ["in", "near"].includes(link.relation))),
      ...group("task.lines", links.filter((link) => link.relation === "along")),
      ...group("task.passes", links.filter((link) => link.relation === "serves")),
      ...(links.length ? [] : [el("p", { class: "quiet", text: this.t["task.no_place"] })]),
      ...rejectedLinks(task.rejected, (link) => this.nameOf(link), this.t),
      ...(task.unplaced.length ? [el("h3", { class: "plan-head", text: this.t["task.unplaced"] }), el("p", { class: "quiet", text: this.t["task.unplaced_lead"] }),
        el("ul", { class: "plain", lang: "zh-CN" }, task.unplaced.map(([, , name]) => el("li", { text: name })))] : []),
      ...this.milestones(task),
      this.pageLink(`/tasks/${encodeURIComponent(task.id)}`),
    ];
    return {
      nodes, title: `${task.id} ${task.title}`, announce: this.fill("panel.task_says", { name: task.title, n: links.length }),
      ids: links.filter((link) => link.relation !== "serves").map((link) => link.target),
      faint: links.filter((link) => link.relation === "serves").map((link) => link.target),
    };
  }

  place(link) {
    const target = link.kind === "zone" ? { zone: link.target } : { feature: link.target };
    const unsure = link.accuracy_m === null || link.accuracy_m > 3000;
    return el("li", {},
      el("a", { href: this.address(target), text: this.nameOf(link), on: { click: (event) => this.follow(event, target) } }),
      link.kind !== "zone" && unsure ? el("span", { class: "row-meta", text: ` ${this.t["place.unsure"]}` }) : null,
      this.why(link), reviewLine(link.review, this.t));
  }

  milestones(task) {
    if (!task.milestones.length) return [];
    return [el("h3", { class: "plan-head", text: this.t["task.milestones"] }),
      el("ul", { class: "plain" }, task.milestones.map((m) => el("li", {},
        el("span", { class: `step step-${m.stage}`, text: this.t[`stage.${m.stage}`] }), " ",
        el("span", { lang: "zh-CN", text: m.what }), m.due ? ` · ${dueWords(m.due, this.t)}` : null)))];
  }

  // ---- a place or a line --------------------------------------------------------------------------------

  async feature(state) {
    const found = await getJson(questionsOf(state)[0], { keep: true });
    if (found.kind === "zone") return this.zone({ ...state, zone: found.id });
    const known = !found.placed ? this.t["place.unknown"] : found.accuracy_m > 3000 ? this.t["place.unsure"] : this.fill("place.within", { m: Math.round(found.accuracy_m) });
    const tasksOf = (some) => {
      const rows = el("ol", { class: "rows" });
      new LaterRows().fill(rows, some.tasks.map((task) => () => this.row(task, found.id)));
      return [rows, this.more(some.found - some.tasks.length, state, { target: found.id })].filter(Boolean);
    };
    const tasks = found.tasks.length ? el("div", {}, ...tasksOf(found)) : found.linked ? null : el("p", { class: "quiet", text: this.t["place.no_tasks"] });
    this.complete(found, questionsOf(state, TASKS_SHOWN)[0], tasks, tasksOf);
    const byPlan = Object.entries(found.status_by_plan || {}).map(([plan, words]) => `${plan}${this.t["mark.colon"]}${words}`).join(this.t["mark.semicolon"]);
    return {
      nodes: [
        el("h2", { class: "panel-title", tabindex: "-1", "data-heading": true, text: this.nameOf(found) }),
        el("p", { class: "latin", lang: this.lang === "en" ? "zh-CN" : "en", text: this.lang === "en" ? found.name : found.name_en || "" }),
        this.facts([["place.level", this.word("level", found.level)], ["place.status", this.word("status", found.status)], ["place.plans", byPlan], ["zone.aliases", (found.aliases || []).join(this.t["mark.list"])], ["place.accuracy", known], ["zone.source", this.said(found, "source")], ["zone.note", this.said(found, "note")]]),
        ...transitView(this, found.id),
        found.zone ? el("p", {}, this.zoneLink({ id: found.zone, name: this.t["place.zone"] })) : null,
        found.placed ? lensLink(this, found.id) : null,
        el("h3", { class: "plan-head" }, this.t["tab.tasks"], " ", el("span", { class: "count", text: String(found.found) })),
        tasks,
        found.linked > found.found ? this.hidden(found.linked - found.found, state) : null,
        found.on_map ? this.nearLink(found) : null,
        this.pageLink(`/features/${encodeURIComponent(found.id)}`),
      ].filter(Boolean),
      ids: [found.id], title: this.nameOf(found), announce: this.fill("panel.zone_says", { name: this.nameOf(found), n: found.found }),
    };
  }

  /** Ask for more of a long list when its beginning has been painted; `nodesOf(answer)` are put into `box`. */
  async complete(first, path, box, nodesOf) {
    if (!first.next) return;
    await afterPaint();
    const whole = await getJson(path, { keep: true }).catch(() => null); // then the list goes on saying what it leaves out
    const nodes = whole && box.isConnected && nodesOf(whole);
    if (!nodes) return;
    const focused = box.contains(document.activeElement) && document.activeElement.getAttribute("href");
    box.replaceChildren(...nodes);
    if (focused) box.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  /** How many tasks a list leaves out because it would be too long, and the way to all of them. */
  more(count, state, narrowed = {}) {
    if (!count) return null;
    const lang = this.lang === "en" ? { lang: "en" } : {};
    return el("p", { class: "quiet" }, this.fill("list.more", { n: count }), " ",
      el("a", { href: `/table/tasks${filterQuery(state, { ...narrowed, ...lang })}`, text: this.t["list.in_table"] }));
  }

  /** How many tasks of a place the filter leaves out, and the way to see them. */
  hidden(count, state) {
    return el("p", { class: "quiet" }, this.fill("place.filtered", { n: count }), " ",
      el("button", { type: "button", class: "linklike", text: this.t["filter.clear"], on: { click: () => this.go({ ...withoutFilter(), ...selectionOf(state) }) } }));
  }

  /** The way to the tasks about places around this one. */
  nearLink(place) {
    const near = { feature: "", near: place.id, radius: "" };
    return el("p", {}, el("a", { href: this.address(near), text: this.t["near.link"], on: { click: (event) => this.follow(event, near) } }));
  }

  // ---- lists --------------------------------------------------------------------------------------------

  async list(state) {
    const found = await getJson(questionsOf(state)[0], { keep: true });
    const scope = state.scope && !state.scope.includes(",") ? state.scope : "";
    const tasksOf = (some) => [...this.byPlan(some.tasks, null, new LaterRows()), this.more(some.total - some.tasks.length, state)].filter(Boolean);
    const tasks = found.total ? el("div", {}, ...tasksOf(found)) : el("p", { class: "quiet", text: this.t["tasks.none"] });
    this.complete(found, questionsOf(state, TASKS_SHOWN)[0], tasks, tasksOf);
    const name = scope ? this.t[`scope.${scope}`] : state.q ? `“${state.q}”` : this.t["tab.tasks"];
    return {
      nodes: [
        el("h2", { class: "panel-title", tabindex: "-1", "data-heading": true }, name, " ", el("span", { class: "count", text: String(found.total) })),
        scope ? el("p", { class: "quiet", text: this.t[`scope.${scope}.lead`] }) : null,
        this.filters(state),
        tasks,
      ].filter(Boolean),
      ids: [], title: name, announce: this.fill("panel.list_says", { name, n: found.total }),
    };
  }

  // ---- parts --------------------------------------------------------------------------------------------

  filters(state) {
    const template = document.getElementById("filter-template").content.cloneNode(true);
    for (const select of template.querySelectorAll("select")) {
      if (state.compare && select.name === "plan") { select.closest("label").remove(); continue; } // both plans are the filter
      const chosen = state[select.name]?.split(",") || [];
      const called = (value) => [...select.options].find((option) => option.value === value)?.text || value;
      if (chosen.length > 1) select.append(el("option", { value: state[select.name], text: chosen.map(called).join(this.t["mark.list"]) }));
      select.value = state[select.name] || "";
      select.addEventListener("change", () => this.go({ ...selectionOf(state), [select.name]: select.value }));
    }
    if (state.due) template.querySelector(".filter-row").append(el("span", { class: "due-filter" }, state.due.split(",").map((due) => dueWords(due, this.t)).join(this.t["mark.list"]), " ",
      el("button", { type: "button", class: "linklike", text: this.t["time.clear"], on: { click: () => this.go({ ...selectionOf(state), due: "" }) } })));
    return template;
  }

  tabs(list) {
    const bar = el("div", { class: "tabs", role: "tablist" });
    const body = el("div", { class: "tab-body", role: "tabpanel", id: "tab-body", tabindex: "-1" });
    const open = (index, focus) => {
      [...bar.children].forEach((tab, i) => {
        tab.setAttribute("aria-selected", String(i === index));
        tab.tabIndex = i === index ? 0 : -1;
        if (i === index && focus) tab.focus();
      });
      body.setAttribute("aria-labelledby", `tab-${index}`);
      body.replaceChildren(...list[index][2]());
    };
    list.forEach(([key, count], index) => bar.append(el("button", {
      type: "button", role: "tab", id: `tab-${index}`, "aria-controls": "tab-body",
      text: count === null ? this.t[key] : `${this.t[key]} ${count}`, on: { click: () => open(index) },
    })));
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const now = [...bar.children].indexOf(document.activeElement);
      open((now + step + list.length) % list.length, true);
    });
    open(0);
    return [bar, body];
  }

  pathNav(path) {
    return el("nav", { class: "path", "aria-label": this.t["nav.path"] }, path.flatMap((zone, i) => [i ? " › " : null, this.zoneLink(zone)]));
  }

  zoneLink(zone) {
    return el("a", { href: this.address({ zone: zone.id }), text: this.nameOf(zone), on: { click: (event) => this.follow(event, { zone: zone.id }) } });
  }

  chip(zone) {
    const mark = (this.lang === "en" && zone.chip_en) || zone.chip;
    return mark ? el("span", { class: `chip zone-${zone.palette}`, text: mark, "aria-hidden": "true" }) : null;
  }

  figures(rows) {
    return el("dl", { class: "figures" }, rows.map(([key, value]) => el("div", {}, el("dt", { text: this.t[key] }), el("dd", { text: String(value) }))));
  }

  facts(rows) {
    return el("dl", { class: "facts" }, rows.filter(([, value]) => value).flatMap(([key, value]) => [el("dt", { text: this.t[key] }), el("dd", { text: value })]));
  }

  pageLink(page, file, projects) {
    const address = this.lang === "en" ? `${page}?lang=en` : page;
    return el("p", { class: "panel-foot" }, el("a", { href: address, text: this.t["panel.page"] }),
      file ? " · " : null, file ? el("a", { href: file, text: this.t["panel.export"] }) : null,
      projects ? " · " : null, projects ? el("a", { href: this.lang === "en" ? `${projects}&lang=en` : projects, text: this.t["zone.projects"] }) : null);
  }

  address(selection) {
    const now = readState();
    const kept = Object.fromEntries([...FILTERS, "compare", "compare_due", "swipe", "layers", "lang"].map((key) => [key, now[key]]));
    return addressOf({ ...kept, ...selection });
  }

  /** Follow a link inside the page, unless the reader wants a new tab. */
  follow(event, selection) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.go(selection);
  }
}

/** Rows of one view: the first are made at once, the others after the first paint, some at a time. */
class LaterRows {
  constructor() {
    this.room = FIRST_ROWS;
    this.waiting = []; // [list, function that makes a row]
  }

  fill(list, makers) {
    list.append(...makers.slice(0, this.room).map((make) => make()));
    const rest = makers.slice(this.room);
    this.room = Math.max(0, this.room - makers.length);
    if (rest.length && !this.waiting.length) this.start();
    this.waiting.push(...rest.map((make) => [list, make]));
  }

  async start() {
    await afterPaint();
    const turn = inTurns();
    for (const [list, make] of this.waiting) {
      if (!list.isConnected) continue; // the reader has gone on
      list.append(make());
      await turn();
    }
  }
}
