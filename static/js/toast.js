// Toasts go away by themselves, but not while somebody points at one or has the focus in it. Failed requests are
// reported in one as well.

const shownFor = 8000; // ms
let timer = 0;

const toasts = () => document.getElementById("toasts");

function hide() {
  const region = toasts();
  if (region.matches(":hover, :focus-within")) return wait();
  region.replaceChildren();
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(hide, shownFor);
}

// showToast shows words of a script. Answers of the server bring toasts of their own.
export function showToast(words) {
  const toast = document.createElement("div");
  toast.className = "toast";
  const text = document.createElement("span");
  text.className = "toast-words";
  text.textContent = words;
  toast.append(text);
  toasts()?.replaceChildren(toast);
}

const offline = "No connection to Tagline. Nothing was changed and what you typed is still here; try again.";

function refusal(status) {
  if (status === 503)
    return "Nothing can be saved at the moment, so nothing was changed. The note at the top of the page says why.";
  if (status >= 500) return "That did not work on our side. Nothing was changed; try again in a moment.";
  if (status === 404) return "That is not there any more, or you may not see it.";
  return "That was refused. Reload the page and try again.";
}

// Forms say themselves what they lack (422), and whole pages say what went wrong.
const ownWords = (ctx) => ctx.response.status === 422 || ctx.target?.id === "app";
export function start() {
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx?.request && !event.detail.ctx.response) showToast(offline);
  });
  document.addEventListener("htmx:response:error", (event) => {
    if (!ownWords(event.detail.ctx)) showToast(refusal(event.detail.ctx.response.status));
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx?.response?.status >= 400 && !ownWords(ctx)) event.preventDefault(); // its page is no part of this one
  });

  const region = toasts();
  if (region) new MutationObserver(() => region.firstElementChild && wait()).observe(region, { childList: true });
}
