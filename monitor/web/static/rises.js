// What became high, told once: a limit of a vital sign and the one over its baseline are two alarms and
// one rise. Times in ms. Pure.

import { named } from "./conditions.js";
import { exact, figure } from "./digits.js";
import { farthestOf, readingsOf, twinsOf } from "./extremes.js";
import { lasted, levels } from "./stretches.js";
import { number } from "./strings.js";

export { twinsOf };

/** One press takes each of twins by itself, one soon after the other. */
export const PRESS_MS = 60_000;

export const relative = ({ condition }) => condition.endsWith("_rise");

/** "thea 06:59, as low": whoever took it, each time. */
export function takers({ changes }, { time }) {
  return changes
    .filter(({ transition }) => transition === "acknowledged" || transition === "ended")
    .map(({ at, alarm }) => `${alarm.acknowledged_by} ${time(at * 1000)}, as ${alarm.priority}`);
}

/** A sentence or two of each rise to high: about the patient first. */
export function highs(about) {
  const found = about.alarms.filter((a) => a.parts.some((p) => p.priority === "high"));
  if (!found.length) return ["No alarm was high."];
  const keys = [...new Set(found.map((a) => twinsOf(a.alarm)).filter(Boolean))];
  const others = found.filter((a) => !twinsOf(a.alarm));
  const place = ({ alarm }) => (alarm.kind === "physiological" ? 0 : 1);
  return [
    ...keys.flatMap((key) => risesOf(about.alarms.filter((a) => twinsOf(a.alarm) === key), about)),
    ...others.sort((a, b) => place(a) - place(b)).map((a) => other(a, about)),
  ];
}

/** Of twins the stretches that any of them was high in: [{from, until, levels: [{level, of}]}]. */
export function stretchesOf(twins) {
  const all = twins
    .flatMap((of) => levels(of.parts).filter((l) => l.priority === "high").map((level) => ({ level, of })))
    .sort((a, b) => a.level.from - b.level.from || relative(a.of.alarm) - relative(b.of.alarm));
  const found = [];
  for (const one of all) {
    const last = found.at(-1);
    const until = one.level.until ?? Infinity;
    if (last && one.level.from <= last.until) {
      last.levels.push(one);
      last.until = Math.max(last.until, until);
    } else found.push({ from: one.level.from, until, levels: [one] });
  }
  return found;
}

function risesOf(twins, about) {
  const { time, end, times } = about;
  const name = named({ condition: twins[0].alarm.condition.replace(/_rise$/, "_high") });
  const rises = stretchesOf(twins);
  const first = rises.findIndex((rise) => !struck(rise, about));
  return rises.map((rise, i) => {
    const until = rises[i + 1]?.from ?? Infinity;
    const long = lasted(rise.from, Math.min(rise.until, end), twins[0].code, times);
    const lasts = rise.until === Infinity ? "to the end of the record, " : "for ";
    return [
      `${name}${first >= 0 && i > first ? ", again" : ""}: ${crossings(rise, about).join("; then ")}. High ${lasts}${long}.`,
      peak(rise, twins, about),
      began(rise, twins, about),
      took(taken(twins, rise.from, until, time), time),
      left(twins, rise.from, until, time),
      struck(rise, about),
    ].filter(Boolean).join(" ");
  });
}

/** "184 at 23:56, limit 180 (and 165 over the baseline)", at each moment at which a limit was crossed. */
function crossings({ levels: all }, { time }) {
  const moments = [...new Set(all.map(({ level }) => level.from))];
  const seen = new Set();
  return moments.flatMap((from) => {
    const here = all.filter(({ level, of }) => level.from === from && !seen.has(of));
    here.forEach(({ of }) => seen.add(of));
    if (!here.length) return [];
    const [{ level, of }] = here;
    const { vital } = of.alarm;
    const crossed = here.filter((one) => one.level.limit != null);
    const value = figure(vital, level.value, crossed.map((one) => one.level.limit));
    const what = level.value == null ? `at ${time(from)}` : `${value} at ${time(from)}`;
    const limits = crossed
      .map((one) => `${exact(vital, one.level.limit)}${relative(one.of.alarm) ? " over the baseline" : ""}`);
    const [first, ...more] = limits;
    return [`${what}${first ? `, limit ${first}` : ""}${more.length ? ` (and ${more.join(", ")})` : ""}`];
  });
}

