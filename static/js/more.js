// Loads the next page of rows when the end of the list comes near. What the link says is in its data-state: loading
// once that takes a while, failed until somebody tries again.

const ahead = 800; // px below what is seen at which the next page is asked for
const loadingDelay = 150; // ms before the link says that it loads
const link = () => document.querySelector("#more > a.more");
let watched = null;
let watcher = null;

function load(more) {
  if (!more.isConnected || more.dataset.state === "failed" || more.dataset.asked !== undefined) return;
  more.click();
}

function watch() {
  const more = link();
  if (more === watched) return;
  watcher?.disconnect();
  watched = more;
  if (!more) return;
  const options = { root: more.closest(".list-scroll"), rootMargin: `0px 0px ${ahead}px 0px` };
  watcher = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && load(more), options);
  watcher.observe(more);
}

function ask(more) {
  more.dataset.asked = "";
  setTimeout(() => {
    if (more.dataset.asked !== undefined) more.dataset.state = "loading";
  }, loadingDelay);
}

function fail(more) {
  delete more.dataset.asked;
  more.dataset.state = "failed";
}

export function start() {
  // Before htmx: a page that is on its way is not asked for again. Clicks that open another tab are left alone.
  document.addEventListener(
    "click",
    (event) => {
      const more = event.target.closest?.("#more > a.more");
      if (!more || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (more.dataset.asked === undefined) {
        delete more.dataset.state;
        return ask(more);
      }
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  document.addEventListener("htmx:error", (event) => event.target.matches?.("#more > a.more") && fail(event.target));
  document.addEventListener("htmx:before:response", (event) => {
    const { status } = event.detail.ctx.response;
    if (status < 400 || status === 401 || !event.target.matches?.("#more > a.more")) return;
    event.preventDefault(); // an error page is no rows
    fail(event.target);
  });
  document.addEventListener("htmx:after:swap", watch);
  watch();
}
