// The words of a session's view: its head and acts, checks, side column, histories, chart. Pure.

import { UNITS, VITAL_NAMES } from "../strings.js";

export const SESSION = {
  code: (code) => `code ${code} in notices`,
  codeIs: "What notices call this session",
  report: "Report",
  facts: "Given, and whom to reach",
  correct: "Correct",
  checks: "Checks",
  course: "Course",
  given: "Given so far",
  correctDose: "Correct this dose",
  patient: "Age and risks",
  lookOn: "You may look on, not act.",
  closed: (name) => `${name}: this session is closed.`,
};

/** The buttons that open a form; mine: the user of this page supervises. */
export const opens = (mine) => ({
  reading: "Enter reading",
  note: "Add note",
  symptom: "Help, symptom",
  limit: "Set limit",
  baseline: "New baseline",
  handover: mine ? "Hand over" : "Take over",
  dose: "Record dose",
  close: "Close session",
});

export const CHECK_LIST = {
  title: "Checks before the dose",
  proven: "Each is proven here and now, not remembered from last time.",
  done: new Map([[false, "open"], [true, "done"], [null, "not checked here"]]),
  takeBack: "Take back",
  play: "Play three tones",
  playAgain: "Play again",
};

export const COLUMN = {
  head: (code) => `${VITAL_NAMES[code]} ${UNITS[code]}`,
  gates: {
    hold: ["Dose only if", "Every condition for the dose is met."],
    discharge: ["Before closing", "Every condition for closing is met."],
  },
  further: "A further dose only if:",
  firstAlone: "The first alone",
  others: (n) => `${n} more ${n === 1 ? "condition" : "conditions"}`,
  devices: "What devices tell",
};

/** Of an episode: an elevation, or a fall. */
export const SIDE = { high: "over", low: "under", undefined: "over" };

export const LOGS = {
  events: "Alarms and acts",
  elevations: "Elevations",
  notes: "Notes",
  typed: "Typed and corrected",
  none: "None so far.",
  correctIt: (values) => `Correct: ${values}`,
  useful: [[true, "Useful"], [false, "Not useful"]],
  lasts: (direction) => `${SIDE[direction]} the limit, lasts.`,
  /** returned: when it was near the baseline again; "": it was not. */
  rose: (direction, peak, over, whole, returned) =>
    `${direction === "low" ? "down" : "up"} to ${peak}, ${over} ${SIDE[direction]} the limit within ${whole}${returned && `, near the baseline ${returned}`}.`,
};

export const COURSE = {
  title: "Course of the session",
  spans: [["whole", "Whole session"], ["recent", "Last 30 min"]],
  earlier: "Earlier sessions",
  failed: "The chart could not be loaded. Reload the page.",
  minute: "Minute of the course",
  minutesSince: (begin) => `Minutes since ${begin}`,
  /** A moment for a screen reader. */
  spoken: (minute, { time, pressure, beat }) => `${minute}, ${time}. Blood pressure ${pressure}. Heart rate ${beat}.`,
  /** begin: of the minutes, if that is not obvious. */
  zoomed: (from, until, begin) => `${from} to ${until} min${begin && ` after ${begin}`}`,
  baseline: "baseline",
  expected: "expected",
  now: "now",
  noSignal: (minutes) => `no signal ${minutes} min`,
  nextCuff: "next cuff",
};

/** Of which dose a phase is, counted from 0; "": of the first. */
export function whichDose(i, count) {
  if (i === 0) return "";
  return i === count - 1 ? " (last dose)" : ` (dose ${i + 1})`;
}

/** The result of the button for earlier sessions; null: it is awaited. */
export function earlierFound(courses) {
  if (!courses) return "Looking for earlier sessions.";
  if (!courses.length) return "No earlier session with a dose.";
  return `Grey: systolic of ${courses.length === 1 ? "the earlier session" : `${courses.length} earlier sessions`}.`;
}
