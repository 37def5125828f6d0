// Words above the panel's content about what the address asked for and could not have.

import { el } from "./dom.js";

/** Notices stay until the reader dismisses them. */
export function startNotices(messages) {
  const box = el("div", { class: "notices" });
  document.getElementById("panel-body").before(box);
  return {
    show(words) {
      const notice = el("p", { class: "notice", role: "alert" }, el("span", { text: words }), " ",
        el("button", { type: "button", class: "linklike", text: messages["notice.close"], on: { click: () => notice.remove() } }));
      box.append(notice);
    },
  };
}
