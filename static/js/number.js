// The country of a number, in the reader's language, when it is pointed at.

import { readerLanguages } from "./language.js";

let names = null;

function fill() {
  for (const number of document.querySelectorAll("[data-region]:not([data-region=''])")) {
    const flag = number.title.split(" ")[0];
    const words = `${flag} ${names.of(number.dataset.region)} · ${number.dataset.number}`;
    if (number.title !== words) number.title = words;
  }
}

export function start() {
  try {
    names = new Intl.DisplayNames(readerLanguages(), { type: "region" });
  } catch {
    return; // its letters do
  }

  fill();
  document.addEventListener("htmx:after:swap", fill);
}
