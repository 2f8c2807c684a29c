// Where a thread stands: at the first unread message or the bottom when it opens, at the bottom as long as the reader
// is there, else a button counts what arrives below. What is read stays where it is, whatever comes above it; earlier
// messages are fetched when their beginning is near.
(() => {
  "use strict";

  const near = 40; // px from the bottom that still count as being there
  let thread = null; // the element that is followed
  let conversation = ""; // whose messages it holds
  let atBottom = true;
  let waiting = 0;
  let last = null; // the last message that was counted
  let anchor = null; // the first message in view, which stays where it is
  let anchorTop = 0; // px below the top of the thread
  let asked = ""; // from where earlier messages were asked for
  const soon = 600; // px from the top at which they are

  const messages = () => thread.querySelectorAll("[data-message]");
  const button = () => document.getElementById("newer");
  const distance = () => thread.scrollHeight - thread.scrollTop - thread.clientHeight;

  function show() {
    const newer = button();
    if (!newer) return;
    newer.hidden = waiting === 0;
    newer.textContent = `${waiting} new ↓`;
  }

  function toBottom() {
    thread.scrollTop = thread.scrollHeight;
    atBottom = true;
    waiting = 0;
    show();
    remember();
  }

  const below = (element) => element.getBoundingClientRect().top - thread.getBoundingClientRect().top;

  function remember() {
    const top = thread.getBoundingClientRect().top;
    anchor = [...messages()].find((m) => m.getBoundingClientRect().bottom > top) ?? null;
    anchorTop = anchor ? below(anchor) : 0;
  }

  function stay() {
    const kept = anchor?.isConnected ? anchor : anchor && document.getElementById(anchor.id);
    if (kept) thread.scrollTop += below(kept) - anchorTop;
    remember();
  }

  function fetchOlder() {
    const older = document.getElementById("older");
    if (!older || thread.scrollTop > soon || older.dataset.from === asked) return;
    asked = older.dataset.from;
    older.click();
  }

  function onScroll() {
    atBottom = distance() <= near;
    remember();
    fetchOlder();
    if (!atBottom || waiting === 0) return;
    waiting = 0;
    show();
  }

  // Only what comes after the last known message is new: older pages arrive above.
  function added() {
    if (follow()) return;
    const all = [...messages()];
    const known = last?.isConnected ? all.indexOf(last) : all.findIndex((m) => m.id === last?.id);
    const fresh = last ? all.slice(known + 1) : all;
    last = all.at(-1) ?? null;
    if (atBottom) return toBottom();
    stay();
    waiting += known < 0 && fresh.length === all.length ? 0 : fresh.length;
    show();
  }

  // A link to a message wins over the first unread one.
  function place() {
    const linked = document.getElementById("thread-pane").dataset.target || location.hash.slice(1);
    const target = /^(message|note)-/.test(linked) && document.getElementById(linked);
    for (const before of thread.querySelectorAll("[data-linked]")) delete before.dataset.linked;
    if (target) target.dataset.linked = "true";
    const start = target || document.getElementById("new-messages");
    if (!start || !thread.contains(start)) return toBottom();
    const space = target ? thread.clientHeight / 3 : 24;
    thread.scrollTop += start.getBoundingClientRect().top - thread.getBoundingClientRect().top - space;
    atBottom = distance() <= near;
    remember();
  }

  const follower = new MutationObserver(added);
  const resizer = new ResizeObserver(() => (atBottom ? toBottom() : stay()));

  // A swap can bring another thread, also into the same element. Tells whether it did.
  function follow() {
    const current = document.getElementById("thread");
    const pane = document.getElementById("thread-pane");
    const open = pane ? `${pane.dataset.open} ${pane.dataset.target}` : "";
    if (current === thread && open === conversation) return false;
    follower.disconnect();
    resizer.disconnect();
    thread = current;
    conversation = open;
    waiting = 0;
    last = null;
    anchor = null;
    asked = "";
    if (!thread) return true;
    last = [...messages()].at(-1) ?? null;
    place();
    show();
    thread.addEventListener("scroll", onScroll, { passive: true });
    follower.observe(thread, { childList: true, subtree: true });
    resizer.observe(thread);
    return true;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("#newer")) toBottom();
  });

  window.addEventListener("online", () => (asked = ""));

  follow();
  document.addEventListener("htmx:after:swap", follow);
})();
