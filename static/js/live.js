// Keeps the page up to date over one websocket: tells the server what is on screen, applies its frames in order, and
// catches up after every cut. The socket itself belongs to the htmx extension hx-ws.

const app = () => document.getElementById("app");
const socketElement = () => document.getElementById("live");
const SIGNED_OUT = 4401;
const CROWDED = 4429; // the person has more pages open than are kept live, and this is the oldest
const outageDelay = 1500; // ms without a connection before the page says so
const frameTimeout = 60_000; // ms without a frame after which a connection is dead; the server sends one every 25 s
const probeTimeout = 4000; // ms for the server to answer what it is told
const watchInterval = 5000; // ms between checks of the connection

let view = 0; // counts the pages of this tab; frames for an earlier one are dropped
let change = 0; // the last change that the page shows
let shown = ""; // which page that is
let part = ""; // which part of its thread that is
let connection = null;
let outage = 0; // timer
let heard = Date.now(); // when the server was last heard; the clock that goes on while a laptop sleeps
let opening = 0; // since when a connection is seen being made
let looked = Date.now();
let begun = ""; // content of a frame that goes on in the next
let owed = false; // the page must be loaded anew, and frames don't fit it
let writing = false; // whether a reply is being written here
let hid = document.hidden; // as the server knows it
let connected = "connecting"; // or live, reconnecting, offline, elsewhere, crowded

// screen is what the server needs to know to keep this page up to date.
function screen() {
  return JSON.stringify({
    page: location.pathname + location.search,
    change,
    database: app().dataset.database,
    from: first(),
    until: until(),
    unread: unread(),
    view,
    hidden: document.hidden,
    writing,
  });
}

// first is the position of the first message shown, "" if there is none before it.
const first = () => document.getElementById("older")?.dataset.from ?? "";

// until is the position of the last message shown, "" if there is none after it.
const until = () => document.getElementById("later")?.dataset.until ?? "";

const bounds = () => `${first()} ${until()}`;

// unread is the message above which "New messages" stood when the thread was opened, 0 if there was none.
const unread = () => Number(document.getElementById("thread-pane")?.dataset.firstUnread ?? 0);

function address() {
  const scheme = location.protocol === "https:" ? "wss://" : "ws://";
  return scheme + location.host + "/live?screen=" + encodeURIComponent(screen());
}

// sync notices that another page is on screen, by whatever way it came.
function sync() {
  if (!app()) return;
  const now = [location.pathname + location.search, app().dataset.change, unread()].join(" ");
  if (now !== shown) {
    shown = now;
    writing = false;
    view++;
    change = Number(app().dataset.change);
    tell();
  } else if (bounds() !== part) {
    view++; // a frame made for the shorter page would take the other messages away again
    behind();
    tell();
  } else if (behind()) {
    tell();
  }
  part = bounds();
  paint();
}

// behind notices more rows, which were not read at the change that the other rows show: the server is told to send
// what happened since the earlier of both.
function behind() {
  const more = document.getElementById("more");
  const read = Number(more?.dataset.change ?? 0);
  if (!read) return false;
  delete more.dataset.change;
  change = Math.min(change, read);
  return true;
}

function tell() {
  if (connection?.socket?.readyState !== WebSocket.OPEN) return;
  hid = document.hidden;
  connection.socket.send(screen());
}

// paint shows the state of the connection; navigation brings a new sign for it.
function paint() {
  document.documentElement.dataset.connection = connected;
  const sign = document.getElementById("connection");
  if (sign) sign.dataset.state = connected === "connecting" ? "live" : connected;
}

function state(name) {
  if (name === "live" || name === "crowded") {
    clearTimeout(outage);
    outage = 0;
  }
  connected = name;
  paint();
}

function cut() {
  if (connected === "crowded") return;
  const say = () => connected !== "elsewhere" && state(navigator.onLine ? "reconnecting" : "offline");
  if (!outage) outage = setTimeout(say, outageDelay);
  else if (connected === "reconnecting" || connected === "offline") say();
}

// hear notes a sign of life.
function hear() {
  heard = Date.now();
  if (outage) state("live");
}

// refresh loads the page's panes anew, without a reload, however long it takes.
async function refresh() {
  if (owed) return;
  owed = true;
  for (let wait = 500; owed; wait = Math.min(2 * wait, 15_000)) {
    try {
      await renew();
      owed = false;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait * (0.7 + 0.6 * Math.random())));
    }
  }
}

// renew fails where the server does not answer with the page.
async function renew() {
  const asked = location.href;
  const answer = await fetch(asked, { cache: "no-store", headers: { "HX-Boosted": "true", "HX-Request": "true" } });
  if (answer.status === 401) return signIn();
  if (answer.status >= 500) throw new Error(`answered ${answer.status}`);
  const text = await answer.text();
  if (location.href !== asked) return; // somebody went on to another page, which is new
  await htmx.swap({
    sourceElement: app(),
    target: "#app",
    select: "#app",
    swap: "outerMorph",
    text,
    push: "false",
    transition: false,
  });
}

const socket = () => connection?.socket;
const isOpen = () => socket()?.readyState === WebSocket.OPEN;

