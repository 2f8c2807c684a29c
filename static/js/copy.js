// <button data-copy="#id"> copies what stands in that input or text, data-copy-text what it says itself, and
// data-copy-link an address of this site.

const saidFor = 2000; // ms

// The clipboard API needs a secure page; over plain HTTP the older way still works.
async function copy(source) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      return true;
    } catch {
      // not permitted: try the older way
    }
  }
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
  return document.execCommand("copy");
}

function say(button, word) {
  button.dataset.word ??= button.textContent;
  button.textContent = word;
  const announce = document.getElementById("announce");
  if (announce) announce.textContent = word;
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = setTimeout(() => (button.textContent = button.dataset.word), saidFor);
}

// own is an element to copy from where the button itself says what.
function own(button) {
  const { copyText, copyLink } = button.dataset;
  if (copyText === undefined && copyLink === undefined) return null;
  const source = document.createElement("textarea");
  source.className = "hidden-words";
  source.value = copyText ?? location.origin + copyLink;
  button.after(source);
  return source;
}

export function start() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy], button[data-copy-text], button[data-copy-link]");
    if (!button) return;
    const made = own(button);
    const source = made ?? document.querySelector(button.dataset.copy);
    if (!source) return;
    say(button, (await copy(source)) ? "Copied" : "Press Ctrl+C");
    made?.remove();
  });
}
