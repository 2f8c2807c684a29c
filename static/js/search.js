// The search field: Escape and the cross clear it, and after navigation it says what the page was searched for.

import { onKey } from "./keyboard.js";

const field = () => document.getElementById("search");

// clear empties the field; htmx brings the list back, as if somebody had deleted the words.
function clear() {
  const input = field();
  input.value = "";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
}

export function start() {
  onKey((event, key) => {
    if (key !== "Escape" || event.target !== field()) return;
    event.preventDefault(); // other scripts take Escape as "back"
    if (field().value) clear();
    else field().blur();
  });

  document.addEventListener(
    "click",
    (event) => {
      if (!event.target.closest(".search-clear") || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      clear();
    },
    true,
  );

  // A swap of the whole page keeps what was typed before; the new page knows better, unless somebody is typing.
  document.addEventListener("htmx:after:swap", () => {
    const input = field();
    if (!input || input === document.activeElement) return;
    const asked = new URLSearchParams(location.search).get("q") ?? "";
    if (input.value.trim() !== asked) input.value = asked;
  });
}
