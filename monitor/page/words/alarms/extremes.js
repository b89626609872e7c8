// Which readings of a vital sign count for its extremes, and which were in doubt. Times in ms.
// Pure.

import { journalTime } from "../record/stretches.js";

const SIGN = /^(sbp|dbp|map|hr|temp)_(high|low|rise)$/;

/** The common key of twins: "sbp up"; "" for an alarm that is not about a limit of a vital sign. */
export function twinsOf({ condition, vital }) {
  const [, , side] = SIGN.exec(condition) ?? [];
  return side ? `${vital} ${side === "low" ? "down" : "up"}` : "";
}

/** The farthest reading, of equals the first; null if there are no readings. */
export function farthestOf(read, down) {
  const before = (a, b) => (down ? a.v - b.v : b.v - a.v) || a.t - b.t;
  return read.reduce((a, b) => (a && before(a, b) <= 0 ? a : b), null);
}

/**
 * Readings of a vital sign to one side ("up", "down"), as {counts: [{t, v}], doubted: [{t, v}]}:
 * those that were believed or that an alarm or an elevation rests on, and doubted ones that
 * support no alarm or elevation. about: {alarms, rows, times, episodes?}.
 */
export function readingsOf(vital, side, about) {
  const { alarms, rows, times, episodes = [] } = about;
  const mine = alarms.filter((a) => twinsOf(a.alarm) === `${vital} ${side}`);
  const forms = mine.flatMap((a) => [...a.changes.map((c) => c.alarm), a.alarm]);
  const of = times.values?.[vital] ?? [];
  const rests = ({ t, v }) =>
    forms.some((a) => a.value === v && t >= journalTime(a.onset) - 1000) ||
    forms.some((a) => a.extreme === v && journalTime(a.extreme_at) === t);
  const held = [
    ...mine.filter((a) => a.alarm.extreme != null).map(({ alarm: a }) => ({ t: journalTime(a.extreme_at), v: a.extreme })),
    ...(side === "up" ? episodes.filter((p) => p.vital === vital).map((p) => ({ t: journalTime(p.peak_at), v: p.peak })) : []),
  ].filter((one) => !struck(vital, one, rows));
  // For a stream the alarm gives the judged course, and not each single reading.
  const read = vital === "hr" && held.length ? [] : of.filter((one) => !one.doubt || rests(one));
  return { counts: [...held, ...read], doubted: of.filter((one) => one.doubt && !rests(one)) };
}

/** A person struck this reading out. */
const struck = (vital, { t, v }, rows) =>
  rows.some(({ type, body: b }) => type === "corrected" && b.what === "reading" && b.before[vital] === v
    && Math.abs(b.before.at * 1000 - t) < 1000);
