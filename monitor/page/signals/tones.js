// Alarm melodies as data: pulses {at, length, hz} in seconds and hertz. Pure.
//
// Pulse counts and the cardiovascular melody follow IEC 60601-1-8 as restated in secondary
// sources: high ten pulses, medium three, low two. A technical alarm keeps to one note.

const C4 = 261.63;
const E4 = 329.63;
const G4 = 392.0;
const C5 = 523.25;
const RISING = [C4, E4, G4, G4, C5];
const LEVEL = [C4, C4, C4, C4, C4];

/** The time from the start of one burst to the start of the next, in milliseconds. */
export const REPEAT_MS = { high: 8000, medium: 15000, low: 30000 };

/** The burst of a priority; `kind` is "physiological" or "technical". */
export function burst(priority, kind) {
  const notes = kind === "technical" ? LEVEL : RISING;
  if (priority === "high") return [...five(notes, 0), ...five(notes, 1.75)];
  if (priority === "medium") return notes.slice(0, 3).map((hz, i) => pulse(i * 0.4, 0.2, hz));
  return [pulse(0, 0.2, E4), pulse(0.4, 0.2, C4)];
}

/** The test that proves that sound works: three rising notes. */
export const TEST = [C4, E4, G4].map((hz, i) => pulse(i * 0.3, 0.2, hz));

export function lengthOf(pulses) {
  return Math.max(...pulses.map((p) => p.at + p.length));
}

/** Three pulses, a breath, two pulses. */
function five(notes, from) {
  return notes.map((hz, i) => pulse(from + i * 0.25 + (i > 2 ? 0.2 : 0), 0.15, hz));
}

function pulse(at, length, hz) {
  return { at, length, hz };
}
