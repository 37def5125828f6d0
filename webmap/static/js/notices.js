// Words above the panel's content about what the address asked for and could not have.

import { el } from "./dom.js";

const LONG = /[!-~]{80,}/g; // what an address holds may be of any length
const SHOWN = 60;

/** Notices stay until the reader dismisses them. */
export function startNotices(messages) {
  const box = el("div", { class: "notices" });
  document.getElementById("panel-body").before(box);
  return {
    show(words) {
      const notice = el("p", { class: "notice", role: "alert" }, el("span", { text: words.replace(LONG, (run) => `${run.slice(0, SHOWN)}…`) }), " ",
        el("button", { type: "button", class: "linklike", text: messages["notice.close"], on: { click: () => notice.remove() } }));
      box.append(notice);
    },
  };
}
