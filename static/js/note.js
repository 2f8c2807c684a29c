// Notes: Ctrl+Enter saves, and what was typed is kept for each conversation until it is saved, wherever one goes meanwhile.
(() => {
  "use strict";

  const inputs = () => document.querySelectorAll("[data-note-form] textarea");

  function keep(input) {
    try {
      if (input.value) sessionStorage.setItem(input.id, input.value);
      else sessionStorage.removeItem(input.id);
    } catch {
      // not kept
    }
  }

  function restore() {
    for (const input of inputs()) {
      try {
        if (!input.value) input.value = sessionStorage.getItem(input.id) ?? "";
      } catch {
        // nothing kept
      }
    }
  }

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
})();
