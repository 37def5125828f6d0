// The tool row's "more": a list that opens under its button on a wide screen; on a phone all tools are one row.

export function startMoreTools() {
  const button = document.getElementById("tool-more");
  const list = document.getElementById("more-tools");
  const set = (on) => {
    list.classList.toggle("is-open", on);
    button.setAttribute("aria-expanded", String(on));
  };
  button.addEventListener("click", () => set(button.getAttribute("aria-expanded") !== "true"));
  list.addEventListener("click", () => set(false));
  for (const part of [button, list]) {
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
      event.preventDefault(); // the list is closed by it, and nothing else
      set(false);
      button.focus();
    });
  }
  document.addEventListener("click", (event) => { if (!event.target.closest("#tool-more, #more-tools")) set(false); });
  list.addEventListener("focusout", (event) => { if (event.relatedTarget && !list.contains(event.relatedTarget) && event.relatedTarget !== button) set(false); });
}
