// When has the page been seen?

/** After the next frame; at once where the page is not seen and makes none. */
export function afterPaint() {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve, 0)); });
}
