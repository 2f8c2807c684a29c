// Keeps the conversations still while somebody points at them, touches them, has the focus in them or selects: rows
// are brought up to date where they stand, what would move waits, and a pill counts it. Rows that the reader changed
// themselves don't wait. At the end the list is what a fresh page would show.

import { place } from "./row-swap.js";

const quiet = 250; // ms without pointing or scrolling before what waits is applied
const fade = 200; // ms; as long as in select.css
let reduced;
const waiting = new Map(); // a row's id → the row as it is to be, also one that is gone
const above = new Set(); // ids of rows that came in above what is in sight
const expected = new Set(); // ids of rows that the reader changed
let pointing = false;
let touching = false;
let scrolled = 0; // when, ms
let timer = 0;

const list = () => document.getElementById("conversations");
const scroller = () => list().closest(".list-scroll");
const rowOf = (id) => document.getElementById(id);
const gone = (row) => row.hasAttribute("data-gone");
const isRow = (element) => element?.hasAttribute("data-sort");

// expectRows notes that the reader changes these rows, so that they may move at once, or that they do not after all.
export function expectRows(ids, now) {
  for (const id of ids) now ? expected.add(id) : expected.delete(id);
}

function held() {
  const focus = document.activeElement;
  return (
    pointing ||
    touching ||
    (list().contains(focus) && focus.matches(":focus-visible")) ||
    list().querySelector("input:checked") !== null
  );
}

// stays tells whether the row may have the new place without moving.
function stays(old, row) {
  const { previousElementSibling: before, nextElementSibling: after } = old;
  const sort = row.dataset.sort;
  if (isRow(before) && before.dataset.sort < sort) return false;
  if (isRow(after)) return after.dataset.sort < sort;
  return sort >= old.dataset.sort || !document.querySelector("#more > a");
}

// belongs tells whether a row that is not there falls among those that are loaded.
function belongs(row) {
  return (
    !document.querySelector("#more > a") || [...list().children].some((other) => other.dataset.sort < row.dataset.sort)
  );
}

// show brings a row up to date where it stands. Only what differs is replaced: somebody may be pressing it.
// A row of the Failed view is replaced whole, with the failures below it.
function show(old, row) {
  if (old.matches(".failure-group")) {
    const now = row.cloneNode(true);
    now.dataset.sort = old.dataset.sort;
    return place(list(), now);
  }
  const from = old.querySelector("a.row");
  const to = row.querySelector("a.row");
  old.classList.remove("fading", "leaving");
  from.removeAttribute("aria-disabled");
  from.toggleAttribute("aria-current", to.hasAttribute("aria-current"));
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  const parts = [...to.children].map((part) => part.cloneNode(true));
  if (parts.length !== from.children.length) return from.replaceChildren(...parts);
  parts.forEach((part, i) => from.children[i].isEqualNode(part) || from.children[i].replaceWith(part));
}

function dim(row) {
  row.classList.add("fading");
  row.querySelector("a.row").setAttribute("aria-disabled", "true");
}

// take decides what becomes of a row that arrived.
function take(row) {
  const old = rowOf(row.id);
  const own = expected.delete(row.id) || row.dataset.gone === "deleted"; // behind which there is nothing any more
  waiting.delete(row.id);
  above.delete(row.id);
  if (gone(row)) {
    if (old && held() && !own) {
      dim(old);
      waiting.set(row.id, row);
    } else if (old) leave(old, own);
  } else if (old && stays(old, row)) {
    show(old, row);
    rowOf(row.id).dataset.sort = row.dataset.sort;
  } else if (own || !held() || !list().querySelector("[data-sort]")) {
    apply([row]);
  } else {
    if (old) show(old, row);
    waiting.set(row.id, row);
  }
  tell();
  later();
}

// steady makes a change while what is in sight keeps its place.
function steady(moving, change) {
  const box = scroller();
  const top = box.getBoundingClientRect().top;
  const anchor =
    box.scrollTop > 0 &&
    [...list().children].find((row) => !moving.has(row.id) && row.getBoundingClientRect().bottom > top);
  const before = anchor && anchor.getBoundingClientRect().top;
  change();
  if (anchor) box.scrollTop += anchor.getBoundingClientRect().top - before;
}

function apply(rows) {
  const came = rows.filter((row) => !gone(row));
  steady(new Set(rows.map((row) => row.id)), () => came.forEach((row) => place(list(), row)));
  const top = scroller().getBoundingClientRect().top;
  for (const row of came)
    if (row.isConnected && row.getBoundingClientRect().bottom <= top && scroller().scrollTop > 0) above.add(row.id);
  for (const row of rows.filter(gone)) if (rowOf(row.id)) leave(rowOf(row.id), false);
}

