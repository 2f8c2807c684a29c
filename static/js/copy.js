// <button data-copy="#id"> copies what stands in that input or text.
(() => {
  "use strict";

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

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    const source = button && document.querySelector(button.dataset.copy);
    if (!source) return;
    say(button, (await copy(source)) ? "Copied" : "Press Ctrl+C");
  });
})();
