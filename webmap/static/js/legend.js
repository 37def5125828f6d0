// Layers and legend are one card: each row is a switch with its sample.

export function startLegend(view, go) {
  const card = document.querySelector(".legend");
  const fold = document.getElementById("legend-fold");
  const narrow = matchMedia("(max-width: 1199px)");

  const setFolded = (folded) => {
    card.classList.toggle("is-folded", folded);
    fold.setAttribute("aria-expanded", String(!folded));
  };
  setFolded(narrow.matches);
  narrow.addEventListener("change", () => setFolded(narrow.matches));
  fold.addEventListener("click", () => setFolded(!card.classList.contains("is-folded")));
  document.getElementById("tool-layers").addEventListener("click", () => {
    setFolded(!card.classList.contains("is-folded"));
    if (!card.classList.contains("is-folded")) fold.focus();
  });

  for (const box of card.querySelectorAll("input[data-layer]")) {
    box.addEventListener("change", () => view.toggle(box.dataset.layer, box.checked));
  }
  for (const link of card.querySelectorAll("a[data-zone]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go({ zone: link.dataset.zone });
      if (narrow.matches) setFolded(true);
    });
  }
  return {
    /** Layers that arrive late take the switch as it stands. */
    apply() {
      for (const box of card.querySelectorAll("input[data-layer]")) if (!box.checked) view.toggle(box.dataset.layer, false);
    },
    setCounts(counts) {
      for (const node of card.querySelectorAll("[data-count]")) {
        const count = counts[node.dataset.count] ?? 0;
        node.textContent = typeof count === "number" ? String(count) : count.counts.join(" | ");
      }
    },
  };
}
