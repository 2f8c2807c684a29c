// What was read: the thread up to the last message whose end somebody had in sight. The server is told in batches. What
// was seen once is told once: whoever marks it unread, here or elsewhere, wants it to stay so until something new is seen.
(() => {
  "use strict";

  const settle = 50; // ms after something moved before it counts as seen
  const pause = 300; // ms between two words to the server
  const slack = 4; // px that the end of a message may be out of sight

  let shown = ""; // the conversation, and what was unread when it was opened
  let seen = null; // {conversation, id, at} of the last message that was
  let told = true; // whether the server knows, or need not
  let ended = false; // somebody went to the end, past what is not loaded
  let looking = 0; // timer
  let telling = 0; // timer

  const pane = () => document.getElementById("thread-pane");
  const thread = () => document.getElementById("thread");
  const header = () => document.getElementById("thread-header");
  const unread = () => Number(header()?.dataset.unread ?? 0) > 0;

  const resizer = new ResizeObserver(soon);
  const cover = new MutationObserver(soon); // a sheet over the thread makes it inert

  // follow notices that another thread is shown.
  function follow() {
    const now = thread() ? `${pane().dataset.open} ${pane().dataset.firstUnread}` : "";
    if (now === shown) return;
    tell();
    shown = now;
    seen = null;
    ended = false;
    resizer.disconnect();
    cover.disconnect();
    if (!thread()) return;
    resizer.observe(thread());
    cover.observe(pane(), { attributeFilter: ["inert"] });
  }

  // gap tells whether unread messages before those that are loaded are not: what is in sight says nothing of them.
  function gap() {
    const first = Number(pane().dataset.firstUnread);
    return first > 0 && !ended && document.getElementById(`message-${first}`) === null;
  }

  // last is the last message of the contact whose end is in sight, or above.
  function last() {
    const end = thread().getBoundingClientRect().bottom + slack;
    return [...thread().querySelectorAll(".message.in")].findLast((m) => m.getBoundingClientRect().bottom <= end);
  }

  function look() {
    looking = 0;
    follow();
    if (!thread() || document.hidden || pane().inert || gap()) return;
    const message = last()?.dataset;
    if (!message) return;
    const now = { conversation: pane().dataset.open, id: Number(message.message), at: Number(message.at) };
    if (seen && (now.at < seen.at || (now.at === seen.at && now.id <= seen.id))) return;
    seen = now;
    told = false;
    telling ||= setTimeout(tell, pause);
  }

  function tell() {
    clearTimeout(telling);
    telling = 0;
    if (told) return;
    told = true;
    const { conversation, id } = seen;
    if (pane()?.dataset.open === conversation && !unread()) return;
    const failed = () => (seen?.id === id ? (seen = null) : null); // it is seen again
    fetch(`/conversations/${conversation}/read?message=${id}`, { method: "POST", keepalive: true }).catch(failed);
  }

  function soon() {
    looking ||= setTimeout(look, settle);
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("#newer")) ended = true;
    soon();
  });
  document.addEventListener("scroll", (event) => event.target === thread() && soon(), { capture: true, passive: true });
  document.addEventListener("toggle", soon, true); // a long message was unfolded
  document.addEventListener("visibilitychange", () => (document.hidden ? tell() : soon()));
  for (const name of ["htmx:after:swap", "htmx:ws:after:message:incoming"]) document.addEventListener(name, soon);
  for (const name of ["pageshow", "online"]) addEventListener(name, soon);
  addEventListener("pagehide", tell);
  soon();
})();
