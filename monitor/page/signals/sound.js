// Alarm sound, and the proof that it works.
//
// A browser lets a page make sound only after a gesture, per load, and never reports when it
// stops. So sound counts as on only after a test tone really ran to its end, and the audio clock
// is checked again with every heartbeat.

import { signal } from "../vendor/signals.js";
import { REPEAT_MS, TEST, burst, lengthOf } from "./tones.js";

/** "off", "testing" or "on". */
export const sound = signal("off");

const HARMONICS = [0, 1, 0.7, 0.5, 0.35, 0.25, 0.15];
const VOLUME = { high: 0.5, medium: 0.4, low: 0.25 };

/** Id of the session for which the tones were last played to their end; "" for no session. */
const playedFor = signal("");

/** As `sound`, and "unplayed" where it is on and was not tried for this session. */
export function soundFor(encounter) {
  return sound.value === "on" && playedFor.value !== encounter.id ? "unplayed" : sound.value;
}

let context = null;
let wave = null;
let playing = { priority: null, until: 0 };

/**
 * To be called from a click. Settles when the test tone has ended, or could not be played.
 * `session`: the id of the session that it is played for.
 */
export async function turnOn(session = "") {
  sound.value = "testing";
  try {
    context ??= new AudioContext();
    context.onstatechange = check;
    const limit = after(3000);
    await Promise.race([context.resume(), limit]);
    await Promise.race([play(TEST, VOLUME.medium), limit]);
    playedFor.value = session;
    sound.value = context.state === "running" ? "on" : "off";
  } catch {
    sound.value = "off";
  }
}

/** Whether an alarm would be audible now, as far as a page can determine. */
export function audible() {
  check();
  return sound.value === "on";
}

/** Continue the sound of the worst alarm. `want`: {priority, kind} or null. Call it often. */
export function attend(want, now) {
  if (!want || !audible()) {
    playing = { priority: null, until: 0 };
    return;
  }
  if (want.priority === playing.priority && now < playing.until) return;
  playing = { priority: want.priority, until: now + REPEAT_MS[want.priority] };
  play(burst(want.priority, want.kind), VOLUME[want.priority]);
}

function check() {
  if (sound.value === "on" && context.state !== "running") sound.value = "off";
}

/** Settles when the last pulse has ended. */
function play(pulses, volume) {
  const from = context.currentTime + 0.05;
  const ends = pulses.map((p) => tone(from + p.at, p.length, p.hz, volume));
  return ends[pulses.findIndex((p) => p.at + p.length === lengthOf(pulses))];
}

function tone(at, length, hz, volume) {
  const silent = new Float32Array(HARMONICS.length);
  wave ??= context.createPeriodicWave(silent, Float32Array.from(HARMONICS));
  const source = context.createOscillator();
  const gain = context.createGain();
  source.setPeriodicWave(wave);
  source.frequency.value = hz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.02);
  gain.gain.setValueAtTime(volume, at + length - 0.03);
  gain.gain.linearRampToValueAtTime(0, at + length);
  source.connect(gain).connect(context.destination);
  source.start(at);
  source.stop(at + length);
  return new Promise((ended) => {
    source.onended = ended;
  });
}

function after(milliseconds) {
  return new Promise((_, fail) => setTimeout(() => fail(new Error("silent")), milliseconds));
}