// leave fades a row out. One that the list must keep after all stays dimmed.
function leave(row, own) {
  const box = scroller().getBoundingClientRect();
  const at = row.getBoundingClientRect();
  if (reduced.matches || at.bottom <= box.top || at.top >= box.bottom) return remove(row);
  row.classList.add("leaving");
  setTimeout(() => {
    if (!row.isConnected || !row.classList.contains("leaving")) return;
    if (own || !held()) return remove(row);
    row.classList.remove("leaving");
    dim(row);
    waiting.set(row.id, Object.assign(document.createElement("div"), { id: row.id }));
    waiting.get(row.id).toggleAttribute("data-gone", true);
  }, fade);
}

function remove(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const focused = row.contains(document.activeElement);
  steady(new Set([row.id]), () => row.remove());
  if (focused) next?.querySelector("a.row")?.focus({ preventScroll: true });
  if (row.querySelector("input:checked")) list().dispatchEvent(new Event("change", { bubbles: true }));
}

function applyAll() {
  const rows = [...waiting.values()];
  waiting.clear();
  apply(rows);
  tell();
}

// arrivals counts the conversations that would come in or go up, and those that did above what is in sight.
function arrivals() {
  let count = above.size;
  for (const row of waiting.values()) {
    const old = rowOf(row.id);
    if (!gone(row) && (old ? row.dataset.sort > old.dataset.sort : belongs(row))) count++;
  }
  return count;
}

function tell() {
  const pill = document.getElementById("arrivals");
  if (!pill) return;
  const count = arrivals();
  pill.hidden = count === 0;
  const words = `${count} new ↑`;
  if (pill.textContent !== words) pill.textContent = words;
}

// later applies what waits as soon as it is quiet.
function later() {
  clearTimeout(timer);
  if (waiting.size > 0) timer = setTimeout(attempt, quiet);
}

function attempt() {
  if (!list() || held()) return; // what ends the hold comes here again
  if (performance.now() - scrolled < quiet) return later();
  applyAll();
}

function point(there) {
  if (there === pointing) return;
  pointing = there;
  later();
}

function forget() {
  for (const store of [waiting, above, expected]) store.clear();
  tell();
}

// Opening a row brings a page with the same list: it is taken like news, so that the list stays as it stands.
function keep(fresh, more, opened) {
  const rows = [...fresh.children];
  const last = more && rows.at(-1)?.dataset.sort;
  const known = new Set(rows.map((row) => row.id));
  for (const id of [...[...list().children].map((row) => row.id), ...waiting.keys()]) {
    const row = waiting.get(id) ?? rowOf(id);
    if (known.has(id) || (last && row.dataset.sort < last)) continue;
    const left = Object.assign(document.createElement("div"), { id });
    left.toggleAttribute("data-gone", true);
    take(left);
  }
  fresh.replaceChildren();
  rows.forEach(take);
  for (const row of list().querySelectorAll("a.row[aria-current]")) row.removeAttribute("aria-current");
  opened.setAttribute("aria-current", "true");
  for (const element of [fresh, list()]) element.setAttribute("hx-morph-skip-children", "");
}

export function start() {
  reduced = matchMedia("(prefers-reduced-motion: reduce)");

  document.addEventListener("row:arrived", (event) => {
    if (event.target !== list()) return;
    event.preventDefault();
    take(event.detail);
  });

  document.addEventListener("htmx:before:swap", (event) => {
    for (const { fragment } of event.detail.tasks) {
      if (!fragment?.querySelector?.("#app, #list")) continue;
      const fresh = fragment.querySelector("#conversations");
      const opened = event.detail.ctx.sourceElement?.closest?.("#conversations a.row");
      if (!fresh || !list() || !opened || fresh.dataset.list !== list().dataset.list) {
        list()?.removeAttribute("hx-morph-skip-children");
        forget();
        continue;
      }
      const more = fragment.querySelector("#more");
      keep(fresh, more.querySelector("a") !== null, opened);
      more.replaceWith(document.getElementById("more").cloneNode(true));
    }
  });
  document.addEventListener("htmx:after:swap", tell);

  document.addEventListener(
    "pointerover",
    (event) => event.pointerType === "touch" || point(event.target.closest("#list") !== null),
  );
  document.documentElement.addEventListener("pointerleave", () => point(false));
  for (const name of ["touchstart", "touchend", "touchcancel"]) {
    document.addEventListener(
      name,
      (event) => {
        touching = [...event.touches].some((touch) => touch.target.closest?.(".list-scroll"));
        later();
      },
      { passive: true },
    );
  }
  document.addEventListener("focusout", later);
  document.addEventListener("change", later);
  document.addEventListener(
    "scroll",
    (event) => {
      if (!list() || event.target !== scroller()) return;
      scrolled = performance.now();
      if (scroller().scrollTop < 8) above.clear();
      tell();
    },
    { capture: true, passive: true },
  );

  document.addEventListener("click", (event) => {
    if (!event.target.closest("#arrivals")) return;
    const focused = document.activeElement.id === "arrivals";
    applyAll();
    scroller().scrollTop = 0;
    above.clear();
    tell();
    if (focused) list().querySelector("a.row")?.focus({ preventScroll: true });
  });
}
