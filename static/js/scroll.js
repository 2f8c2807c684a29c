// Where a thread stands: at the first unread message or the bottom when it opens, at the bottom as long as the reader
// is there, else a button counts what arrives below and leads there. What is read stays where it is, whatever comes
// above or below it; earlier and later messages are fetched when the edge of those that are loaded is near.

const near = 40; // px from the bottom that still count as being there
let thread = null; // the element that is followed
let conversation = ""; // whose messages it holds
let atBottom = true;
let waiting = 0;
let last = null; // the last message that was counted
let anchor = null; // the first message in view, which stays where it is
let anchorTop = 0; // px below the top of the thread
let whole = true; // what is loaded goes up to the end
let ending = false; // the end is on its way
const asked = { older: "", later: "" }; // from where messages were asked for
const soon = 600; // px from the edge at which they are

const messages = () => thread.querySelectorAll("[data-message]");
const button = () => document.getElementById("newer");
const distance = () => thread.scrollHeight - thread.scrollTop - thread.clientHeight;

function show() {
  const newer = button();
  if (!newer) return;
  const count = whole ? waiting : Number(document.getElementById("thread-header")?.dataset.unread ?? 0);
  newer.hidden = whole && count === 0;
  newer.textContent = count > 0 ? `${count} new ↓` : "Latest ↓";
}

function toBottom() {
  thread.scrollTop = thread.scrollHeight;
  atBottom = true;
  waiting = 0;
  show();
  remember();
}

const below = (element) => element.getBoundingClientRect().top - thread.getBoundingClientRect().top;

function remember() {
  const top = thread.getBoundingClientRect().top;
  anchor = [...messages()].find((m) => m.getBoundingClientRect().bottom > top) ?? null;
  anchorTop = anchor ? below(anchor) : 0;
}

function stay() {
  const kept = anchor?.isConnected ? anchor : anchor && document.getElementById(anchor.id);
  if (anchor && !kept) return place(); // the thread was loaded anew, and elsewhere
  if (kept) thread.scrollTop += below(kept) - anchorTop;
  remember();
}

// ask follows a link once htmx has it: before, the browser would leave the page.
function ask(name, from, away) {
  const link = document.getElementById(name);
  if (!link?.hasAttribute("data-htmx-powered") || away > soon || link.dataset[from] === asked[name]) return;
  asked[name] = link.dataset[from];
  link.click();
}

const fetchOlder = () => ask("older", "from", thread.scrollTop);
const fetchLater = () => ask("later", "until", distance());

function onScroll() {
  atBottom = whole && distance() <= near;
  remember();
  fetchOlder();
  fetchLater();
  if (!atBottom || waiting === 0) return;
  waiting = 0;
  show();
}

const complete = () => document.getElementById("later") === null;

// Only what comes after the last known message is new, and only where the end was there: older pages arrive above,
// and later ones below.
function added() {
  if (follow()) return;
  if (!whole || !complete()) return grown();
  const all = [...messages()];
  const known = last?.isConnected ? all.indexOf(last) : all.findIndex((m) => m.id === last?.id);
  const fresh = last ? all.slice(known + 1) : all;
  last = all.at(-1) ?? null;
  if (atBottom) return toBottom();
  stay();
  waiting += known < 0 && fresh.length === all.length ? 0 : fresh.length;
  show();
}

// grown is added for a thread whose end is not there, or was not.
function grown() {
  whole = complete();
  last = [...messages()].at(-1) ?? null;
  waiting = 0;
  atBottom = false;
  if (whole && ending) {
    ending = false;
    return toBottom();
  }
  stay();
  atBottom = whole && distance() <= near;
  show();
}

// A link to a message wins over the first unread one.
function place() {
  const linked = document.getElementById("thread-pane").dataset.target || location.hash.slice(1);
  const target = /^(message|note)-/.test(linked) && document.getElementById(linked);
  for (const before of thread.querySelectorAll("[data-linked]")) delete before.dataset.linked;
  if (target) target.dataset.linked = "true";
  const start = target || document.getElementById("new-messages");
  if (!start || !thread.contains(start)) return toBottom();
  const space = target ? thread.clientHeight / 3 : 24;
  thread.scrollTop += start.getBoundingClientRect().top - thread.getBoundingClientRect().top - space;
  atBottom = whole && distance() <= near;
  remember();
}
let follower;
let resizer;

// A swap can bring another thread, also into the same element. Tells whether it did.
function follow() {
  const current = document.getElementById("thread");
  const pane = document.getElementById("thread-pane");
  const open = pane ? `${pane.dataset.open} ${pane.dataset.target}` : "";
  if (current === thread && open === conversation) return false;
  follower.disconnect();
  resizer.disconnect();
  thread = current;
  conversation = open;
  waiting = 0;
  last = null;
  anchor = null;
  asked.older = asked.later = "";
  whole = complete();
  ending = false;
  if (!thread) return true;
  last = [...messages()].at(-1) ?? null;
  place();
  show();
  thread.addEventListener("scroll", onScroll, { passive: true });
  follower.observe(thread, { childList: true, subtree: true });
  resizer.observe(thread);
  return true;
}

export function start() {
  follower = new MutationObserver(added);
  resizer = new ResizeObserver(() => (atBottom ? toBottom() : stay()));

  // Before htmx: the end is not asked for where it is there.
  document.addEventListener(
    "click",
    (event) => {
      if (!event.target.closest?.("#newer")) return;
      if (!whole) return void (ending = true);
      event.stopPropagation();
      toBottom();
    },
    true,
  );

  // Who answers wants to see it, at the end.
  document.addEventListener("htmx:finally:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (sourceElement === button() && !(response?.status < 400)) ending = false;
    if (sourceElement.matches?.("[data-composer]") && response?.status < 400 && thread && !whole) button().click();
  });

  // A refused page can be asked for again.
  window.addEventListener("online", () => (asked.older = asked.later = ""));
  document.addEventListener("htmx:ws:after:message:incoming", () => thread && show());

  // A part may be shorter than the screen.
  document.addEventListener("htmx:after:process", () => thread?.isConnected && fetchLater());

  follow();
  document.addEventListener("htmx:after:swap", follow);
}
