// Reads out what arrives in the open thread. A burst is counted instead of read.

const pause = 1000; // ms in which messages count as one burst
const length = 200; // characters read out of one message

let known = 0; // ids ascend with time: what has a higher one is new
let thread = "";
let waiting = [];
let timer = 0;

const opened = () => document.getElementById("thread-pane")?.dataset.open ?? "";

// begin is where the page begins: it was rendered at this number.
function begin() {
  thread = opened();
  known = Number(document.getElementById("app")?.dataset.change ?? 0);
  waiting = [];
}

function words() {
  const name = document.getElementById("thread-title")?.textContent ?? "";
  if (waiting.length > 1) return `${waiting.length} new messages from ${name}`;
  return `New message from ${name}: ${[...waiting[0]].slice(0, length).join("")}`;
}

function say() {
  timer = 0;
  const announce = document.getElementById("announce");
  if (announce && waiting.length > 0) announce.textContent = words();
  waiting = [];
}

function look() {
  if (opened() !== thread) return begin();
  let newest = known;
  for (const message of document.querySelectorAll("#thread [data-message][data-state=received]")) {
    const id = Number(message.dataset.message);
    if (id <= known) continue;
    newest = Math.max(newest, id);
    waiting.push(message.querySelector(".text").textContent);
  }
  known = newest;
  if (waiting.length > 0 && !timer) timer = setTimeout(say, pause);
}

export function start() {
  begin();
  document.addEventListener("htmx:finally:swap", look);
}
