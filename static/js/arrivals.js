// What arrived, as frames say it. Scripts that tell of it listen to the event "messages:arrived", leave out what
// somebody has in front of them (unseen), and ask whether another tab was first (claim).

import { recall, remember } from "./storage.js";

// claim returns those of the arrivals that nothing of this kind has been told of, in any tab, and counts them as
// told.
export async function claim(kind, arrivals) {
  const key = `told ${kind}`;
  const take = () => {
    const last = Number(recall(key) ?? 0);
    const fresh = arrivals.filter((a) => a.change > last);
    if (fresh.length > 0) remember(key, Math.max(...fresh.map((a) => a.change)));
    return fresh;
  };
  try {
    return await navigator.locks.request(key, take);
  } catch {
    return take(); // no locks where pages are not secure, or storage is closed
  }
}

// unseen leaves out conversations that a tab in the focus shows. Each such tab holds a lock with their name.
export async function unseen(arrivals) {
  const own = inFront();
  let held = [];
  try {
    held = (await navigator.locks.query()).held.map((lock) => lock.name);
  } catch {
    // each tab knows of itself alone
  }
  return arrivals.filter((a) => a.id !== own && !held.includes(`reading ${a.id}`));
}

// inFront is the conversation that somebody has in front of them in this tab, or "".
function inFront() {
  if (document.hidden || !document.hasFocus()) return "";
  return document.getElementById("thread-header")?.dataset.conversationId ?? "";
}

let reading = "";
let release = () => {};

function look() {
  const now = inFront();
  if (now !== reading) hold(now);
}

function hold(conversation) {
  release();
  reading = conversation;
  if (!conversation || !navigator.locks) return;
  const over = new Promise((resolve) => (release = resolve));
  navigator.locks.request(`reading ${conversation}`, { mode: "shared" }, () => over).catch(() => {});
}

function tell(root) {
  const arrivals = [...root.querySelectorAll("[data-arrived]")].map(({ dataset: d }) => ({
    change: Number(d.arrived),
    id: d.conversation,
    count: Number(d.count),
    name: d.name,
    words: d.words,
    url: d.url,
  }));
  if (arrivals.length > 0) document.dispatchEvent(new CustomEvent("messages:arrived", { detail: arrivals }));
}

export function start() {
  const holder = document.getElementById("arrived");
  if (!holder) return;

  new MutationObserver(() => {
    if (!holder.firstElementChild) return;
    tell(holder);
    holder.replaceChildren();
  }).observe(holder, { childList: true });

  // A frame for a page that this tab has just left is not shown, but what arrived has arrived.
  document.addEventListener("frame:dropped", (event) => {
    const parsed = new DOMParser().parseFromString(event.detail, "text/html");
    for (const part of parsed.querySelectorAll("hx-partial, template")) tell(part.content ?? part);
  });

  // Another database counts from the beginning: what is higher than the page's own number was of the one before.
  const change = Number(document.getElementById("app").dataset.change);
  for (const key of ["told sound", "told desktop"]) if (Number(recall(key) ?? 0) > change) remember(key, change);

  look();
  document.addEventListener("htmx:after:swap", look);
  document.addEventListener("visibilitychange", look);
  for (const name of ["focus", "blur", "pageshow"]) window.addEventListener(name, look);
  window.addEventListener("pagehide", () => hold("")); // a lock would keep the page out of the back-forward cache
}
