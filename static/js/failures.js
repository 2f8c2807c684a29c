// In the Failed view the buttons say how many failures are ticked, and what the reader dismisses leaves at once.

import { expectRows } from "./hold-list.js";

function count() {
  const n = document.querySelectorAll(".open-failure input:checked").length;
  for (const button of document.querySelectorAll("[data-for-selected]")) {
    const words = `${button.dataset.forSelected} ${n === 0 ? "selected" : n}`;
    if (button.textContent !== words) button.textContent = words;
    button.disabled = n === 0;
  }
}

const groups = new Map(); // a failure's id → the id of the group it stood in

function expect(ctx) {
  if (!/^\/failures\/(dismiss|restore)/.test(ctx.request.action)) return;
  const named = ctx.request.body.getAll(ctx.request.body.has("all") ? "shown" : "message");
  for (const id of named) {
    const group = document.querySelector(`[data-failure="${CSS.escape(id)}"]`)?.closest(".failure-group");
    if (group) groups.set(id, group.id);
  }
  const ids = [...new Set(named.map((id) => groups.get(id)).filter(Boolean))];
  expectRows(ids, true);
}

export function start() {
  document.addEventListener("htmx:before:request", (event) => expect(event.detail.ctx));

  // What is tried again leaves when it has gone out, later: ticks would hold the list still until then.
  document.addEventListener("htmx:finally:request", (event) => {
    const { request, response } = event.detail.ctx;
    if (!request?.action.startsWith("/failures/retry") || !(response?.status < 400)) return;
    for (const box of document.querySelectorAll(".open-failure input:checked")) box.checked = false;
    document.getElementById("conversations")?.dispatchEvent(new Event("change", { bubbles: true }));
  });

  count();
  document.addEventListener("change", count);
  document.addEventListener("htmx:after:swap", count);
  document.addEventListener("htmx:ws:after:message:incoming", count);
}
