// Which alarms share a line, which line comes first, and the priority that each counts as. Pure.

import { beyond } from "./crossing.js";
import { tr } from "../language.js";
import { PRIORITIES, RANK, label, placeOf } from "../strings.js";

const PRESENCE = { on: 0, latched: 1, acknowledged: 2 };
/**
 * Conditions in which readings are not watched or not kept -> the least priority at which each
 * comes first.
 */
const BLIND = { broker_lost: "low", storage_fault: "medium", no_data: "medium", device_offline: "medium" };

/**
 * Return the vital sign that an alarm is about, the three pressures as one; null: no vital sign.
 */
export function vitalOf(alarm) {
  if (alarm.vital) return placeOf(alarm.vital);
  return alarm.condition === "bp_overdue" ? "bp" : null;
}

/**
 * The priority that an alarm counts as: the worst that it had. An alarm that has eased does not
 * count as less.
 */
export function gravity({ priority, worst: was }) {
  return was in RANK && RANK[was] < RANK[priority] ? was : priority;
}

/** The words of its chip: "High", "High, eased", "High, over". */
export function words(alarm) {
  const now = alarm.presence === "latched" ? tr`, over` : gravity(alarm) === alarm.priority ? "" : tr`, eased`;
  return PRIORITIES[gravity(alarm)] + now;
}

/**
 * Worst first: gravity, then alarms that wait for a person, then those still as bad, then the
 * older.
 */
export function worse(a, b) {
  return (
    RANK[gravity(a)] - RANK[gravity(b)] ||
    PRESENCE[a.presence] - PRESENCE[b.presence] ||
    RANK[a.priority] - RANK[b.priority] ||
    Date.parse(a.onset) - Date.parse(b.onset)
  );
}

export function waits(alarm) {
  return alarm.presence === "on" || alarm.presence === "latched";
}

/**
 * It is not acknowledged, and until it is resolved the other values in the bar may be long past.
 */
function blind(alarm) {
  return alarm.presence === "on" && RANK[alarm.priority] <= RANK[BLIND[alarm.condition]];
}

/**
 * Alarms that are high now and not acknowledged, then readings that are not watched, then all
 * others.
 */
function turn({ alarms }) {
  if (alarms.some((a) => a.presence === "on" && a.priority === "high")) return 0;
  return alarms.some(blind) ? 1 : 2;
}

/**
 * The lines of the alarm bar, the worst first, also if it is acknowledged; that readings are not
 * watched comes before alarms that have eased, are over or are acknowledged, however bad those
 * were (`turn`).
 *
 * Alarms of one session and one vital sign share a line: {key, encounter, vital, alarms, lead,
 * parts, waiting}. `lead` gives the line its colour and shape: the worst of all. `parts`, the
 * worst first, have a chip and a headline each. `waiting` are the ids that its button
 * acknowledges.
 */
export function lines(encounters) {
  return encounters
    .flatMap(linesOf)
    .sort((a, b) => turn(a) - turn(b) || worse(a.lead, b.lead) || (a.key < b.key ? -1 : 1));
}

/**
 * The report about lines for which there is no room: [{priority, names}], the worst first. High
 * ones and those that wait for a person are named; the rest is only counted.
 */
export function sunk(hidden) {
  const told = hidden.filter((l) => gravity(l.lead) === "high" || urgent(l));
  return Object.keys(RANK)
    .map((priority) => ({
      priority,
      names: [...new Set(told.filter((l) => gravity(l.lead) === priority).map((l) => label(l.encounter)))],
    }))
    .filter(({ names }) => names.length);
}

/** Whether a person has to acknowledge it: advice (low) needs no one. */
export function urgent({ alarms }) {
  return alarms.some((a) => waits(a) && gravity(a) !== "low");
}

export function linesOf(encounter) {
  const groups = new Map();
  for (const alarm of encounter.alarms) {
    if (!(alarm.presence in PRESENCE)) continue;
    const key = `${encounter.id}/${vitalOf(alarm) ?? alarm.id}`;
    groups.set(key, [...(groups.get(key) ?? []), alarm]);
  }
  return [...groups].map(([key, members]) => line(key, encounter, members));
}

