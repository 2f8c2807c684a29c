// The emoji picker of a composer. It is loaded when it is first opened, and stands in the form that it writes into. What was used
// last comes first, in this browser.

const kept = "emoji"; // in local storage
const mostKept = 16;

// A line each: the emoji, its name, and other words to find it by.
const groups = {
  Smileys: `
😀 grinning face, happy smile
😃 smiling face, happy
😄 smiling eyes, happy laugh
😁 beaming face, grin
😆 laughing face, haha
😅 sweating smile, relief phew
🤣 rolling on the floor, lol laugh rofl
😂 tears of joy, lol laugh cry
🙂 slight smile
🙃 upside-down face, irony
😉 winking face, wink
😊 blushing smile, happy pleased
😇 halo, angel innocent
🥰 smiling with hearts, love
😍 heart eyes, love
🤩 star-struck, wow excited
😘 blowing a kiss, love
😋 savouring food, yum tasty
😜 winking with tongue, joke
🤗 hugging face, hug
🤭 hand over mouth, oops giggle
🤫 shushing face, quiet secret
🤔 thinking face, hmm
🤐 zipped mouth, secret quiet
😐 neutral face, meh
😏 smirking face
😬 grimacing face, awkward
🙄 rolling eyes
😌 relieved face, calm
😴 sleeping face, tired
😷 face with mask, ill sick
🤒 face with thermometer, ill sick fever
🤧 sneezing face, cold sick
🥵 hot face, heat
🥶 cold face, freezing
🤯 exploding head, mind blown
🥳 partying face, party birthday
😎 sunglasses, cool
🤓 nerd face
😕 confused face
😟 worried face
🙁 slight frown, sad
😮 open mouth, wow surprised
😲 astonished face, wow
🥺 pleading face, please
😢 crying face, sad tear
😭 loudly crying face, sad
😱 screaming face, fear
😓 downcast face with sweat
😩 weary face, tired
😤 huffing face, proud
😠 angry face
🤬 swearing face, angry
😈 smiling devil
💀 skull, dead
🤖 robot
`,
  "People and hands": `
👋 waving hand, hello goodbye hi
🤚 raised back of hand
✋ raised hand, stop high five
👌 OK hand, perfect
🤌 pinched fingers
✌️ victory hand, peace
🤞 crossed fingers, luck
🤙 call me hand
👈 pointing left
👉 pointing right
👆 pointing up
👇 pointing down
☝️ index finger up
👍 thumbs up, yes good like
👎 thumbs down, no bad
✊ raised fist
👊 oncoming fist
👏 clapping hands, applause bravo
🙌 raised hands, hooray
👐 open hands
🤝 handshake, deal agreed
🙏 folded hands, please thanks pray
✍️ writing hand, sign
💪 flexed arm, strong
👀 eyes, look
🧠 brain
🙋 person raising hand, question
🤷 shrug, don't know
🤦 facepalm
🙇 bowing person, sorry
👩 woman
👨 man
👶 baby
👨‍👩‍👧 family
`,
  Hearts: `
❤️ red heart, love
🧡 orange heart
💛 yellow heart
💚 green heart
💙 blue heart
💜 purple heart
🖤 black heart
🤍 white heart
💔 broken heart
💕 two hearts, love
💖 sparkling heart
💯 hundred points, perfect
💥 collision, boom
💫 dizzy star
💬 speech balloon, chat message
💤 sleeping, zzz
`,
  "Nature and food": `
🐶 dog
🐱 cat
🐴 horse
🐦 bird
🐝 bee
🦋 butterfly
🌸 blossom, flower
🌹 rose, flower
🌻 sunflower
🌱 seedling, plant
🌲 tree
🍀 four-leaf clover, luck
☀️ sun, sunny
🌙 moon, night
⭐ star
🌈 rainbow
☁️ cloud
🌧️ rain
⛄ snowman, winter
❄️ snowflake, cold
⚡ lightning, fast
🔥 fire, hot
💧 drop, water
🌊 wave, sea
🍎 apple
🍌 banana
🍓 strawberry
🥑 avocado
🍞 bread
🧀 cheese
🍔 burger
🍕 pizza
🌮 taco
🥗 salad
🍣 sushi
🍰 cake
🎂 birthday cake
🍪 cookie
☕ coffee, tea
🍵 tea
🍺 beer
🍷 wine
🥂 clinking glasses, cheers
`,
  "Places and things": `
🏠 house, home
🏢 office building
🏥 hospital
🏫 school
🏖️ beach, holiday
🚗 car
🚕 taxi
🚌 bus
🚚 delivery truck
🚲 bicycle, bike
✈️ aeroplane, flight
🚆 train
📍 pin, location place
🗺️ map
⏰ alarm clock, time
⏳ hourglass, wait
📅 calendar, date appointment
📞 telephone, call
📱 mobile phone
💻 laptop, computer
📧 e-mail
📷 camera, photo
📎 paperclip, attachment
📄 page, document
✏️ pencil
📝 memo, note
📦 package, parcel
🛒 shopping cart
💳 credit card, pay
💰 money bag
💶 euro
💵 dollar
🔑 key
🔒 lock, closed
🔧 wrench, repair
🔨 hammer
💡 light bulb, idea
🎁 gift, present
🎉 party popper, congratulations
🎈 balloon
🏆 trophy, win
⚽ football, soccer
🎵 music
💊 pill, medicine
🩺 stethoscope, doctor
`,
  Signs: `
✅ check mark button, done yes
✔️ check mark, yes
❌ cross mark, no
❗ exclamation mark, important
❓ question mark
⚠️ warning
🚫 prohibited, no
⛔ no entry, stop
🆗 OK button
🆕 new button
🔴 red circle
🟡 yellow circle
🟢 green circle
🔵 blue circle
➡️ right arrow
⬅️ left arrow
⬆️ up arrow
⬇️ down arrow
🔁 repeat, again
🔔 bell, notification
✨ sparkles, new clean
♻️ recycling
©️ copyright
™️ trade mark
`,
};

