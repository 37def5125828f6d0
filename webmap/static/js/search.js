// The search box: results drop under it as you type; arrows and Enter choose, Escape closes.

import { el } from "./dom.js";
import { getJson } from "./api.js";

const PAUSE_MS = 120;

export function startSearch(messages, go) {
  const box = document.getElementById("search");
  const list = document.getElementById("search-results");
  const form = document.getElementById("search-form");
  let hits = [];
  let active = -1;
  let timer = 0;

  let asked = 0; // only the newest question may open the list

  const close = () => {
    clearTimeout(timer);
    asked += 1;
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (hit) => {
    close();
    box.value = "";
    go({ [hit.type === "zone" ? "zone" : hit.type === "task" ? "task" : "feature"]: hit.id });
  };
  const mark = (index) => {
    active = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
    if (index >= 0) {
      box.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    }
  };
  const show = (question, results) => {
    if (question !== asked || document.activeElement !== box) return;
    hits = results;
    list.replaceChildren(...hits.map((hit, i) => el("li", { id: `hit-${i}`, role: "option", "aria-selected": "false", on: { mousedown: (event) => { event.preventDefault(); choose(hit); } } },
      el("span", { class: "hit-kind", text: messages[`search.${hit.type}`] }), " ", el("span", { text: hit.name }), hit.type === "task" ? el("span", { class: "row-meta", text: ` ${hit.id}` }) : null)));
    if (!hits.length) list.replaceChildren(el("li", { class: "quiet", role: "option", "aria-selected": "false", "aria-disabled": "true", text: messages["search.none"] }));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    mark(-1);
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    const words = box.value.trim();
    if (!words) { close(); return; }
    asked += 1;
    const question = asked;
    timer = setTimeout(() => {
      getJson(`/api/search?q=${encodeURIComponent(words)}`).then((found) => show(question, found.results), () => show(question, []));
    }, PAUSE_MS);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (list.hidden || !hits.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      mark(active < 0 && step < 0 ? hits.length - 1 : (active + step + hits.length) % hits.length);
    }
  });
  box.addEventListener("blur", close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = box.value.trim();
    if (active >= 0 && hits[active]) choose(hits[active]);
    else if (words) { close(); go({ q: words }); }
  });
}
