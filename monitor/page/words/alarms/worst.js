// The extremes of each vital sign. Times in ms. Pure.

import { farthestOf, readingsOf, twinsOf } from "./extremes.js";
import { journalTime } from "../record/stretches.js";
import { PRIORITIES, RANK, VITAL_NAMES, number } from "../strings.js";

/** The extreme of one alarm: "191 at 00:38". */
export function farthest({ alarm }, { time }) {
  if (alarm.extreme == null) return "";
  return `${number(alarm.vital, alarm.extreme)} at ${time(journalTime(alarm.extreme_at))}`;
}

/**
 * The worst of each vital sign: the highest value, if an alarm was low also the lowest, the worst
 * alarm on it, and the doubted readings that would have been worse.
 */
export function worstValues(about) {
  return ["sbp", "dbp", "hr", "temp"].map((vital) => {
    const on = (side) => about.alarms.filter((a) => twinsOf(a.alarm) === `${vital} ${side}`);
    const sides = on("down").length ? ["up", "down"] : ["up"];
    const each = sides.map((side) => ({ ...wentTo(vital, side, about), grade: grade(on(side)) }));
    const said = each
      .filter(({ most }) => most)
      .map(({ most, grade: of }) => `${number(vital, most.v)} at ${about.time(most.t)}, ${of}`);
    const whole = said.length ? ` ${said.join("; lowest ")}` : each[0].left ? ": no reading without doubt" : " never measured";
    const doubts = each.filter(({ left }) => left)
      .map(({ left }) => ` A reading of ${number(vital, left.v)} at ${about.time(left.t)} was in doubt.`);
    return `${VITAL_NAMES[vital]}${whole}.${[...new Set(doubts)].join("")}`;
  });
}

/**
 * {most, left}: the farthest counting reading to one side, and the farthest doubted one if it is
 * farther.
 */
function wentTo(vital, side, about) {
  const down = side === "down";
  const { counts, doubted } = readingsOf(vital, side, about);
  const [most, left] = [farthestOf(counts, down), farthestOf(doubted, down)];
  const farther = left && (!most || (down ? left.v < most.v : left.v > most.v));
  return { most, left: farther ? left : null };
}

const grade = (alarms) => {
  const all = alarms.flatMap((a) => a.parts.map((p) => p.priority)).filter(Boolean);
  const most = all.sort((a, b) => RANK[a] - RANK[b])[0];
  return most ? `${PRIORITIES[most].toLowerCase()} alarm` : "no alarm";
};