/** How far it went while it was high, where that is more than what it rose by. */
function peak(rise, twins, about) {
  const { time } = about;
  const [vital, side] = twinsOf(twins[0].alarm).split(" ");
  const down = side === "down";
  const inside = readingsOf(vital, side, about).counts.filter(({ t }) => t >= rise.from && t <= rise.until);
  const most = farthestOf(inside, down);
  const told = rise.levels[0].level.value;
  if (!most || told == null || (down ? most.v >= told : most.v <= told)) return "";
  return `Worst ${number(vital, most.v)} at ${time(most.t)}.`;
}

/** What came before it was high, where it did not begin so. */
function began(rise, twins, { time }) {
  const before = twins
    .filter((of) => rise.levels.some((one) => one.of === of))
    .map((of) => ({ of, all: levels(of.parts) }))
    .filter(({ all }) => all[0].priority !== "high" && all.find((l) => l.priority === "high")?.from >= rise.from);
  if (!before.length) return "";
  const { of, all } = before.reduce((a, b) => (b.of.onset < a.of.onset ? b : a));
  const by = taken(twins, of.onset, rise.from, time);
  const who = by.length ? `, taken by ${list(by.map((t) => `${t.by} ${time(t.at)}`))}` : "";
  return `Began ${time(of.onset)}${all[0].priority ? ` as ${all[0].priority}` : ""}${who}.`;
}

/** Who took one of them from a time on and before another, each person once within a minute: [{by, at, late}]. */
function taken(twins, from, until, time) {
  const all = twins
    .flatMap(({ changes }) => changes)
    .filter(({ transition: how }) => how === "acknowledged" || how === "ended")
    .map(({ at, transition, alarm }) => ({ at: at * 1000, by: alarm.acknowledged_by, late: transition === "ended" }))
    .filter(({ at }) => at >= from && at < until)
    .sort((a, b) => a.at - b.at);
  const same = (a, b) => a.by === b.by && a.late === b.late && (b.at - a.at < PRESS_MS || time(a.at) === time(b.at));
  return all.filter((one, i) => !all.slice(0, i).some((earlier) => same(earlier, one)));
}

function took(by, time) {
  if (!by.length) return "Nobody took it.";
  return `Taken by ${list(by.map((t) => `${t.by} ${time(t.at)}${t.late ? " after it was over" : ""}`))}.`;
}

/** It was taken, called for somebody once more, and nobody came. */
function left(twins, from, until, time) {
  const moves = twins
    .flatMap(({ changes }) => changes.map(({ at, transition }, i) => ({ at: at * 1000, again: i > 0 && transition === "raised", transition })))
    .filter(({ at }) => at >= from && at < until);
  const last = (is) => Math.max(-Infinity, ...moves.filter(is).map(({ at }) => at));
  const again = last((m) => m.again);
  return again > last((m) => m.transition === "acknowledged") ? `Still there at ${time(again)}, and not taken again.` : "";
}

const list = (words) => (words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

/** The reading that it rose by counts no longer. */
function struck({ levels: [{ level, of }] }, { rows }) {
  const { vital } = of.alarm;
  const found = rows.find(({ type, body }) => type === "corrected" && body.what === "reading"
    && level.value != null && body.before[vital] === level.value);
  return found ? `${number(vital, level.value)} was struck out by ${found.body.by}: ${found.body.reason}.` : "";
}

/** An alarm about something else: "Cuff overdue: at 20:55, for 31 min … Nobody took it." */
function other(a, { time, end, times }) {
  const all = levels(a.parts);
  const each = all.filter((l) => l.priority === "high").map((l) => `${time(l.from)}, for ${lasted(l.from, l.until ?? end, a.code, times)}`);
  const first = a.changes.find((c) => c.alarm.priority === "high")?.alarm ?? a.alarm;
  return [
    `${a.name}: at ${each.join("; again at ")}.`,
    all[0].priority !== "high" && `Began ${time(a.onset)}${all[0].priority ? ` as ${all[0].priority}` : ""}.`,
    first.reason,
    took(taken([a], -Infinity, Infinity, time), time),
  ].filter(Boolean).join(" ");
}
