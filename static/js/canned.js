// Canned replies: / at the beginning of a reply offers them, what is typed after it narrows them. Arrows choose,
// Enter or Tab puts one in, Esc leaves what was typed as it is. Where there are more than the server sent, it is
// asked again for what was typed.

import { modified, onKey } from "./keyboard.js";

let field = null; // the textarea that they are offered for
let refused = null; // one in which Esc was pressed, until it begins with something else
let asked = 0; // counts the times that they were asked for

const box = () => field?.form.querySelector("[data-canned-box]");
const options = () => [...(box()?.querySelectorAll("[role=option]:not([hidden])") ?? [])];
const chosen = () => box()?.querySelector("[aria-selected=true]");

function close() {
  if (!field) return;
  box().hidden = true;
  box().replaceChildren();
  for (const name of ["aria-controls", "aria-activedescendant"]) field.removeAttribute(name);
  field = null;
  asked += 1;
}

const words = (textarea) => textarea.value.slice(1).trim().toLowerCase();

async function open(textarea) {
  field = textarea;
  const mine = ++asked;
  const find = words(textarea);
  let page = null;
  try {
    const answer = await fetch(`${textarea.form.dataset.cannedReplies}?find=${encodeURIComponent(find)}`);
    if (answer.ok) page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    // offline: what was typed stays
  }
  if (mine !== asked) return;
  if (!page) return close();
  box().replaceChildren(...page.body.children);
  box().hidden = false;
  box().dataset.found = find;
  field.setAttribute("aria-controls", "canned-list");
  narrow();
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) return field.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", option.id);
}

// narrow shows what has the words that were typed; one whose name begins with them is chosen first.
function narrow() {
  const typed = words(field);
  const sifted = typed === box().dataset.found; // by the server, which knows the whole texts
  for (const option of box().querySelectorAll("[role=option]"))
    option.hidden = !sifted && !option.textContent.toLowerCase().includes(typed);
  const left = options();
  const none = box().querySelector("[data-canned-none]");
  if (none) none.hidden = left.length > 0;
  choose(left.find((o) => o.textContent.trim().toLowerCase().startsWith(`/${typed}`)) ?? left[0]);
}

function put(option) {
  const textarea = field;
  close();
  textarea.value = option.dataset.canned;
  textarea.focus();
  textarea.setSelectionRange(textarea.value.length, textarea.value.length);
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

function step(by) {
  const all = options();
  if (all.length > 0) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
}

export function start() {
  document.addEventListener("input", (event) => {
    const textarea = event.target;
    if (!textarea.matches("[data-canned-replies] textarea")) return;
    const wanted = /^\/[^\n]*$/.test(textarea.value);
    if (!wanted && refused === textarea) refused = null;
    if (!wanted || refused === textarea) return close();
    if (field !== textarea) return open(textarea);
    const all = !box().querySelector("[data-canned-more]") && words(field).startsWith(box().dataset.found ?? "");
    if (!box().hidden && !all) open(field);
    else if (!box().hidden) narrow();
  });

  // Before what Enter and Esc do otherwise.
  onKey(
    (event, key) => {
      if (!field || event.target !== field || modified(event) || event.shiftKey) return;
      const choice = chosen();
      const waits = box().hidden;
      if (key === "ArrowDown" || key === "ArrowUp") step(key === "ArrowDown" ? 1 : -1);
      else if ((key === "Enter" || key === "Tab") && choice) put(choice);
      else if (key === "Escape") {
        refused = field;
        close();
      } else if (key !== "Enter" || !waits) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );

  document.addEventListener("pointerdown", (event) => {
    if (event.target.closest?.("[data-canned-box] [role=option]")) event.preventDefault(); // the field keeps the focus
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-canned-box] [role=option]");
    if (option && field) put(option);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === field && !box().contains(event.relatedTarget)) close();
  });
}
