// An alarm as stretches of time, each of one priority and either waiting for somebody or taken; and
// how much of a stretch nothing was measured in. Times in ms. Pure.

import { SELDOM, missed } from "./asked.js";
import { MINUTE, between, together } from "../lengths.js";
import { ms } from "../time.js";

/** A time of the journal (s) or of a live object (ISO), in ms; null of none. */
export const moment = (at) => (typeof at === "number" ? at * 1000 : ms(at));

/**
 * [{priority, from, until, taken, value, limit}], oldest first; `until` null: it lasts. Priority null:
 * nobody knows it any more. changes: an alarm's transitions as the journal has them, oldest first;
 * now: its newest form, which may know more than the journal told so far.
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
    if (transition === "raised") begin(parts.length ? t : moment(alarm.onset), alarm, false);
    else if (transition === "escalated") begin(t, alarm, false);
    else if (transition === "deescalated") begin(t, alarm, parts.at(-1)?.taken ?? false);
    else if (transition === "acknowledged") begin(t, alarm, true);
    else if (transition !== "ended") end(t);
  }
  if (now) known(now, parts, begin, end);
  return parts;
}

/** What the alarm itself says beyond its transitions: of one that was told a moment ago, all. */
function known(alarm, parts, begin, end) {
  const [onset, came, worst] = [alarm.onset, alarm.priority_since, alarm.worst_since].map(moment);
  const as = (priority) => ({ ...alarm, priority });
  if (!parts.length) {
    begin(onset, as(alarm.began ?? (came > onset ? null : alarm.priority)), false);
    if (worst > onset && worst < came) begin(worst, as(alarm.worst), false);
  }
  const last = parts.at(-1);
  if (last.priority !== alarm.priority && last.until === null) {
    begin(came ?? last.from, alarm, last.taken);
  }
  const taken = moment(alarm.acknowledged_at);
  if (alarm.presence === "acknowledged" && !parts.at(-1).taken) begin(taken, alarm, true);
  if (alarm.cleared_at) end(moment(alarm.cleared_at));
}

/** The same by priority alone, whoever took it when. */
export function levels(parts) {
  const found = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last && last.priority === part.priority && last.until === part.from) last.until = part.until;
    else found.push({ ...part });
  }
  return found;
}

/** What is a gap, where nobody knows what was asked for. */
export const LEAST = { bp: 630_000, hr: 60_000, temp: 1_800_000 };
/** Less of a gap than this in a stretch is its edge. */
const TOLD_MS = 30_000;
export const WHAT = { bp: "a pressure", hr: "a heart rate", temp: "a temperature" };

/** "31 min without a pressure". */
export const lacking = (code, from, until, unit) => `${between(from, until, unit)} without ${WHAT[code]}`;

/**
 * Between readings that are `least` ms apart or more, or so far apart as `least(a, b, until, whole)`
 * says: [{from, until}], as far as they lie within two times. times: of all readings, ascending.
 */
export function gaps(times, from, until, least) {
  const is = typeof least === "function" ? least : (_a, _b, _until, whole) => whole >= least;
  const found = [];
  const edges = [-Infinity, ...times, Infinity];
  for (let i = 1; i < edges.length; i++) {
    const [a, b] = [edges[i - 1], edges[i]];
    const [first, last] = [Math.max(a, from), Math.min(b, until)];
    // Before the first reading and after the last one nothing is known beyond the stretch itself.
    const whole = (Number.isFinite(b) ? b : until) - (Number.isFinite(a) ? a : from);
    if (last > first && is(a, b, until, whole)) found.push({ from: first, until: last });
  }
  return found;
}

/** What `gaps` goes by. times: code -> when it was measured, and in `asked` when pressures were. */
export function leastOf(code, { asked }) {
  if (code !== "bp" || !asked) return LEAST[code];
  return (a, b, until, whole) => whole > SELDOM || missed(asked, a, b, until);
}

/** "24 min, of which 12 min without a pressure". code: the vital sign that it is about, or null. */
export function lasted(from, until, code, times, unit = MINUTE) {
  const least = leastOf(code, times);
  const found = least ? gaps(times[code] ?? [], from, until, least) : [];
  const missing = found.filter((gap) => gap.until - gap.from >= TOLD_MS);
  const whole = between(from, until, unit);
  if (!missing.length) return whole;
  // Two gaps are not one that is as long: with a reading between them something was known.
  const long = missing.length > 3
    ? `${missing.length} gaps, ${together(missing, unit)} in all,`
    : listed(missing.map((gap) => between(gap.from, gap.until, unit)));
  return `${whole}, of which ${long} without ${WHAT[code]}`;
}

const listed = (words) =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
