// The search box, a combobox (ARIA 1.2): results drop under it in groups as you type and light up on the map.

import { el, markedText } from "./dom.js";
import { getJson } from "./api.js";

const PAUSE_MS = 120; // of no typing before a question is asked
const PER_GROUP = 4;
const MOST_LIGHTS = 80;

export function startSearch(messages, go, preview) {
  return new SearchBox(messages, go, preview);
}

class SearchBox {
  constructor(messages, go, preview) {
    Object.assign(this, { t: messages, go, preview });
    this.box = document.getElementById("search");
    this.list = document.getElementById("search-results");
    this.status = document.getElementById("live");
    this.lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
    this.options = []; // { node, hit } or { node, group }
    this.active = -1;
    this.timer = 0;
    this.asked = null; // AbortController of the newest question: only its answer may open the list
    this.found = null;
    this.box.addEventListener("input", () => this.type());
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.box.addEventListener("blur", () => this.close());
    document.getElementById("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.enter();
    });
  }

  get words() {
    return this.box.value.trim();
  }

  get isOpen() {
    return !this.list.hidden;
  }

  // ---- asking -------------------------------------------------------------------------------------------

  type() {
    this.forget();
    this.unmark();
    if (!this.words) this.close();
    else this.timer = setTimeout(() => this.askAndShow(), PAUSE_MS);
  }

  /** Drop the question under way and the answer at hand. */
  forget() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.asked = null;
    this.found = null;
  }

  /** The answer for the words as they are now; null when they changed meanwhile or the server failed. */
  async ask() {
    this.forget();
    const asked = new AbortController();
    this.asked = asked;
    const query = new URLSearchParams({ q: this.words, limit: PER_GROUP });
    if (this.lang === "en") query.set("lang", "en");
    try {
      const found = await getJson(`/api/search?${query}`, { signal: asked.signal });
      if (asked === this.asked) this.found = found;
    } catch {
      if (asked === this.asked) this.close(); // Enter still lists the tasks, which tells a failure in the panel
    }
    return asked === this.asked ? this.found : null;
  }

  async askAndShow() {
    const found = await this.ask();
    if (found && document.activeElement === this.box) this.show(found);
  }

  // ---- the list -----------------------------------------------------------------------------------------

  show(found) {
    this.unmark();
    this.options = [];
    const note = found.ignored?.length ? `${this.t["search.ignored"]} ${found.ignored.join(this.t["mark.list"])}` : "";
    const ids = [...new Set(found.results.map((hit) => hit.group))];
    this.list.replaceChildren(
      ...(note ? [el("p", { class: "search-note", text: note })] : []),
      ...(found.results.length ? ids.map((id) => this.group(id, found)) : [this.nothing()]));
    this.list.hidden = false;
    this.list.scrollTop = 0;
    this.box.setAttribute("aria-expanded", "true");
    const count = found.total ? this.t["search.status"].replace("{n}", found.total) : `${this.t["search.none"]} ${this.t["search.how"]}`;
    this.said = [count, note].filter(Boolean).join(" · ");
    this.status.textContent = this.said;
    this.light();
  }

  group(id, found) {
    const group = found.groups?.find((one) => one.id === id);
    const hits = found.results.filter((hit) => hit.group === id);
    const nodes = hits.map((hit) => this.option({ hit }, this.hitNodes(hit)));
    if (group && group.count > hits.length) {
      nodes.push(this.option({ group }, [el("span", { class: "hit-more", text: this.t["search.all"].replace("{n}", group.count) })]));
    }
    const heading = `found-${id}`;
    return el("div", { role: "group", "aria-labelledby": heading },
      el("div", { id: heading, class: "hit-group", role: "presentation" }, this.t[`found.${id}`] || "", " ", el("span", { class: "count", text: group ? String(group.count) : "" })),
      nodes);
  }

  option(what, nodes) {
    const index = this.options.length;
    const node = el("div", {
      id: `hit-${index}`, role: "option", class: "hit", "aria-selected": "false",
      on: { mousedown: (event) => event.preventDefault(), click: () => this.choose(what) },
    }, nodes);
    this.options.push({ ...what, node });
    return node;
  }

  /** The name with what matched marked, and under it what else matched, or what tells it from its like. */
  hitNodes(hit) {
    const matches = hit.matches || [];
    const name = (this.lang === "en" && hit.name_en) || hit.name;
    const marks = (text) => matches.filter((match) => match.text === text).map((match) => [match.start, match.end, "hit-mark"]);
    const others = [...new Map(matches.filter((match) => match.text !== name).map((match) => [match.text, match])).values()];
    const foreign = this.lang === "en" && name === hit.name;
    return [
      el("span", { class: "hit-name", lang: foreign ? "zh-CN" : null }, ...markedText(name, marks(name))),
      hit.group === "tasks" || hit.type === "task" ? el("span", { class: "row-meta", text: ` ${hit.id}` }) : null,
      ...others.map((match) => el("span", { class: "hit-other" }, `${this.t[`matched.${match.field}`]} `,
        el("span", { lang: match.by === "english" ? "en" : "zh-CN" }, ...markedText(match.text, marks(match.text))))),
    ];
  }

  nothing() {
    return el("div", { class: "hit-none", role: "option", "aria-selected": "false", "aria-disabled": "true" },
      el("b", { text: this.t["search.none"] }), " ", el("span", { text: this.t["search.how"] }));
  }

  /** `back`: the map goes back to where it stood before. */
  close({ back = true } = {}) {
    this.forget();
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.unmark();
    this.box.setAttribute("aria-expanded", "false");
    if (this.status.textContent === this.said) this.status.textContent = ""; // else the panel has spoken since
    this.preview.end({ back });
  }

  // ---- moving in it -------------------------------------------------------------------------------------

  press(event) {
    if (event.isComposing) return;
    const last = this.options.length - 1;
    const moves = {
      ArrowDown: () => (this.active < last ? this.active + 1 : 0),
      ArrowUp: () => (this.active > 0 ? this.active - 1 : last),
      Home: () => 0,
      End: () => last,
    };
    if (event.key === "Escape") {
      if (this.isOpen) event.preventDefault(); // a first Escape closes, a second empties the box
      this.close();
    } else if (!this.isOpen && event.key.startsWith("Arrow") && this.words) {
      this.askAndShow();
    } else if (this.isOpen && last >= 0 && event.key in moves && (this.active >= 0 || event.key.startsWith("Arrow"))) {
      event.preventDefault();
      this.mark(moves[event.key]());
    }
  }

  unmark() {
    this.options[this.active]?.node.setAttribute("aria-selected", "false");
    this.active = -1;
    this.box.removeAttribute("aria-activedescendant");
  }

  mark(index) {
    this.unmark();
    this.active = index;
    const { node } = this.options[index];
    node.setAttribute("aria-selected", "true");
    node.scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", node.id);
    this.light();
  }

  /** The result looked at lights up on the map, the other results faintly. */
  light() {
    const all = this.options.flatMap(({ hit }) => hit?.places || []);
    this.preview.show(this.options[this.active]?.hit?.places || [], [...new Set(all)].slice(0, MOST_LIGHTS));
  }

  // ---- choosing -----------------------------------------------------------------------------------------

  /** Enter opens the result looked at, else what is called exactly so; else it lists the tasks. */
  async enter() {
    if (this.active >= 0) { this.choose(this.options[this.active]); return; }
    if (!this.words) return;
    const { words } = this;
    const found = this.found || await this.ask();
    if (words !== this.words) return;
    const best = found?.results[0];
    if (best?.exact) this.choose({ hit: best });
    else if (best?.matches?.every((match) => match.by !== "text")) {
      this.show(found); // the tasks hold no such words: the first result is one more Enter away
      this.mark(0);
    } else {
      this.close();
      this.go({ q: words });
    }
  }

  choose({ hit, group }) {
    const { words } = this;
    this.close({ back: false });
    if (group) {
      if (new URL(group.more, location.href).pathname === "/tasks") this.go({ q: words });
      else location.assign(group.more);
      return;
    }
    this.box.value = "";
    const place = this.placeOf(hit);
    if (place) this.go(place);
    else location.assign(hit.url);
  }

  /** The state that shows a hit on the map; null for a project without a place, which has only its page. */
  placeOf(hit) {
    if (hit.type === "project") return hit.places.length ? this.stateOf(hit.places[0]) : null;
    if (hit.type === "plan") return { zone: "", compare: "", plan: hit.id };
    return { [{ zone: "zone", task: "task" }[hit.type] || "feature"]: hit.id };
  }

  stateOf(id) {
    const isZone = this.preview.view.features.get(id)?.properties.kind === "zone";
    return { [isZone ? "zone" : "feature"]: id };
  }
}
