// What was read: the thread up to the last message whose end somebody had in sight. The server is told in batches.
// What was seen once is told once: whoever marks it unread, here or elsewhere, wants it to stay so until something
// new is seen.

const settle = 50; // ms after something moved before it counts as seen
const pause = 300; // ms between two words to the server
const slack = 4; // px that the end of a message may be out of sight

let shown = ""; // the conversation, and what was unread when it was opened
let seen = null; // how far it was, see reached
let told = true; // whether the server knows, or need not
let ended = false; // somebody went to the end, past what is not loaded
let looking = 0; // timer
let telling = 0; // timer

const pane = () => document.getElementById("thread-pane");
const thread = () => document.getElementById("thread");
const header = () => document.getElementById("thread-header");
const unread = () => Number(header()?.dataset.unread ?? 0) > 0;
let resizer;
let cover;

// follow notices that another thread is shown.
function follow() {
  const now = thread() ? `${pane().dataset.open} ${pane().dataset.firstUnread}` : "";
  if (now === shown) return;
  tell();
  shown = now;
  seen = null;
  ended = false;
  resizer.disconnect();
  cover.disconnect();
  if (!thread()) return;
  resizer.observe(thread());
  cover.observe(pane(), { attributeFilter: ["inert"] });
}

// gap tells whether unread messages before those that are loaded are not: what is in sight says nothing of them.
function gap() {
  const first = Number(pane().dataset.firstUnread);
  return first > 0 && !ended && document.getElementById(`message-${first}`) === null;
}

// reached is how far the messages of the contact are in sight or above, to their ends: where the last of them stands,
// and which came last. That may be another: one that was long on its way stands above.
function reached() {
  const end = thread().getBoundingClientRect().bottom + slack;
  const all = [...thread().querySelectorAll(".message.in")];
  const count = 1 + all.findLastIndex((m) => m.getBoundingClientRect().bottom <= end);
  if (count === 0) return null;
  const { message, at } = all[count - 1].dataset;
  const newest = all.slice(0, count).reduce((n, m) => Math.max(n, Number(m.dataset.message)), 0);
  return { conversation: pane().dataset.open, id: Number(message), at: Number(at), newest };
}

const further = (now) => now.at > seen.at || (now.at === seen.at && now.id > seen.id) || now.newest > seen.newest;

function look() {
  looking = 0;
  follow();
  if (!thread()?.clientHeight || document.hidden || pane().inert || gap()) return;
  const now = reached();
  if (!now || (seen && !further(now))) return;
  seen = now;
  told = false;
  telling ||= setTimeout(tell, pause);
}

function tell() {
  clearTimeout(telling);
  telling = 0;
  if (told) return;
  told = true;
  const { conversation, id } = seen;
  if (pane()?.dataset.open === conversation && !unread()) return;
  const again = () => (seen?.id === id ? (seen = null) : null); // it is seen once more
  const answer = fetch(`/conversations/${conversation}/read?message=${id}`, { method: "POST", keepalive: true });
  answer.then(({ status }) => status >= 500 && again(), again);
}

function soon() {
  looking ||= setTimeout(look, settle);
}

export function start() {
  resizer = new ResizeObserver(soon);
  cover = new MutationObserver(soon); // a sheet over the thread makes it inert

  document.addEventListener("click", soon);
  document.addEventListener("scroll", (event) => event.target === thread() && soon(), { capture: true, passive: true });
  document.addEventListener("toggle", soon, true); // a long message was unfolded
  document.addEventListener("visibilitychange", () => (document.hidden ? tell() : soon()));
  document.addEventListener("htmx:after:swap", (event) => {
    follow(); // first: it forgets of another thread that somebody went to its end
    if (event.detail.ctx?.sourceElement?.id === "newer") ended = true;
    soon();
  });
  document.addEventListener("htmx:ws:after:message:incoming", soon);
  for (const name of ["pageshow", "online"]) addEventListener(name, soon);
  addEventListener("pagehide", tell);
  soon();
}
