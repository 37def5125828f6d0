// The table beside the map: the same things row by row, one selection with the map, sorted by the server.

import { el } from "./dom.js";
import { getJson, filterQuery } from "./api.js";
import { addressOf, onState, readState, selectionOf } from "./state.js";

export const LAYERS = {
  tasks: "nav.tasks", zones: "nav.zones", projects: "nav.projects", milestones: "task.milestones", targets: "task.targets",
  sites: "facility.sites", schools: "facility.schools", hospitals: "facility.hospitals", stops: "facility.stops", lines: "task.lines",
};
const SIZES = ["25", "50", "100"];
const VIEW = ["sort", "page", "size"];
const SELECTED = ["task", "zone", "feature"];

export function startTable(messages, go, { map, report, notices, sheet }) {
  const table = new TableView(messages, go, { map, report, notices, sheet });
  table.dropNonsense();
  table.open(readState()); // before the map is first fitted into what is left of the page
  onState((state, cause) => table.show(state, cause));
  return table;
}

class TableView {
  constructor(messages, go, tools) {
    Object.assign(this, tools, { t: messages, go });
    this.stage = document.querySelector(".stage");
    this.switches = ["map", "table"].map((view) => document.getElementById(`view-${view}`));
    this.parts = this.build();
    document.querySelector(".map-area").after(this.parts.area);
    this.ticket = 0;
    this.switches[0].addEventListener("click", () => this.close());
    this.switches[1].addEventListener("click", () => { this.focusNext = true; go({ table: readState().table || "tasks" }, { cause: "filter" }); });
  }

