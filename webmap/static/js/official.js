// The official text of a task: title, places, milestones and targets marked, each kind in its own way.

import { el } from "./dom.js";

const KINDS = ["title", "placed", "unplaced", "milestone", "target"];

/** A text cut where marks ([start, end, kind], in characters) begin and end; a piece bears all kinds it lies in. */
export function segmentedText(text, marks) {
  const characters = Array.from(text); // offsets count characters; a JavaScript string counts UTF-16 units
  const cuts = [...new Set([0, characters.length, ...marks.flatMap(([start, end]) => [start, end])])]
    .filter((cut) => cut >= 0 && cut <= characters.length)
    .sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index];
    const piece = characters.slice(start, end).join("");
    const kinds = KINDS.filter((kind) => marks.some((mark) => mark[2] === kind && mark[0] <= start && end <= mark[1]));
    return kinds.length ? el("mark", { class: kinds.join(" "), text: piece }) : piece;
  });
}

function marked(official, t) {
  return [
    el("p", { class: "reading official", lang: "zh-CN" }, ...segmentedText(official.text, official.marks)),
    el("p", { class: "marks-legend official" }, el("span", { text: t["official.marks"] }),
      ...KINDS.flatMap((kind) => [" ", el("mark", { class: kind, text: t[`mark.${kind}`] })])),
    el("p", { class: "row-meta", text: t["official.from"].replace("{name}", () => official.document) }),
    el("p", { class: "row-meta digest", text: `SHA-256 ${official.sha256}` }),
  ];
}

function missing(title, t) {
  return [
    el("p", { class: "quiet", text: t["official.missing"].replace("{title}", () => title) }),
    el("p", {}, el("code", { class: "command", text: "lingang import plan.txt" })),
    el("p", { class: "row-meta", text: t["official.restart"] }),
  ];
}

/** True for a task of an imported plan: the text that it shows is the official one. */
export function hasOwnText(task) {
  return Boolean(task.official) && task.official.text === task.text;
}

/** The text of an imported plan's task, open; of a built-in plan's, folded, or how to add it. */
export function officialText(task, planTitle, t) {
  if (hasOwnText(task)) return marked(task.official, t);
  return [el("details", { class: "official-fold" }, el("summary", { text: t["official.title"] }),
    ...(task.official ? marked(task.official, t) : missing(planTitle, t)))];
}
