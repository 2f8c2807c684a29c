// What single keys do. A key clicks what carries it ([data-key="e"]) or puts the cursor there if that is a field (/
// finds #search by itself), and does nothing where the page has none; [data-go="f"] is where g and then f leads; j
// and k go through #conversations.

import { modified, onKey } from "./keyboard.js";

const sequenceTimeout = 1500; // ms for the key after g
const dialog = () => document.getElementById("shortcuts");
const rows = () => [...document.querySelectorAll("#conversations a[data-conversation]")];
const opened = () => document.getElementById("thread-pane")?.dataset.open ?? "";

let went = -Infinity; // when g was pressed
let place = null; // {id, index} of the row that j and k start from; it may have left the list since
let list;
let wanted = ""; // the conversation that is being opened
let loading = 0; // how many rows there were when more were asked for

const off = () => document.documentElement.dataset.shortcuts === "off";
const usable = (element) => element && !element.closest("[inert]") && element.checkVisibility();
const carrier = (key) =>
  [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]${key === "/" ? ", #search" : ""}`)].find(usable);

function typing(target) {
  const field = target.closest?.("input, textarea, select");
  return (
    target.isContentEditable || (field && !["checkbox", "radio", "button", "submit", "reset"].includes(field.type))
  );
}

function note(row) {
  place = { id: row.dataset.conversation, index: rows().indexOf(row) };
}

// indexOfPlace is where the open or selected row stands, or stood: then the row after it has its index.
function indexOfPlace(all, step) {
  const at = all.findIndex((row) => row.dataset.conversation === place?.id);
  if (at >= 0 || !place) return at;
  return step > 0 ? place.index - 1 : place.index;
}

function move(step) {
  const all = rows();
  const at = indexOfPlace(all, step);
  const next = at < 0 && step < 0 ? 0 : at + step;
  if (next >= all.length) return more(all.length);
  if (next < 0 || all.length === 0) return;
  note(all[next]);
  all[next].scrollIntoView({ block: "nearest" });
  if (opened() || wanted) open(all[next]);
  else all[next].focus({ preventScroll: true });
}

function more(count) {
  const link = document.querySelector("#more > a");
  if (!link || loading === count) return;
  loading = count;
  link.click();
}

// open opens one conversation at a time: of those passed quickly only the last follows.
function open(row) {
  const busy = wanted !== "";
  wanted = row.dataset.conversation;
  if (!busy) row.click();
}

function back() {
  document.querySelector("#thread-header .thread-back")?.click();
}

function act(key) {
  const element = carrier(key);
  if (!element) return false;
  if (typing(element)) element.focus();
  else {
    element.focus({ preventScroll: true });
    element.click();
  }
  return true;
}

function go(key) {
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  link?.click();
  return Boolean(link);
}

function escape(event) {
  if (typing(event.target)) return event.target.blur();
  if (opened()) return back();
  place = null;
  document.activeElement?.blur();
}

// show lists the keys that have something to do on this page.
function show() {
  const keys = dialog();
  if (!keys || keys.open) return Boolean(keys);
  const listed = rows().length > 0;
  for (const entry of keys.querySelectorAll("[data-needs]")) {
    const need = entry.dataset.needs;
    entry.hidden = need === "list" ? !listed : need === "thread" ? !opened() : !carrier(need);
  }
  for (const group of keys.querySelectorAll("section"))
    group.hidden = !group.querySelector("[data-entry]:not([hidden])");
  keys.showModal();
  return true;
}

function press(key) {
  if (performance.now() - went < sequenceTimeout) {
    went = -Infinity;
    if (go(key)) return true;
  }
  switch (key) {
    case "j":
    case "k":
      if (rows().length > 0) move(key === "j" ? 1 : -1);
      return rows().length > 0;
    case "g":
      went = performance.now();
      return false;
    case "?":
      return show();
  }
  return act(key);
}

// A row that had the focus may have left the list; its neighbour takes the focus over.
function keepFocus(had) {
  if (!had || document.activeElement !== document.body) return;
  const all = rows();
  const heir =
    all.find((row) => row.dataset.conversation === place?.id) ?? all[Math.min(place?.index ?? 0, all.length - 1)];
  heir?.focus({ preventScroll: true });
}

let focused = false; // whether a row has the focus, as of the last swap's beginning

// Frames and pages end here.
function swapped(event) {
  const ofPage = event.detail.ctx?.target?.id === "app";
  if (!ofPage) keepFocus(focused);
  if (loading && rows().length > loading) {
    loading = 0;
    move(1);
  }
  if (!ofPage) return;
  loading = 0;
  if (wanted && wanted !== opened()) {
    const row = rows().find((r) => r.dataset.conversation === wanted);
    if (row) return row.click();
  }
  wanted = "";
  follow();
}

// follow starts j and k from the open conversation, by whatever way it was opened, and anew in another list.
function follow() {
  if (location.search !== list) place = null;
  list = location.search;
  const row = opened() && rows().find((r) => r.dataset.conversation === opened());
  if (row) note(row);
}

export function start() {
  list = location.search; // which list the place is in

  onKey((event, key) => {
    if (event.defaultPrevented || modified(event)) return;
    if (off() || document.querySelector("dialog[open]")) return;
    if (key === "Escape") return escape(event);
    if (typing(event.target) || key.length !== 1 || key === " ") return;
    if (press(key)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const row = event.target.closest("#conversations a[data-conversation]");
    if (row) note(row);
    if (event.target.closest("[data-shortcuts-show]")) show();
    // The backdrop is the dialog itself, outside of its box's content.
    if (event.target === dialog() || event.target.closest("#shortcuts a, #shortcuts [data-close]")) dialog().close();
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("#conversations a[data-conversation]");
    if (row) note(row);
  });
  document.addEventListener(
    "htmx:before:swap",
    () => (focused = Boolean(document.activeElement?.closest("#conversations a[data-conversation]"))),
  );

  document.addEventListener("htmx:finally:swap", swapped);
  document.addEventListener("htmx:error", () => {
    wanted = "";
    loading = 0;
  });
  follow();
}
