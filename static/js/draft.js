// What somebody typed or chose and has not sent survives whatever takes the page away: the end of a session, a
// refusal, a new version of the server, a reload while it is away. So do the focus and the place in a list and a
// thread. It is the user's who typed it, and of this tab. Passwords and secrets are not kept.

const unsentPrefix = "unsent ";
let isTaken = false; // a script takes this page away

// keepDrafts writes down what the page has, for when it is opened again. taken says that something takes it away, and
// not its user.
export function keepDrafts(taken = true) {
  isTaken = taken;
  const user = document.getElementById("app")?.dataset.user;
  if (!user) return true;
  const fields = [
    ...document.querySelectorAll(
      "textarea, select, input:not([type=password], [type=hidden], [type=file], [name=secret])",
    ),
  ].filter((field) => field.form?.method === "post" || taken);
  const cameBack = document.querySelector("#app [role=alert]"); // with what was typed in it, as if it belonged there
  const typed = (field) => changedField(field) || (cameBack && !taken && field.value !== "");
  const bottom = (box) => box && box.scrollHeight - box.scrollTop;
  const drafts = fields.filter(typed).map((field) => ({
    field: nameOfField(field),
    value: field.value,
    checked: field.checked,
    draft: field.ownDraft,
  }));
  if (drafts.length === 0 && !taken) return true;
  const focus = fields.includes(document.activeElement) && document.activeElement;
  const kept = {
    user,
    taken,
    drafts,
    focus: focus && { field: nameOfField(focus), start: focus.selectionStart, end: focus.selectionEnd },
    list: document.querySelector(".list-scroll")?.scrollTop,
    thread: !document.getElementById("later") && bottom(document.getElementById("thread")),
  };
  try {
    sessionStorage.setItem(unsentPrefix + location.pathname, JSON.stringify(kept));
    return true;
  } catch {
    return drafts.length === 0; // nothing is lost where nothing was typed
  }
}

export function changedField(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.localName === "select") {
    const standing = [...field.options].findIndex((o) => o.defaultSelected);
    return field.selectedIndex !== Math.max(standing, field.options.length > 0 ? 0 : -1);
  }
  return field.value !== field.defaultValue;
}

// nameOfField finds a field again on another page: by its form and name, and which of those of that name it is.
function nameOfField(field) {
  const form = field.form ? `${field.form.id}|${new URL(field.form.action, location.href).pathname}` : "";
  const same = [...(field.form?.elements ?? document.querySelectorAll("input, textarea, select"))].filter(
    (f) => f.name === field.name,
  );
  return [
    form,
    field.name,
    field.type === "radio" || field.type === "checkbox" ? field.value : same.indexOf(field),
  ].join("|");
}
function restore({ drafts, focus, list, thread }) {
  const fields = [...document.querySelectorAll("textarea, select, input")];
  const find = (name) => fields.find((field) => nameOfField(field) === name);
  for (const { field: name, value, checked, draft } of drafts) {
    const field = find(name);
    if (!field) continue;
    const choice = field.type === "checkbox" || field.type === "radio";
    if (choice ? field.checked === checked : field.value === value) continue;
    if (choice) field.checked = checked;
    else field.value = value;
    if (draft) field.ownDraft = draft; // what the server has is perhaps another page's
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

// hasForms tells whether the page has one of the forms that were left. It may be at another address: where a form
// came back it was at the one that it is sent to.
function hasForms({ drafts }) {
  const names = [...document.querySelectorAll("form[method=post] :is(textarea, select, input)")].map(nameOfField);
  return drafts.some(({ field }) => names.includes(field));
}

const kept = (...prefixes) =>
  Object.keys(sessionStorage).filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));

// forgetOthers removes what other users wrote here; for nobody it is what anybody did.
function forgetOthers(user) {
  for (const prefix of ["note ", "draft "]) {
    for (const key of kept(prefix)) if (!user || !key.startsWith(`${prefix}${user} `)) sessionStorage.removeItem(key);
  }
  if (!user) for (const key of kept(unsentPrefix)) sessionStorage.removeItem(key);
}

// look sees what became of the pages that were left. Where nobody is signed in, or a page says why something was
// refused, what was typed waits for its page; nobody else sees it. Otherwise it was sent, or its user went away from
// it.
function look() {
  const { user, detour } = document.getElementById("app")?.dataset ?? {};
  const here = unsentPrefix + location.pathname;
  // Going back may lead from the browser's own error page.
  const wentBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (user) forgetOthers(user);
  for (const key of kept(unsentPrefix)) {
    const page = JSON.parse(sessionStorage.getItem(key));
    if (user && page.user !== user) sessionStorage.removeItem(key);
    else if (!user || detour !== undefined) sessionStorage.setItem(key, JSON.stringify({ ...page, taken: true }));
    else if (!page.taken && !(wentBack && key === here)) sessionStorage.removeItem(key);
    else if (key === here || hasForms(page)) {
      sessionStorage.removeItem(key);
      restore(page);
    }
  }
}

function tryToLook() {
  try {
    look();
  } catch {
    // nothing was kept
  }
}

let signsOut = false;
let sends = false; // a form is on its way

// unreachable tells whether the server does not answer: a page that is loaded anew then has its forms as they were.
const unreachable = () => ["reconnecting", "offline"].includes(document.documentElement.dataset.connection);

export function start() {
  document.addEventListener("input", () => (sends = false));
  document.addEventListener("submit", (event) => {
    sends = true;
    if (new URL(event.target.action, location.href).pathname !== "/logout") return;
    signsOut = true;
    try {
      forgetOthers();
    } catch {
      // nothing was kept
    }
  });
  addEventListener("pagehide", () => signsOut || keepDrafts(isTaken || (unreachable() && !sends)));
  addEventListener("pageshow", () => (isTaken = false));
  addEventListener("pageshow", (event) => event.persisted && tryToLook());
  tryToLook();
  document.addEventListener("htmx:after:swap", (event) => event.detail.ctx?.target?.id === "app" && tryToLook());
}
