// The theme: the system's, or the one that was chosen on this machine. Runs before the first paint.
(() => {
  "use strict";

  const names = { auto: "Auto", light: "Light", dark: "Dark" };
  const order = Object.keys(names);
  const root = document.documentElement;

  // Storage can be forbidden; the theme is then the system's until the page is left.
  function stored() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  }

  function store(theme) {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // not kept
    }
  }

  const current = () => root.dataset.theme ?? "auto";

  function apply(theme) {
    if (theme in names && theme !== "auto") root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const label of document.querySelectorAll("[data-theme-name]")) label.textContent = names[current()];
  }

  apply(stored());
  document.addEventListener("DOMContentLoaded", () => apply(current()));
  document.addEventListener("htmx:after:swap", () => apply(current()));
  window.addEventListener("storage", (event) => {
    if (event.key === "theme") apply(event.newValue);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const next = order[(order.indexOf(current()) + 1) % order.length];
    store(next);
    apply(next);
  });
})();
