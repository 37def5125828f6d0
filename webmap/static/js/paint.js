// When has the page been seen, and how is long work done without keeping the reader waiting?

/** After the next frame; at once where the page is not seen and makes none. */
export function afterPaint() {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve, 0)); });
}

/** Lets the browser answer the reader between two pieces of work. */
export function breath() {
  return window.scheduler?.yield ? window.scheduler.yield() : new Promise((resolve) => { setTimeout(resolve, 0); });
}

/** A function to await between pieces of work: it takes a breath where they have taken `longest` ms. */
export function inTurns(longest = 6) {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < longest) return;
    await breath();
    since = performance.now();
  };
}
