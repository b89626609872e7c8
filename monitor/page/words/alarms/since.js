// Since when an alarm has its priority, its first priority, and since when it waits for a person.
// Times of day, so a sentence stays true for as long as it is shown. Pure.

import { gravity, waits } from "./alarms.js";
import { tr } from "../language.js";
import { PRIORITIES, PRIORITY_WORDS, RANK, clock } from "../strings.js";
import { ms } from "../time.js";

/**
 * "High since 07:04, began 06:57 as low. Nobody has acknowledged it since 07:04." for the alarms
 * of a headline; "" if its onset is enough.
 */
export function alarmSince(alarms) {
  const alarm = speaker(alarms);
  if (!alarm) return "";
  const anew = waits(alarm) && alarm.called_at && alarm.called_at !== alarm.raised_at;
  return [priorityHistory(alarm), anew && answer(alarm)].filter(Boolean).join(" ");
}

/**
 * The same for an alarm in the line of another one: no other place beside it shows that it waits.
 */
export function besideSince(alarms) {
  const alarm = speaker(alarms);
  return [priorityHistory(alarm), waits(alarm) && answer(alarm)].filter(Boolean).join(" ");
}

/** When the alarm of a headline last called for a person: the wait counts from there. */
export function called(alarms) {
  const { called_at: anew, raised_at: raised, onset } = speaker(alarms);
  return ms(anew ?? raised ?? onset);
}

/**
 * The worst, of equals the one with the longest time in its state: its sentence is true of all of
 * them.
 */
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

/** Its priority and since when, its worst one, and its first one; "" if its onset is enough. */
export function priorityHistory(alarm, time = clock) {
  const { priority, began, worst = priority, worst_since: worstSince, cleared_at: over } = alarm;
  const at = (iso) => time(ms(iso));
  if (!began && !alarm.priority_since) return "";
  const parts = [
    over ? tr`Over since ${at(over)}` : tr`${PRIORITIES[priority]} since ${time(came(alarm))}`,
  ];
  const first = began === worst;
  if (worstSince && (over || worst !== priority)) parts.push(tr`${PRIORITY_WORDS[worst]} from ${at(worstSince)}`);
  if (!first || !worstSince) parts.push(tr`began ${at(alarm.onset)}${began ? tr` as ${PRIORITY_WORDS[began]}` : ""}`);
  const only = came(alarm) === ms(alarm.onset) && began === priority && worst === priority;
  return only && !over ? "" : `${parts.join(", ")}.`;
}

/**
 * Who acknowledged it, or since when no one has: an acknowledgement covers the alarm as it was at
 * that time. The page, its bar and its hand-over use these words; the service does too
 * (codecs/contract/standing.py).
 */
export function answer(alarm) {
  const { acknowledged_by: by, acknowledged_at: when, called_at: anew, raised_at: raised } = alarm;
  if (!waits(alarm) && by) return tr`Acknowledged by ${by}.`;
  const before = by && when ? tr` (${by} did ${clock(ms(when))})` : "";
  const since = anew && anew !== raised ? tr` since ${clock(ms(anew))}` : before && tr` again`;
  return tr`Nobody has acknowledged it${since}${before}.`;
}
