// The foot of a thread. Replies: Enter or Ctrl+Enter sends, as the person prefers; a draft is kept on the server; the form carries the
// last message that was seen when something was typed last, so that the server can ask where a colleague has answered since.
(() => {
  "use strict";

  const pause = 700; // ms without typing until a draft is kept
  let onItsWay = Promise.resolve(); // drafts that the server has not answered
  const sending = new WeakSet(); // forms on their way
  let waiting = null; // {form, timer} of the draft that is not kept yet

  const WRITES = 6000; // ms without typing after which somebody does not write any more
  let writes = 0; // timer

  // write says whether a reply is being written, for colleagues who look at the same conversation.
  function write(writing) {
    clearTimeout(writes);
    if (writing) writes = setTimeout(write, WRITES, false);
    document.dispatchEvent(new CustomEvent("reply:writing", { detail: writing }));
  }

  const coarse = matchMedia("(pointer: coarse)");

  function seen() {
    const ids = [...document.querySelectorAll("#thread [data-message]")].map((m) => Number(m.dataset.message));
    return Math.max(0, ...ids);
  }

  function keepDraft(form, leaving) {
    if (waiting?.form === form) {
      clearTimeout(waiting.timer);
      waiting = null;
    }
    const body = new URLSearchParams({ text: form.elements.text.value });
    const kept = fetch(form.dataset.draft, { method: "POST", body, keepalive: leaving }).catch(() => {});
    onItsWay = Promise.all([onItsWay, kept]);
  }

  function keepNow() {
    if (waiting) keepDraft(waiting.form, true);
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-composer]");
    if (!form || event.target.name !== "text" || sending.has(form)) return;
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
    // A draft that was on its way may have overtaken the reply: what is left is kept after it.
    onItsWay.then(() => document.contains(fresh) && keepDraft(fresh));
  });

  function turn(foot, mode) {
    foot.dataset.mode = mode;
    for (const button of foot.querySelectorAll("[data-mode-button]")) button.setAttribute("aria-pressed", String(button.dataset.modeButton === mode));
    const field = foot.querySelector(mode === "note" ? "[data-note-form] textarea" : "[data-composer] textarea");
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length); // one goes on where a draft ends
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mode-button]");
    if (button) turn(button.closest("[data-foot]"), button.dataset.modeButton);
  });

  // The picker is a file of its own, loaded when it is first wanted.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-emoji]");
    if (!button) return;
    const failed = () => document.dispatchEvent(new CustomEvent("tagline:toast", { detail: "The emoji could not be loaded. Reload the page and try again." }));
    import(button.dataset.emoji).then((emoji) => emoji.toggle(button), failed);
  });

  // What only time shows: TextLink took a message and has told nothing since.
  function late() {
    for (const mark of document.querySelectorAll("[data-overdue][hidden]")) mark.hidden = Date.now() < Number(mark.dataset.overdue);
  }
  setInterval(late, 15_000);

  function begin() {
    late();
    for (const foot of document.querySelectorAll("[data-foot]")) {
      for (const button of foot.querySelectorAll("[data-mode-button]")) button.setAttribute("aria-pressed", String(button.dataset.modeButton === foot.dataset.mode));
    }
  }
  begin();
  document.addEventListener("htmx:after:swap", begin);
})();
