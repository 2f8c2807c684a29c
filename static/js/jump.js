// Jumps inside a thread: to the open failures above and below, and up to the first unread message. Failures that are
// not loaded are the server's to find: the link leads there.

let last = null; // the failure that was jumped to

const thread = () => document.getElementById("thread");
const failures = () => [...thread().querySelectorAll(".message[data-state=failed]:not([data-dismissed])")];
const box = (element) => element.getBoundingClientRect();

function visible(element) {
  const frame = box(thread());
  return element?.isConnected && box(element).bottom > frame.top && box(element).top < frame.bottom;
}

// find returns the next loaded failure in the direction, seen from the one jumped or linked to or from the edge of
// the view.
function find(direction) {
  const all = failures();
  const from = all.findIndex((m) => visible(m) && (visible(last) ? m === last : "linked" in m.dataset));
  const frame = box(thread());
  if (direction === "above") return from >= 0 ? all[from - 1] : all.findLast((m) => box(m).top < frame.bottom);
  return from >= 0 ? all[from + 1] : all.find((m) => box(m).bottom > frame.top);
}

function show(message) {
  last?.removeAttribute("data-jumped");
  last = message;
  message.dataset.jumped = "";
  thread().scrollTop += box(message).top - box(thread()).top - thread().clientHeight / 3;
  message.querySelector(".permalink").focus({ preventScroll: true });
}

// jump tells whether it found what it looks for; the ends of a thread that is all there are joined.
function jump(link) {
  const direction = link.dataset.jump;
  const older = document.getElementById("older");
  const later = document.getElementById("later"); // the thread goes on where the page ends
  let next = find(direction);
  if (!next && !older && !later) next = direction === "above" ? failures().at(-1) : failures()[0];
  if (next) {
    show(next);
    return true;
  }
  const address = new URL(link.href);
  const end = [...thread().querySelectorAll("[data-message]")].at(-1);
  address.searchParams.delete("from"); // from the other end on
  if (direction === "above" && older) address.searchParams.set("from", older.dataset.from);
  if (direction === "below" && later) address.searchParams.set("from", `${end.dataset.at}.${end.dataset.message}`);
  link.href = address.pathname + address.search;
  return false;
}

// The way up to the first unread message is offered while that is above.
function offer() {
  const link = document.getElementById("unread-jump");
  if (!link) return;
  const divider = document.getElementById("new-messages");
  const before =
    document.getElementById("thread-pane").dataset.firstUnread !== "0" &&
    document.getElementById("thread-header").dataset.unread !== "0";
  link.hidden = divider ? box(divider).bottom > box(thread()).top : !before;
}

export function start() {
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.("[data-jump], #unread-jump");
      if (!link || !thread() || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (link.id === "unread-jump") {
        const divider = document.getElementById("new-messages");
        if (!divider) return; // the link leads there
        thread().scrollTop += box(divider).top - box(thread()).top - 24;
      } else if (!jump(link)) {
        return;
      }
      event.preventDefault();
      event.stopPropagation(); // htmx would follow the link all the same
    },
    true,
  );

  document.addEventListener("scroll", (event) => event.target === thread() && offer(), {
    capture: true,
    passive: true,
  });
  document.addEventListener("htmx:after:swap", () => thread() && offer());
}
