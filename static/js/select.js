// Selecting conversations: checkboxes, shift and ctrl, x and shift with j, k or the arrows, a long press; and what is
// done to the selected. The checkboxes themselves are the state.

import { expectRows } from "./hold-list.js";
import { modified, onKey } from "./keyboard.js";

const longPress = 500; // ms that make a press long
const slack = 10; // px that a pressing finger may move
const stay = 15_000; // ms that it is said what was done
let root;
let anchor = ""; // id of the row from which a range extends
let shift = false; // held at the last click
let touch = null; // a finger that is down: where, and the timer of its long press
let pressed = false; // the last press was long; the click that ends it is none
let finger = false; // the last pointer was one
let listed = ""; // which list is shown
let saying = 0; // timer

const list = () => document.getElementById("conversations");
const form = () => document.getElementById("bulk");
const boxes = () => [...list().querySelectorAll(".row-pick input")];
const chosen = () => boxes().filter((box) => box.checked);
const holder = (element) => element?.closest?.("#conversations > .row-holder");
const boxOf = (row) => row.querySelector(".row-pick input");
const limit = () => Number(form().dataset.limit);

// tell says on the page how many are selected.
function tell() {
  if (!list()) return;
  const count = chosen().length;
  if (count === 0) anchor = "";
  form().querySelector("[data-selected]").textContent = count === 0 ? "" : `${count} selected`;
  const all = form().querySelector("[data-select-all]");
  all.hidden = count === Math.min(boxes().length, limit());
  all.textContent = `Select all ${Math.min(boxes().length, limit())} shown`;
  root.toggleAttribute("data-selecting", count > 0 || root.hasAttribute("data-select-mode"));
  list()
    .closest("#list")
    .querySelector("[data-select]")
    ?.setAttribute("aria-pressed", String(root.hasAttribute("data-selecting")));
}

function choose(rows, on) {
  for (const row of rows) boxOf(row).checked = on;
  list().dispatchEvent(new Event("change", { bubbles: true }));
}

function toggle(row) {
  anchor = row.id;
  unsay();
  choose([row], !boxOf(row).checked);
}

// extend selects from the anchor to the row.
function extend(row) {
  const rows = [...list().children];
  const from = rows.findIndex((other) => other.id === anchor);
  const to = rows.indexOf(row);
  if (from < 0) return toggle(row);
  choose(rows.slice(Math.min(from, to), Math.max(from, to) + 1), true);
}

function clear() {
  root.removeAttribute("data-select-mode");
  if (list()) choose(chosen().map(holder), false);
}

// step moves the focus and selects what it passes.
function step(row, by) {
  const next = by > 0 ? row.nextElementSibling : row.previousElementSibling;
  if (!boxOf(row).checked) toggle(row);
  if (!next) return;
  next.querySelector("a.row").focus();
  choose([next], true);
}

const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
const covered = () => document.querySelector("dialog[open], details[data-menu][open]") !== null;

// press does what a key asks of the selection and tells whether it did anything.
function press(event, key) {
  const row = holder(document.activeElement) ?? holder(list().querySelector("[aria-current]"));
  if (key === "Escape") {
    if (chosen().length === 0 && !root.hasAttribute("data-select-mode")) return false;
    clear();
  } else if (!row) return false;
  else if (key === "x") toggle(row);
  else if (event.shiftKey && ["J", "ArrowDown"].includes(key)) step(row, 1);
  else if (event.shiftKey && ["K", "ArrowUp"].includes(key)) step(row, -1);
  else return false;
  return true;
}

// onRow tells whether a click on a row selects instead of opening it.
function onRow(event, row) {
  if (event.ctrlKey || event.metaKey || (finger && root.hasAttribute("data-selecting"))) toggle(row);
  else if (event.shiftKey) extend(row);
  else return false;
  return true;
}

function lift() {
  clearTimeout(touch?.timer);
  touch = null;
}

function say(content) {
  clearTimeout(saying);
  const said = document.getElementById("bulk-said");
  said.replaceChildren(...content);
  saying = setTimeout(() => said.matches(":hover, :focus-within") || unsay(), stay);
}

function unsay() {
  clearTimeout(saying);
  document.getElementById("bulk-said")?.replaceChildren();
}

// refusal is an answer's words, in an element of their own.
function refusal(page) {
  const words = [...page.querySelectorAll(".card h1, .card > p")].map((part) =>
    part.textContent.trim().replace(/\.?$/, "."),
  );
  const text = document.createElement("p");
  text.className = "bulk-result refused";
  text.textContent = words.join(" ") || "Nothing was changed: Tagline cannot be reached. Try again in a moment.";
  return text;
}

// send posts a form and returns the answer, or throws an element that says why not.
async function send(target, data) {
  const none = new Document();
  const answer = await fetch(target.getAttribute("action"), { method: "POST", body: new URLSearchParams(data) }).catch(
    () => {
      throw refusal(none);
    },
  );
  if (answer.status === 401) location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok) throw refusal(page);
  return page;
}

