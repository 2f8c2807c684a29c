// After an upgrade of the server the page says so, and is loaded anew at a quiet moment: when nobody sees it, or
// nobody has touched it for a while, and nothing is selected or open. Following a link is one too.

import { keepDrafts } from "./draft.js";

const idle = 30_000; // ms without a touch
const hiddenFor = 2000; // ms out of sight
const spread = 3000; // ms within which pages ask after a restart, not all at once
let holder;
let own;
let outdated = false;
let asking = false;
let wasCut = false;
let touched;
let hidden;

// other asks which version runs; false where nobody answers, or it is the page's own.
async function other() {
  try {
    const answer = await fetch("/session", { cache: "no-store" });
    const running = answer.ok && answer.headers.get("Tagline-Version");
    return Boolean(running) && running !== own;
  } catch {
    return false;
  }
}

async function look() {
  if (outdated || !(await other())) return;
  outdated = true;
  holder.firstElementChild.hidden = false;
  setInterval(attempt, 1000);
}

// busy is when loading would take something away from somebody, also if they do not look.
const busy = () =>
  document.querySelector("details[data-menu][open], dialog[open], #conversations input:checked, .htmx-request") !==
  null;

function quiet() {
  const now = performance.now();
  if (busy()) return false;
  if (document.hidden) return now - hidden > hiddenFor;
  return now - touched > idle && document.getSelection().isCollapsed;
}

async function attempt() {
  if (asking || !quiet()) return;
  asking = true;
  if ((await other()) && quiet()) load();
  asking = false;
}

function load() {
  if (keepDrafts()) location.reload();
}

export function start() {
  holder = document.getElementById("upgrade");
  if (!holder) return;
  own = holder.dataset.version;
  touched = performance.now();
  hidden = performance.now();

  document.addEventListener("htmx:ws:close", () => (wasCut = true));
  document.addEventListener("htmx:ws:after:connection", () => {
    if (wasCut) setTimeout(look, Math.random() * spread);
    wasCut = false;
  });
  window.addEventListener("pageshow", (event) => event.persisted && look());

  for (const name of ["pointermove", "pointerdown", "keydown", "input", "wheel", "touchmove", "focus"]) {
    document.addEventListener(name, () => (touched = performance.now()), { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    hidden = touched = performance.now();
  });

  document.addEventListener(
    "click",
    (event) => {
      if (event.target.closest("[data-upgrade-now]")) return load();
      const link = event.target.closest?.("a[href]");
      if (
        !outdated ||
        !link ||
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.shiftKey ||
        event.altKey
      )
        return;
      if (link.origin !== location.origin || link.hasAttribute("hx-get") || link.getAttribute("href").startsWith("#"))
        return;
      event.stopPropagation(); // the browser follows it itself, to a page of the new version
    },
    true,
  );
}
