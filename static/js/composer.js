// The foot of a thread. Replies: Enter or Ctrl+Enter sends, as the person prefers; a draft is kept on the server; the
// form carries the last message that was seen when something was typed last, so that the server can ask where a
// colleague has answered since.

import { onKey } from "./keyboard.js";
import { showToast } from "./toast.js";

const pause = 700; // ms without typing until a draft is kept
const again = 4000; // ms until one is that could not be kept
let onItsWay;
const sending = new WeakSet(); // forms on their way
let waiting = null; // {form, timer} of the draft that is not kept yet

const writingTimeout = 6000; // ms without typing after which the user no longer counts as writing
let writes = 0; // timer

// write says whether a reply is being written, for colleagues who look at the same conversation.
function write(writing) {
  clearTimeout(writes);
  if (writing) writes = setTimeout(write, writingTimeout, false);
  document.dispatchEvent(new CustomEvent("reply:writing", { detail: writing }));
}

function seen() {
  const ids = [...document.querySelectorAll("#thread [data-message]")].map((m) => Number(m.dataset.message));
  return Math.max(0, ...ids);
}

// own is which draft a page's text is: its version, and the page that wrote it. The server tells by it whether
// another page has written meanwhile, and keeps both.
function own(form) {
  const { text, draft, page } = form.elements;
  text.ownDraft ??= { version: draft.value, page: page.value };
  return text.ownDraft;
}

// keepDraft has the server keep what is typed, one after the other; who leaves cannot wait.
function keepDraft(form, leaving) {
  if (waiting?.form === form) {
    clearTimeout(waiting.timer);
    waiting = null;
  }
  if (leaving) return void post(form, own(form), form.elements.text.value, true);
  onItsWay = onItsWay.then(() => document.contains(form) && post(form, own(form), form.elements.text.value));
  return onItsWay;
}

async function post(form, { version, page }, text, keepalive = false) {
  const body = new URLSearchParams({ text, draft: version, page });
  const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive }).catch(() => null);
  if (form.elements.text.ownDraft?.page !== page) return;
  if (!answer || answer.status >= 500) return void keepLater(form);
  if (answer.status === 400 || answer.status === 413) return tooLong(form);
  if (!answer.ok) return;
  form.elements.text.ownDraft.version = answer.headers.get("Draft-Version");
  remember(form, text);
  const others = answer.status === 204 ? "" : await answer.text().catch(() => "");
  form
    .querySelector("[data-other-drafts]")
    .replaceChildren(...new DOMParser().parseFromString(others, "text/html").body.children);
}

// keepLater keeps what could not be kept: soon, with the next letter, or when the page is left.
function keepLater(form) {
  if (waiting || sending.has(form) || !document.contains(form)) return;
  waiting = { form, timer: setTimeout(() => keepDraft(form), again) };
}

// tooLong says that a draft is not kept. A letter less and it is.
function tooLong(form) {
  const words = document.createElement("p");
  words.className = "quiet";
  words.setAttribute("role", "status");
  words.textContent = "This is too long to be kept as a draft. Shorten it, or copy it before you leave.";
  form.querySelector("[data-other-drafts]").replaceChildren(words);
}

// The tab remembers what it last had the server keep. Another page may have gone on with that draft, and have
// something else in its place: then both stay.
const memory = (form) => `draft ${document.getElementById("app")?.dataset.user} ${form.id}`;

function remember(form, text) {
  try {
    if (text)
      sessionStorage.setItem(memory(form), JSON.stringify({ text, version: form.elements.text.ownDraft.version }));
    else sessionStorage.removeItem(memory(form));
  } catch {
    // it is not remembered
  }
}

async function compare(form) {
  let was = null;
  try {
    was = JSON.parse(sessionStorage.getItem(memory(form)));
  } catch {
    // nothing is remembered
  }
  const now = form.elements.text.defaultValue;
  if (!was || !now || form.elements.draft.value === was.version || now.includes(was.text)) return;
  const shown = [...document.querySelectorAll("#thread .message.out .text")].map((text) => text.textContent.trim());
  if (shown.includes(was.text.trim())) return; // it was sent
  remember(form, "");
  await post(form, { version: "0", page: `${form.elements.page.value}-before` }, was.text);
  keepDraft(form);
}

function keepNow() {
  if (waiting && document.contains(waiting.form)) keepDraft(waiting.form, true);
}

