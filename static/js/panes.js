// Panes that are sheets on narrow screens (views, contact), the contact's collapse on wide ones, and menus.

import { onKey } from "./keyboard.js";
import { recall, remember } from "./storage.js";

// Up to these widths a pane is a sheet; the same numbers are in narrow.css.
let sheets;
let opener = null; // where the focus goes back to
let root;
const app = () => document.getElementById("app");
const opened = () => app()?.dataset.open;

// tell keeps buttons, and what the sheet covers, in step with what is shown.
function tell() {
  const open = opened();
  for (const name of Object.keys(sheets)) {
    const shown = sheets[name].matches ? open === name : name !== "contact" || root.dataset.contact !== "hidden";
    for (const button of document.querySelectorAll(`[data-pane-toggle="${name}"][aria-controls]`)) {
      button.setAttribute("aria-expanded", String(shown));
    }
  }
  for (const pane of document.querySelectorAll("#app > .pane")) pane.inert = Boolean(open) && pane.id !== open;
}

function openSheet(name, button) {
  opener = button;
  app().dataset.open = name;
  tell();
  document.querySelector(`#${name} [data-pane-toggle]`)?.focus();
}

function closeSheet() {
  if (!opened()) return;
  delete app().dataset.open;
  tell();
  if (opener?.isConnected) opener.focus();
  opener = null;
}

function collapse(hidden) {
  if (hidden) root.dataset.contact = "hidden";
  else delete root.dataset.contact;
  tell();
}

function toggle(name, button) {
  if (opened() === name) return closeSheet();
  if (sheets[name].matches) return openSheet(name, button);
  if (name !== "contact") return;
  const hidden = root.dataset.contact !== "hidden";
  remember("contact", hidden ? "hidden" : "shown");
  collapse(hidden);
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

export function start() {
  sheets = {
    nav: matchMedia("(max-width: 899.98px)"),
    contact: matchMedia("(max-width: 1099.98px)"),
  };
  root = document.documentElement; // keeps the collapse: navigation renews what is below it

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details[data-menu]"));
    if (event.target.closest("[data-pane-close]")) return closeSheet();
    const button = event.target.closest("[data-pane-toggle]");
    if (button) return toggle(button.dataset.paneToggle, button);
    if (event.target.closest("#contact a[href^='#']")) closeSheet(); // the sheet would cover what it leads to
  });

  // What was chosen from a menu closes it.
  document.addEventListener("submit", (event) => {
    const menu = event.target.closest("details[data-menu]");
    if (menu) menu.open = false;
  });

  onKey((event, key) => {
    if (key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    if (!menu && !opened()) return;
    event.preventDefault(); // other scripts take Escape as "back"
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else {
      closeSheet();
    }
  });

  for (const query of Object.values(sheets)) query.addEventListener("change", () => (closeSheet(), tell()));

  collapse(recall("contact") === "hidden");
  document.addEventListener("htmx:after:swap", tell);
}
