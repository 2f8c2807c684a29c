// How a text goes out: textlink/segments.go counts the same, and a test compares the two.

const basic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const extension = "\f^{}\\[~]|€";

function count(text) {
  const characters = [...text];
  const unicode = characters.some((c) => !basic.includes(c) && !extension.includes(c));
  const [whole, part] = unicode ? [70, 67] : [160, 153];
  let units = 0;
  let sms = 1;
  let room = part;
  for (const c of characters) {
    const cost = unicode ? c.length : extension.includes(c) ? 2 : 1;
    units += cost;
    if (cost > room) {
      sms += 1;
      room = part;
    }
    room -= cost;
  }
  if (units <= whole) sms = 1;
  return { unicode, units, sms, limit: sms === 1 ? whole : sms * part };
}

function show(field) {
  const output = field.form?.querySelector("[data-count]");
  if (!output) return;
  const { unicode, units, sms, limit } = count(field.value);
  output.value = field.value === "" ? "" : `${units} / ${limit} · ${sms} SMS${unicode ? " (Unicode)" : ""}`;
  output.toggleAttribute("data-many", sms > 10);
}

const counted = "form:has([data-count]) textarea";
const showAll = () => document.querySelectorAll(counted).forEach(show);

export function start() {
  document.addEventListener("input", (event) => {
    if (event.target.matches(counted)) show(event.target);
  });
  document.addEventListener("htmx:after:swap", showAll);
  showAll();
}
