"use strict";
var A={Smileys:`
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
`,"People and hands":`
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
`,Hearts:`
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
`,"Nature and food":`
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
`,"Places and things":`
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
`,Signs:`
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
`},h=Object.entries(A).map(([e,t])=>({name:e,emoji:t.trim().split(`
`).map(n=>{let a=n.indexOf(" "),o=n.slice(a+1);return{text:n.slice(0,a),name:o.split(",")[0],words:o.toLowerCase()}})})),m=new Map(h.flatMap(e=>e.emoji).map(e=>[e.text,e]));function w(e,{of:t=document,capture:n=!1}={}){t.addEventListener("keydown",a=>z(a)||e(a,K(a)),{capture:n})}function b(e){return e.ctrlKey||e.altKey||e.metaKey||!!e.getModifierState?.("AltGraph")}var q=100,u=null,y=-1/0;function z(e){return e.isComposing||e.keyCode===229||e.key==="Process"?!0:u!==null&&u===document.activeElement||e.timeStamp-y<q}function K({key:e,code:t,shiftKey:n}){let a=e?.length===1?e.normalize("NFKC"):e??"";if(/^[؟՞፧⸮]$/.test(a))return"?";if(!/^[\p{L}\p{M}]+$/u.test(a)||/\p{Script=Latin}/u.test(a))return a;if(t==="Slash")return n?"?":"/";let o=/^Key([A-Z])$/.exec(t)?.[1];return o?(a.toLowerCase()===a.toUpperCase()?n:a!==a.toLowerCase())?o:o.toLowerCase():a}function k(){addEventListener("compositionstart",e=>u=e.target,!0),addEventListener("compositionend",e=>{u=null,y=e.timeStamp},!0)}k();var v="emoji",S=16;function E(){try{return JSON.parse(localStorage.getItem(v)??"[]").map(e=>m.get(e)).filter(Boolean).slice(0,S)}catch{return[]}}function M(e){try{let t=E().map(n=>n.text).filter(n=>n!==e);localStorage.setItem(v,JSON.stringify([e,...t].slice(0,S)))}catch{}}var i=null,c=null;function l(e,t,...n){let a=document.createElement(e);for(let[o,s]of Object.entries(t))a.setAttribute(o,s);return a.append(...n),a}function O(e,t){let n=t.map(a=>l("button",{type:"button",class:"emoji",tabindex:"-1","aria-label":a.name,title:a.name,"data-text":a.text},a.text));return l("div",{role:"group","aria-label":e},l("p",{class:"emoji-group","aria-hidden":"true"},e),l("div",{class:"emoji-grid"},...n))}var f=()=>[...i.querySelectorAll(".emoji")];function C(e){for(let t of i.querySelectorAll('.emoji[tabindex="0"]'))t.tabIndex=-1;e&&(e.tabIndex=0)}function x(e){let t=e.trim().toLowerCase().split(/\s+/).filter(Boolean),n=s=>t.every(r=>s.text===r||s.words.split(/[ ,-]+/).some(d=>d.startsWith(r))),a=t.length>0?[{name:"Found",emoji:[...m.values()].filter(n)}]:[{name:"Used last",emoji:E()},...h],o=i.querySelector(".emoji-body");o.replaceChildren(...a.filter(s=>s.emoji.length>0).map(s=>O(s.name,s.emoji))),o.childElementCount===0&&o.append(l("p",{class:"quiet",role:"status"},"No emoji is called that.")),o.scrollTop=0,C(f()[0])}function p(e){i?.remove(),c?.setAttribute("aria-expanded","false"),e&&e.focus(),i=c=null}var g=()=>c.form.querySelector("textarea");function L(e){let t=g();M(e),t.setRangeText(e,t.selectionStart,t.selectionEnd,"end"),p(t),t.dispatchEvent(new Event("input",{bubbles:!0}))}function j(e,t){let n=e.getBoundingClientRect(),a=f().map(r=>[r,r.getBoundingClientRect()]).filter(([,r])=>t?r.top>n.top+1:r.top<n.top-1);if(a.length===0)return null;let o=t?Math.min(...a.map(([,r])=>r.top)):Math.max(...a.map(([,r])=>r.top));return a.filter(([,r])=>Math.abs(r.top-o)<2).reduce((r,d)=>Math.abs(d[1].left-n.left)<Math.abs(r[1].left-n.left)?d:r)[0]}function B(e,t){let n=f(),a=i.querySelector("input");if(t===a)return e==="ArrowDown"?n[0]:null;let o=n.indexOf(t),s=getComputedStyle(i).direction==="rtl";switch(e){case"ArrowRight":return n[o+(s?-1:1)]??t;case"ArrowLeft":return n[o+(s?1:-1)]??t;case"ArrowDown":return j(t,!0)??t;case"ArrowUp":return j(t,!1)??a;case"Home":return n[0];case"End":return n.at(-1)}return null}function D(e,t){if(b(e))return;let n=i.querySelector("input");if(e.stopPropagation(),t==="Escape")return e.preventDefault(),p(g());if(t==="Enter"&&e.target===n){e.preventDefault();let o=f()[0];o&&L(o.dataset.text);return}let a=B(t,e.target);a&&(e.preventDefault(),a!==n&&C(a),a.focus())}function I(e){c=e;let t=l("input",{type:"search",form:"",class:"input","aria-label":"Search emoji",placeholder:"Search emoji",autocomplete:"off"});i=l("div",{class:"emoji-picker",role:"dialog","aria-label":"Emoji"},t,l("div",{class:"emoji-body"})),w(D,{of:i}),i.addEventListener("click",n=>{let a=n.target.closest(".emoji");a&&L(a.dataset.text)}),t.addEventListener("input",n=>{n.stopPropagation(),x(t.value)}),x(""),c.parentElement.append(i),c.setAttribute("aria-expanded","true"),t.focus()}function $(e){let t=i?.isConnected&&c===e;p(t?g():null),t||I(e)}document.addEventListener("pointerdown",e=>{i&&!i.contains(e.target)&&!e.target.closest("[data-emoji]")&&p()});document.addEventListener("focusin",e=>{i&&!i.contains(e.target)&&e.target!==c&&p()});export{$ as toggle};
