// Two swap styles for lists that are ordered by data-sort, descending. "place" puts rows where they belong: a row
// that is there already is brought up to date and moved, a new one goes in, one beyond the end of what is loaded
// stays out, and one with data-gone goes. A list that must not move now takes rows at the event row:arrived and
// places them later. "append" adds the rows of a page that was asked for; of a row that is there already, the page
// has an older state.

export function place(list, row) {
  const old = document.getElementById(row.id);
  if (row.hasAttribute("data-gone")) return old?.remove();
  const focused = old?.contains(document.activeElement) ? document.activeElement : null;
  const boxes = (holder) => [...holder.querySelectorAll("input[type=checkbox]")];
  const ticked = old
    ? boxes(old)
        .filter((box) => box.checked)
        .map((box) => box.name + box.value)
    : [];
  for (const box of boxes(row)) box.checked = ticked.includes(box.name + box.value);
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
  if (focused)
    (document.getElementById(focused.id) ?? row.querySelector(focused.localName))?.focus({ preventScroll: true });
}

function append(list, row) {
  if (document.getElementById(row.id)) return;
  list.append(row);
  htmx.process(row);
}

export function start() {
  if (!window.htmx) return; // a page that is not live
  htmx.registerExtension("place", {
    handle_swap(style, list, fragment) {
      if (style === "append") {
        for (const row of [...fragment.children]) append(list, row);
        return true;
      }
      if (style !== "place") return false;
      for (const row of [...fragment.children]) {
        const arrived = new CustomEvent("row:arrived", { detail: row, bubbles: true, cancelable: true });
        if (list.dispatchEvent(arrived)) place(list, row);
      }
      return true;
    },
    // A line of a thread that is as it was is only named, and stays.
    htmx_before_morph_node: (element, { newNode }) => newNode.dataset?.same === undefined,
  });
}