function turn(foot, mode) {
  foot.dataset.mode = mode;
  for (const button of foot.querySelectorAll("[data-mode-button]"))
    button.setAttribute("aria-pressed", String(button.dataset.modeButton === mode));
  const field = foot.querySelector(mode === "note" ? "[data-note-form] textarea" : "[data-composer] textarea");
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length); // one goes on where a draft ends
}

const compared = new WeakSet(); // forms as they came

// What only time shows: TextLink took a message and has told nothing since.
function late() {
  for (const mark of document.querySelectorAll("[data-overdue][hidden]"))
    mark.hidden = Date.now() < Number(mark.dataset.overdue);
}

function begin() {
  late();
  for (const form of document.querySelectorAll("[data-composer][data-draft]")) {
    if (compared.has(form)) continue;
    compared.add(form);
    compare(form);
  }
  for (const foot of document.querySelectorAll("[data-foot]")) {
    for (const button of foot.querySelectorAll("[data-mode-button]"))
      button.setAttribute("aria-pressed", String(button.dataset.modeButton === foot.dataset.mode));
  }
}

export function start() {
  onItsWay = Promise.resolve(); // drafts that the server has not answered

  const coarse = matchMedia("(pointer: coarse)");

  // A text of another page comes into the form, and the one that was there takes its place; or it is deleted.
  document.addEventListener("click", async (event) => {
    const other = event.target.closest("[data-other-draft]");
    const form = other?.closest("[data-composer]");
    const [uses, drops] = ["[data-use-draft]", "[data-drop-draft]"].map((button) => event.target.closest(button));
    if (!form || !(uses || drops)) return;
    const theirs = {
      version: other.dataset.otherDraft,
      page: `${form.elements.page.value}-${other.dataset.otherDraft}`,
    };
    const words = other.querySelector("[data-other-text]").textContent;
    await keepDraft(form);
    if (drops) await post(form, theirs, "");
    if (uses) {
      form.elements.text.ownDraft = theirs;
      form.elements.text.value = words;
      form.elements.text.focus();
      form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    keepDraft(form);
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-composer]");
    if (!form || event.target.name !== "text" || sending.has(form)) return;
    own(form);
    write(event.target.value.trim() !== "");
    const now = seen();
    if (now) form.elements.seen.value = now;
    if (waiting && waiting.form !== form) keepNow();
    clearTimeout(waiting?.timer);
    waiting = { form, timer: setTimeout(() => keepDraft(form), pause) };
  });
  addEventListener("pagehide", keepNow);
  document.addEventListener("htmx:before:swap", (event) => {
    if (event.detail.ctx?.target?.id === "app") keepNow();
  });

  onKey((event, key) => {
    if (key !== "Enter" || event.shiftKey || event.altKey) return;
    const form = event.target.closest?.("[data-composer]");
    if (!form || event.target.name !== "text") return;
    const modified = event.ctrlKey || event.metaKey;
    const byEnter = document.documentElement.dataset.send !== "ctrl" && !coarse.matches;
    if (!modified && !byEnter) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // A reply on its way is no draft any more, and is sent once, as it was when it was sent.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("[data-composer][hx-post]")) return;
      if (sending.has(form)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      sending.add(form);
      form.elements.draft.value = own(form).version;
      form.elements.page.value = own(form).page;
      write(false);
      if (waiting?.form === form) {
        clearTimeout(waiting.timer);
        waiting = null;
      }
    },
    true,
  );
  document.addEventListener("htmx:finally:request", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (!form.matches?.("[data-composer]")) return;
    sending.delete(form);
    const fresh = document.getElementById(form.id);
    if (!fresh) return;
    fresh.elements.text.focus();
    // A draft that was on its way may have overtaken the reply. What came back is kept again.
    const cameBack = fresh.elements.once.value === form.elements.once.value;
    if (cameBack) fresh.elements.text.ownDraft = own(form);
    else onItsWay = onItsWay.then(() => post(form, own(form), ""));
    keepDraft(fresh);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mode-button]");
    if (button) turn(button.closest("[data-foot]"), button.dataset.modeButton);
  });

  // The picker is a file of its own, loaded when it is first wanted.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-emoji]");
    if (!button) return;
    const failed = () => showToast("The emoji could not be loaded. Reload the page and try again.");
    import(button.dataset.emoji).then((emoji) => emoji.toggle(button), failed);
  });
  setInterval(late, 15_000);
  begin();
  document.addEventListener("htmx:after:swap", begin);
}
