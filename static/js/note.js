// Notes: Ctrl+Enter saves, and what was typed is kept for each conversation until it is saved, wherever one goes
// meanwhile.

import { onKey } from "./keyboard.js";

// Each user's are their own: the next who signs in here sees nothing of them (see draft.js).
const prefix = "note ";
const user = () => document.getElementById("app")?.dataset.user ?? "";
const keyOf = (input) => `${prefix}${user()} ${input.id}`;

const inputs = () => document.querySelectorAll("[data-note-form] textarea");

function keep(input) {
  try {
    if (input.value) sessionStorage.setItem(keyOf(input), input.value);
    else sessionStorage.removeItem(keyOf(input));
  } catch {
    // not kept
  }
}

function restore() {
  for (const input of inputs()) {
    try {
      if (!input.value) input.value = sessionStorage.getItem(keyOf(input)) ?? "";
    } catch {
      // nothing kept
    }
  }
}

export function start() {
  document.addEventListener("input", (event) => {
    if (event.target.closest("[data-note-form]")) keep(event.target);
  });

  onKey((event, key) => {
    if (key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest?.("[data-note-form]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // What is saved is no draft any more. What was typed while it was on its way is.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    const form = ctx?.sourceElement;
    if (!form?.matches?.("[data-note-form]") || !(ctx.response?.status < 400)) return;
    const input = form.elements.text;
    if (input.value !== ctx.request.body?.get?.("text")) return;
    input.value = "";
    keep(input);
  });

  restore();
  document.addEventListener("htmx:after:swap", restore);
}
