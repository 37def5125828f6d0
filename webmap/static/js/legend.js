// Layers and legend are one card: each row is a switch with its sample, and says when the map does not show it.

import { el } from "./dom.js";
import { breath } from "./paint.js";
import { pointList } from "./points.js";
import { onState } from "./state.js";

const LISTED = 60; // places in view that are listed at once

/** On a low screen the card folds while a table lies under the map, and comes back when the table goes. */
function makeRoom(card, narrow, setFolded) {
  const low = matchMedia("(max-height: 859px)");
  let docked = false;
  let folded = false; // by us: what the reader folds stays folded
  onState((state) => {
    const now = Boolean(state.table) && state.view !== "table" && low.matches && !narrow.matches;
    if (now === docked) return;
    docked = now;
    if (docked) folded = !card.classList.contains("is-folded");
    if (folded) setFolded(docked);
  });
}

export function startLegend(view, go, messages) {
  const card = document.querySelector(".legend");
  const fold = document.getElementById("legend-fold");
  const narrow = matchMedia("(max-width: 1199px)");

  const setFolded = (folded) => {
    card.classList.toggle("is-folded", folded);
    fold.setAttribute("aria-expanded", String(!folded));
  };
  setFolded(narrow.matches);
  narrow.addEventListener("change", () => setFolded(narrow.matches));
  fold.addEventListener("click", () => setFolded(!card.classList.contains("is-folded")));
  document.getElementById("tool-layers").addEventListener("click", () => {
    setFolded(!card.classList.contains("is-folded"));
    if (!card.classList.contains("is-folded")) fold.focus();
  });

  makeRoom(card, narrow, setFolded);

  const boxes = [...card.querySelectorAll("input[data-layer]")];
  const links = [...card.querySelectorAll("a[data-zone]")];
  const inView = listInView(view, go, messages);
  const follow = () => {
    for (const box of boxes) tellRow(box, view, messages);
    for (const link of links) tellZone(link, view, boxes, messages);
    showKeys(card, boxes, view);
    inView.show();
  };
  for (const box of boxes) {
    box.addEventListener("change", () => {
      view.toggle(box.dataset.layer, box.checked);
      follow();
    });
  }
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go({ zone: link.dataset.zone });
      if (narrow.matches) setFolded(true);
    });
  }
  view.map.on("moveend", () => breath().then(follow));
  return {
    /** Layers that arrive late take the switch as it stands. */
    apply() {
      for (const box of boxes) if (!box.checked) view.toggle(box.dataset.layer, false);
      follow();
    },
    setCounts(counts) {
      for (const node of card.querySelectorAll("[data-count]")) {
        const count = counts[node.dataset.count] ?? 0;
        node.textContent = typeof count === "number" ? String(count) : count.counts.join(" | ");
      }
    },
  };
}

/** A row whose layer the map does not show now is dimmed and says why; points say how many are in view. */
function tellRow(box, view, messages) {
  const row = box.closest("li, .legend-head");
  let note = row.querySelector(".row-note");
  if (!note) {
    note = el("span", { class: "row-note" });
    box.closest("label").append(note);
  }
  const { n, waits } = view.presenceOf(box.dataset.layer);
  const why = waits && n ? messages["legend.zoom_in"] : n ? "" : messages["legend.outside"];
  row.classList.toggle("is-absent", Boolean(why));
  note.textContent = why || (view.points.has(box.dataset.layer) ? messages["legend.in_view"].replace("{n}", n) : "");
}

/** A zone that the map does not show now is dimmed; one out of view says so. */
function tellZone(link, view, boxes, messages) {
  const note = link.querySelector(".row-note") || link.appendChild(el("span", { class: "row-note" }));
  const isThere = view.showsZone(link.dataset.zone);
  const isOn = boxes.find((box) => box.dataset.layer === "zones").checked;
  link.closest("li").classList.toggle("is-absent", !isThere || !isOn);
  note.textContent = isThere ? "" : messages["legend.outside"];
}

/** The keys to borders, lines and points list only what is drawn in view. */
function showKeys(card, boxes, view) {
  const off = new Set(boxes.filter((box) => !box.checked).map((box) => box.dataset.layer));
  const styles = view.stylesInView(off);
  for (const list of card.querySelectorAll("[data-key]")) {
    let some = false;
    for (const row of list.querySelectorAll("[data-style]")) {
      row.hidden = !styles.has(row.dataset.style);
      some ||= !row.hidden;
    }
    list.hidden = !some;
  }
}

/** Every point in view as a link: what the keyboard has in place of the marks on the map. */
function listInView(view, go, messages) {
  const count = el("span", { class: "count" });
  const body = el("div", {});
  const box = el("details", { class: "layer-tools in-view" }, el("summary", {}, messages["legend.list"], " ", count), body);
  document.getElementById("legend-body").append(box);
  const show = () => {
    const points = view.points.inView();
    count.textContent = String(points.length);
    if (!box.open) return body.replaceChildren(); // what is not shown is not in the page either
    const shown = points.slice(0, LISTED);
    body.replaceChildren(pointList(shown, { nameOf: (p) => view.nameOf(p), select: (id) => go({ feature: id }) }),
      ...(points.length > LISTED ? [el("p", { class: "legend-note", text: messages["legend.more"].replace("{n}", points.length - LISTED) })] : []));
  };
  box.addEventListener("toggle", show);
  return { show };
}
