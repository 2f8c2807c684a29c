// Keeps the page up to date over one websocket: tells the server what is on screen, applies its frames in order, and
// catches up after every cut. The socket itself belongs to the htmx extension hx-ws.
(() => {
  const app = () => document.getElementById("app");
  const socketElement = () => document.getElementById("live");
  const SIGNED_OUT = 4401;
  const PATIENCE = 1500; // ms without a connection before the page says so

  let view = 0; // counts the pages of this tab; frames for an earlier one are dropped
  let change = 0; // the last change that the page shows
  let shown = ""; // which page that is
  let from = ""; // the first message of it
  let connection = null;
  let outage = 0; // timer
  let connected = "connecting"; // or live, reconnecting, offline

  // screen is what the server needs to know to keep this page up to date.
  function screen() {
    return JSON.stringify({ page: location.pathname + location.search, change, from: first(), unread: unread(), view });
  }

  // first is the position of the first message shown, "" if there is none before it.
  const first = () => document.getElementById("older")?.dataset.from ?? "";

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
      view++;
      change = Number(app().dataset.change);
      tell();
    } else if (first() !== from) {
      tell();
    }
    from = first();
    paint();
    markRead();
  }

  function tell() {
    if (connection?.socket?.readyState === WebSocket.OPEN) connection.socket.send(screen());
  }

  // markRead says that the open thread has been seen, if anybody can see it.
  function markRead() {
    const header = document.getElementById("thread-header");
    if (!header || document.hidden || !(Number(header.dataset.unread) > 0)) return;
    header.dataset.unread = "0";
    fetch(`/conversations/${header.dataset.conversationId}/read`, { method: "POST" }).catch(() => {});
  }

  // paint shows the state of the connection; navigation brings a new sign for it.
  function paint() {
    document.documentElement.dataset.connection = connected;
    const sign = document.getElementById("connection");
    if (sign) sign.dataset.state = connected === "connecting" ? "live" : connected;
  }

  function state(name) {
    if (name === "live") {
      clearTimeout(outage);
      outage = 0;
    }
    connected = name;
    paint();
  }

  function cut() {
    if (outage) return;
    outage = setTimeout(() => connected !== "elsewhere" && state(navigator.onLine ? "reconnecting" : "offline"), PATIENCE);
  }

  // refresh loads the page's panes anew, without a reload.
  function refresh() {
    htmx.ajax("GET", location.pathname + location.search, { target: "#app", select: "#app", swap: "outerMorph" }).catch(() => {});
  }

  // reconnect tries at once instead of waiting for the next attempt.
  function reconnect() {
    if (connection?.socket && connection.socket.readyState <= WebSocket.OPEN) return;
    const old = socketElement();
    if (!old) return;
    const fresh = old.cloneNode(false);
    old.remove();
    document.body.append(fresh);
    htmx.process(fresh);
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
    state("live");
    // The address was made before the wait for this attempt; the page may have moved on since.
    tell();
  });

  document.addEventListener("htmx:ws:close", (e) => {
    if (e.detail.code === SIGNED_OUT) return signIn();
    cut();
    if (e.detail.code === 1006) stillSignedIn();
  });

  document.addEventListener("htmx:ws:before:message:incoming", (e) => {
    const frame = JSON.parse(e.detail.message.data);
    if (frame.view !== view) {
      e.preventDefault();
    } else if (frame.stale) {
      e.preventDefault();
      refresh();
    }
  });

  document.addEventListener("htmx:ws:after:message:incoming", (e) => {
    const frame = JSON.parse(e.detail.message.data);
    if (frame.view !== view) return;
    change = Math.max(change, frame.change);
    markRead();
  });

  document.addEventListener("htmx:after:settle", sync);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    reconnect();
    markRead();
  });
  window.addEventListener("focus", reconnect);
  window.addEventListener("online", reconnect);
  window.addEventListener("offline", () => state("offline"));
  // hx-ws closes the socket for good when a page goes to the back-forward cache.
  window.addEventListener("pageshow", (e) => {
    if (e.persisted) reconnect();
  });

  sync();
})();
