// The words of a session's view: its head and acts, checks, side column, histories, chart. Pure.

import { plural, tr } from "../language.js";
import { UNITS, VITAL_NAMES } from "../strings.js";

export const SESSION = {
  code: (code) => tr`code ${code} in notices`,
  codeIs: tr`What notices call this session`,
  report: tr`Report`,
  facts: tr`Given, and whom to reach`,
  correct: tr`Correct`,
  checks: tr`Checks`,
  course: tr`Course`,
  given: tr`Given so far`,
  correctDose: tr`Correct this dose`,
  patient: tr`Age and risks`,
  lookOn: tr`You may look on, not act.`,
  closed: (name) => tr`${name}: this session is closed.`,
};

/** The buttons that open a form; mine: the user of this page supervises. */
export const opens = (mine) => ({
  reading: tr`Enter reading`,
  note: tr`Add note`,
  symptom: tr`Help, symptom`,
  limit: tr`Set limit`,
  baseline: tr`New baseline`,
  handover: mine ? tr`Hand over` : tr`Take over`,
  dose: tr`Record dose`,
  close: tr`Close session`,
});

export const CHECK_LIST = {
  title: tr`Checks before the dose`,
  proven: tr`Each is proven here and now, not remembered from last time.`,
  done: new Map([[false, tr`open`], [true, tr`done`], [null, tr`not checked here`]]),
  takeBack: tr`Take back`,
  play: tr`Play three tones`,
  playAgain: tr`Play again`,
};

export const COLUMN = {
  head: (code) => `${VITAL_NAMES[code]} ${UNITS[code]}`,
  gates: {
    hold: [tr`Dose only if`, tr`Every condition for the dose is met.`],
    discharge: [tr`Before closing`, tr`Every condition for closing is met.`],
  },
  further: tr`A further dose only if:`,
  firstAlone: tr`The first alone`,
  others: (n) => plural(n, "{0} more condition", "{0} more conditions"),
  devices: tr`What devices tell`,
};

/** Of an episode: an elevation, or a fall. */
export const SIDE = { high: tr`over`, low: tr`under`, undefined: tr`over` };
export const FATES = { sustained: tr`sustained`, transient: tr`transient` };

export const LOGS = {
  events: tr`Alarms and acts`,
  elevations: tr`Elevations`,
  notes: tr`Notes`,
  typed: tr`Typed and corrected`,
  none: tr`None so far.`,
  correctIt: (values) => tr`Correct: ${values}`,
  useful: [[true, tr`Useful`], [false, tr`Not useful`]],
  lasts: (direction) => tr`${SIDE[direction]} the limit, lasts.`,
  /** returned: when it was near the baseline again; "": it was not. */
  rose: (direction, peak, over, whole, returned) =>
    tr`${direction === "low" ? tr`down` : tr`up`} to ${peak}, ${over} ${SIDE[direction]} the limit within ${whole}${returned && tr`, near the baseline ${returned}`}.`,
};

export const COURSE = {
  title: tr`Course of the session`,
  spans: [["whole", tr`Whole session`], ["recent", tr`Last 30 min`]],
  earlier: tr`Earlier sessions`,
  failed: tr`The chart could not be loaded. Reload the page.`,
  minute: tr`Minute of the course`,
  minutesSince: (begin) => tr`Minutes since ${begin}`,
  /** A moment for a screen reader. */
  spoken: (minute, { time, pressure, beat }) => tr`${minute}, ${time}. Blood pressure ${pressure}. Heart rate ${beat}.`,
  /** begin: of the minutes, if that is not obvious. */
  zoomed: (from, until, begin) => tr`${from} to ${until} min${begin && tr` after ${begin}`}`,
  baseline: tr`baseline`,
  expected: tr`expected`,
  now: tr`now`,
  noSignal: (minutes) => tr`no signal ${minutes} min`,
  nextCuff: tr`next cuff`,
};

/** Of which dose a phase is, counted from 0; "": of the first. */
export function whichDose(i, count) {
  if (i === 0) return "";
  return i === count - 1 ? tr` (last dose)` : tr` (dose ${i + 1})`;
}

/** The result of the button for earlier sessions; null: it is awaited. */
export function earlierFound(courses) {
  if (!courses) return tr`Looking for earlier sessions.`;
  if (!courses.length) return tr`No earlier session with a dose.`;
  return tr`Grey: systolic of ${plural(courses.length, "the earlier session", "{0} earlier sessions")}.`;
}