const all = Object.entries(groups).map(([name, lines]) => ({
  name,
  emoji: lines.trim().split("\n").map((line) => {
    const at = line.indexOf(" ");
    const words = line.slice(at + 1);
    return { text: line.slice(0, at), name: words.split(",")[0], words: words.toLowerCase() };
  }),
}));
const known = new Map(all.flatMap((group) => group.emoji).map((one) => [one.text, one]));

// Where storage is closed, or holds what others wrote, nothing was used last.
function recent() {
  try {
    return JSON.parse(localStorage.getItem(kept) ?? "[]").map((text) => known.get(text)).filter(Boolean).slice(0, mostKept);
  } catch {
    return [];
  }
}

function remember(text) {
  try {
    const texts = recent().map((one) => one.text).filter((one) => one !== text);
    localStorage.setItem(kept, JSON.stringify([text, ...texts].slice(0, mostKept)));
  } catch {
    // it is not remembered
  }
}

let picker = null;
let button = null;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function section(name, emoji) {
  const list = emoji.map((one) => element("button", { type: "button", class: "emoji", tabindex: "-1", "aria-label": one.name, title: one.name, "data-text": one.text }, one.text));
  return element("div", { role: "group", "aria-label": name }, element("p", { class: "emoji-group", "aria-hidden": "true" }, name), element("div", { class: "emoji-grid" }, ...list));
}

const buttons = () => [...picker.querySelectorAll(".emoji")];

// Tab goes to one of them; the arrows to the others.
function reach(one) {
  for (const other of picker.querySelectorAll('.emoji[tabindex="0"]')) other.tabIndex = -1;
  if (one) one.tabIndex = 0;
}

