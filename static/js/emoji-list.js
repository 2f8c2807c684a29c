// The emoji of the picker, by group.

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

export const all = Object.entries(groups).map(([name, lines]) => ({
  name,
  emoji: lines.trim().split("\n").map((line) => {
    const at = line.indexOf(" ");
    const words = line.slice(at + 1);
    return { text: line.slice(0, at), name: words.split(",")[0], words: words.toLowerCase() };
  }),
}));
export const known = new Map(all.flatMap((group) => group.emoji).map((one) => [one.text, one]));
