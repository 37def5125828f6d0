// Which layer lies over which and how strong each is: eight groups in the layer card, kept in the address.
//
// `layers=zones.60,-t2` is zones at 60 % and T2 switched off; groups named in another order than usual change
// places among themselves, so a short text says a small change.

import { el } from "./dom.js";

// From the top down, with the z-index a group has in this order; each may lie anywhere among these.
const DEPTHS = { schools: 480, hospitals: 470, sites: 460, stops: 450, lines: 400, belt: 330, zones: 300, towns: 295 };
export const GROUPS = Object.keys(DEPTHS);
const NAMES = {
  schools: "facility.schools", hospitals: "facility.hospitals", sites: "facility.sites", stops: "facility.stops",
  lines: "layers.lines", belt: "layers.belt", zones: "legend.zones", towns: "legend.towns",
};
// Panes of a group; the second holds borders or arrows, which stay where they are unless the group rises over them.
export const PANES = { zones: ["zone-fill", "zone-line"], towns: ["town-fill", "town-line"], belt: ["belt", "belt-line"], lines: ["transit", "line-arrows"] };
const BORDERS = { zones: 360, towns: 359, belt: 361, lines: 425 };
const FAINTEST = 10; // percent: what is fainter is switched off instead
const TOKEN = /^(-?)([a-z][a-z0-9-]*?)(?:\.(\d{1,3}))?$/;

/** Read `layers=`: {order, opacity, off, unknown}. `switches` are the names that can be switched off. */
export function parseLayers(text, switches) {
  const found = { order: [...GROUPS], opacity: {}, off: new Set(), unknown: [] };
  const named = [];
  for (const token of (text || "").split(",").filter(Boolean)) {
    const [, minus, name, percent] = TOKEN.exec(token) || [];
    if (minus && !percent && switches.includes(name)) found.off.add(name);
    else if (!minus && GROUPS.includes(name) && !named.includes(name) && (!percent || inRange(Number(percent)))) {
      named.push(name);
      if (percent && Number(percent) < 100) found.opacity[name] = Number(percent);
    } else found.unknown.push(token);
  }
  const places = GROUPS.filter((name) => named.includes(name)).map((name) => GROUPS.indexOf(name));
  places.forEach((place, i) => { found.order[place] = named[i]; });
  return found;
}

/** Write a state of the layers as short as it can be said; "" for the usual one. */
export function formatLayers({ order, opacity, off }) {
  const usual = order.every((name, i) => name === GROUPS[i]);
  const named = order.filter((name) => !usual || opacity[name]).map((name) => (opacity[name] ? `${name}.${opacity[name]}` : name));
  return [...named, ...[...off].sort().map((name) => `-${name}`)].join(",");
}

/** z-index of every pane for an order of groups from the top down. */
export function depthsOf(order) {
  const slots = Object.values(DEPTHS);
  return Object.fromEntries(order.flatMap((name, i) => {
    const [fill, border] = PANES[name] || [`points-${name}`];
    return [[fill, slots[i]], ...(border ? [[border, slots[i] < BORDERS[name] ? BORDERS[name] : slots[i] + 5]] : [])];
  }));
}

function inRange(percent) {
  return percent >= FAINTEST && percent <= 100;
}

/** The card's part for order and strength, and the switches' state in the address. */
export function startLayers(map, messages, { go, readState, notices, say, toggle }) {
  const boxes = [...document.querySelectorAll(".legend input[data-layer]")];
  const switches = boxes.map((box) => box.dataset.layer);
  const list = el("ol", { class: "layer-order" });
  let state = parseLayers("", switches);

  const save = () => go({ layers: formatLayers(state) }, { quiet: true, replace: true });
  const apply = () => {
    const depths = depthsOf(state.order);
    for (const name of GROUPS) {
      const strength = (state.opacity[name] ?? 100) / 100;
      for (const pane of PANES[name] || [`points-${name}`]) {
        const node = map.getPane(pane) || map.createPane(pane);
        Object.assign(node.style, { zIndex: String(depths[pane]), opacity: strength < 1 ? String(strength) : "" });
      }
      map.getContainer().style.setProperty(`--strength-${name}`, String(strength));
    }
    map.fire("panes");
  };
  const rows = Object.fromEntries(GROUPS.map((name) => [name, row(name, messages, {
    move: (by) => move(name, by),
    fade: (percent) => {
      if (percent < 100) state.opacity[name] = percent;
      else delete state.opacity[name];
      apply();
    },
    save,
  })]));
  const show = () => {
    list.replaceChildren(...state.order.map((name) => rows[name].node));
    state.order.forEach((name, i) => rows[name].set(state.opacity[name] ?? 100, i === 0, i === GROUPS.length - 1));
  };
  const move = (name, by) => {
    const from = state.order.indexOf(name);
    state.order.splice(from, 1);
    state.order.splice(from + by, 0, name);
    apply();
    show();
    rows[name].focus(by);
    say(fill(messages["layers.moved"], { name: messages[NAMES[name]], n: from + by + 1, of: GROUPS.length }));
    save();
  };
  const read = () => {
    state = parseLayers(readState().layers, switches);
    for (const box of boxes) if (box.checked === state.off.has(box.dataset.layer)) { box.checked = !box.checked; toggle(box.dataset.layer, box.checked); }
    apply();
    show();
    if (!state.unknown.length) return;
    notices.show(fill(messages["layers.ignored"], { names: state.unknown.join(messages["mark.list"]) }));
    save();
  };
  const reset = () => { go({ layers: "" }, { quiet: true, replace: true }); read(); };
  for (const box of boxes) box.addEventListener("change", () => {
    if (box.checked) state.off.delete(box.dataset.layer);
    else state.off.add(box.dataset.layer);
    save();
  });
  document.getElementById("legend-body").append(el("details", { class: "layer-tools" },
    el("summary", { text: messages["layers.order"] }),
    el("p", { class: "legend-note", text: messages["layers.lead"] }), list,
    el("button", { type: "button", class: "linklike", text: messages["layers.reset"], on: { click: reset } })));
  read();
  return { read: () => { if (formatLayers(state) !== (readState().layers || "")) read(); } };
}

function row(name, messages, { move, fade, save }) {
  const label = messages[NAMES[name]];
  const slider = el("input", { type: "range", min: String(FAINTEST), max: "100", step: "10", "aria-label": fill(messages["layers.opacity"], { name: label }) });
  slider.addEventListener("input", () => { tell(slider); fade(slider.valueAsNumber); });
  slider.addEventListener("change", save);
  const [up, down] = [["layers.up", "↑", -1], ["layers.down", "↓", 1]].map(([key, sign, by]) =>
    el("button", { type: "button", class: "layer-step", "aria-label": fill(messages[key], { name: label }), text: sign, on: { click: () => move(by) } }));
  const node = el("li", { "data-group": name }, el("span", { class: "layer-name", text: label }), slider, up, down);
  return {
    node,
    set(percent, isFirst, isLast) {
      slider.value = String(percent);
      tell(slider);
      [up.disabled, down.disabled] = [isFirst, isLast];
    },
    /** The button that was pressed keeps the focus; at the end of the list the other one takes it. */
    focus(by) {
      const [pressed, other] = by < 0 ? [up, down] : [down, up];
      (pressed.disabled ? other : pressed).focus();
    },
  };
}

function tell(slider) {
  slider.setAttribute("aria-valuetext", `${slider.value} %`);
}

function fill(words, values) {
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), words);
}
