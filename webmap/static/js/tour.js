// A short way round for who is new: offered once in the overview, never in the way, always behind "?".

import { el } from "./dom.js";

const KEY = "lingang-tour"; // set when the tour was taken or declined
const GAP = 10; // px between the card and what it points at
// What each step points at: the first of these that is to be seen.
const STEPS = [
  ["search", "#search"],
  ["zones", ".legend:not(.is-folded), #tool-layers"],
  ["filter", "#tool-filter, #tool-time"],
  ["table", "#view-table"],
  ["export", "#tool-print, #tool-more"],
];

export function startTour(messages) {
  const tour = new Tour(messages);
  for (const button of document.querySelectorAll("[data-tour]")) {
    button.hidden = false;
    button.addEventListener("click", () => tour.open(button));
  }
  if (isNew()) offer(messages, tour);
}

/** The offer stands in the overview: it covers nothing, takes no focus, and goes when it is answered. */
function offer(t, tour) {
  const overview = document.getElementById("overview");
  const end = () => { remember(); box.remove(); };
  const box = el("section", { class: "tour-offer", "aria-label": t["tour.title"] },
    el("p", { text: t["tour.offer"] }),
    el("p", { class: "dialog-row" },
      el("button", { type: "button", class: "button", text: t["tour.start"], on: { click: () => { end(); tour.open(null); } } }), " ",
      el("button", { type: "button", class: "button-plain", text: t["tour.skip"], on: { click: () => { end(); overview.querySelector("[data-heading]")?.focus(); } } })));
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") box.querySelector("button:last-child").click(); });
  overview.prepend(box);
  tour.onOpen = end;
}

class Tour {
  constructor(messages) {
    this.t = messages;
    this.heading = el("h2", { id: "tour-heading", tabindex: "-1" });
    this.words = el("p");
    this.count = el("span", { class: "tour-count" });
    this.back = el("button", { type: "button", class: "button-plain", text: messages["tour.back"], on: { click: () => this.show(this.at - 1) } });
    this.next = el("button", { type: "button", class: "button", on: { click: () => this.show(this.at + 1) } });
    const skip = el("button", { type: "button", class: "linklike", text: messages["tour.end"], on: { click: () => this.close() } });
    this.card = el("dialog", { class: "tour", "aria-labelledby": "tour-heading" }, this.heading, this.words,
      el("p", { class: "dialog-row" }, this.back, " ", this.next, " ", this.count, " ", skip),
      el("p", { class: "tour-more" }, el("a", { href: document.documentElement.lang === "en" ? "/accessibility?lang=en#keys" : "/accessibility#keys", text: messages["keys.title"] })));
    this.ring = el("div", { class: "tour-ring", hidden: true, "aria-hidden": "true" });
    document.body.append(this.ring, this.card);
    this.card.addEventListener("keydown", ({ key }) => {
      const step = this.at + ({ ArrowRight: 1, ArrowLeft: -1 }[key] ?? 0);
      if (step !== this.at && step >= 0 && step < STEPS.length) this.show(step);
    });
    addEventListener("keydown", (event) => { if (event.key === "Escape" && this.card.open) this.close(); });
    addEventListener("resize", () => { if (this.card.open) this.place(); });
  }

  open(opener) {
    this.onOpen?.();
    this.opener = opener;
    if (!this.card.open) this.card.show(); // not modal: whoever wants to try a control at once can
    this.show(0);
  }

  show(step) {
    if (step >= STEPS.length) { this.close(); return; }
    this.at = step;
    const [name] = STEPS[step];
    this.heading.textContent = this.t[`tour.${name}`];
    this.words.textContent = this.t[`tour.${name}_lead`];
    this.count.textContent = `${step + 1} / ${STEPS.length}`;
    this.back.hidden = step === 0;
    this.next.textContent = this.t[step === STEPS.length - 1 ? "tour.done" : "tour.next"];
    this.place();
    this.heading.focus({ preventScroll: true });
  }

  /** The card goes under what it points at, else above it, else beside it; never off the screen. */
  place() {
    const target = [...document.querySelectorAll(STEPS[this.at][1])].find((node) => node.checkVisibility() && node.getBoundingClientRect().width > 0);
    target?.scrollIntoView({ block: "nearest", inline: "nearest" }); // a phone's tool row is pushed sideways
    const around = target?.getBoundingClientRect();
    this.ring.hidden = !around;
    const { offsetWidth: width, offsetHeight: height } = this.card;
    if (!around) { this.put(innerWidth - width - 16, innerHeight - height - 16); return; }
    Object.assign(this.ring.style, { left: `${around.left - 4}px`, top: `${around.top - 4}px`, width: `${around.width + 8}px`, height: `${around.height + 8}px` });
    if (around.bottom + GAP + height <= innerHeight) this.put(around.left, around.bottom + GAP);
    else if (around.top - GAP - height >= 0) this.put(around.left, around.top - GAP - height);
    else this.put(around.right + GAP, around.top);
  }

  put(left, top) {
    const { offsetWidth: width, offsetHeight: height } = this.card;
    this.card.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    this.card.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
  }

  close() {
    remember();
    this.card.close();
    this.ring.hidden = true;
    const back = [this.opener, document.getElementById("tool-more")].find((node) => this.opener && node?.checkVisibility()) ?? document.querySelector("#panel-body [data-heading]");
    back?.focus({ preventScroll: true });
  }
}

function isNew() {
  try { return localStorage.getItem(KEY) === null; } catch { return false; } // no memory: do not nag
}

function remember() {
  try { localStorage.setItem(KEY, "seen"); } catch { /* the offer is gone for this page at least */ }
}
