// When pressures were requested, and whether a requested one did not come in time: the rule for
// gaps.
// Times in ms. Pure.

import { tr } from "../language.js";
import { MINUTE } from "../lengths.js";

/** After this time a requested reading is late; `bp_overdue` is raised at the same time. */
const LATE = 2 * MINUTE;
const EVERY = 5 * MINUTE;
/** Regardless of requests: no pressure is shown that is older. */
export const SELDOM = 30.5 * MINUTE;

/** The same in a line of the paper. */
export const rule = (every = EVERY) =>
  tr`A gap is a pressure that was asked for and came more than 2 min late or not at all (asked for at the \
protocol's times after a dose, and every ${every / MINUTE} min while an alarm on pressure stands), and 30 min \
without any; a minute without a heart rate; 30 min without a temperature. Before a dose none is late: the dose waits.`;

/**
 * Stretches in which pressures were requested: [{from, until, every, after}], `until` null: it
 * lasts. every: from one reading to the next, null: one was due at `from`; after: only readings
 * from then on count. alarms: of `alarmsOf`; dosed: the first dose or null; every: during an
 * alarm, ms.
 */
export function asked({ alarms, dosed, every = EVERY }) {
  const standing = alarms.filter((a) => a.code === "bp" && a.alarm.kind === "physiological");
  const due = alarms.filter((a) => a.alarm.condition === "bp_overdue");
  return [
    ...standing.flatMap((a) => aboutAlarm(a, every, dosed)),
    ...due.map((a) => ({ from: a.onset, until: a.over, every: null, after: -Infinity })),
  ];
}

/** The first dose begins the protocol's own times: readings before it request no more. */
function aboutAlarm(alarm, every, dosed) {
  const [from, until] = [raised(alarm), alarm.over];
  if (dosed === null) return [{ from, until, every, after: -Infinity }];
  return [
    { from, until: Math.min(until ?? Infinity, dosed), every, after: -Infinity },
    { from: Math.max(from, dosed), until, every, after: dosed },
  ];
}

/** When it was reported to people: its onset may be of a reading that waited for its repeat. */
const raised = ({ changes, onset }) => (changes[0] ? changes[0].at * 1000 : onset);

/**
 * Whether a requested reading did not come in time from one reading to the next (infinite: there
 * is no reading; until: the end of the period).
 */
export function cameLate(stretches, a, b, until) {
  return stretches.some((s) => {
    if (a < s.after) return false;
    if (s.every === null && a >= s.from) return false;
    const due = s.every === null ? s.from : Math.max(a + s.every, s.from);
    return Math.min(Number.isFinite(b) ? b : until, s.until ?? Infinity) - due > LATE;
  });
}
