// What the person prefers, as attributes of the root for style sheets and scripts. The server writes them for the first
// paint; #preferences has them as they are now, also when they are changed on another device. Runs before the first paint.
(() => {
  "use strict";

  const names = { auto: "Auto", light: "Light", dark: "Dark" };
  const order = Object.keys(names);
  const root = document.documentElement;
  let kept = Promise.resolve(); // one after the other, so that the last choice wins

  // Where nobody is signed in the theme is the last one seen on this machine. Storage can be forbidden.
  function remembered() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  }

  function remember(theme) {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // the system's, then
    }
  }

  const current = () => (root.dataset.theme in names ? root.dataset.theme : "auto");

  function label() {
    for (const name of document.querySelectorAll("[data-theme-name]")) name.textContent = names[current()];
  }

  // take follows what the page says now.
  function take() {
    const told = document.getElementById("preferences");
    if (told) {
      Object.assign(root.dataset, told.dataset);
      remember(current());
    }
    label();
  }

  function choose(theme) {
    root.dataset.theme = theme;
    remember(theme);
    label();
    kept = kept.then(() => fetch("/settings/preferences", { method: "POST", body: new URLSearchParams({ theme }) })).catch(() => {});
  }

  if (root.dataset.theme) remember(current());
  else if (remembered() in names) root.dataset.theme = remembered();
  document.addEventListener("DOMContentLoaded", label);
  document.addEventListener("htmx:after:swap", take);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) choose(order[(order.indexOf(current()) + 1) % order.length]);
  });
})();
