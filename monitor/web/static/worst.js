// How far each vital sign went. Times in ms. Pure.

import { twinsOf } from "./rises.js";
import { moment } from "./stretches.js";
import { PRIORITIES, VITAL_NAMES, number } from "./strings.js";

const RANK = { high: 0, medium: 1, low: 2 };

/** Of one alarm: "191 at 00:38". */
export function farthest({ alarm }, { time }) {
  if (alarm.extreme == null) return "";
  return `${number(alarm.vital, alarm.extreme)} at ${time(moment(alarm.extreme_at))}`;
}

/** The worst of each vital sign: highest, where an alarm was low also lowest, and the worst alarm on it. */
export function worst(about) {
  return ["sbp", "dbp", "hr", "temp"].map((vital) => {
    const mine = about.alarms.filter((a) => a.alarm.vital === vital && twinsOf(a.alarm));
    const down = mine.filter((a) => twinsOf(a.alarm).endsWith("down"));
    const up = mine.filter((a) => !down.includes(a));
    const highest = farthestOf(vital, up, about, false);
    const name = VITAL_NAMES[vital];
    if (!highest) return `${name} never measured.`;
    const said = (found, alarms) => `${number(vital, found.v)} at ${about.time(found.t)}, ${grade(alarms)}`;
    const lowest = down.length ? farthestOf(vital, down, about, true) : null;
    return `${name} ${said(highest, up)}${lowest ? `; lowest ${said(lowest, down)}` : ""}.`;
  });
}

const grade = (alarms) => {
  const all = alarms.flatMap((a) => a.parts.map((p) => p.priority)).filter(Boolean);
  const most = all.sort((a, b) => RANK[a] - RANK[b])[0];
  return most ? `${PRIORITIES[most].toLowerCase()} alarm` : "no alarm";
};

/** Of a stream what its alarm says, its course being what was judged; of single readings themselves. */
function farthestOf(vital, alarms, { times }, down) {
  const of = times.values?.[vital] ?? [];
  const judged = vital === "hr" || !times.values ? alarms.filter((a) => a.alarm.extreme != null) : [];
  const read = judged.length ? judged.map(({ alarm: a }) => ({ t: moment(a.extreme_at), v: a.extreme })) : of.filter((r) => !r.doubt);
  return read.reduce((a, b) => (a && (down ? b.v >= a.v : b.v <= a.v) ? a : b), null);
}
