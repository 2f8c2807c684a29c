// The panel of filters: an address says only what was chosen, presets fill in days, and the panel closes once it is
// done.

import { changedField } from "./draft.js";

const panel = (element) => element.closest?.("form[data-filter]");

const close = (form) => (form.closest("details").open = false);

export function start() {
  // What is left empty is not asked for.
  document.addEventListener("formdata", (event) => {
    if (!panel(event.target)) return;
    for (const name of new Set(event.formData.keys())) {
      if (event.formData.getAll(name).every((value) => value === "")) event.formData.delete(name);
    }
  });

  // Before htmx: a preset leads on only where no script runs.
  document.addEventListener(
    "click",
    (event) => {
      const preset = event.target.closest?.("a.preset");
      if (!preset || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      const form = panel(preset);
      form.elements.from.value = preset.dataset.from;
      form.elements.until.value = preset.dataset.until;
    },
    true,
  );
  document.addEventListener("submit", (event) => panel(event.target) && close(panel(event.target)));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("form[data-filter] a:not(.preset)");
    if (link) close(panel(link));
  });

  // Tags and subusers may have come since the page was loaded. Who has ticked something already keeps what they see.
  document.addEventListener(
    "toggle",
    async (event) => {
      const form = event.target.open && event.target.querySelector?.("form[data-filter]");
      if (!form) return;
      const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
      const text = answer?.ok && (await answer.text());
      if (!text || [...form.querySelectorAll("input, select")].some(changedField)) return;
      htmx.swap({
        sourceElement: form,
        target: "#filter-choices",
        select: "#filter-choices",
        swap: "outerMorph",
        text,
        push: "false",
        transition: false,
      });
    },
    true,
  );

  // Navigation leaves fields as somebody left them; a closed panel shows what the list is. Live updates leave it
  // alone.
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx?.target;
    if (target !== "#app" && target?.id !== "app") return;
    for (const form of document.querySelectorAll("details:not([open]) > form[data-filter]")) form.reset();
  });
}
