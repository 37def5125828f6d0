// Files that the server makes on demand: the page says that one is being made, and why one could not be.

import { busyWhile, refusalWords, unreachableWords } from "./busy.js";
import { el } from "./dom.js";

const MADE = /^\/(export\/|print\.|dossiers\/|zones\/[^/]+\/dossier\.)/;
const DOSSIERS = ["pdf", "docx", "xlsx"];

addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (isMade(link.href)) fetchFile(event, link.href, link);
});

addEventListener("submit", (event) => {
  const form = event.target;
  const address = new URL(event.submitter?.getAttribute("formaction") || form.action, location.href);
  if (event.defaultPrevented || form.method !== "get" || !isMade(address.href)) return;
  address.search = new URLSearchParams(new FormData(form, event.submitter));
  fetchFile(event, address.href, event.submitter || form);
});

/** Links to a zone's files: its dossier, for the whole area those of all zones too, and the feed of changes. */
export function zoneFiles(t, lang, zone, isFiltered) {
  const asked = lang === "en" ? "?lang=en" : "";
  const home = `/zones/${encodeURIComponent(zone.id)}`;
  const files = (key, address) => [t[key], t["mark.colon"],
    ...DOSSIERS.flatMap((format, i) => [i ? " · " : null, el("a", { href: `${address(format)}${asked}`, text: t[`dossier.${format}`] })])];
  return el("p", { class: "zone-files" },
    files("dossier.all_formats", (format) => `${home}/dossier.${format}`), " · ",
    el("a", { href: `${home}/changes.atom${asked}`, type: "application/atom+xml", text: t["feed.link"] }),
    isFiltered ? el("span", { class: "accuracy", text: `${t["mark.open"]}${t["dossier.unfiltered"]}${t["mark.close"]}` }) : null,
    zone.parent ? null : [el("br"), ...files("dossier.of_all", (format) => `/dossiers/${format}.zip`)]);
}

function isMade(href) {
  const { origin, pathname } = new URL(href, location.href);
  return origin === location.origin && MADE.test(pathname);
}

async function fetchFile(event, address, asked) {
  event.preventDefault();
  if (asked.getAttribute("aria-busy") === "true") return; // one at a time
  asked.setAttribute("aria-busy", "true");
  document.getElementById("download-failed")?.remove();
  try {
    const { blob, name } = await busyWhile(receive(address), "making");
    save(blob, name);
  } catch (error) {
    tell(error.message);
  } finally {
    asked.removeAttribute("aria-busy");
  }
}

async function receive(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json, */*;q=0.5" } }).catch((error) => { throw new Error(unreachableWords(error.message)); });
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({})); // a proxy may answer with a page
    throw new Error(refusalWords(told, answer));
  }
  return { blob: await answer.blob(), name: nameOf(answer, address) };
}

function nameOf(answer, address) {
  const header = answer.headers.get("Content-Disposition") || "";
  const coded = /filename\*=UTF-8''([^;]+)/i.exec(header);
  if (coded) return decodeURIComponent(coded[1]);
  return /filename="?([^";]+)/.exec(header)?.[1] || new URL(address).pathname.split("/").pop();
}

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser has long begun to write it
}

function tell(words) {
  const box = document.getElementById("busy");
  const notice = el("div", { id: "download-failed", class: "toast failure", role: "alert" }, el("p", { text: [box.dataset.failed, words].join(document.documentElement.lang.startsWith("zh") ? "" : " ") }),
    el("button", { type: "button", class: "linklike", text: box.dataset.close, on: { click: () => notice.remove() } }));
  box.after(notice);
}
