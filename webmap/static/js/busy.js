// Whatever takes longer than a second says so: a thin line at the top of the page, and words.

const PATIENCE_MS = 1000;
const pending = new Set();

/** Follow a promise and hand it back; `kind` is "loading", or "making" for a file being made. */
export function busyWhile(promise, kind = "loading") {
  const one = { kind, slow: false };
  pending.add(one);
  const timer = setTimeout(() => { one.slow = true; show(); }, PATIENCE_MS);
  const end = () => { clearTimeout(timer); pending.delete(one); if (one.slow) show(); };
  promise.then(end, end);
  return promise;
}

/** The reader's words for a server that does not answer, where the page has them. */
export function unreachableWords(otherwise) {
  return document.getElementById("busy")?.dataset.offline || otherwise;
}

/** What a server says of an answer that is an error, in the page's language where it has the words. */
export function refusalWords(told, answer) {
  const chinese = document.documentElement.lang.startsWith("zh");
  return (chinese && told.error_zh) || told.error || `${answer.status} ${answer.statusText}`;
}

function show() {
  const box = document.getElementById("busy");
  if (!box) return;
  const slow = [...pending].filter((one) => one.slow);
  const words = slow.length ? box.dataset[slow.some((one) => one.kind === "making") ? "making" : "loading"] : "";
  // A page that already has a live region speaks through it alone; two would talk over each other.
  const live = document.getElementById("live");
  if (!live) box.setAttribute("role", "status");
  box.hidden = !words;
  box.querySelector("span").textContent = words;
  if (live && (words || Object.values(box.dataset).includes(live.textContent))) live.textContent = words;
}
