// What a key means: to an input method, which has the first say, and on a keyboard of another script.

// onKey calls handle(event, key) for keys that no input method takes. Every script that does something at a key
// listens through it. The key is as the shortcuts are written.
export function onKey(handle, { of = document, capture = false } = {}) {
  of.addEventListener("keydown", (event) => composing(event) || handle(event, latinKey(event)), { capture });
}

// modified tells whether the key is part of a combination that means something else. On some keyboards AltGr says so
// alone.
export function modified(event) {
  return event.ctrlKey || event.altKey || event.metaKey || Boolean(event.getModifierState?.("AltGraph"));
}

const afterwards = 100; // ms in which the key that ended a composition may still come: in Safari it comes after the end
let field = null; // where something is being composed
let ended = -Infinity;

// composing tells whether the key belongs to an input method. Browsers say so in different ways, and Safari only by
// the code 229.
function composing(event) {
  if (event.isComposing || event.keyCode === 229 || event.key === "Process") return true;
  // A field that goes away while something is composed in it hears of no end.
  return (field !== null && field === document.activeElement) || event.timeStamp - ended < afterwards;
}

// latinKey is the key of an event, or where that is of another script the Latin one in its place.
function latinKey({ key, code, shiftKey }) {
  const plain = key?.length === 1 ? key.normalize("NFKC") : (key ?? ""); // Japanese keyboards can be wide
  if (/^[؟՞፧⸮]$/.test(plain)) return "?"; // that of Arabic, Armenian, Ethiopic and Syriac keyboards
  if (!/^[\p{L}\p{M}]+$/u.test(plain) || /\p{Script=Latin}/u.test(plain)) return plain;
  if (code === "Slash") return shiftKey ? "?" : "/";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (!letter) return plain;
  const upper = plain.toLowerCase() === plain.toUpperCase() ? shiftKey : plain !== plain.toLowerCase();
  return upper ? letter : letter.toLowerCase();
}

export function start() {
  addEventListener("compositionstart", (event) => (field = event.target), true);
  addEventListener(
    "compositionend",
    (event) => {
      field = null;
      ended = event.timeStamp;
    },
    true,
  );
}