// nearest is where the focus goes when the form that has it goes.
function nearest(rows) {
  const left = [...list().children].filter((row) => !row.matches(".fading, .leaving"));
  return left.find((row) => rows[0].compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING) ?? left.at(-1);
}

async function act(data) {
  const rows = chosen().map(holder);
  const ids = rows.map((row) => row.id);
  if (form().dataset.leaves === data.get("action")) for (const row of rows) row.classList.add("fading");
  const focused = form().contains(document.activeElement);
  expectRows(ids, true);
  clear();
  if (focused && rows.length > 0) nearest(rows)?.querySelector("a.row").focus({ preventScroll: true });
  try {
    const page = await send(form(), data);
    const changed = new Set([...page.querySelectorAll("[name=was]")].map((was) => "row-" + was.value.split(".")[0]));
    back(ids.filter((id) => !changed.has(id)));
    say(page.body.children);
  } catch (words) {
    back(ids);
    choose(ids.map((id) => document.getElementById(id)).filter(Boolean), true);
    say([words]);
  }
}

// back shows rows as they were: they did not change.
function back(ids) {
  expectRows(ids, false);
  for (const id of ids) document.getElementById(id)?.classList.remove("fading");
}

async function undo(target) {
  const data = new FormData(target);
  const ids = data.getAll("was").map((was) => "row-" + was.split(".")[0]);
  expectRows(ids, true);
  try {
    await send(target, data);
    unsay();
  } catch (words) {
    expectRows(ids, false);
    say([words]);
  }
}

// Another list begins without a selection.
function follow() {
  const now = list()?.dataset.list ?? "";
  if (now !== listed) clear();
  listed = now;
  tell();
}

export function start() {
  root = document.documentElement;

  onKey(
    (event, key) => {
      if (!list() || modified(event) || root.dataset.shortcuts === "off") return;
      if (typing(event.target) || covered() || !press(event, key)) return;
      event.preventDefault();
      event.stopPropagation(); // other scripts take Escape as "back"
    },
    { capture: true },
  );

  // Until they select, fingers open a row also where its checkbox would be.
  document.addEventListener(
    "click",
    (event) => {
      const pick = event.target.closest(".row-pick");
      if (!pick || !finger || event.detail === 0 || (!pressed && root.hasAttribute("data-selecting"))) return;
      event.preventDefault();
      event.stopPropagation();
      if (!pressed) pick.previousElementSibling.click();
      pressed = false;
    },
    { capture: true },
  );

  document.addEventListener(
    "click",
    (event) => {
      shift = event.shiftKey || (shift && event.target.matches(".row-pick input"));
      const row = event.target.closest("a.row") && holder(event.target);
      if (!row || event.button !== 0) return;
      if (pressed || onRow(event, row)) {
        event.preventDefault();
        event.stopPropagation();
      }
      pressed = false;
    },
    { capture: true },
  );

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-select-all]")) choose(boxes().slice(0, limit()).map(holder), true);
    if (event.target.closest("[data-said-close]")) unsay();
    if (!event.target.closest("[data-select]")) return;
    if (root.hasAttribute("data-selecting")) return clear();
    root.toggleAttribute("data-select-mode", true);
    tell();
  });

  document.addEventListener("change", (event) => {
    const box = event.target.closest?.(".row-pick input");
    if (box) {
      unsay();
      if (shift && box.checked && anchor) extend(holder(box));
      anchor = holder(box).id;
      shift = false;
    }
    if (event.target.matches?.(".bulk-choice") && event.target.value)
      form().requestSubmit(form().querySelector(event.target.dataset.presses));
    tell();
  });

  document.addEventListener("reset", (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    clear();
  });

  document.addEventListener("pointerdown", (event) => {
    finger = event.pointerType === "touch";
    root.toggleAttribute("data-finger", finger);
    pressed = false;
    lift();
    const row = holder(event.target);
    if (!finger || !row) return;
    const timer = setTimeout(() => {
      pressed = true;
      toggle(row);
    }, longPress);
    touch = { x: event.clientX, y: event.clientY, timer };
  });
  document.addEventListener("pointermove", (event) => {
    if (touch && Math.hypot(event.clientX - touch.x, event.clientY - touch.y) > slack) lift();
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, lift);
  // A long press asks browsers for a menu of the link.
  document.addEventListener("contextmenu", (event) => finger && holder(event.target) && event.preventDefault());

  document.addEventListener("submit", (event) => {
    const target = event.target;
    if (!target.matches("#bulk, #bulk-undo")) return;
    event.preventDefault();
    if (target.matches("#bulk-undo")) return undo(target);
    const data = new FormData(target, event.submitter);
    for (const choice of target.querySelectorAll(".bulk-choice")) choice.value = "";
    act(data);
  });

  follow();
  document.addEventListener("htmx:after:swap", follow);
}
