// Since when an alarm is what it is, what it began as, and since when it waits for somebody. Times
// of day, so a sentence stays true for as long as it is shown. Pure.

import { gravity, waits } from "./alarms.js";
import { PRIORITIES, RANK, clock } from "../strings.js";
import { ms } from "../time.js";

/**
 * "High since 07:04, began 06:57 as low. Nobody has acknowledged it since 07:04." of what a headline
 * is about; "" where its onset says it all.
 */
export function since(alarms) {
  const alarm = speaker(alarms);
  if (!alarm) return "";
  const anew = waits(alarm) && alarm.called_at && alarm.called_at !== alarm.raised_at;
  return [history(alarm), anew && answer(alarm)].filter(Boolean).join(" ");
}

/** The same of what stands in the line of something else: that it waits is said nowhere beside it. */
export function beside(alarms) {
  const alarm = speaker(alarms);
  return [history(alarm), waits(alarm) && answer(alarm)].filter(Boolean).join(" ");
}

/** When what a headline is about last called for somebody: waiting counts from there. */
export function called(alarms) {
  const { called_at: anew, raised_at: raised, onset } = speaker(alarms);
  return ms(anew ?? raised ?? onset);
}

/** The worst, of equals the one that is so for longest: what is said of it is true of all of them. */
function speaker(alarms) {
  const order = (a, b) =>
    RANK[gravity(a)] - RANK[gravity(b)] ||
    Number(waits(b)) - Number(waits(a)) ||
    came(a) - came(b) ||
    ms(a.onset) - ms(b.onset);
  return [...alarms].sort(order)[0];
}

function came(alarm) {
  return ms(alarm.priority_since ?? alarm.onset);
}

/** What it is since when, what it was at worst, and what it began as; "" where that is its onset. */
export function history(alarm, time = clock) {
  const { priority, began, worst = priority, worst_since: worstSince, cleared_at: over } = alarm;
  const at = (iso) => time(ms(iso));
  if (!began && !alarm.priority_since) return "";
  const parts = [
    over ? `Over since ${at(over)}` : `${PRIORITIES[priority]} since ${time(came(alarm))}`,
  ];
  const first = began === worst;
  if (worstSince && (over || worst !== priority)) parts.push(`${worst} from ${at(worstSince)}`);
  if (!first || !worstSince) parts.push(`began ${at(alarm.onset)}${began ? ` as ${began}` : ""}`);
  const only = came(alarm) === ms(alarm.onset) && began === priority && worst === priority;
  return only && !over ? "" : `${parts.join(", ")}.`;
}

/**
 * Who has it, or since when nobody has: an acknowledgement counts for what was there when it was
 * made. The page, its bar and its hand-over say it so; the service does too (codecs/contract/standing.py).
 */
export function answer(alarm) {
  const { acknowledged_by: by, acknowledged_at: when, called_at: anew, raised_at: raised } = alarm;
  if (!waits(alarm) && by) return `Acknowledged by ${by}.`;
  const before = by && when ? ` (${by} did ${clock(ms(when))})` : "";
  const since = anew && anew !== raised ? ` since ${clock(ms(anew))}` : before && " again";
  return `Nobody has acknowledged it${since}${before}.`;
}
