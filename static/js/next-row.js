// Done leads to the next conversation of the list, on a phone back to the list; Mark unread always to the list. Both
// only once the server has said yes.

import { expectRows } from "./hold-list.js";

let narrow;
const leaving = new WeakMap(); // request → id of the link to follow, "" for the list

// next is the row below the open conversation, else the one above it. It is chosen before the row leaves the list.
function next() {
  const rows = [...document.querySelectorAll("#conversations [data-conversation]")];
  const open = document.getElementById("thread-header")?.dataset.conversationId;
  const at = rows.findIndex((row) => row.dataset.conversation === open);
  if (at < 0 || narrow.matches) return "";
  return (rows[at + 1] ?? rows[at - 1])?.id ?? "";
}

export function start() {
  narrow = matchMedia("(max-width: 759.98px)"); // one pane at a time; the same width is in narrow.css

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement.matches?.(".leave-next")) {
      leaving.set(ctx, next());
      expectRows([`row-${document.getElementById("thread-header")?.dataset.conversationId}`], true);
    }
    if (ctx.sourceElement.matches?.(".leave-list")) leaving.set(ctx, "");
  });

  document.addEventListener("htmx:finally:request", (event) => {
    const { ctx } = event.detail;
    if (!leaving.has(ctx) || !(ctx.response?.status < 400)) return;
    (document.getElementById(leaving.get(ctx)) ?? document.querySelector(".thread-back"))?.click();
  });
}
