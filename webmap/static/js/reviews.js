// What people decided on the links of a task: who, when, why, and whether the text has changed since.

import { el } from "./dom.js";

/** The decision on a link in one line; nothing where nobody decided. `t` are the words of the page. */
export function reviewLine(review, t) {
  if (!review) return null;
  const isEnglish = document.documentElement.lang.startsWith("en");
  const reason = (isEnglish && review.reason_en) || review.reason;
  return el("p", { class: "review" },
    el("b", { text: t[`review.${review.acts_as}`] }), " · ", el("bdi", { text: review.author }), " · ",
    el("time", { datetime: review.date, text: review.date }), " · ",
    el("bdi", { lang: reason === review.reason ? "zh-CN" : "en", text: reason }),
    review.stale ? " · " : null, review.stale ? el("strong", { text: t["review.stale"] }) : null);
}

/** The links that people took away, struck through; `nameOf` gives the name of a link's place. */
export function rejectedLinks(links, nameOf, t) {
  if (!links.length) return [];
  return [el("h3", { class: "plan-head", text: t["task.rejected"] }),
    el("ul", { class: "places rejected" }, links.map((link) => el("li", {},
      el("s", {}, nameOf(link), ` · ${t[`relation.${link.relation}`]}`, ...link.evidence.map(([, , words]) => el("span", { lang: "zh-CN", text: ` 「${words}」` }))),
      reviewLine(link.review, t))))];
}
