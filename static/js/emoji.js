// The emoji picker of a composer. It is loaded when it is first opened, and stands in the form that it writes into.
// What was used last comes first, in this browser.

import { all, known } from "./emoji-list.js";
import { modified, onKey, start as watchComposition } from "./keyboard.js";

watchComposition(); // by a copy of its own: this file is loaded apart from the page's scripts

const kept = "emoji"; // in local storage
const mostKept = 16;

// Where storage is closed, or holds what others wrote, nothing was used last.
function recent() {
  try {
    return JSON.parse(localStorage.getItem(kept) ?? "[]")
      .map((text) => known.get(text))
      .filter(Boolean)
      .slice(0, mostKept);
  } catch {
    return [];
  }
}

function remember(text) {
  try {
    const texts = recent()
      .map((one) => one.text)
      .filter((one) => one !== text);
    localStorage.setItem(kept, JSON.stringify([text, ...texts].slice(0, mostKept)));
  } catch {
    // it is not remembered
  }
}

let picker = null;
let button = null;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function section(name, emoji) {
  const list = emoji.map((one) =>
    element(
      "button",
      {
        type: "button",
        class: "emoji",
        tabindex: "-1",
        "aria-label": one.name,
        title: one.name,
        "data-text": one.text,
      },
      one.text,
    ),
  );
  return element(
    "div",
    { role: "group", "aria-label": name },
    element("p", { class: "emoji-group", "aria-hidden": "true" }, name),
    element("div", { class: "emoji-grid" }, ...list),
  );
}

const buttons = () => [...picker.querySelectorAll(".emoji")];

// Tab goes to one of them; the arrows to the others.
function reach(one) {
  for (const other of picker.querySelectorAll('.emoji[tabindex="0"]')) other.tabIndex = -1;
  if (one) one.tabIndex = 0;
}

function fill(words) {
  const typed = words.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one) =>
    typed.every((word) => one.text === word || one.words.split(/[ ,-]+/).some((w) => w.startsWith(word)));
  const shown =
    typed.length > 0
      ? [{ name: "Found", emoji: [...known.values()].filter(fits) }]
      : [{ name: "Used last", emoji: recent() }, ...all];
  const body = picker.querySelector(".emoji-body");
  body.replaceChildren(
    ...shown.filter((group) => group.emoji.length > 0).map((group) => section(group.name, group.emoji)),
  );
  if (body.childElementCount === 0)
    body.append(element("p", { class: "quiet", role: "status" }, "No emoji is called that."));
  body.scrollTop = 0;
  reach(buttons()[0]);
}

function close(focus) {
  picker?.remove();
  button?.setAttribute("aria-expanded", "false");
  if (focus) focus.focus();
  picker = button = null;
}

const field = () => button.form.querySelector("textarea");

function put(text) {
  const textarea = field();
  remember(text);
  textarea.setRangeText(text, textarea.selectionStart, textarea.selectionEnd, "end");
  close(textarea);
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

// beside is the one in the row above or below that is nearest.
function beside(one, down) {
  const from = one.getBoundingClientRect();
  const rows = buttons()
    .map((other) => [other, other.getBoundingClientRect()])
    .filter(([, at]) => (down ? at.top > from.top + 1 : at.top < from.top - 1));
  if (rows.length === 0) return null;
  const top = down ? Math.min(...rows.map(([, at]) => at.top)) : Math.max(...rows.map(([, at]) => at.top));
  const row = rows.filter(([, at]) => Math.abs(at.top - top) < 2);
  return row.reduce((best, next) =>
    Math.abs(next[1].left - from.left) < Math.abs(best[1].left - from.left) ? next : best,
  )[0];
}

function step(key, from) {
  const list = buttons();
  const search = picker.querySelector("input");
  if (from === search) return key === "ArrowDown" ? list[0] : null;
  const at = list.indexOf(from);
  const rtl = getComputedStyle(picker).direction === "rtl";
  switch (key) {
    case "ArrowRight":
      return list[at + (rtl ? -1 : 1)] ?? from;
    case "ArrowLeft":
      return list[at + (rtl ? 1 : -1)] ?? from;
    case "ArrowDown":
      return beside(from, true) ?? from;
    case "ArrowUp":
      return beside(from, false) ?? search;
    case "Home":
      return list[0];
    case "End":
      return list.at(-1);
  }
  return null;
}

function press(event, key) {
  if (modified(event)) return;
  const search = picker.querySelector("input");
  event.stopPropagation(); // no key here does what it does elsewhere
  if (key === "Escape") {
    event.preventDefault();
    return close(field());
  }
  if (key === "Enter" && event.target === search) {
    event.preventDefault();
    const first = buttons()[0];
    if (first) put(first.dataset.text);
    return;
  }
  const next = step(key, event.target);
  if (!next) return;
  event.preventDefault();
  if (next !== search) reach(next);
  next.focus();
}

function open(by) {
  button = by;
  // Of no form: Enter in it must never send the reply.
  const search = element("input", {
    type: "search",
    form: "",
    class: "input",
    "aria-label": "Search emoji",
    placeholder: "Search emoji",
    autocomplete: "off",
  });
  picker = element(
    "div",
    { class: "emoji-picker", role: "dialog", "aria-label": "Emoji" },
    search,
    element("div", { class: "emoji-body" }),
  );
  onKey(press, { of: picker });
  picker.addEventListener("click", (event) => {
    const one = event.target.closest(".emoji");
    if (one) put(one.dataset.text);
  });
  search.addEventListener("input", (event) => {
    event.stopPropagation(); // nobody writes a reply
    fill(search.value);
  });
  fill("");
  button.parentElement.append(picker);
  button.setAttribute("aria-expanded", "true");
  search.focus();
}

// toggle opens the picker of a button, or closes it.
export function toggle(by) {
  const shown = picker?.isConnected && button === by;
  close(shown ? field() : null);
  if (!shown) open(by);
}

document.addEventListener("pointerdown", (event) => {
  if (picker && !picker.contains(event.target) && !event.target.closest("[data-emoji]")) close();
});
document.addEventListener("focusin", (event) => {
  if (picker && !picker.contains(event.target) && event.target !== button) close();
});
