// Since when an alarm is what it is, what it began as, and since when it waits for somebody. Times
// of day, so a sentence stays true for as long as it is shown. Pure.

import { PRIORITIES, clock } from "./strings.js";
import { ms } from "./time.js";

const RANK = { high: 0, medium: 1, low: 2 };
const TAKEN = "acknowledged";

/**
 * "High since 07:04, began 06:57 as low. Nobody has acknowledged it since 07:04." of the worst of
 * these alarms; "" where its onset says it all.
 */
export function since(alarms) {
  const alarm = speaker(alarms);
  if (!alarm) return "";
  const told = history(alarm);
  const waits = unanswered(alarm);
  return [told, waits].filter(Boolean).join(" ");
}

/** When the alarms of a line last called for somebody: waiting counts from there. */
export function called(alarms) {
  const waiting = alarms.filter((a) => a.presence !== TAKEN);
  const among = waiting.length ? waiting : alarms;
  return Math.min(...among.map((a) => ms(a.called_at ?? a.raised_at ?? a.onset)));
}

/** The worst, of equals the one that is so for longest: what is said of it is true of the line. */
function speaker(alarms) {
  const grave = (a) => Math.min(RANK[a.priority], RANK[a.worst] ?? 2);
  const order = (a, b) =>
    grave(a) - grave(b) ||
    Number(a.presence === TAKEN) - Number(b.presence === TAKEN) ||
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

/** That nobody has taken it since it last called, and who had before; "" of one that is taken. */
function unanswered({ presence, called_at: anew, raised_at: raised, ...alarm }) {
  if (presence === TAKEN || presence === "off" || !anew || anew === raised) return "";
  const by = alarm.acknowledged_by;
  const before = by ? ` (${by} did ${clock(ms(alarm.acknowledged_at))})` : "";
  return `Nobody has acknowledged it since ${clock(ms(anew))}${before}.`;
}
