// The tab says how much is unread and whether something failed, for people who watch it from another one.

function show() {
  const counts = document.getElementById("nav-views")?.dataset;
  const name = document.getElementById("app")?.dataset.title;
  const icon = document.getElementById("favicon");
  if (!name || !icon) return;
  const unread = Number(counts?.unread ?? 0);
  const title = unread > 0 ? `(${unread}) ${name}` : name;
  if (document.title !== title) document.title = title;
  const address =
    Number(counts?.failed) > 0 ? icon.dataset.failed : unread > 0 ? icon.dataset.unread : icon.dataset.calm;
  if (icon.getAttribute("href") !== address) icon.setAttribute("href", address);
}

export function start() {
  show();
  document.addEventListener("htmx:finally:swap", show);
}
