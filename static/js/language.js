// The languages that times, numbers and countries are written in.

// readerLanguages are those that the browser names, English where it names none that it can write in itself: WebKit
// without a locale says "C".
export function readerLanguages() {
  const known = [...(navigator.languages ?? []), navigator.language].filter(writable);
  return known.length > 0 ? known : ["en"];
}

function writable(language) {
  try {
    new Intl.DateTimeFormat(language);
    return Boolean(language);
  } catch {
    return false;
  }
}
