// What this browser is asked and told: whether it shows notifications, and whether a push service reaches it while no
// page is open. Who turned that on gets it back after signing in again; nobody else does.

import { recall, remember } from "./storage.js";

let root;
let possible;
let pushes;
const box = () => document.getElementById("browser");
const person = () => document.getElementById("preferences")?.dataset.person ?? "";
let started = false;
const owner = "push"; // in local storage: who turned pushes on in this browser

const register = () => navigator.serviceWorker.register("/worker.js");

// Written as bytes: not all browsers take the key as text.
const bytes = (base64) =>
  Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

async function post(path, fields) {
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields) });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
}

async function subscribe(key) {
  await register();
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  // One that was made with other keys, for the database before, stands in the way.
  const subscription = await pushManager.subscribe(options).catch(async (problem) => {
    const old = await pushManager.getSubscription();
    if (!old) throw problem;
    await old.unsubscribe();
    return pushManager.subscribe(options);
  });
  const { endpoint, keys } = subscription.toJSON();
  await post("/notifications/browser", { endpoint, ...keys });
  remember(owner, person());
  remember("push key", key);
}

async function unsubscribe() {
  remember(owner, "");
  await post("/notifications/browser/remove", {});
  const worker = await navigator.serviceWorker.getRegistration("/");
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}

const permission = () => (possible ? Notification.permission : "none");

function paint(push) {
  if (!box()) return;
  box().hidden = false;
  box().querySelector("[data-permission]").dataset.permission = permission();
  const line = box().querySelector("[data-push]");
  if (push) line.dataset.push = push;
  else if (!pushes || !box().dataset.pushKey || permission() === "denied") line.dataset.push = "none";
  else line.dataset.push = box().dataset.subscribed === "on" && permission() === "granted" ? "on" : "off";
}

async function turn(on) {
  try {
    if (on && (await Notification.requestPermission()) !== "granted") return paint();
    await (on ? subscribe(box().dataset.pushKey) : unsubscribe());
    box().dataset.subscribed = on ? "on" : "off";
    paint(on ? "on" : "off");
  } catch {
    paint("failed");
  }
}

// resubscribe registers the service worker where it has something to do, and this browser again after signing in.
async function resubscribe() {
  if (permission() !== "granted") return;
  if (root.dataset.desktop === "on") register().catch(() => {});
  const key = recall("push key");
  if (started || !pushes || !person() || recall(owner) !== person() || !key) return;
  started = true; // once for each load is enough
  subscribe(key).catch(() => {});
}

export function start() {
  root = document.documentElement;
  possible = Boolean(window.isSecureContext && navigator.serviceWorker && window.Notification);
  pushes = possible && Boolean(window.PushManager);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-permission-ask]")) {
      Notification.requestPermission().then(() => {
        paint();
        resubscribe();
      });
    }
    if (event.target.closest("[data-push-on]")) turn(true);
    if (event.target.closest("[data-push-off]")) turn(false);
  });

  paint();
  resubscribe();
  document.addEventListener("htmx:after:swap", () => (paint(), resubscribe()));
}