// reconnect tries at once instead of waiting for the next attempt.
function reconnect() {
  if (!window.htmx) return; // it is still to come, and connects by itself
  if (socket() && socket().readyState <= WebSocket.OPEN) return;
  const old = socketElement();
  if (!old) return;
  const fresh = old.cloneNode(false);
  old.remove();
  document.body.append(fresh);
  htmx.process(fresh);
}

// giveUp replaces a connection that is dead and does not know it.
function giveUp() {
  connection.abortController?.abort();
  socket().close();
  connection.socket = null;
  cut();
  reconnect();
}

// wake looks after the connection when something may have cut it, or somebody comes back to the page. One that looks
// alive is asked: the server answers what it is told.
function wake() {
  if (connected === "crowded") return;
  if (!isOpen()) return reconnect();
  if (Date.now() - heard < watchInterval && !outage) return document.hidden === hid || tell();
  const asked = Date.now();
  const probed = socket();
  tell();
  setTimeout(() => heard < asked && isOpen() && socket() === probed && giveUp(), probeTimeout);
}

// comeBack is for what somebody does at this page. It alone ends a pause: pages that came back by themselves would
// take each other's place for ever, but somebody is at one page at a time.
function comeBack() {
  if (connected === "crowded") state("reconnecting");
  wake();
}

function watch() {
  const now = Date.now();
  const slept = Math.abs(now - looked) > 6 * watchInterval;
  looked = now;
  if (socket()?.readyState !== WebSocket.CONNECTING) opening = 0;
  else if (opening === 0) opening = now;
  if (isOpen() && Math.abs(now - heard) > frameTimeout) giveUp();
  else if (opening !== 0 && now - opening > 2 * watchInterval) giveUp();
  else if (slept) wake();
}

// A refused socket looks like a cut one. Ask which it was: without a session there is nothing to wait for.
async function stillSignedIn() {
  try {
    const answer = await fetch("/session", { cache: "no-store" });
    if (answer.status === 401) signIn();
    const origin = answer.headers.get("Tagline-Origin");
    if (origin && origin !== location.origin) elsewhere(origin);
  } catch {
    // no network: the socket goes on trying
  }
}

// elsewhere says that this is not the address that Tagline was told it has: only there pages are live.
function elsewhere(origin) {
  state("elsewhere");
  const link = document.querySelector("#connection [data-when=elsewhere] a");
  if (link) link.href = origin + location.pathname + location.search;
}

function signIn() {
  location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
}

document.addEventListener("htmx:ws:before:connection", (e) => {
  connection = e.detail.connection;
  connection.url = address();
});

document.addEventListener("htmx:ws:after:connection", () => {
  heard = Date.now();
  begun = ""; // the rest of it went with the connection before
  state("live");
  // The address was made before the wait for this attempt; the page may have moved on since.
  tell();
});

document.addEventListener("htmx:ws:close", (e) => {
  if (e.detail.code === SIGNED_OUT) return signIn();
  if (e.detail.code === CROWDED) return state("crowded");
  cut();
  if (e.detail.code === 1006) stillSignedIn();
});

document.addEventListener("htmx:ws:before:message:incoming", (e) => {
  hear();
  if (bounds() !== part) sync(); // other messages came, and htmx is about to say so
  const frame = JSON.parse(e.detail.message.data);
  if (frame.more) {
    begun += frame.content;
    return e.preventDefault();
  }
  if (begun && frame.content) {
    frame.content = begun + frame.content;
    e.detail.message.data = JSON.stringify(frame);
  }
  begun = "";
  if (frame.view === view && !frame.stale && !owed) return;
  e.preventDefault();
  if (frame.content) document.dispatchEvent(new CustomEvent("frame:dropped", { detail: frame.content }));
  if (frame.view === view && frame.stale) refresh();
});

document.addEventListener("htmx:ws:after:message:incoming", (e) => {
  const frame = JSON.parse(e.detail.message.data);
  if (frame.view !== view || owed) return;
  if (document.querySelector("#thread [data-same]")) return refresh(); // it names a line that is not here
  change = Math.max(change, frame.change);
});

document.addEventListener("htmx:after:settle", sync);
// A part of a thread may have been read before the last change that the rest shows: it is told of that again.
document.addEventListener("htmx:before:swap", (e) => {
  const read = e.detail.ctx?.response?.headers?.get("Tagline-Change");
  if (read) change = Math.min(change, Number(read));
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return tell();
  comeBack();
});
window.addEventListener("focus", comeBack);
document.addEventListener("click", (e) => e.target.closest("[data-resume]") && comeBack());
window.addEventListener("online", wake);
window.addEventListener("offline", cut);
// Colleagues who look at the same conversation are told who writes.
document.addEventListener("reply:writing", (e) => {
  if (e.detail === writing) return;
  writing = e.detail;
  tell();
});
document.addEventListener("resume", wake); // after the browser froze the page
// hx-ws closes the socket for good when a page goes to the back-forward cache.
window.addEventListener("pageshow", (e) => {
  if (e.persisted) comeBack();
});
setInterval(watch, watchInterval);

// htmx begins as soon as it is there. Its extension may arrive later, and nobody has connected the socket then.
document.addEventListener("DOMContentLoaded", () => setTimeout(() => connection ?? reconnect()));

sync();
