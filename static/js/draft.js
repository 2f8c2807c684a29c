// What somebody typed or chose and has not sent survives when the page is loaded anew, and so do the focus and the place in
// a list and a thread. Passwords are not kept.
"use strict";

Object.assign(window, { keepDrafts, changedField });

const draftKey = "loaded anew";

// keepDrafts writes down what a page that is loaded next at this address is to have.
function keepDrafts() {
  const fields = [...document.querySelectorAll("textarea, select, input:not([type=password], [type=hidden], [type=file])")];
  const bottom = (box) => box && box.scrollHeight - box.scrollTop;
  const drafts = fields.filter(changedField).map((field) => ({
    field: nameOfField(field), value: field.value, checked: field.checked,
  }));
  const focus = fields.includes(document.activeElement) && document.activeElement;
  const kept = {
    address: location.pathname + location.search,
    drafts,
    focus: focus && { field: nameOfField(focus), start: focus.selectionStart, end: focus.selectionEnd },
    list: document.querySelector(".list-scroll")?.scrollTop,
    thread: !document.getElementById("later") && bottom(document.getElementById("thread")),
  };
  try {
    sessionStorage.setItem(draftKey, JSON.stringify(kept));
    return true;
  } catch {
    return drafts.length === 0; // nothing is lost where nothing was typed
  }
}

function changedField(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.localName === "select") return [...field.options].some((o) => o.selected !== o.defaultSelected);
  return field.value !== field.defaultValue;
}

// nameOfField finds a field again on another page: by its form and name, and which of those of that name it is.
function nameOfField(field) {
  const form = field.form ? `${field.form.id}|${new URL(field.form.action, location.href).pathname}` : "";
  const same = [...(field.form?.elements ?? document.querySelectorAll("input, textarea, select"))].filter((f) => f.name === field.name);
  return [form, field.name, field.type === "radio" || field.type === "checkbox" ? field.value : same.indexOf(field)].join("|");
}

(() => {
  function restore({ drafts, focus, list, thread }) {
    const fields = [...document.querySelectorAll("textarea, select, input")];
    const find = (name) => fields.find((field) => nameOfField(field) === name);
    for (const { field: name, value, checked } of drafts) {
      const field = find(name);
      if (!field) continue;
      const choice = field.type === "checkbox" || field.type === "radio";
      if (choice ? field.checked === checked : field.value === value) continue;
      if (choice) field.checked = checked;
      else field.value = value;
      field.dispatchEvent(new Event(choice ? "change" : "input", { bubbles: true }));
    }
    const focused = focus && find(focus.field);
    focused?.focus({ preventScroll: true });
    if (focused && focus.start != null) focused.setSelectionRange(focus.start, focus.end);
    const rows = document.querySelector(".list-scroll");
    if (rows && list) rows.scrollTop = list;
    const messages = document.getElementById("thread");
    if (messages && thread && !document.getElementById("later")) messages.scrollTop = messages.scrollHeight - thread;
  }

  try {
    const kept = JSON.parse(sessionStorage.getItem(draftKey));
    sessionStorage.removeItem(draftKey);
    if (kept?.address === location.pathname + location.search) restore(kept);
  } catch {
    // nothing was kept
  }
})();