/** The worst alarm of one session, or of one vital sign in it; null: there is no alarm. */
export function worstAlarm(encounter, vital) {
  const standing = encounter.alarms.filter(
    (a) => a.presence in PRESENCE && (vital === undefined || vitalOf(a) === vital),
  );
  return standing.sort(worse)[0] ?? null;
}

/**
 * The worst present alarm that the shown number of a vital sign has caused; null: there is no
 * such alarm.
 *
 * An alarm arrives before the status that brings its value: until then the number on the page is
 * from before the onset, and no box belongs around it.
 */
export function breaking(encounter, code) {
  const shown = (code === "bp" ? ["sbp", "dbp", "map"] : [code]).map((v) => encounter.vitals[v]);
  const newest = Math.max(...shown.filter(Boolean).map((v) => Date.parse(v.effective) || 0));
  const present = encounter.alarms.filter(
    (a) =>
      (a.presence === "on" || a.presence === "acknowledged") &&
      a.kind === "physiological" &&
      vitalOf(a) === code &&
      Date.parse(a.onset) <= newest,
  );
  // The number is of now, and so is the limit that it breaks: here the former priority of an
  // alarm does not count.
  return present.sort((a, b) => RANK[a.priority] - RANK[b.priority] || worse(a, b))[0] ?? null;
}

/** Whether an alarm sounds now: latched ones only if they were high. */
export function sounds(alarm) {
  return alarm.presence === "on" || (alarm.presence === "latched" && gravity(alarm) === "high");
}

/** The priorities that flash now: chips by gravity, boxes by the broken limit. */
export function flashing(all) {
  const on = all.flatMap((l) => l.alarms).filter((a) => a.presence === "on");
  return [...new Set(on.flatMap((a) => [gravity(a), a.priority]))];
}

function line(key, encounter, members) {
  const alarms = [...members].sort(worse);
  return {
    key,
    encounter,
    vital: vitalOf(alarms[0]),
    alarms,
    lead: alarms[0],
    parts: parts(encounter, alarms),
    waiting: alarms.filter(waits).map((a) => a.id),
  };
}

/**
 * The alarms that may share a chip and a headline: {encounter, alarms, lead}, the worst first.
 * Alarms that are over are separate from present ones, acknowledged ones from a lesser one that
 * is new, technical ones from physiological ones, and eased ones from those that are as bad as
 * ever.
 */
function parts(encounter, alarms) {
  return kinds(alarms)
    .flatMap(byPresence)
    .flatMap(byEase)
    .map((members) => ({ encounter, alarms: members, lead: members[0] }))
    .sort((a, b) => worse(a.lead, b.lead));
}

/**
 * A headline is about the values of one vital sign, or about one technical condition that is not
 * low.
 */
function kinds(alarms) {
  const kind = (a) => (a.kind === "technical" && gravity(a) !== "low" ? a.condition : "");
  return [...new Set(alarms.map(kind))].map((one) => alarms.filter((a) => kind(a) === one));
}

function byPresence(alarms) {
  const [on, latched, taken] = Object.keys(PRESENCE).map((p) => alarms.filter((a) => a.presence === p));
  const apart = on.length && taken.length && RANK[gravity(taken[0])] < RANK[gravity(on[0])];
  const present = apart ? [on, taken] : [[...on, ...taken].sort(worse)];
  return [...present, latched].filter((members) => members.length);
}

/**
 * An alarm that has eased and waits gets a separate headline if the newest value of its neighbour
 * is as bad as it once was.
 */
function byEase(members) {
  const most = gravity(members[0]);
  const bad = members.filter((a) => a.priority === most && a.value != null && !a.data_lost_at && beyond(a, a.value, a.limit));
  const told = (a) => bad.some((b) => b.vital === a.vital && b.presence === a.presence);
  const eased = members.filter((a) => a.presence === "on" && gravity(a) === most && a.priority !== most && !told(a));
  if (!bad.length || !eased.length) return [members];
  return [members.filter((a) => !eased.includes(a)), eased];
}