function fill(words) {
  const typed = words.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one) => typed.every((word) => one.text === word || one.words.split(/[ ,-]+/).some((w) => w.startsWith(word)));
  const shown = typed.length > 0 ? [{ name: "Found", emoji: [...known.values()].filter(fits) }] : [{ name: "Used last", emoji: recent() }, ...all];
  const body = picker.querySelector(".emoji-body");
  body.replaceChildren(...shown.filter((group) => group.emoji.length > 0).map((group) => section(group.name, group.emoji)));
  if (body.childElementCount === 0) body.append(element("p", { class: "quiet", role: "status" }, "No emoji is called that."));
  body.scrollTop = 0;
  reach(buttons()[0]);
}

function close(focus) {
  picker?.remove();
  button?.setAttribute("aria-expanded", "false");
  if (focus) focus.focus();
  picker = button = null;
}

const field = () => button.form.querySelector("textarea");

function put(text) {
  const textarea = field();
  remember(text);
  textarea.setRangeText(text, textarea.selectionStart, textarea.selectionEnd, "end");
  close(textarea);
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

// beside is the one in the row above or below that is nearest.
function beside(one, down) {
  const from = one.getBoundingClientRect();
  const rows = buttons().map((other) => [other, other.getBoundingClientRect()]).filter(([, at]) => (down ? at.top > from.top + 1 : at.top < from.top - 1));
  if (rows.length === 0) return null;
  const top = down ? Math.min(...rows.map(([, at]) => at.top)) : Math.max(...rows.map(([, at]) => at.top));
  const row = rows.filter(([, at]) => Math.abs(at.top - top) < 2);
  return row.reduce((best, next) => (Math.abs(next[1].left - from.left) < Math.abs(best[1].left - from.left) ? next : best))[0];
}

function step(key, from) {
  const list = buttons();
  const search = picker.querySelector("input");
  if (from === search) return key === "ArrowDown" ? list[0] : null;
  const at = list.indexOf(from);
  const rtl = getComputedStyle(picker).direction === "rtl";
  switch (key) {
    case "ArrowRight": return list[at + (rtl ? -1 : 1)] ?? from;
    case "ArrowLeft": return list[at + (rtl ? 1 : -1)] ?? from;
    case "ArrowDown": return beside(from, true) ?? from;
    case "ArrowUp": return beside(from, false) ?? search;
    case "Home": return list[0];
    case "End": return list.at(-1);
  }
  return null;
}

function press(event, key) {
  if (modified(event)) return;
  const search = picker.querySelector("input");
  event.stopPropagation(); // no key here does what it does elsewhere
  if (key === "Escape") {
    event.preventDefault();
    return close(field());
  }
  if (key === "Enter" && event.target === search) {
    event.preventDefault();
    const first = buttons()[0];
    if (first) put(first.dataset.text);
    return;
  }
  const next = step(key, event.target);
  if (!next) return;
  event.preventDefault();
  if (next !== search) reach(next);
  next.focus();
}

function open(by) {
  button = by;
  // Of no form: Enter in it must never send the reply.
  const search = element("input", { type: "search", form: "", class: "input", "aria-label": "Search emoji", placeholder: "Search emoji", autocomplete: "off" });
  picker = element("div", { class: "emoji-picker", role: "dialog", "aria-label": "Emoji" }, search, element("div", { class: "emoji-body" }));
  onKey(press, { of: picker });
  picker.addEventListener("click", (event) => {
    const one = event.target.closest(".emoji");
    if (one) put(one.dataset.text);
  });
  search.addEventListener("input", (event) => {
    event.stopPropagation(); // nobody writes a reply
    fill(search.value);
  });
  fill("");
  button.parentElement.append(picker);
  button.setAttribute("aria-expanded", "true");
  search.focus();
}

// toggle opens the picker of a button, or closes it.
export function toggle(by) {
  const shown = picker?.isConnected && button === by;
  close(shown ? field() : null);
  if (!shown) open(by);
}

document.addEventListener("pointerdown", (event) => {
  if (picker && !picker.contains(event.target) && !event.target.closest("[data-emoji]")) close();
});
document.addEventListener("focusin", (event) => {
  if (picker && !picker.contains(event.target) && event.target !== button) close();
});