  fill(key, values) {
    return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), this.t[key]);
  }

  /** Another look at the table: what is told of it beside changes of the selection. */
  look(changes) {
    this.go(changes, { cause: "filter" });
  }

  close() {
    this.look({ table: "", view: "", sort: "", page: "", size: "" });
    this.switches[1].focus();
  }

  build() {
    const t = this.t;
    const option = (value, text) => el("option", { value, text });
    const layers = el("select", { on: { change: () => this.look({ table: layers.value, sort: "", page: "" }) } }, Object.entries(LAYERS).map(([id, key]) => option(id, t[key])));
    const sizes = el("select", { on: { change: () => this.look({ size: sizes.value === SIZES[0] ? "" : sizes.value, page: "" }) } }, SIZES.map((size) => option(size, size)));
    const sorts = el("select", { on: { change: () => this.look({ sort: sorts.value, page: "" }) } });
    const only = el("button", { type: "button", class: "table-step table-only-switch", text: t["table.only"], on: { click: () => this.look({ view: readState().view === "table" ? "" : "table" }) } });
    const close = el("button", { type: "button", class: "table-step", text: t["table.close"], on: { click: () => this.close() } });
    const page = el("a", { text: t["table.as_page"] });
    const step = (key, by) => el("button", { type: "button", class: "table-step", text: t[key], on: { click: () => this.turn(by) } });
    const [previous, next] = [step("table.previous", -1), step("table.next", 1)];
    const range = el("p", { role: "status", class: "table-range" });
    const number = el("span");
    const head = el("thead");
    const body = el("tbody", { role: "rowgroup" });
    const grid = el("table", { class: "list-table", role: "table" }, head, body);
    const scroll = el("div", { class: "table-scroll", tabindex: "0", role: "region" }, grid);
    body.addEventListener("click", (event) => this.clicked(event));
    const area = el("section", { class: "table-area", id: "table-area", "aria-label": t["table.title"], hidden: true },
      el("div", { class: "table-head" }, el("h2", { text: t["table.title"] }), el("label", {}, t["table.lists"], " ", layers),
        el("label", { class: "table-sort" }, t["table.sort"], " ", sorts), el("label", {}, t["table.size"], " ", sizes), page,
        el("div", { class: "table-ends" }, only, close)),
      scroll,
      el("div", { class: "table-foot" }, range, el("nav", { class: "table-pages", "aria-label": t["table.pages"] }, previous, number, next)));
    return { area, layers, sizes, sorts, only, page, previous, next, range, number, head, body, grid, scroll };
  }

  /** What the address asks for and no table has is left out, and the reader is told. */
  dropNonsense() {
    const state = readState();
    const drop = (key) => {
      this.notices.show(this.fill("table.ignored", { name: key, value: state[key] }));
      this.go({ [key]: "" }, { quiet: true, replace: true });
    };
    if (state.table && !(state.table in LAYERS)) drop("table");
    if (state.page && !/^[1-9]\d{0,7}$/.test(state.page)) drop("page");
    if (state.size && !SIZES.includes(state.size)) drop("size");
  }

  async show(state, cause) {
    this.open(state);
    if (!state.table) return;
    const filter = filterQuery(state);
    if (this.filter !== undefined && this.filter !== filter && state.page) {
      this.go({ page: "" }, { quiet: true, replace: true }); // another filter begins at its first page
      delete state.page;
    }
    this.filter = filter;
    const query = new URLSearchParams(filter);
    for (const key of VIEW) if (state[key]) query.set(key, state[key]);
    if (state.lang) query.set("lang", state.lang);
    const selected = SELECTED.map((key) => state[key]).find(Boolean);
    const moved = selected && selected !== this.selected && !this.own;
    this.own = false;
    this.selected = selected;
    const asked = `/api/table/${state.table}?${query}`;
    if (asked === this.shown && (!moved || this.rowsOf(selected).length)) return this.mark(cause);
    if (moved && !(cause === "load" && state.page)) query.set("holding", selected);
    await this.fetch(state, query, cause);
  }

  async fetch(state, query, cause) {
    const ticket = ++this.ticket;
    this.parts.area.setAttribute("aria-busy", "true");
    try {
      const found = await getJson(`/api/table/${state.table}?${query}`, { keep: true });
      if (ticket !== this.ticket) return;
      query.delete("holding");
      if (found.page > 1) query.set("page", found.page);
      else query.delete("page");
      if (String(found.page) !== (state.page || "1")) this.go({ page: found.page > 1 ? String(found.page) : "" }, { quiet: true, replace: true });
      this.shown = `/api/table/${state.table}?${query}`;
      this.draw(found, state, query);
      this.mark(cause);
    } catch (error) {
      if (ticket === this.ticket) this.failed(error, state, cause);
    } finally {
      if (ticket === this.ticket) this.parts.area.removeAttribute("aria-busy");
    }
  }

  /** An order that the table does not have is left out; anything else is a failure. */
  failed(error, state, cause) {
    this.shown = null;
    if (error.status !== 400 || !state.sort || error.field !== "sort") return this.report(error);
    this.notices.show(this.fill("table.ignored", { name: "sort", value: state.sort }));
    this.go({ sort: "", page: "" }, { quiet: true, replace: true });
    return this.show(readState(), cause);
  }

  /** Show or hide the table, and give the map what is left. */
  open(state) {
    const on = Boolean(state.table);
    const only = on && state.view === "table";
    const changed = this.parts.area.hidden === on || this.stage.classList.contains("table-only") !== only;
    this.parts.area.hidden = !on;
    this.stage.classList.toggle("has-table", on);
    this.stage.classList.toggle("table-only", only);
    this.parts.only.setAttribute("aria-pressed", String(only));
    this.switches.forEach((button, i) => button.setAttribute("aria-pressed", String(on === Boolean(i))));
    if (!changed) return;
    this.map.invalidateSize({ animate: false });
    if (on) this.sheet.lower();
    if (this.focusNext) this.parts.layers.focus();
    this.focusNext = false;
  }

  turn(by) {
    const page = this.found.page + by;
    if (page < 1 || page > this.found.pages) return;
    this.look({ page: page > 1 ? String(page) : "" });
    this.parts.scroll.scrollTop = 0;
  }

  draw(found, state, query) {
    const parts = this.parts;
    const heads = `${found.table} ${found.sort}`;
    if (this.heads !== heads) this.drawHead(found);
    this.heads = heads;
    this.found = found;
    parts.layers.value = found.table;
    parts.sizes.value = String(found.size);
    parts.sorts.value = found.sort;
    parts.scroll.setAttribute("aria-label", found.title);
    parts.page.href = `/table/${found.table}${query.toString() ? `?${query}` : ""}`;
    parts.body.replaceChildren(...found.rows.map((row) => this.row(row, found)));
    parts.range.textContent = found.total ? this.fill("table.range", found) : this.t["table.none"];
    parts.number.textContent = this.fill("table.page_of", found);
    parts.previous.setAttribute("aria-disabled", String(found.page <= 1));
    parts.next.setAttribute("aria-disabled", String(found.page >= found.pages));
  }

  /** The heads keep their elements while only the order changes, so the focus stays on the one pressed. */
  drawHead(found) {
    const [key, down] = [found.sort.replace(/^-/, ""), found.sort.startsWith("-")];
    const columns = found.columns.map((column) => column.key).join();
    if (this.columns !== columns) {
      this.columns = columns;
      const head = (column) => el("th", { scope: "col", role: "columnheader", class: classOf(column), "data-key": column.key },
        el("button", { type: "button", class: "sort-by", on: { click: () => this.sortBy(column.key) } }, column.title, " ", el("span", { "aria-hidden": "true" })));
      this.parts.head.replaceChildren(el("tr", { role: "row" }, found.columns.map(head)));
      this.parts.head.setAttribute("role", "rowgroup");
      const orders = found.columns.flatMap((column) => [[column.key, `${column.title} ▲`], [`-${column.key}`, `${column.title} ▼`]]);
      this.parts.sorts.replaceChildren(...[["", this.t["table.as_it_comes"]], ...orders].map(([value, text]) => el("option", { value, text })));
    }
    for (const head of this.parts.head.querySelectorAll("th")) {
      const now = head.dataset.key === key;
      head.querySelector("span").textContent = now ? (down ? "▼" : "▲") : "";
      if (now) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  /** Up, then down, then as it comes. */
  sortBy(key) {
    const now = readState().sort || "";
    this.look({ sort: now === key ? `-${key}` : now === `-${key}` ? "" : key, page: "" });
  }

  row(row, found) {
    const [first, ...rest] = row.cells;
    const lang = (column) => (column.chinese ? "zh-CN" : null);
    const link = el("a", { href: addressOf({ ...withoutSelection(readState()), ...row.select }), lang: lang(found.columns[0]), text: first });
    const name = el("th", { scope: "row", role: "rowheader" }, link,
      row.placed ? null : " ", row.placed ? null : el("span", { class: "not-placed", text: this.t["table.unplaced"] }),
      found.table === "projects" ? [" · ", el("a", { href: row.page, class: "own-page", "aria-label": `${first}${this.t["mark.colon"]}${this.t["table.own_page"]}`, text: this.t["table.own_page"] })] : null);
    const cells = rest.map((text, i) => {
      const column = found.columns[i + 1];
      return el("td", { role: "cell", class: classOf(column), lang: lang(column), "data-label": column.title, text });
    });
    const line = el("tr", { role: "row", "data-id": row.id }, name, cells);
    line.select = row.select;
    return line;
  }

  clicked(event) {
    const line = event.target.closest("tr");
    if (!line || event.target.closest(".own-page") || getSelection().toString()) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.own = true;
    this.go(line.select);
    this.sheet.raise(); // also for a task that stands nowhere on the map
  }

  rowsOf(selected) {
    return [...this.parts.body.children].filter((line) => Object.values(line.select).includes(selected));
  }

  /** Mark the rows of what is selected, and bring the first into view. */
  mark(cause) {
    for (const line of this.parts.body.querySelectorAll("[aria-current]")) line.removeAttribute("aria-current");
    const rows = this.selected ? this.rowsOf(this.selected) : [];
    for (const line of rows) line.setAttribute("aria-current", "true");
    if (rows.length && !rows.some((line) => line.contains(document.activeElement)) && cause !== "filter") rows[0].scrollIntoView({ block: "nearest" });
  }
}

function classOf(column) {
  return column.number ? "num" : { plan: "is-wide", due: "is-short", task: "is-short" }[column.key] || null;
}

function withoutSelection(state) {
  return Object.fromEntries(Object.entries(state).filter(([key]) => key !== "at" && !(key in selectionOf(state))));
}
