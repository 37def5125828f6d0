// On a phone the panel is a sheet with three stops; its grip is a button, dragging is not needed.

const STOPS = ["low", "half", "full"];

export function startSheet(messages) {
  const panel = document.getElementById("panel");
  const grip = document.getElementById("grip");
  const set = (stop) => {
    panel.dataset.stop = stop;
    grip.setAttribute("aria-expanded", String(stop !== "low"));
    grip.setAttribute("aria-label", messages[stop === "full" ? "sheet.less" : "sheet.more"]);
  };
  grip.addEventListener("click", () => set(STOPS[(STOPS.indexOf(panel.dataset.stop) + 1) % STOPS.length]));
  set(panel.dataset.stop || "half");
  return { raise: () => { if (panel.dataset.stop === "low") set("half"); }, lower: () => set("low") };
}
