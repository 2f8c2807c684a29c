// The swap style "place" puts rows where they belong in a list that is ordered by data-sort, newest first: a row that is
// there already is brought up to date and moved, a new one goes in, and one beyond the end of what is loaded stays out.
htmx.registerExtension("place", {
  handle_swap(style, list, fragment) {
    if (style !== "place") return false;
    for (const row of [...fragment.children]) place(list, row);
    return true;
  },
});

function place(list, row) {
  const old = document.getElementById(row.id);
  const focused = old !== null && old === document.activeElement;
  if (old?.dataset.sort === row.dataset.sort) {
    old.replaceWith(row);
  } else {
    old?.remove();
    const rows = [...list.querySelectorAll(":scope > [data-sort]")];
    const next = rows.find((other) => other.dataset.sort < row.dataset.sort);
    if (next) next.before(row);
    else if (document.querySelector("#more > a")) return;
    else if (rows.length > 0) rows[rows.length - 1].after(row);
    else list.prepend(row);
  }
  htmx.process(row);
  if (focused) row.focus({ preventScroll: true });
}
