// The theme that the reader chose, set before the first paint; without a choice the system decides.
(function () {
  const KEY = "lingang-theme";
  const root = document.documentElement;
  const read = () => {
    try { return localStorage.getItem(KEY); } catch (error) { return null; } // storage may be blocked
  };
  const chosen = read();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("switch-theme");
    if (!button) return;
    const isDark = () => (root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches);
    button.hidden = false;
    button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      button.setAttribute("aria-pressed", String(isDark()));
      try { localStorage.setItem(KEY, root.dataset.theme); } catch (error) { /* the choice lasts for this page */ }
    });
  });
}());
