// The service worker: keeps static files, which never change under their address, shows what push services bring, and
// leads to what a notification was about. Pages it does not touch. The server writes the version above.
"use strict";

const kept = `static ${version}`;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== kept) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin || !address.pathname.startsWith("/static/"))
    return;
  event.respondWith(fromCache(request));
});

async function fromCache(request) {
  const cache = await caches.open(kept);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.status === 200) await cache.put(request, answer.clone()).catch(() => {}); // the disk may be full
  return answer;
}

self.addEventListener("push", (event) => event.waitUntil(pushed(event.data)));

async function pushed(data) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.some((w) => w.focused)) return; // somebody is there, and the page tells
  let notice = { title: "Tagline", body: "New message", tag: "arrivals", url: "/inbox", change: 0 };
  try {
    notice = data.json();
  } catch {
    // shown all the same: a push must show something
  }
  const { title, body, tag, url, change } = notice;
  const shown = await self.registration.getNotifications({ tag });
  const renotify = !shown.some((n) => n.data?.change >= change);
  await self.registration.showNotification(title, { body, tag, renotify, silent: !renotify, data: { url, change } });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? "/inbox"));
});

async function open(address) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const window = windows.find((w) => w.focused) ?? windows.find((w) => w.visibilityState === "visible") ?? windows[0];
  if (!window) return self.clients.openWindow(address);
  await window.focus().catch(() => {});
  window.postMessage({ open: address });
}

// A push service may give a browser another address.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew(event) {
  const options = event.oldSubscription?.options;
  const subscription = event.newSubscription ?? (options && (await self.registration.pushManager.subscribe(options)));
  if (!subscription) return;
  const { endpoint, keys } = subscription.toJSON();
  await fetch("/notifications/browser", { method: "POST", body: new URLSearchParams({ endpoint, ...keys }) });
}
