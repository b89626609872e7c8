// An alarm as stretches of time, each of one priority and either waiting or acknowledged; and how
// much of a stretch had no readings. Times in ms. Pure.

import { SELDOM, cameLate } from "./asked.js";
import { listed, plural, tr } from "../language.js";
import { MINUTE, between, together } from "../lengths.js";
import { ms } from "../time.js";

/** A time of the journal (s) or of a live object (ISO), in ms; null for null. */
export const journalTime = (at) => (typeof at === "number" ? at * 1000 : ms(at));

/**
 * [{priority, from, until, taken, value, limit}], oldest first; `until` null: it lasts. Priority
 * null: it is no longer known. changes: an alarm's transitions from the journal, oldest first;
 * now: its newest form, which may be ahead of the journal.
 */
export function stretches(changes, now) {
  const parts = [];
  const end = (at) => {
    if (parts.length) parts.at(-1).until ??= at;
  };
  const begin = (at, { priority, value, limit }, taken) => {
    end(at);
    parts.push({ priority, from: at, until: null, taken, value, limit });
  };
  for (const { at, transition, alarm } of changes) {
    const t = at * 1000;
    if (transition === "raised") begin(parts.length ? t : journalTime(alarm.onset), alarm, false);
    else if (transition === "escalated") begin(t, alarm, false);
    else if (transition === "deescalated") begin(t, alarm, parts.at(-1)?.taken ?? false);
    else if (transition === "acknowledged") begin(t, alarm, true);
    else if (transition !== "ended") end(t);
  }
  if (now) known(now, parts, begin, end);
  return parts;
}

/**
 * The facts of the alarm itself beyond its transitions: all of them, if it was reported a moment
 * ago.
 */
function known(alarm, parts, begin, end) {
  const [onset, came, worst] = [alarm.onset, alarm.priority_since, alarm.worst_since].map(journalTime);
  const as = (priority) => ({ ...alarm, priority });
  if (!parts.length) {
    begin(onset, as(alarm.began ?? (came > onset ? null : alarm.priority)), false);
    if (worst > onset && worst < came) begin(worst, as(alarm.worst), false);
  }
  const last = parts.at(-1);
  if (last.priority !== alarm.priority && last.until === null) {
    begin(came ?? last.from, alarm, last.taken);
  }
  const taken = journalTime(alarm.acknowledged_at);
  if (alarm.presence === "acknowledged" && !parts.at(-1).taken) begin(taken, alarm, true);
  if (alarm.cleared_at) end(journalTime(alarm.cleared_at));
}

/** The same by priority alone, regardless of acknowledgements. */
export function levels(parts) {
  const found = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last && last.priority === part.priority && last.until === part.from) last.until = part.until;
    else found.push({ ...part });
  }
  return found;
}

/** The length of a gap, if the requests are not known. */
export const LEAST = { bp: 630_000, hr: 60_000, temp: 1_800_000 };
/** A shorter part of a gap in a stretch is only its edge. */
const TOLD_MS = 30_000;
export const WHAT = { bp: tr`a pressure`, hr: tr`a heart rate`, temp: tr`a temperature` };

/** "31 min without a pressure". */
export const lacking = (code, from, until, unit) => tr`${between(from, until, unit)} without ${WHAT[code]}`;

/**
 * The gaps between readings that are `least` ms apart or more, or for which `least(a, b, until,
 * whole)` is true: [{from, until}], as far as they lie within two times. times: of all readings,
 * ascending.
 */
export function gaps(times, from, until, least) {
  const is = typeof least === "function" ? least : (_a, _b, _until, whole) => whole >= least;
  const found = [];
  const edges = [-Infinity, ...times, Infinity];
  for (let i = 1; i < edges.length; i++) {
    const [a, b] = [edges[i - 1], edges[i]];
    const [first, last] = [Math.max(a, from), Math.min(b, until)];
    // Before the first reading and after the last one only the stretch itself is known.
    const whole = (Number.isFinite(b) ? b : until) - (Number.isFinite(a) ? a : from);
    if (last > first && is(a, b, until, whole)) found.push({ from: first, until: last });
  }
  return found;
}

/**
 * The rule for `gaps`. times: code -> times of measurement, and in `asked` the requests of
 * pressures.
 */
export function leastOf(code, { asked }) {
  if (code !== "bp" || !asked) return LEAST[code];
  return (a, b, until, whole) => whole > SELDOM || cameLate(asked, a, b, until);
}

/** "24 min, of which 12 min without a pressure". code: the vital sign that it is about, or null. */
export function lasted(from, until, code, times, unit = MINUTE) {
  const least = leastOf(code, times);
  const found = least ? gaps(times[code] ?? [], from, until, least) : [];
  const missing = found.filter((gap) => gap.until - gap.from >= TOLD_MS);
  const whole = between(from, until, unit);
  if (!missing.length) return whole;
  // Two gaps are not one of the same length: the reading between them was information.
  const long = missing.length > 3
    ? tr`${plural(missing.length, "{0} gap", "{0} gaps")}, ${together(missing, unit)} in all,`
    : listed(missing.map((gap) => between(gap.from, gap.until, unit)));
  return tr`${whole}, of which ${long} without ${WHAT[code]}`;
}
