// A sound when a message arrives. Browsers let a page play once somebody has clicked or typed in it; of several tabs
// one plays that may. What comes within a few seconds makes one sound.

import { claim, unseen } from "./arrivals.js";
import { recall, remember } from "./storage.js";
import { showToast } from "./toast.js";

const burst = 4000; // ms
const notes = [
  // Hz, seconds after the beginning
  [660, 0],
  [880, 0.14],
];
let audio = null;

const on = () => document.documentElement.dataset.sound === "on";
const ready = () => audio?.state === "running";

async function unlock() {
  if (!window.AudioContext) return;
  audio ??= new AudioContext();
  if (audio.state !== "running") await audio.resume();
}

function play() {
  const now = audio.currentTime;
  for (const [frequency, after] of notes) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, now + after);
    volume.gain.linearRampToValueAtTime(0.18, now + after + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, now + after + 0.5);
    tone.connect(volume).connect(audio.destination);
    tone.start(now + after);
    tone.stop(now + after + 0.55);
  }
}

export function start() {
  document.addEventListener("messages:arrived", async (event) => {
    if (!on() || !ready()) return;
    const fresh = await claim("sound", await unseen(event.detail));
    if (fresh.length === 0 || Math.abs(Date.now() - Number(recall("sounded") ?? 0)) < burst) return;
    remember("sounded", Date.now());
    play();
  });

  for (const name of ["pointerup", "keydown"]) {
    document.addEventListener(name, () => on() && !ready() && unlock().catch(() => {}), {
      capture: true,
      passive: true,
    });
  }

  document.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-sound-test]")) return;
    try {
      await unlock();
      play();
    } catch {
      showToast("This browser plays no sound here. Look into its settings for this site.");
    }
  });
}
