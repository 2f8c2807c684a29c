// Times in the reader's zone and language. The server's words are for the first paint; these stay true as time
// passes.

import { readerLanguages } from "./language.js";

let languages;
const format = (options) => new Intl.DateTimeFormat(languages, options);
let weekday;
let day;
let dayOfYear;
let nearby;
const unit = (name) => new Intl.NumberFormat(languages, { style: "unit", unit: name, unitDisplay: "short" });
let minutes;
let hours;

// Hours are written as the reader prefers, by default as their language does; 24 hours run from 00 to 23.
const cycles = { 12: { hour12: true }, 24: { hourCycle: "h23" } };
let clock, exact, clockFormat;

function prefer(name) {
  if (name === clockFormat) return;
  clockFormat = name;
  clock = format({ hour: "numeric", minute: "2-digit", ...cycles[name] });
  exact = format({ dateStyle: "full", timeStyle: "medium", ...cycles[name] });
}

const minute = 60_000;
const hour = 3_600_000;

const capital = (words) => words.charAt(0).toLocaleUpperCase(languages[0]) + words.slice(1);
const inHours = (n) => hours.format(n).replace(/\bhrs?\b/, "h");

// Midnights between, not periods of 24 hours.
const dayNumber = (t) => Date.UTC(t.getFullYear(), t.getMonth(), t.getDate()) / (24 * hour);
const daysBetween = (at, now) => dayNumber(now) - dayNumber(at);

function date(at, now) {
  const days = daysBetween(at, now);
  if (Math.abs(days) <= 1) return capital(nearby.format(-days, "day"));
  return (at.getFullYear() === now.getFullYear() ? day : dayOfYear).format(at);
}

function relative(at, now) {
  const age = now - at;
  const days = daysBetween(at, now);
  if (age < minute) return nearby.format(0, "second");
  if (age < hour) return minutes.format(Math.floor(age / minute));
  if (days <= 0) return inHours(Math.floor(age / hour));
  if (days === 1) return capital(nearby.format(-1, "day"));
  if (days < 7) return weekday.format(at);
  return date(at, now);
}

// In English like the words around it, and as the server writes it.
function lasting(at, now) {
  const total = Math.floor((now - at) / minute);
  const h = Math.floor(total / 60);
  if (total < 1) return "for under a minute";
  if (h < 1) return `for ${total} min`;
  if (h >= 48) return `for ${Math.floor(h / 24)} days`;
  return total % 60 === 0 ? `for ${h} h` : `for ${h} h ${total % 60} min`;
}

const styles = {
  relative,
  date,
  lasting,
  clock: (at) => clock.format(at),
  full: (at, now) => `${date(at, now)} ${clock.format(at)}`,
};

function fill(element, now) {
  const at = new Date(element.dateTime);
  const style = styles[element.dataset.style];
  if (!style || Number.isNaN(at.getTime())) return;
  const words = style(at, now);
  if (element.textContent !== words) write(element, words);
  const title = exact.format(at);
  if (element.title !== title) element.title = title;
}

// Changing the text node instead of replacing it leaves a selection around it alone.
function write(element, words) {
  if (element.firstChild?.nodeType === Node.TEXT_NODE) element.firstChild.data = words;
  else element.textContent = words;
}

function fillAll() {
  const now = new Date();
  prefer(document.documentElement.dataset.timeFormat ?? "auto");
  for (const element of document.querySelectorAll("time[data-style]")) fill(element, now);
}

// The server separates days where the reader's midnight is; it learns the zone from a cookie.
function tellZone() {
  const zone = format({}).resolvedOptions().timeZone;
  if (!zone) return;
  const cookie = `zone=${encodeURIComponent(zone)}`;
  if (document.cookie.split("; ").includes(cookie)) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${cookie}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

export function start() {
  languages = readerLanguages();
  weekday = format({ weekday: "short" });
  day = format({ day: "numeric", month: "short" });
  dayOfYear = format({ day: "numeric", month: "short", year: "numeric" });
  nearby = new Intl.RelativeTimeFormat(languages, { numeric: "auto" });
  minutes = unit("minute");
  hours = unit("hour");

  tellZone();
  fillAll();
  document.addEventListener("htmx:after:swap", fillAll);
  document.addEventListener("visibilitychange", () => document.hidden || fillAll());
  setInterval(fillAll, 30_000);
}
