// Desktop notifications of what arrives while Tagline is open in a tab. The service worker shows them, so that they
// are the same as those that are pushed, and tells which was clicked.

import { claim, unseen } from "./arrivals.js";

const apart = 3; // conversations that are told one by one; more are told together

const wanted = () => document.documentElement.dataset.desktop === "on" && window.Notification?.permission === "granted";

// noticeOf says several arrivals in one notice, as the server's NoticeOf does.
function noticeOf(arrivals) {
  const last = arrivals.at(-1);
  if (arrivals.length === 1) return { ...last, title: last.name, body: last.words, tag: `conversation-${last.id}` };
  const count = arrivals.reduce((sum, a) => sum + a.count, 0);
  const names = arrivals
    .slice(0, 3)
    .map((a) => a.name)
    .join(", ");
  const rest = arrivals.length > 3 ? ` and ${arrivals.length - 3} more` : "";
  return {
    title: `${count} new messages`,
    body: names + rest,
    tag: "arrivals",
    url: "/inbox?view=unread",
    change: last.change,
  };
}

async function show({ title, body, tag, url, change }) {
  const worker = await navigator.serviceWorker.ready;
  const shown = await worker.getNotifications({ tag });
  if (shown.some((n) => n.data?.change >= change)) return; // it was pushed
  await worker.showNotification(title, { body, tag, renotify: true, data: { url, change } });
}

// open goes to an address the way a click on a link does.
function open(address) {
  const link = document.createElement("a");
  link.href = address;
  link.hidden = true;
  document.body.append(link);
  window.htmx?.process(link);
  link.click();
  link.remove();
}

export function start() {
  document.addEventListener("messages:arrived", async (event) => {
    if (!wanted() || !navigator.serviceWorker) return;
    const fresh = await claim("desktop", await unseen(event.detail));
    if (fresh.length === 0) return;
    const notices = fresh.length > apart ? [noticeOf(fresh)] : fresh.map((a) => noticeOf([a]));
    for (const notice of notices) await show(notice);
  });

  navigator.serviceWorker?.addEventListener("message", (event) => {
    if (event.data?.open) open(event.data.open);
  });
}
