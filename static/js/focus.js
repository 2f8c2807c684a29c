// Where the focus is after navigation, which replaces what is in #app: who goes by keyboard finds it on the
// conversation that was opened and afterwards on its row again; where what had the focus is gone it is in the field
// that a form begins with, or on the heading.

const opened = () => document.getElementById("thread-pane")?.dataset.open ?? "";
const address = () => location.pathname + location.search;

let keyboard = false; // what was used last
let thread;

function focus(element) {
  if (!element?.checkVisibility()) return false;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  return true;
}

const byID = (id) => focus(document.getElementById(id));
const lost = () =>
  !document.activeElement || document.activeElement === document.body || !document.activeElement.checkVisibility();

function arrive() {
  const before = thread;
  thread = opened();
  if (keyboard && thread && thread !== before) return byID("thread-title");
  if (keyboard && before && !thread && byID(`conversation-${before}`)) return;
  if (lost()) focus(document.querySelector("#app [autofocus]") ?? document.querySelector("#app h1"));
}

export function start() {
  let shown = address();
  thread = opened();

  document.addEventListener("keydown", () => (keyboard = true), true);
  document.addEventListener("pointerdown", () => (keyboard = false), true);
  document.addEventListener("htmx:finally:swap", () => {
    if (address() === shown) return;
    shown = address();
    arrive();
  });
}
