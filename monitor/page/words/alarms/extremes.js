// The extremes of each vital sign: which readings count for them, and which were in doubt. Times in
// ms. Pure.

import { tr } from "../language.js";
import { journalTime } from "../record/stretches.js";
import { PRIORITY_WORDS, RANK, STREAMS, VITAL_NAMES, furtherPlaces, number } from "../strings.js";

const SIDE = /_(high|low|rise)$/;

/** The common key of twins: "sbp up"; "" for an alarm that is not about a limit of a vital sign. */
export function twinsOf({ condition, vital }) {
  const [, side] = SIDE.exec(condition) ?? [];
  return side && vital ? `${vital} ${side === "low" ? "down" : "up"}` : "";
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
    ...episodes.filter((p) => p.vital === vital && (p.direction === "low") === (side === "down"))
      .map((p) => ({ t: journalTime(p.peak_at), v: p.peak })),
  ].filter((one) => !struck(vital, one, rows));
  // For a stream the alarm gives the judged course, and not each single reading.
  const read = STREAMS.has(vital) && held.length ? [] : of.filter((one) => !one.doubt || rests(one));
  return { counts: [...held, ...read], doubted: of.filter((one) => one.doubt && !rests(one)) };
}

/** A person struck this reading out. */
const struck = (vital, { t, v }, rows) =>
  rows.some(({ type, body: b }) => type === "corrected" && b.what === "reading" && b.before[vital] === v
    && Math.abs(b.before.at * 1000 - t) < 1000);

/** The extreme of one alarm: "191 at 00:38". */
export function farthest({ alarm }, { time }) {
  if (alarm.extreme == null) return "";
  return tr`${number(alarm.vital, alarm.extreme)} at ${time(journalTime(alarm.extreme_at))}`;
}

/**
 * The worst of each vital sign: the highest value, if an alarm was low also the lowest, the worst
 * alarm on it, and the doubted readings that would have been worse.
 */
export function worstValues(about) {
  const others = furtherPlaces().filter((vital) => about.times.values?.[vital]);
  return ["sbp", "dbp", "hr", "temp", ...others].map((vital) => {
    const on = (side) => about.alarms.filter((a) => twinsOf(a.alarm) === `${vital} ${side}`);
    const sides = on("down").length ? ["up", "down"] : ["up"];
    const each = sides.map((side) => ({ ...wentTo(vital, side, about), grade: grade(on(side)) }));
    const said = each
      .filter(({ most }) => most)
      .map(({ most, grade: of }) => tr`${number(vital, most.v)} at ${about.time(most.t)}, ${of}`);
    const whole = said.length ? ` ${said.join(tr`; lowest `)}` : each[0].left ? tr`: no reading without doubt` : tr` never measured`;
    const doubts = each.filter(({ left }) => left)
      .map(({ left }) => tr` A reading of ${number(vital, left.v)} at ${about.time(left.t)} was in doubt.`);
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
  return most ? tr`${PRIORITY_WORDS[most]} alarm` : tr`no alarm`;
};
