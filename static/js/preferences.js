// What the person prefers, as attributes of the root for style sheets and scripts. The server writes them for the
// first paint; #preferences has them as they are now, also when they are changed on another device. Runs before the
// first paint.

import { recall, remember } from "./storage.js";

const names = { auto: "Auto", light: "Light", dark: "Dark" };
const order = Object.keys(names);
const root = document.documentElement;
let kept = Promise.resolve(); // one after the other, so that the last choice wins

const current = () => (root.dataset.theme in names ? root.dataset.theme : "auto");

function label() {
  for (const name of document.querySelectorAll("[data-theme-name]")) name.textContent = names[current()];
}

// take follows what the page says now.
function take() {
  const told = document.getElementById("preferences");
  if (told) {
    Object.assign(root.dataset, told.dataset);
    remember("theme", current());
  }
  label();
}

function choose(theme) {
  root.dataset.theme = theme;
  remember("theme", theme);
  label();
  kept = kept
    .then(() => fetch("/settings/preferences", { method: "POST", body: new URLSearchParams({ theme }) }))
    .catch(() => {});
}

if (root.dataset.theme) remember("theme", current());
else if (recall("theme") in names) root.dataset.theme = recall("theme"); // nobody is signed in: the last one seen here
document.addEventListener("DOMContentLoaded", label);
document.addEventListener("htmx:after:swap", take);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) choose(order[(order.indexOf(current()) + 1) % order.length]);
});
