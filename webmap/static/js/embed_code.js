// "Embed": the lines that put the map, in the state that it is in now, into another page.

import { el } from "./dom.js";
import { addressOf, readState } from "./state.js";

const HEIGHTS = [360, 480, 600, 800]; // px

/** Make every `[data-embed]` button open the dialog; `messages` are the page's words. */
export function startEmbedCode(messages) {
  const buttons = document.querySelectorAll("[data-embed]");
  const dialog = dialogOf(messages);
  for (const button of buttons) button.addEventListener("click", () => dialog.open());
}

/** The embedded map's address for a state of the whole one. */
export function embedAddress(state, origin = location.origin) {
  return `${origin}/embed${addressOf(state).slice(1)}`;
}

/** An <iframe> for an address; both texts are escaped for an attribute. */
export function embedCode(address, title, height) {
  return `<iframe src="${escape(address)}" title="${escape(title)}" width="100%" height="${height}" style="border:0" loading="lazy"></iframe>`;
}

function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

function dialogOf(t) {
  const text = el("textarea", { id: "embed-code", readonly: true, rows: "5", spellcheck: "false" });
  const height = el("select", { name: "height" }, HEIGHTS.map((px) => el("option", { value: String(px), text: `${px} px`, selected: px === 480 })));
  const look = el("a", { target: "_blank", rel: "noopener", text: t["embed.preview"] });
  const said = el("span", { role: "status" });
  const write = () => {
    const address = embedAddress(readState());
    text.value = embedCode(address, document.title, height.value);
    look.href = address;
    said.textContent = "";
  };
  const copy = async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = t["embed.copied"];
    } catch { // no clipboard without a secure page: the text is selected, the reader's own keys copy it
      said.textContent = t["embed.copy_yourself"];
    }
  };
  const close = el("button", { type: "button", class: "button-plain", text: t["embed.close"], on: { click: () => dialog.close() } });
  const dialog = el("dialog", { class: "sheet-dialog", "aria-labelledby": "embed-title" },
    el("h2", { id: "embed-title", text: t["embed.title"] }),
    el("p", { class: "quiet", text: t["embed.lead"] }),
    el("label", { class: "embed-height" }, `${t["embed.height"]} `, height),
    el("label", { for: "embed-code", text: t["embed.code"] }), text,
    el("p", { class: "dialog-row" }, el("button", { type: "button", class: "button", text: t["embed.copy"], on: { click: copy } }), " ", close, " ", look, " ", said));
  height.addEventListener("change", write);
  document.body.append(dialog);
  return { open() { write(); dialog.showModal(); text.select(); } };
}
